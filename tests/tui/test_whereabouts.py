"""Where in the story the page is, in one line of the header; words that depend on the language."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storyforge import i18n
from storyforge.store.story_file import StoryFile
from storyforge.tui.widgets.binder import whereabouts


@pytest.fixture
def japanese() -> Iterator[None]:
    i18n.use_language("ja")
    yield
    i18n.use_language("en")


def places(path: Path, *titles: str) -> list[str]:
    """Where the first scene of each of these chapters is said to be."""
    with StoryFile.create(path, title="風", language="ja") as story:
        first = story.outline().chapters[0]
        story.binder.rename_chapter(first.id, titles[0])
        for title in titles[1:]:
            story.binder.add_scene(story.binder.add_chapter(title), "夜")
        outline = story.outline()
    return [whereabouts(outline, chapter.scenes[-1].id) for chapter in outline.chapters]


def test_a_chapter_that_is_only_numbered_is_not_numbered_twice(tmp_path: Path) -> None:
    assert places(tmp_path / "a.forge", "Chapter 1", "The Boat") == [
        "ch 1 › 1 Scene 1",
        "ch 2 · The Boat › 1 夜",
    ]


def test_nor_in_japanese(tmp_path: Path, japanese: None) -> None:
    assert places(tmp_path / "a.forge", "第1章", "嵐") == ["第1章 › 1 シーン1", "第2章 · 嵐 › 1 夜"]


def test_quotes_and_commas_are_those_of_the_language(japanese: None) -> None:
    assert i18n.in_quotes("灯台") == "「灯台」"
    assert i18n.listed(["嵐", "夜"]) == "嵐、夜"
    i18n.use_language("en")
    assert i18n.in_quotes("oil") == "“oil”"
    assert i18n.listed(["fog", "oil"]) == "fog, oil"
