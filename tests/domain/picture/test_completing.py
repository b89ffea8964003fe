"""What is being typed in a prompt, and what a completion makes of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyforge.domain.picture.completing import Typed, completed, spelled, typed_at
from storyforge.domain.picture.painters import Dialect

_COMMAS, _SPACES = Dialect.TAGS_COMMAS, Dialect.TAGS_SPACES


@pytest.mark.parametrize(
    ("prompt", "dialect", "text"),
    [
        ("1girl, long h", _COMMAS, "long h"),
        ("1girl long_h", _SPACES, "long_h"),
        ("(red:1.2), (lo", _COMMAS, "lo"),
        ("a\nlo", _COMMAS, "lo"),
        ("x, <lora:ink", _COMMAS, "ink"),
        ("x, <hypernet:ink", _COMMAS, "ink"),
    ],
)
def test_the_word_before_the_cursor_is_completed(prompt: str, dialect: Dialect, text: str) -> None:
    typed = typed_at(prompt, len(prompt), dialect)
    assert typed is not None
    assert typed.text == text
    assert prompt[typed.start : typed.end] == text
    assert typed.lora is ("lora" in prompt)
    assert typed.hypernet is ("hypernet" in prompt)


def test_nothing_is_completed_within_a_word_or_behind_a_comma() -> None:
    assert typed_at("long_hair", 4, _COMMAS) is not None  # before the blank of its two words
    assert typed_at("lonhair", 3, _COMMAS) is None
    assert typed_at("red, ", 5, _COMMAS) is None
    assert typed_at("", 0, _COMMAS) is None


@pytest.mark.parametrize(
    ("tag", "dialect", "text"),
    [
        ("long_hair", _COMMAS, "long hair"),
        ("long_hair", _SPACES, "long_hair"),
        ("bow_(weapon)", _COMMAS, "bow \\(weapon\\)"),
        ("^_^", _COMMAS, "^_^"),
        ("o_o", _COMMAS, "o_o"),
        (">_<", Dialect.NATURAL, ">_<"),
    ],
)
def test_a_tag_is_spelled_as_the_dialect_wants_it(tag: str, dialect: Dialect, text: str) -> None:
    assert spelled(tag, dialect) == text


def test_the_word_of_a_file_is_spelled_as_it_is() -> None:
    typed = typed_at("fog, bad", 8, _COMMAS)
    assert typed is not None
    edit = completed("fog, bad", typed, "bad_hands_(v2)", _COMMAS, as_it_is=True)
    assert edit.applied("fog, bad") == "fog, bad_hands_(v2), "


def test_a_completion_takes_the_place_of_what_was_typed_and_a_comma_follows() -> None:
    typed = typed_at("1girl, lo", 9, _COMMAS)
    assert typed is not None
    edit = completed("1girl, lo", typed, "long_hair", _COMMAS)
    assert edit.applied("1girl, lo") == "1girl, long hair, "
    assert edit.select_start == edit.select_end == 18
    # Before a comma, and within brackets, none is put twice.
    for prompt, new in (("lo, x", "long hair, x"), ("(lo)", "(long hair)"), ("(lo:1.2)", None)):
        at = prompt.index("lo") + 2
        inside = typed_at(prompt, at, _COMMAS)
        assert inside is not None
        told = completed(prompt, inside, "long_hair", _COMMAS).applied(prompt)
        assert told == (new or "(long hair:1.2)")


def test_a_lora_is_closed_where_it_was_not() -> None:
    for prompt, new in (("<lora:in", "<lora:ink:1>"), ("<lora:in:0.5>", "<lora:ink:0.5>")):
        typed = typed_at(prompt, 8, _COMMAS)
        assert typed == Typed("in", 6, 8, lora=True)
        assert completed(prompt, typed, "ink", _COMMAS).applied(prompt) == new


@given(st.text("ab ,_()<>:lora\n", max_size=30), st.data(), st.sampled_from(list(Dialect)))
def test_what_is_typed_lies_before_the_cursor(
    prompt: str, data: st.DataObject, dialect: Dialect
) -> None:
    caret = data.draw(st.integers(0, len(prompt)))
    typed = typed_at(prompt, caret, dialect)
    if typed is not None:
        assert prompt[typed.start : caret] == typed.text
        edit = completed(prompt, typed, "tag_name", dialect)
        assert edit.select_end <= len(edit.applied(prompt))
