"""The changes of a folder of scene files taken into a story: with a snapshot before each.

One transaction: all of the folder is taken in, or on an error nothing.
"""

import contextlib
import difflib
import re
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from storyforge.domain.cards import Status
from storyforge.domain.origin import Origin, Provenance, Span
from storyforge.domain.scene_files import (
    STORY_FILE,
    SceneFile,
    StoryList,
    short_id,
)
from storyforge.domain.story import Page
from storyforge.domain.trash import TrashKind
from storyforge.errors import BadInput, Refused
from storyforge.i18n import _
from storyforge.store.story_file import StoryFile
from storyforge.studio import shelf
from storyforge.studio.folder_context import read_context
from storyforge.studio.folder_memory import Memory
from storyforge.studio.folder_report import Change, FolderReport
from storyforge.studio.folders import Folder, as_files, list_of, look
from storyforge.studio.permission import set_local_only

_ID = re.compile(r"[0-9a-f]{32}")


def make_story(folder: Path, path: Path) -> tuple[StoryFile, FolderReport]:
    """A new story of a folder's files, with the ids they have; it is left open.

    Raises:
        BadInput: the folder holds no story.
        Refused: something is at `path`.
    """
    found, _memory = look(folder)
    if found.listed is None:
        raise BadInput(
            _("“{path}” is not a folder that storyforge wrote scene by scene.").format(path=folder),
            title=_("Not read"),
            hint=_("“storyforge import” makes a story of any folder of texts."),
        )
    listed = found.listed
    story = shelf.create_story(
        path, title=listed.title, author=listed.author, language=listed.language or "en"
    )
    try:
        with story.together():
            first = story.outline().chapters[0].id
            story.merging.become(listed.id)
            memory = Memory(story, listed.folder)
            report = _Taking(story, found, memory, listed, fresh=True).all(remove=False)
            spare = any(c.scenes for c in story.outline().chapters if c.id != first)
            if spare:
                story.binder.delete_chapter(first)
        if spare:
            story.binder.purge(TrashKind.CHAPTER, first)
    except BaseException:
        with contextlib.suppress(Exception):
            story.close()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        shelf.forget(path)
        raise
    return story, report


def read_folder(story: StoryFile, folder: Path, *, remove: bool = False) -> FolderReport:
    """Take what changed in the folder into an open story.

    Args:
        remove: scenes whose files are gone go to the trash; else they are only named.

    Raises:
        BadInput: the folder cannot be read, or holds no story.
        Refused: it holds another story.
    """
    found, memory = look(folder, story)
    if found.listed is None or memory is None:
        raise BadInput(
            _("“{path}” is not a folder that storyforge wrote scene by scene.").format(path=folder),
            title=_("Not read"),
            hint=_("Write one first: storyforge export STORY --split scene -o FOLDER"),
        )
    if found.listed.id != story.outline().story_id:
        raise Refused(
            _("The files of another story lie in “{path}”; nothing was read.").format(path=folder),
            title=_("Not read"),
            hint=_("Choose the folder that this story was written to."),
        )
    with story.together():
        return _Taking(story, found, memory, found.listed).all(remove=remove)


