"""What a picture remembers of how it was drawn, in words: hashes, references, people one by one."""

from collections.abc import Iterator, Mapping
from typing import Any

from storyforge.domain.kept_json import read_json
from storyforge.i18n import _, listed

#: everything of the order, and the word heat that “pictures heat” tells: for programs only
_ORDER, _HEAT = "order", "heat"


def told_settings(settings: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each by its name, steps and guidance before what the painter told."""
    order = _as_mapping(read_json(settings.get(_ORDER)))
    for name, label in (("steps", _("steps")), ("guidance", _("guidance scale"))):
        if isinstance(value := order.get(name), int | float):
            yield label, f"{value:g}"
    names = dict(_people(order))
    for name, told in settings.items():
        if name not in (_ORDER, _HEAT):
            yield name, _in_words(told, names)


def _in_words(told: str, names: Mapping[str, str]) -> str:
    found = read_json(told)
    if isinstance(found, Mapping):
        return _pairs(found)
    if isinstance(found, list):
        return listed(_one(each, names) for each in found)
    return told


def _one(each: object, names: Mapping[str, str]) -> str:
    """Somebody who was drawn in a pass of their own; a reference; else what it says."""
    if not isinstance(each, Mapping):
        return str(each)
    if isinstance(who := each.get("who"), str):
        seed = _("seed {seed}").format(seed=each.get("seed"))
        return f"{names.get(who) or who} ({seed})"
    if isinstance(scale := each.get("scale"), int | float):
        return f"{each.get('adapter')} {scale:g}"
    return _pairs(each)


def _pairs(found: Mapping[str, Any]) -> str:
    return listed(f"{name} {each}" for name, each in found.items())


def _people(order: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The names of those who were drawn one by one, by their ids."""
    people = order.get("people")
    for one in people if isinstance(people, list) else ():
        known = _as_mapping(one)
        yield str(known.get("who")), str(known.get("name") or "")


def _as_mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
