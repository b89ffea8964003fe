"""Brings what a model meant within the bounds of what it was asked for. Pure.

Whatever comes in, what goes out holds the schema as far as it is there: no part that was not asked
for, no string or list too long, nothing twice where there is enough without it. What is missing
stays missing; `judging` says so.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from storyforge.studio.answers.documents import document, folded
from storyforge.studio.answers.wording import listed, tidied

Schema = Mapping[str, Any]
# “Mara Voss – keeper of the light”: who, and what of them.
_WHO = re.compile(
    r"^(?P<who>[^:：–—]{1,60}?)\s*(?:[:：]|\s[-–—]\s|——)\s*(?P<what>\S.*)$", re.DOTALL
)
_NUMBER = re.compile(r"\d[\d,.' ]*")
# More digits than any bound has: a model may write them without end.
_DIGITS = 12
# Objects within objects, however a model wraps its answer.
_WRAPS = 3


@dataclass(frozen=True, slots=True)
class Fitted:
    """An answer, as far as it can be read.

    Attributes:
        value: within the schema's bounds; parts may be missing.
        surplus: how many items of lists had been said before, or are too many.
        repeats: a list has not enough items without those that had been said before.
    """

    value: Mapping[str, Any]
    surplus: int = 0
    repeats: bool = False


def read(text: str, schema: Schema, language: str = "en") -> Fitted:
    """What is there of the answer to `schema` (an object's) in `text`, whole or not."""
    parts = schema["properties"]
    told = document(text, tuple(_innermost(schema)))
    if isinstance(told, str) and len(parts) > 1:
        # A sentence is no object: it would stand in whatever field is the first.
        told = None
    fitter = _Fitter(language)
    return Fitted(fitter.object(told, schema) or {}, fitter.surplus, fitter.repeats)


def _innermost(schema: Schema) -> Mapping[str, Any]:
    """The parts that lines are told of: of the items, where a list of them is all that is asked."""
    parts: Mapping[str, Any] = schema["properties"]
    if len(parts) == 1:
        (only,) = parts.values()
        if only["type"] == "array" and only["items"]["type"] == "object":
            parts = only["items"]["properties"]
    return parts


class _Fitter:
    """Fits one answer, and counts what it left out."""

    def __init__(self, language: str) -> None:
        self._language = language
        self.surplus = 0
        self.repeats = False

    def object(self, told: Any, schema: Schema) -> dict[str, Any] | None:
        """The parts that can be found; None where there is none."""
        parts = schema["properties"]
        named = _named(_unwrapped(told, parts), parts)
        fitted = {
            name: value
            for name, part in parts.items()
            if name in named and (value := self._value(named[name], part, name)) is not None
        }
        return fitted or None

    def _value(self, told: Any, schema: Schema, name: str) -> Any:
        if told is None:
            return None
        match schema["type"]:
            case "object":
                return self.object(told, schema)
            case "array":
                return self._list(told, schema)
            case "integer":
                return _whole(told, schema)
            case _ if "enum" in schema:
                return _chosen(_words(told), schema["enum"])
            case _:
                most = schema.get("maxLength", 1000)
                return tidied(_words(told), name, most, self._language) or None

    def _list(self, told: Any, schema: Schema) -> list[Any] | None:
        items: list[Any] = []
        again: list[int] = []
        known: set[str] = set()
        for one in _items(told, schema["items"]):
            value = self._value(one, schema["items"], "")
            if value is None:
                continue
            said = _said(value)
            if said & known:
                again.append(len(items))
            known |= said
            items.append(value)
        lacking = max(0, schema["minItems"] - (len(items) - len(again)))
        self.repeats = self.repeats or (lacking > 0 and bool(again))
        left_out = set(again[lacking:])
        fitted = [one for at, one in enumerate(items) if at not in left_out]
        self.surplus += len(again) + max(0, len(fitted) - schema["maxItems"])
        if told == [] and not schema["minItems"]:
            return []  # there is nothing to be said, and that is an answer
        return fitted[: schema["maxItems"]] or None


def _unwrapped(told: Any, parts: Mapping[str, Any]) -> Any:
    """`told` as an object with the names of `parts`, as far as can be."""
    if len(parts) == 1:
        return _alone(told, *parts.items())
    names = {folded(part) for part in parts}
    for _layer in range(_WRAPS):
        if isinstance(told, Mapping) and len(told) == 1:
            (inside,) = told.values()
            told = inside if isinstance(inside, Mapping | list) else told
        if isinstance(told, list):
            objects = [one for one in told if isinstance(one, Mapping)]
            told = max(objects, key=lambda one: len(names & _names(one)), default=None)
    if not isinstance(told, str):
        return told
    pair = _WHO.match(told)
    said = (pair["who"], pair["what"]) if pair else (told,)
    return dict(zip(parts, said, strict=False))


def _alone(told: Any, part: tuple[str, Schema]) -> Any:
    """`told` as an object with one part, however the model has named and wrapped it."""
    name, schema = part
    for _layer in range(_WRAPS):
        if not isinstance(told, Mapping):
            break
        inside = next((told[key] for key in told if folded(str(key)) == folded(name)), None)
        if inside is not None:
            return {name: inside}
        lists = [value for value in told.values() if isinstance(value, list)]
        if schema["type"] == "array" and lists:
            return {name: lists[0]}
        if len(told) != 1:
            break
        (only,) = told.values()
        if schema["type"] == "array" and not isinstance(only, Mapping):
            break
        told = only
    # The object itself is the list, or (of a field) its value.
    return {name: told}


def _named(told: Any, parts: Mapping[str, Any]) -> dict[str, Any]:
    """What is told of each part: by its name, else by its kind and place among those left."""
    if not isinstance(told, Mapping):
        return {}
    known = {folded(part): part for part in parts}
    found: dict[str, Any] = {}
    rest: list[Any] = []
    for name, value in told.items():
        part = known.get(folded(str(name)))
        if part is not None and part not in found:
            found[part] = value
        else:
            rest.append(value)
    missing = [part for part in parts if part not in found]
    all_there = not found or len(rest) == len(missing)
    for part in missing:
        kind = parts[part]["type"]
        for at, value in enumerate(rest):
            if _is(value, kind) and (all_there or kind == "array"):
                found[part] = rest.pop(at)
                break
    return found


def _names(told: Mapping[str, Any]) -> set[str]:
    return {folded(str(name)) for name in told}


def _is(value: Any, kind: str) -> bool:
    match kind:
        case "array":
            return isinstance(value, list)
        case "object":
            return isinstance(value, Mapping)
        case "integer":
            return isinstance(value, int | float | str)
        case _:
            return isinstance(value, str)


def _items(told: Any, schema: Schema) -> Iterator[Any]:
    """The items (each of `schema`) of what was meant as a list."""
    if isinstance(told, str):
        yield from listed(told)
    elif isinstance(told, list):
        yield from told
    elif isinstance(told, Mapping):
        yield from _told_by_name(told, schema)
    else:
        yield told


def _told_by_name(told: Mapping[str, Any], schema: Schema) -> Iterator[Any]:
    """A list that was written as an object: {"1": …}, {"Mara": …}, or its only item itself."""
    parts = schema.get("properties", {})
    if {folded(part) for part in parts} & _names(told):
        yield told
        return
    stems = {re.sub(r"\d", "", name) for name in _names(told)}
    numbered = stems == {""} or (len(stems) == 1 and len(told) > 1)
    for name, one in told.items():
        if numbered:
            yield one
        elif parts and isinstance(one, Mapping):
            yield {next(iter(parts)): name, **one}
        else:
            yield f"{name}: {_words(one)}"


def _words(told: Any) -> str:
    """Whatever was told, as one text."""
    if isinstance(told, str):
        return told
    if told is None or isinstance(told, bool):
        return ""
    if isinstance(told, Mapping):
        return ": ".join(filter(None, map(_words, told.values())))
    if isinstance(told, list):
        return " ".join(filter(None, map(_words, told)))
    return str(told)


def _whole(told: Any, schema: Schema) -> int | None:
    if isinstance(told, str):
        found = _NUMBER.search(told)
        told = int(re.sub(r"\D", "", found[0].split(".")[0])[:_DIGITS]) if found else None
    if not isinstance(told, int | float) or isinstance(told, bool):
        return None
    if isinstance(told, float) and not math.isfinite(told):
        return None
    least, most = int(schema["minimum"]), int(schema["maximum"])
    return max(least, min(int(told), most))


def _chosen(told: str, choices: list[str]) -> str | None:
    """The choice that was meant, also where only its beginning was written, or more than it."""
    said = folded(told)
    if not said:
        return None
    for meant in (
        lambda choice: choice == said,
        lambda choice: choice.startswith(said),
        lambda choice: said.startswith(choice),
        lambda choice: choice in said,
    ):
        found = next((choice for choice in choices if meant(folded(choice))), None)
        if found is not None:
            return found
    return None


def _said(value: Any) -> set[str]:
    """What must not be said again: a line; of an object its name, and all that is told of it."""
    if not isinstance(value, Mapping):
        return {folded(str(value)) or str(value)}
    first, *rest = value.values()
    said = {f"name {folded(str(first))}"}
    told = json.dumps(rest, sort_keys=True).casefold()
    return said | {told} if len(told) > len('["" ]') + 24 else said
