"""An answer to a schema that no model gave: names and sentences for the scripted writer. Pure.

It depends on prompt and seed alone, holds the schema, and says nothing twice. Names of the prompt
come back in it, so that a plan which is made with it hangs together.
"""

import json
import random
import re
from collections.abc import Mapping
from typing import Any

from storyforge.backends.phrases import Phrases, phrases_for

# A capital within a sentence begins a name; at the beginning of a line it may be any word.
_NAMES = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]{2,12}\b")
_KATAKANA = re.compile("[ァ-ヴー]{2,8}")
_PEOPLE = ("Mara", "Jonas", "Ilse", "Tobin", "Wren", "Oskar", "Nell", "Castor", "Hedda", "Ruben")
_PEOPLE_JA = ("澪", "悠人", "千景", "宗一", "紗世", "航", "灯里", "凪", "文", "暁")
_THINGS = ("light", "tide", "letter", "bridge", "lamp", "door", "stair", "name", "storm", "well")
_THINGS_JA = ("灯台", "潮", "手紙", "橋", "ランプ", "扉", "階段", "名前", "嵐", "井戸")
#: fields that hold a name, and those that hold a few words
_NAMED, _SHORT = ("name", "cast", "point_of_view"), ("title", "place", "act", "keys", "time")
# Draws for something that was not said yet; there are some hundred sentences.
_TRIES = 40


def made_up(schema: Mapping[str, Any], prompt: str, seed: str) -> str:
    """The answer, as JSON."""
    return json.dumps(_Maker(prompt, seed).value(schema, ""), ensure_ascii=False)


class _Maker:
    """Makes one answer."""

    def __init__(self, prompt: str, seed: str) -> None:
        self._draw = random.Random(seed)
        self._phrases: Phrases = phrases_for(prompt)
        self._said: set[str] = set()
        self._japanese = not self._phrases.head
        known: list[str] = (_KATAKANA if self._japanese else _NAMES).findall(prompt)
        people = _PEOPLE_JA if self._japanese else _PEOPLE
        self._people = tuple(dict.fromkeys((*known, *people)))
        self._things = _THINGS_JA if self._japanese else _THINGS

    def value(self, schema: Mapping[str, Any], name: str) -> Any:
        match schema["type"]:
            case "object":
                return {
                    part: self.value(inside, part) for part, inside in schema["properties"].items()
                }
            case "array":
                least, most = schema["minItems"], schema["maxItems"]
                count = self._draw.randint(max(least, 1), min(most, max(least, 1) + 3))
                return [self.value(schema["items"], name) for _at in range(count)]
            case "integer":
                least, most = schema["minimum"], schema["maximum"]
                return self._draw.randint(least, max(least, min(most, 4 * max(least, 25))))
            case _ if "enum" in schema:
                return self._draw.choice(schema["enum"])
            case _:
                return self._text(name, schema["maxLength"])

    def _text(self, name: str, most: int) -> str:
        for _try in range(_TRIES):
            text = self._words(name)
            if text not in self._said:
                break
        self._said.add(text)
        if len(text) <= most:
            return text
        return text[:most].rpartition(" ")[0] or text[:most]

    def _words(self, name: str) -> str:
        draw, person = self._draw, self._draw.choice(self._people)
        if name in _NAMED:
            return person
        thing = draw.choice(self._things)
        if name in _SHORT:
            return f"{person}の{thing}" if self._japanese else f"{person}'s {thing}"
        who = draw.choice((*self._phrases.who, person, person))
        return self._phrases.sentence.format(
            who, draw.choice(self._phrases.did), draw.choice(self._phrases.then)
        )
