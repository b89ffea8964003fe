"""The keys of a book of lore, all looked for at once. Pure but for its memory of slow expressions.

Plain keys of the whole book go into one automaton (Aho and Corasick), so a text is read once
however many keys there are: 30,000 keys over 1,000 characters take 0.2 ms, where a loop takes 20.
They match every spelling that `domain.folding` holds for one. Expressions run one by one within a
time limit; one that was too slow is not tried again until it is written differently.
"""

import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from storyforge.domain.expression_size import is_too_large
from storyforge.domain.folding import alike_expression, folded
from storyforge.domain.lore import KeyLogic, LoreEntry

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick
    from regex import Pattern

#: seconds that one expression may take, and all of them in one request
EXPRESSION_SECONDS, ALL_SECONDS = 0.05, 0.1
_EXPRESSION = re.compile(r"/(.+)/([a-z]*)", re.DOTALL)
# Scripts without borders between words: there, every place is one.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)

#: keys that took too long, as they are written
_too_slow: set[str] = set()


@dataclass(frozen=True, slots=True)
class _Plain:
    number: int
    cased: bool
    whole: bool


@dataclass(frozen=True, slots=True)
class _Keys:
    """One entry's keys, each with how it is found: plain, an expression, or not at all."""

    first: tuple[tuple[str, "_Plain | Pattern[str]"], ...]
    second: tuple[tuple[str, "_Plain | Pattern[str]"], ...]
    logic: KeyLogic


@dataclass(slots=True)
class _Looked:
    """One text being looked through.

    Attributes:
        last: where each plain key begins for the last time, by its number, its case and whether
            it stands there as a whole word.
    """

    text: str
    until: float
    last: Mapping[_Plain, int] = field(default_factory=dict)
    folded_length: int = 0
    _borders: dict[int, int] = field(default_factory=dict)

    def border(self, scan: int) -> int:
        """Where in the folded text its last `scan` characters begin."""
        if scan >= len(self.text):
            return 0
        if scan not in self._borders:
            tail = self.text[len(self.text) - scan :]
            self._borders[scan] = self.folded_length - len(folded(tail))
        return self._borders[scan]


class KeyRules(NamedTuple):
    """What of an entry says when it is called; the fields are those of `LoreEntry`."""

    keys: tuple[str, ...]
    secondary: tuple[str, ...]
    logic: KeyLogic
    whole_words: bool
    case_sensitive: bool


