"""Which entries of a book are told this time, where they stand, and why. Pure.

What was told when the scene was entered stays on top of the prompt for as long as the scene is
written, and what is called later stays at the line where it was first told: so lore that comes and
goes costs no reading again. Only entries that come and go by their own rules (chance, sticky,
cool-down) stand near the caret, where everything is read again anyway.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from storyforge.domain.lore import ContextRules, LoreEntry, LorePosition, name_of
from storyforge.i18n import _, in_quotes
from storyforge.prompting.lore_keys import KeyBook

#: how an entry that stands above the story is placed; others by their offset in the scene
ON_TOP = -1
# What looking through entries for what they call may cost: a character is one, a call so many. In a
# book of 10,000 entries that all call each other it would take minutes.
_MOST_WAKING, _A_CALL = 200_000, 20


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry that earlier continuations of this scene were told.

    Attributes:
        stamp: digest of the entry as it was; another one is called anew.
        at: `ON_TOP`, or the offset in the scene's visible text.
    """

    stamp: str
    at: int
    why: str


@dataclass(frozen=True, slots=True)
class Remembered:
    """What earlier continuations leave for this one.

    Attributes:
        count: continuations of the story so far; with it chance is drawn, so that looking at a
            prompt shows the one that will be sent.
        last: entry → the continuation its key last called it in, for sticky and cool-down.
        kept: entry → how this scene's continuations were told it.
        places: entry → where it would stand again, were it called: prompts that were only looked
            at or read ahead leave it. None before the scene's first prompt.
    """

    count: int = 0
    last: Mapping[str, int] = field(default_factory=dict)
    kept: Mapping[str, Kept] = field(default_factory=dict)
    places: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """The place in the story that is written at.

    Attributes:
        id: of the scene. tail: the last characters before the caret, of earlier scenes too.
        wish: it calls as the text does.
        at: the offset of the line border near the caret at which lore that is called now stands, in
            the scene's visible text.
        order: scene → its place in the story; `titles`: scene → how the author knows it.
    """

    id: str
    tail: str
    at: int
    order: Mapping[str, int]
    titles: Mapping[str, str]
    wish: str = ""


@dataclass(frozen=True, slots=True)
class Called:
    """An entry that is told.

    Attributes:
        up: lines above the caret, or None where `at` says the place.
        at: `ON_TOP`, or the offset in the scene's visible text.
        fresh: it was called this time, and does not only stay.
        keeps: it stays for the scene, as long as there is room.
        index: its place in the book, by which entries at one place stand in the prompt.
    """

    entry: LoreEntry
    why: str
    at: int = ON_TOP
    up: int | None = None
    fresh: bool = False
    keeps: bool = True
    index: int = 0


@dataclass(frozen=True, slots=True)
class Absent:
    """An entry that is not told, and why the author might wonder."""

    entry: LoreEntry
    why: str


@dataclass(frozen=True, slots=True)
class KeyFault:
    """A key that cannot be used, by the id of its entry; `told` says why, in a sentence."""

    entry_id: str
    told: str


@dataclass(frozen=True, slots=True)
class Calls:
    """What became of the whole book.

    Attributes:
        called: in the order in which room is given: by priority, those always told first.
        uncalled: how many entries nothing called.
        faults: the keys that cannot be used.
    """

    called: tuple[Called, ...] = ()
    absent: tuple[Absent, ...] = ()
    uncalled: int = 0
    faults: tuple[KeyFault, ...] = ()


