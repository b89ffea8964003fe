"""Which picture is meant, as it is written on the command line: its id's beginning, or a scene."""

from typing import TYPE_CHECKING, Annotated

import typer

from storyforge.cli.opening import scene_numbered
from storyforge.errors import BadInput
from storyforge.i18n import _, listed

if TYPE_CHECKING:
    from storyforge.domain.picture.pictures import Picture
    from storyforge.store.story_file import StoryFile

PICTURE = Annotated[
    str,
    typer.Argument(metavar="PICTURE", help=_("Its id's beginning, or the number of its scene.")),
]
#: letters of an id that are shown, and enough to name a picture
SHOWN = 8
# Shorter ones are numbers of scenes.
_FEWEST = 4


def picture_named(story: "StoryFile", told: str) -> "Picture":
    """The picture that `told` means: the beginning of its id; or a scene's, chosen or latest.

    Raises:
        BadInput: there is none, or several.
    """
    name = told.strip().casefold()
    if name.isascii() and name.isdigit() and len(name) < _FEWEST:
        return _of_scene(story, int(name))
    everything = (*story.pictures.all(), *story.pictures.all(deleted=True))
    found = [one for one in everything if len(name) >= _FEWEST and one.id.startswith(name)]
    if len(found) == 1:
        return found[0]
    if found:
        raise BadInput(
            _("Several pictures begin with “{name}”: {names}.").format(
                name=told, names=listed(one.id for one in found[:4])
            ),
            title=_("Which picture?"),
            hint=_("Write more of it."),
        )
    raise BadInput(
        _("There is no picture “{name}” in this story, and no file of that name.").format(
            name=told
        ),
        title=_("No such picture"),
        hint=_("“storyforge pictures list” names them; a scene's number means its picture."),
    )


def _of_scene(story: "StoryFile", number: int) -> "Picture":
    head = scene_numbered(story, max(number, 1))
    pictures = story.pictures.of_scene(head.id)
    if not pictures:
        raise BadInput(
            _("Scene {number} has no picture yet.").format(number=number),
            title=_("No such picture"),
            hint=_("Draw one: storyforge illustrate FILE --scenes {number}").format(number=number),
        )
    return next((one for one in pictures if one.chosen), pictures[-1])
