"""The verb pictures reference: a picture made somebody's reference, or let go."""

from typing import Annotated

import typer

from storyforge.cli.illustrate_wishes import source
from storyforge.cli.opening import opened
from storyforge.cli.options import FILE
from storyforge.cli.plan_items import item_named
from storyforge.cli.talk import say
from storyforge.errors import BadInput
from storyforge.i18n import _

_SOURCE = Annotated[
    str,
    typer.Argument(metavar="PICTURE|FILE", help=_("A picture of the story, or a file.")),
]
_WHO = Annotated[
    str | None,
    typer.Argument(
        metavar="WHO",
        help=_("Somebody of the plan, or a look of theirs; else whom the picture shows."),
    ),
]
_PART = Annotated[
    str | None,
    typer.Option("--part", metavar="X,Y,W,H", help=_("Only this part of it, in pixels: a face.")),
]
_WEIGHT = Annotated[
    int | None,
    typer.Option("--weight", "-w", min=1, max=100, metavar="W", help=_("Percent; else 60.")),
]
_NONE = Annotated[bool, typer.Option("--none", help=_("Let WHO's reference go: FILE WHO --none."))]


def reference(
    file: FILE,
    picture: _SOURCE,
    who: _WHO = None,
    part: _PART = None,
    weight: _WEIGHT = None,
    none: _NONE = False,
) -> None:
    """Have somebody drawn after a picture."""
    from storyforge.cli.illustrate_wishes import region_of
    from storyforge.domain.picture.regions import fitted
    from storyforge.domain.plan.fields import Kind
    from storyforge.studio.pictures import redrawing, referring

    people = (Kind.CHARACTER, Kind.LOOK)
    with opened(file, to_write=True) as story:
        plan = story.plan.read()
        if none:
            one = item_named(plan, None, who or picture, people)
            referring.let_go(story, one.id)
            say(_("Drawn by words again: {name}").format(name=referring.called(plan, one)))
            return
        image, key, _scene = source(story, picture)
        if who is None:
            can = referring.whose(plan, story.pictures.get(key)) if key else ()
            if len(can) != 1:
                raise BadInput(
                    _("It is not said whose reference it shall be."),
                    title=_("Whose picture?"),
                    hint=_("Name somebody: storyforge pictures reference FILE PICTURE WHO"),
                )
            one = can[0]
        else:
            one = item_named(plan, None, who, people)
        if part is not None:
            size = redrawing.size_of_picture(image)
            image = referring.part_of(image, fitted(region_of(part), size))
        referring.refer(story, one.id, image, weight)
        say(
            _("Drawn after this picture from now on: {name}").format(
                name=referring.called(plan, one)
            )
        )
