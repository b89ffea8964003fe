"""A story written as a folder of scene files, and the folder's changes taken back into the story.

Who changed a file last is told by what both agreed on (`folder_memory`). Nothing that only the
folder or only the story holds is written over: a file that was changed since it was written stays
until it has been read, and where both have a new text both are kept.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from storyforge.borrowed import reason
from storyforge.domain.cards import Card
from storyforge.domain.scene_files import (
    STORY_FILE,
    SUFFIX,
    ChapterList,
    SceneFile,
    StoryList,
    decode,
    decode_story,
    encode,
    encode_story,
    names,
)
from storyforge.domain.story import Outline
from storyforge.errors import BadInput, Refused
from storyforge.export.files import write_whole
from storyforge.export.markdown import lines_are_paragraphs
from storyforge.i18n import _
from storyforge.store.story_file import StoryFile
from storyforge.studio.folder_context import write_context
from storyforge.studio.folder_memory import Memory, folder_id
from storyforge.studio.folder_report import Change, FolderReport
from storyforge.studio.permission import is_local_only


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder as it lies there.

    Attributes:
        listed: its `story.toml`; None where there is none.
        files: every Markdown file by name.
    """

    path: Path
    listed: StoryList | None
    files: dict[str, SceneFile]

    def by_id(self) -> dict[str, str]:
        """The file of each scene; of two with one id the first by name."""
        found: dict[str, str] = {}
        for name, file in self.files.items():
            if file.id:
                found.setdefault(file.id, name)
        return found


def is_story_folder(path: Path) -> bool:
    """Whether `path` is a folder that storyforge wrote scene by scene."""
    try:
        return decode_story((path / STORY_FILE).read_text("utf-8")) is not None
    except (OSError, ValueError):
        return False


def look(path: Path, story: StoryFile | None = None) -> tuple[Folder, Memory | None]:
    """Read a folder; an empty one where nothing is there.

    Args:
        story: whose memory tells which scene was made of a file without an id.

    Raises:
        BadInput: it cannot be read, or its `story.toml` is broken.
    """
    toml = path / STORY_FILE
    try:
        listed = decode_story(toml.read_text("utf-8")) if toml.exists() else None
        if listed is None and toml.exists():
            raise BadInput(
                _("“{path}” cannot be read as a story's list of scenes.").format(path=toml),
                title=_("Not read"),
                hint=_("Put it back from git; the story is as it was."),
            )
        lines = listed.lines if listed is not None else False
        found = sorted(path.glob(f"*{SUFFIX}")) if path.is_dir() else []
        files = {
            entry.name: decode(entry.read_bytes().decode("utf-8", "replace"), lines=lines)
            for entry in found
            if entry.is_file()
        }
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            _("“{path}” cannot be read: {why}.").format(path=path, why=reason(error)),
            title=_("Not read"),
            hint=_("The story is as it was."),
        ) from error
    if story is None:
        return Folder(path, listed, files), None
    own = folder_id(story.outline().story_id, path)
    memory = Memory(story, listed.folder if listed is not None and listed.folder else own)
    for name, file in files.items():
        owner = memory.owner(name)
        if owner:
            files[name] = replace(file, id=owner)
    return Folder(path, listed, files), memory


def as_files(story: StoryFile) -> dict[str, SceneFile]:
    """The story's scenes as they would be written, by id, in order."""
    cards = story.cards.all()
    found = {}
    for chapter in story.outline().chapters:
        for scene in chapter.scenes:
            card = cards.get(scene.id, Card())
            text = story.scenes.load(scene.id).text
            found[scene.id] = SceneFile(
                text, scene.id, chapter.id, scene.title, card.status.value, card.label
            )
    return found


def list_of(outline: Outline, lines: bool, files: Mapping[str, str], folder: str = "") -> StoryList:
    """The story's order, with the files' names."""
    return StoryList(
        outline.story_id,
        outline.title,
        outline.author,
        outline.language,
        lines,
        tuple(
            ChapterList(c.id, c.title, tuple(files[scene.id] for scene in c.scenes))
            for c in outline.chapters
        ),
        folder=folder,
    )


