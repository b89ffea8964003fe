"""The rules of a lorebook entry as rows of a form: what each is called, shows and asks for.

The form of one entry and the change of many ask by the same rows. They keep nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from storyforge.domain.key_lists import joined_keys, split_keys
from storyforge.domain.lore import KeyLogic, LoreEntry, LorePosition
from storyforge.i18n import N_, _, ngettext
from storyforge.tui.dialogs.base import AskText, Choice, Choose
from storyforge.tui.typed import whole_number

if TYPE_CHECKING:
    from storyforge.tui.app import StoryforgeApp


@dataclass(frozen=True, slots=True)
class Field:
    """A row of the form.

    Attributes:
        id: the field of `LoreEntry`.
        kind: "switch", "whole" (a number), "percent", "line", "keys", "choice" or "scene".
        help: over the line where it is typed.
        least, most: bounds of a number.
        more: shown only behind "more".
    """

    id: str
    label: str
    kind: str
    help: str = ""
    least: int = 0
    most: int = 1_000_000
    more: bool = False


FIELDS = (
    Field("enabled", N_("On"), "switch"),
    Field("always", N_("Always told"), "switch"),
    Field("from_scene", N_("True from"), "scene"),
    Field("category", N_("Category"), "line", N_("A word of your own; empty for none")),
    Field(
        "priority", N_("Priority"), "whole",
        N_("Where room is short, the highest stays longest; 0 is usual"), -1_000_000,
    ),
    Field(
        "share", N_("Share"), "percent",
        N_("The most it may take of the lorebook's room; 0 for no limit"), 0, 100,
    ),
    Field("position", N_("Stands"), "choice"),
    Field("depth", N_("Lines up"), "whole", N_("Lines above the caret"), 0, 1000),
    Field(
        "scan", N_("Looked for in"), "whole",
        N_("Characters before the caret; empty for the book's own"), 0, 10_000_000,
    ),
    Field("secondary", N_("Further keys"), "keys", N_("Parted by commas; empty for none")),
    Field("logic", N_("They call it if"), "choice"),
    Field("whole_words", N_("Whole words only"), "switch"),
    Field("case_sensitive", N_("Capitals count"), "switch"),
    Field(
        "chance", N_("Chance"), "whole",
        N_("How often it is told when its key is found, in percent"), 0, 100, more=True,
    ),
    Field(
        "sticky", N_("Stays for"), "whole",
        N_("Continuations that it stays for, once called"), 0, 1000, more=True,
    ),
    Field(
        "cooldown", N_("Then rests for"), "whole",
        N_("Continuations that it rests for afterwards"), 0, 1000, more=True,
    ),
    Field("wakes", N_("May call others"), "switch", more=True),
    Field("woken", N_("May be called by others"), "switch", more=True),
)  # fmt: skip
BY_ID = {field.id: field for field in FIELDS}

_CHOICES: dict[str, dict[Any, str]] = {
    "position": {
        LorePosition.TOP: N_("at the top"),
        LorePosition.BEFORE_STORY: N_("before the story"),
        LorePosition.LINES_UP: N_("some lines above the caret"),
    },
    "logic": {
        KeyLogic.AND_ANY: N_("any of them is there"),
        KeyLogic.AND_ALL: N_("all of them are there"),
        KeyLogic.NOT_ANY: N_("none of them is there"),
        KeyLogic.NOT_ALL: N_("one of them is missing"),
    },
}
_WHOLE_STORY = "whole"


def fields_of(entry: LoreEntry, *, more: bool) -> list[Field]:
    """The rows that mean something for this entry."""
    unused = set()
    if entry.position is not LorePosition.LINES_UP:
        unused.add("depth")
    if not entry.secondary:
        unused.add("logic")
    return [each for each in FIELDS if each.id not in unused and (more or not each.more)]


def shown(field: Field, entry: LoreEntry, scenes: Mapping[str, str]) -> str:
    """What the entry says there."""
    value = getattr(entry, field.id)
    match field.kind:
        case "switch":
            return _("yes") if value else _("no")
        case "choice":
            return _(_CHOICES[field.id][value])
        case "scene":
            if not value:
                return _("the beginning")
            return scenes.get(value, _("a scene that is gone"))
        case "percent":
            return f"{round(value * 100)} %" if value else "–"
        case "keys":
            return joined_keys(value) or "–"
    if field.id == "scan":
        if value is None:
            return _("as set for the book")
        return ngettext("{count:,} character", "{count:,} characters", value).format(count=value)
    if field.id == "chance":
        return f"{value} %"
    return f"{value:,}" if isinstance(value, int) else value or "–"


async def asked(
    house: "StoryforgeApp", field: Field, entry: LoreEntry, scenes: Mapping[str, str],
    categories: Sequence[str] = (),
) -> dict[str, Any] | None:  # fmt: skip
    """The change the author wants, by the name of the field; None for none."""
    value = getattr(entry, field.id)
    label = _(field.label)
    match field.kind:
        case "switch":
            return {field.id: not value}
        case "choice":
            choices = [Choice(str(one.value), _(text)) for one, text in _CHOICES[field.id].items()]
            chosen = await house.push_screen_wait(Choose(label, "", choices, at=str(value.value)))
            return None if chosen is None else {field.id: type(value)(chosen)}
        case "scene":
            return await _scene(house, field, value, scenes)
    if field.id == "category" and categories:
        return await _category(house, field, value, categories)
    return await _typed(house, field, value)


async def _scene(
    house: "StoryforgeApp", field: Field, value: str, scenes: Mapping[str, str]
) -> dict[str, Any] | None:
    choices = [
        Choice(_WHOLE_STORY, _("the beginning")),
        *(Choice(scene_id, title) for scene_id, title in scenes.items()),
    ]
    told = _("Before this scene the model never hears of it.")
    chosen = await house.push_screen_wait(Choose(_(field.label), told, choices, at=value))
    return None if chosen is None else {field.id: "" if chosen == _WHOLE_STORY else chosen}


async def _category(
    house: "StoryforgeApp", field: Field, value: str, categories: Sequence[str]
) -> dict[str, Any] | None:
    choices = [
        *(Choice(f"={name}", name) for name in categories),
        Choice("new", _("Another category …")),
        Choice("none", _("No category")),
    ]
    chosen = await house.push_screen_wait(Choose(_(field.label), "", choices, at=f"={value}"))
    if chosen == "new":
        return await _typed(house, field, "")
    return None if chosen is None else {field.id: "" if chosen == "none" else chosen[1:]}


async def _typed(house: "StoryforgeApp", field: Field, value: Any) -> dict[str, Any] | None:
    if field.kind == "keys":
        stands = joined_keys(value)
    elif field.kind == "percent":
        stands = str(round(value * 100)) if value else ""
    else:
        stands = "" if value is None else str(value)
    given = await house.push_screen_wait(
        AskText(_(field.label), _(field.help) if field.help else "", stands, blank=True)
    )
    if given is None:
        return None
    if field.kind == "line":
        return {field.id: given}
    if field.kind == "keys":
        return {field.id: split_keys(given)}
    if field.id == "scan" and not given:
        return {field.id: None}
    number = whole_number(given, signed=True) if given else None
    if number is None:
        house.tell(_("That is no whole number; nothing was changed."))
        return None
    number = max(field.least, min(field.most, number))
    return {field.id: number / 100 if field.kind == "percent" else number}
