"""Chapters and scenes in another order."""

from datetime import UTC, datetime

from storyforge.domain.arranging import scene_place, stepped, with_scene_at
from storyforge.domain.story import ChapterHead, Outline, SceneHead


def outline(**chapters: str) -> Outline:
    """Chapters by name, each letter a scene."""
    heads = tuple(
        ChapterHead(name, name, tuple(SceneHead(letter, name, letter) for letter in scenes))
        for name, scenes in chapters.items()
    )
    return Outline("s", "S", "", "en", datetime.now(UTC), heads)


def told(found: Outline) -> str:
    return " ".join(
        f"{chapter.id}:{''.join(scene.id for scene in chapter.scenes)}"
        for chapter in found.chapters
    )


START = outline(one="ab", two="c", three="")


def test_a_scene_goes_on_over_the_edges_of_chapters() -> None:
    assert told(stepped(START, "scene", "a", 1)) == "one:ba two:c three:"
    assert told(stepped(START, "scene", "a", 2)) == "one:b two:ac three:"
    assert told(stepped(START, "scene", "a", 3)) == "one:b two:ca three:"
    assert told(stepped(START, "scene", "a", 4)) == "one:b two:c three:a"
    assert told(stepped(START, "scene", "c", -1)) == "one:abc two: three:"
    assert told(stepped(START, "scene", "c", -3)) == "one:cab two: three:"


def test_at_the_storys_edges_nothing_moves() -> None:
    assert stepped(START, "scene", "a", -1) is START
    assert told(stepped(START, "scene", "b", 1_000_000)) == "one:a two:c three:b"
    assert told(stepped(START, "chapter", "one", -5)) == told(START)
    assert stepped(START, "scene", "gone", 1) is START


def test_chapters_move_with_their_scenes() -> None:
    assert told(stepped(START, "chapter", "one", 1)) == "two:c one:ab three:"
    assert told(stepped(START, "chapter", "three", -9)) == "three: one:ab two:c"
    assert stepped(START, "chapter", "gone", 1) is START


def test_a_carried_scene_knows_its_new_chapter() -> None:
    moved = with_scene_at(START, "a", "two", 1)
    assert scene_place(moved, "a") == ("two", 1)
    scene = moved.scene("a")
    assert scene is not None
    assert scene.chapter_id == "two"
    assert scene_place(START, "gone") is None
