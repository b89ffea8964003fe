"""The tree of takes as a list: the main line stays, branches are set in, nothing is left out."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from storyforge.domain.generation import TakeKind, TakeState
from storyforge.domain.take_tree import TakeHead, laid_out

BEGAN = datetime(2026, 11, 1, tzinfo=UTC)


def head(name: str, parent: str = "", *, place: str = "", at: int = 0) -> TakeHead:
    return TakeHead(
        name, "s", place or f"p{name[:1]}", 1, BEGAN + timedelta(minutes=at),
        TakeState.FINISHED, TakeKind.CONTINUE, "", parent, "", "", 3, name,
    )  # fmt: skip


def told(*heads: TakeHead, standing: tuple[str, ...] = ()) -> list[str]:
    return [f"{'  ' * node.depth}{node.head.id}" for node in laid_out(heads, standing)]


def test_a_line_without_branches_stays_in_its_column() -> None:
    assert told(head("a"), head("b", "a", at=1), head("c", "b", at=2)) == ["a", "b", "c"]


def test_siblings_stand_before_what_goes_on_from_the_main_one() -> None:
    heads = (head("a1"), head("a2", at=1), head("b1", "a1", at=2), head("c1", "b1", at=3))
    assert told(*heads) == ["a1", "  a2", "b1", "c1"]


def test_what_stands_on_the_page_is_the_main_line() -> None:
    heads = (head("a1"), head("a2", at=1), head("b1", "a1", at=2), head("c1", "b1", at=3))
    assert told(*heads, standing=("a2",)) == ["a2", "  a1", "  b1", "  c1"]


def test_takes_without_a_parent_hang_at_their_place_in_the_order_of_time() -> None:
    heads = (head("x", place="one"), head("y", place="two", at=1), head("z", place="one", at=2))
    assert told(*heads) == ["z", "  x", "y"]


def test_children_of_one_parent_are_siblings_wherever_their_place_is() -> None:
    heads = (head("a"), head("b", "a", place="1", at=1), head("c", "a", place="2", at=2))
    assert told(*heads) == ["a", "c", "  b"]
    assert [node.siblings for node in laid_out(heads)] == [1, 2, 2]


def test_a_ring_of_parents_is_listed_all_the_same() -> None:
    assert sorted(told(head("a", "b"), head("b", "a"))) == ["a", "b"]


@given(st.lists(st.integers(-1, 60), max_size=60), st.sets(st.integers(0, 59)))
def test_every_take_is_listed_once(parents: list[int], standing: set[int]) -> None:
    heads = [
        head(f"t{n}", f"t{parent}" if parent >= 0 else "", place=f"p{parent % 3}", at=n)
        for n, parent in enumerate(parents)
    ]
    nodes = laid_out(heads, {f"t{n}" for n in standing})
    assert sorted(node.head.id for node in nodes) == sorted(one.id for one in heads)
