"""A schema as a grammar: what it says, and what it will not say."""

import re

import pytest

from storyforge.domain.plan.schemas import schema_of
from storyforge.domain.plan.tasks import TASKS, Makes
from storyforge.engine.gbnf import gbnf_of


def _numbers(least: int, most: int) -> re.Pattern[str]:
    """The rule for whole numbers as an expression, which is written nearly alike."""
    rules = gbnf_of({"type": "integer", "minimum": least, "maximum": most}).splitlines()
    (rule,) = (line for line in rules if line.startswith("part-0 ::="))
    return re.compile(re.sub(r'[" ]', "", rule.partition("::=")[2]))


@pytest.mark.parametrize(
    ("least", "most"), [(0, 9), (1, 1), (7, 12), (100, 5000), (98, 1203), (0, 999), (350, 359)]
)
def test_whole_numbers_keep_to_their_bounds(least: int, most: int) -> None:
    rule = _numbers(least, most)
    allowed = {n for n in range(most * 2 + 20) if rule.fullmatch(str(n))}
    assert allowed == set(range(least, most + 1))
    assert not rule.fullmatch(f"0{least}")


def test_names_come_in_the_schemas_order_and_compact() -> None:
    told = gbnf_of(schema_of(TASKS["scenes/beats"]))
    assert r'"{" "\"beats\"" ":" " "? part-' in told
    assert told.index("beats") < told.index("change")


def test_what_is_alike_is_said_once() -> None:
    told = gbnf_of(schema_of(TASKS["outline/propose"]))
    assert told.count("{0,239}") == 1
    assert len(told) < 2000


def test_a_string_is_never_longer_than_llama_cpp_can_count() -> None:
    told = gbnf_of({"type": "string", "minLength": 1, "maxLength": 4000})
    assert "char{0,999}" in told


def test_a_choice_is_written_as_it_stands() -> None:
    told = gbnf_of({"type": "string", "enum": ["kishōtenketsu", 'a "b" \\ c']})
    assert r'"\"kishōtenketsu\""' in told
    assert r'"\"a \\\"b\\\" \\\\ c\""' in told


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "number"},
        {"type": "integer", "minimum": -3, "maximum": 4},
        {"type": "object", "properties": {"a": {"type": "string", "maxLength": 3}}},
        {"anyOf": []},
    ],
)
def test_what_it_does_not_know_is_refused_by_name(schema: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"type|numbers|missing"):
        gbnf_of(schema)


def test_every_task_has_a_grammar() -> None:
    asked = (task for task in TASKS.values() if task.kind or task.makes is Makes.OUTLINE)
    assert all(gbnf_of(schema_of(task)).startswith("root ::=") for task in asked)
