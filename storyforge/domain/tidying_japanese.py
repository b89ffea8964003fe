"""The customs of Japanese manuscripts: indents, …… and ――, digits, the space behind ！？. Pure.

As publishers' and sites' guides for authors have them: a paragraph begins one square in, dialogue
does not; leaders and dashes come in pairs; a space stands behind ！ and ？ within a line.
"""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from storyforge.domain.ruby import Dots, annotations
from storyforge.domain.tidying_rules import Change, Rule

#: what opens speech, thought or a title; such a line stands at the head of its column
OPENING = "「『（〈《【〔［｛“‘〝«(["
# A line of these alone parts scenes, or is a rule: the author drew it so.
_SIGNS = re.compile(r"[\s*＊#＃◇◆■□●○◎★☆※△▲▽▼〇♢♦・·~〜～=＝+＋\-]+|[―—─–_＿]{3,}")
_HEADING = re.compile(r"#{1,6} ")
_LINE = re.compile(r"[^\n]+")
_LEAD = re.compile(r"[ \t\u3000]*")

_ELLIPSIS = re.compile(r"[…⋯‥]+|\.{3,}|．{3,}|・{3,}|。{3,}")
_DASH = re.compile(r"[―—─]+|(?<![-A-Za-z0-9])--+(?![-A-Za-z0-9>])")
_NUMBER = re.compile(r"[0-9０-９]+(?:[．，.,][0-9０-９]+)*")
_TO_HALF = str.maketrans("０１２３４５６７８９．，", "0123456789.,")
_TO_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
# With Latin letters of its own width around it a digit is a part of a name: "Ｆ１", "B2".
_WIDE_LETTER = re.compile("[Ａ-Ｚａ-ｚ]")
# Such a neighbour on either side, or one beyond a point or a hyphen: "B2", "5%", "1-3".
_HALF_BEFORE = re.compile(r".?[A-Za-z0-9:/%+]|[A-Za-z0-9０-９][.,\-]", re.DOTALL)
_HALF_AFTER = re.compile(r"[A-Za-z0-9:/%+]|[.,\-][A-Za-z0-9０-９]")
# Behind ！ and ？ no space: closing brackets, further stops, and particles that go on.
_MARK = re.compile(r"[！？]+( *)(?=[^\s！？!?」』）〉》】〕］｝”’〟»)\]、。…⋯‥.．・―—─\-♪♥♡☆★])")
_GOES_ON = ("と", "っ", "の", "なんて", "など")


def changes(text: str, rules: AbstractSet[Rule]) -> Iterator[Change]:
    """What `rules` would change, in no order; changes may leave a piece as it is."""
    if Rule.INDENT in rules:
        yield from _indents(text)
    drawn = _drawn_lines(text)

    def free(match: re.Match[str]) -> bool:
        line = text.rfind("\n", 0, match.start()) + 1
        return line not in drawn

    if Rule.ELLIPSES in rules:
        for match in filter(free, _ELLIPSIS.finditer(text)):
            signs = len(match[0]) if match[0][0] in "…⋯‥" else -(-len(match[0]) // 3)
            yield _to(match, "…" * _even(signs), Rule.ELLIPSES)
    if Rule.DASHES in rules:
        for match in filter(free, _DASH.finditer(text)):
            between = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
            if not all(character.isdecimal() for character in between):  # "10―20"
                length = 2 if match[0][0] == "-" else _even(len(match[0]))
                yield _to(match, "―" * length, Rule.DASHES)
    if rules & {Rule.DIGITS, Rule.WIDE_DIGITS}:
        yield from _numbers(text, rules)
    if Rule.SPACE_AFTER in rules:
        for match in _MARK.finditer(text):
            if not text.startswith(_GOES_ON, match.end()):
                yield Change(*match.span(1), "\u3000", Rule.SPACE_AFTER)


def _to(match: re.Match[str], text: str, rule: Rule) -> Change:
    return Change(match.start(), match.end(), text, rule)


def _even(count: int) -> int:
    return count + count % 2


def _drawn_lines(text: str) -> set[int]:
    """The offsets of lines that are drawn, not written."""
    return {m.start() for m in _LINE.finditer(text) if _SIGNS.fullmatch(m[0])}


def _indents(text: str) -> Iterator[Change]:
    dotted = {one.start for one in annotations(text) if isinstance(one, Dots)}
    for match in _LINE.finditer(text):
        line = match[0]
        lead = _LEAD.match(line)
        width = lead.end() if lead else 0
        if width == len(line) or _SIGNS.fullmatch(line) or _HEADING.match(line):
            continue
        start = match.start()
        first = start + width
        if text[first] in OPENING and first not in dotted:
            continue
        if width == 0 or line[:width].strip("\u3000"):
            yield Change(start, first, "\u3000", Rule.INDENT)


def _numbers(text: str, rules: AbstractSet[Rule]) -> Iterator[Change]:
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        in_company = _HALF_BEFORE.fullmatch(text[max(start - 2, 0) : start]) or _HALF_AFTER.match(
            text, end
        )
        if len(match[0]) == 1 and Rule.WIDE_DIGITS in rules and not in_company:
            yield _to(match, match[0].translate(_TO_WIDE), Rule.WIDE_DIGITS)
        elif Rule.DIGITS in rules and not (
            _WIDE_LETTER.match(text[max(start - 1, 0) : start]) or _WIDE_LETTER.match(text, end)
        ):
            yield _to(match, match[0].translate(_TO_HALF), Rule.DIGITS)
