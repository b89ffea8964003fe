"""Spellings that are one to a reader: kana, widths, composed marks, straight and curly quotes.

It answers with pieces of regular expressions that match every spelling in the text as it stands, so
what is found has its own exact offsets and no text is ever folded: a million words are searched in
a tenth of a second, where folding them alone would take three. It refuses to know what a search is.
"""

import re
import unicodedata
from functools import cache

_VOICED = "[\u3099\u309b\uff9e]"
_HALF_VOICED = "[\u309a\u309c\uff9f]"
_MARKS = {"\u3099": _VOICED, "\u309a": _HALF_VOICED}
#: katakana that have a hiragana, which stands so many code points before them
_KATAKANA = re.compile("[ァ-ヶヽヾ]")
_TO_HIRAGANA = 0x60
# Full-width forms of ASCII stand so many code points behind it.
_TO_WIDE = 0xFEE0
_HALF_KANA = "".join(map(chr, range(0xFF61, 0xFF9E)))
_HALF_RUN = re.compile("[\uff61-\uff9f]+")
_HALF_OF = {unicodedata.normalize("NFKC", half): half for half in _HALF_KANA}
#: what an author types, and what it may be in a text
_OTHERS = {
    " ": "\u3000\u00a0",
    "~": "\u301c\uff5e",
    "¥": "\uffe5",
    "'": "\u2018\u2019\u02bc",
    '"': "\u201c\u201d\u201e",
}
_QUOTES = "'\""
_TO_PLAIN = {wide: ord(plain) for plain in " ~¥" for wide in map(ord, _OTHERS[plain])}
_TO_PLAIN |= {code + _TO_WIDE: code for code in range(0x21, 0x7F)}
# In a regular expression: what is copied as it stands, since it is no text of the author's.
_SYNTAX = re.compile(
    r"""\\(?:[pPN]\{[^}]*\}|[gkL]<[^>]*>|[xuU][0-9A-Fa-f]+|\d+|.)
      | \(\?(?:P?<\w+>|P[=>]\w+\)|&\w+\)|<?[=!>]|\#[^)]*|[-\w]+[:)])?
      | \{[^}]*\} """,
    re.VERBOSE | re.DOTALL,
)


def folded(text: str) -> str:
    """One spelling for all: half-width kana are full-width, katakana hiragana, marks composed."""
    whole = _HALF_RUN.sub(lambda run: unicodedata.normalize("NFKC", run[0]), text)
    whole = unicodedata.normalize("NFC", whole.translate(_TO_PLAIN))
    return _KATAKANA.sub(lambda kana: chr(ord(kana[0]) - _TO_HIRAGANA), whole)


def alike(text: str) -> str:
    """A regular expression that finds `text` in each of its spellings.

    A straight quote finds curly ones too, but for a search of nothing else: its author is after
    the straight ones.
    """
    plain = folded(text)
    only_quotes = not plain.strip(_QUOTES)
    return "".join(re.escape(c) if only_quotes else _piece(c) for c in plain)


def alike_expression(expression: str) -> str:
    """A regular expression whose letters find each of their spellings, its syntax untouched."""
    out: list[str] = []
    at, inside = 0, False
    while at < len(expression):
        syntax = _SYNTAX.match(expression, at)
        if syntax and (expression[at] == "\\" or not inside):
            out.append(syntax[0])
            at = syntax.end()
            continue
        character = expression[at]
        if inside:
            inside = character != "]"
            out.append(_in_set(expression, at))
        else:
            inside = character == "["
            out.append(character if character in ".^$*+?|()[]" else _letter(character))
        at += 1
    return "".join(out)


def _letter(character: str) -> str:
    plain = folded(character)
    return _piece(plain) if plain.isalnum() else character


def _in_set(expression: str, at: int) -> str:
    """A character of a set with its other spellings; in a range, those would make another one."""
    character = expression[at]
    is_range = "-" in (expression[at - 1 : at], expression[at + 1 : at + 2])
    plain = folded(character)
    if is_range or not plain.isalnum() or len(plain) > 1:
        return character
    return "".join(sorted(_singles(plain)))


@cache
def _piece(character: str) -> str:
    singles = "".join(map(re.escape, sorted(_singles(character))))
    one = f"[{singles}]" if len(_singles(character)) > 1 else singles
    parts = unicodedata.normalize("NFD", character)
    if len(parts) == 1:
        return one
    spelled = "".join(_MARKS.get(part) or _piece(part) for part in parts)
    return f"(?:{one}|{spelled})"


def _singles(character: str) -> set[str]:
    """The single code points that stand for `character`, which is folded."""
    code = ord(character)
    found = {character, *_OTHERS.get(character, "")}
    if 0x21 <= code < 0x7F:
        found.add(chr(code + _TO_WIDE))
    katakana = chr(code + _TO_HIRAGANA)
    if "\u3041" <= character <= "\u309f" and _KATAKANA.match(katakana):
        found.add(katakana)
    return found | {_HALF_OF[one] for one in tuple(found) if one in _HALF_OF}
