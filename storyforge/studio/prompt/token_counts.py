"""What pieces of text cost in a model's tokens, remembered while the model is in use.

A page of 2,000 tokens is some forty paragraphs, of which an appended sentence changes one: only
that one is counted again.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar
from weakref import WeakKeyDictionary

from storyforge.backends.base import Backend
from storyforge.domain.generation import TokenCounter

_Made = TypeVar("_Made")
# About 6 MB of prose in paragraphs of 300 characters.
_REMEMBERED = 20_000


class _Uncounted(Exception):
    def __init__(self, texts: tuple[str, ...]) -> None:
        super().__init__()
        self.texts = texts


class TokenCounts:
    """The counts of one model, the latest used ones kept."""

    def __init__(self, remembered: int = _REMEMBERED) -> None:
        self._remembered = remembered
        self._counts: OrderedDict[str, int] = OrderedDict()

    async def made(self, backend: Backend, make: Callable[[TokenCounter], _Made]) -> _Made:
        """What `make` makes when it is given a counter of that model's tokens.

        `make` runs in a thread and from the start again whenever it asked for something that must
        first be counted by the model: it has to be pure.

        Raises:
            ModelError: the model could not count.
        """
        known: dict[str, int] = {}

        def count(texts: tuple[str, ...]) -> tuple[int, ...]:
            missing = dict.fromkeys(text for text in texts if text not in known)
            for text in list(missing):
                if text in self._counts:
                    self._counts.move_to_end(text)
                    known[text] = self._counts[text]
                    del missing[text]
            if missing:
                raise _Uncounted(tuple(missing))
            return tuple(known[text] for text in texts)

        while True:
            try:
                return await asyncio.to_thread(make, count)
            except _Uncounted as asked:
                texts = asked.texts
            counts = await backend.count_tokens(texts)
            known.update(zip(texts, counts, strict=True))
            self._remember(texts, counts)

    def _remember(self, texts: tuple[str, ...], counts: tuple[int, ...]) -> None:
        self._counts.update(zip(texts, counts, strict=True))
        while len(self._counts) > self._remembered:
            self._counts.popitem(last=False)


# The counts must not know their backend: it would keep itself alive in here.
_of: "WeakKeyDictionary[Backend, TokenCounts]" = WeakKeyDictionary()


def counts_of(backend: Backend) -> TokenCounts:
    """The counts of that backend's model; forgotten when the backend is."""
    return _of.setdefault(backend, TokenCounts())
