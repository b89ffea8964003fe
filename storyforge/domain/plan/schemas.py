"""What a task's answer has to look like, as JSON Schema. Pure: made of the tasks and the forms.

Only what every dialect of it can be told is used: objects, lists, strings, whole numbers and
choices. Everything has bounds, so that a model that runs in circles comes to an end.
"""

from collections.abc import Sequence
from typing import Any

from storyforge.domain.plan.forms import FORMS, Field, Kind, Shape, asked_field
from storyforge.domain.plan.tasks import Makes, PlanTask

Schema = dict[str, Any]

#: characters of a line that is an idea, a question or a note
_LINE = 160
# Fewer would be no help with drafting beat by beat, or say nothing of how somebody speaks.
_LEAST = {"beats": 3, "voice": 2}
# What a number may be; others are what a model gives that counts on without end.
_NUMBERS = {(Kind.SCENE, "words"): (100, 5_000), (Kind.PREMISE, "length"): (500, 500_000)}
_ANY_NUMBER = (0, 999_999)
# An outline's parts where nobody says how many there are to be.
_ACTS, _PLOT_LINES, _CHAPTERS = (1, 5), (1, 5), (3, 30)


def schema_of(
    task: PlanTask,
    kind: Kind | None = None,
    field: str = "",
    fields: Sequence[str] = (),
    count: int = 0,
) -> Schema:
    """The schema of the answer to `task`; always an object's.

    Args:
        kind: of the item that it is about, where the task leaves that open.
        field: the field that it is about, of a FIELD or of IDEAS.
        fields: those that are asked for, where they are not the task's own.
        count: so many items (of an outline: chapters), ideas or questions; 0 for the task's bounds.

    Raises:
        KeyError: there is no such field.
    """
    kind = task.kind or kind
    between = (count, count) if count else (task.least, task.most)
    match task.makes:
        case Makes.ITEM:
            return _item(_the(kind), fields or task.fields)
        case Makes.ITEMS:
            return _object({"items": _list(_item(_the(kind), fields or task.fields), between)})
        case Makes.OUTLINE:
            return _outline((count, count) if count else _CHAPTERS)
        case Makes.FIELD:
            return _object({"value": _field(_the(kind), asked_field(_the(kind), field))})
        case Makes.IDEAS:
            return _object({"ideas": _list(_text(_idea(kind, field)), between)})
        case Makes.QUESTIONS:
            return _object({"questions": _list(_text(_LINE), between)})
        case Makes.NOTES:
            note = _object({name: _text(_LINE) for name in ("about", "problem", "remedy")})
            # Where nothing is wrong there is nothing to be said.
            return _object({"notes": _list(note, (0, between[1]))})


def _the(kind: Kind | None) -> Kind:
    if kind is None:
        raise KeyError("kind")
    return kind


def _idea(kind: Kind | None, field: str) -> int:
    """How long an idea may become: no longer than what it is an idea for, where that is a line."""
    if kind is None or not field:
        return _LINE
    told = FORMS[kind].field(field)
    return min(told.most, _LINE) if told.shape is not Shape.TEXT else _LINE


def _item(kind: Kind, fields: Sequence[str] = ()) -> Schema:
    """An object with the fields that are asked for, in the form's order."""
    form = FORMS[kind]
    for name in fields:
        form.field(name)
    asked = [each for each in form.fields if (each.name in fields if fields else each.asked)]
    return _object({each.name: _field(kind, each) for each in asked})


def _field(kind: Kind, field: Field) -> Schema:
    if field.shape is Shape.NUMBER:
        least, most = _NUMBERS.get((kind, field.name), _ANY_NUMBER)
        return {"type": "integer", "minimum": least, "maximum": most}
    if field.shape is Shape.CHOICE:
        # What is asked for is to be decided.
        return {"type": "string", "enum": [choice for choice in field.choices if choice]}
    if field.is_list:
        return _list(_text(field.most), (_LEAST.get(field.name, 1), field.items))
    return _text(field.most)


def _outline(chapters: tuple[int, int]) -> Schema:
    chapter = dict(_item(Kind.CHAPTER)["properties"])
    title = chapter.pop("title")
    act = _text(FORMS[Kind.ACT].field("name").most)
    return _object(
        {
            **_item(Kind.OUTLINE)["properties"],
            "acts": _list(_item(Kind.ACT), _ACTS),
            "plot_lines": _list(_item(Kind.PLOT_LINE), _PLOT_LINES),
            "chapters": _list(_object({"title": title, "act": act, **chapter}), chapters),
        }
    )


def _object(properties: dict[str, Schema]) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: Schema, between: tuple[int, int]) -> Schema:
    least, most = between
    return {"type": "array", "items": items, "minItems": least, "maxItems": max(least, most)}


def _text(most: int) -> Schema:
    return {"type": "string", "minLength": 1, "maxLength": most}
