import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyforge.domain.hidden import break_end, hidden_spans, is_within, never_closed, seen, visible


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("He left.", "He left."),
        ("He left.\n\n@_ why?\n\nIt rained.", "He left.\n\nIt rained."),
        ("He left.\n@_ why?\nIt rained.", "He left.\nIt rained."),
        ("He left.\n@_ why?\n\nIt rained.", "He left.\n\nIt rained."),
        ("He left.\n\n@_ why?\nIt rained.", "He left.\n\nIt rained."),
        ("@_ chapter of the fog\n\nHe left.", "He left."),
        ("He left.\n\n@_ one\n@_ two\n\n@_ three\n\nIt rained.", "He left.\n\nIt rained."),
        ("He left.\n\n@_ at the caret", "He left.\n\n"),
        ("　＠＿ 霧の章\n　彼は立った。", "　彼は立った。"),
        ("write to me@_home.org", "write to me@_home.org"),
        ("He left @/* why? @*/ at once.", "He left at once."),
        ("He left @/* why? @*/.", "He left."),
        ("He left.@/* why? @*/\nIt rained.", "He left.\nIt rained."),
        ("@/* a start @*/ He left.", "He left."),
        ("He left.\n\n@/* one\n\ntwo @*/\n\nIt rained.", "He left.\n\nIt rained."),
        ("He le@/* one\n\ntwo @*/ft.", "He left."),
        ("彼は＠／＊ メモ ＠＊／立った。", "彼は立った。"),
        ("He left.\n\n@break\n\nIt rained.", "He left.\n\nIt rained."),
        ("He left.\n\n@endpoint", "He left.\n\n"),
        ("a @break in the rain", "a @break in the rain"),
        ("He left. @*/ It rained.", "He left. It rained."),
        ("@/* @_ x\n@break @*/He left.", "He left."),
    ],
)
def test_commands_are_left_out_without_odd_gaps(text: str, left: str) -> None:
    assert visible(text) == left


def test_a_block_never_closed_hides_the_rest_of_its_paragraph_and_is_told() -> None:
    text = "He left. @/* why\n\nIt rained."
    assert visible(text) == "He left.\n\nIt rained."
    assert never_closed(text) == (9,)
    assert never_closed("He @/* x @*/ left.") == ()


def test_an_opening_before_the_closing_was_forgotten() -> None:
    text = "@/* one\n\nHe left.\n\n@/* two @*/\n\nIt rained."
    assert visible(text) == "He left.\n\nIt rained."
    assert never_closed(text) == (0,)


@pytest.mark.parametrize("word", ["@break", "@startpoint", " @Break ", "＠break"])
def test_a_break_hides_all_above_from_the_model_and_nothing_from_readers(word: str) -> None:
    text = f"He left.\n\n{word}\n\nIt rained. @/* x @*/Much."
    told = seen(text)
    assert (told.text, told.broken) == ("It rained. Much.", True)
    assert visible(text)[told.start :] == told.text
    assert text[break_end(text) :].startswith("It rained.")
    assert visible(text).startswith("He left.")


def test_a_break_behind_the_caret_hides_nothing() -> None:
    text = "He left.\n\n@break\n\nIt rained."
    assert seen(text, 8).text == "He left."
    assert not seen(text, 8).broken


def test_a_caret_within_a_block_shows_the_model_what_stands_before_it() -> None:
    text = "He left. @/* one\n\ntwo @*/ It rained."
    assert seen(text, text.index("two")).text == "He left."
    assert seen(text, len(text)).text == "He left. It rained."


@pytest.mark.parametrize(
    ("text", "within"),
    [
        ("@_ why|", True),
        ("@_ why\n|", False),
        ("|@_ why", False),
        ("He @/* a | b @*/ left.", True),
        ("He @/* a @*/| left.", False),
        ("He @/* never|", True),
        ("@break|", True),
        ("He left.|", False),
    ],
)
def test_what_is_put_into_a_command_becomes_a_part_of_it(text: str, within: bool) -> None:
    before, _caret, after = text.partition("|")
    assert is_within(before + after, len(before)) is within


def test_the_end_of_a_longer_text_shows_nothing_of_a_block_that_began_above() -> None:
    assert seen("ret\n\nstill secret @*/\n\nIt rained.", cut=True).text.strip() == "It rained."
    assert seen("ret of a line\nIt rained.", cut=True).text == "It rained."
    assert seen("ret of a line\n\n@/* x @*/It rained.", cut=True).text == "\nIt rained."


def test_many_openings_cost_no_more_than_their_text() -> None:
    text = "@/* again and again " * 20_000
    assert visible(text) == ""
    assert len(never_closed("@/* x\n" * 20_000)) == 20_000


_pieces = st.lists(
    st.sampled_from(
        ["@_", "@/*", "@*/", "@break", "@endpoint", "\n", "\n\n", " ", "secret", "words", ".", "　"]
    ),
    max_size=30,
)


@given(_pieces, st.integers(0, 200))
def test_spans_are_in_order_and_what_is_seen_is_the_end_of_what_is_visible(
    pieces: list[str], at: int
) -> None:
    text = "".join(pieces)
    spans = hidden_spans(text)
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(edges)
    assert all(start < end for start, end in spans)
    assert not edges or edges[-1] <= len(text)
    told = seen(text)
    assert visible(text)[told.start :] == told.text
    at = min(at, len(text))
    assert len(seen(text, at).text) <= at


_WRITTEN = [
    "It rained.",
    "\n",
    "\n\n",
    " ",
    "\n@_ secret\n",
    "@/* secret @*/",
    "@/* a\n\nsecret @*/",
]


@given(st.lists(st.sampled_from(_WRITTEN), max_size=20), st.integers(0, 300))
def test_what_is_hidden_is_never_seen(pieces: list[str], at: int) -> None:
    text = "".join(pieces)
    assert "secret" not in visible(text)
    assert "secret" not in seen(text, min(at, len(text))).text
    assert "secret" not in seen(text[at:], cut=True).text or "\n" not in text[at:]
    assert visible(text).count("It rained.") == text.count("It rained.")


@given(st.lists(st.sampled_from(["It rained.", "\n\n", " "]), max_size=12))
def test_a_text_without_commands_is_seen_as_it_stands(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert visible(text) == text == seen(text).text


def test_signs_that_are_no_commands_cost_no_walk_through_their_paragraph() -> None:
    began = time.monotonic()
    assert hidden_spans("a@_b " * 400_000) == ()
    assert time.monotonic() - began < 5.0  # walking back to its beginning each time takes 20 s
