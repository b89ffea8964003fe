"""Another version of a page as one step: what differs, and how a history learns of it.

It owns the smallest change between two versions of one scene. It refuses to make versions.
"""

from storyforge.domain.common_ends import shared_end, shared_start
from storyforge.domain.origin import cut
from storyforge.domain.story import Page
from storyforge.tui.history import Change, PageHistory, Sight


def smallest_change(before: Page, after: Page) -> Change:
    """The one replacement that makes `after` of `before`; idle where their texts are the same.

    What both share at their ends is taken to be by the same writers.
    """
    old, new = before.text, after.text
    start = shared_start(old, new)
    end = shared_end(old[start:], new[start:])
    removed, inserted = old[start : len(old) - end], new[start : len(new) - end]
    return Change(
        start,
        removed,
        cut(before.provenance.spans, start, start + len(removed)),
        inserted,
        cut(after.provenance.spans, start, start + len(inserted)),
    )


def note_rewritten(history: PageHistory, before: Page, after: Page) -> None:
    """Let the history of a scene that is not on the page know what was done to it, as one step.

    A history that does not belong to `before` is left alone; the page will not take it up.
    """
    if history.fits(before.text):
        history.checkpoint()
        history.note(smallest_change(before, after), _sight(before), _sight(after))
        history.leave(after.text)


def _sight(page: Page) -> Sight:
    return Sight(page.provenance.places, page.caret, page.caret)