class Book:
    """A book of lore, made ready once for as long as no entry changes."""

    def __init__(self, entries: Sequence[LoreEntry]) -> None:
        self.entries = tuple(entries)
        self._off = tuple(Absent(one, _("off")) for one in entries if not one.enabled)
        self._live = [one for one in entries if one.enabled and one.content.strip()]
        self._keys = KeyBook.of(self._live)
        self._always = [at for at, one in enumerate(self._live) if one.always]
        self._index = {one.id: at for at, one in enumerate(self._live)}
        self._dated = [at for at, one in enumerate(self._live) if one.from_scene]
        self._whole = [1 << 30] * len(self._live)
        self._wakes: dict[int, dict[int, str]] = {}
        self._scans: tuple[int, list[int]] = (-1, [])

    def reach(self, scan: int) -> int:
        """The characters before the caret that may be searched, with the book's own `scan`."""
        return max(self._depths(scan), default=0)

    def calls(self, scene: Scene, rules: ContextRules, past: Remembered) -> Calls:
        """What is told at `scene`."""
        early = self._not_yet(scene)
        told: dict[int, Called] = {}
        absent: list[Absent] = []
        for at in self._always:
            if at not in early:
                told[at] = Called(self._live[at], _("always on"), keeps=False)
        for at, kept in self._still(past, early):
            why = _("{why} (earlier in this scene)").format(why=kept.why)
            told.setdefault(at, Called(self._live[at], why, kept.at))
        for at in self._staying(past, early):
            why = _("it stays for a while, as it was called lately")
            told.setdefault(at, self._placed(at, why, scene, past, fresh=False))
        for at, why in self._named(scene, rules):
            if at in told and told[at].keeps and not told[at].fresh:
                told[at] = replace(told[at], why=past.kept[told[at].entry.id].why, fresh=True)
            if at in told or at in early:
                continue
            entry = self._live[at]
            if reason := _resting(entry, past) or _unlucky(entry, past, scene.id):
                absent.append(Absent(entry, reason))
            else:
                told[at] = self._placed(at, why, scene, past, fresh=True)
        self._wake(told, early, absent, scene, rules, past)
        absent += [Absent(self._live[at], why) for at, why in early.items()]
        # What is named here comes before what only stays.
        order = sorted(told, key=lambda at: _rank(told[at], at))
        uncalled = len(self._live) - len(told) - len(absent)
        return Calls(
            tuple(replace(told[at], index=at) for at in order),
            (*absent, *self._off),
            uncalled,
            self._faults(),
        )

    def _depths(self, scan: int) -> list[int]:
        if self._scans[0] != scan:
            own = [scan if one.scan is None else one.scan for one in self._live]
            self._scans = (scan, own)
        return self._scans[1]

    def _not_yet(self, scene: Scene) -> dict[int, str]:
        """The entries that are not true here, and since when they will be."""
        here = scene.order.get(scene.id, 0)
        early = {}
        for at in self._dated:
            start = scene.order.get(self._live[at].from_scene)
            if start is None:
                early[at] = _("the scene from which on it is true is no longer in the story")
            elif start > here:
                title = scene.titles.get(self._live[at].from_scene) or str(start + 1)
                early[at] = _("not yet true: from scene {scene} on").format(scene=in_quotes(title))
        return early

    def _still(self, past: Remembered, early: Mapping[int, str]) -> Iterable[tuple[int, Kept]]:
        for key, kept in past.kept.items():
            at = self._index.get(key)
            if at is not None and at not in early and stamp(self._live[at]) == kept.stamp:
                yield at, kept

    def _staying(self, past: Remembered, early: Mapping[int, str]) -> Iterable[int]:
        for key, last in past.last.items():
            at = self._index.get(key)
            if at is not None and at not in early:
                left = last + self._live[at].sticky - past.count + 1
                if 0 < left <= self._live[at].sticky:
                    yield at

    def _named(self, scene: Scene, rules: ContextRules) -> Iterable[tuple[int, str]]:
        """Entries that the text or the wish calls, with the reason."""
        for at, key in self._keys.found(scene.tail, self._depths(rules.scan)).items():
            yield at, _("key {key}").format(key=in_quotes(key))
        if scene.wish:
            for at, key in self._keys.found(scene.wish, self._whole).items():
                yield at, _("key {key} in the wish").format(key=in_quotes(key))

    def _wake(
        self,
        told: dict[int, Called],
        early: Mapping[int, str],
        absent: list[Absent],
        scene: Scene,
        rules: ContextRules,
        past: Remembered,
    ) -> None:
        """Let what is told call further entries; each is called once, so no circle goes on."""
        refused = {self._index[one.entry.id] for one in absent}
        waking, left = sorted(told), _MOST_WAKING
        for _depth in range(rules.recursion):
            woken: list[int] = []
            for at in waking:
                left -= len(self._live[at].content)
                if not self._live[at].wakes or left < 0:
                    continue
                calls = self._calls_of(at)
                left -= len(calls) * _A_CALL
                for other, key in calls.items():
                    entry = self._live[other]
                    if other in told or other in early or other in refused or not entry.woken:
                        continue
                    if reason := _resting(entry, past) or _unlucky(entry, past, scene.id):
                        absent.append(Absent(entry, reason))
                        refused.add(other)
                        continue
                    why = _("key {key} in the entry {entry}").format(
                        key=in_quotes(key), entry=in_quotes(name_of(self._live[at]))
                    )
                    told[other] = self._placed(other, why, scene, past, fresh=True)
                    woken.append(other)
            waking = woken

    def _calls_of(self, at: int) -> dict[int, str]:
        """What an entry's content calls, found once: neither changes while the book does not."""
        if at not in self._wakes:
            self._wakes[at] = self._keys.found(self._live[at].content, self._whole)
        return self._wakes[at]

    def _placed(self, at: int, why: str, scene: Scene, past: Remembered, *, fresh: bool) -> Called:
        entry = self._live[at]
        if entry.position is LorePosition.LINES_UP:
            return Called(entry, why, up=entry.depth, fresh=fresh, keeps=False)
        if entry.chance < 100 or entry.sticky or entry.cooldown:
            return Called(entry, why, up=entry.depth, fresh=fresh, keeps=False)
        if past.places is None:
            return Called(entry, why, ON_TOP, fresh=fresh)
        return Called(entry, why, past.places.get(entry.id, scene.at), fresh=fresh)

    def _faults(self) -> tuple[KeyFault, ...]:
        broken = _("The key {key} of the entry {entry} is no regular expression.")
        slow = _(
            "The key {key} of the entry {entry} took too long; until it changes it is not used."
        )
        found = [(broken, *one) for one in self._keys.broken]
        found += [(slow, *one) for one in self._keys.slow()]
        return tuple(
            KeyFault(
                self._live[at].id,
                told.format(key=in_quotes(key), entry=in_quotes(name_of(self._live[at]))),
            )
            for told, at, key in found
        )


def _rank(one: Called, at: int) -> tuple[int, bool, bool, int]:
    return (-one.entry.priority, not one.entry.always, not one.fresh, at)


def stamp(entry: LoreEntry) -> str:
    """Identifies an entry as it is written now."""
    told = repr(
        (entry.keys, entry.secondary, entry.logic.value, entry.content, entry.position.value)
    )
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:16]


def _resting(entry: LoreEntry, past: Remembered) -> str:
    last = past.last.get(entry.id)
    if not entry.cooldown or last is None:
        return ""
    left = last + entry.sticky + entry.cooldown - past.count + 1
    return _("it rests, as it was called lately") if 0 < left <= entry.cooldown else ""


def _unlucky(entry: LoreEntry, past: Remembered, scene_id: str) -> str:
    if entry.chance >= 100:
        return ""
    told = f"{entry.id}:{scene_id}:{past.count}".encode()
    drawn = int.from_bytes(hashlib.sha256(told).digest()[:4]) % 100
    if drawn < entry.chance:
        return ""
    return _("chance: it is told in {chance} of 100 calls").format(chance=entry.chance)
