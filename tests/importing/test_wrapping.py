"""Lines broken at a margin are joined; verse and dialogue are not."""

import textwrap

import pytest

from storyforge.importing.wrapping import find_margin, join

PROSE = [
    "Mara had kept the light at Skerry Point for eleven years. On the night the boat came in "
    "without a crew, she was awake, and the log lay open before her, half written.",
    "She took the storm lantern from its hook and went down to the slip. Something small moved "
    "under the canvas, and for a moment she thought of the seals that slept there in autumn.",
    "“Who is there?” she called. “Come out where I can see you.” Nothing answered. The wind went "
    "round to the north, and the rain with it.",
]
SONNET = """Shall I compare thee to a summer's day?
Thou art more lovely and more temperate:
Rough winds do shake the darling buds of May,
And summer's lease hath all too short a date;

Sometime too hot the eye of heaven shines,
And often is his gold complexion dimm'd;
And every fair from fair sometime declines,
By chance or nature's changing course untrimm'd;"""
DIALOGUE = """“Where are you going?” she said.
“Out.”
“When will you be back, do you think?”

He did not answer.
He put on his coat.

“Take the lantern then.”
“I have one.”"""
LOWER_CASE_VERSE = """the light goes round and round above
the water and nobody comes to see
the woman at the window with her love
of salt and oil and the grey sea

the light goes round and round again
the water nobody can ever own
the woman at the window in the rain
of salt and oil and wet grey stone"""
JAPANESE = [
    "　吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。何でも薄暗いじめじめした所"
    "でニャーニャー泣いていた事だけは記憶している。吾輩はここで始めて人間というものを見た。",
    "「おい、そこで何をしている」",
    "　しかもあとで聞くとそれは書生という人間中で一番獰悪な種族であったそうだ。この書生というのは時"
    "々我々を捕えて煮て食うという話である。",
]


def unwrapped(text: str) -> str:
    lines = text.split("\n")
    margin = find_margin(lines)
    return "\n".join(join(lines, margin)[0]) if margin else text


def wrap_japanese(paragraph: str, characters: int) -> str:
    lines = []
    while paragraph:
        cut = characters
        if paragraph[cut : cut + 1] and paragraph[cut] in "。、」":
            cut -= 1  # no line begins with a stop
        lines.append(paragraph[:cut])
        paragraph = paragraph[cut:]
    return "\n".join(lines)


@pytest.mark.parametrize("columns", [40, 60, 65, 70, 72, 76, 79])
def test_wrapped_prose_comes_back_as_paragraphs(columns: int) -> None:
    wrapped = "\n\n".join(textwrap.fill(paragraph, columns) for paragraph in PROSE)
    assert unwrapped(wrapped) == "\n\n".join(PROSE)


@pytest.mark.parametrize("characters", [20, 30, 38])
def test_wrapped_japanese_is_joined_without_spaces(characters: int) -> None:
    wrapped = "\n\n".join(wrap_japanese(paragraph, characters) for paragraph in JAPANESE)
    assert unwrapped(wrapped) == "\n\n".join(JAPANESE)


def test_an_indented_line_or_a_bracket_opens_a_paragraph() -> None:
    block = "\n".join(wrap_japanese(paragraph, 20) for paragraph in JAPANESE)
    assert unwrapped(f"{block}\n\n{block}") == "\n\n".join(["\n".join(JAPANESE)] * 2)


@pytest.mark.parametrize("text", [SONNET, DIALOGUE, LOWER_CASE_VERSE, "so much\ndepends\n\nupon"])
def test_verse_and_dialogue_keep_their_lines(text: str) -> None:
    assert unwrapped(text) == text


def test_verse_and_dialogue_within_wrapped_prose_keep_their_lines() -> None:
    prose = [textwrap.fill(paragraph, 70) for paragraph in PROSE]
    text = "\n\n".join([prose[0], SONNET, prose[1], DIALOGUE, prose[2]])
    assert unwrapped(text) == "\n\n".join([PROSE[0], SONNET, PROSE[1], DIALOGUE, PROSE[2]])


def test_long_lines_are_the_authors_own() -> None:
    text = "\n\n".join(PROSE)
    assert unwrapped(text) == text
    one_break = "\n".join(PROSE) + "\n\n" + PROSE[0]
    assert unwrapped(one_break) == one_break


def test_without_blank_lines_nothing_is_joined() -> None:
    text = "\n".join(textwrap.fill(paragraph, 70) for paragraph in PROSE)
    assert unwrapped(text) == text


def test_forced_joining_still_heeds_indents_and_hard_breaks() -> None:
    lines = ["a half-", "lit room—", "and so", "    indented", "kept  ", "apart", "", "end\\", "x"]
    assert join(lines, None) == (
        ["a half-lit room—and so", "    indented kept  ", "apart", "", "end\\", "x"],
        3,
    )


def test_an_empty_text_has_no_margin() -> None:
    assert find_margin([""]) is None
