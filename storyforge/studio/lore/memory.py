"""What earlier continuations leave for the next one: which lore they were told, and where.

It lies in the story's settings, so that a story that is opened again has the very prompt it had.
The prompts that were only looked at or read ahead are remembered too, but only while the program
runs: what they called stands at the same place if it is still called when the author asks.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from storyforge.domain.kept_json import read_json
from storyforge.domain.lore import LoreEntry
from storyforge.domain.sections import Section, SectionKind
from storyforge.lorebooks.taking import mapping
from storyforge.prompting.lore_calling import Book, Called, Calls, Kept, Remembered, stamp

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

#: the setting that holds it
LORE_MEMORY = "lore_memory"
# Scenes whose lore is remembered, the latest ones.
_SCENES = 30


@dataclass(frozen=True, slots=True)
class Made:
    """A prompt as it was made last for a scene.

    Attributes:
        told: what its notes were about, to be said once.
    """

    calls: Calls
    given: frozenset[str]
    told: frozenset[str] = frozenset()


@dataclass(slots=True)
class LoreMemory:
    """One open story's.

    Attributes:
        told: what the author has heard in this session. left_out: sentences that take long to
            make, by what they are about.
    """

    count: int = 0
    last: dict[str, int] = field(default_factory=dict)
    kept: dict[str, dict[str, Kept]] = field(default_factory=dict)
    looks: dict[str, Made] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    left_out: dict[str, str] = field(default_factory=dict)
    _book: Book | None = None
    _entries: tuple[LoreEntry, ...] | None = None

    def book(self, entries: tuple[LoreEntry, ...]) -> Book:
        """The book of these entries, compiled anew only where they are others."""
        if self._book is None or self._entries is not entries:
            self._entries, self._book = entries, Book(entries)
        return self._book

    def of_scene(self, scene_id: str) -> Remembered:
        """What the next continuation of a scene begins with."""
        kept = self.kept.get(scene_id)
        look = self.looks.get(scene_id)
        places = None if kept is None else {key: one.at for key, one in kept.items()}
        # A book that is written only later is told on top, as at the scene's beginning.
        if look is not None and look.calls != Calls():
            looked = {one.entry.id: one.at for one in look.calls.called if one.keeps}
            places = {**looked, **(places or {})}
        return Remembered(self.count, self.last, kept or {}, places)

    def looked(
        self, scene_id: str, sections: Iterable[Section], calls: Calls, told: Iterable[str]
    ) -> None:
        """A prompt was made of these sections; nobody sent it yet."""
        given = frozenset(
            section.source
            for section in sections
            if section.kind is SectionKind.LORE and section.given
        )
        self.looks[scene_id] = Made(calls, given, frozenset(told))

    def sent(self, scene_id: str) -> bool:
        """The prompt that was made last for the scene is sent; whether lore is to be kept."""
        look = self.looks.get(scene_id)
        if look is None:
            return False
        self.told |= look.told
        if look.calls == Calls():
            return False
        # Behind the others: the scenes written in last are kept.
        calls, before = look.calls, self.kept.pop(scene_id, {})
        self.kept[scene_id] = {
            one.entry.id: _as_kept(one, before.get(one.entry.id))
            for one in calls.called
            if one.keeps and one.entry.id in look.given
        }
        for key in list(self.kept)[:-_SCENES]:
            del self.kept[key]
        # Another thread may be making a prompt of the old ones.
        self.last = self.last | {
            one.entry.id: self.count
            for one in calls.called
            if one.fresh and one.entry.id in look.given and (one.entry.sticky or one.entry.cooldown)
        }
        self.count += 1
        return True

    def as_json(self) -> str:
        """As it is written into the story."""
        kept = {
            scene: {key: [one.stamp, one.at, one.why] for key, one in entries.items()}
            for scene, entries in self.kept.items()
        }
        return json.dumps({"count": self.count, "last": self.last, "kept": kept})

    @classmethod
    def read(cls, told: str) -> "LoreMemory":
        """From what was written; what cannot be read is as if it had never been."""
        found = mapping(read_json(told))
        last = {str(k): v for k, v in mapping(found.get("last")).items() if isinstance(v, int)}
        kept = {
            str(scene): {
                str(key): one for key, told in mapping(entries).items() if (one := _kept(told))
            }
            for scene, entries in mapping(found.get("kept")).items()
        }
        count = found.get("count")
        return cls(count if isinstance(count, int) else 0, last, kept)


def _as_kept(one: Called, before: Kept | None) -> Kept:
    now = Kept(stamp(one.entry), one.at, one.why)
    return before if before is not None and before.stamp == now.stamp else now


def _kept(value: Any) -> Kept | None:
    match value:
        case [str(key), int(at), str(why)]:
            return Kept(key, at, why)
    return None


_of: "WeakKeyDictionary[StoryFile, LoreMemory]" = WeakKeyDictionary()


def memory_of(story: "StoryFile") -> LoreMemory:
    """The memory of an open story; read from it the first time."""
    known = _of.get(story)
    if known is None:
        # Two threads may read it at once; the first one's is everybody's.
        known = _of.setdefault(story, LoreMemory.read(story.recall(LORE_MEMORY, "{}")))
    return known


def sent(story: "StoryFile", scene_id: str) -> None:
    """Keep what the prompt made last for this scene was told: a continuation goes on from it.

    Raises:
        StoryFileError: the story cannot be written.
    """
    memory = memory_of(story)
    if memory.sent(scene_id):
        story.remember(LORE_MEMORY, memory.as_json())
