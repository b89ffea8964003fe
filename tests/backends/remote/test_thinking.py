import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyforge.backends.remote.thinking import ThinkingFilter
from storyforge.domain.generation import Text, Thought


def told(pieces: list[str]) -> tuple[str, str]:
    """What was thought, and what was written."""
    sieve = ThinkingFilter()
    found = [each for piece in pieces for each in sieve.feed(piece)] + list(sieve.end())
    thought = "".join(each.text for each in found if isinstance(each, Thought))
    return thought, "".join(each.text for each in found if isinstance(each, Text))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("<think>\nShe runs.\n</think>\n\nShe ran.", ("\nShe runs.\n", "She ran.")),
        (" \n<thinking>a < b</thinking>She ran.", ("a < b", "She ran.")),
        ("[THINK]雨[/THINK]雨が降る。", ("雨", "雨が降る。")),
        ("<think></think>\n\n She ran.", ("", "She ran.")),
        ("<think>never ended</thi", ("never ended</thi", "")),
        (" She ran.", ("", " She ran.")),
        ("“<think>” she read.", ("", "“<think>” she read.")),
        ("<thin ice>", ("", "<thin ice>")),
        ("\n\n", ("", "\n\n")),
        ("<thi", ("", "<thi")),
        ("She <think>ran</think>.", ("", "She <think>ran</think>.")),
    ],
)
def test_thinking_at_the_beginning_is_told_apart(answer: str, expected: tuple[str, str]) -> None:
    for at in range(len(answer) + 1):
        assert told([answer[:at], answer[at:]]) == expected
    assert told(list(answer)) == expected


@given(st.text(), st.integers(1, 5))
def test_what_does_not_begin_with_a_tag_comes_through_as_it_is(text: str, size: int) -> None:
    story = f"She {text}"
    pieces = [story[at : at + size] for at in range(0, len(story), size)]
    assert told(pieces) == ("", story)


def test_nothing_is_held_back_once_it_writes() -> None:
    sieve = ThinkingFilter()
    assert list(sieve.feed(" She")) == [Text(" She")]
    assert list(sieve.feed(" <think")) == [Text(" <think")]
