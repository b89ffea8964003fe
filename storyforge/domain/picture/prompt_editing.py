"""What AUTOMATIC1111's keys do to a prompt: weights up and down, tags to the left and right. Pure.

A change says what is replaced and where the selection stands afterwards, so that an editor can make
it as one step that it can undo.
"""

import re
from dataclasses import dataclass

from storyforge.domain.picture.painters import Dialect

#: what a key changes a weight by
STEP = 0.1
_DECIMALS = 2
_WEIGHED = re.compile(r"\((?P<text>(?:\\.|[^()\\])*?):(?P<weight>[+-]?\d*\.?\d+)\)", re.DOTALL)
_LORA = re.compile(
    r"<(?:lora|lyco|hypernet):[^:<>]+(?::(?P<weight>[+-]?\d*\.?\d+)(?P<more>[^<>]*))?>"
)
# A word ends where A1111's does; an escaped bracket is a part of it.
_WORD = re.compile(r"(?:\\.|[^\s,.\\()\[\]<>|])+")
# A comma within brackets belongs to what is weighed there.
_OPENING, _CLOSING = "([<", ")]>"


@dataclass(frozen=True, slots=True)
class Edit:
    """What becomes of a prompt.

    Attributes:
        start, end: what is replaced. text: by what.
        select_start, select_end: the selection in the new prompt.
    """

    start: int
    end: int
    text: str
    select_start: int
    select_end: int

    def applied(self, prompt: str) -> str:
        """The new prompt."""
        return prompt[: self.start] + self.text + prompt[self.end :]


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a prompt."""

    start: int
    end: int


def tags_of(prompt: str, dialect: Dialect = Dialect.NATURAL) -> tuple[Span, ...]:
    """Where its tags stand, without the blanks around them.

    They are separated by commas and line ends; in the space-joined dialects by any blank.
    """
    separators = "\n ,\t" if dialect in (Dialect.TAGS_SPACES, Dialect.NATURAL_PLAIN) else "\n,"
    spans, begun, depth, escaped = list[Span](), 0, 0, False
    for place, sign in enumerate(prompt):
        if escaped:
            escaped = False
        elif sign == "\\":
            escaped = True
        elif sign in _OPENING:
            depth += 1
        elif sign in _CLOSING:
            depth = max(0, depth - 1)
        elif sign == "\n" or (sign in separators and not depth):
            _add(spans, prompt, begun, place)
            begun, depth = place + 1, 0
    _add(spans, prompt, begun, len(prompt))
    return tuple(spans)


def move_tags(
    prompt: str, start: int, end: int, by: int, dialect: Dialect = Dialect.NATURAL
) -> Edit | None:
    """Move all tags that the selection touches one tag to the left (-1) or the right (1).

    The selection follows. None where there is nothing to be moved, or no place for it.
    """
    tags = tags_of(prompt, dialect)
    start, end = min(start, end), max(start, end)
    touched = [at for at, tag in enumerate(tags) if tag.start <= end and tag.end >= start]
    if len(touched) > 1 and start < end:
        # A selection that ends where a tag begins does not mean that tag.
        touched = [at for at in touched if tags[at].start < end and tags[at].end > start] or touched
    if not touched:
        return None
    first, last = touched[0], touched[-1]
    other = first - 1 if by < 0 else last + 1
    if not 0 <= other < len(tags):
        return None
    moved, passed = Span(tags[first].start, tags[last].end), tags[other]
    left, right = (passed, moved) if by < 0 else (moved, passed)
    between = prompt[left.end : right.start]
    text = prompt[right.start : right.end] + between + prompt[left.start : left.end]
    shift = left.start - moved.start if by < 0 else right.end - moved.end
    return Edit(
        left.start,
        right.end,
        text,
        _within(moved, start) + shift,
        _within(moved, end) + shift,
    )


def change_weight(prompt: str, start: int, end: int, by: float = STEP) -> Edit | None:
    """Weigh the selection, or what the caret stands in, by `by` more.

    That is a LoRA or a hypernetwork, a weighed piece, or a word. Brackets go when their weight
    comes to 1. None where there is no word.
    """
    start, end = min(start, end), max(start, end)
    for found in _LORA.finditer(prompt):
        if found.start() <= start and end <= found.end():
            return _lora(found, by)
    weighed = _weighed_around(prompt, start, end)
    if weighed is not None:
        weight = _stepped(float(weighed["weight"]), by)
        text = weighed["text"]
        return _replaced(weighed.start(), weighed.end(), text, weight)
    if start == end:
        word = _word_at(prompt, start)
        if word is None:
            return None
        start, end = word.start, word.end
    else:
        start += len(prompt[start:end]) - len(prompt[start:end].lstrip())
        end = start + len(prompt[start:end].rstrip())
    if start >= end:
        return None
    return _replaced(start, end, prompt[start:end], _stepped(1.0, by))


def _add(spans: list[Span], prompt: str, start: int, end: int) -> None:
    piece = prompt[start:end]
    if piece.strip():
        left = len(piece) - len(piece.lstrip())
        spans.append(Span(start + left, start + len(piece.rstrip())))


def _within(span: Span, place: int) -> int:
    return max(span.start, min(place, span.end))


def _stepped(weight: float, by: float) -> float:
    return round(weight + by, _DECIMALS)


def _lora(found: "re.Match[str]", by: float) -> Edit:
    weight = f"{_stepped(float(found['weight'] or 1.0), by):g}"
    if found["weight"] is None:
        text = f"{found[0][:-1]}:{weight}>"
        begun = found.end()
    else:
        begun = found.start("weight")
        text = f"{_before_weight(found)}{weight}{found['more']}>"
    return Edit(found.start(), found.end(), text, begun, begun + len(weight))


def _before_weight(found: "re.Match[str]") -> str:
    """What of a LoRA's call stands before its weight."""
    return found[0][: found.start("weight") - found.start()]


def _weighed_around(prompt: str, start: int, end: int) -> "re.Match[str] | None":
    """The innermost weighed piece that the selection lies in, or is."""
    around = [
        found
        for found in _WEIGHED.finditer(prompt)
        if found.start() <= start and end <= found.end()
    ]
    return min(around, key=lambda found: found.end() - found.start(), default=None)


def _word_at(prompt: str, place: int) -> Span | None:
    for found in _WORD.finditer(prompt):
        if found.start() <= place <= found.end():
            return Span(found.start(), found.end())
    return None


def _replaced(start: int, end: int, text: str, weight: float) -> Edit:
    if weight == 1.0:
        return Edit(start, end, text, start, start + len(text))
    return Edit(start, end, f"({text}:{weight:g})", start + 1, start + 1 + len(text))
