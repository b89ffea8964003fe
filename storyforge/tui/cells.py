"""How many cells a character takes in the terminal at hand.

Unicode leaves it open for some 1,200 characters, `…―●│` among them ("ambiguous": narrow in most
terminals, wide in those set up for East Asian text). Everything on the screen is measured by Rich;
this module owns what Rich is told, and the house's quick answers for prose. Nothing else may
measure text. It refuses to ask the terminal.
"""

import re

from rich.cells import get_character_cell_size


class _Sizes(dict[str, int]):
    """The cells of each character, as Rich has them."""

    def __missing__(self, character: str) -> int:
        size = self[character] = get_character_cell_size(character)
        return size


#: the cells of a character that stands alone
SIZES = _Sizes()

# Letters and marks of one cell, none of them joined to a neighbour: nearly all European prose.
_NARROW = re.compile("[ -~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482\u2010-\u2027\u2030-\u205e]*")


def narrow_text(text: str) -> bool:
    """Whether `text` is all of characters of one cell; may say no where it is."""
    return _NARROW.fullmatch(text) is not None
