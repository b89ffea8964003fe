"""What one step changed, made again or taken back. What the changes are, `steps` says."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import FactKey, Item, Plan
from storyforge.domain.text import clean
from storyforge.errors import BadInput
from storyforge.store.journal import Journal
from storyforge.store.plan.proposals import write_taken
from storyforge.store.plan.rests import rested_on, write_rest
from storyforge.store.plan.writing import Writing
from storyforge.store.tables import SceneRow, table

_SCENE = table(SceneRow)

Change = list[Any]


class Making:
    """One step on its way, within one transaction.

    A plan of 300 chapters takes 20 ms to read, so it is read anew only where it must be.
    """

    def __init__(
        self, session: Session, journal: Journal, writing: Writing, read: Callable[[], Plan]
    ) -> None:
        self._session = session
        self._journal = journal
        self._writing = writing
        self._read = read
        self._plan = read()
        self._there: dict[str, bool] = {}
        self._said: dict[FactKey, str] = {}

    def make(self, changes: Sequence[Change], back: bool) -> None:
        """Make the changes, or take them back, the last one first."""
        added = {one[2] for one in changes if one[0] == "there" and one[3]}
        for change in reversed(changes) if back else changes:
            # What a step brought goes as it is, and is whole in the trash; so it comes back whole.
            if change[0] in ("fact", "rest", "place") and change[1] in added:
                continue
            match change:
                case ["fact", key, name, was, then]:
                    self._fact((key, name), *((then, was) if back else (was, then)))
                case ["rest", key, name, was, then]:
                    self._rest((key, name), *((then, was) if back else (was, then)))
                case ["there", kind, key, there, kept]:
                    self._bring(Kind(kind), key, there is not back, kept)
                case ["place", key, was, then]:
                    self._place(key, *(was if back else then))
                case ["setting", key, was, then]:
                    self._writing.setting(key, was if back else then)
                case ["taken", key, was, then]:
                    write_taken(self._session, self._journal, key, was if back else then)

    def _fact(self, key: FactKey, there: Sequence[str], wanted: Sequence[str]) -> None:
        item = self._item(key[0])
        if item is None:
            return
        said = self._said.get(key, item.fact(key[1]))
        if said == clean(there[0]):
            item = Item(item.id, item.kind, {**item.facts, key[1]: said}, item.chapter_id)
            self._said[key] = clean(wanted[0])
            self._writing.fact(item, key[1], self._said[key], wanted[1])

    def _rest(self, key: FactKey, there: str, wanted: str) -> None:
        if rested_on(self._session, key) == there:
            write_rest(self._session, self._journal, key, there, wanted)

    def _bring(self, kind: Kind, key: str, there: bool, kept: Any) -> None:
        known = self._there.get(key, self._plan.item(key) is not None)
        if known is there or (not there and self._has_text(kind, key)):
            return
        # What was emptied from the trash since is gone for good.
        with suppress(BadInput):
            self._writing.there(kind, key, there, kept)
            self._there[key] = there

    def _place(self, key: str, index: int, chapter_id: str) -> None:
        plan = self._read()
        item = plan.item(key)
        if item is None:
            return
        of_chapter = item.kind is Kind.SCENE
        if of_chapter and plan.item(chapter_id) is None:
            return
        like = plan.scenes_of(item.chapter_id) if of_chapter else plan.of(item.kind)
        self._writing.place(item, [one.id for one in like], index, chapter_id)

    def _item(self, key: str) -> Item | None:
        if self._plan.item(key) is None and self._there:
            self._plan, self._there, self._said = self._read(), {}, {}
        return self._plan.known(key)

    def _has_text(self, kind: Kind, key: str) -> bool:
        if kind not in (Kind.CHAPTER, Kind.SCENE):
            return False
        mine = _SCENE.c.id == key if kind is Kind.SCENE else _SCENE.c.chapter_id == key
        asked = select(_SCENE.c.id).where(mine, _SCENE.c.text != "").limit(1)
        return self._session.scalar(asked) is not None
