"""A template to read and to write on, with its faulty lines underlined. It checks nothing."""

from collections.abc import Collection, Iterator

from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.story import Page
from storyforge.tui.widgets.notes import Notes
from storyforge.tui.widgets.painting import Ink, Mark


class TemplatePage(Notes):
    """A small page without the notation of prose: stars and slashes are the template's own."""

    def __init__(self, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._faulty: Collection[int] = ()
        self.overlays = (self._faults,)

    def show_text(self, name: str, text: str) -> None:
        """Show a text from its beginning; its steps that can be taken back go."""
        self._faulty = ()
        self.show(Page(name, text, Provenance.whole(len(text), Origin.TYPED), 0))

    def show_faults(self, lines: Collection[int]) -> None:
        """Underline these lines, counted from 1, and no others."""
        if lines != self._faulty:
            self._faulty = lines
            self.refresh()

    def _faults(self, line: int, whole: str, start: int, end: int) -> Iterator[Mark]:
        if line + 1 in self._faulty:
            yield Mark(0, len(whole), Ink.MISSPELLED)
