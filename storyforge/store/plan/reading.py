"""The plan read from its rows, from the binder and from the lorebook."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from storyforge.domain.lore import LoreEntry
from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import SINGLE, Item, Plan
from storyforge.domain.plan.stages import Stage
from storyforge.domain.text import clean, one_line
from storyforge.store.plan.tables import FactRow, ItemRow
from storyforge.store.remembering import Values, values_of
from storyforge.store.tables import ChapterRow, SceneRow, SettingRow, StoryRow, table
from storyforge.store.values import identity

#: the tables that all but the lorebook's part is read from
TABLES = ("plan_item", "plan_fact", "chapter", "scene", "setting", "story")
#: settings of a story
LANGUAGE, SETTLED = "plan_language", "plan_settled"

_ITEM, _FACT = table(ItemRow), table(FactRow)
_STORY, _SETTING = table(StoryRow), table(SettingRow)
_CHAPTER, _SCENE = table(ChapterRow), table(SceneRow)
_KINDS = {kind.value: kind for kind in Kind}


@dataclass(frozen=True, slots=True)
class Rows:
    """What the file says of the plan, but for the lorebook, column by column as it stands there.

    A page that is saved changes its scene's row, but none of these values.
    """

    facts: Values
    settings: Values
    story: tuple[object, ...]
    items: Values
    chapters: Values
    scenes: Values


@dataclass(frozen=True, slots=True)
class Told:
    """The same as values of a plan.

    Attributes:
        binder, trashed: the chapters, then the scenes, of the story and of the trash.
    """

    plan: Plan
    facts: Mapping[str, Mapping[str, str]]
    binder: tuple[Item, ...]
    trashed: tuple[Item, ...]


def whole(told: Told, lore: Sequence[LoreEntry]) -> Plan:
    """The plan with the lorebook's part."""
    # A stranger's entry may bear any id: it is in the lorebook still, but no part of the plan.
    known = {item.id for item in (*told.plan.items, *told.binder)} | SINGLE.keys()
    world = (
        Item(entry.id, Kind.WORLD, {**told.facts.get(entry.id, {}), **_facts_of(entry)})
        for entry in lore
        if entry.id not in known
    )
    items = tuple({item.id: item for item in (*told.plan.items, *world, *told.binder)}.values())
    return replace(told.plan, items=items, gone=dict(_gone(told, {item.id for item in items})))


def _gone(told: Told, known: set[str]) -> Iterator[tuple[str, Item]]:
    """What is in the plan no more, as far as its name is known."""
    yield from ((item.id, item) for item in told.trashed)
    for key, facts in told.facts.items():
        for kind, name in ((Kind.CHARACTER, "name"), (Kind.WORLD, "title")):
            if name in facts and key not in known:
                yield key, Item(key, kind, facts)


def read_rows(session: Session) -> Rows:
    """All but the lorebook's part."""
    return Rows(
        facts=values_of(session, select(_FACT.c.item_id, _FACT.c.field, _FACT.c.value)),
        settings=values_of(
            session,
            select(_SETTING.c.key, _SETTING.c.value).where(_SETTING.c.key.in_((LANGUAGE, SETTLED))),
        ),
        story=tuple(session.execute(select(_STORY.c.title, _STORY.c.language)).one()),
        items=values_of(
            session,
            select(_ITEM.c.id, _ITEM.c.kind)
            .where(_ITEM.c.deleted == "")
            .order_by(_ITEM.c.position, _ITEM.c.id),
        ),
        chapters=values_of(
            session,
            select(_CHAPTER.c.id, _CHAPTER.c.title, _CHAPTER.c.deleted).order_by(
                _CHAPTER.c.position
            ),
        ),
        scenes=values_of(
            session,
            select(_SCENE.c.id, _SCENE.c.title, _SCENE.c.chapter_id, _SCENE.c.deleted).order_by(
                _SCENE.c.position
            ),
        ),
    )


def told_by(rows: Rows) -> Told:
    """What the rows tell."""
    facts: dict[str, dict[str, str]] = {}
    for item_id, name, value in rows.facts:
        if value:
            facts.setdefault(identity(item_id), {})[one_line(str(name))] = clean(str(value))
    settings = {str(key): one_line(str(value)) for key, value in rows.settings}
    title, language = (one_line(str(value)) for value in rows.story)
    stages = {stage.value: stage for stage in Stage}
    settled = settings.get(SETTLED, "").split()
    plan = Plan(
        tuple(_items(rows.items, facts)),
        title,
        language,
        settings.get(LANGUAGE) or language,
        frozenset(stages[one] for one in settled if one in stages),
    )
    binder, trashed = _of_binder(rows, facts)
    return Told(plan, facts, binder, trashed)


def _items(rows: Values, facts: Mapping[str, dict[str, str]]) -> Iterator[Item]:
    for key, single in SINGLE.items():
        if key in facts:
            yield Item(key, single, facts[key])
    for row_id, told in rows:
        kind = _KINDS.get(str(told))
        if kind is not None and kind not in SINGLE.values():
            yield Item(identity(row_id), kind, facts.get(identity(row_id), {}))


def _facts_of(entry: LoreEntry) -> dict[str, str]:
    facts = {
        "title": entry.title,
        "category": entry.category,
        "keys": "\n".join(entry.keys),
        "content": entry.content,
    }
    return {name: value for name, value in facts.items() if value}


def _of_binder(
    rows: Rows, facts: Mapping[str, dict[str, str]]
) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """(every chapter, then every scene, in the binder's order, those in the trash)."""
    chapters: dict[str, Item] = {}
    trashed: list[Item] = []
    for key, title, deleted in rows.chapters:
        chapter = _of_row(Kind.CHAPTER, identity(key), title, facts)
        if deleted:
            trashed.append(chapter)
        else:
            chapters[chapter.id] = chapter
    scenes: dict[str, list[Item]] = {key: [] for key in chapters}
    for key, title, of, deleted in rows.scenes:
        scene = _of_row(Kind.SCENE, identity(key), title, facts, identity(of))
        if deleted or scene.chapter_id not in scenes:
            trashed.append(scene)
        else:
            scenes[scene.chapter_id].append(scene)
    told = (*chapters.values(), *(scene for of in scenes.values() for scene in of))
    return told, tuple(trashed)


def _of_row(
    kind: Kind,
    key: str,
    title: object,
    facts: Mapping[str, dict[str, str]],
    chapter_id: str = "",
) -> Item:
    return Item(key, kind, {**facts.get(key, {}), "title": one_line(str(title))}, chapter_id)
