"""AUTOMATIC1111's keys on a prompt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyforge.domain.picture.painters import Dialect
from storyforge.domain.picture.prompt_editing import (
    Edit,
    change_weight,
    move_tags,
    tags_of,
)

_PROMPT = "red hair, (blue eyes:1.2), <lora:foo:0.8>, a b"


def _after(prompt: str, edit: Edit | None) -> tuple[str, str]:
    """(the new prompt, what is selected in it)."""
    assert edit is not None
    new = edit.applied(prompt)
    return new, new[edit.select_start : edit.select_end]


@pytest.mark.parametrize(
    ("marked", "by", "new", "selected"),
    [
        ("hair", 1, "(blue eyes:1.2), red hair, <lora:foo:0.8>, a b", "hair"),
        ("eyes", -1, "(blue eyes:1.2), red hair, <lora:foo:0.8>, a b", "eyes"),
        ("hair, (bl", 1, "<lora:foo:0.8>, red hair, (blue eyes:1.2), a b", "hair, (bl"),
        ("a b", -1, "red hair, (blue eyes:1.2), a b, <lora:foo:0.8>", "a b"),
    ],
)
def test_tags_under_the_selection_move_and_it_follows(
    marked: str, by: int, new: str, selected: str
) -> None:
    start = _PROMPT.index(marked)
    edit = move_tags(_PROMPT, start, start + len(marked), by)
    assert _after(_PROMPT, edit) == (new, selected)


def test_no_tag_moves_past_the_ends() -> None:
    assert move_tags(_PROMPT, 0, 0, -1) is None
    assert move_tags(_PROMPT, len(_PROMPT), len(_PROMPT), 1) is None
    assert move_tags("", 0, 0, 1) is None


def test_tags_joined_by_blanks_move_over_blanks() -> None:
    edit = move_tags("1girl long_hair solo", 7, 7, 1, Dialect.TAGS_SPACES)
    assert _after("1girl long_hair solo", edit) == ("1girl solo long_hair", "")


def test_a_comma_within_brackets_separates_nothing() -> None:
    prompt = "(red, blue:1.2), \\(x, y\\), z"
    tags = [prompt[tag.start : tag.end] for tag in tags_of(prompt)]
    assert tags == ["(red, blue:1.2)", "\\(x", "y\\)", "z"]


@pytest.mark.parametrize(
    ("marked", "by", "new", "selected"),
    [
        ("red", 0.1, "(red:1.1) hair", "red"),
        ("red hair", 0.1, "(red hair:1.1)", "red hair"),
        ("red", -0.1, "(red:0.9) hair", "red"),
    ],
)
def test_a_word_or_the_selection_is_weighed(
    marked: str, by: float, new: str, selected: str
) -> None:
    start = "red hair".index(marked)
    edit = change_weight("red hair", start, start + len(marked), by)
    assert _after("red hair", edit) == (new, selected)


def test_the_caret_in_a_word_means_the_word() -> None:
    assert _after("red hair", change_weight("red hair", 5, 5)) == ("red (hair:1.1)", "hair")


def test_brackets_go_when_the_weight_comes_to_one() -> None:
    assert _after("(red hair:1.1)", change_weight("(red hair:1.1)", 3, 3, -0.1)) == (
        "red hair",
        "red hair",
    )


@pytest.mark.parametrize(
    ("prompt", "new"),
    [
        ("<lora:x>", "<lora:x:1.1>"),
        ("<lora:x:0.8>", "<lora:x:0.9>"),
        ("<lora:x:.5:1>", "<lora:x:0.6:1>"),
        ("<hypernet:x:0.8>", "<hypernet:x:0.9>"),
    ],
)
def test_a_lora_is_weighed_in_its_own_way(prompt: str, new: str) -> None:
    edit = change_weight(prompt, 3, 3)
    assert edit is not None
    assert edit.applied(prompt) == new


def test_where_no_word_stands_nothing_is_weighed() -> None:
    assert change_weight("a,  , b", 4, 4) is None
    assert change_weight("", 0, 0) is None


_PROMPTS = st.text("ab ,()[]<>:|\\1.\n春", max_size=40)


@given(_PROMPTS, st.data(), st.sampled_from(list(Dialect)))
def test_moving_there_and_back_changes_nothing(
    prompt: str, data: st.DataObject, dialect: Dialect
) -> None:
    place = data.draw(st.integers(0, len(prompt)))
    there = move_tags(prompt, place, place, 1, dialect)
    if there is None:
        return
    new = there.applied(prompt)
    assert sorted(new) == sorted(prompt)
    assert 0 <= there.select_start <= there.select_end <= len(new)


@given(_PROMPTS, st.data())
def test_up_and_down_again_is_where_it_was(prompt: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(prompt)))
    end = data.draw(st.integers(start, len(prompt)))
    up = change_weight(prompt, start, end)
    if up is not None:
        new = up.applied(prompt)
        assert 0 <= up.select_start <= up.select_end <= len(new)
        assert change_weight(new, up.select_start, up.select_end, -0.1) is not None
