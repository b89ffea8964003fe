"""Joins lines that an old editor broke at a fixed column; leaves verse and dialogue alone. Pure.

A text counts as hard-wrapped when nearly all its lines end under 80 columns, blank lines part its
paragraphs, and the breaks fall where a greedy wrapper would set them: the next word would not have
fitted. A break that falls short of the margin was meant, and stays.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

_COLUMNS = 80
_WIDE = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff60\uffe0-\uffe6]")
_INDENTED = re.compile(r"[ \t]{2,}|　|\t|[「『（＜【《〈]|(?:[-+*>|]|\d+[.)])[ \t]")
_OPENING_QUOTE = re.compile(r"[\"“‘'«„—–-]")
_ENDED = re.compile(r"[.!?:;…。！？][\"”’'»)]*\Z|[\"”»]\Z")
_FIRST_WORD = re.compile(r"\S+")


def width(line: str, *, cjk: bool = False) -> int:
    """The columns `line` takes; ambiguous characters count two in a CJK text."""
    wide = "WFA" if cjk else "WF"
    return sum(
        2 if unicodedata.east_asian_width(c) in wide else not unicodedata.combining(c) for c in line
    )


@dataclass(frozen=True, slots=True)
class Margin:
    """Where the lines of a hard-wrapped text were broken."""

    columns: int
    cjk: bool

    def reaches(self, line: str, below: str, slack: float = 0.85) -> bool:
        """Whether `line` with the first word of `below` would come near the margin."""
        line = line.rstrip(" \t")
        if _glued(line, below):
            # Japanese breaks anywhere but before a stop: at most two characters short.
            return width(line, cjk=self.cjk) >= self.columns - 4
        word = _FIRST_WORD.search(below)
        length = width(word[0], cjk=self.cjk) if word else 0
        return width(line, cjk=self.cjk) + 1 + length > self.columns * slack


def find_margin(lines: list[str]) -> Margin | None:
    """The margin of a hard-wrapped text; None where its line breaks are the author's own.

    Args:
        lines: the whole text, with a blank line for each heading and scene break.
    """
    blocks = list(_blocks(lines))
    margin = _longest(blocks)
    if margin is None or not _is_wrapped(lines, blocks, margin):
        return None
    return margin


def join(lines: list[str], margin: Margin | None) -> tuple[list[str], int]:
    """`lines` with each paragraph in one line, and how many breaks were taken out.

    Args:
        margin: breaks short of it stay, and so does verse; None takes every break for a wrapper's.
    """
    out: list[str] = []
    joined = 0
    for block in _blocks(lines):
        kept = _join(block, margin)
        joined += len(block) - len(kept)
        out.extend(kept)
    return out, joined


def _is_blank(line: str) -> bool:
    return not line.strip(" \t")


def _blocks(lines: list[str]) -> Iterator[list[str]]:
    """Runs of lines with words; each blank line is a block of its own."""
    block: list[str] = []
    for line in lines:
        if _is_blank(line):
            if block:
                yield block
            yield [line]
            block = []
        else:
            block.append(line)
    if block:
        yield block


def _longest(blocks: list[list[str]]) -> Margin | None:
    """The column that the longest lines reach, a few outliers left aside."""
    words = [line.rstrip(" \t") for block in blocks for line in block if not _is_blank(line)]
    if not words:
        return None
    characters = sum(len(line) for line in words)
    cjk = sum(len(_WIDE.findall(line)) for line in words) > characters / 3
    widths = sorted(width(line, cjk=cjk) for line in words)
    # Lines that nothing was cut off from (a long URL, a title) do not move the margin.
    fitting = [w for w in widths if w <= _COLUMNS + 2 * cjk]
    if len(fitting) < 0.9 * len(widths):
        return None
    return Margin(fitting[-1 - len(fitting) // 50], cjk)


def _is_wrapped(lines: list[str], blocks: list[list[str]], margin: Margin) -> bool:
    if margin.columns < 24 or not any(_is_blank(line) for line in lines[1:-1]):
        return False
    prose = [block for block in blocks if len(block) > 1 and not _is_verse(block, margin)]
    breaks = [pair for block in prose for pair in _open_breaks(block)]
    reached = sum(margin.reaches(line, below) for line, below in breaks)
    if len(breaks) < 2 or reached < 0.7 * len(breaks):
        return False
    if margin.columns >= 55 or margin.cjk:
        return True
    # A narrow column may be verse without capitals. Prose goes on in lower case nearly everywhere,
    # and a paragraph of it ends anywhere in its last line.
    lower = sum(below.lstrip()[:1].islower() for _, below in breaks)
    short_ends = any(width(block[-1]) < 0.6 * margin.columns for block in prose)
    return lower >= 0.7 * len(breaks) and short_ends


def _open_breaks(block: list[str]) -> list[tuple[str, str]]:
    """The breaks that a wrapper may have set: an indented line begins a paragraph by itself."""
    return [(line, below) for line, below in pairwise(block) if not _INDENTED.match(below)]


def _join(block: list[str], margin: Margin | None) -> list[str]:
    if len(block) < 2 or (margin is not None and _is_verse(block, margin)):
        return block
    out = [block[0]]
    for line, below in pairwise(block):
        if _breaks_on_purpose(line, below, margin):
            out.append(below)
        else:
            out[-1] = _joined(out[-1], below)
    return out


def _is_verse(block: list[str], margin: Margin) -> bool:
    """Nearly every line opens with a capital or a quote, or most breaks are short of the margin."""
    breaks = _open_breaks(block)
    opens = sum(_opens_anew(below) for _, below in breaks)
    reached = sum(margin.reaches(line, below) for line, below in breaks)
    return (len(breaks) >= 2 and opens >= 0.8 * len(breaks)) or reached < 0.5 * len(breaks)


def _opens_anew(line: str) -> bool:
    bare = line.lstrip(" \t")
    return bare[:1].isupper() or bool(_OPENING_QUOTE.match(bare))


def _breaks_on_purpose(line: str, below: str, margin: Margin | None) -> bool:
    if _INDENTED.match(below) or line.endswith(("  ", "\\")):
        return True
    if margin is None:
        return False
    speaks = _OPENING_QUOTE.match(below.lstrip(" \t")) and _ENDED.search(line.rstrip(" \t"))
    return bool(speaks) or not margin.reaches(line, below, slack=0.75)


def _glued(line: str, below: str) -> bool:
    """Whether no space belongs between the two: both sides are of a script without spaces."""
    return bool(_WIDE.match(line[-1:]) and _WIDE.match(below[:1]))


def _joined(line: str, below: str) -> str:
    line = line.rstrip(" \t")
    below = below.strip(" \t") if _is_blank(below) else below.lstrip(" \t")
    dashed = line.endswith("—") or (
        line.endswith("-") and not line.endswith("--") and line[-2:-1].isalpha()
    )
    if _glued(line, below) or (dashed and below[:1].isalpha()):
        return line + below
    return f"{line} {below}"
