"""A prompt that its author changed, over a story that goes on. Pure."""

from typing import NamedTuple

from storyforge.domain.aligning import shared_end, shared_start
from storyforge.domain.generation import PromptEdit
from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.story import Page
from storyforge.domain.weaving import woven


class _Change(NamedTuple):
    start: int
    end: int
    text: str


def applied(edit: PromptEdit, prompt: str) -> str | None:
    """What the author's changes make of `prompt`, which was assembled later than `edit.base`.

    None where they do not fit any more: the same words were changed in both.
    """
    if prompt == edit.base:
        return edit.edited
    ours, theirs = _change(edit.base, edit.edited), _change(edit.base, prompt)
    for first, second in ((ours, theirs), (theirs, ours)):
        if first.end <= second.start:
            between = edit.base[first.end : second.start]
            head, tail = edit.base[: first.start], edit.base[second.end :]
            return f"{head}{first.text}{between}{second.text}{tail}"
    both = woven(edit.base, _page(edit.edited), _page(prompt))
    return None if both is None else both.text


def _change(old: str, new: str) -> _Change:
    """The one stretch of `old` outside which both are the same."""
    start = shared_start(old, new)
    end = min(shared_end(old, new), len(old) - start, len(new) - start)
    return _Change(start, len(old) - end, new[start : len(new) - end])


def _page(text: str) -> Page:
    return Page("", text, Provenance.whole(len(text), Origin.TYPED), 0)
