from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyforge.domain.sentences import first_sentence_end, last_sentence_end, sentences


@pytest.mark.parametrize(
    ("whole", "rest"),
    [
        ("The tide was late.", " The boat lay"),
        ("He saw Mr. Brown.", " The old man"),
        ("J. R. R. Tolkien wrote it.", " Then"),
        ("It cost 3.14 pounds.", " Nobody"),
        ("She was born in 1950.", " Nobody"),
        ("He left.", "\n\n1. The History of the Lighthouse"),
        ("“Go.”", " She left the"),
        ('"Is it you?"', " The door"),
        ("'Wait!'", "\n\nHe did not"),
        ('"Stop!" she cried.', " He was"),
        ("He waited... and left.", " Then he"),
        ("He waited… and left.", " Then he"),
        ("He waited…", " Then he came"),
        ("She rose at 5 a.m. and left.", " It"),
        ("*Enough.*", " She"),
        ("彼は立った。", "そして"),
        ("「もう行くの？」", "彼は"),
        ("「行くぞ！」と彼は叫んだ。", "そして"),
        ("雨だった……", "\nそして、朝"),
        ("「そうか」", "\nと"),
        ("क्या हुआ? वह चला गया।", " फिर"),
        ("Really?!", " She"),
    ],
)
def test_the_last_sentence_end_is_found(whole: str, rest: str) -> None:
    assert last_sentence_end(whole + rest) == len(whole)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "the wind and the",
        "he saw Mr. Brown and",
        "彼は立って",
        "..., and",
        "1. The Lighthouse: in",
    ],
)
def test_where_no_sentence_ends_nothing_is_found(text: str) -> None:
    assert last_sentence_end(text) is None


@pytest.mark.parametrize(
    ("whole", "rest"),
    [
        (" The tide was late.", " T"),
        (" The tide was late.", "\n"),
        ("He waited... and left.", " The"),
        ('"Stop!" she cried.', " He"),
        ("彼は立った。", "そ"),
        (".” He left.", " The"),
    ],
)
def test_the_first_sentence_ends_once_the_next_word_shows(whole: str, rest: str) -> None:
    assert first_sentence_end(whole + rest) == len(whole)


@pytest.mark.parametrize(
    "text",
    [
        "The tide was late",
        "The tide was late.",
        "The tide was late. ",
        'He said. "',
        "At 5 a.m. a",
        "。",
    ],
)
def test_a_stream_waits_while_the_sentence_may_go_on(text: str) -> None:
    assert first_sentence_end(text) is None


@pytest.mark.parametrize(
    ("language", "whole", "rest"),
    [
        ("ja", "「行くぞ！」", "\nそして"),
        ("ja", "（まさか）", "\n彼は"),
        ("ja", "雨だった——", "\n朝"),
        ("ja", "逃げろ――", "\n朝"),
        ("ja", "「そうか｣", "\n朝"),
        ("de", "Er kam z. B. am 3. Mai mit Dr. Müller.", " Dann"),
        ("de", "Es war 1950.", " Niemand"),
        ("de", "„Geh!“", " Dann ging"),
        ("fr", "M. Dupont arriva.", " Il"),
        ("fr", "« Va ! » dit-il.", " Il"),
        ("es", "El Sr. López dijo que no.", " Se"),
        ("ru", "А. С. Пушкин жил на ул. Ленина.", " Потом"),
        ("el", "Πού πας;", " Ήρθε"),
        ("hy", "Նա եկավ։", " Գնաց"),
        ("am", "እሱ መጣ።", " ሄ"),
        ("my", "သူလာသည်။", "သ"),
        ("en-GB", "“No.”", " She came"),
        ("en", "He told me.", " She came"),
        ("en", "So did I.", " She came"),
        ("en", "He left at 5 p.m. with Prof. Brown of No. 4.", " She"),
        ("xx", "Mr. Brown came.", " She"),
    ],
)
def test_each_language_ends_its_sentences_its_own_way(language: str, whole: str, rest: str) -> None:
    assert last_sentence_end(whole + rest, language) == len(whole)
    assert first_sentence_end(whole + rest + " ", language) == len(whole)


def test_a_stream_waits_for_the_word_that_tells_a_date_from_an_end() -> None:
    assert first_sentence_end("Es war am 3. M", "de") is None
    assert first_sentence_end("Es war am 3. Mai. D", "de") == len("Es war am 3. Mai.")
    assert first_sentence_end("Es war Nummer 3. Man ", "de") == len("Es war Nummer 3.")


def test_an_opened_quote_does_not_hold_its_sentences_together() -> None:
    text = "“I left. You stayed. We"
    assert first_sentence_end(text) == len("“I left.")
    assert last_sentence_end(text) == len("“I left. You stayed.")


LANGUAGES = ("en", "ja", "de", "el", "fr")
story = st.text('ab. !?…;—）\n"”»“«MrA3。」彼', max_size=60)


@given(story, st.sampled_from(LANGUAGES))
def test_a_streams_first_end_never_moves_again(text: str, language: str) -> None:
    found = [first_sentence_end(text[:length], language) for length in range(len(text) + 1)]
    assert len({end for end in found if end is not None}) <= 1
    assert all(a is None or a == b for a, b in pairwise(found))


@given(story, st.sampled_from(LANGUAGES))
def test_sentences_add_up_to_the_text(text: str, language: str) -> None:
    pieces = sentences(text, language)
    assert "".join(pieces) == text
    assert all(pieces)
