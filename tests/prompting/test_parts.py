"""A long text in parts: nothing is lost, nothing too long, and the cuts are where they belong."""

import re

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.stories import scene_text
from storyforge.prompting.parts import in_parts


def words(texts: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(len(re.findall(r"\w|[^\w\s]", text)) for text in texts)


def test_a_short_text_is_one_part_and_an_empty_one_none() -> None:
    assert in_parts("One.\n\nTwo.\n", 100, words) == ("One.\n\nTwo.",)
    assert in_parts(" \n", 100, words) == ()


def test_parts_are_cut_at_paragraphs_and_about_the_same_size() -> None:
    text = "\n".join(["abcdefghi."] * 11)
    assert in_parts(text, 60, words) == (
        "\n".join(["abcdefghi."] * 6),
        "\n".join(["abcdefghi."] * 5),
    )


def test_a_paragraph_too_long_is_cut_at_a_sentence_then_at_a_word_then_anywhere() -> None:
    assert in_parts("Abcd efg. Hijk lmn. Opqr stu.", 17, words) == (
        "Abcd efg. Hijk lmn.",
        "Opqr stu.",
    )
    assert in_parts("abcdef ghijkl mnopqr", 12, words) == ("abcdef ghijkl", "mnopqr")
    assert in_parts("a" * 64, 40, words) == ("a" * 32, "a" * 32)


@given(st.integers(1, 5), st.integers(0, 4_000), st.integers(20, 3_000))
def test_nothing_is_lost_and_no_part_is_too_long(scene: int, length: int, room: int) -> None:
    text = scene_text(scene, words=900)[:length]
    parts = in_parts(text, room, words)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(count <= room for count in words(parts))
