"""Chapters and scenes of an outline in another order. Pure; nothing is stored."""

from dataclasses import replace

from storyforge.domain.story import ChapterHead, Outline, SceneHead


def scene_place(outline: Outline, scene_id: str) -> tuple[str, int] | None:
    """(chapter, index in it from 0) of a scene."""
    for chapter in outline.chapters:
        for index, scene in enumerate(chapter.scenes):
            if scene.id == scene_id:
                return chapter.id, index
    return None


def chapter_place(outline: Outline, chapter_id: str) -> int | None:
    """The index of a chapter, from 0."""
    ids = [chapter.id for chapter in outline.chapters]
    return ids.index(chapter_id) if chapter_id in ids else None


def with_scene_at(outline: Outline, scene_id: str, chapter_id: str, index: int) -> Outline:
    """The outline with a scene at `index` of a chapter, its own or another."""
    moving = outline.scene(scene_id)
    if moving is None or chapter_place(outline, chapter_id) is None:
        return outline
    chapters = []
    for chapter in outline.chapters:
        scenes: list[SceneHead] = [scene for scene in chapter.scenes if scene.id != scene_id]
        if chapter.id == chapter_id:
            scenes.insert(max(index, 0), replace(moving, chapter_id=chapter_id))
        chapters.append(replace(chapter, scenes=tuple(scenes)))
    return replace(outline, chapters=tuple(chapters))


def with_chapter_at(outline: Outline, chapter_id: str, index: int) -> Outline:
    """The outline with a chapter at `index`."""
    chapters: list[ChapterHead] = list(outline.chapters)
    at = chapter_place(outline, chapter_id)
    if at is None:
        return outline
    moving = chapters.pop(at)
    chapters.insert(max(index, 0), moving)
    return replace(outline, chapters=tuple(chapters))


def stepped(outline: Outline, kind: str, key: str, steps: int) -> Outline:
    """The outline with a chapter or scene moved by `steps` rows; over a chapter's edge a scene
    goes on in its neighbour, and at the story's edge nothing moves any more.

    Args:
        kind: "chapter" or "scene".
    """
    if kind == "chapter":
        at = chapter_place(outline, key)
        last = len(outline.chapters) - 1
        return (
            outline if at is None else with_chapter_at(outline, key, min(max(at + steps, 0), last))
        )
    rows = len(outline.chapters) + len(outline.scenes)
    for _number in range(min(abs(steps), rows)):
        moved = _scene_by_one(outline, key, 1 if steps > 0 else -1)
        if moved is outline:
            break
        outline = moved
    return outline


def _scene_by_one(outline: Outline, scene_id: str, step: int) -> Outline:
    place = scene_place(outline, scene_id)
    if place is None:
        return outline
    chapter_id, index = place
    at = chapter_place(outline, chapter_id)
    assert at is not None
    if 0 <= index + step < len(outline.chapters[at].scenes):
        return with_scene_at(outline, scene_id, chapter_id, index + step)
    if not 0 <= at + step < len(outline.chapters):
        return outline
    other = outline.chapters[at + step]
    return with_scene_at(outline, scene_id, other.id, 0 if step > 0 else len(other.scenes))
