import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from storyforge.domain.text import Cleaner, clean, count_controls, one_line

anything = st.text(st.characters(), max_size=200)
# Text in which line ends and controls are common, lone surrogates among them.
nasty = st.text(
    st.sampled_from(
        [
            *"a. \t\n\r\x00\x07\x0b\x0c\x1b\x1c\x1d\x1e\x1f\x7f\x85\x9b\u2028\u2029\u3000[mA",
            "\ud800",
            "\udfff",
        ]
    ),
    max_size=40,
)


@given(anything | nasty)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(anything | nasty)
def test_clean_text_breaks_at_newlines_only(text: str) -> None:
    cleaned = clean(text)
    assert "\n".join(cleaned.splitlines()) == cleaned.removesuffix("\n")


@given(anything | nasty)
def test_no_terminal_obeys_anything_in_clean_text(text: str) -> None:
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", clean(text))


@given(anything | nasty)
def test_clean_text_can_be_written_as_utf_8(text: str) -> None:
    assert clean(text).encode("utf-8").decode("utf-8") == clean(text)


@given(nasty, st.lists(st.integers(0, 40), max_size=5))
def test_a_stream_is_cleaned_as_the_whole_would_be(text: str, cuts: list[int]) -> None:
    offsets = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    cleaner = Cleaner()
    pieces = [cleaner.feed(text[a:b]) for a, b in pairwise(offsets)]
    assert "".join(pieces) + cleaner.end() == clean(text)


def test_carriage_returns_of_every_kind_become_one_newline_each() -> None:
    assert clean("a\r\nb\rc\nd\u2028e\x0bf") == "a\nb\nc\nd\ne\nf"


def test_an_escape_sequence_loses_its_escape_and_stays_readable() -> None:
    assert clean("\x1b[31mred\x1b]0;title\x07") == "[31mred]0;title"


def test_ideographic_spaces_joiners_and_direction_marks_are_text() -> None:
    text = "\u3000「行こう」👩\u200d🚀 \u200fשלום"
    assert clean(text) == text


def test_controls_are_counted_without_line_ends() -> None:
    assert count_controls("a\x00b\r\nc\x1b[0m\u2028") == 2


@given(anything | nasty)
def test_a_title_is_one_line(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1
    assert one_line(one_line(text)) == one_line(text)
