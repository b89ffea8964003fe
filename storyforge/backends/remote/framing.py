"""From the bytes of an answer to its events: server-sent events, lines, one document, one file.

Pure.

Bytes may be split anywhere, inside a character too. The event stream follows WHATWG's rules: lines
end with LF, CR or CRLF, a mark of byte order in front is no text, an event that was not ended by an
empty line is none. httpx2 reads such streams as well, but only from a response of its own.
"""

import re
from typing import Protocol

from storyforge.backends.remote.api import Event, Framing
from storyforge.backends.remote.faults import Fault, FaultKind, RemoteFault

#: bytes of one line, and of one event
LINE_LIMIT = 1 << 20
#: bytes of one document: a list of several thousand models has 2 MB
DOCUMENT_LIMIT = 16 << 20

_BOM = b"\xef\xbb\xbf"
_END = re.compile(rb"[\r\n]")


class Frames(Protocol):
    """Takes in the bytes of one answer."""

    def feed(self, data: bytes) -> list[Event]:
        """The events that are whole now.

        Raises:
            RemoteFault: one of them is too long.
        """
        ...

    def end(self) -> list[Event]:
        """What was held back, now that nothing follows."""
        ...


def frames(framing: Framing, limit: int = 0) -> Frames:
    """What reads an answer that comes by `framing`.

    Args:
        limit: bytes that a document or a file may have; 0 for as many as is usual.
    """
    if framing in (Framing.JSON, Framing.BYTES):
        return _Whole(framing, limit or DOCUMENT_LIMIT)
    return _Events() if framing is Framing.EVENTS else _Lines()


class _Splitter:
    """Whole lines of a stream of bytes, without their ends."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._seen = 0
        self._after_return = False
        self._first = True

    def feed(self, data: bytes) -> list[str]:
        self._held += data
        lines, start = [], 0
        if self._after_return and self._held:
            start = self._seen = int(self._held.startswith(b"\n"))
            self._after_return = False
        while found := _END.search(self._held, self._seen):
            lines.append(self._text(start, found.start()))
            start = found.end()
            if found[0] == b"\r":
                if start == len(self._held):
                    self._after_return = True
                elif self._held[start] == ord("\n"):
                    start += 1
            self._seen = start
        del self._held[:start]
        self._seen = len(self._held)
        _check(self._seen, LINE_LIMIT)
        return lines

    def rest(self) -> str:
        """The line that nothing ended."""
        return self._text(0, len(self._held))

    def _text(self, start: int, end: int) -> str:
        _check(end - start, LINE_LIMIT)
        line = bytes(self._held[start:end])
        if self._first:
            self._first = False
            line = line.removeprefix(_BOM)
        return line.decode("utf-8", "replace")


class _Events:
    def __init__(self) -> None:
        self._lines = _Splitter()
        self._data: list[str] = []
        self._size = 0
        self._name = ""

    def feed(self, data: bytes) -> list[Event]:
        found = []
        for line in self._lines.feed(data):
            if not line:
                if self._data:
                    found.append(Event("\n".join(self._data), self._name))
                self._data, self._size, self._name = [], 0, ""
                continue
            self._hear(line)
        return found

    def end(self) -> list[Event]:
        return []

    def _hear(self, line: str) -> None:
        # A comment's field is empty: servers send them to keep a connection open.
        field, _colon, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            self._data.append(value)
            self._size += len(value)
            _check(self._size, LINE_LIMIT)
        elif field == "event":
            self._name = value


class _Lines:
    def __init__(self) -> None:
        self._lines = _Splitter()

    def feed(self, data: bytes) -> list[Event]:
        return [Event(line) for line in self._lines.feed(data) if line.strip()]

    def end(self) -> list[Event]:
        rest = self._lines.rest()
        return [Event(rest)] if rest.strip() else []


class _Whole:
    """A document, or a file."""

    def __init__(self, framing: Framing, limit: int) -> None:
        self._framing = framing
        self._limit = limit
        self._held = bytearray()

    def feed(self, data: bytes) -> list[Event]:
        self._held += data
        _check(len(self._held), self._limit)
        return []

    def end(self) -> list[Event]:
        if self._framing is Framing.BYTES:
            return [Event("", raw=bytes(self._held))] if self._held else []
        text = bytes(self._held).removeprefix(_BOM).decode("utf-8", "replace")
        return [Event(text)] if text.strip() else []


def _check(size: int, limit: int) -> None:
    if size > limit:
        raise RemoteFault(Fault(FaultKind.LINE_TOO_LONG))
