"""People on the command line: how several get into one picture, and whom a picture shows."""

from typing import TYPE_CHECKING, Annotated

from storyforge.cli.illustrate_options import either, option
from storyforge.domain.picture.casting import USUAL_WEIGHT, Company
from storyforge.errors import BadInput
from storyforge.i18n import _, listed

if TYPE_CHECKING:
    from storyforge.cli.illustrate_wishes import Asked
    from storyforge.domain.picture.painters import PainterProfile
    from storyforge.settings import Settings
    from storyforge.store.story_file import StoryFile
    from storyforge.studio.pictures.drawing import Wish
    from storyforge.studio.pictures.resolving import Folders

PEOPLE = _("People")

TOGETHER = Annotated[
    str | None,
    option(
        PEOPLE, "--people", metavar="apart|together|auto",
        help=_("Each drawn in a pass of their own, or all at once; else as is set."),
    ),
]  # fmt: skip
REFERENCE = Annotated[
    str | None,
    option(
        PEOPLE, "--reference", metavar="PICTURE|FILE",
        help=_("Draw after this picture, by an IP-Adapter, and after no other."),
    ),
]  # fmt: skip
REFERENCE_WEIGHT = Annotated[
    int | None,
    option(
        PEOPLE, "--reference-weight", min=1, max=100, metavar="W",
        help=_("How much it counts, in percent; 60 where nothing is said."),
    ),
]  # fmt: skip
NO_REFERENCE = Annotated[
    bool, option(PEOPLE, "--no-reference", help=_("After no picture, whatever the plan has."))
]


def check(asked: "Asked") -> None:
    """Refuse what does not go together.

    Raises:
        BadInput: why.
    """
    _company(asked.people)
    if asked.reference is not None and asked.no_reference:
        raise either(["--reference", "--no-reference"])
    if asked.reference_weight is not None and asked.reference is None:
        raise BadInput(
            _("{names} needs a picture to draw after.").format(names="--reference-weight"),
            title=_("Not understood"),
            hint=_("Name one: --reference PICTURE|FILE"),
        )


def wished(
    story: "StoryFile", asked: "Asked", wish: "Wish", profile: "PainterProfile", here: "Folders"
) -> "Wish":
    """The wish with what is asked for of people.

    A prompt of the author's own shows whom it says: the plan's references and passes are out of
    it, unless they are asked for.

    Raises:
        BadInput: there is no such picture, or the painter cannot draw after one.
    """
    from dataclasses import replace

    from storyforge.cli.illustrate_wishes import source
    from storyforge.studio.pictures.references import Referring

    company = _company(asked.people)
    wish = replace(wish, company=company)
    if asked.prompt is not None and company is None:
        wish = replace(wish, people=(), references=())
    if asked.no_reference:
        return replace(wish, references=())
    if asked.reference is None:
        return wish
    image, _key, _scene = source(story, asked.reference)
    scale = USUAL_WEIGHT if asked.reference_weight is None else asked.reference_weight / 100
    return replace(wish, references=(Referring(profile, here).reference(image, scale),))


def drawn_after(profile: "PainterProfile", settings: "Settings") -> str:
    """By what a painter draws after reference pictures, or why it cannot; "" without any."""
    from storyforge.domain.picture.orders import Ability
    from storyforge.studio.pictures import abilities, profiles, references

    found = profiles.found_in(settings)
    if Ability.REFERENCE in abilities.lacks(profile) or not found.ip_adapters:
        return ""
    try:
        return references.sight_of(profile, found).adapter.path.name
    except BadInput as error:
        return error.message


def _company(told: str | None) -> Company | None:
    if told is None:
        return None
    try:
        return Company(told.strip().casefold())
    except ValueError as error:
        raise BadInput(
            _("“{name}” is no way to draw several people.").format(name=told),
            title=_("Not understood"),
            hint=_("One of these: {names}.").format(names=listed(Company)),
        ) from error
