"""Oversized paragraphs: locked, offered to be broken, broken without losing a word."""

import re

from hypothesis import given
from hypothesis import strategies as st

from storyforge.domain.origin import Origin, Provenance, Span
from storyforge.domain.story import Page
from storyforge.tui.widgets.manuscript import Manuscript
from storyforge.tui.widgets.paragraphs import LIMIT, PIECE, breaks_of, is_too_long
from tests.tui.manuscript_app import page_of, paste, until, writing

SENTENCES = "She lit the lamp. Was it late? The sea said nothing. " * 1000


def broken(line: str) -> list[str]:
    at, pieces = 0, []
    for start, end in breaks_of(line):
        pieces.append(line[at:start])
        at = end
    return [*pieces, line[at:]]


def test_the_limit_counts_bytes() -> None:
    assert not is_too_long("a" * LIMIT)
    assert is_too_long("a" * (LIMIT + 1))
    assert is_too_long("海" * (LIMIT // 3 + 1))
    assert not is_too_long("海" * (LIMIT // 3))


def test_paragraphs_break_at_sentences() -> None:
    pieces = broken(SENTENCES)
    assert " ".join(pieces) == SENTENCES
    assert all(piece.endswith((".", "?")) and len(piece) <= PIECE for piece in pieces[:-1])


def test_without_sentences_they_break_at_words_and_without_words_anywhere() -> None:
    assert all(piece.endswith("word") for piece in broken("word " * 1000)[:-1])
    assert "".join(broken("a" * 4000)) == "a" * 4000
    accents = broken("e\u0301" * 4000)
    assert all(piece.startswith("e") for piece in accents)
    japanese = broken("海は静かだった。" * 1000)
    assert all(piece.endswith("。") for piece in japanese)


@given(st.text("ab.。 \u0301", max_size=40), st.integers(1, 200))
def test_only_spaces_give_way(text: str, times: int) -> None:
    line = text * times
    taken = "".join(line[start:end] for start, end in breaks_of(line))
    assert taken.strip(" ") == ""
    assert re.sub(" ", "", "".join(broken(line))) == re.sub(" ", "", line)


async def test_a_page_with_such_a_paragraph_is_locked_until_it_is_broken() -> None:
    text = f"Before.\n{SENTENCES}\nAfter."
    spans = (Span(5000, Origin.TYPED), Span(len(text) - 5000, Origin.MODEL, "take"))
    async with writing() as (pilot, page, desk):
        caret = text.index("After")
        page.show(Page("s", text, Provenance(spans), caret))
        await pilot.press("x")
        await until(pilot, lambda: bool(desk.heard))
        assert isinstance(desk.heard[0], Manuscript.ParagraphTooLong)
        assert "too long" in page.lock_reason
        assert page.page().text == text
        proposal = "\n".join(("Before.", *broken(SENTENCES), "After."))
        page.break_long_paragraphs()
        assert page.lock_reason == ""
        assert page.page().text == proposal
        assert page.page().text[page.caret :] == "After."
        assert page.provenance.length == len(proposal)
        assert page.provenance.spans[-1].take == "take"
        await pilot.press("x")
        assert page.page().text.endswith("xAfter.")
        await pilot.press("ctrl+z", "ctrl+z")
        assert page.page().text == text
        assert "too long" in page.lock_reason
        await pilot.press("ctrl+y")
        assert page.page().text == proposal


async def test_a_pasted_giant_can_be_taken_back() -> None:
    async with writing("a") as (pilot, page, desk):
        await paste(pilot, SENTENCES)
        assert "too long" in page.lock_reason
        assert any(isinstance(m, Manuscript.ParagraphTooLong) for m in desk.heard)
        await pilot.press("x", "ctrl+z")
        assert page.page().text == "a"
        assert page.lock_reason == ""
        await pilot.press("b")
        assert page.page().text == "ab"


async def test_another_scene_is_not_locked_by_the_last_one() -> None:
    async with writing() as (_pilot, page, _):
        page.show(page_of(SENTENCES))
        assert page.lock_reason
        page.show(page_of("short"))
        assert not page.read_only
        page.lock_page("Held.")
        page.show(page_of("another"))
        assert page.lock_reason == "Held."
