"""Whose LoRAs and embeddings a prompt calls, and what it is without them."""

import pytest

from storyforge.domain.picture.casting import Casting
from storyforge.domain.picture.compiled import Compiled
from storyforge.domain.picture.grammar import LoraTag
from storyforge.studio.pictures.cast_prompts import called, whole_prompt, without

MARA = Casting("mara", "Mara", loras=(("ink/mara", 0.8),), embeddings=("(mara-face:1.1)",))
TOM = Casting("tom", "Tom", loras=(("tom", 1.0),), embeddings=("tom",))
NOBODY = Casting("eve", "Eve")


def test_what_is_sent_has_all_that_calls_them_behind_it() -> None:
    compiled = Compiled(
        "a woman, night", loras=(("ink/mara", 0.8), ("wash", 0.5)), cast=(MARA, TOM)
    )
    assert whole_prompt(compiled) == (
        "a woman, night, (mara-face:1.1), tom <lora:ink/mara:0.8> <lora:wash:0.5>"
    )
    assert whole_prompt(Compiled("1girl night", cast=(TOM,))) == "1girl night tom"


@pytest.mark.parametrize(
    ("prompt", "bare"),
    [
        (
            "a woman, (mara-face:1.3), tom, at sea <lora:INK/mara:0.5:0.9> <lora:wash:1>",
            "a woman, at sea <lora:wash:1>",
        ),
        ("mara-face, tomcat, an atom", "tomcat, an atom"),
        ("mara-faces,, by hand", "mara-faces,, by hand"),
        ("tom", ""),
    ],
)
def test_without_them_all_else_stays(prompt: str, bare: str) -> None:
    assert without(prompt, called(prompt, (MARA, TOM, NOBODY))) == bare


def test_only_what_is_in_the_prompt_is_called_at_its_weight_there() -> None:
    mara, tom, eve = called("mara-face (tom) <lora:ink/mara:0.5:0.9>", (MARA, TOM, NOBODY))
    assert mara.loras == (LoraTag("ink/mara", 0.9, 0.5),)
    assert (mara.words, tom.words, tom.loras) == (("mara-face",), ("(tom)",), ())
    assert (mara.blends, tom.blends, eve.blends) == (True, True, False)
