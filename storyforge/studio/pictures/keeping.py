"""What becomes of pictures that are there: room is made, lost files are found, one is brought out.

Nothing goes for good here but what the caller names; files that a story does not know are offered.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from storyforge.domain.picture.pictures import Picture
from storyforge.errors import BadInput
from storyforge.export.files import write_whole
from storyforge.i18n import _
from storyforge.store.picture_files import PictureFolder, is_name

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Slimming:
    """What could be made smaller; bytes.

    Attributes:
        out: pictures that nobody chose and that lie in the story file: they can lie beside it.
        out_size: what the story file loses by that.
        unwanted: pictures neither chosen nor rated, and those in the trash.
        unwanted_size: what the disk gains where these are let go.
    """

    out: tuple[Picture, ...]
    out_size: int
    unwanted: tuple[Picture, ...]
    unwanted_size: int


@dataclass(frozen=True, slots=True)
class Orphan:
    """A picture file in the story's folder that the story does not know.

    Attributes:
        key: what it is called, without its ending.
        picture: as its file tells of it; None where it tells nothing.
        ours: whether it says that it was drawn for this story.
    """

    key: str
    picture: Picture | None
    ours: bool


def foresee(story: "StoryFile") -> Slimming:
    """What could be made smaller; nothing changes."""
    out = story.pictures.heavy()
    every = story.pictures.all()
    trash = story.pictures.all(deleted=True)
    unwanted = (*(one for one in every if not one.chosen and not one.rating), *trash)
    return Slimming(out, sum(one.size for one in out), unwanted, sum(one.size for one in unwanted))


def slim(story: "StoryFile", *, drop: bool = False, progress: Progress | None = None) -> None:
    """Bring out of the story file what nobody chose, and give its room back to the disk.

    Args:
        drop: let the unwanted go for good as well; only after the author's yes.
        progress: hears (done, of how many); what it raises ends it, and what is done is done.

    Raises:
        StoryFileError: the disk is full; all pictures are where they were, or are out already.
    """
    found = foresee(story)
    unwanted = found.unwanted if drop else ()
    gone = {one.id for one in unwanted}
    out = [one for one in found.out if one.id not in gone]
    total = len(unwanted) + len(out)
    for done, one in enumerate((*unwanted, *out), start=1):
        if one.id in gone:
            if not one.deleted:
                story.pictures.delete(one.id)
            story.pictures.purge(one.id)
        else:
            story.pictures.unchoose(one.id)
        if progress is not None:
            progress(done, total)
    story.pictures.slim()


def orphans(story: "StoryFile") -> tuple[Orphan, ...]:
    """The files beside the story that it does not know; each is opened once."""
    mine = story.outline().story_id
    found = []
    for key in story.pictures.loose():
        told = _told(story.pictures.folder, key)
        picture, theirs = told if told is not None else (None, "")
        found.append(Orphan(key, picture, theirs == mine))
    return tuple(found)


def adopt(story: "StoryFile", key: str) -> Picture:
    """Take a file of the folder into the story, at its scene as it tells; as it is known then.

    Raises:
        BadInput: it is gone, or is no picture.
    """
    data = story.pictures.folder.read(key)
    told = _told(story.pictures.folder, key)
    if data is None or told is None:
        raise BadInput(
            _("“{name}” does not tell what it was drawn for.").format(name=f"{key}.png"),
            title=_("Not taken in"),
            hint=_("It stays where it lies."),
        )
    known = {scene.id for scene in story.outline().scenes}
    picture = told[0]
    if picture.scene_id not in known:
        picture = replace(picture, scene_id="")
    return story.pictures.add(replace(picture, id=key), data)


def find_lost(story: "StoryFile") -> int:
    """Look for missing files in the folders of pictures beside the story; how many came back.

    A story that was given another name by another program has left its pictures behind.
    """
    lost = set(story.pictures.missing())
    before = len(lost)
    folder = story.pictures.folder
    if lost:
        for other in sorted(folder.path.parent.glob("*.pictures")):
            if other != folder.path and other.is_dir():
                lost.difference_update(folder.take(PictureFolder(_story_of(other)), sorted(lost)))
    return before - len(lost)


def bring_out(
    story: "StoryFile", picture: Picture, out: Path | None = None, *, force: bool = False
) -> Path:
    """Write a picture's file to `out`, with all it tells of itself; whole or not at all.

    Raises:
        Refused: something is there already and `force` is not set.
        BadInput: it cannot be written there, or the picture is gone.
    """
    data = story.pictures.read(picture.id)
    key = picture.id if is_name(picture.id) else picture.called
    name = f"{story.path.stem}-{key[:8]}.png"
    path = Path(name) if out is None else out
    if path.is_dir():
        path = path / name
    write_whole(path, data, force=force)
    return path


def _told(folder: PictureFolder, key: str) -> tuple[Picture, str] | None:
    from storyforge.images import own_facts, png

    data = folder.read(key)
    return None if data is None else own_facts.read(png.texts_of(data).get("storyforge"), data)


def _story_of(folder: Path) -> Path:
    return folder.with_suffix(".forge")
