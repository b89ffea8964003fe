"""What the answers of several APIs have in common: JSON events, an end, usage, errors. Pure.

What an event means says a subclass of `Hearing`, one an API. No document is trusted: what is of
another type than it should be counts as not there.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from storyforge.backends.remote import complaints
from storyforge.backends.remote.api import Ended, Event, Piece
from storyforge.backends.remote.faults import Fault, FaultKind, RemoteFault
from storyforge.domain.generation import StopReason, Text, Thought, Usage
from storyforge.domain.hosts import host_of
from storyforge.domain.text import one_line

#: how OpenAI's servers, and those that speak like them, close a stream
_DONE = "[DONE]"
# Larger ones are no counts, and no float can hold all of them.
_COUNTABLE = 1 << 53


def inside(document: Any, *path: str) -> Any:
    """What lies at the end of `path` through objects; None where there is nothing."""
    for name in path:
        document = document.get(name) if isinstance(document, Mapping) else None
    return document


def objects(document: Any, *path: str) -> list[Mapping[str, Any]]:
    """The objects of the list at the end of `path`."""
    found = inside(document, *path)
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def words(document: Any, *path: str) -> str:
    """The string at the end of `path`; "" where there is none."""
    found = inside(document, *path)
    return found if isinstance(found, str) else ""


def number(document: Any, *path: str) -> int:
    """The count at the end of `path`; 0 where there is none, or none to reckon with."""
    found = inside(document, *path)
    counts = isinstance(found, int) and not isinstance(found, bool)
    return found if counts and 0 < found < _COUNTABLE else 0


def passed_on_to(document: Any) -> str:
    """The host that Ollama passes a model's text on to; "" where it runs the model itself."""
    address = one_line(words(document, "remote_host"))
    return host_of(address) or address


def usage(prompt: int, cached: int, written: int, thought: int) -> Usage:
    """Of an API that counts what was cached within the prompt and thinking within the answer."""
    return Usage(
        reused=min(cached, prompt),
        read=prompt - min(cached, prompt),
        written=written,
        thought=thought,
    )


def error_of(body: str) -> Mapping[str, Any]:
    """The error that an answer's body tells of; empty where it tells of none."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    # Gemini puts it into a list where it answers as a stream.
    if isinstance(document, list) and document:
        document = document[0]
    found = inside(document, "error")
    return found if isinstance(found, Mapping) else {}


def refused_by(
    status: int,
    body: str,
    refuses: re.Pattern[str],
    names: Iterable[tuple[re.Pattern[str], str]],
) -> str:
    """The parameter that a request was refused for, by an error's sentence; "" for another error.

    Args:
        refuses: what such a sentence has.
        names: what of it tells the parameter, the most telling first.
    """
    told = words(error_of(body), "message")
    if status != 400 or not refuses.search(told):
        return ""
    return next((name for pattern, name in names if pattern.search(told)), "")


def failed(error: Any, kinds: Mapping[str, FaultKind]) -> RemoteFault:
    """The fault that an error within a stream tells of.

    Args:
        kinds: by the names that the API has for its errors (code, type, status).
    """
    told = words(error, "message") or (error if isinstance(error, str) else "")
    names = (words(error, "code"), words(error, "type"), words(error, "status"))
    known = next((kinds[name] for name in names if name in kinds), None)
    by_words = complaints.of_answer(number(error, "code") or 500, told)
    return RemoteFault(Fault(known or by_words.kind, by_words.told, by_words.status))


class Hearing:
    """A decoder of one answer whose events are JSON objects."""

    def __init__(self) -> None:
        self.reason: StopReason | None = None
        self.usage = Usage()
        self._heard = False
        self._wrote = False
        self._thoughts = 0
        self._ended = False

    def heard(self, document: Mapping[str, Any]) -> Iterator[Piece]:
        """What an event says; sets `reason` and `usage` as they become known."""
        raise NotImplementedError

    def feed(self, event: Event) -> Iterator[Piece]:
        """What an event says."""
        if event.data.strip() == _DONE:
            yield from self.over()
            return
        document = event.document()
        self._heard = True
        for piece in self.heard(document):
            self._wrote = self._wrote or (isinstance(piece, Text) and not piece.text.isspace())
            yield piece

    def thought(self) -> Iterator[Thought]:
        """What parts a thought that begins from the one before: APIs tell them in pieces."""
        if self._thoughts:
            yield Thought("\n\n")
        self._thoughts += 1

    def over(self) -> Iterator[Piece]:
        """The end, once, where its reason is known.

        Where words have come before it, a refusal is a filter that cut them off: they may stand.
        """
        if self.reason is None or self._ended:
            return
        self._ended = True
        refused = self.reason is StopReason.REFUSED
        yield Ended(StopReason.FILTERED if refused and self._wrote else self.reason, self.usage)

    def end(self) -> Iterator[Piece]:
        """The stream is over."""
        if self.reason is None:
            raise RemoteFault(Fault(FaultKind.CUT_OFF if self._heard else FaultKind.EMPTY))
        yield from self.over()


class FirstTells:
    """A decoder for an API with two ways of answering: the first event tells which it is."""

    def __init__(self, choose: Callable[[Mapping[str, Any]], Hearing]) -> None:
        self._choose = choose
        self._chosen: Hearing | None = None

    def feed(self, event: Event) -> Iterator[Piece]:
        """What an event says."""
        if self._chosen is None:
            if event.data.strip() == _DONE:
                return iter(())
            self._chosen = self._choose(event.document())
        return self._chosen.feed(event)

    def end(self) -> Iterator[Piece]:
        """The stream is over."""
        return (self._chosen or Hearing()).end()
