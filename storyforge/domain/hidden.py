"""In-text commands: what stands on the page that neither model nor reader is to see. Pure.

`@_` hides its line, `@/* … @*/` what stands between, `@break` (or `@startpoint`) from the model all
that stands above it; `@endpoint` of other tools is passed over. A block that is never closed hides
the rest of its paragraph only: were it the rest of the scene, a forgotten `@*/` would take half a
chapter from the model and from the book. For the same reason an opening before the closing means
that the first one was forgotten. Full-width signs count, since Japanese is typed with them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

_SPACES = " \t\u3000"
_MARK = re.compile(
    r"[@＠](?:(?P<line>[_＿])|(?P<open>[/／][*＊])|(?P<close>[*＊][/／])"
    rf"|(?P<word>(?i:break|startpoint|endpoint))(?=[{_SPACES}]*$))",
    re.MULTILINE,
)
_BLOCK_MARK = re.compile("[@＠](?:(?P<open>[/／][*＊])|[*＊][/／])")
_BLANK_LINES = re.compile(rf"(?:[{_SPACES}]*\n)*")
_ENDS_A_PHRASE = ".,;:!?…)]}”’。、！？」』）"


class Span(NamedTuple):
    """Offsets of what is hidden, in code points."""

    start: int
    end: int


class _Command(NamedTuple):
    start: int
    end: int
    is_break: bool = False
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """What a model may see of a text.

    Attributes:
        start: the offset of `text` in the visible text: more than 0 behind a break.
        broken: a break hides all that stands above, in the scenes before too.
    """

    text: str
    start: int = 0
    broken: bool = False


def hidden_spans(text: str) -> tuple[Span, ...]:
    """Where in-text commands stand, with the blank space that would be left: disjoint, in order.

    What stands above a break is not among them: readers see it.
    """
    return tuple(span for span, _is_break in _spans(text))


def visible(text: str) -> str:
    """`text` without its in-text commands, as readers see it; what is above a break is there."""
    return _without(text, hidden_spans(text))


def seen(text: str, at: int | None = None, *, cut: bool = False) -> Seen:
    """What a model may see of `text` before the offset `at`, or of all of it.

    Args:
        at: the caret; commands that reach over it count.
        cut: `text` is the end of a longer one. The rest of its first line is then hidden, and all
            that stands before a `@*/` without its beginning: they may belong to a command.
    """
    end = len(text) if at is None else at
    spans = list(_spans(text))
    if cut and (start := _known_from(text)):
        known = [(Span(max(s.start, start), s.end), b) for s, b in spans if s.end > start]
        spans = [(Span(0, start), False), *known]
    spans = [(Span(s.start, min(s.end, end)), b) for s, b in spans if s.start < end]
    breaks = [number for number, (_span, is_break) in enumerate(spans) if is_break]
    if not breaks:
        return Seen(_without(text[:end], [span for span, _is_break in spans]))
    last = breaks[-1]
    above = spans[last][0].end
    start = above - sum(span.end - span.start for span, _is_break in spans[: last + 1])
    below = [Span(s.start - above, s.end - above) for s, _is_break in spans[last + 1 :]]
    return Seen(_without(text[above:end], below), start, broken=True)


def seen_behind(text: str, at: int) -> str:
    """What a model may see of `text` behind the offset `at`."""
    spans = [Span(max(s.start, at) - at, s.end - at) for s in hidden_spans(text) if s.end > at]
    return _without(text[at:], spans)


def break_end(text: str) -> int:
    """Where what a model may see begins: behind the last break; 0 without one."""
    return max((span.end for span, is_break in _spans(text) if is_break), default=0)


def is_within(text: str, at: int) -> bool:
    """Whether what is put in at the offset `at` becomes a part of a command."""
    for start, end, _is_break, is_open in _commands(text):
        is_block = text[end - 1] in "/／" and not is_open
        if start < at and (at < end or (at == end and not is_block)):
            return True
    return False


def never_closed(text: str) -> tuple[int, ...]:
    """The offsets of `@/*` whose `@*/` is missing."""
    return tuple(command.start for command in _commands(text) if command.is_open)


def _without(text: str, spans: "tuple[Span, ...] | list[Span]") -> str:
    if not spans:
        return text
    pieces, at = [], 0
    for start, end in spans:
        pieces.append(text[at:start])
        at = end
    return "".join((*pieces, text[at:]))


def _known_from(text: str) -> int:
    """The offset in the end of a longer text from which on its commands are known."""
    first = _BLOCK_MARK.search(text)
    if first is not None and not first["open"]:
        return first.end()
    return text.find("\n") + 1


def _spans(text: str) -> Iterator[tuple[Span, bool]]:
    """(what a command hides with its blank space, whether it is a break), none overlapping."""
    open_span, is_break = None, False
    for command in _commands(text):
        start, end, whole = _lines(text, command)
        if open_span is not None and start <= open_span.end:
            start, is_break = open_span.start, is_break or command.is_break
        elif open_span is not None:
            yield open_span, is_break
            is_break = command.is_break
        else:
            is_break = command.is_break
        if whole and _after_blank(text, start):
            blank = _BLANK_LINES.match(text, end)
            end = blank.end() if blank else end
        open_span = Span(start, end)
    if open_span is not None:
        yield open_span, is_break


def _lines(text: str, command: _Command) -> tuple[int, int, bool]:
    """(start, end, whether they are whole lines) of what goes along with a command."""
    start, end = command.start, command.end
    line_start = text.rfind("\n", 0, start) + 1
    line_end = _line_end(text, end)
    opens = not text[line_start:start].strip(_SPACES)
    if opens and not text[end:line_end].strip(_SPACES):
        return line_start, min(line_end + 1, len(text)), True
    if opens:
        # The indent stays, what parted the command from the words goes.
        return start, end + len(text[end:line_end]) - len(text[end:line_end].lstrip(" ")), False
    if end == line_end or text[end] in _SPACES or text[end] in _ENDS_A_PHRASE:
        return line_start + len(text[line_start:start].rstrip(" ")), end, False
    return start, end, False


def _after_blank(text: str, line_start: int) -> bool:
    """Whether nothing or a blank line stands before the line."""
    before = text.rfind("\n", 0, max(line_start - 1, 0)) + 1
    return not text[before:line_start].strip(_SPACES + "\n")


def _commands(text: str) -> Iterator[_Command]:
    """The commands as they are written, in order."""
    # Most pages have none: 1 MB is looked through in 0.1 ms.
    if "@" not in text and "＠" not in text:
        return
    at = 0
    while mark := _MARK.search(text, at):
        start, at = mark.span()
        if mark["open"]:
            other = _BLOCK_MARK.search(text, at)
            closed = other is not None and not other["open"]
            at = other.end() if other is not None and closed else _line_end(text, start)
            yield _Command(start, at, is_open=not closed)
        elif mark["close"]:
            yield _Command(start, at)
        elif _opens_line(text, start):
            at = _line_end(text, start)
            is_break = bool(mark["word"]) and mark["word"].lower() != "endpoint"
            yield _Command(start, at, is_break)


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _opens_line(text: str, at: int) -> bool:
    """Whether only spaces stand before; looks no further, for a paragraph may have a megabyte."""
    while at and text[at - 1] in _SPACES:
        at -= 1
    return not at or text[at - 1] == "\n"
