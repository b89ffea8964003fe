"""A page that can be given a changed version of itself, as one step to undo.

It owns how such a version comes onto the page: only what differs is put, so caret, view and
history cost what the change costs. It refuses to know what changed it.
"""

from dataclasses import replace

from storyforge.domain.story import Page
from storyforge.tui.rewriting import smallest_change
from storyforge.tui.widgets.streaming import StreamingPage


class RewritingPage(StreamingPage):
    """A page with versions."""

    def rewrite(self, page: Page) -> None:
        """Let a version made from this very page stand on it, places and all, as one undo step.

        Raises:
            Refused: the page is locked.
        """
        self._refuse_if_locked()
        self.end_stream()
        now = replace(page, text=self.document.text, provenance=self._provenance)
        change = smallest_change(now, page)
        if change.idle:
            self._provenance = page.provenance  # other anchors at most: nothing to take back
            self.refresh()
            return
        self.history.checkpoint()
        self._set_fresh(None)
        end = change.at + len(change.removed)
        self._put(change.at, end, change.inserted, lambda _now: page.provenance)
        self.history.checkpoint()
        self.move_cursor(self.location_of(min(page.caret, len(page.text))))
        self._author_changed()
