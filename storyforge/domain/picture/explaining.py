"""Why a word is in a prompt: the part of what the plan gave it that it is, also after edits. Pure.

A part that stands in the prompt as it was is found as a whole, else phrase by phrase. What the
author wrote, or changed, is no part of the plan.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from storyforge.domain.picture.compiled import Compiled, Part, Role
from storyforge.domain.picture.wording import phrases


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a part, or a phrase of one, stands in a prompt."""

    start: int
    end: int
    part: Part


def placed(prompt: str, parts: Iterable[Part]) -> tuple[Placed, ...]:
    """Where parts stand in a prompt, in its order; each letter is of one part at most."""
    taken = bytearray(len(prompt))
    found, left = [], []
    at = 0
    for part in parts:
        start = _find(prompt, part.text, taken, at)
        if start < 0:
            left.append(part)
            continue
        at = start + len(part.text)
        found.append(_take(taken, start, at, part))
    for part in left:
        for piece in _pieces(part):
            start = _find(prompt, piece, taken, 0)
            if start >= 0:
                found.append(_take(taken, start, start + len(piece), part))
    return tuple(sorted(found, key=lambda one: one.start))


def part_at(prompt: str, parts: Iterable[Part], caret: int) -> Part | None:
    """The part that the caret stands in or behind; None where the author wrote it."""
    here = [one for one in placed(prompt, parts) if one.start <= caret <= one.end]
    return here[-1].part if here else None


def of_prompt(compiled: Compiled) -> tuple[Part, ...]:
    """The parts of the prompt."""
    return tuple(part for part in compiled.parts if part.role is not Role.NEGATIVE)


def of_negative(compiled: Compiled) -> tuple[Part, ...]:
    """The parts of the negative prompt."""
    return tuple(part for part in compiled.parts if part.role is Role.NEGATIVE)


def _take(taken: bytearray, start: int, end: int, part: Part) -> Placed:
    taken[start:end] = b"\x01" * (end - start)
    return Placed(start, end, part)


def _pieces(part: Part) -> Iterator[str]:
    pieces = phrases(part.text)
    yield part.text
    if len(pieces) > 1:
        yield from pieces


def _find(prompt: str, text: str, taken: bytearray, start: int) -> int:
    """Where a text stands as whole words, and nobody else's; -1 where it does not."""
    if not text:
        return -1
    before = r"(?<!\w)" if re.match(r"\w", text) else ""
    behind = r"(?!\w)" if re.search(r"\w\Z", text) else ""
    pattern = re.compile(before + re.escape(text) + behind)
    while found := pattern.search(prompt, start):
        if not any(taken[found.start() : found.end()]):
            return found.start()
        start = found.start() + 1
    return -1
