"""The customs of languages with spaces: curly quotes, dashes, … and single spaces. Pure."""

import re
from collections.abc import Collection, Iterator

from storyforge.domain.tags import base_language
from storyforge.domain.tidying_rules import Change, Rule

# Outer and inner quotes, opening and closing. Authors of some languages have two customs; a page
# that is typed with straight quotes shows none, so the commoner one is taken.
_QUOTES = {
    "cs": "„“‚‘",
    "da": "»«›‹",
    "de": "„“‚‘",
    "el": "«»“”",
    "es": "«»“”",
    "fi": "””’’",
    "fr": "«»“”",
    "hu": "„”»«",
    "it": "«»“”",
    "pl": "„”‚’",
    "ru": "«»„“",
    "sk": "„“‚‘",
    "sl": "„“‚‘",
    "sv": "””’’",
    "uk": "«»„“",
}
_ENGLISH = "“”‘’"
# French sets a space inside its quotes; it must not break.
_INNER_SPACE = {"fr": "\u00a0"}
# Where a pause is an en dash between spaces and not an em dash.
_EN_DASH = frozenset(("cs", "da", "de", "fi", "hu", "nl", "no", "nb", "pl", "sk", "sl", "sv"))

_STRAIGHT = re.compile("[\"']")
_DASHES = re.compile(r"(?<!-)-{2,3}(?!-)")
_DRAWN = re.compile(r"[ \t]*[-*_=~#+ \t]+")
_DOTS = re.compile(r"(?<![.…])\.{3,4}(?![.…])")
_SPACES = re.compile(r"(?<=[^ \n\t]) {2,}(?=[^ \n\t])")
_BEFORE_OPENING = re.compile(r"[\s(\[{/\-–—«»„“‚‘‹›]")
# Words that begin with an apostrophe, so that no quote opens there; and years: '90s.
_CLIPPED = re.compile(
    r"(?i)'(?:tis|twas|twere|twill|em|til|cause|round|bout|n|ere|gainst|neath|ello|im|er)\b"
    r"|'\d\ds?\b"
)


def changes(text: str, rules: Collection[Rule], language: str) -> Iterator[Change]:
    """What `rules` would change, in no order; changes may leave a piece as it is."""
    if Rule.QUOTES in rules:
        yield from _quotes(text, base_language(language))
    if Rule.DASHES in rules:
        dash = "–" if base_language(language) in _EN_DASH else "—"
        for match in _DASHES.finditer(text):
            if not _drawn(text, match.start()):
                yield Change(match.start(), match.end(), dash, Rule.DASHES)
    if Rule.ELLIPSES in rules:
        for match in _DOTS.finditer(text):
            dots = "…" + "." * (len(match[0]) - 3)
            yield Change(match.start(), match.end(), dots, Rule.ELLIPSES)
    if Rule.SPACES in rules:
        for match in _SPACES.finditer(text):
            if not _drawn(text, match.start()):
                yield Change(match.start(), match.end(), " ", Rule.SPACES)


def _drawn(text: str, at: int) -> bool:
    """Whether the line that holds `at` is a rule or a scene break."""
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    return _DRAWN.fullmatch(text, start, len(text) if end < 0 else end) is not None


def _quotes(text: str, language: str) -> Iterator[Change]:
    outer_open, outer_close, inner_open, inner_close = tuple(_QUOTES.get(language, _ENGLISH))
    space = _INNER_SPACE.get(language, "")
    opened_at = -1  # the offset behind a straight quote that opened: the next one opens as well
    inner = False  # an inner quote is open on this line: its closing one is no apostrophe
    line = 0
    for match in _STRAIGHT.finditer(text):
        at = match.start()
        if (begin := text.rfind("\n", 0, at)) > line:
            line, inner = begin, False
        opens = _opens(text, at, follows=opened_at == at)
        if match[0] == '"':
            gap = "" if text[max(at - 1, 0) : at].isspace() else space
            new = outer_open + space if opens else gap + outer_close
        elif opens and not _CLIPPED.match(text, at):
            new, inner = inner_open, True
        elif inner and not text[at + 1 : at + 2].isalnum():
            new, inner = inner_close, False
        else:
            new = "’"
        opened_at = at + 1 if opens else -1
        yield Change(at, at + 1, new, Rule.QUOTES)


def _opens(text: str, at: int, *, follows: bool) -> bool:
    """Whether the straight quote at `at` opens; `follows` another one that did."""
    before, after = text[max(at - 1, 0) : at], text[at + 1 : at + 2]
    if not after or after.isspace():
        return False
    if before in ("-", "–", "—"):
        return after.isalnum()
    return follows or not before or _BEFORE_OPENING.match(before) is not None
