"""Whose LoRAs and embeddings a prompt calls, and the prompt without them. Pure.

They stand in a prompt as everything does, so that the author can weigh them or take them out; what
is not in it any more is not used.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from storyforge.domain.picture.casting import Casting
from storyforge.domain.picture.compiled import Compiled
from storyforge.domain.picture.grammar import LoraTag, loras_of

_LORA = re.compile(r"\s*<lora:(?P<name>[^:<>]+)[^<>]*>", re.IGNORECASE)
_COMMAS = re.compile(r"(?:\s*,){2,}")


@dataclass(frozen=True, slots=True)
class Called:
    """What a prompt calls of somebody.

    Attributes:
        words: their embeddings, as they stand in it.
    """

    casting: Casting
    loras: tuple[LoraTag, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def blends(self) -> bool:
        """Whether it would change everybody in the picture."""
        return bool(self.loras or self.words)


def whole_prompt(compiled: Compiled) -> str:
    """What is sent of a compiled prompt, with embeddings and LoRAs of cast and style behind it."""
    named = {tag.name for tag in loras_of(compiled.prompt)[1]}
    between = ", " if "," in compiled.prompt else " "
    words = between.join(filter(None, (compiled.prompt, *compiled.embeddings)))
    more = [f"<lora:{name}:{weight:g}>" for name, weight in compiled.loras if name not in named]
    return " ".join((words, *more)).strip()


def called(prompt: str, cast: Sequence[Casting]) -> tuple[Called, ...]:
    """What `prompt` calls of each of them."""
    tags = {tag.name.casefold(): tag for tag in loras_of(prompt)[1]}
    found = []
    for one in cast:
        names = [name.casefold() for name, _weight in one.loras]
        loras = tuple(tags[name] for name in names if name in tags)
        words = tuple(each[0] for name in _names(one) for each in _word(name).finditer(prompt))
        found.append(Called(one, loras, words))
    return tuple(found)


def without(prompt: str, cast: Sequence[Called]) -> str:
    """`prompt` with nothing that is somebody's own."""
    own = {tag.name.casefold() for one in cast for tag in one.loras}
    bare = _LORA.sub(lambda tag: "" if tag["name"].strip().casefold() in own else tag[0], prompt)
    for name in {name for one in cast for name in _names(one.casting)}:
        bare = _word(name).sub("", bare)
    return _COMMAS.sub(",", bare).strip(" ,") if bare != prompt else prompt


def _names(one: Casting) -> tuple[str, ...]:
    """Their embeddings, without weights."""
    bare = (word.removeprefix("(").removesuffix(")") for word in one.embeddings)
    return tuple(re.sub(r":[\d.]+\Z", "", word) for word in bare)


def _word(name: str) -> re.Pattern[str]:
    """The word of an embedding, weighed or not."""
    word = re.escape(name)
    return re.compile(rf"\(\s*{word}\s*(?::[\d.]+)?\s*\)|(?<!\w){word}(?!\w)", re.IGNORECASE)
