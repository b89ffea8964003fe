"""A model that says again what stands is caught, and nobody else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyforge.domain.runs import repeated_share
from storyforge.domain.standing import Standing

STORY = (
    "The rope burned in her hands all the way down. “No,” she said.\n\n"
    "Below her the sea broke over stones as black as iron."
)


def standing(text: str = STORY, language: str = "en") -> Standing:
    made = Standing(language)
    made.add(text)
    return made


def test_a_paragraph_or_a_sentence_that_stands_is_found_where_it_begins() -> None:
    new = "A gull came and went again without a sound."
    again = "Below her the sea broke over stones as black as iron."
    assert standing().repeats_at(new) is None
    assert standing().repeats_at(again) == 0
    assert standing().repeats_at(f"{new} {again}") == len(new)
    assert standing().repeats_at(f"{new}\n\n{again} More.") == len(f"{new}\n\n")
    # Nearly the same is the same.
    assert standing().repeats_at("Below her the sea broke over stones as black as coal.") == 0


def test_what_goes_round_in_circles_is_found_in_itself() -> None:
    line = "She looked at the door and waited for him to speak."
    assert standing("").repeats_at(f"{line} {line}") == len(line)
    assert standing("").repeats_at("He ran. She ran. He ran. She ran. He ran. She ran.") == 33


def test_short_words_may_come_again() -> None:
    assert standing().repeats_at("“No,” she said. He shook his head.") is None


def test_in_japanese_too() -> None:
    text = "真昼は濡れた綱を握り、ゆっくりと岩場へ降りていった。"
    assert standing(text, "ja").repeats_at(f"風が強い。{text}") == 5
    assert standing(text, "ja").repeats_at("少年は岩のあいだで眠っているように見えた。") is None


@pytest.mark.parametrize(("text", "share"), [("", 0.0), ("a b c d", 0.0), ("a b c d a b c d", 0.2)])
def test_the_share_of_what_is_said_twice(text: str, share: float) -> None:
    assert repeated_share(text) == pytest.approx(share)
    assert standing("").share(text) == pytest.approx(share)


@given(st.lists(st.text("ab .\n“”", max_size=40), max_size=6))
def test_what_is_cut_away_is_cut_at_a_border(pieces: list[str]) -> None:
    made = Standing()
    for piece in pieces:
        at = made.repeats_at(piece)
        assert at is None or 0 <= at <= len(piece)
        made.add(piece if at is None else piece[:at])
        assert 0 <= made.share(piece) <= 1


def test_a_line_without_a_stop_is_a_paragraph_too() -> None:
    seen = Standing()
    seen.add("The queen of the island (the old one)\n\nShe slept.")
    text = "He woke.\n\nThe queen of the island (the old one)\n\nShe went to the old house."
    assert seen.repeats_at(text) == len("He woke.\n\n")
