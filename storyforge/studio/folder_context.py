"""Memory, notes and the book of lore, as files beside the scenes of a folder for git.

Who changed one last is told by what both agreed on (`folder_memory`). What changed only in the
folder is taken; where both changed, the story's stays and the file's is kept as an attachment.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from storyforge.borrowed import reason
from storyforge.domain.ancestry import short_digest
from storyforge.domain.lore import AUTHOR_NOTE, MEMORY, STYLE
from storyforge.domain.text import clean
from storyforge.errors import BadInput
from storyforge.export.files import write_whole
from storyforge.export.lore_files import book_bytes
from storyforge.i18n import N_, _
from storyforge.importing.lore_files import read_lore
from storyforge.lorebooks import own
from storyforge.store.story_file import StoryFile
from storyforge.studio.folder_memory import Memory
from storyforge.studio.folder_report import Change, FolderReport

#: where they lie within the folder
CONTEXT = "context"


@dataclass(frozen=True, slots=True)
class _Kind:
    """One of the files.

    Attributes:
        text: the kind of text that it holds; empty for the book of lore.
    """

    name: str
    title: str
    text: str = ""


_KINDS = (
    _Kind("memory.md", N_("Memory"), MEMORY),
    _Kind("note.md", N_("Author's note"), AUTHOR_NOTE),
    _Kind("style.md", N_("Style notes"), STYLE),
    _Kind("lore.json", N_("Lorebook")),
)


@dataclass(frozen=True, slots=True)
class _Both:
    """One of them on both sides.

    Attributes:
        ours: the file as the story would write it; empty where there is nothing to be written.
        theirs: as it lies in the folder; None where there is none.
    """

    kind: _Kind
    path: Path
    ours: str
    theirs: str | None

    @property
    def shown(self) -> str:
        """Its name within the folder."""
        return f"{CONTEXT}/{self.kind.name}"


def write_context(story: StoryFile, folder: Path, memory: Memory, report: FolderReport) -> None:
    """Write what the story has of these; what was changed in the folder since stays.

    Raises:
        BadInput: the folder cannot be read or written.
    """
    for one in _each(story, folder):
        if one.theirs not in (one.ours, None) and not memory.knows(one.shown, _mark(one.theirs)):
            report.add(Change.LEFT, one.shown, _(one.kind.title))
            continue
        if one.ours != (one.theirs or ""):
            _make_room(one.path.parent)
            write_whole(one.path, one.ours.encode("utf-8", "replace"), force=True)
            report.add(Change.WRITTEN, one.shown, _(one.kind.title))
        memory.settled(one.shown, _mark(one.ours))


def read_context(story: StoryFile, folder: Path, memory: Memory, report: FolderReport) -> None:
    """Take in what was changed of these in the folder. A file that is gone changes nothing.

    Raises:
        BadInput: one of them cannot be read, or is no book of lore.
    """
    for one in _each(story, folder):
        if one.theirs is None or memory.knows(one.shown, _mark(one.theirs)):
            continue
        if one.theirs != one.ours:
            if memory.knows(one.shown, _mark(one.ours)) or not one.ours:
                _take(story, one)
                report.add(Change.TAKEN, one.shown, _(one.kind.title))
            else:
                _keep_aside(story, one)
                report.add(Change.CONFLICT, one.shown, _(one.kind.title))
        memory.settled(one.shown, _mark(one.theirs))


def _each(story: StoryFile, folder: Path) -> Iterator[_Both]:
    for kind in _KINDS:
        path = folder / CONTEXT / kind.name
        yield _Both(kind, path, _ours(story, kind), _theirs(path))


def _ours(story: StoryFile, kind: _Kind) -> str:
    if kind.text:
        text = story.context.text(kind.text)
        return f"{text}\n" if text else ""
    book = story.context.lore()
    return book_bytes(own.KEY, book, {}).decode("utf-8") if book else ""


def _theirs(path: Path) -> str | None:
    """What a file says; git may have given its lines the ends of another system."""
    try:
        return clean(path.read_bytes().decode("utf-8-sig", "replace"))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BadInput(
            _("“{path}” cannot be read: {why}.").format(path=path, why=reason(error)),
            title=_("Not read"),
            hint=_("The story is as it was."),
        ) from error


def _make_room(folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise BadInput(
            _("“{path}” cannot be made: {why}.").format(path=folder, why=reason(error)),
            title=_("Not exported"),
            hint=_("Choose a folder that you may write to."),
        ) from error


def _take(story: StoryFile, one: _Both) -> None:
    told = (one.theirs or "").strip("\n")
    if one.kind.text:
        story.context.set_text(one.kind.text, told)
    else:
        story.context.set_lore(read_lore(one.path).entries if told else ())


def _keep_aside(story: StoryFile, one: _Both) -> None:
    media = "text/markdown" if one.kind.text else "application/json"
    data = (one.theirs or "").encode("utf-8", "replace")
    story.attachments.add(one.kind.name, media, _("the folder's, where both had changed"), data)


def _mark(told: str | None) -> str:
    return short_digest(told or "")
