"""Sentences of several takes put together, each with the take it came from. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from storyforge.domain.origin import Origin, Span
from storyforge.domain.seam import Head, fit_tail


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence of a take, white space at its head included."""

    take_id: str
    text: str
    origin: Origin = Origin.MODEL


@dataclass(frozen=True, slots=True)
class One:
    """This take shall stand."""

    take_id: str


@dataclass(frozen=True, slots=True)
class Sum:
    """These sentences shall stand, in this order."""

    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Mixed:
    """A text and who wrote it.

    Attributes:
        spans: their lengths add up to the text's.
    """

    text: str
    spans: tuple[Span, ...]


def mixed(pieces: Sequence[Piece], before: str, after: str, original: str = "") -> Mixed:
    """The pieces in their order, fitted to each other and to what stands around them.

    A space that had to be set belongs to the piece before it.

    Args:
        original: the words that they stand in the place of; white space at its ends stays.
    """
    if bare := original.strip():
        at = original.find(bare)
        lead, tail = original[:at], original[at + len(bare) :]
        inner = mixed(_stripped(pieces), before + lead, tail + after)
        return _between(lead, inner, tail)
    texts: list[str] = []
    head = Head(before)
    for piece in pieces:
        text = piece.text if texts else head.feed(piece.text)
        if texts:
            texts[-1] = fit_tail(texts[-1], text)
        texts.append(text)
    if texts:
        texts[-1] = fit_tail(texts[-1], after)
    spans = (
        Span(len(text), piece.origin, piece.take_id)
        for text, piece in zip(texts, pieces, strict=True)
        if text
    )
    return Mixed("".join(texts), tuple(spans))


def _stripped(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces without white space before the first of them."""
    first, *rest = pieces
    return [replace(first, text=first.text.lstrip()), *rest]


def _between(lead: str, inner: Mixed, tail: str) -> Mixed:
    """The text with white space around it, which belongs to the pieces beside it."""
    if not inner.spans:
        return Mixed(lead + tail, ())
    first, *rest = inner.spans
    spans = [replace(first, length=first.length + len(lead)), *rest]
    spans[-1] = replace(spans[-1], length=spans[-1].length + len(tail))
    return Mixed(lead + inner.text + tail, tuple(spans))
