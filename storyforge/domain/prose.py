"""What of a model's answer is prose: no heading, no label, no mark of the plan's. Pure.

`chatter` takes away what a model says to the author; here goes what it says to the page: the beat's
own line, "Scene 2:", "[The next beat …]", "* * *", "The End".
"""

import re
from collections.abc import Iterable

from storyforge.domain.chatter import without_chatter
from storyforge.domain.tidying_japanese import OPENING

_NUMBER = (
    r"(?:\d{1,3}|[IVXLC]{1,6}|one|two|three|four|five|six|seven|eight|nine|ten"
    r"|[一二三四五六七八九十百]+)"
)
_PART = r"(?:chapter|scene|beat|part|act|section|step|paragraph|title)"
# A whole line that is no prose.
_NO_PROSE = re.compile(
    rf"""\s*
    (?: \#{{1,6}}\s.*
      | [\d\s.,:()–-]{{1,24}}
      | [\[【].*[\]】]
      | [*_]{{2}}[^*_\n]{{1,80}}[*_]{{2}}:?
      | [*_]*{_PART}\s+{_NUMBER}\b[^.!?…]{{0,60}}[*_]*
      | 第\s*{_NUMBER}\s*[章話節幕][^。！？]{{0,40}}
      | (?:シーン|ビート|場面)\s*[\d０-９一二三四五六七八九十]+[^。！？]{{0,40}}
    )\s*""",
    re.IGNORECASE | re.VERBOSE,
)
# Behind such a line another scene begins, or nothing does.
_IS_OVER = re.compile(
    r"""\s*
    (?: [*_=~\-—–#＊・•\s\u3000]{3,}
      | [*_]*the\ end\.?[*_]* | to\ be\ continued[.…]*
      | [（(]?(?:完|終わり|終|おわり|続く|つづく)[)）]?。?
    )\s*""",
    re.IGNORECASE | re.VERBOSE,
)
# What stands before prose on its line: "Beat 2: She opens it.", "3. She opens it."
_LABEL = re.compile(
    rf"""\A\s*[*_]*
    (?: \d{{1,2}}[.)](?=\s+\D) | {_PART}\s*(?:{_NUMBER})?\s*[:：]
      | (?:シーン|ビート|場面)\s*[\d０-９一二三四五六七八九十]*\s*[:：]
    )[*_]*\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_INDENT, _BLANK = "\u3000", " \u3000"
# A bracket that is never closed opens a remark that was cut off.
_CUT_OFF = re.compile(r"(?:\A|\n)[ \u3000]*[\[【][^\]】]*\Z")


def only_prose(answer: str, told: Iterable[str] = ()) -> str:
    """The prose of an answer; white space at its ends goes too.

    Args:
        told: lines of the plan that are no prose where they stand alone.
    """
    text = _CUT_OFF.sub("", without_chatter(answer))
    planned = {_bare(line) for line in told}
    kept: list[str] = []
    for line in text.split("\n"):
        if line.strip() and _IS_OVER.fullmatch(line):
            if kept:
                break
            continue
        if not _NO_PROSE.fullmatch(line):
            line = _LABEL.sub("", line, count=1)
        if line.strip() and not _NO_PROSE.fullmatch(line) and _bare(line) not in planned:
            kept.append(line.rstrip())
        elif not line.strip() and kept and kept[-1]:
            kept.append("")
    return "\n".join(kept).strip("\n ")


def in_paragraphs(text: str, gap: str) -> str:
    """`text` with its paragraphs parted by `gap`, as the page around it has them."""
    return gap.join(line.strip(" ") for line in text.split("\n") if line.strip())


def gap_of(text: str, *, wide: bool) -> str:
    """What parts the paragraphs of a page: a blank line, or none.

    Args:
        wide: for a page of one paragraph: whether its language has no spaces; such books indent.
    """
    if "\n\n" in text:
        return "\n\n"
    return "\n" if wide or "\n" in text.strip("\n") else "\n\n"


def indent_of(text: str) -> str | None:
    """What a page's paragraphs begin with, a full-width space or nothing; None where it has none.

    Speech stands at the head of its line either way.
    """
    told = [line for line in text.split("\n") if line.strip() and not _is_speech(line)]
    if not told:
        return None
    return _INDENT if any(line.startswith(_INDENT) for line in told) else ""


def indented(text: str, indent: str | None, *, begins: bool) -> str:
    """`text` with its paragraphs indented as the page around it has them.

    Args:
        indent: as `indent_of` gives it; None leaves them as they are.
        begins: whether the text begins a paragraph.
    """
    if indent is None:
        return text
    lines = text.split("\n")
    return "\n".join(
        line if not line.strip() or (number == 0 and not begins) else _at_head(line, indent)
        for number, line in enumerate(lines)
    )


def _at_head(line: str, indent: str) -> str:
    return ("" if _is_speech(line) else indent) + line.lstrip(_BLANK)


def _is_speech(line: str) -> bool:
    return line.lstrip(_BLANK)[:1] in OPENING


def _bare(line: str) -> str:
    return "".join(sign for sign in line.casefold() if sign.isalnum())
