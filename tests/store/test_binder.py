import pytest

from storyforge.errors import BadInput, Refused
from storyforge.store.story_file import StoryFile


def shape(story: StoryFile) -> dict[str, list[str]]:
    return {c.title: [s.title for s in c.scenes] for c in story.outline().chapters}


@pytest.fixture
def bound(story: StoryFile) -> StoryFile:
    """Two chapters: One with a, b, c; Two with d."""
    outline = story.outline()
    one = outline.chapters[0].id
    story.binder.rename_chapter(one, "One")
    story.binder.rename_scene(outline.scenes[0].id, "a")
    story.binder.add_scene(one, "c")
    story.binder.add_scene(one, "b", after=outline.scenes[0].id)
    two = story.binder.add_chapter("Two")
    story.binder.add_scene(two, "d")
    return story


def scene(story: StoryFile, title: str) -> str:
    return next(s.id for s in story.outline().scenes if s.title == title)


def chapter(story: StoryFile, title: str) -> str:
    return next(c.id for c in story.outline().chapters if c.title == title)


def test_scenes_and_chapters_are_added_where_they_are_wanted(bound: StoryFile) -> None:
    assert shape(bound) == {"One": ["a", "b", "c"], "Two": ["d"]}
    bound.binder.add_chapter("Between", after=chapter(bound, "One"))
    assert list(shape(bound)) == ["One", "Between", "Two"]


def test_titles_are_one_clean_line(bound: StoryFile) -> None:
    bound.binder.rename_scene(scene(bound, "a"), "a\x1b[31m\nred")
    assert shape(bound)["One"][0] == "a[31m red"


def test_scenes_move_within_and_between_chapters(bound: StoryFile) -> None:
    bound.binder.move_scene(scene(bound, "c"), chapter(bound, "One"), 0)
    assert shape(bound)["One"] == ["c", "a", "b"]
    bound.binder.move_scene(scene(bound, "c"), chapter(bound, "One"), 1)
    assert shape(bound)["One"] == ["a", "c", "b"]
    bound.binder.move_scene(scene(bound, "a"), chapter(bound, "Two"), 9)
    assert shape(bound) == {"One": ["c", "b"], "Two": ["d", "a"]}


def test_chapters_move(bound: StoryFile) -> None:
    bound.binder.move_chapter(chapter(bound, "Two"), 0)
    assert list(shape(bound)) == ["Two", "One"]
    bound.binder.move_chapter(chapter(bound, "Two"), 1)
    assert list(shape(bound)) == ["One", "Two"]


def test_a_deleted_scene_comes_back_where_it_stood(bound: StoryFile) -> None:
    b = scene(bound, "b")
    bound.binder.delete_scene(b)
    assert shape(bound)["One"] == ["a", "c"]
    bound.binder.restore_scene(b)
    assert shape(bound)["One"] == ["a", "b", "c"]


def test_it_comes_back_between_its_neighbours_after_others_moved(bound: StoryFile) -> None:
    b, c = scene(bound, "b"), scene(bound, "c")
    bound.binder.delete_scene(b)
    bound.binder.add_scene(chapter(bound, "One"), "new", after=c)
    bound.binder.move_scene(scene(bound, "d"), chapter(bound, "One"), 1)
    assert shape(bound)["One"] == ["a", "d", "c", "new"]
    bound.binder.restore_scene(b)
    assert [t for t in shape(bound)["One"] if t != "d"] == ["a", "b", "c", "new"]


def test_a_deleted_chapter_comes_back_with_its_scenes(bound: StoryFile) -> None:
    one, b = chapter(bound, "One"), scene(bound, "b")
    bound.binder.delete_scene(b)
    bound.binder.delete_chapter(one)
    assert shape(bound) == {"Two": ["d"]}
    with pytest.raises(Refused, match="chapter of this scene is deleted"):
        bound.binder.restore_scene(b)
    bound.binder.restore_chapter(one)
    assert shape(bound) == {"One": ["a", "c"], "Two": ["d"]}
    bound.binder.restore_scene(b)
    assert shape(bound)["One"] == ["a", "b", "c"]


def test_a_story_keeps_one_scene(bound: StoryFile) -> None:
    two = chapter(bound, "Two")
    bound.binder.delete_chapter(chapter(bound, "One"))
    with pytest.raises(Refused, match="only scene"):
        bound.binder.delete_scene(scene(bound, "d"))
    with pytest.raises(Refused, match="only scene"):
        bound.binder.delete_chapter(two)
    assert shape(bound) == {"Two": ["d"]}


def test_a_chapter_may_stand_empty_while_another_has_a_scene(bound: StoryFile) -> None:
    bound.binder.delete_scene(scene(bound, "d"))
    assert shape(bound) == {"One": ["a", "b", "c"], "Two": []}


def test_unknown_ids_are_named(bound: StoryFile) -> None:
    gone = chapter(bound, "Two")
    bound.binder.delete_chapter(gone)
    with pytest.raises(BadInput, match="scene is not in the story"):
        bound.binder.rename_scene("nobody", "x")
    with pytest.raises(BadInput, match="chapter is not in the story"):
        bound.binder.rename_chapter("nobody", "x")
    for wrong in ("nobody", gone):
        with pytest.raises(BadInput, match="chapter is not in the story"):
            bound.binder.add_scene(wrong, "x")
        with pytest.raises(BadInput, match="chapter is not in the story"):
            bound.binder.move_scene(scene(bound, "a"), wrong, 0)
    assert shape(bound) == {"One": ["a", "b", "c"]}
