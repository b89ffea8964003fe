"""Which parts of two sequences are the same. Pure.

`difflib` answers that well for some hundred items and badly for ten thousand: with words or letters
that come back everywhere it takes minutes. So what is long is first cut at runs of items that stand
exactly once on both sides (patience diff), and only what lies between goes to `difflib`.
"""

import difflib
from bisect import bisect_left
from collections.abc import Hashable, Sequence
from itertools import pairwise
from typing import NamedTuple

#: lengths multiplied, up to which `difflib` compares item by item; about 50 ms
_SMALL = 40_000
#: items in a run that shall stand once, the longest first
_RUNS = (12, 4, 1)


class Same(NamedTuple):
    """`length` items from `a` in the one sequence are those from `b` in the other."""

    a: int
    b: int
    length: int


def same_parts(one: Sequence[Hashable], other: Sequence[Hashable]) -> tuple[Same, ...]:
    """What the two share, in order; nothing in it overlaps, neighbours are one."""
    found: list[Same] = []
    waiting = [(0, len(one), 0, len(other), 0)]
    while waiting:
        low, high, down, up, level = waiting.pop()
        start = 0
        while low + start < high and down + start < up and one[low + start] == other[down + start]:
            start += 1
        found.append(Same(low, down, start))
        low, down = low + start, down + start
        end = 0
        while low < high - end and down < up - end and one[high - end - 1] == other[up - end - 1]:
            end += 1
        high, up = high - end, up - end
        found.append(Same(high, up, end))
        if low == high or down == up:
            continue
        if (high - low) * (up - down) <= _SMALL:
            matcher = difflib.SequenceMatcher(a=one[low:high], b=other[down:up], autojunk=False)
            blocks = matcher.get_matching_blocks()
            found += [Same(low + a, down + b, length) for a, b, length in blocks]
            continue
        if level == len(_RUNS):
            continue  # nothing in it stands once on both sides: it is another text
        anchors = _anchors(one[low:high], other[down:up], _RUNS[level])
        if not anchors:
            waiting.append((low, high, down, up, level + 1))
            continue
        edges = [(0, 0), *anchors, (high - low, up - down)]
        # Between two anchors there is less; it may stand once there, so all lengths are tried.
        waiting += [
            (low + a, low + c, down + b, down + d, 0 if len(anchors) > 1 else level + 1)
            for (a, b), (c, d) in pairwise(edges)
        ]
    return _joined(found)


def _anchors(one: Sequence[Hashable], other: Sequence[Hashable], run: int) -> list[tuple[int, int]]:
    """Where runs stand that are in both exactly once, as many as keep their order."""
    here, there = _once(one, run), _once(other, run)
    pairs = [(at, there[key]) for key, at in here.items() if key in there]
    pairs.sort()
    # The longest increasing chain of the second positions.
    tails: list[int] = []
    ends: list[int] = []
    before = [-1] * len(pairs)
    for index, (_at, position) in enumerate(pairs):
        spot = bisect_left(tails, position)
        if spot == len(tails):
            tails.append(position)
            ends.append(index)
        else:
            tails[spot] = position
            ends[spot] = index
        before[index] = ends[spot - 1] if spot else -1
    chain = []
    index = ends[-1] if ends else -1
    while index >= 0:
        chain.append(pairs[index])
        index = before[index]
    return chain[::-1]


def _once(items: Sequence[Hashable], run: int) -> dict[Hashable, int]:
    seen: dict[Hashable, int] = {}
    for at in range(len(items) - run + 1):
        key = tuple(items[at : at + run])
        seen[key] = -1 if key in seen else at
    return {key: at for key, at in seen.items() if at >= 0}


def _joined(found: list[Same]) -> tuple[Same, ...]:
    joined: list[Same] = []
    for part in sorted(part for part in found if part.length):
        last = joined[-1] if joined else Same(-1, -1, 0)
        if last.a + last.length == part.a and last.b + last.length == part.b:
            joined[-1] = Same(last.a, last.b, last.length + part.length)
        else:
            joined.append(part)
    return tuple(joined)
