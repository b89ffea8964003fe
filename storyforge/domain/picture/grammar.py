r"""A prompt in AUTOMATIC1111's grammar. Pure; any text can be read, and none is refused.

`(a)` and `[a]` weigh by 1.1 and 1/1.1, `(a:1.3)` by a number; brackets nest, and one that is not
closed reaches to the end. `\(` is a bracket of the text. BREAK begins a new chunk. `[a:b:0.5]`
changes from a to b after half of the steps (`[a:b:7]` after seven), `[a:0.5]` adds, `[a::0.5]`
takes away, `[a|b]` takes turns. `<lora:name:0.8>` and `<hypernet:name:0.8>` are no words at all.
What words mean to a model is not known here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from storyforge.domain.picture.orders import PainterNote
from storyforge.i18n import N_

#: what one pair of round brackets multiplies by; square ones divide
EMPHASIS = 1.1
#: weights are kept within it: a hundred nested brackets should not make a prompt infinite
HEAVIEST = 100.0

_NETWORK = re.compile(r"<(\w+):([^<>]+)>")
_LORAS = ("lora", "lyco")
_HYPERNET = "hypernet"
_NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_WHEN = re.compile(rf"\s*({_NUMBER})\s*")
_PIECE = re.compile(r"\\.|[][():|]|[^][():|\\]+|\\", re.DOTALL)
_WEIGHED = re.compile(rf"\\[][()\\]|\\|[][()]|:\s*({_NUMBER})\s*\)|:|[^][():\\]+")
_BREAK = re.compile(r"\bBREAK\b")
_AND = re.compile(r"\bAND\b")


@dataclass(frozen=True, slots=True)
class LoraTag:
    """`<lora:name:0.8>`; `<lora:name:0.5:0.8>` weighs the text encoder and the U-Net apart.

    Attributes:
        text_weight: None where it is the same.
    """

    name: str
    weight: float = 1.0
    text_weight: float | None = None


@dataclass(frozen=True, slots=True)
class HypernetTag:
    """`<hypernet:name:0.8>`."""

    name: str
    strength: float = 1.0


@dataclass(frozen=True, slots=True)
class Weighted:
    """Some words and how much they count; escapes are undone."""

    text: str
    weight: float = 1.0


@dataclass(slots=True)
class _Group:
    """What stands in a pair of brackets; the outermost has none.

    Attributes:
        parts: text and groups, in order; ":" and "|" of its own level are single parts.
    """

    sign: str
    parts: "list[str | _Group]" = field(default_factory=list)


def loras_of(prompt: str) -> tuple[str, tuple[LoraTag, ...]]:
    """`prompt` without its LoRAs (and without networks of other kinds), and the LoRAs."""
    tags = tuple(
        _lora(found[2]) for found in _NETWORK.finditer(prompt) if found[1].lower() in _LORAS
    )
    return _NETWORK.sub("", prompt), tags


def hypernets_of(prompt: str) -> tuple[HypernetTag, ...]:
    """The hypernetworks that `prompt` calls; an unreadable strength is 1."""
    found = (tag[2] for tag in _NETWORK.finditer(prompt) if tag[1].lower() == _HYPERNET)
    parts = ([piece.strip() for piece in inside.split(":")] for inside in found)
    return tuple(
        HypernetTag(name, _number(given[0] if given else "", 1.0)) for name, *given in parts
    )


def _lora(inside: str) -> LoraTag:
    """The LoRA of what stands behind `lora:`; an unreadable weight is 1."""
    name, *given = (piece.strip() for piece in inside.split(":"))
    named = dict(piece.split("=", 1) for piece in given if "=" in piece)
    plain = [piece for piece in given if "=" not in piece]
    text = _number(named.get("te", plain[0] if plain else ""), 1.0)
    weight = _number(named.get("unet", plain[1] if len(plain) > 1 else ""), text)
    return LoraTag(name, weight, None if text == weight else text)


def _number(text: str, otherwise: float) -> float:
    found = re.fullmatch(_NUMBER, text)
    return max(-HEAVIEST, min(HEAVIEST, float(text))) if found else otherwise


def notes_of(prompt: str) -> tuple[PainterNote, ...]:
    """What of `prompt` is not done as AUTOMATIC1111 does it."""
    notes = []
    if _AND.search(prompt):
        notes.append(
            PainterNote(
                N_("“AND” is read as a word here: prompts are not drawn side by side and mixed.")
            )
        )
    for found in _NETWORK.finditer(prompt):
        if found[1].lower() not in (*_LORAS, _HYPERNET):
            notes.append(
                PainterNote(
                    N_("{tag} is left out of the prompt: nothing can be called so."),
                    {"tag": found[0]},
                )
            )
    return tuple(notes)


def weighted(prompt: str) -> tuple[tuple[Weighted, ...], ...]:
    """The words of `prompt` with their weights, a tuple a chunk that BREAK sets apart.

    At least one chunk; one without words is kept, as A1111 does, but not behind the last BREAK.
    """
    pieces = list(_WEIGHED.finditer(prompt))
    factors = _factors(pieces)
    round_ones, square_ones = [1.0], [1.0]
    chunks: list[list[Weighted]] = [[]]
    for place, piece in enumerate(pieces):
        sign = piece[0]
        if place in factors:
            kept = square_ones if sign in "[]" else round_ones
            factor = factors[place]
            if factor is None:
                kept.pop()
            else:
                kept.append(kept[-1] * factor)
            continue
        text = sign[1:] if sign.startswith("\\") else sign
        words = _apart(text) if text == sign else [text]
        weight = max(-HEAVIEST, min(HEAVIEST, round_ones[-1] * square_ones[-1]))
        for index, part in enumerate(words):
            if index:
                chunks.append([])
            _append(chunks[-1], part, weight)
    if len(chunks) > 1 and not chunks[-1]:
        chunks.pop()
    return tuple(tuple(chunk) for chunk in chunks)


def _apart(text: str) -> list[str]:
    """What stands around each BREAK, without the blanks beside it."""
    first, *others = _BREAK.split(text)
    words = [first]
    for behind in others:
        words[-1] = words[-1].rstrip()
        words.append(behind.lstrip())
    return words


def _append(chunk: list[Weighted], text: str, weight: float) -> None:
    """Put `text` to the end, into the last piece where that weighs the same."""
    if chunk and chunk[-1].weight == weight:
        chunk[-1] = Weighted(chunk[-1].text + text, weight)
    elif text:
        chunk.append(Weighted(text, weight))


def _factors(pieces: list[re.Match[str]]) -> dict[int, float | None]:
    """For each piece that opens something, its factor; None for each that closes something."""
    factors: dict[int, float | None] = {}
    opened: dict[str, list[int]] = {"(": [], "[": []}
    for place, piece in enumerate(pieces):
        sign = piece[0]
        if sign in opened:
            opened[sign].append(place)
        elif piece[1] is not None and opened["("]:
            factors[opened["("].pop()] = _number(piece[1], EMPHASIS)
            factors[place] = None
        elif sign == ")" and opened["("]:
            factors[opened["("].pop()] = EMPHASIS
            factors[place] = None
        elif sign == "]" and opened["["]:
            factors[opened["["].pop()] = 1 / EMPHASIS
            factors[place] = None
    factors |= dict.fromkeys(opened["("], EMPHASIS)
    factors |= dict.fromkeys(opened["["], 1 / EMPHASIS)
    return factors


def schedule(prompt: str, steps: int) -> tuple[tuple[int, str], ...]:
    """`prompt` over the steps: each (last step of it, counted from 1; what is drawn till then)."""
    whole = _read(prompt)
    changes = sorted({*_changes(whole, steps), steps})
    told: list[tuple[int, str]] = []
    for until in changes:
        text = _told(whole, until, steps)
        if told and told[-1][1] == text:
            told.pop()
        told.append((until, text))
    return tuple(told)


def _read(prompt: str) -> _Group:
    """`prompt` as groups; a bracket that has no fellow is text."""
    opened = [_Group("")]
    for piece in _PIECE.findall(prompt):
        if piece in ("[", "("):
            opened.append(_Group(piece))
        elif piece in ("]", ")") and opened[-1].sign == ("[" if piece == "]" else "("):
            closed = opened.pop()
            opened[-1].parts.append(closed)
        else:
            opened[-1].parts.append(piece)
    whole = opened[0]
    for group in opened[1:]:
        whole.parts += [group.sign, *group.parts]
    return whole


def _split(parts: "list[str | _Group]", sign: str) -> "list[list[str | _Group]]":
    pieces: list[list[str | _Group]] = [[]]
    for part in parts:
        if part == sign:
            pieces.append([])
        else:
            pieces[-1].append(part)
    return pieces


@dataclass(frozen=True, slots=True)
class _Turn:
    """A change at a step: what stands before it, and from then on."""

    before: "list[str | _Group]"
    after: "list[str | _Group]"
    last: int


def _turn(group: _Group, steps: int) -> _Turn | None:
    """The change that `group` is; None for other groups."""
    if group.sign != "[" or ":" not in group.parts:
        return None
    pieces = _split(group.parts, ":")
    when = "".join(part for part in pieces[-1] if isinstance(part, str))
    found = _WHEN.fullmatch(when)
    if found is None or len(pieces[-1]) != 1 or len(pieces) > 3:
        return None
    at = float(found[1])
    last = int(max(0.0, min(at * steps if "." in found[1] else at, steps)))
    before, after = ([], pieces[0]) if len(pieces) == 2 else (pieces[0], pieces[1])
    return _Turn(before, after, last)


def _groups(whole: _Group) -> Iterator[_Group]:
    """`whole` and all groups inside, however deep."""
    waiting = [whole]
    while waiting:
        group = waiting.pop()
        yield group
        waiting += [part for part in group.parts if isinstance(part, _Group)]


def _changes(whole: _Group, steps: int) -> Iterator[int]:
    """The last steps before something changes."""
    for group in _groups(whole):
        turn = _turn(group, steps)
        if turn is not None and turn.last >= 1:
            yield turn.last
        elif turn is None and group.sign == "[" and "|" in group.parts:
            yield from range(1, steps + 1)


def _told(whole: _Group, step: int, steps: int) -> str:
    """The words of `step`; brackets that only weigh stay."""
    words: list[str] = []
    waiting: list[str | _Group] = [*reversed(whole.parts)]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            words.append(part)
            continue
        turn = _turn(part, steps)
        if turn is not None:
            waiting += reversed(turn.before if step <= turn.last else turn.after)
        elif part.sign == "[" and "|" in part.parts:
            others = _split(part.parts, "|")
            waiting += reversed(others[(step - 1) % len(others)])
        else:
            waiting += [")" if part.sign == "(" else "]", *reversed(part.parts), part.sign]
    return "".join(words)
