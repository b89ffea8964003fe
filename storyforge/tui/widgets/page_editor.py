"""The page as it is changed: text, who wrote it, and the steps that can be taken back, in step.

It owns the one way by which text changes (`edit` for the author, `_put` for everything else), the
lock, and undo. It refuses to know about streams, keys and files.
"""

from collections.abc import Callable, Collection

from textual.document._document import EditResult, Location, Selection
from textual.document._edit import Edit
from textual.message import Message

from storyforge.domain.common_ends import shared_start
from storyforge.domain.origin import Origin, Place, Provenance, Span, cut
from storyforge.domain.story import Page
from storyforge.domain.text import clean
from storyforge.errors import Refused
from storyforge.i18n import _
from storyforge.tui.history import Change, PageHistory, Sight, Step
from storyforge.tui.widgets.notation import has_notation
from storyforge.tui.widgets.paragraphs import breaks_of, is_too_long
from storyforge.tui.widgets.reading import ReadingPage


class PageEditor(ReadingPage):
    """A page whose every change is accounted for.

    Attributes:
        edits: how often the author changed the page; `Edited` tells of it a moment later.
    """

    class Edited(Message, namespace="manuscript"):
        """The author changed the text, or took a change back."""

    class ParagraphTooLong(Message, namespace="manuscript"):
        """The page holds a paragraph that is too long to type in, and was locked."""

    history: PageHistory
    edits: int = 0
    _held: str = ""
    _too_long: bool = False

    # --- the lock

    @property
    def lock_reason(self) -> str:
        """Why the page cannot be written on, for the author; empty when it can."""
        if self._held:
            return self._held
        if self._too_long:
            return _("This scene has a paragraph that is too long to type in.")
        return ""

    def lock_page(self, reason: str) -> None:
        """Let the page be read only; `reason` is one sentence for the author."""
        self._held = reason
        self.read_only = True

    def unlock_page(self) -> None:
        """Lift a `lock_page`; a paragraph that is too long still holds the page."""
        self._held = ""
        self.read_only = self._too_long

    def _refuse_if_locked(self) -> None:
        if self.lock_reason:
            raise Refused(self.lock_reason, title=_("Not written"))

    def _measure_paragraphs(self, lines: list[str]) -> None:
        """Lock the page if one of `lines`, just changed, is too long; unlock it if none is now."""
        was = self._too_long
        if was:
            lines = self.document.lines
        self._too_long = any(is_too_long(line) for line in lines)
        if self._too_long != was:
            self.read_only = bool(self.lock_reason)
            if self._too_long:
                self.post_message(self.ParagraphTooLong())

    def break_long_paragraphs(self, language: str = "en") -> None:
        """Break the oversized paragraphs at sentences, as one step, and lift their lock.

        Raises:
            Refused: the page is locked for another reason.
        """
        if self._held:
            self._refuse_if_locked()
        text, provenance, caret = self._broken(language)
        self.history.checkpoint()
        self._put(0, len(self.document.text), text, lambda now: provenance)
        self.move_cursor(self.location_of(caret))
        self._author_changed()

    def restore(self, page: Page, *, dropping: Collection[str] = ()) -> None:
        """Let an earlier version of the scene stand on the page, as one undo step.

        Places made since stay, emptied where their text is gone.

        Args:
            dropping: the ids of places that go; an undo brings them back.

        Raises:
            Refused: the page is locked.
        """
        self._refuse_if_locked()
        text = clean(page.text)
        spans = page.provenance.spans
        if page.provenance.length != len(text):
            spans = Provenance.whole(len(text), Origin.TYPED).spans
        earlier = Provenance(spans, page.provenance.places)
        length = len(self.document.text)
        self.history.checkpoint()
        self._set_fresh(None)

        def restored(now: Provenance) -> Provenance:
            back = now.replaced(0, length, spans).restored(earlier)
            return Provenance(back.spans, tuple(p for p in back.places if p.id not in dropping))

        self._put(0, length, text, restored)
        self.move_cursor(self.location_of(max(0, min(page.caret, len(text)))), center=True)
        self._author_changed()

    def _broken(self, language: str) -> tuple[str, Provenance, int]:
        """The text, who wrote it and the caret, once the oversized paragraphs are broken."""
        provenance, caret = self._provenance, self._sight().caret
        pieces = []
        for at, line in zip(reversed(self._starts), reversed(self.document.lines), strict=True):
            piece = line
            for start, end in reversed(breaks_of(line, language) if is_too_long(line) else ()):
                typed = (Span(1, Origin.TYPED),)
                provenance = provenance.replaced(at + start, at + end, typed)
                piece = piece[:start] + "\n" + piece[end:]
                if caret >= at + end:
                    caret += 1 - (end - start)
            pieces.append(piece)
        return "\n".join(reversed(pieces)), provenance, caret

    # --- the author's edits

    def edit(self, edit: Edit) -> EditResult:
        """Change the text as its author; every key and paste ends here."""
        text = clean(edit.text)
        top, bottom = self._inside(edit.top), self._inside(edit.bottom)
        at, end = self.offset_of(top), self.offset_of(bottom)
        if not text and at == end:
            return EditResult(top, "")
        before, was = self._sight(), self._provenance
        self._provenance = was.typed(at, end, len(text))
        self._set_fresh(None)
        result = self._swap(top, bottom, text)
        if edit.maintain_selection_offset:
            self.selection = Selection(*self.selection)
        else:
            self.selection = Selection.cursor(result.end_location)
        self.record_cursor_width()
        inserted_spans = cut(self._provenance.spans, at, at + len(text))
        removed_spans = cut(was.spans, at, end)
        change = Change(at, result.replaced_text, removed_spans, text, inserted_spans)
        self.history.note(change, before, self._sight())
        self._author_changed()
        return result

    def undo(self) -> None:
        """Take the newest step back; not on a page that another holds."""
        if not self._held and (step := self.history.take_back()):
            change = step.change
            if change.idle:
                self._roll_places(step.after, step.before)
                return
            self._roll(step, change.inserted, change.removed, change.removed_spans, step.before)

    def redo(self) -> None:
        """Do again what was undone last."""
        if not self._held and (step := self.history.bring_again()):
            change = step.change
            if change.idle:
                self._roll_places(step.before, step.after)
                return
            self._roll(step, change.removed, change.inserted, change.inserted_spans, step.after)

    def _roll(self, step: Step, old: str, new: str, spans: tuple[Span, ...], sight: Sight) -> None:
        at = step.change.at

        def restored(now: Provenance) -> Provenance:
            moved = now.replaced(at, at + len(old), spans)
            return moved.restored(Provenance(moved.spans, sight.places))

        self._set_fresh(None)
        self._put(at, at + len(old), new, restored, noted=False)
        anchor, caret = sight.anchor, sight.caret
        if not at <= caret <= at + len(new):
            # The caret was elsewhere: go to where something happened.
            anchor = caret = at + len(new)
        self.selection = Selection(self.location_of(anchor), self.location_of(caret))
        self.record_cursor_width()
        self._author_changed()

    def set_anchor(self, place: Place) -> None:
        """Set an anchor that is not a take's, as one undo step.

        Raises:
            Refused: the page is locked.
        """
        self._note_places(self._provenance.with_place(place))

    def drop_anchor(self, place_id: str) -> None:
        """Take an anchor away, as one undo step.

        Raises:
            Refused: the page is locked.
        """
        self._note_places(self._provenance.without_place(place_id))

    def _note_places(self, provenance: Provenance) -> None:
        self._refuse_if_locked()
        before = self._sight()
        self._provenance = provenance
        self.history.note_places(before, self._sight())
        self.refresh()
        self._author_changed()

    def _roll_places(self, old: Sight, new: Sight) -> None:
        known, wanted = {p.id for p in old.places}, {p.id for p in new.places}
        for place in old.places:
            if place.id not in wanted:
                self._provenance = self._provenance.without_place(place.id)
        for place in new.places:
            if place.id not in known:
                self._provenance = self._provenance.with_place(place)
        self.refresh()
        self._author_changed()

    def _author_changed(self) -> None:
        self.edits += 1
        self.post_message(self.Changed(self))
        self.post_message(self.Edited())

    # --- the one way into the document

    def _put(
        self,
        at: int,
        end: int,
        text: str,
        provenance: Callable[[Provenance], Provenance],
        *,
        noted: bool = True,
    ) -> None:
        """Replace the characters `at` to `end` without the author's hand.

        The caret goes along if it stands in or at the end of what is replaced, and the view goes
        with it if the caret was in view. Otherwise caret, selection and view stay with the text
        that they showed.
        """
        top, bottom = self.location_of(at), self.location_of(end)
        before, was = self._sight(), self._provenance
        goes_along = before.anchor == before.caret and at <= before.caret <= end
        follows = goes_along and self.caret_in_view
        above = self.page_wrap.row_of(bottom) < self.scroll_offset.y
        rows, scroll_y = self.page_wrap.height, self.scroll_offset.y
        self._provenance = provenance(was)
        removed = self._swap(top, bottom, text).replaced_text
        if goes_along:
            anchor = caret = at + len(text)
        else:
            anchor, caret = self._carried(before, at, end, len(text))
        self._hold_view = not follows
        try:
            self.selection = Selection(self.location_of(anchor), self.location_of(caret))
        finally:
            self._hold_view = False
        if goes_along:
            self.record_cursor_width()
        if above and not follows and self.page_wrap.height != rows:
            self.scroll_to(y=scroll_y + self.page_wrap.height - rows, animate=False, force=True)
        if noted:
            inserted_spans = cut(self._provenance.spans, at, at + len(text))
            change = Change(at, removed, cut(was.spans, at, end), text, inserted_spans)
            self.history.note(change, before, self._sight())

    def _swap(self, top: Location, bottom: Location, text: str) -> EditResult:
        wrap = self.page_wrap
        rows = wrap.height
        row, old_line, old_breaks = (
            wrap.row_of(top),
            self.document.get_line(top[0]),
            wrap.breaks(top[0]),
        )
        result = self.document.replace_range(top, bottom, text)
        self._line_starts = None
        wrap.wrap_range(top, bottom, result.end_location)
        # What is typed may change where rows above it end, and how words above it are set.
        first = wrap.rows_of(top[0])[0]
        if not (has_notation(old_line) or has_notation(self.document.get_line(top[0]))):
            first = min(row, first + shared_start(old_breaks, wrap.breaks(top[0])))
        # A scrollbar that comes or goes asks for the caret: it must stand in the text that is here.
        moved = [self._moved(place, bottom, result.end_location) for place in self.selection]
        self.set_reactive(ReadingPage.selection, Selection(*moved))
        last = (
            wrap.rows_of(result.end_location[0])[1] if wrap.height == rows else wrap.height + rows
        )
        self._refresh_rows(first, last)
        self._refresh_size()
        self._measure_paragraphs(self.document.lines[top[0] : result.end_location[0] + 1])
        return result

    # --- small change

    def _sight(self) -> Sight:
        anchor, caret = self.selection
        return Sight(self._provenance.places, self.offset_of(anchor), self.offset_of(caret))

    def _inside(self, location: Location) -> Location:
        # Textual deletes a last line up to the head of a line that is not there.
        line, column = location
        if line >= self.document.line_count:
            return self.document.end
        return line, min(column, len(self.document.get_line(line)))

    @staticmethod
    def _moved(place: Location, bottom: Location, end: Location) -> Location:
        if place < bottom:
            return min(place, end)
        column = place[1] - bottom[1] + end[1] if place[0] == bottom[0] else place[1]
        return place[0] - bottom[0] + end[0], column

    @staticmethod
    def _carried(sight: Sight, at: int, end: int, length: int) -> tuple[int, int]:
        def carried(offset: int, is_low: bool) -> int:
            if offset < at or (offset == at and not is_low):
                return offset
            return offset - end + at + length if offset >= end else at

        is_forward = sight.anchor <= sight.caret
        return carried(sight.anchor, is_forward), carried(sight.caret, not is_forward)

    def _place(self, place_id: str) -> Place:
        place = self._provenance.place(place_id)
        if place is None:
            raise KeyError(place_id)
        return place
