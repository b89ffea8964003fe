"""A page whose text was changed elsewhere: what stayed keeps its writers and its anchors. Pure."""

from collections.abc import Iterator

from storyforge.domain.comparing import Part, compare
from storyforge.domain.origin import Place
from storyforge.domain.story import Page

_CARET = "the caret"


def retyped(page: Page, text: str) -> Page:
    """`page` with `text`, as if its author had typed only what differs, word by word."""
    caret = Place(_CARET, page.caret, page.caret)
    provenance = page.provenance.with_place(caret).rewritten(tuple(_edits(page.text, text)))
    moved = provenance.place(_CARET)
    at = moved.end if moved is not None else len(text)
    return Page(page.scene_id, text, provenance.without_place(_CARET), min(at, len(text)))


def _edits(then: str, now: str) -> Iterator[tuple[int, int, int]]:
    """(start, end, length) of each change, with offsets in `then`."""
    at = gone = came = 0
    for pair in compare(then, now).pairs:
        for piece in pair.pieces:
            if piece.part is Part.GONE:
                gone += len(piece.text)
            elif piece.part is Part.CAME:
                came += len(piece.text)
            else:
                if gone or came:
                    yield at, at + gone, came
                at, gone, came = at + gone + len(piece.text), 0, 0
    if gone or came:
        yield at, at + gone, came
