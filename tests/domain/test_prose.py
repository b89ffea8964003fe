"""What of a model's answer comes to the page, and what never does."""

import pytest

from storyforge.domain.prose import gap_of, in_paragraphs, indent_of, indented, only_prose

PROSE = "She set the lamp down.\n\n“No,” he said. (He lied.)"


@pytest.mark.parametrize(
    "answer",
    [
        PROSE,
        f"## The Storm\n\n{PROSE}",
        f"**Scene 2: The Rocks**\n\n{PROSE}",
        f"Chapter One\n\n{PROSE}",
        f"Scene 3: {PROSE}",
        f"Beat 2: {PROSE}",
        f"1. {PROSE}",
        f"2\n\n{PROSE}",
        f"[The next beat begins here.]\n\n{PROSE}",
        f"{PROSE}\n\n* * *\n\nAnother scene altogether.",
        f"* * *\n\n{PROSE}",
        f"{PROSE}\n\nThe End\n\nAbout the author",
        f"{PROSE}\n\n[What happens next, told in about",
        f"Sure! Here is the continuation of the scene:\n\n{PROSE}",
        f"She climbs down to the rocks\n\n{PROSE}",
    ],
)
def test_only_the_prose_is_left(answer: str) -> None:
    assert only_prose(answer, ["She climbs down to the rocks."]) == PROSE


@pytest.mark.parametrize(
    "answer",
    [
        "第二章　嵐\n\n彼女は灯を置いた。",
        "シーン2\n彼女は灯を置いた。",
        "【続き】\n彼女は灯を置いた。\n完",
    ],
)
def test_in_japanese_too(answer: str) -> None:
    assert only_prose(answer) == "彼女は灯を置いた。"


@pytest.mark.parametrize(
    "line",
    [
        "Part of her wanted to stay.",
        "Chapter and verse, he knew it all, and he told it to anybody who asked him.",
        "The end of the rope was wet.",
        "1893 was the year of the storm.",
        "— No, she said.",
        "Title and land were gone.",
    ],
)
def test_a_line_that_could_be_told_stays(line: str) -> None:
    assert only_prose(line) == line


def test_paragraphs_stand_as_on_the_page() -> None:
    assert gap_of("One.\n\nTwo.", wide=False) == "\n\n"
    assert gap_of("One.\nTwo.", wide=False) == "\n"
    assert gap_of("", wide=False) == "\n\n"
    assert gap_of("", wide=True) == "\n"
    assert in_paragraphs("One.\n \n\nTwo. \n", "\n") == "One.\nTwo."


def test_paragraphs_are_indented_as_the_page_has_them_and_speech_is_not() -> None:
    assert indent_of("\u3000霧が出ていた。\n「誰？」") == "\u3000"
    assert indent_of("霧が出ていた。\n「誰？」") == ""
    assert indent_of("「誰？」\n\u3000『私だ』\n") is None
    told = "潮が引いた。\n「行こう」\n\u3000二人は降りた。"
    wide = "\u3000潮が引いた。\n「行こう」\n\u3000二人は降りた。"
    assert indented(told, "\u3000", begins=True) == wide
    assert indented(told, "\u3000", begins=False) == wide[1:]
    assert indented(wide, "", begins=True) == wide.replace("\u3000", "")
    assert indented(told, None, begins=True) == told