class KeyBook:
    """The keys of some entries, compiled.

    Attributes:
        broken: (entry's index, key) of keys that are no regular expressions.
    """

    @staticmethod
    def of(entries: Iterable[LoreEntry]) -> "KeyBook":
        """The keys of `entries`; the very same book where only other things changed."""
        return _compiled(
            tuple(
                KeyRules(one.keys, one.secondary, one.logic, one.whole_words, one.case_sensitive)
                for one in entries
            )
        )

    def __init__(self, entries: Sequence[KeyRules]) -> None:
        self.broken: list[tuple[int, str]] = []
        self._numbers: tuple[dict[str, int], dict[str, int]] = ({}, {})
        self._callers: dict[_Plain, list[int]] = {}
        self._by_expression: list[int] = []
        self._keys = [self._compiled(at, entry) for at, entry in enumerate(entries)]
        self._automata = [_automaton(tuple(numbers)) for numbers in self._numbers]

    def found(self, text: str, scans: Sequence[int]) -> dict[int, str]:
        """The key that was found of each entry whose keys are fulfilled, by the entry's index.

        Args:
            scans: how many of the last characters count, for each entry.
        """
        looked = _Looked(text, time.monotonic() + ALL_SECONDS)
        self._look(looked)
        called = {at for plain in looked.last for at in self._callers.get(plain, ())}
        found = {}
        for at in sorted({*called, *self._by_expression}):
            if scans[at] > 0 and (key := self._fulfilled(at, looked, scans[at])):
                found[at] = key
        return found

    def slow(self) -> list[tuple[int, str]]:
        """(entry's index, key) of expressions that took too long and are not tried any more."""
        return [
            (at, key)
            for at in sorted({*self._by_expression, *self._with_second_expressions()})
            for key, _how in (*self._keys[at].first, *self._keys[at].second)
            if key in _too_slow
        ]

    def _with_second_expressions(self) -> Iterable[int]:
        if not _too_slow:
            return ()
        return (
            at for at, keys in enumerate(self._keys) if any(k in _too_slow for k, _h in keys.second)
        )

    def _compiled(self, at: int, entry: KeyRules) -> _Keys:
        first = tuple(self._known(at, entry, entry.keys))
        second = tuple(self._known(at, entry, entry.secondary))
        for _key, how in first:
            if isinstance(how, _Plain):
                self._callers.setdefault(how, []).append(at)
        if any(not isinstance(how, _Plain) for _key, how in first):
            self._by_expression.append(at)
        return _Keys(first, second, entry.logic)

    def _known(
        self, at: int, entry: KeyRules, keys: tuple[str, ...]
    ) -> Iterable[tuple[str, "_Plain | Pattern[str]"]]:
        for key in keys:
            if written := _EXPRESSION.fullmatch(key):
                pattern = _expression(written[1], written[2])
                if pattern is None:
                    self.broken.append((at, key))
                else:
                    yield key, pattern
            elif plain := _key(key, entry.case_sensitive):
                numbers = self._numbers[entry.case_sensitive]
                number = numbers.setdefault(plain, len(numbers))
                yield key, _Plain(number, entry.case_sensitive, entry.whole_words)

    def _look(self, looked: _Looked) -> None:
        last: dict[_Plain, int] = {}
        for cased, automaton in enumerate(self._automata):
            if automaton is None:
                continue
            text = _spelled(looked.text, bool(cased))
            looked.folded_length = len(text)
            for number, start, end in automaton.find_matches_as_indexes(text, overlapping=True):
                last[_Plain(number, bool(cased), whole=False)] = start
                if _is_whole(text, start, end):
                    last[_Plain(number, bool(cased), whole=True)] = start
        looked.last = last

    def _fulfilled(self, at: int, looked: _Looked, scan: int) -> str:
        """The first of the entry's keys that was found, if its second ones allow it; else ""."""
        keys = self._keys[at]
        first = next((key for key, how in keys.first if self._stands(key, how, looked, scan)), "")
        if not first or not keys.second:
            return first
        stand = (self._stands(key, how, looked, scan) for key, how in keys.second)
        allowed = {
            KeyLogic.AND_ANY: lambda: any(stand),
            KeyLogic.AND_ALL: lambda: all(stand),
            KeyLogic.NOT_ANY: lambda: not any(stand),
            KeyLogic.NOT_ALL: lambda: not all(stand),
        }
        return first if allowed[keys.logic]() else ""

    @staticmethod
    def _stands(key: str, how: "_Plain | Pattern[str]", looked: _Looked, scan: int) -> bool:
        if isinstance(how, _Plain):
            return looked.last.get(how, -1) >= looked.border(scan)
        left = min(EXPRESSION_SECONDS, looked.until - time.monotonic())
        if key in _too_slow or left <= 0:
            return False
        start = max(len(looked.text) - scan, 0)
        try:
            return how.search(looked.text, start, timeout=left, concurrent=True) is not None
        except TimeoutError:
            # With less than its whole time it may be as good as any other.
            if left >= EXPRESSION_SECONDS:
                _too_slow.add(key)
            return False


def _spelled(text: str, cased: bool) -> str:
    return folded(text) if cased else folded(text).lower()


@lru_cache(maxsize=60_000)
def _key(written: str, cased: bool) -> str:
    """A plain key as it is looked for; most of a book's are the same when an entry changes."""
    return _spelled(written.strip(), cased)


# With 15,000 keys it takes 100 ms to make; mostly an entry's words change, not its keys.
@lru_cache(maxsize=4)
def _compiled(rules: tuple[KeyRules, ...]) -> KeyBook:
    return KeyBook(rules)


def _automaton(keys: tuple[str, ...]) -> "AhoCorasick | None":
    if not keys:
        return None
    from ahocorasick_rs import AhoCorasick, Implementation

    return AhoCorasick(keys, store_patterns=False, implementation=Implementation.ContiguousNFA)


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether no word goes on at either end; where a script sets no borders, none ever does."""
    return not (
        (start > 0 and _joined(text[start - 1], text[start]))
        or (end < len(text) and _joined(text[end - 1], text[end]))
    )


def _joined(one: str, other: str) -> bool:
    words = (one.isalnum() or one == "_") and (other.isalnum() or other == "_")
    return words and not _UNSPACED.match(one) and not _UNSPACED.match(other)


@lru_cache(maxsize=20_000)
def _expression(written: str, flags: str) -> "Pattern[str] | None":
    """The expression `/written/flags`; None where it is none, or too large to be one."""
    import regex

    if is_too_large(written):
        return None
    told = regex.VERSION0
    for flag in flags:
        told |= {"i": regex.IGNORECASE, "m": regex.MULTILINE, "s": regex.DOTALL}.get(flag, 0)
    written = written.replace(r"\/", "/")
    try:
        regex.compile(written, told)
        return regex.compile(alike_expression(written), told)
    except (regex.error, RecursionError, OverflowError):
        return None
