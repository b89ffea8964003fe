"""The story's history as a tree of its takes: which stands behind which, laid out for a list. Pure.

A take's children are those that go on from its words; those without a parent hang at their place,
behind the author's own words. Continuing five hundred times makes a tree five hundred deep, so only
branches are set in: the main line (what stands on the page, else what was gone on from, else the
newest) stays where it is.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from storyforge.domain.generation import TakeKind, TakeState
from storyforge.domain.text import one_line

#: characters of a text that stand for it in a list
OPENING = 160


@dataclass(frozen=True, slots=True)
class TakeHead:
    """A take without its text.

    Attributes:
        length: how many characters of it stand on a page.
        opening: its first words, in one line.
    """

    id: str
    scene_id: str
    place_id: str
    number: int
    created: datetime
    state: TakeState
    kind: TakeKind
    wish: str
    parent_id: str
    revision_id: str
    bookmark: str
    length: int
    opening: str

    def reads(self, text: str) -> bool:
        """Whether `text` is this take's, as far as its length and its first words tell."""
        opening = one_line(text[:OPENING])
        return len(text) == self.length and self.opening.startswith(opening)


@dataclass(frozen=True, slots=True)
class Node:
    """A take in the list.

    Attributes:
        depth: branches that it is away from the main line.
        branch: it begins a branch: another stands in its place on the line it left.
        siblings: how many takes there are to choose from here, itself included.
    """

    head: TakeHead
    depth: int
    branch: bool
    siblings: int


def laid_out(heads: Sequence[TakeHead], standing: Collection[str] = ()) -> tuple[Node, ...]:
    """All takes of a scene, in the order of a list.

    Args:
        heads: in the order they were made.
        standing: the ids of those that stand on the page.
    """
    families = _families(heads)
    weights = _weights(heads, standing)
    out: list[Node] = []
    seen: set[str] = set()
    # What is still to be listed, the next one last: a family at a depth, or one take's line.
    roots = [family for key, family in families.items() if key.startswith(_PLACE)]
    todo: list[tuple[Sequence[TakeHead], int, bool, int]] = [(f, 0, False, 0) for f in roots[::-1]]
    while todo:
        family, depth, branch, siblings = todo.pop()
        if not siblings:
            main = max(family, key=lambda head: (weights[head.id], head.created, head.number))
            others = [head for head in family if head is not main]
            todo += [((main,), depth, False, -len(family))]
            # The main one's own line comes behind its branches: see below.
            todo += [((head,), depth + 1, True, len(family)) for head in reversed(others)]
            todo += [((main,), depth, False, len(family))]
            continue
        (head,) = family
        if siblings > 0:
            if head.id in seen:
                continue
            seen.add(head.id)
            out.append(Node(head, depth, branch, siblings))
        if (siblings < 0 or branch) and (children := families.get(head.id)):
            todo.append((children, depth, False, 0))
    return (*out, *(Node(head, 0, False, 1) for head in heads if head.id not in seen))


_PLACE = "place:"


def _families(heads: Iterable[TakeHead]) -> dict[str, list[TakeHead]]:
    """Siblings by their parent's id, or by their place where they have none in this scene."""
    known = {head.id for head in heads}
    families: dict[str, list[TakeHead]] = {}
    for head in heads:
        has = head.parent_id in known and head.parent_id != head.id
        key = head.parent_id if has else _PLACE + head.place_id
        families.setdefault(key, []).append(head)
    return families


def _weights(heads: Sequence[TakeHead], standing: Collection[str]) -> dict[str, int]:
    """How much of the page, and of the history, stands behind each take."""
    parents = {head.id: head.parent_id for head in heads}
    weights = dict.fromkeys(parents, 0)
    for head in reversed(heads):  # children were made after their parents
        if head.id in standing:
            weights[head.id] += len(heads)
        parent = parents[head.id]
        if parent in weights and parent != head.id:
            weights[parent] = max(weights[parent], weights[head.id] + 1)
    return weights
