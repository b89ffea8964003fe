"""What stands inside a line: emphasis, readings and dots as runs, and runs as a line again. Pure.

Emphasis is CommonMark's (`*so*`, `_so_`, `**so**`), by its rules of flanking, with one step towards
Japanese: next to a character of an East Asian script a mark may open or close as it does next to
punctuation, so that `**「火」**が` is strong. A lone `*` is text. A backslash keeps `*`, `_` and
itself text. Readings and dots are `domain.ruby`'s. What a line means for a paragraph is not known
here.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from storyforge.domain.ruby import Ruby, annotations, bars

_ANY_MARK = re.compile(r"[*_\\《]")
_TOKEN = re.compile(r"\\(?P<escaped>[\\*_])|(?P<mark>\*+|_+)")
_ESCAPABLE = re.compile(r"\\(?=[\\*_]|\Z)|[*_]")
_BRACKET = re.compile("[《》]")
_BAR = re.compile("[｜|]")
_LONGEST_RUBY = 50


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a line that is set in one way.

    Attributes:
        text: what is read; without marks and without newlines.
        ruby: the reading over `text`, or empty.
        dots: emphasis by a dot beside each character.
    """

    text: str
    italic: bool = False
    bold: bool = False
    ruby: str = ""
    dots: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether it is nothing but text."""
        return not (self.italic or self.bold or self.ruby or self.dots)


@dataclass(slots=True)
class _Mark:
    """A run of one delimiter character, and what is left of it."""

    piece: int
    sign: str
    left: int
    length: int
    opens: bool
    closes: bool


def runs(line: str) -> tuple[Run, ...]:
    """`line` as runs, marks left out; the empty line has none."""
    if not line:
        return ()
    if _ANY_MARK.search(line) is None:
        return (Run(line),)
    pieces, marks = _pieces(line)
    italic, bold = _matched(marks, len(pieces))
    for mark in marks:
        pieces[mark.piece] = Run(mark.sign * mark.left)
    set_runs: list[Run] = []
    slanted = heavy = 0
    for index, piece in enumerate(pieces):
        slanted += italic[index]
        heavy += bold[index]
        if piece.text:
            if slanted or heavy:
                piece = replace(piece, italic=slanted > 0, bold=heavy > 0)
            set_runs.append(piece)
    return merged(set_runs)


def merged(parts: Iterable[Run]) -> tuple[Run, ...]:
    """The same runs with neighbours of one kind joined and empty ones left out."""
    out: list[Run] = []
    for run in parts:
        if not run.text:
            continue
        last = out[-1] if out else None
        if last and _set_alike(last, run):
            out[-1] = replace(last, text=last.text + run.text)
        else:
            out.append(run)
    return tuple(out)


def _set_alike(one: Run, other: Run) -> bool:
    """Whether two neighbours are set in one way; each reading stands for itself."""
    return (
        not (one.ruby or other.ruby)
        and one.italic == other.italic
        and one.bold == other.bold
        and one.dots == other.dots
    )


def plain(line: str) -> str:
    """What is read of `line`: no marks, no readings."""
    return "".join(run.text for run in runs(line))


# Reading.


def _pieces(line: str) -> tuple[list[Run], list[_Mark]]:
    """The line in runs that are not yet emphasised, and the marks among them (empty runs)."""
    pieces: list[Run] = []
    marks: list[_Mark] = []
    at = 0
    for start, end, atom in _atoms(line):
        _scan(line, at, start, pieces, marks)
        pieces.append(atom)
        at = end
    _scan(line, at, len(line), pieces, marks)
    return pieces, marks


def _atoms(line: str) -> list[tuple[int, int, Run]]:
    """What emphasis cannot begin or end in: readings, dots, and bars that are never seen."""
    barred = "｜《" in line or "|《" in line
    found = [(at, at + 1, Run("")) for at in bars(line)] if barred else []
    for mark in annotations(line):
        if isinstance(mark, Ruby):
            found.append((mark.start, mark.end, Run(mark.base, ruby=mark.reading)))
        else:
            found.append((mark.start, mark.end, Run(mark.text, dots=True)))
    return sorted(found, key=lambda each: each[0])


def _scan(line: str, start: int, end: int, pieces: list[Run], marks: list[_Mark]) -> None:
    at = start
    for token in _TOKEN.finditer(line, start, end):
        if token.start() > at:
            pieces.append(Run(line[at : token.start()]))
        at = token.end()
        if token["escaped"]:
            pieces.append(Run(token["escaped"]))
            continue
        before = line[token.start() - 1] if token.start() else " "
        after = line[at] if at < len(line) else " "
        sign = token["mark"][0]
        opens, closes = _flanks(sign, _kind(before), _kind(after))
        length = at - token.start()
        marks.append(_Mark(len(pieces), sign, length, length, opens, closes))
        pieces.append(Run(""))
    if at < end:
        pieces.append(Run(line[at:end]))


@lru_cache(maxsize=4096)
def _kind(character: str) -> tuple[bool, bool, bool]:
    """Whether a character is white space, punctuation, of an East Asian script."""
    category = unicodedata.category(character)
    space = character.isspace() or category == "Zs"
    east = unicodedata.east_asian_width(character) in "WF" and category != "So"
    return space, category[0] in "PS", east


def _flanks(
    sign: str, before: tuple[bool, bool, bool], after: tuple[bool, bool, bool]
) -> tuple[bool, bool]:
    """Whether a mark between two characters may open and may close (CommonMark 0.31, 6.2)."""
    left = not after[0] and (not after[1] or any(before))
    right = not before[0] and (not before[1] or any(after))
    if sign == "*":
        return left, right
    return left and (not right or before[1]), right and (not left or after[1])


def _matched(marks: Sequence[_Mark], size: int) -> tuple[list[int], list[int]]:
    """Where italic and bold begin (+1) and end (-1), by piece; takes the used signs off `marks`."""
    italic, bold = [0] * (size + 1), [0] * (size + 1)
    open_marks: list[_Mark] = []
    # How high the stack was when a closer of this kind last searched it in vain: what lies below
    # need not be searched again, which keeps a long line of marks linear.
    vain: dict[tuple[str, bool, int], int] = {}
    for mark in marks:
        kind = (mark.sign, mark.opens, mark.length % 3)
        while mark.closes and mark.left:
            found = _opener(open_marks, mark, vain.get(kind, 0))
            if found is None:
                vain[kind] = len(open_marks)
                break
            opener = open_marks[found]
            used = 2 if opener.left >= 2 and mark.left >= 2 else 1
            steps = bold if used == 2 else italic
            steps[opener.piece + 1] += 1
            steps[mark.piece] -= 1
            opener.left -= used
            mark.left -= used
            del open_marks[found + bool(opener.left) :]
            vain = {key: min(height, len(open_marks)) for key, height in vain.items()}
        if mark.opens and mark.left:
            open_marks.append(mark)
    return italic, bold


def _opener(open_marks: Sequence[_Mark], closer: _Mark, bottom: int) -> int | None:
    for index in range(len(open_marks) - 1, bottom - 1, -1):
        opener = open_marks[index]
        if opener.sign != closer.sign:
            continue
        # The rule of three, which tells `*a**b*` from `**a*b`.
        both = opener.closes or closer.opens
        lengths = opener.length, closer.length
        if both and sum(lengths) % 3 == 0 and any(length % 3 for length in lengths):
            continue
        return index
    return None


# Writing.


def spelled(parts: Iterable[Run]) -> str:
    """The line from which `runs` reads `parts` again.

    White space at the edges of emphasis is set outside it. Where the marks cannot say it (an
    emphasised comma before a letter), the punctuation goes outside, then the emphasis itself: no
    letter is ever lost. Text that looks like a reading is left to be one, and a reading that the
    notation cannot hold stands behind its word in brackets.
    """
    wanted = merged(piece for run in merged(parts) for piece in _readable(run))
    text = "".join(map(_marked, wanted))
    if runs(text) == wanted:
        return text
    # As they stand first: parting a line into its characters costs a hundred times as much.
    for outside in (None, str.isspace, _is_outside, _is_anything):
        wanted = wanted if outside is None else _narrowed(wanted, outside)
        for slant in "*_":
            text = _spell(wanted, slant)
            if runs(text) == wanted:
                return text
    return text


def _readable(run: Run) -> Iterator[Run]:
    """`run` as our notation can hold it; plain text that holds readings parted into them."""
    if run.ruby or run.dots:
        yield _in_notation(run)
        return
    at = 0
    for start, end, atom in _atoms(run.text):
        yield replace(run, text=run.text[at:start])
        yield replace(atom, italic=run.italic, bold=run.bold)
        at = end
    yield replace(run, text=run.text[at:])


def _in_notation(run: Run) -> Run:
    if not run.ruby:
        return replace(run, dots=_BRACKET.search(run.text) is None)
    bracketed = _BRACKET.search(run.text + run.ruby) or _BAR.search(run.text)
    if bracketed or max(len(run.text), len(run.ruby)) > _LONGEST_RUBY:
        return replace(run, text=f"{run.text}（{run.ruby}）", ruby="", dots=False)
    return replace(run, dots=False)


def _is_outside(text: str) -> bool:
    return len(text) == 1 and any(_kind(text)[:2])


def _is_anything(_text: str) -> bool:
    return True


def _narrowed(parts: Sequence[Run], outside: Callable[[str], bool]) -> tuple[Run, ...]:
    """`parts` with what is `outside` at the edges of each emphasis no longer emphasised."""
    cells = [
        cell
        for run in parts
        for cell in (
            [Run(letter, run.italic, run.bold) for letter in run.text]
            if (run.italic or run.bold) and not (run.ruby or run.dots)
            else [run]
        )
    ]
    for flag in ("italic", "bold"):
        for way in (range(len(cells)), range(len(cells) - 1, -1, -1)):
            at_edge = True
            for index in way:
                if not getattr(cells[index], flag):
                    at_edge = True
                elif at_edge and outside(cells[index].text):
                    cells[index] = _without(cells[index], flag)
                else:
                    at_edge = False
    return merged(cells)


def _without(run: Run, flag: str) -> Run:
    return replace(run, italic=False) if flag == "italic" else replace(run, bold=False)


def _spell(parts: Sequence[Run], slant: str) -> str:
    out: list[str] = []
    open_marks: list[str] = []
    for run in (*parts, Run("")):
        wanted = [mark for mark, on in (("**", run.bold), (slant, run.italic)) if on]
        # Marks nest: one that ends takes those opened after it along, which are then opened again.
        while any(mark not in wanted for mark in open_marks):
            out.append(open_marks.pop())
        for mark in wanted:
            if mark not in open_marks:
                out.append(mark)
                open_marks.append(mark)
        # Inside a reading or dots a backslash and a star are text already.
        atom = run.ruby or run.dots
        out.append(_marked(run) if atom else _ESCAPABLE.sub(_escaped, run.text))
    return "".join(out)


def _escaped(match: re.Match[str]) -> str:
    return "\\" + match[0]


def _marked(run: Run) -> str:
    if run.ruby:
        return f"｜{run.text}《{run.ruby}》"
    return f"《《{run.text}》》" if run.dots else run.text
