import os

import pytest
from rich.cells import cell_len

from storyforge.cli.wording import _wrapped, in_our_words
from tests.cli.command import Command, finished


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("expotr",), "There is no verb “expotr”. Did you mean 'export'?"),
        (("export",), "The argument FILE is missing."),
        (("show", "a", "b"), "This is too much: b"),
        (("show", "a", "--nope"), "There is no option --nope."),
        (("takes", "a", "--scene"), "The option --scene needs a value."),
        (("export", "a", "--force=1"), "The option --force takes no value."),
        (("takes", "a", "--scene", "x"), "--scene cannot be so: it must be a whole number"),
    ],
)
def test_wrong_use_is_told_in_our_words(
    storyforge: Command, arguments: tuple[str, ...], said: str
) -> None:
    answer = storyforge(*arguments)
    assert answer.status == 2
    assert answer.out == ""
    assert answer.err.splitlines()[-1] == f"Error: {said}"


def test_a_group_without_a_verb_shows_its_help(storyforge: Command) -> None:
    answer = storyforge("models")
    assert answer.status == 2
    assert "storyforge models use" in answer.err
    assert "Error" not in answer.err


def test_a_verb_that_refuses_ends_with_1_and_one_that_worked_with_0(storyforge: Command) -> None:
    assert storyforge("show", "nowhere.forge").status == 1
    assert storyforge("--version").status == 0


def test_help_names_every_option_and_keeps_its_examples(storyforge: Command) -> None:
    answer = storyforge("export", "--help")
    assert answer.status == 0
    assert "\n    storyforge export light.forge\n" in answer.out
    assert "--format FORMAT" in answer.out
    assert "<path>" not in answer.out


def test_unknown_words_of_typer_stay_as_they_are() -> None:
    assert in_our_words("Something new.") == "Something new."
    assert in_our_words("Invalid value: odd") == "This value cannot be used: odd"


def test_japanese_lines_fit_the_terminal() -> None:
    text = "作品を書き出します。" * 20
    lines = _wrapped(text, 40)
    assert all(cell_len(line) <= 40 for line in lines)
    assert "".join(lines) == text


def test_no_line_of_a_japanese_help_begins_with_a_stop() -> None:
    text = (
        "DOCX、ODT、EPUB、novelWriterのプロジェクトに「対応」しています。メモリ、ロアブックも。" * 3
    )
    for width in range(10, 80):
        lines = _wrapped(text, width)
        assert "".join(lines) == text
        assert not [line for line in lines if line[0] in "、。」" or line[-1] == "「"]
    assert _wrapped("word " * 4, 12) == ["word word", "word word"]
    assert _wrapped("a" * 25, 10) == ["a" * 10, "a" * 10, "a" * 5]
    assert _wrapped("also --changed-too", 17) == ["also", "--changed-too"]
    assert _wrapped("", 10) == [""]


def test_the_help_of_a_japanese_terminal_is_japanese() -> None:
    environment = {**os.environ, "LANG": "ja_JP.UTF-8", "LC_ALL": "ja_JP.UTF-8", "COLUMNS": "80"}
    help_ = finished("--help", env=environment).out
    assert "使い方: storyforge" in help_
    for english in ("Usage", "Options", "Commands", "Show this message", "Install completion"):
        assert english not in help_
    assert all(cell_len(line) <= 80 for line in help_.splitlines())


def test_options_of_a_group_stand_under_its_name_and_the_others_behind(
    storyforge: Command,
) -> None:
    told = storyforge("illustrate", "--help").out
    groups = ("Arguments:", "Which pictures:", "Begin from a picture:", "Options:")
    places = [told.index(group) for group in groups]
    assert places == sorted(places)
    assert told.index("--mask") < told.index("Options:") < told.index("--json")
