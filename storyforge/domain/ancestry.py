"""Which of two copies of a value is the newer one. Pure; knows values by digests only.

Two machines cannot agree on clocks, but each copy of a story remembers what its values once were.
If the one copy's value is among what the other's once was, the other has gone on from it.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from storyforge.domain.common_ends import shared_start


class Verdict(StrEnum):
    """How two copies of one value stand to each other."""

    SAME = "same"
    #: one is newer: it has gone on from the other
    OURS = "ours"
    THEIRS = "theirs"
    #: both were changed; ours, or theirs, later by the clocks
    BOTH_OURS = "both, ours later"
    BOTH_THEIRS = "both, theirs later"

    @property
    def takes_theirs(self) -> bool:
        """Whether the other copy's value is the one to take."""
        return self in (Verdict.THEIRS, Verdict.BOTH_THEIRS)

    @property
    def conflict(self) -> bool:
        """Whether both copies were changed."""
        return self in (Verdict.BOTH_OURS, Verdict.BOTH_THEIRS)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a value once was.

    Attributes:
        digest: of the value.
        at: when it was first seen so, ISO 8601 in UTC; may be empty.
    """

    digest: str
    at: str = ""


@dataclass(frozen=True, slots=True)
class Grown:
    """A value with its past.

    Attributes:
        digest: of what it is now; `NOTHING` where there is none (any more).
        past: what it once was, the oldest first; what it is now may be the last.
        at: when it was changed last, where that is known better than by `past`.
    """

    digest: str
    past: tuple[Seen, ...] = ()
    at: str = ""

    @property
    def trail(self) -> tuple[str, ...]:
        """The digests, the oldest first, what it is now last."""
        digests = tuple(seen.digest for seen in self.past)
        return digests if digests[-1:] == (self.digest,) else (*digests, self.digest)

    @property
    def moment(self) -> str:
        """When it became what it is now, as far as that is known."""
        last = self.past[-1].at if self.past and self.past[-1].digest == self.digest else ""
        return self.at or last


#: the digest of a value that is not there
NOTHING = "-"


def digest(value: str) -> str:
    """The digest of a text: SHA-256 in hex, as the story's lineage keeps it."""
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()


def short_digest(value: str | None) -> str:
    """A digest of 12 signs for small values, of which a story has thousands."""
    return NOTHING if value is None else digest(value)[:12]


def compare(ours: Grown, theirs: Grown) -> Verdict:
    """How the two stand; the answer for the two swapped is this one swapped."""
    if ours.digest == theirs.digest:
        return Verdict.SAME
    left, right = ours.trail, theirs.trail
    ours_was, theirs_was = theirs.digest in left, ours.digest in right
    if ours_was and theirs_was:
        # A value went there and back: the longer way from where the two parted is the newer one.
        shared = shared_start(left, right)
        if shared == len(right) or shared == len(left):
            return Verdict.OURS if len(left) > len(right) else Verdict.THEIRS
        return Verdict.OURS if _later(ours, theirs) else Verdict.THEIRS
    if ours_was:
        return Verdict.OURS
    if theirs_was:
        return Verdict.THEIRS
    return Verdict.BOTH_OURS if _later(ours, theirs) else Verdict.BOTH_THEIRS


def interleaved(first: Sequence[str], other: Iterable[str]) -> tuple[str, ...]:
    """`first` with what only `other` has, each behind the one it follows there."""
    out = list(first)
    known, base = set(first), set(first)
    before: str | None = None
    for one in other:
        if one not in known:
            at = out.index(before) + 1 if before is not None else 0
            # Behind what `first` alone has at this spot would be as right; before it is stable.
            out.insert(at, one)
            known.add(one)
        elif one not in base:
            continue
        before = one
    return tuple(out)


def parted(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether the two order what they share differently."""
    shared = set(one) & set(other)
    return [x for x in one if x in shared] != [x for x in other if x in shared]


def _later(ours: Grown, theirs: Grown) -> bool:
    """A total order, so that both machines come to the same answer."""
    return (ours.moment, ours.digest) > (theirs.moment, theirs.digest)
