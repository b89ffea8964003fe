"""A LoRA is put into a prompt, or into the plan as one step."""

from pathlib import Path

import pytest

from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import PREMISE_ID
from storyforge.errors import BadInput
from storyforge.images.loras import LoraFile
from storyforge.store.story_file import StoryFile
from storyforge.studio.pictures import lora_lines

_INK = LoraFile("ink", Path("ink.safetensors"), weight=0.7)


def test_what_calls_it_has_its_weight_and_the_words_behind() -> None:
    plain = LoraFile("style/film", Path("film.safetensors"))
    assert lora_lines.call_of(_INK, ["inkheroine", "sumi-e"]) == (
        "<lora:ink:0.7>, inkheroine, sumi-e"
    )
    assert lora_lines.call_of(plain, [], " ") == "<lora:style/film:1>"


@pytest.mark.parametrize(
    ("prompt", "between", "whole"),
    [
        ("|", ", ", "X"),
        ("a cat|", ", ", "a cat, X"),
        ("a cat,|", ", ", "a cat, X"),
        ("a cat, |", ", ", "a cat, X"),
        ("a cat |", ", ", "a cat , X"),
        ("|a cat", ", ", "X, a cat"),
        ("a cat|, a hat", ", ", "a cat, X, a hat"),
        ("a cat, |a hat", ", ", "a cat, X, a hat"),
        ("cat| hat", " ", "cat X hat"),
        ("cat |hat", " ", "cat X hat"),
    ],
)
def test_it_is_set_apart_from_what_stands_there(prompt: str, between: str, whole: str) -> None:
    caret = prompt.index("|")
    text = prompt.replace("|", "")
    put = lora_lines.set_apart(text, caret, "X", between)
    assert (text[:caret] + put + text[caret:]).replace("  ", " ") == whole


def test_a_character_and_the_book_have_a_line_of_it_and_undo_takes_it_back(
    tmp_path: Path,
) -> None:
    with StoryFile.create(tmp_path / "light.forge", title="Light") as story:
        mara = story.plan.add(Kind.CHARACTER, {"name": "Mara"})
        assert [each.name for each in lora_lines.characters(story)] == ["Mara"]
        lora_lines.use_for(story, mara, _INK)
        lora_lines.use_for(story, PREMISE_ID, _INK)
        other = LoraFile("Hat", Path("hat.safetensors"))
        lora_lines.use_for(story, mara, other)
        lora_lines.use_for(story, mara, LoraFile("INK", Path("x"), weight=0.4))
        plan = story.plan.read()
        assert plan.premise.fact("style_loras") == "ink:0.7"
        assert [each.fact("loras") for each in lora_lines.characters(story)] == ["Hat:1\nINK:0.4"]
        story.plan.undo()
        assert [each.fact("loras") for each in lora_lines.characters(story)] == ["ink:0.7\nHat:1"]
        with pytest.raises(BadInput, match="nobody in the plan"):
            lora_lines.use_for(story, "nobody", _INK)
