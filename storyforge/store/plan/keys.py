"""Facts with their keys as JSON: "item field" → text. Pure."""

import json
from collections.abc import Mapping

from storyforge.domain.plan.items import FactKey
from storyforge.domain.text import clean
from storyforge.store import values


def keys_told(facts: Mapping[FactKey, str]) -> str:
    """Facts as JSON."""
    return json.dumps({" ".join(key): value for key, value in facts.items()}, ensure_ascii=False)


def keys_read(told: object) -> dict[FactKey, str]:
    """What `keys_told` told; what is nothing of it is passed over."""
    found: dict[FactKey, str] = {}
    for key, value in values.mapping(told).items():
        item, space, name = key.partition(" ")
        if space and isinstance(value, str):
            found[item, name] = clean(value)
    return found
