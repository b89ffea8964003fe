"""What comes in: a foreign text becomes a story file. Its preview keeps nothing."""

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import uuid4

from storyforge.domain.lore import AUTHOR_NOTE, MEMORY
from storyforge.domain.origin import Origin, Place, PlaceKind, Provenance, Span
from storyforge.domain.story import Page
from storyforge.importing import reading
from storyforge.importing.values import NO_CARD, ImportedScene, ImportOptions, ImportPreview
from storyforge.store.story_file import StoryFile
from storyforge.studio import shelf

#: is told how much of how much is done; may raise to stop
Progress = Callable[[int, int], None]


def preview_import(sources: Sequence[Path], options: ImportOptions | None = None) -> ImportPreview:
    """What importing the files and folders `sources` would bring; nothing is kept.

    Raises:
        BadInput: a file is missing, of no known kind, damaged or dangerous, or nothing is in it.
    """
    return reading.preview_import(sources, options)


def import_story(
    preview: ImportPreview, path: Path, *, language: str = "en", progress: Progress | None = None
) -> StoryFile:
    """Make the story of `preview` at `path` and leave it open; a story that fails leaves no file.

    Args:
        language: for a text that does not tell its own.
        progress: is told how many scenes of how many are written; may raise to stop it.

    Raises:
        Refused: something is at `path` already.
        StoryFileError: it cannot be written there.
    """
    story = shelf.create_story(
        path,
        title=preview.title,
        author=preview.author,
        language=preview.language or language,
    )
    try:
        with story.together():
            _fill(story, preview, progress or (lambda _done, _total: None))
    except BaseException:
        with contextlib.suppress(Exception):
            story.close()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        shelf.forget(path)
        raise
    return story


def _fill(story: StoryFile, preview: ImportPreview, progress: Progress) -> None:
    """Everything into a new story, whose one chapter and scene are used first."""
    _fill_beside(story, preview)
    if not preview.chapters:
        return
    given = story.outline().chapters[0]
    spare = [scene.id for scene in given.scenes]
    first_written: str | None = None
    total, done = len(preview.scenes), 0
    for index, chapter in enumerate(preview.chapters):
        if index == 0:
            chapter_id = given.id
            story.binder.rename_chapter(chapter_id, chapter.title)
        else:
            chapter_id = story.binder.add_chapter(chapter.title)
        for scene in chapter.scenes:
            if index == 0 and spare:
                scene_id = spare.pop()
                story.binder.rename_scene(scene_id, scene.title)
            else:
                scene_id = story.binder.add_scene(chapter_id, scene.title)
            first_written = first_written or scene_id
            _write(story, scene_id, scene)
            done += 1
            progress(done, total)
    # A first chapter without scenes gives the one it came with back, if the story has another.
    if spare and first_written is not None:
        story.binder.delete_scene(spare.pop())
    if first_written is not None:
        story.remember("open_scene", first_written)


def _fill_beside(story: StoryFile, preview: ImportPreview) -> None:
    """What is no text: memory, author's note, the book of lore, attachments."""
    for kind, text in ((MEMORY, preview.memory), (AUTHOR_NOTE, preview.author_note)):
        if text.strip():
            story.context.set_text(kind, text)
    if preview.lore:
        story.context.set_lore(preview.lore)
    if preview.lore_books:
        from storyforge.studio.lore.out import remember_rest

        for kind, told in preview.lore_books.items():
            remember_rest(story, kind, told)
    for kept in preview.attachments:
        story.attachments.add(kept.name, kept.media_type, kept.source, kept.data)


def _write(story: StoryFile, scene_id: str, scene: ImportedScene) -> None:
    if scene.card != NO_CARD:
        card = scene.card
        story.cards.put(scene_id, label=card.label, status=card.status, notes=card.notes)
    if not scene.text:
        return
    provenance = _provenance(scene)
    for comment in scene.comments:
        anchor = Place(uuid4().hex, comment.start, comment.end, PlaceKind.COMMENT)
        story.comments.add(scene_id, anchor.id, comment.text)
        provenance = provenance.with_place(anchor)
    story.scenes.save(Page(scene_id, scene.text, provenance))


def _provenance(scene: ImportedScene) -> Provenance:
    """All imported, but for what the file says that a model wrote."""
    spans = []
    at = 0
    for start, end in scene.model:
        spans.append(Span(start - at, Origin.IMPORTED))
        spans.append(Span(end - start, Origin.MODEL))
        at = end
    spans.append(Span(len(scene.text) - at, Origin.IMPORTED))
    return Provenance().replaced(0, 0, tuple(spans))
