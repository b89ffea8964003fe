"""Text from right to left on a screen that is laid out from left to right.

Text is kept, wrapped and edited in the order in which it is read. Most terminals draw it so; some
turn words from right to left themselves, a whole row of the screen at a time. This filter over
everything drawn keeps such a terminal from turning more than a text's own row: controls of
direction, which could turn the rest of the row around, are kept in the text but not drawn, and a
row with letters from right to left stands between two marks of left to right.
"""

import re

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

# Embeddings, overrides and isolates; the plain marks (U+200E, U+200F, U+061C) turn nothing around.
_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_LEFT_TO_RIGHT_MARK = "\u200e"


class Directions(LineFilter):
    """Keeps each row's direction to itself."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments of one row of one widget, no cell wider or narrower."""
        text = "".join([segment.text for segment in segments])
        if text.isascii():
            return segments
        if _CONTROLS.search(text):
            segments = [Segment(_CONTROLS.sub("", s.text), s.style, s.control) for s in segments]
        if _RIGHT_TO_LEFT.search(text):
            mark = Segment(_LEFT_TO_RIGHT_MARK, segments[0].style)
            return [mark, *segments, mark]
        return segments
