"""Who is newer: told by what each copy once was, the same from both sides."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyforge.domain.ancestry import (
    NOTHING,
    Grown,
    Seen,
    Verdict,
    compare,
    interleaved,
    parted,
    short_digest,
)

_MIRROR = {
    Verdict.SAME: Verdict.SAME,
    Verdict.OURS: Verdict.THEIRS,
    Verdict.THEIRS: Verdict.OURS,
    Verdict.BOTH_OURS: Verdict.BOTH_THEIRS,
    Verdict.BOTH_THEIRS: Verdict.BOTH_OURS,
}


def grown(trail: str, at: str = "") -> Grown:
    return Grown(trail[-1], tuple(Seen(one) for one in trail[:-1]), at)


@pytest.mark.parametrize(
    ("ours", "theirs", "verdict"),
    [
        ("a", "a", Verdict.SAME),
        ("ab", "a", Verdict.OURS),
        ("a", "abc", Verdict.THEIRS),
        ("aba", "ab", Verdict.OURS),
        ("ab", "aba", Verdict.THEIRS),
    ],
)
def test_the_one_that_has_gone_on_is_newer(ours: str, theirs: str, verdict: Verdict) -> None:
    assert compare(grown(ours), grown(theirs)) is verdict


def test_where_both_went_on_the_later_one_comes_first() -> None:
    early, late = grown("ab", "2026-01-01"), grown("ac", "2026-01-02")
    assert compare(late, early) is Verdict.BOTH_OURS
    assert compare(early, late) is Verdict.BOTH_THEIRS
    assert compare(early, late).takes_theirs
    assert compare(early, late).conflict


_TRAILS = st.text(alphabet="abcd", min_size=1, max_size=6)


@given(_TRAILS, _TRAILS, st.sampled_from(["", "1", "2"]), st.sampled_from(["", "1", "2"]))
def test_both_machines_come_to_the_same_answer(one: str, two: str, at: str, then: str) -> None:
    ours, theirs = grown(one, at), grown(two, then)
    assert compare(theirs, ours) is _MIRROR[compare(ours, theirs)]


_ORDERS = st.lists(st.integers(0, 9).map(str), unique=True, max_size=8)


@given(_ORDERS, _ORDERS)
def test_two_orders_become_one_that_keeps_the_first(first: list[str], other: list[str]) -> None:
    found = interleaved(first, other)
    assert sorted(found) == sorted({*first, *other})
    assert [one for one in found if one in first] == first
    if not parted(first, other):
        assert [one for one in found if one in other] == other


def test_nothing_has_a_digest_of_its_own() -> None:
    assert short_digest(None) == NOTHING
    assert short_digest("") not in (NOTHING, short_digest("-"))
