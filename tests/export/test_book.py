"""What readers see of a story: paragraphs, breaks, headings, and what stands around them."""

import pytest

from storyforge.domain.inline import Run
from storyforge.export.blocks import Break, Paragraph
from storyforge.export.book import headed, paragraphs
from storyforge.export.settings import ExportSettings
from tests.export.stories import ENGLISH, JAPANESE, book, draft


def shown(text: str, *, by_line: bool = False) -> list[str]:
    """Each paragraph with ↑ where it has room above it; a break in brackets."""
    return [
        f"[{block.sign}]" if isinstance(block, Break) else "↑" * block.gap + block.text
        for block in paragraphs(text, a_line_a_paragraph=by_line)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("\n\n", []),
        ("a", ["a"]),
        ("a\n\nb", ["a", "b"]),
        ("a\nb", ["a\nb"]),
        ("a\n\n\nb", ["a", "↑b"]),
        ("\n\n\na", ["a"]),
        ("a\n\n***\n\nb", ["a", "[***]", "b"]),
        ("a\n#\nb", ["a", "[#]", "b"]),
        ("a\n\n　◇　◇　\n\n\n\nb", ["a", "[◇　◇]", "b"]),
        ("  a  \n \nb\t", ["a", "b"]),
        ("　段落", ["　段落"]),
    ],
)
def test_blank_lines_part_paragraphs(text: str, expected: list[str]) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a\nb", ["a", "b"]), ("a\n\nb", ["a", "↑b"]), ("a\n◇\nb", ["a", "[◇]", "b"])],
)
def test_a_line_is_a_paragraph_where_the_author_writes_so(text: str, expected: list[str]) -> None:
    assert shown(text, by_line=True) == expected


def test_a_story_as_its_readers_see_it() -> None:
    made = book(ENGLISH)
    assert [chapter.heading for chapter in made.chapters] == ["The Keeper", "The Boat"]
    first = made.chapters[0].scenes[0]
    assert first.heading == ""
    assert first.body[0] == Paragraph(
        (
            (
                Run("Mara "),
                Run("kept", italic=True),
                Run(" the "),
                Run("light", bold=True),
                Run("."),
            ),
        )
    )
    assert not made.indented


def test_japanese_lines_are_paragraphs_and_its_indents_are_the_authors_own() -> None:
    made = book(JAPANESE, language="ja")
    assert made.indented
    body = made.chapters[0].scenes[0].body
    assert [block.text for block in body if isinstance(block, Paragraph)] == [
        "　灯台の小さな灯。",
        "「はい」",
        "　だけを12回!?",
    ]


def test_a_scene_pasted_with_blank_lines_fits_into_a_story_of_lines() -> None:
    made = book([("", [("", "a\nb\nc\nd\ne"), ("", "f\n\ng")])])
    second = made.chapters[0].scenes[1].body
    assert [block for block in second if isinstance(block, Paragraph) and block.gap] == []
    assert len(second) == 2


def test_a_scene_of_long_lines_fits_into_a_story_of_blank_lines() -> None:
    long = "word " * 30
    made = book([("", [("", "a\n\nb\n\nc\n\nd\n\ne"), ("", f"{long}\n{long}\n{long}")])])
    assert len(made.chapters[0].scenes[1].body) == 3


def test_a_scene_without_words_is_not_there_for_readers() -> None:
    made = book([("A", [("plan", ""), ("", "words")])])
    assert len(made.chapters[0].scenes) == 1


@pytest.mark.parametrize(
    ("wishes", "language", "expected"),
    [
        ({}, "en", ["Prologue", "Fog", "Chapter 2"]),
        ({"heading": "Ch. {number}: {title}"}, "en", ["Prologue", "Ch. 1: Fog", "Chapter 2"]),
        (
            {"heading": "{number}. {title}", "numerals": "roman", "untitled_heading": "{number}."},
            "en",
            ["Prologue", "I. Fog", "II."],
        ),
        (
            {"heading": "Chapter {number}", "numerals": "words"},
            "en",
            ["Prologue", "Chapter One", "Chapter Two"],
        ),
        ({"heading": "第{number}章　{title}"}, "ja", ["Prologue", "第一章　Fog", "第二章"]),
        ({"heading": "第{number}章", "numerals": "arabic"}, "ja", ["Prologue", "第1章", "第2章"]),
        ({"heading": "{x} {title}"}, "en", ["Prologue", "{x} Fog", "Chapter 2"]),
    ],
)  # fmt: skip
def test_headings_follow_the_templates(
    wishes: dict[str, str], language: str, expected: list[str]
) -> None:
    chapters = [("Prologue", [("", "a")]), ("Fog", [("", "b")]), ("", [("", "c")])]
    made = book(chapters, ExportSettings(**wishes), language=language)  # type: ignore[arg-type]
    assert [chapter.heading for chapter in made.chapters] == expected


def test_chapters_without_headings_keep_their_names_for_the_list_of_contents() -> None:
    made = book(ENGLISH, ExportSettings(chapter_titles=False))
    assert [one.name for one in made.chapters] == ["The Keeper", "The Boat"]
    assert [one.heading for one in made.chapters] == ["", ""]


def test_chosen_chapters_keep_their_numbers_and_are_counted_alone() -> None:
    settings = ExportSettings(chapters=("c1",), heading="{number} {title}")
    made = book(ENGLISH, settings)
    assert [chapter.heading for chapter in made.chapters] == ["2 The Boat"]
    assert made.front.counts.words == 6


def test_scene_titles_are_shown_on_request() -> None:
    made = book(ENGLISH, ExportSettings(scene_titles=True))
    assert [scene.heading for scene in made.chapters[0].scenes] == ["Oil", "Fog"]


def test_what_stands_before_and_behind() -> None:
    settings = ExportSettings(dedication="For *Ann*", about="Lives.", afterword="Thanks.")
    made = book(ENGLISH, settings)
    assert [(one.kind, one.heading) for one in made.before] == [("dedication", "")]
    assert [(one.kind, one.heading) for one in made.behind] == [
        ("afterword", "Afterword"),
        ("about", "About the author"),
    ]
    assert book(JAPANESE, settings, language="ja").behind[0].heading == "あとがき"


def test_nothing_in_a_book_is_more_than_xml_can_hold() -> None:
    made = book([("A\ufffe", [("", "b\uffff c")])], title="T\ufffe")
    assert made.front.title == "T"
    assert made.chapters[0].heading == "A"
    assert made.chapters[0].scenes[0].body[0].text == "b c"  # type: ignore[union-attr]


def test_a_draft_with_headings_leaves_the_rest_without_words() -> None:
    made = headed(draft(ENGLISH), ExportSettings(chapters=("c1",), heading="{number}: {title}"))
    assert list(made.texts) == ["", "", "A child\nunder the canvas,\nasleep."]