class _Taking:
    """One reading of a folder."""

    def __init__(
        self,
        story: StoryFile,
        folder: Folder,
        memory: Memory,
        listed: StoryList,
        *,
        fresh: bool = False,
    ) -> None:
        self.story = story
        self.fresh = fresh
        self.folder = folder
        self.memory = memory
        self.listed = listed
        self.report = FolderReport()
        self.scenes = as_files(story)
        self.known = set(story.merging.side().texts)
        self.before = list_of(story.outline(), listed.lines, {s: _name_of(s) for s in self.scenes})
        #: the scene of each file, as the story has it now
        self.ids = {
            name: folder.files[name].id
            for name in folder.by_id().values()
            if folder.files[name].id in self.known
        }

    def all(self, *, remove: bool) -> FolderReport:
        self._chapters()
        for name, file in self.folder.files.items():
            scene_id = self.ids.get(name)
            if scene_id is None:
                self._new(name, file)
            elif scene_id in self.scenes:
                self._changed(name, file, self.scenes[scene_id])
            else:
                self._back(name, file)
        self._missing(remove)
        self._order()
        if self.listed.local_only:
            # Never taken away by a folder: it may come from a day before the mark.
            set_local_only(self.story, True)
        read_context(self.story, self.folder.path, self.memory, self.report)
        for name, scene_id in self.ids.items():
            self.memory.agreed(scene_id, replace(self.folder.files[name], id=scene_id).mark)
        self.memory.agreed_order(self.listed.mark)
        self.memory.keep()
        return self.report

    def _chapters(self) -> None:
        """Chapters that only the folder knows."""
        known = {chapter.id for chapter in self.story.outline().chapters}
        for chapter in self.listed.chapters:
            if chapter.id not in known and _ID.fullmatch(chapter.id) and chapter.scenes:
                self.story.merging.bring_chapter(chapter.id, chapter.title)

    def _changed(self, name: str, file: SceneFile, scene: SceneFile) -> None:
        there, here = self.memory.text_changed(file, scene)
        took = both = False
        if there and file.text != scene.text:
            if here:
                self._both(file, scene)
                both = True
            else:
                self._write(scene.id, file.text)
                took = True
        there, here = self.memory.head_changed(file, scene)
        if there and file.head_mark != scene.head_mark:
            if here:
                both = True
            else:
                self._head(file, scene)
                took = True
        if both:
            self.report.add(Change.CONFLICT, name, scene.title)
        elif took:
            self.report.add(Change.TAKEN, name, file.title)

    def _both(self, file: SceneFile, scene: SceneFile) -> None:
        """The file and the story have a new text: the story's stays, the file's stands behind."""
        title = f"{scene.title} {_('(other copy)')}".strip(" ")
        made = self.story.binder.add_scene(scene.chapter, title, after=scene.id)
        self._write(made, file.text)
        self.story.merging.note_texts(scene.id, (file.text, scene.text))

    def _head(self, file: SceneFile, scene: SceneFile) -> None:
        if file.title != scene.title:
            self.story.binder.rename_scene(scene.id, file.title)
        self._card(scene.id, file, scene)
        moved = file.chapter != scene.chapter
        if moved and any(c.id == file.chapter for c in self.story.outline().chapters):
            self.story.merging.arrange([(file.chapter, [scene.id])])

    def _card(self, scene_id: str, file: SceneFile, scene: SceneFile) -> None:
        known = tuple(status.value for status in Status)
        status = file.status if file.status in known else scene.status
        if (status, file.label) != (scene.status, scene.label):
            self.story.cards.put(scene_id, status=status, label=file.label)

    def _new(self, name: str, file: SceneFile) -> None:
        fresh = _ID.fullmatch(file.id) and file.id not in self.known and name in _firsts(self)
        scene_id = file.id if fresh else uuid4().hex
        self._place(name, file, scene_id)
        self.known.add(scene_id)
        self.ids[name] = scene_id
        if not fresh:
            self.memory.made(name, scene_id)
        self._write(scene_id, file.text)
        self._card(scene_id, file, SceneFile(""))
        self.report.add(Change.NEW, name, file.title)

    def _back(self, name: str, file: SceneFile) -> None:
        """A file whose scene lies in the trash: back only if it was changed since."""
        scene_id = self.ids[name]
        if self.memory.untouched(file):
            return
        chapters = {chapter.id for chapter in self.story.outline().chapters}
        if file.chapter in chapters:
            self.story.merging.arrange([(file.chapter, [scene_id])])
        elif not any(gone.id == scene_id for gone in self.story.binder.trash()):
            return  # it went with its chapter; the chapter is brought back in the binder
        self.story.binder.restore_scene(scene_id)
        self._write(scene_id, file.text)
        self.report.add(Change.BACK, name, file.title)

    def _missing(self, remove: bool) -> None:
        """Scenes that the list names and whose files are gone."""
        there = set(self.ids.values())
        listed = {short_id(name): name for c in self.listed.chapters for name in c.scenes}
        for scene_id, scene in self.scenes.items():
            name = listed.get(scene_id[:8])
            if name is None or scene_id in there or name in self.folder.files:
                continue
            if remove and len(self.story.outline().scenes) > 1:
                page = self.story.scenes.load(scene_id)
                self.story.revisions.keep(page, reason="before import")
                self.story.binder.delete_scene(scene_id)
                self.report.add(Change.TRASHED, name, scene.title)
            else:
                self.report.add(Change.MISSING, name, scene.title)

    def _order(self) -> None:
        """Order, titles of chapters and of the story, where only the folder changed them."""
        ours, theirs, base = self.before.mark, self.listed.mark, self.memory.order(self.listed)
        if not self.fresh and theirs in (base, ours):
            return
        if not self.fresh and ours != base:
            self.report.add(Change.CONFLICT, STORY_FILE)
            return
        named = {short_id(name): name for name in self.ids if short_id(name)}
        chapters = []
        for chapter in self.listed.chapters:
            names = (one if one in self.ids else named.get(short_id(one)) for one in chapter.scenes)
            chapters.append((chapter.id, [self.ids[name] for name in names if name is not None]))
        self._titles()
        self.story.merging.arrange(chapters)
        if not self.fresh and not self.report.told:
            self.report.add(Change.TAKEN, STORY_FILE)

    def _titles(self) -> None:
        told = self.listed
        outline = self.story.outline()
        if (told.title, told.author, told.language) != (
            outline.title,
            outline.author,
            outline.language,
        ):
            language = told.language or outline.language
            self.story.rename(title=told.title, author=told.author, language=language)
        now = {chapter.id: chapter.title for chapter in outline.chapters}
        for chapter in told.chapters:
            if chapter.id in now and now[chapter.id] != chapter.title:
                self.story.binder.rename_chapter(chapter.id, chapter.title)

    def _place(self, name: str, file: SceneFile, scene_id: str) -> None:
        """A new file's scene stands in the chapter of its head, behind the file before it."""
        outline = self.story.outline()
        before = [other for other in self.folder.files if other < name and other in self.ids]
        behind = self.ids[before[-1]] if before else ""
        listed = next((c.id for c in self.listed.chapters if name in c.scenes), "")
        known = {chapter.id: chapter for chapter in outline.chapters}
        near = outline.chapter_of(behind)
        wanted = (file.chapter, listed, near.id if near else "", outline.chapters[0].id)
        chapter = known[next(one for one in wanted if one in known)]
        self.story.merging.bring_scene(scene_id, chapter.id, file.title)
        order = [scene.id for scene in chapter.scenes]
        order.insert(order.index(behind) + 1 if behind in order else len(order), scene_id)
        self.story.merging.arrange([(chapter.id, order)])

    def _write(self, scene_id: str, text: str) -> None:
        page = self.story.scenes.load(scene_id)
        if page.text:
            self.story.revisions.keep(page, reason="before import")
        self.story.scenes.save(with_text(page, text))


def with_text(page: Page, text: str) -> Page:
    """The page with another text; what stays of it keeps its writer and its anchors."""
    old, new = page.text.splitlines(keepends=True), text.splitlines(keepends=True)
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line))
    provenance: Provenance = page.provenance
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    for kind, a, b, c, d in reversed(matcher.get_opcodes()):
        if kind != "equal":
            length = sum(len(line) for line in new[c:d])
            spans = (Span(length, Origin.IMPORTED),) if length else ()
            provenance = provenance.replaced(starts[a], starts[b], spans)
    return replace(page, text=text, provenance=provenance, caret=min(page.caret, len(text)))


def _firsts(taking: _Taking) -> set[str]:
    return set(taking.folder.by_id().values())


def _name_of(scene_id: str) -> str:
    return f"00000-{scene_id[:8]}.md"
