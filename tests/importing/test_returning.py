"""The law of the house door: what leaves as Markdown comes back to the character."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storyforge.domain import markup
from storyforge.domain.story import ChapterHead, Outline, SceneHead
from storyforge.domain.text import clean, one_line
from storyforge.export.blocks import draft_of
from storyforge.export.markdown import to_markdown
from storyforge.importing.front_matter import read_front_matter
from storyforge.importing.returning import read_exported

Story = list[tuple[str, list[tuple[str, str]]]]

# Half the alphabet is what Markdown has a meaning for, so that marks come up in every example.
_marks = st.text(alphabet="ab#*-_=+>`~\\ \t\n　。1.)｜《》[]!", max_size=60)
_MARKS = ["# No heading", "## No", "#", "***", "* * *", "---", "---  ", "___", "==="]
_OTHERS = ["- item", "1. one", "> quote", "    code", "", " ", "　", "◇", "```", "Plain words."]
_BACKSLASHES = [
    "\\",
    "\\#",
    "\\\\***",
    "A line that ends so \\",
    "｜漢字《かんじ》",
    "storyforge: 1",
]
_SAMPLES = [*_MARKS, *_OTHERS, *_BACKSLASHES]
_lines = st.lists(st.sampled_from(_SAMPLES), max_size=9).map("\n".join)
texts = st.one_of(_marks, _lines, st.text(max_size=40).map(clean))
titles = st.one_of(
    st.sampled_from(
        ["", "#", "The Boat", "C#", "C #", "C \\#", "***", "第一章　灯台", "true", '"a"']
    ),
    st.text(max_size=20).map(one_line),
)
stories = st.lists(
    st.tuples(titles, st.lists(st.tuples(titles, texts), max_size=4)), min_size=1, max_size=4
)


def outline_of(story: Story, title: str = "T", author: str = "A", language: str = "en") -> Outline:
    chapters = tuple(
        ChapterHead(
            f"c{c}",
            name,
            tuple(SceneHead(f"{c}.{s}", f"c{c}", head) for s, (head, _) in enumerate(scenes)),
        )
        for c, (name, scenes) in enumerate(story)
    )
    return Outline("id", title, author, language, datetime(2024, 5, 1, tzinfo=UTC), chapters)


def markdown_of(story: Story, title: str = "T", author: str = "A") -> str:
    by_id = {
        f"{c}.{s}": text
        for c, (_, scenes) in enumerate(story)
        for s, (_, text) in enumerate(scenes)
    }
    outline = outline_of(story, title, author)
    return to_markdown(draft_of(outline, by_id.__getitem__, today=date(2024, 5, 1)))


def read_back(markdown: str) -> Story:
    lines = markdown.split("\n")
    front = read_front_matter(lines)
    assert front.exported
    chapters = read_exported(
        lines[front.lines :], a_line_a_paragraph=front.values.get("paragraphs") == "lines"
    )
    return [(c.title, [(s.title, s.text) for s in c.scenes]) for c in chapters]


@settings(max_examples=600, deadline=None)
@given(stories)
def test_an_exported_story_comes_back_to_the_character(story: Story) -> None:
    assert read_back(markdown_of(story)) == story


@settings(max_examples=300, deadline=None)
@given(titles, titles)
def test_title_and_author_come_back(title: str, author: str) -> None:
    front = read_front_matter(markdown_of([("", [("", "Text.")])], title, author).split("\n"))
    assert (front.values["title"], front.values.get("author", "")) == (title, author)


@settings(max_examples=300, deadline=None)
@given(texts, st.booleans())
def test_no_line_of_a_page_reads_as_a_mark(text: str, lines: bool) -> None:
    written = markup.text_lines(text, a_line_a_paragraph=lines)
    assert not any(markup.heading(line) or markup.is_rule(line) for line in written)
    assert markup.page_text(written, a_line_a_paragraph=lines) == text


@pytest.mark.parametrize(
    "text",
    [
        "She had kept the light for *eleven* years - on and off.\n\n“Well?” he said.",
        "　｜漢字《かんじ》を書く。\n\n「はい」\n\n◇\n\n……。",
        "- a list\n\n1. another\n\n> and a quote\n\n    indented",
    ],
)
def test_ordinary_prose_leaves_as_it_is(text: str) -> None:
    assert f"\n\n{text}\n" in markdown_of([("One", [("", text)])])


def test_a_story_of_line_paragraphs_leaves_as_markdown_paragraphs() -> None:
    text = "　朝だった。\n「おはよう」\n「ああ」\n\n　昼だった。"
    markdown = markdown_of([("", [("", text)])])
    assert "　朝だった。\n\n「おはよう」\n\n「ああ」\n\n\n　昼だった。" in markdown
    assert read_back(markdown) == [("", [("", text)])]


def test_a_single_break_among_blank_lines_stays_a_break_in_markdown() -> None:
    text = "Prose.\n\nA rose\nis a rose.\n\nMore prose."
    assert "A rose\\\nis a rose." in markdown_of([("", [("", text)])])


def test_extra_blank_lines_by_hand_make_no_scene() -> None:
    markdown = markdown_of([("One", [("Fog", "Text.")])]).replace("# One", "# One\n\n\n")
    assert read_back(markdown) == [("One", [("Fog", "Text.")])]
