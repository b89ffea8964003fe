"""A stage as entries: its items, each with its line; the one at the cursor with its form. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from storyforge.domain.plan.forms import FORMS, Field, Kind, Shape
from storyforge.domain.plan.items import FactKey, Item, Plan
from storyforge.domain.plan.looks import with_looks
from storyforge.domain.plan.stages import Stage
from storyforge.domain.plan.staleness import Stale
from storyforge.i18n import N_, _
from storyforge.studio.planning.telling import name_of, reason_told, value_told
from storyforge.tui.widgets.plan_entries import Entry

#: in the place of a field: the group of those that are for pictures
PICTURES = ":pictures"
# Rows of a text that is not being written on.
_MOST = 12
# Characters of a value that are looked at: no list shows more than its first rows, or one row.
_LOOKED_AT, _LINE = 4000, 400
_EMPTY = {
    Stage.PREMISE: N_("Write down whatever is in your head, then {ask} asks for premises."),
    Stage.CHARACTERS: N_("No characters yet. {ask} proposes a cast, {new} adds one."),
    Stage.WORLD: N_("No places, things or rules yet. {ask} proposes some, {new} adds one."),
    Stage.OUTLINE: N_("Nothing is planned in the chapters yet. {ask} proposes an outline."),
    Stage.SCENES: N_("On a chapter, {ask} proposes its scenes, and {new} adds one."),
    Stage.DRAFT: N_("Here is how far each scene is. {open} opens the marked one on its page."),
}
_HAS_TEXT = N_("{read} reads what you have written and fills the plan. Or write down an idea here.")
_GROUPS = {
    Kind.PLOT_LINE: N_("Plot lines"),
    Kind.ACT: N_("Acts"),
    Kind.CHAPTER: N_("Chapters"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What a stage is told from.

    Attributes:
        at: the item that is unfolded.
        pictures: what is for its pictures is unfolded, too.
        stale: what is out of date, by the item.
        written: of each scene what its text has grown to, and its beats that are drafted.
        waiting: by item and field, how many variants nobody has taken or dropped.
        keys: the names of keys, by "ask", "new", "open" and "read".
    """

    plan: Plan
    stage: Stage
    at: str = ""
    pictures: bool = False
    stale: Mapping[str, Stale] = field(default_factory=dict)
    written: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    waiting: Mapping[FactKey, int] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)


def key_of(item_id: str, field_name: str = "") -> str:
    """The entry of an item, or of a field of it."""
    return f"{item_id} {field_name}" if field_name else item_id


def read_key(key: str) -> FactKey:
    """(item's id, field's name) of an entry."""
    item_id, _space, name = key.partition(" ")
    return item_id, name


def read_place(key: str) -> FactKey:
    """The same as a place in the plan: a group of fields is no field."""
    item_id, name = read_key(key)
    return item_id, "" if name == PICTURES else name


def unfolded(plan: Plan, key: str) -> tuple[str, bool]:
    """The item that is unfolded with the cursor there, and whether what is for pictures is, too."""
    item_id, name = read_key(key)
    item = plan.known(item_id)
    fields = item.form.fields if item is not None else ()
    pictured = any(one.pictured for one in fields if one.name == name)
    return item_id, pictured or name == PICTURES


def entries(shown: Shown) -> list[Entry]:
    """All of the stage."""
    told = list(_STAGES[shown.stage](shown))
    if says := _hint(shown):
        hint = _(says).format(**{"ask": "", "new": "", "open": "", "read": "", **shown.keys})
        told.insert(0, Entry("hint", ((hint, "muted"),), fixed=True))
    return told


def _hint(shown: Shown) -> str:
    """One sentence where there is nothing yet, and in the draft."""
    plan, stage = shown.plan, shown.stage
    if stage in (Stage.CHARACTERS, Stage.WORLD):
        return "" if plan.of_stage(stage) else _EMPTY[stage]
    if stage is Stage.PREMISE:
        empty = _HAS_TEXT if any(size for size, _beats in shown.written.values()) else _EMPTY[stage]
        return empty if plan.premise.is_empty else ""
    if stage is Stage.DRAFT:
        return _EMPTY[stage]
    begun = any(not item.is_empty for item in plan.of_stage(stage))
    return "" if begun else _EMPTY[stage]


def _premise(shown: Shown) -> Iterator[Entry]:
    yield from _item(shown, shown.plan.premise, always=True)


def _characters(shown: Shown) -> Iterator[Entry]:
    number, people = 0, {one.id for one in shown.plan.characters}
    for item in with_looks(shown.plan, shown.plan.characters):
        if item.id in people:
            number += 1
            yield from _item(shown, item, number)
        else:
            yield from _item(shown, item, depth=1)


def _world(shown: Shown) -> Iterator[Entry]:
    for number, item in enumerate(shown.plan.of(Kind.WORLD), 1):
        yield from _item(shown, item, number)


def _outline(shown: Shown) -> Iterator[Entry]:
    yield from _item(shown, shown.plan.outline, always=True)
    for kind, title in _GROUPS.items():
        items = shown.plan.of(kind)
        if items:
            yield Entry(f"group {kind.value}", fixed=True)
            yield Entry(f"title {kind.value}", ((_(title), ""),), kind="muted", fixed=True)
        for number, item in enumerate(items, 1):
            yield from _item(shown, item, number)


