"""How large a regular expression is once its repetitions are written out. Pure.

`regex` writes `(?:a{99}){99}` out when it compiles: a key of forty characters takes minutes and all
memory there is, and `(?:(?:(?:a|bb){99}c){99}){50}` ends the process. No time limit reaches that.
"""

import re

#: what is larger is not compiled; so much takes a tenth of a second
LARGEST = 5_000
_PIECE = re.compile(
    r"""\{(?P<least>\d*)(?:,\d*)?\}
      | (?P<open>\() | (?P<close>\))
      | \\(?:[pPN]\{[^}]*\}|.)
      | \[\^?\]?(?:\\.|[^]\\])*\]
      | . """,
    re.VERBOSE | re.DOTALL,
)


def is_too_large(expression: str) -> bool:
    """Whether compiling it could take long, or more memory than there is."""
    if len(expression) > LARGEST:
        return True
    sizes, last = [0], 0
    for piece in _PIECE.finditer(expression):
        if piece["open"]:
            sizes.append(0)
            continue
        if piece["close"]:
            last = max(sizes.pop(), 1)
            sizes = sizes or [0]
        elif piece["least"] is not None:
            sizes[-1] -= last
            last *= max(int(piece["least"][:9] or 0), 1)
        else:
            last = 1
        sizes[-1] += last
    return sum(sizes) > LARGEST
