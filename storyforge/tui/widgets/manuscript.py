"""The manuscript: one scene on the screen, written by its author and, when asked, by a model.

It owns the keys of writing and what the desk may ask of a page. How the page is drawn, changed and
streamed into lies in the layers below it. It refuses to know the story, its file and the models.
"""

from typing import ClassVar
from uuid import uuid4

from textual import events
from textual.binding import Binding, BindingType
from textual.document._document import Location
from textual.message import Message

from storyforge.domain.origin import Origin, Place, Provenance
from storyforge.domain.story import Page, Passage
from storyforge.domain.text import clean
from storyforge.tui.history import PageHistory
from storyforge.tui.widgets.author_actions import AuthorActions
from storyforge.tui.widgets.paragraphs import is_too_long

#: seconds within which a Ctrl+J belongs to the characters around it: a paste, not a wish. It waits
#: so long for what may follow it, which nobody feels.
PASTE_GAP = 0.020

_COMMANDS = ("ctrl+", "alt+", "super+", "hyper+", "meta+")


def _key(keys: str, action: str, name: str) -> Binding:
    return Binding(keys, action, show=False, id=f"manuscript.{name}")


class Manuscript(AuthorActions):
    """The page of one scene.

    Escape, Shift+Enter, F-keys and everything else that is not writing pass through to the desk.
    """

    class ContinueRequested(Message):
        """The author pressed Shift+Enter in a terminal that sends it in a way no binding knows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        _key("up", "cursor_up", "up"),
        _key("down", "cursor_down", "down"),
        _key("left", "cursor_left", "left"),
        _key("right", "cursor_right", "right"),
        _key("ctrl+left", "cursor_word_left", "word_left"),
        _key("ctrl+right", "cursor_word_right", "word_right"),
        _key("home", "cursor_line_start", "line_start"),
        _key("end,ctrl+e", "cursor_line_end", "line_end"),
        _key("ctrl+home", "cursor_page_start", "page_start"),
        _key("ctrl+end", "cursor_page_end", "page_end"),
        _key("pageup", "cursor_page_up", "page_up"),
        _key("pagedown", "cursor_page_down", "page_down"),
        _key("shift+up", "cursor_up(True)", "select_up"),
        _key("shift+down", "cursor_down(True)", "select_down"),
        _key("shift+left", "cursor_left(True)", "select_left"),
        _key("shift+right", "cursor_right(True)", "select_right"),
        _key("ctrl+shift+left", "cursor_word_left(True)", "select_word_left"),
        _key("ctrl+shift+right", "cursor_word_right(True)", "select_word_right"),
        _key("shift+home", "cursor_line_start(True)", "select_line_start"),
        _key("shift+end", "cursor_line_end(True)", "select_line_end"),
        _key("ctrl+shift+home", "cursor_page_start(True)", "select_page_start"),
        _key("ctrl+shift+end", "cursor_page_end(True)", "select_page_end"),
        _key("ctrl+a", "select_all", "select_all"),
        _key("backspace,\x7f", "delete_left", "delete_left"),
        _key("delete,ctrl+d", "delete_right", "delete_right"),
        _key("ctrl+w,ctrl+backspace,alt+backspace", "delete_word_left", "delete_word_left"),
        _key("ctrl+delete,alt+delete", "delete_word_right", "delete_word_right"),
        _key("ctrl+u,super+backspace", "delete_to_start_of_line", "delete_line_start"),
        _key("ctrl+k", "delete_to_end_of_line_or_delete_line", "delete_line_end"),
        _key("ctrl+shift+k", "delete_line", "delete_line"),
        _key("ctrl+x,super+x", "cut", "cut"),
        _key("ctrl+c,super+c", "copy", "copy"),
        _key("ctrl+v", "paste", "paste"),
        _key("ctrl+z,super+z", "undo", "undo"),
        _key("ctrl+y,super+y,ctrl+shift+z", "redo", "redo"),
    ]

    def __init__(
        self,
        *,
        id: str | None = None,  # noqa: A002 - Textual's own name
        classes: str | None = None,
        placeholder: str = "",
    ) -> None:
        super().__init__(
            id=id,
            classes=classes,
            placeholder=placeholder,
            soft_wrap=True,
            tab_behavior="focus",
            highlight_cursor_line=False,
        )
        self.history = PageHistory()
        self._scene_id = ""
        self._last_input = float("-inf")
        self._waiting: events.Key | None = None

    # --- the page as a value

    def show(self, page: Page, history: PageHistory | None = None) -> None:
        """Show a scene, the caret where its author left it.

        Args:
            history: the steps that `history_of_page` gave when the scene was last shown; they come
                back if they fit the text.
        """
        self.end_stream()
        self.history.leave(self.document.text)
        text = clean(page.text)
        covers = text == page.text and page.provenance.length == len(text)
        self._scene_id = page.scene_id
        self._fresh = None
        self._waiting = None
        self._set_document(text, None)
        self._provenance = page.provenance if covers else Provenance.whole(len(text), Origin.TYPED)
        if history is not None and history.fits(text):
            self.history = history
        else:
            self.history = PageHistory()
        self._too_long = any(is_too_long(line) for line in self.document.lines)
        self.read_only = bool(self.lock_reason)
        self.move_cursor(self.location_of(max(0, min(page.caret, len(text)))), center=True)
        if self._too_long:
            self.post_message(self.ParagraphTooLong())

    def load_text(self, text: str) -> None:
        """Show `text` as the author's own, without steps."""
        self.show(Page(self._scene_id, text, Provenance.whole(len(text), Origin.TYPED)))

    @property
    def scene_id(self) -> str:
        """The scene on the page; empty before the first `show`."""
        return self._scene_id

    @property
    def history_of_page(self) -> PageHistory:
        """The steps of the scene on the page, to be kept and given to `show` again."""
        return self.history

    @property
    def provenance(self) -> Provenance:
        """Who wrote what on the page, and its places, now."""
        return self._provenance

    @property
    def caret(self) -> int:
        """The character offset of the caret."""
        return self.offset_of(self.selection.end)

    def page(self) -> Page:
        """The page as it stands now, a running stream's words included."""
        return Page(self._scene_id, self.document.text, self._provenance, self.caret)

    def passage(self, place_id: str | None = None) -> Passage:
        """The text before and after the caret; or around a place, without what stands there.

        With a selection, its end counts as the caret.

        Raises:
            KeyError: the page has no such place.
        """
        text = self.document.text
        start = end = self.offset_of(max(self.selection))
        if place_id is not None:
            place = self._place(place_id)
            start, end = place.start, place.end
        return Passage(self._scene_id, text[:start], text[end:])

    # --- places

    def new_place(self) -> Place:
        """An anchor at the caret, for the takes of one place. A selection collapses to its end."""
        at: Location = max(self.selection)
        if not self.selection.is_empty:
            self.move_cursor(at)
        offset = self.offset_of(at)
        place = Place(uuid4().hex, offset, offset)
        self._provenance = self._provenance.with_place(place)
        return place

    def place_over(self, start: int, end: int) -> Place:
        """An anchor over a piece of the text, for takes that may stand in its place."""
        place = Place(uuid4().hex, start, end)
        self._provenance = self._provenance.with_place(place)
        return place

    def keep_place(self, place: Place) -> None:
        """Have an anchor that was made elsewhere."""
        self._provenance = self._provenance.with_place(place)

    def forget_place(self, place_id: str) -> None:
        """Take away an anchor at which nothing was written."""
        self._provenance = self._provenance.without_place(place_id)

    def place_at_caret(self) -> Place | None:
        """The place whose take the caret is in or directly behind."""
        return next(iter(self.places_at_caret()), None)

    def places_at_caret(self) -> tuple[Place, ...]:
        """The places at the caret, the likeliest meant first (see `Provenance.places_at`)."""
        return self._provenance.places_at(self.offset_of(max(self.selection)))

    # --- keys

    def check_consume_key(self, key: str, character: str | None = None) -> bool:
        """Whether a key is text, and so no other widget's binding."""
        return not self.read_only and self._text_of(key, character) is not None

    async def _on_key(self, event: events.Key) -> None:
        self._restart_blink()
        gap, self._last_input = event.time - self._last_input, event.time
        await self._settle_waiting(event.time)
        text = self._text_of(event.key, event.character)
        if event.key in ("ctrl+j", "shift+\r") and not self.read_only:
            if gap < PASTE_GAP:
                text = "\n"
            elif event.key == "ctrl+j":
                self._wait_for_more(event)
                event.stop()
                event.prevent_default()
                return
            elif event.key == "shift+\r":
                # xterm and tmux send Shift+Enter so; Textual has no name for it.
                self.post_message(self.ContinueRequested())
                event.stop()
                event.prevent_default()
                return
        if text is None or self.read_only:
            # The bindings of the page run here and now. By way of the app, where Textual runs
            # them, a letter typed right behind a Backspace would overtake it.
            handled = await self._run_binding(event.key)
        else:
            handled = True
            self._write_text(text)
        if handled:
            event.stop()
        event.prevent_default()

    def _write_text(self, text: str) -> None:
        self.interrupt()
        self._replace_via_keyboard(text, *self.selection)

    def _wait_for_more(self, newline: events.Key) -> None:
        """Hold a Ctrl+J back: the first line of a paste may be empty."""
        self._waiting = newline

        async def nothing_came() -> None:
            if self._waiting is newline:
                await self._settle_waiting(float("inf"))

        def look() -> None:
            # By way of the app: what it has heard meanwhile reaches the page first.
            self.app.call_later(self.call_later, nothing_came)

        self.set_timer(PASTE_GAP, look)

    async def _settle_waiting(self, now: float) -> None:
        """A Ctrl+J that waits is text if more came at once, and else the key that it is.

        Args:
            now: when the next input came; infinity for none.
        """
        newline, self._waiting = self._waiting, None
        if newline is None:
            return
        if now - newline.time < PASTE_GAP:
            self._write_text("\n")
        else:
            await self.app._check_bindings(newline.key)

    async def _on_paste(self, event: events.Paste) -> None:
        self.interrupt()

    async def _run_binding(self, key: str) -> bool:
        bindings = self._bindings.copy()
        bindings.apply_keymap(self.app._keymap)
        for binding in bindings.key_to_bindings.get(key, ()):
            if await self.app.run_action(binding.action, self):
                return True
        return False

    @staticmethod
    def _text_of(key: str, character: str | None) -> str | None:
        """What a key writes; None if it is no text.

        Python counts U+3000, no-break spaces and joiners as not printable; to an author they are.
        """
        if key == "enter":
            return "\n"
        if key == "shift+space":
            return " "
        if not character or key.startswith(_COMMANDS) or character == "\t":
            return None
        return character if clean(character) == character != "\n" else None
