"""Whether an answer says what its prompt says by itself, such as the example in it. Pure.

Small models give an example back as the author's own story. What the author has told too is no
echo, whoever said it first.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from storyforge.domain.runs import is_wide, pieces, runs
from storyforge.i18n import _

# So many words, or characters of a script without spaces, in a row are no chance.
_RUN, _WIDE_RUN = 6, 12
# A shorter name in a script without spaces may be a part of any other word.
_WIDE_NAME = 3
# Names in an example: a large letter within a sentence; the parts of a form that name somebody.
_WITHIN = re.compile(r"(?:(?<=\w )|(?<=\w[,;] ))[^\W\d_]{3,}")
_NAMED = re.compile(r'"(?:name|cast)":(\[[^]]*\]|"[^"]*")')
_QUOTED = re.compile(r'"([^"]+)"')
_WORD = re.compile(r"[^\W\d_]{3,}")
# “Captain” of “Captain Voss” is anybody's.
_BEFORE = re.compile(r"\b([^\W\d_]+) (?=[A-Z])")
#: the parts of an answer that are names, whose first word counts too
_NAMES = frozenset(("name", "cast", "point_of_view", "about"))


def echoes(own: str, prompt: str) -> Callable[[Mapping[str, Any]], str]:
    """What is wrong with a value that gives a prompt's own words back, in a sentence; else "".

    Args:
        own: what the prompt says of nobody's story, its example among it.
        prompt: all of it, with what the author has told.
    """
    words = _Own(own, prompt)

    def flaw(value: Mapping[str, Any]) -> str:
        if any(words.gives_back(text, name) for name, text in _strings(value)):
            return _("The model gave back the example in its prompt.")
        return ""

    return flaw


class _Own:
    """What a prompt says by itself, and the author does not."""

    def __init__(self, own: str, prompt: str) -> None:
        self._own, self._prompt = own, prompt

    def gives_back(self, text: str, name: str) -> bool:
        """Whether a text in an answer's part of that name comes from there."""
        words = pieces(text)
        if any(run in self._runs for run in runs(words, self._length)):
            return True
        found = _WORD.findall(text) if name in _NAMES else _WITHIN.findall(text)
        return not self._names.isdisjoint(found) or any(one in text for one in self._wide_names)

    @cached_property
    def _length(self) -> int:
        return _WIDE_RUN if is_wide(pieces(self._own)) else _RUN

    @cached_property
    def _runs(self) -> frozenset[tuple[str, ...]]:
        own = Counter(runs(pieces(self._own), self._length))
        told = Counter(runs(pieces(self._prompt), self._length))
        return frozenset(run for run, times in own.items() if told[run] <= times)

    @cached_property
    def _names(self) -> frozenset[str]:
        """Words that are names in it, the last one of each."""
        found = {*_WITHIN.findall(self._own)}
        found |= {word for name in self._named for word in _WORD.findall(name)}
        alone = Counter(_WORD.findall(self._own)) - Counter(_BEFORE.findall(self._own))
        own, told = Counter(_WORD.findall(self._own)), Counter(_WORD.findall(self._prompt))
        return frozenset(
            word
            for word in found
            if word.istitle() and alone[word] and told[word] <= own[word] and not own[word.lower()]
        )

    @cached_property
    def _wide_names(self) -> tuple[str, ...]:
        return tuple(
            name
            for name in self._named
            if len(name) >= _WIDE_NAME
            and is_wide(pieces(name))
            and self._prompt.count(name) <= self._own.count(name)
        )

    @cached_property
    def _named(self) -> frozenset[str]:
        told = (_QUOTED.findall(found) for found in _NAMED.findall(self._own))
        return frozenset(name for names in told for name in names)


def _strings(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Each text in a value, with the name of the part that it is of."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from _strings(part, str(key))
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part, name)
