"""What a task's answer has to look like: made of the forms, and bounded everywhere."""

from collections.abc import Iterator
from typing import Any

import pytest

from storyforge.domain.plan.forms import FORMS, Kind
from storyforge.domain.plan.schemas import schema_of
from storyforge.domain.plan.tasks import TASKS, Makes


def _schemas() -> Iterator[dict[str, Any]]:
    """Every schema that may ever be asked for."""
    for task in TASKS.values():
        for kind in [task.kind] if task.kind else Kind:
            if task.makes is Makes.FIELD:
                yield from (schema_of(task, kind, field.name) for field in FORMS[kind].fields)
            else:
                yield schema_of(task, kind)


def _parts(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield schema
    for part in schema.get("properties", {}).values():
        yield from _parts(part)
    if "items" in schema:
        yield from _parts(schema["items"])


def test_every_part_of_every_answer_has_bounds() -> None:
    for part in (part for schema in _schemas() for part in _parts(schema)):
        match part["type"]:
            case "object":
                assert part["required"] == list(part["properties"])
                assert part["additionalProperties"] is False
            case "array":
                assert 0 <= part["minItems"] <= part["maxItems"] <= 30
            case "integer":
                assert part["minimum"] < part["maximum"]
            case "string" if "enum" in part:
                assert "" not in part["enum"]
            case "string":
                # Above 1,000 llama.cpp refuses the grammar.
                assert 1 == part["minLength"] <= part["maxLength"] <= 1000


def test_an_item_has_the_fields_that_are_asked_for_in_the_forms_order() -> None:
    whole = schema_of(TASKS["characters/deepen"])
    assert list(whole["properties"])[:3] == ["name", "role", "want"]
    assert "prose_name" not in whole["properties"]
    some = schema_of(TASKS["characters/deepen"], fields=("wound", "want"))
    assert list(some["properties"]) == ["want", "wound"]
    assert list(schema_of(TASKS["scenes/beats"])["properties"]) == ["beats", "change"]


def test_a_list_of_items_is_as_long_as_the_task_or_the_author_says() -> None:
    items = schema_of(TASKS["characters/propose"])["properties"]["items"]
    assert (items["minItems"], items["maxItems"]) == (3, 8)
    assert list(items["items"]["properties"]) == ["name", "role"]
    counted = schema_of(TASKS["characters/propose"], count=5)["properties"]["items"]
    assert (counted["minItems"], counted["maxItems"]) == (5, 5)
    chapters = schema_of(TASKS["outline/propose"], count=12)["properties"]["chapters"]
    assert (chapters["minItems"], chapters["maxItems"]) == (12, 12)


def test_a_field_is_asked_for_as_its_shape_is() -> None:
    field = TASKS["field/again"]
    assert schema_of(field, Kind.SCENE, "words")["properties"]["value"] == {
        "type": "integer",
        "minimum": 100,
        "maximum": 5000,
    }
    tense = schema_of(field, Kind.PREMISE, "tense")["properties"]["value"]
    assert tense["enum"] == ["past", "present"]
    assert schema_of(field, Kind.SCENE, "beats")["properties"]["value"]["minItems"] == 3
    ideas = schema_of(TASKS["field/brainstorm"], Kind.CHARACTER, "name")["properties"]["ideas"]
    assert (ideas["minItems"], ideas["items"]["maxLength"]) == (20, 60)


def test_a_field_that_does_not_exist_is_said() -> None:
    with pytest.raises(KeyError):
        schema_of(TASKS["field/again"], Kind.SCENE, "colour")
    with pytest.raises(KeyError):
        schema_of(TASKS["characters/deepen"], fields=("colour",))
    with pytest.raises(KeyError):
        schema_of(TASKS["item/again"])
