"""The dictionary of tags: 140,000 of them, looked up by name and completed as one types.

A word's completions are those with the most pictures, so names lie sorted for looking up, and in
the order of their counts for the few that very many begin alike.
"""

import heapq
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping

from storyforge.domain.picture.tag import Category, Tag

# Above so many names that begin alike, walking down the counts finds the best sooner.
_MANY = 2_000
_LAST = "\U0010ffff"


def folded(text: str) -> str:
    """A tag as it is compared: small letters, underscores for blanks."""
    return "_".join(text.casefold().replace("_", " ").split())


class TagBook:
    """A dictionary in memory; it never changes.

    Args:
        tags: where one comes twice, the one with more pictures counts.
    """

    def __init__(self, tags: Iterable[Tag]) -> None:
        self._tags = sorted(tags, key=lambda tag: (-tag.count, tag.name))
        self._by_name: dict[str, int] = {}
        for number, tag in enumerate(self._tags):
            self._by_name.setdefault(folded(tag.name), number)
        # A name of its own goes before any alias.
        for number, tag in enumerate(self._tags):
            for alias in tag.aliases:
                self._by_name.setdefault(folded(alias), number)
        self._sorted = sorted(self._by_name)
        # All names of each tag in one text: a blank stands in none of them.
        self._searched = [" ".join(map(folded, (tag.name, *tag.aliases))) for tag in self._tags]
        self._counted = sorted(self._by_name, key=self._by_name.__getitem__)

    def __len__(self) -> int:
        return len(self._tags)

    def __iter__(self) -> Iterator[Tag]:
        return iter(self._tags)

    def find(self, text: str) -> Tag | None:
        """The tag of that name or alias, whatever its case; spaces count as underscores."""
        number = self._by_name.get(folded(text))
        return None if number is None else self._tags[number]

    def complete(
        self, typed: str, limit: int = 5, uses: Mapping[str, int] | None = None
    ) -> tuple[tuple[Tag, str], ...]:
        """The tags that `typed` may become, each with the alias it was found by (or "").

        Those the author uses come first, the more often the sooner; then those with more pictures.

        Args:
            uses: how often the author used a tag, by its name.
        """
        begun = folded(typed) + ("_" if typed[-1:] in (" ", "_") and typed.strip(" _") else "")
        if not begun:
            return ()
        best: dict[int, str] = {}
        for name in self._used(begun, uses or {}):
            best.setdefault(self._by_name[name], name)
        for name in self._popular(begun, limit + len(best)):
            best.setdefault(self._by_name[name], name)
        return tuple(
            (tag, "" if folded(tag.name) == name else name)
            for number, name in list(best.items())[:limit]
            for tag in (self._tags[number],)
        )

    def search(
        self, part: str, category: Category | None = None, limit: int = 200
    ) -> tuple[Tag, ...]:
        """The tags with `part` anywhere in their names or aliases, the most pictures first."""
        wanted, found = folded(part), list[Tag]()
        for tag, names in zip(self._tags, self._searched, strict=True):
            if wanted in names and (category is None or tag.category is category):
                found.append(tag)
                if len(found) == limit:
                    break
        return tuple(found)

    def _used(self, begun: str, uses: Mapping[str, int]) -> list[str]:
        """Names that the author uses and that begin so, the most used first."""
        known = [
            (-times, self._by_name[name], name)
            for used, times in uses.items()
            if (name := folded(used)).startswith(begun) and name in self._by_name
        ]
        return [name for _times, _number, name in sorted(known)]

    def _popular(self, begun: str, limit: int) -> list[str]:
        """Names that begin so, of the tags with the most pictures; of one tag its best name."""
        start = bisect_left(self._sorted, begun)
        end = bisect_left(self._sorted, begun + _LAST)
        if end - start <= _MANY:
            named = self._sorted[start:end]
            # A tag's aliases may crowd out others: so many more are taken that all have room.
            return heapq.nsmallest(limit * 8, named, key=self._by_name.__getitem__)
        numbers, found = set[int](), list[str]()
        for name in self._counted:
            if name.startswith(begun):
                found.append(name)
                numbers.add(self._by_name[name])
                if len(numbers) == limit:
                    break
        return found
