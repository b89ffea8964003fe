"""Names of the plan in a painter's words: each becomes a look, since no painter knows it. Pure."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from storyforge.domain.picture.people import Figure
from storyforge.domain.plan.fields import Kind
from storyforge.domain.plan.items import Item, Plan

_WIDE = re.compile("[\u3005\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_HONORIFIC = "(?:さん|くん|ちゃん|様|先生|さま|殿|君)?"
_ARTICLES = re.compile(r"\b(?:[Tt]he|[Aa]n?)\s+(the|an?)\b")


def _words(told: str) -> frozenset[str]:
    return frozenset(told.split())


# What stands before a name and is no part of it.
_TITLES = _words(
    "mr mrs ms miss mister madam sir lady lord dame dr doctor prof professor captain colonel"
    " general sergeant lieutenant inspector detective officer father mother brother sister uncle"
    " aunt old young little the a an king queen prince princess count countess duke duchess baron"
    " saint st von van der de la le du di da of and"
)
#: what stands in the place of a name; None leaves it
Put = Callable[[Item, bool], str | None]


def _as_named(_item: Item) -> str:
    return ""


class Names:
    """All names of a plan, found in one walk through a text."""

    def __init__(self, plan: Plan) -> None:
        self._named = dict(_callings(plan))
        self._any = _pattern(self._named)

    def stands_in(self, text: str) -> bool:
        """Whether somebody is named in a text; things may be."""
        found = self._any.finditer(text) if self._any is not None else ()
        return any(self._meant(one).kind is not Kind.WORLD for one in found)

    def gone(self, text: str) -> str:
        """A text without the names of people."""
        return self._each(text, lambda item, _mine: None if item.kind is Kind.WORLD else "")

    def told(
        self, text: str, who: Callable[[Item], Figure], place: Callable[[Item], str] = _as_named
    ) -> str:
        """A text in which each is told by looks: at first by the look, then as the same one.

        Args:
            who: what somebody looks like there.
            place: what a thing of the world looks like; empty where it keeps its name.
        """
        seen: dict[str, Figure] = {}

        def put(item: Item, mine: bool) -> str | None:
            if item.kind is Kind.WORLD:
                return place(item) or None
            first, known = item.id not in seen, seen.setdefault(item.id, who(item))
            if mine:
                return f"the {known.noun}'s"
            alike = sum(one.is_like(known) for one in seen.values())
            return known.short if first or alike > 1 else f"the same {known.noun}"

        return self._each(text, put)

    def _each(self, text: str, put: Put) -> str:
        if self._any is None:
            return text

        def told(found: re.Match[str]) -> str:
            words = put(self._meant(found), found["mine"] is not None)
            return found[0] if words is None else words

        # “the” before a name is in its look already.
        return " ".join(_ARTICLES.sub(r"\1", self._any.sub(told, text)).split())

    def _meant(self, found: re.Match[str]) -> Item:
        return self._named[found["name"] or found["wide"]]


def _pattern(named: Iterable[str]) -> re.Pattern[str] | None:
    longest = sorted(named, key=len, reverse=True)
    wide = "|".join(re.escape(one) for one in longest if _WIDE.search(one))
    plain = "|".join(re.escape(one) for one in longest if not _WIDE.search(one))
    if not longest:
        return None
    nothing = "(?!)"
    return re.compile(
        rf"(?<!\w)(?P<name>{plain or nothing})(?!\w)(?P<mine>['’](?:s\b|(?!\w)))?"
        rf"|(?P<wide>{wide or nothing}){_HONORIFIC}"
    )


def _callings(plan: Plan) -> Iterator[tuple[str, Item]]:
    """What each is called; by a part of a name only where it is no other's."""
    people = [(name, item) for item in plan.characters for name in _names(item)]
    world = [(name, item) for item in plan.of(Kind.WORLD) for name in _names(item)]
    # “The Lighthouse” is “the Lighthouse” within a sentence.
    bare = [(name[4:], item) for name, item in world if name.startswith(("The ", "the "))]
    whole = dict((*bare, *world, *people))
    parts = [(part, item) for name, item in people for part in _parts(name)]
    owners = Counter(part for part, _id in {(part, item.id) for part, item in parts})
    yield from ((part, item) for part, item in parts if owners[part] == 1 and part not in whole)
    yield from whole.items()


def _names(item: Item) -> set[str]:
    names = (item.name, item.fact("prose_name"))
    return {" ".join(unicodedata.normalize("NFKC", one).split()) for one in names} - {""}


def _parts(name: str) -> Iterator[str]:
    if not _WIDE.search(name):
        words = (word for word in _WORD.findall(name) if len(word) > 1 and word[0].isupper())
        yield from (word for word in words if word.casefold() not in _TITLES)
    elif " " in name:
        yield from (one for one in name.split() if len(one) > 1)
    elif len(name) >= 4:
        # A Japanese family name and a given name are mostly two characters each.
        yield from (name[:2], name[-2:])
