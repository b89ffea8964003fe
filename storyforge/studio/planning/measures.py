"""How much is asked for at once, how many tokens an answer may take, and how words are drawn. Pure.

The bounds of an answer are its schema's; what is usual is a share of them.
"""

from collections.abc import Mapping
from dataclasses import replace
from math import ceil
from typing import Any

from storyforge.domain.counting import counts_characters
from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import Plan
from storyforge.domain.plan.lengths import chapter_length, chapters_for, scenes_for
from storyforge.domain.plan.tasks import Makes, PlanTask
from storyforge.domain.sampling import Sampling

# Characters of a token: of English within JSON, and of a script without spaces.
_NARROW, _WIDE = 3.2, 0.9
# Models say about so much of what they may.
_USUAL = 0.45
# Tokens that an answer has at the least: small numbers round badly.
_LEAST = 48
# A chapter of an outline takes about so many tokens. More than these chapters at once are no help:
# small models lose the thread, and the author sees nothing for a long time.
_CHAPTER, _AT_ONCE = 240, 8
# Ideas want freedom; what is checked or mended wants none.
_FREE, _SOBER = 1.0, 0.4
_CHECKED = ("outline/check", "outline/mend")
# Seeds that there are.
_SEEDS = 2**32 - 1
# How far a scene may be from its share of its chapter, either way.
_LEEWAY = 0.2


def count_for(task: PlanTask, plan: Plan) -> int:
    """How many items a task wants in this story; 0 for the task's own bounds."""
    if task.makes is Makes.OUTLINE:
        return chapters_for(plan)
    if task.makes is Makes.ITEMS and task.kind is Kind.SCENE:
        return scenes_for(plan)
    return 0


def in_parts(task: PlanTask, count: int, window: int) -> tuple[int, ...]:
    """How many are asked for each time, so that each answer has room; mostly all at once."""
    if task.makes is not Makes.OUTLINE:
        return (count,)
    at_once = min(max(window // 3 // _CHAPTER, 2), _AT_ONCE)
    parts = ceil(count / at_once)
    return tuple(count // parts + (at < count % parts) for at in range(parts))


def with_lengths(schema: Mapping[str, Any], plan: Plan, count: int) -> Mapping[str, Any]:
    """The schema of a chapter's scenes, so that together they are about as long as it."""
    share = chapter_length(plan)
    if not share or not count:
        return schema
    each = share / count
    bounds = {"minimum": round(each * (1 - _LEEWAY)), "maximum": round(each * (1 + _LEEWAY))}
    items = schema["properties"]["items"]
    fields = items["items"]["properties"]
    words = {**fields["words"], **bounds}
    told = {**items["items"], "properties": {**fields, "words": words}}
    return {**schema, "properties": {"items": {**items, "items": told}}}


def only(schema: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The schema with one of its properties left."""
    return {**schema, "properties": {name: schema["properties"][name]}, "required": [name]}


def most_tokens(schema: Mapping[str, Any], language: str) -> int:
    """Tokens of the longest answer that keeps the schema."""
    letters = _characters(schema)
    return max(ceil(letters / (_WIDE if counts_characters(language) else _NARROW)), _LEAST)


def usual_tokens(schema: Mapping[str, Any], language: str) -> int:
    """Tokens of an answer as models mostly give it."""
    return ceil(most_tokens(schema, language) * _USUAL)


def drawn(task: PlanTask, own: Sampling, variant: int) -> Sampling:
    """How the words of a variant, from 0, are drawn: as the author has set, as far as that helps.

    What makes prose livelier takes a form's quotation marks and field names apart.
    """
    temperature = own.temperature
    if task.makes in (Makes.IDEAS, Makes.QUESTIONS):
        temperature = max(temperature, _FREE)
    elif task.name in _CHECKED:
        temperature = min(temperature, _SOBER)
    return replace(
        own,
        temperature=temperature,
        xtc_probability=0.0,
        dry_multiplier=0.0,
        mirostat=False,
        min_tokens=0,
        # Each attempt of an answer has a seed of its own, too.
        seed=None if own.seed is None else (own.seed + variant * 100) % _SEEDS,
    )


def anew(own: Sampling, tries: int) -> Sampling:
    """How the words of the same question are drawn after so many answers that were none."""
    return own if own.seed is None else replace(own, seed=(own.seed + tries * 31) % _SEEDS)


def _characters(schema: Mapping[str, Any]) -> int:
    """Characters of the longest JSON that keeps the schema."""
    if "enum" in schema:
        return max(len(str(one)) for one in schema["enum"]) + 2
    if schema["type"] == "integer":
        return len(str(schema["maximum"]))
    if schema["type"] == "array":
        return 2 + int(schema["maxItems"]) * (_characters(schema["items"]) + 1)
    if schema["type"] == "object":
        properties = schema["properties"].items()
        return 2 + sum(len(name) + 4 + _characters(told) for name, told in properties)
    return int(schema["maxLength"]) + 2
