"""An author's changed prompt, over a story that goes on. Pure.

What the author changed in the assembled prompt is changed in the one that is assembled now, word by
word. What the story changed there too is looked for elsewhere in the prompt (the author's note
moves with the caret); where it is found once, the author's words win, else they are let go.
"""

from dataclasses import dataclass, replace

from storyforge.domain.comparing import Part, compare
from storyforge.domain.generation import Request, TokenCounter
from storyforge.domain.sections import PromptEdit, Section, SectionKind, SectionState
from storyforge.i18n import _
from storyforge.prompting.budget import tokens_of

# By so many characters around it a change is found again.
_AROUND = 40


@dataclass(frozen=True, slots=True)
class Change:
    """The characters `start` to `end` of a text gave way to `text`."""

    start: int
    end: int
    text: str


def changes(old: str, new: str) -> tuple[Change, ...]:
    """What makes `new` of `old`, in order."""
    if new.startswith(old):
        return (Change(len(old), len(old), new[len(old) :]),) if new != old else ()
    found: list[Change] = []
    at, start, came = 0, -1, ""
    for pair in compare(old, new).pairs:
        for piece in pair.pieces:
            if piece.part is Part.SAME:
                if start >= 0:
                    found.append(Change(start, at, came))
                start, came = -1, ""
                at += len(piece.text)
                continue
            start = at if start < 0 else start
            if piece.part is Part.GONE:
                at += len(piece.text)
            else:
                came += piece.text
    if start >= 0:
        found.append(Change(start, at, came))
    return tuple(found)


def merged(edit: PromptEdit, prompt: str) -> tuple[str, int]:
    """(the prompt with the author's changes, how many of them were let go)."""
    if prompt == edit.base:
        return edit.edited, 0
    theirs = changes(edit.base, prompt)
    wanted: list[Change] = []
    lost = 0
    for change in changes(edit.base, edit.edited):
        if change in theirs:
            continue
        place = _moved(change, theirs) or _found(change, edit.base, prompt)
        if place is None:
            lost += 1
        else:
            wanted.append(Change(*place, change.text))
    pieces, at = [], 0
    for change in sorted(wanted, key=lambda one: one.start):
        if change.start < at:
            lost += 1
            continue
        pieces += [prompt[at : change.start], change.text]
        at = change.end
    return "".join((*pieces, prompt[at:])), lost


def _moved(change: Change, theirs: tuple[Change, ...]) -> tuple[int, int] | None:
    """Where in the new prompt the words stand that the author changed; None where they changed."""
    shift = 0
    for other in theirs:
        if other.start >= change.end:
            # What the story goes on with comes behind what the author put there.
            break
        if other.end > change.start:
            return None
        shift += len(other.text) - (other.end - other.start)
    return change.start + shift, change.end + shift


def _found(change: Change, base: str, prompt: str) -> tuple[int, int] | None:
    """Where those words stand now, with what stood around them; None unless at one place."""
    before = base[max(change.start - _AROUND, 0) : change.start]
    words, behind = base[change.start : change.end], base[change.end : change.end + _AROUND]
    around = (before + words + behind, before + words, words + behind)
    leads = (len(before), len(before), 0)
    for told, lead in zip(around, leads, strict=True):
        if len(told) > len(words) and prompt.count(told) == 1:
            start = prompt.index(told) + lead
            return start, start + len(words)
    return None


def with_edit(
    request: Request, edit: PromptEdit, room: int, count: TokenCounter
) -> tuple[Request, int, int]:
    """(the request with the author's prompt, tokens to leave free for it, changes let go).

    With no tokens to leave free it fits into `room`.
    """
    prompt, lost = merged(edit, request.prompt)
    tokens = tokens_of(prompt, count)
    section = Section(
        _("Edited prompt"),
        prompt,
        tokens,
        tokens,
        why=_("your changes are kept for this scene"),
        kind=SectionKind.EDITED,
        start=0,
    )
    absent = tuple(one for one in request.sections if one.state is SectionState.LEFT_OUT)
    made = replace(request, prompt=prompt, sections=(section, *absent))
    longer = tokens - tokens_of(request.prompt, count)
    return made, longer if tokens > room else 0, lost
