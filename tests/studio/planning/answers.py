"""Answers that keep a task's form, in words that do not repeat themselves."""

import json
import random
from typing import Any

from storyforge.domain.plan.schemas import schema_of
from storyforge.domain.plan.tasks import TASKS

# So many words that no two sentences of seven look alike.
_WORDS = (
    *("keeper", "bell", "sea", "sister", "letter", "boathouse", "ship", "harvest", "salt", "log"),
    *("hinge", "inspector", "lamp", "gull", "road", "storm", "rope", "anchor", "candle", "captain"),
    *("harbour", "widow", "ledger", "window", "tide", "oil", "fog", "island", "stranger", "child"),
    *("winter", "church", "key", "knife", "garden", "orchard", "train", "uncle", "doctor", "river"),
    *("bridge", "soldier", "violin", "market", "horse", "mirror", "cellar", "attic", "debt", "map"),
)


def answer(task: str, at: int = 0, **more: Any) -> str:
    """A whole answer to a task; another `at`, other words. `more` as for `schema_of`."""
    return json.dumps(filled(schema_of(TASKS[task], **more), at))


def filled(schema: dict[str, Any], at: int = 0) -> Any:
    """The shortest value that keeps a schema."""
    kind = schema["type"]
    if kind == "object":
        told = schema["properties"].items()
        return {name: filled(one, at + n) for n, (name, one) in enumerate(told)}
    if kind == "array":
        return [filled(schema["items"], 10 * at + 100 * n) for n in range(schema["minItems"])]
    if kind == "integer":
        return schema["minimum"]
    if "enum" in schema:
        return schema["enum"][at % len(schema["enum"])]
    told = "The " + " ".join(random.Random(at).sample(_WORDS, 7))
    return told[: schema["maxLength"] - 1].strip() + "."
