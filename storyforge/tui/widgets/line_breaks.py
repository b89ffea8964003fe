"""Where a line of text may break: UAX #14, with the strict Japanese set of marks kept in place.

The rules and their tables are `uniseg`'s (Unicode 16). It reads a text at 100 µs a character, so
this module never hands it a paragraph: what a break hangs on is almost always the classes of the
two characters beside it, asked once for each pair of classes; where more counts (quotation marks,
numbers, flags), it is asked for the few characters around. A test holds that both ways agree.

Over the standard's rules lie those of JIS X 4051 that it leaves to us: small kana and ー never
begin a line (its "strict"), dashes drawn with ― or ─ hold together as …… does, ～ is 〜, ＃ stays
with its number, and an indent of U+3000 stays with its first word. It refuses to know of widths.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache

_WIDE_SPACE = "\u3000"
_INDENT = re.compile(f"{_WIDE_SPACE}*")
#: characters that we take for others
_LIKE = {"―": "…", "─": "…", "━": "…", "～": "〜", "＃": "＄"}


def _named(classes: str) -> frozenset[str]:
    return frozenset(classes.split())


# Classes whose rules look at no more than the two characters beside the break. OW is an opening
# bracket of full width, WS is U+3000.
_PLAIN = _named("AL HL ID NU CL CP OP OW NS EX IN IS PR PO H2 H3 JL JV JT EB BB B2 GL WJ CB WS")
# Two of these in a row: nothing in front of them counts for what follows.
_CALM = _named("AL ID H2 H3")
_NEVER_BEFORE = _named("SP ZW BK CR LF NL CL CP EX SY WJ CM ZWJ WS")
_SPACES_MATTER_BEHIND = _named("OP OW QU CL CP B2 ZW")
_MARKS = _named("CM ZWJ")
_BEFORE_WIDE_SPACE = _MARKS | {"HL"}
_BREAKS_BADLY_BEFORE = _NEVER_BEFORE | _named("NS IN IS BA HY EM JV JT VI VF QU")
_BREAKS_BADLY_BEHIND = _named("OP OW PR BB WJ GL ZWJ")
_THAI_LEADING = frozenset("เแโใไເແໂໃໄ")
_THAI_FOLLOWING = frozenset("ะาำๅๆฯະາຳໆຯ")
#: characters of context to each side at most
_FAR = 48


class _Classes(dict[str, str]):
    """The line breaking class of each character, as the rules take it."""

    def __missing__(self, character: str) -> str:
        found = self[character] = _resolved(character)
        return found


def _resolved(character: str) -> str:
    from uniseg.linebreak import line_break

    if character == _WIDE_SPACE:
        return "WS"
    found = str(line_break(_LIKE.get(character, character)))
    if found in ("AI", "SG", "XX"):
        return "AL"
    if found == "CJ":
        return "NS"
    if found == "SA":
        return "CM" if unicodedata.category(character) in ("Mn", "Mc") else "AL"
    if found == "OP" and unicodedata.east_asian_width(character) in "FWH":
        return "OW"
    return found


_CLASSES = _Classes()
_PAIRS: dict[tuple[str, str], bool] = {}


@cache
def _rules() -> Callable[[str], list[bool]]:
    """uniseg's reading of a whole text: for each character, whether a line may begin there."""
    from uniseg.linebreak import LineBreak, line_break, line_break_breakables

    def tailored(character: str) -> LineBreak:
        return line_break(_LIKE.get(character, character))

    def read(text: str) -> list[bool]:
        return [bool(found) for found in line_break_breakables(text, property=tailored)]

    return read


def may_break(text: str, at: int) -> bool:
    """Whether a line may begin at the character `at` of `text`; never at its first.

    Width is no concern here: a line that is full may have to break where it may not.
    """
    if at <= 0:
        return False
    here = _CLASSES[text[at]]
    before = text[at - 1]
    if here in _NEVER_BEFORE and not (here == "CM" and before == " " and _is_control(text[at])):
        return False
    kind = _CLASSES[before]
    if kind == "WS":
        if text[0] == _WIDE_SPACE and _indent(text) >= at:
            return False
        if at > 1 and _CLASSES[text[at - 2]] in _BEFORE_WIDE_SPACE:
            return _asked(text, at)
    if kind == "SP":
        return _behind_spaces(text, at, here)
    if kind in _MARKS:
        if kind == "ZWJ":
            return False
        # A mark counts as what it sits on.
        kind, before = _under_marks(text, at)
    if kind in _PLAIN and here in _PLAIN and not _looks_further(kind, here):
        pair = (kind, here)
        if pair not in _PAIRS:
            _PAIRS[pair] = _rules()(before + text[at])[1]
        return _PAIRS[pair]
    return _asked(text, at)


def _is_control(character: str) -> bool:
    """Whether it is a mark of direction or the like, which belongs to the word behind it."""
    return unicodedata.category(character) == "Cf"


def breaks_badly(text: str, at: int) -> bool:
    """Whether a line that has no place to break should rather not be cut before `at`."""
    before, after = text[at - 1], text[at]
    if before in _THAI_LEADING or after in _THAI_FOLLOWING:
        return True
    kind, here = _CLASSES[before], _CLASSES[after]
    both_flags = kind == here == "RI"
    return both_flags or here in _BREAKS_BADLY_BEFORE or kind in _BREAKS_BADLY_BEHIND


def _indent(text: str) -> int:
    found = _INDENT.match(text)
    return found.end() if found else 0


def _behind_spaces(text: str, at: int, here: str) -> bool:
    last = text[max(at - _FAR, 0) : at].rstrip(" ")
    behind = _CLASSES[last[-1]] if last else ""
    if here in ("QU", "IS") or behind in _SPACES_MATTER_BEHIND or behind in _MARKS:
        return _asked(text, at)
    return True


def _under_marks(text: str, at: int) -> tuple[str, str]:
    """What the marks right before `at` sit on: its class and itself."""
    low = at - 1
    while low > max(at - _FAR, 0) and _CLASSES[text[low]] in _MARKS:
        low -= 1
    kind = _CLASSES[text[low]]
    # Without anything to sit on they are a letter.
    return ("AL", "a") if kind in _MARKS or kind in ("SP", "ZW") else (kind, text[low])


def _looks_further(kind: str, here: str) -> bool:
    if here in ("PO", "PR"):
        return kind in ("CL", "CP", "IS")
    return here in ("OP", "OW") and kind in ("PO", "PR")


def _asked(text: str, at: int) -> bool:
    """The rules' own answer, from the characters around."""
    low = at - 1
    while low > max(at - _FAR, 0) and not _is_calm(text, low - 1):
        low -= 1
    high = at + 1
    while high < min(at + _FAR, len(text)) and not _is_calm(text, high - 2):
        high += 1
    low = max(low - 1, 0)
    return _window(text[low:high], at - low)


def _is_calm(text: str, at: int) -> bool:
    return _CLASSES[text[at]] in _CALM and _CLASSES[text[at + 1]] in _CALM


@lru_cache(maxsize=8192)
def _window(text: str, at: int) -> bool:
    return _rules()(text)[at]
