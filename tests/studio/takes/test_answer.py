import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyforge.domain.length import LengthUnit
from storyforge.studio.takes.answer import Answer

TOKENS, SENTENCE, PARAGRAPH = LengthUnit.TOKENS, LengthUnit.SENTENCE, LengthUnit.PARAGRAPH


def answered(
    pieces: list[str], before: str, after: str, unit: LengthUnit, language: str = "en"
) -> tuple[Answer, str]:
    """(the answer, what was handed to the page)."""
    answer = Answer(before, after, unit, language)
    shown = "".join(answer.feed(piece) for piece in pieces)
    return answer, shown + answer.end()


def test_a_sentence_is_done_when_the_next_one_begins() -> None:
    answer, shown = answered([" It", " rained.", " The", " tide"], "Wet.", "", SENTENCE)
    assert answer.done
    assert shown == " It rained."
    assert answer.text == " It rained. The tide"
    assert answer.standing(trim=True) == (answer.text, len(" It rained."))


def test_a_sentence_ends_by_the_rules_of_the_storys_language() -> None:
    pieces = [" Es war am", " 3.", " Mai", " kalt.", " Dann", " ging"]
    answer, shown = answered(pieces, "Nass.", "", SENTENCE, "de")
    assert shown == " Es war am 3. Mai kalt."
    assert answer.done


def test_a_paragraph_is_done_at_the_newline_that_ends_it() -> None:
    answer, shown = answered(
        ["\n\nIt", " rained. And", " rained.", "\n\nThe"], "Wet.", "", PARAGRAPH
    )
    assert shown == "\n\nIt rained. And rained."
    assert answer.standing(trim=False)[1] == len(shown)


def test_what_is_trimmed_stays_in_the_take() -> None:
    answer, shown = answered([" It rained. The tide"], "Wet.", "", TOKENS)
    assert shown == " It rained. The tide"
    assert answer.standing(trim=True) == (shown, len(" It rained."))
    assert answer.standing(trim=False) == (shown, len(shown))


def test_where_no_sentence_ends_nothing_is_trimmed() -> None:
    answer, shown = answered([" the tide and the"], "Wet", "", TOKENS)
    assert answer.standing(trim=True) == (shown, len(shown))


def test_a_space_before_the_next_word_becomes_part_of_the_take() -> None:
    answer, _ = answered(["It rained.\n\nThe"], "", "She left.", TOKENS)
    assert answer.standing(trim=True) == ("It rained. \n\nThe", len("It rained. "))


def test_nothing_of_a_model_reaches_the_page_as_a_control() -> None:
    _, shown = answered(["\x1b[31mred\x00", "\r", "\nnext\u2028line\r"], "", "", TOKENS)
    assert shown == "[31mred\nnext\nline\n"


pieces = st.lists(st.text('aB. \n\r"。', max_size=6), max_size=8)


@given(
    pieces,
    st.sampled_from(["", "Wet.", "Wet. ", "Wet.\n"]),
    st.sampled_from(["", " on", "On", "\n", "。"]),
    st.sampled_from(LengthUnit),
    st.booleans(),
)
def test_what_stands_is_a_beginning_of_the_take(
    pieces: list[str], before: str, after: str, unit: LengthUnit, trim: bool
) -> None:
    answer, shown = answered(pieces, before, after, unit)
    text, kept = answer.standing(trim=trim)
    assert answer.text.startswith(shown)
    assert answer.shown == len(shown)
    assert 0 <= kept <= len(text)
    assert not (after and text[:kept].endswith(" ") and after.startswith((" ", "\n")))
    # What was taken away or set at the seam is one space, or white space before white space.
    assert text.replace(" ", "") == answer.text.replace(" ", "")


@pytest.mark.parametrize("unit", [SENTENCE, PARAGRAPH])
def test_an_answer_that_never_gets_there_is_shown_whole(unit: LengthUnit) -> None:
    answer, shown = answered([" the", " tide"], "Wet", "", unit)
    assert not answer.done
    assert shown == " the tide"
