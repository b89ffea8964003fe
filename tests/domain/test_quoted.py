"""A passage is meant by its words, or by its two ends."""

import pytest

from storyforge.domain.quoted import passage_quoted
from storyforge.errors import BadInput

TEXT = "The door was open. She said: “Don’t.”\n\nShe went in. The door was shut."


@pytest.mark.parametrize(
    ("words", "passage"),
    [
        ("She went in.", "She went in."),
        (" the DOOR was open. ", "The door was open."),
        ('"Don\'t."', "“Don’t.”"),
        ("The door was open … went in.", TEXT[: TEXT.index(" The door was shut")]),
        ("She said...The door", "She said: “Don’t.”\n\nShe went in. The door"),
    ],
)
def test_a_passage_is_found_by_its_words_or_its_two_ends(words: str, passage: str) -> None:
    start, end = passage_quoted(TEXT, words)
    assert TEXT[start:end] == passage


def test_dots_that_stand_in_the_text_are_words() -> None:
    text = "She went … where? She went there, or where?"
    start, end = passage_quoted(text, "went … where")
    assert text[start:end] == "went … where"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("The door", "“The door” stands in this scene 2 times."),
        ("She", "“She” stands in this scene 2 times."),
        ("The window", "“The window” does not stand in this scene."),
        ("She said … The window", "“The window” does not stand in this scene."),
        ("She went … The door was open.", "“The door was open.” does not stand in this scene."),
        ("…", "“…” does not stand in this scene."),
        ("  ", "“” does not stand in this scene."),
    ],
)
def test_what_is_not_there_or_is_there_twice_is_said(words: str, said: str) -> None:
    with pytest.raises(BadInput, match="stand") as caught:
        passage_quoted(TEXT, words)
    assert caught.value.message == said
    assert caught.value.hint
