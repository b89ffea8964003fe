"""What kind of answer it is that comes: a stream, a document, or a page for people. Pure."""

import json
import logging
import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from traceback import extract_tb
from typing import Any, TypeVar

from storyforge.backends.remote.api import Event, Framing
from storyforge.backends.remote.faults import Fault, FaultKind, RemoteFault
from storyforge.backends.remote.framing import Frames, frames
from storyforge.domain.text import one_line

_T = TypeVar("_T")
_log = logging.getLogger(__name__)

_BLANK = b" \t\r\n\xef\xbb\xbf"
_FOREIGN = ("text/html", "image/", "audio/", "video/", "font/", "application/pdf")


class Body:
    """The body of a successful answer.

    Its first sign decides what it is: servers name a stream wrongly, and answer with one document
    where a stream was asked for.
    """

    def __init__(self, framing: Framing, content_type: str, limit: int = 0) -> None:
        self._framing = framing
        self._limit = limit
        self._type = one_line(content_type.lower().partition(";")[0])
        self._opening = b""
        self._frames: Frames | None = None

    def feed(self, data: bytes) -> list[Event]:
        """The events that are whole now.

        Raises:
            RemoteFault: it is nothing that an API says, or one of them is too long.
        """
        if self._frames is None:
            self._opening += data
            if self._type.startswith(_FOREIGN[:1] if self._is_file else _FOREIGN):
                raise RemoteFault(Fault(FaultKind.NOT_AN_API, self._type))
            if not (start := self._opening.lstrip(_BLANK)[:1]):
                return []
            self._frames = frames(self._kind(start), self._limit)
            data, self._opening = self._opening, b""
        return self._frames.feed(data)

    def end(self) -> list[Event]:
        """What was held back, now that nothing follows."""
        return self._frames.end() if self._frames is not None else []

    @property
    def _is_file(self) -> bool:
        return self._framing is Framing.BYTES

    def _kind(self, start: bytes) -> Framing:
        if start == b"<":
            raise RemoteFault(Fault(FaultKind.NOT_AN_API, self._type))
        if start in (b"{", b"[") and self._framing is Framing.EVENTS:
            return Framing.JSON
        return self._framing


def document(data: str) -> Any:
    """The value of a JSON document.

    Raises:
        RemoteFault: it is none.
    """
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        kind = FaultKind.MALFORMED if data.lstrip()[:1] in ("{", "[") else FaultKind.NOT_AN_API
        raise RemoteFault(Fault(kind)) from None


def retry_after(headers: Mapping[str, str]) -> float:
    """The seconds that an answer's headers ask to wait; 0 where they do not."""
    if (thousandths := _number(headers.get("retry-after-ms", ""))) is not None:
        return max(0.0, thousandths / 1000)
    told = headers.get("retry-after", "")
    if (seconds := _number(told)) is not None:
        return max(0.0, seconds)
    try:
        when = parsedate_to_datetime(told).astimezone(UTC)
    except (ValueError, OverflowError):
        return 0.0
    return max(0.0, (when - datetime.now(UTC)).total_seconds())


def _number(told: str) -> float | None:
    try:
        value = float(told)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def read(take: Callable[[], _T]) -> _T:
    """What `take` makes of a document; documents of another form than they should have are met.

    Raises:
        RemoteFault: the document has another form.
    """
    try:
        return take()
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        # Not its words: they may be the server's, and those may be a key or a story.
        at = extract_tb(error.__traceback__)[-1]
        kind = type(error).__name__
        _log.error("An answer has another form: %s in %s:%s", kind, at.filename, at.lineno)
        raise RemoteFault(Fault(FaultKind.MALFORMED)) from None