def _by_chapter(plan: Plan) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = {}
    for scene in plan.scenes:
        found.setdefault(scene.chapter_id, []).append(scene)
    return found


def _scenes(shown: Shown) -> Iterator[Entry]:
    scenes = _by_chapter(shown.plan)
    for number, chapter in enumerate(shown.plan.chapters, 1):
        told = f"{number}  {name_of(shown.plan, chapter, number)}"
        note = _note(shown, chapter)
        yield Entry(key_of(chapter.id), ((told, ""),), note=note, kind="head")
        for place, scene in enumerate(scenes.get(chapter.id, ()), 1):
            yield from _item(shown, scene, place, depth=1, within=f"{number}.")


def _draft(shown: Shown) -> Iterator[Entry]:
    scenes = _by_chapter(shown.plan)
    for number, chapter in enumerate(shown.plan.chapters, 1):
        told = f"{number}  {name_of(shown.plan, chapter, number)}"
        yield Entry(key_of(chapter.id), ((told, ""),), kind="head")
        for place, scene in enumerate(scenes.get(chapter.id, ()), 1):
            words, drafted = shown.written.get(scene.id, (0, 0))
            beats = len(scene.list("beats"))
            mark = "✓" if words and drafted >= beats else "▸" if words or drafted else "○"
            aimed = scene.number("words")
            note = f"{words:,} / {aimed:,}" if aimed else f"{words:,}"
            if scene.id in shown.stale:
                note = f"! {note}"
            name = f"{number}.{place}  {name_of(shown.plan, scene, place)}"
            runs = ((name, ""), (f"  {scene.fact('purpose')}", "muted"))
            yield Entry(key_of(scene.id), runs, note=note, mark=mark, depth=1, kind="row")


def _item(
    shown: Shown,
    item: Item,
    number: int = 1,
    *,
    depth: int = 0,
    within: str = "",
    always: bool = False,
) -> Iterator[Entry]:
    """An item's line, and its form where it is unfolded; scenes are numbered as in the binder."""
    plan, form = shown.plan, item.form
    name = name_of(plan, item, number)
    if item.kind in (Kind.CHAPTER, Kind.SCENE):
        name = f"{within}{number}  {name}"
    open_ = always or shown.at == item.id
    line = "" if open_ or not form.line else " ".join(item.fact(form.line)[:_LINE].split())
    runs = ((name, ""), (f"  {line}" if line else "", "muted"))
    kind = "head" if open_ else "row"
    yield Entry(key_of(item.id), runs, note=_note(shown, item), depth=depth, kind=kind)
    if not open_:
        return
    old = shown.stale.get(item.id)
    for one in form.fields:
        if one.pictured or (one.name == "prose_name" and plan.language == plan.plan_language):
            continue
        is_old = old is not None and one.name in old.fields
        yield _field(shown, item, one, depth + 1, is_old)
    yield from _for_pictures(shown, item, depth + 1)
    if old is not None:
        for place, reason in enumerate(old.reasons):
            told = ((reason_told(plan, reason), "warning"),)
            id_ = f"{item.id} :reason {place}"
            yield Entry(id_, told, mark="!", level=1, depth=depth + 1, fixed=True)


def _for_pictures(shown: Shown, item: Item, depth: int) -> Iterator[Entry]:
    """What pictures are made from: a line that unfolds as an item does."""
    fields = [one for one in item.form.fields if one.pictured]
    if not fields:
        return
    old = shown.stale.get(item.id)
    stale = {one.name for one in fields if old is not None and one.name in old.fields}
    count = sum(shown.waiting.get((item.id, one.name), 0) for one in fields)
    written = sum(bool(item.fact(one.name)) for one in fields)
    told = _("{count} of {all} written").format(count=written, all=len(fields))
    yield Entry(
        key_of(item.id, PICTURES),
        ((_("For pictures"), ""), (f"  {told}", "muted")),
        note="! " + _("old") if stale else f"◇{count}" if count else "",
        mark="▾" if shown.pictures else "▸",
        level=1,
        depth=depth,
        kind="row",
    )
    if shown.pictures:
        for one in fields:
            yield _field(shown, item, one, depth + 1, one.name in stale, level=2)


def _field(shown: Shown, item: Item, one: Field, depth: int, is_old: bool, level: int = 1) -> Entry:
    value = item.fact(one.name)[:_LOOKED_AT]
    told = value_told(shown.plan, item.kind, one, value)
    runs = ((told, ""),) if told else ((_(one.help) if one.help else "–", "muted"),)
    count = shown.waiting.get((item.id, one.name), 0)
    note = "! " + _("old") if is_old else f"◇{count}" if count else ""
    most = _MOST if one.shape in (Shape.TEXT, Shape.LIST) else 0
    return Entry(
        key_of(item.id, one.name), runs, _(one.label), note, level=level, depth=depth, most=most
    )


def _note(shown: Shown, item: Item) -> str:
    old = shown.stale.get(item.id)
    if old is not None and any(
        one in {f.name for f in FORMS[item.kind].fields} for one in old.fields
    ):
        return "! " + _("old")
    count = shown.waiting.get((item.id, ""), 0)
    return f"◇{count}" if count else ""


_STAGES = {
    Stage.PREMISE: _premise,
    Stage.CHARACTERS: _characters,
    Stage.WORLD: _world,
    Stage.OUTLINE: _outline,
    Stage.SCENES: _scenes,
    Stage.DRAFT: _draft,
}
