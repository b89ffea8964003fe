"""The Markdown an author gets: readable, and only escaped where it must be."""

from datetime import UTC, date, datetime

import pytest

from storyforge.domain.counting import Counts
from storyforge.domain.story import ChapterHead, Outline, SceneHead
from storyforge.export.blocks import ChapterStart, SceneStart, SceneText, draft_of
from storyforge.export.markdown import lines_are_paragraphs, to_markdown

TEXTS = {
    "a": "Mara had kept the light.\n\nThe boat came in.",
    "b": "Fog.",
    "c": "# not a chapter\n\n---\n\n- a list\n\n*soft*",
    "d": "",
}


def outline(title: str = "The Light: a *story*", language: str = "en") -> Outline:
    def scene(key: str, name: str) -> SceneHead:
        return SceneHead(key, "x", name, Counts(10, 50))

    return Outline(
        "id",
        title,
        "Mara",
        language,
        datetime(2024, 5, 1, tzinfo=UTC),
        (
            ChapterHead("x", "The Keeper", (scene("a", ""), scene("b", ""))),
            ChapterHead("y", "The Boat", (scene("c", "Lanterns"), scene("d", ""))),
        ),
    )


def test_a_draft_in_full() -> None:
    draft = draft_of(outline(), TEXTS.__getitem__, today=date(2024, 5, 2))
    assert to_markdown(draft) == (
        "---\n"
        'title: "The Light: a *story*"\n'
        "author: Mara\n"
        "language: en\n"
        "date: 2024-05-02\n"
        "words: 40\n"
        "storyforge: 1\n"
        "---\n\n"
        "# The Keeper\n\n"
        "Mara had kept the light.\n\nThe boat came in.\n\n"
        "***\n\n"
        "Fog.\n\n"
        "# The Boat\n\n"
        "## Lanterns\n\n"
        "\\# not a chapter\n\n\\---\n\n- a list\n\n*soft*\n\n"
        "***\n"
    )


def test_the_blocks_are_neutral() -> None:
    draft = draft_of(outline(), TEXTS.__getitem__, today=date(2024, 5, 2))
    assert draft.blocks[:3] == (
        ChapterStart("The Keeper", "x"),
        SceneStart("", opens_chapter=True),
        SceneText(TEXTS["a"]),
    )
    assert list(draft.texts) == list(TEXTS.values())


def test_japanese_is_counted_in_characters() -> None:
    draft = draft_of(outline("風", "ja"), TEXTS.__getitem__, today=date(2024, 5, 2))
    assert "title: 風\n" in to_markdown(draft)
    assert "characters: 200\n" in to_markdown(draft)


@pytest.mark.parametrize("title", ["true", "12", "a # b", "- x", 'say "hi"', "a: b", "’tis"])
def test_titles_that_yaml_would_misread_are_quoted(title: str) -> None:
    draft = draft_of(outline(title), TEXTS.__getitem__, today=date(2024, 5, 2))
    assert 'title: "' in to_markdown(draft)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["a\nb\nc"], True),
        (["a\n\nb\n\nc"], False),
        (["a\nb", "c\nd\n\ne"], True),
        (["one paragraph"], False),
        (["", "\n\n"], False),
    ],
)
def test_how_an_author_ends_a_paragraph_is_seen(texts: list[str], expected: bool) -> None:
    assert lines_are_paragraphs(texts) is expected
