import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyforge.domain.seam import Head, fit_tail, for_the_model

fragment = st.text("ab \n.\u3000。彼\"'—", max_size=8)


def on_page(before: str, pieces: list[str], after: str) -> tuple[str, str]:
    head = Head(before)
    text = fit_tail("".join(head.feed(piece) for piece in pieces), after)
    return text, before + text + after


@given(fragment, st.lists(fragment, max_size=5), fragment)
def test_how_a_stream_is_cut_changes_nothing(before: str, pieces: list[str], after: str) -> None:
    assert on_page(before, pieces, after) == on_page(before, ["".join(pieces)], after)


@given(fragment, fragment, fragment)
def test_no_space_or_newline_is_doubled_at_the_seams(before: str, text: str, after: str) -> None:
    # What stood on the page before is the author's; the model's text alone must not double it.
    fitted, _ = on_page(before, [text], after)
    if fitted:
        assert not re.search(
            r"(?:  | \n|\n |\n\n)", before[-1:].replace("\u3000", "") + fitted[0]
        ) or (before[-1:] == " " and fitted[0] == "\n")
        assert not (fitted[-1] == " " and after[:1] in ("", " ", "\n"))
        assert not (fitted[-1] == "\n" and after[:1] == "\n")


@given(fragment, fragment, fragment)
def test_only_plain_spaces_and_newlines_are_taken_away(before: str, text: str, after: str) -> None:
    fitted, _ = on_page(before, [text], after)
    assert fitted.strip(" \n") == text.strip(" \n")


@given(fragment, fragment)
def test_a_fitted_tail_stays_fitted(text: str, after: str) -> None:
    assert fit_tail(fit_tail(text, after), after) == fit_tail(text, after)


@pytest.mark.parametrize(
    ("before", "text", "page"),
    [
        ("The cat ", " sat", "The cat sat"),
        ("The cat", " sat", "The cat sat"),
        ("The cat", "s sat", "The cats sat"),
        ("He left.\n", "\n\nShe stayed.", "He left.\nShe stayed."),
        ("He left.\n  ", "\nShe stayed.", "He left.\n  She stayed."),
        ("He left.", "\n\nShe stayed.", "He left.\n\nShe stayed."),
        ("", "\n\nOnce", "Once"),
        ("彼は立った。\n", "\u3000そして", "彼は立った。\n\u3000そして"),
        ("\u3000", " そして", "\u3000そして"),
    ],
)
def test_the_head_fits_what_stands_before(before: str, text: str, page: str) -> None:
    assert before + Head(before).feed(text) == page


@pytest.mark.parametrize(
    ("text", "after", "page"),
    [
        ("He ran.", "She stayed.", "He ran. She stayed."),
        ("He ran.", " She stayed.", "He ran. She stayed."),
        ("He ran. ", " She stayed.", "He ran. She stayed."),
        ("He ran.\n\n", "\nShe stayed.", "He ran.\nShe stayed."),
        ("He ran.\n\n", "She stayed.", "He ran.\n\nShe stayed."),
        ("He ran.\n\n", "", "He ran.\n\n"),
        ("He ran ", "", "He ran"),
        ("he ran", ", and fell", "he ran, and fell"),
        ("he ran", '," she said', 'he ran," she said'),
        ("He ran.", '"Stop," she said', 'He ran. "Stop," she said'),
        ("He ran.", "“Stop,” she said", "He ran. “Stop,” she said"),
        ("he ran—", "fell", "he ran—fell"),
        ("彼は走った。", "そして", "彼は走った。そして"),
        ("그는 달렸다.", "그리고", "그는 달렸다. 그리고"),
    ],
)
def test_the_tail_fits_what_follows(text: str, after: str, page: str) -> None:
    assert fit_tail(text, after) + after == page


def test_the_model_never_sees_a_trailing_space() -> None:
    assert for_the_model("The cat  ") == "The cat"
    assert for_the_model("He left.\n\n") == "He left.\n\n"
    assert for_the_model("彼\u3000") == "彼\u3000"
