"""A prompt's length is the one that CLIP's own tokenizer finds."""

from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storyforge.images.clip_tokens import Length, length, tokens


@cache
def theirs() -> Any:
    from storyforge.engine.pictures.tokenizers import clip_tokenizer

    return clip_tokenizer()


def expected(text: str) -> list[int]:
    return list(theirs()(text, add_special_tokens=False, truncation=False, verbose=False).input_ids)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a lighthouse keeper's daughter, 1girl, red_hair, (sunset:1.2)",
        "Mara isn't here; they'll've left at 07:45…",
        "灯台守の娘、夕焼け",
        "naïve café ÅÅ ﬁ İstanbul ΣΑΣ",
        "emoji 🦊🌧️ and\ttabs\n\nlines",
        "<|endoftext|> in the <|startoftext|> middle",
        "masterpiece, best quality, extremely detailed cg unity 8k wallpaper " * 8,
        "thelighthousekeeperalwaysknew" * 400,
        "".join(chr(97 + place * place % 23) for place in range(20_000)),
    ],
)
def test_the_tokens_are_clips_own(text: str) -> None:
    assert tokens(text) == expected(text)


# Letters of Unicode 15 and later are none yet for the library under CLIP's tokenizer.
KNOWN = st.characters(exclude_categories=("Cs", "Cn"), max_codepoint=0x2FFFF)


@settings(deadline=None, max_examples=150)
@given(st.text(KNOWN, max_size=40))
def test_any_text_has_clips_own_tokens(text: str) -> None:
    assert tokens(text) == expected(text)


@pytest.mark.parametrize(
    ("prompt", "shown"),
    [
        ("", Length(0, 75)),
        ("a fox", Length(2, 75)),
        ("a (fox:1.4) <lora:ink:0.8>", Length(2, 75)),
        ("fox " * 76, Length(76, 150)),
        ("a fox BREAK a hare", Length(77, 150)),
        ("a [fox:red fox in snow:0.5]", Length(5, 75)),
    ],
)
def test_a_prompt_has_the_length_that_a1111_shows(prompt: str, shown: Length) -> None:
    assert length(prompt) == shown


def test_an_embedding_counts_with_its_vectors() -> None:
    assert length("a bad-hands", {"bad-hands": 8}) == Length(9, 75)