def write_folder(story: StoryFile, path: Path) -> FolderReport:
    """Write the story into a folder, each scene a file; what has not changed is not touched.

    Raises:
        Refused: another story's files lie there.
        BadInput: the folder cannot be read or written.
    """
    folder, memory = look(path, story)
    assert memory is not None
    report = FolderReport()
    if not story.read_only:
        story.fold()  # what is written now is known as a text that each scene had
    outline, scenes = story.outline(), as_files(story)
    if folder.listed is not None and folder.listed.id != outline.story_id:
        raise Refused(
            _("The files of another story lie in “{path}”; nothing was written.").format(path=path),
            title=_("Not exported"),
            hint=_("Choose another folder."),
        )
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(
            _("“{path}” cannot be made: {why}.").format(path=path, why=reason(error)),
            title=_("Not exported"),
            hint=_("Choose a folder that you may write to."),
        ) from error
    if folder.listed is not None:
        lines, own = folder.listed.lines, folder.listed.folder
    else:
        lines = lines_are_paragraphs(scene.text for scene in scenes.values())
        own = folder_id(outline.story_id, path)
    known = folder.by_id()
    wanted = names([(key, scene.title) for key, scene in scenes.items()], known)
    for key, scene in scenes.items():
        now = known.get(key, "")
        if now and memory.unread(folder.files[now], scene):
            report.add(Change.LEFT, now, scene.title)
            wanted[key] = now
        else:
            _write(folder, now, wanted[key], scene, lines, report)
            memory.agreed(key, scene.mark)
            if now != wanted[key]:
                memory.renamed(now)
    _remove(folder, memory, story, scenes, report)
    listed = replace(list_of(outline, lines, wanted, own), local_only=is_local_only(story))
    _write_list(folder, memory, listed, report)
    write_context(story, path, memory, report)
    memory.keep()
    return report


def _write(
    folder: Folder, now: str, name: str, scene: SceneFile, lines: bool, report: FolderReport
) -> None:
    data = encode(scene, lines=lines)
    target = folder.path / name
    if now and now != name and not target.exists():
        (folder.path / now).rename(target)
        report.add(Change.RENAMED, name, scene.title)
    if not target.exists() or target.read_bytes() != data:
        write_whole(target, data, force=True)
        report.add(Change.WRITTEN, name, scene.title)


def _remove(
    folder: Folder,
    memory: Memory,
    story: StoryFile,
    scenes: Mapping[str, SceneFile],
    report: FolderReport,
) -> None:
    """The files of scenes that are in the story no more, if nobody changed them since."""
    ours = set(story.merging.side().texts)
    for name, file in folder.files.items():
        if not file.id or file.id in scenes:
            continue
        if file.id not in ours or not memory.untouched(file):
            report.add(Change.LEFT, name, file.title)
        else:
            (folder.path / name).unlink(missing_ok=True)
            report.add(Change.REMOVED, name, file.title)


def _write_list(folder: Folder, memory: Memory, wanted: StoryList, report: FolderReport) -> None:
    listed, target = folder.listed, folder.path / STORY_FILE
    if listed is not None and listed.mark not in (wanted.mark, memory.order(listed)):
        report.add(Change.LEFT, STORY_FILE)
        return
    memory.agreed_order(wanted.mark)
    data = encode_story(wanted)
    if not target.exists() or target.read_bytes() != data:
        write_whole(target, data, force=True)
        report.add(Change.WRITTEN, STORY_FILE)


def same_folder(paths: Iterable[Path]) -> Path | None:
    """The one folder that is meant, if it is one that storyforge wrote."""
    given = list(paths)
    if len(given) != 1 or not os.path.isdir(given[0]):  # noqa: PTH112
        return None
    return given[0] if is_story_folder(given[0]) else None
