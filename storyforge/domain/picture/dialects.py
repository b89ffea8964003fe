"""How a checkpoint wants its prompts: sentences, or the tags of an image board by one of two rules.

Pure. A tag is sent only where the dictionary has it; what it has under another name is sent under
its own.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from storyforge.domain.picture.compiled import Part, Role
from storyforge.domain.picture.painters import Dialect
from storyforge.domain.picture.tag import Category, Tag, Tags
from storyforge.domain.picture.wording import phrases, pieces

# The rule for tags with spaces between: groups in this order, alphabetical in each.
_GROUPS = (Category.COPYRIGHT, Category.CHARACTER, Category.GENERAL, Category.ARTIST)
#: where there is no source work
ORIGINAL = "original"
# Words of a phrase that are looked up together.
_LONGEST = 4
_WEIGHED = re.compile(r"\((?P<in>[^()]+?)(?::(?P<weight>\d*\.?\d+))?\)\Z")
_NOT = re.compile(r"\b(?:no|not|without|never|nor|hardly|\w+n't)\b", re.IGNORECASE)
_LETTERS = re.compile(r"[a-z]{2}")


def _words(told: str) -> frozenset[str]:
    return frozenset(told.split())


_SMALL = _words(
    "a an the and or of with in on at to by from for as is are was were has have had be been her"
    " his hers its it their they she he him them this that these those who which where up down out"
    " over under into onto than then so very wears wearing"
)


@dataclass(frozen=True, slots=True)
class Tagged:
    """What of a text is in the dictionary.

    Attributes:
        tags: each with the weight that the text gives it, as it stands there; mostly empty.
        meta: tags that tell of a picture's file, not of what it shows.
        left: what is no tag.
    """

    tags: tuple[tuple[Tag, str], ...] = ()
    meta: tuple[Tag, ...] = ()
    left: tuple[str, ...] = ()


class TagFinder:
    """Finds tags in texts; each text is looked through once."""

    def __init__(self, tags: Tags | None) -> None:
        self._tags = tags
        self._known: dict[str, Tagged] = {}

    def named(self, text: str) -> Tag | None:
        """The tag of that name or alias."""
        return None if self._tags is None else self._tags.find(text)

    def of(self, text: str) -> Tagged:
        """The tags of a cleaned text."""
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = self._look(text)
        return found

    def _look(self, text: str) -> Tagged:
        tags, meta, left = dict[str, tuple[Tag, str]](), list[Tag](), list[str]()
        several = pieces(text)
        whole = {one for one in several if self.named(one) is not None}
        told = [one for some in several for one in ((some,) if some in whole else phrases(some))]
        for phrase in told:
            for found, weight, words in self._phrase(phrase):
                if found is None:
                    left.append(words)
                elif found.category is Category.META:
                    meta.append(found)
                else:
                    tags.setdefault(found.name, (found, weight))
        return Tagged(tuple(tags.values()), tuple(meta), tuple(left))

    def _phrase(self, phrase: str) -> Iterator[tuple[Tag | None, str, str]]:
        bare = phrase.replace("\\(", "(").replace("\\)", ")")
        weight = ""
        whole = self.named(bare)
        if whole is None and (inside := _WEIGHED.fullmatch(bare)):
            bare, weight = inside["in"], inside["weight"] or "1.1"
            whole = self.named(bare)
        if whole is not None:
            yield whole, weight, bare
        elif weight and "," in bare:
            for one in phrases(bare):
                yield from ((tag, weight, words) for tag, _none, words in self._phrase(one))
        elif _NOT.search(bare):
            yield None, "", bare
        else:
            yield from ((tag, weight, words) for tag, words in self._within(bare))

    def _within(self, phrase: str) -> Iterator[tuple[Tag | None, str]]:
        """The longest tags in a phrase, then what is left of it."""
        bare = (word.strip(".,;:!?'\"()[]\\") for word in phrase.split())
        words = [word for word in bare if word]
        at, left = 0, list[str]()
        while at < len(words):
            found, size = self._longest(words[at : at + _LONGEST])
            if found is not None:
                yield found, " ".join(words[at : at + size])
            elif words[at].casefold() not in _SMALL:
                left.append(words[at])
            at += size
        if left:
            yield None, " ".join(left)

    def _longest(self, words: list[str]) -> tuple[Tag | None, int]:
        for size in range(len(words), 0, -1):
            if {words[0].casefold(), words[size - 1].casefold()} & _SMALL:
                continue
            told = " ".join(words[:size])
            # “She smiles”, “red boots”: a tag has one form.
            if found := self.named(told) or (self.named(told[:-1]) if told[-1] == "s" else None):
                return found, size
        return None, 1


@lru_cache(maxsize=4096)
def natural(text: str, *, commas: bool) -> str:
    """A text as phrases."""
    if commas:
        return ", ".join(phrases(text))
    # A number keeps its comma, and so do weights.
    return " ".join(re.sub(r",(?!\d)", " ", " ".join(phrases(text))).split())


def as_tag(tag: Tag, dialect: Dialect, weight: str = "") -> str:
    """A tag as its dialect writes it, in the prompt's grammar."""
    # Signs that are a face keep their underscores: “^_^”.
    if dialect is Dialect.TAGS_COMMAS and _LETTERS.search(tag.name):
        told = " ".join(re.sub(r"[()_]", " ", tag.name).split())
    else:
        told = re.sub(r"([()\[\]])", r"\\\1", tag.name)
    return f"({told}:{weight})" if weight else told


def ordered(parts: Iterable[tuple[Part, Tag | None]], original: Tag | None) -> tuple[Part, ...]:
    """Parts in the order of the rule with spaces; what is no tag stands first.

    Args:
        original: the tag for what has no source work.
    """
    known = list(parts)
    first = [part for part, tag in known if tag is None]
    tags = [(part, tag) for part, tag in known if tag is not None]
    if original is not None and all(tag.category is not Category.COPYRIGHT for _part, tag in tags):
        first.append(Part(Role.STYLE, original.name))
    tags.sort(key=lambda one: (_GROUPS.index(one[1].category), one[1].name))
    return (*first, *(part for part, _tag in tags))


def joined(parts: Iterable[Part], dialect: Dialect) -> str:
    """The prompt that parts make."""
    return dialect.between.join(part.text for part in parts if part.text)


def as_given(part: Part, dialect: Dialect) -> Part:
    """What the author set for a checkpoint, without a comma too many at its end."""
    text = " ".join(part.text.split()).strip(", " if dialect is not Dialect.TAGS_SPACES else " ")
    return replace(part, text=text)
