"""What `illustrate` orders: of which scenes, with which wishes and pictures beside the plan's."""

from dataclasses import replace
from typing import TYPE_CHECKING

from storyforge.cli import illustrate_wishes, people_options, staging_options
from storyforge.cli import larger_options as better
from storyforge.cli.illustrate_wishes import Asked
from storyforge.errors import BadInput
from storyforge.i18n import _

if TYPE_CHECKING:
    from storyforge.domain.picture.painters import PainterProfile
    from storyforge.store.story_file import StoryFile
    from storyforge.studio.pictures.drawing import Wish
    from storyforge.studio.pictures.resolving import Folders


def meant(story: "StoryFile", asked: Asked) -> "tuple[list[tuple[int, str]], Wish]":
    """The scenes by number and id, and what is wanted of each.

    Raises:
        BadInput: a scene or a picture is not there, or the picture is of no scene.
        Refused: there are none.
    """
    numbers = {head.id: n for n, head in enumerate(story.outline().scenes, start=1)}
    wish, scene = wished(story, asked)
    if scene in numbers and asked.scenes is None:
        return [(numbers[scene], scene)], wish
    if scene is not None and asked.scenes is None:
        raise BadInput(
            _("It is not said which scene this picture is of."),
            title=_("Which scenes?"),
            hint=_("Say its number: --scenes 3"),
        )
    heads = illustrate_wishes.scenes_of(story, asked)
    return [(numbers[head.id], head.id) for head in heads], wish


def wished(story: "StoryFile", asked: Asked) -> "tuple[Wish, str | None]":
    """What is wanted, and the scene of the picture that it begins from; "" where that has none.

    Raises:
        BadInput: the picture is not there.
    """
    wish = illustrate_wishes.wish_of(asked)
    if asked.redraw is not None:
        image, parent, scene = illustrate_wishes.source(story, asked.redraw)
        redraw = illustrate_wishes.redraw_of(asked, image)
        return replace(better.passes_of(asked, wish), redraw=redraw, parent_id=parent), scene
    if asked.finish is not None:
        return better.finishing(story, asked, wish)
    return better.passes_of(asked, wish), None


def with_pictures(
    story: "StoryFile", asked: Asked, wish: "Wish", profile: "PainterProfile", folders: "Folders"
) -> "Wish":
    """The wish with the stagings and references that are asked for.

    Raises:
        BadInput: one is not there, or the painter cannot draw with it.
    """
    if asked.finish is not None:
        return wish
    controls = staging_options.controls_of(story, asked, profile, folders)
    wish = replace(wish, controls=controls)
    return people_options.wished(story, asked, wish, profile, folders)
