"""A request's schema as each API takes it: none takes one with a word that it does not know. Pure.

What is taken out is said in the description instead, which models heed, and held by who reads the
answer. Of an answer that was begun nobody is told the schema: each would have it begin anew.
"""

import json
from collections.abc import Mapping
from typing import Any

from storyforge.domain.generation import Request

#: OpenAI, where it is strict, and Gemini
LENGTHS = frozenset({"minLength", "maxLength"})
#: Anthropic takes none, but that a list has something in it
BOUNDS = LENGTHS | {"minItems", "maxItems", "minimum", "maximum"}

_SAID = {
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "minimum": "{} or more",
    "maximum": "{} or less",
}


def schema_told(request: Request, refused: frozenset[str] = frozenset()) -> dict[str, Any] | None:
    """The schema without the words that are `refused`; None where none is to be told."""
    if not request.schema or request.begun:
        return None
    return _without(json.loads(request.schema), refused)


def _without(schema: Mapping[str, Any], refused: frozenset[str]) -> dict[str, Any]:
    told = {name: value for name, value in schema.items() if name not in refused}
    if "minItems" in refused and schema.get("minItems", 0) > 0:
        told["minItems"] = 1
    if "properties" in schema:
        told["properties"] = {
            name: _without(part, refused) for name, part in schema["properties"].items()
        }
    if "items" in schema:
        told["items"] = _without(schema["items"], refused)
    said = [
        words.format(schema[name])
        for name, words in _SAID.items()
        if name in refused and name in schema
    ]
    if said:
        told["description"] = ", ".join(filter(None, (schema.get("description"), *said)))
    return told
