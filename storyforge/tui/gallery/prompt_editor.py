"""The prompt and the negative prompt of a picture, to read and to write on."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import DescendantBlur
from textual.message import Message
from textual.timer import Timer

from storyforge.domain.picture.completing import BY_BLANKS, Typed, completed, spelled, typed_at
from storyforge.domain.picture.painters import Dialect
from storyforge.i18n import _
from storyforge.tui.gallery.completions import Completion, Completions
from storyforge.tui.gallery.prompt_text import PromptText

# Seconds without a letter before completions are looked for.
_REST = 0.1

Lookup = Callable[[Typed], Sequence[Completion]]


class PromptEditor(Vertical):
    """Two texts; the prompt above. What is typed is completed where `lookup` finds something.

    Attributes:
        lookup: what a word may become; None while nothing is known.
    """

    class Wanted(Message):
        """The first word is typed, and there is no `lookup` yet."""

    class Taken(Message):
        """A completion was taken."""

        def __init__(self, completion: Completion) -> None:
            super().__init__()
            self.completion = completion

    DEFAULT_CSS = """
    PromptEditor PromptText, PromptEditor PromptText:focus { border: none; padding: 0 1; }
    PromptEditor PromptText { height: 1fr; }
    PromptEditor #negative, PromptEditor #negative:focus {
        height: 3;
        border-top: solid $border-blurred;
        border-title-color: $foreground-muted;
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._prompt = PromptText("positive")
        self._negative = PromptText("negative")
        self._negative.border_title = _("not to be seen")
        self.completions = Completions()
        self.lookup: Lookup | None = None
        self._rest: Timer | None = None

    def compose(self) -> ComposeResult:
        """One above the other."""
        yield self._prompt
        yield self._negative
        yield self.completions

    def focus(self, scroll_visible: bool = True) -> "PromptEditor":
        """Write on the prompt."""
        self._prompt.focus(scroll_visible)
        return self

    @property
    def written_on(self) -> PromptText:
        """The text that keys go to: the prompt, unless the cursor is in the negative one."""
        return self._negative if self._negative.has_focus else self._prompt

    def speak(self, dialect: Dialect) -> None:
        """The checkpoint in use wants its prompts so."""
        self._prompt.dialect = self._negative.dialect = dialect

    @property
    def text(self) -> str:
        """The prompt."""
        return self._prompt.text

    @text.setter
    def text(self, text: str) -> None:
        self._prompt.text = text

    @property
    def negative(self) -> str:
        """The negative prompt."""
        return self._negative.text

    @negative.setter
    def negative(self, text: str) -> None:
        self._negative.text = text

    @property
    def caret(self) -> int:
        """The cursor's place in the prompt, in characters."""
        return self._prompt.caret

    def rewrite(self, prompt: str, negative: str) -> None:
        """Other texts in the place of these; Ctrl+Z takes each back as one step."""
        for text, told in ((self._prompt, prompt), (self._negative, negative)):
            if text.text != told:
                text.history.checkpoint()
                text.replace(told, (0, 0), text.document.end)
                text.history.checkpoint()

    def insert(self, text: str) -> None:
        """Put a text where the cursor is."""
        self._prompt.insert(text)

    def to_end(self) -> None:
        """The cursor comes behind all that the prompt says."""
        self._prompt.move_cursor(self._prompt.document.end)

    def insert_tag(self, name: str) -> None:
        """Put a tag where the cursor is, apart from what stands around it."""
        from storyforge.studio.pictures.lora_lines import set_apart

        text = self.written_on
        between = " " if text.dialect in BY_BLANKS else ", "
        text.insert(set_apart(text.plain, text.caret, spelled(name, text.dialect), between))

    # Completions.

    @on(PromptText.Typed)
    def typed(self) -> None:
        """A letter: what it may become is looked for once the author rests."""
        self.close_list()
        if self.lookup is None:
            self.post_message(self.Wanted())
        else:
            self._rest = self.set_timer(_REST, self._offer)

    def learn(self, lookup: Lookup) -> None:
        """Words can be completed from now on: the one that is being typed, too."""
        self.lookup = lookup
        self._offer()

    @on(PromptText.ForList)
    def list_key(self, event: PromptText.ForList) -> None:
        """Up and down move in the list, Enter and Tab take, Esc closes it."""
        marked = self.completions.marked
        if event.key in ("up", "down"):
            self.completions.action_move(-1 if event.key == "up" else 1)
        elif event.key == "escape" or marked is None:
            self.close_list()
        else:
            self._take(marked)

    @on(Completions.Chosen, "#completions")
    def list_clicked(self) -> None:
        """A click takes."""
        if self.completions.marked is not None:
            self._take(self.completions.marked)

    @on(DescendantBlur)
    def left(self) -> None:
        """Keys go elsewhere."""
        self.close_list()

    def close_list(self) -> None:
        """Offer nothing."""
        if self._rest is not None:
            self._rest.stop()
        self.completions.close()
        self._prompt.offering = self._negative.offering = False

    def _typed(self, text: PromptText) -> Typed | None:
        return typed_at(text.plain, text.caret, text.dialect)

    def _offer(self) -> None:
        text = self.written_on
        typed = self._typed(text)
        if typed is None or self.lookup is None or not text.has_focus:
            return
        typed = replace(typed, negative=text is self._negative)
        self.completions.open(self.lookup(typed), text.cursor_screen_offset)
        text.offering = self.completions.is_open

    def _take(self, completion: Completion) -> None:
        text = self.written_on
        typed = self._typed(text)
        self.close_list()
        if typed is not None:
            as_it_is, name = completion.as_it_is, completion.name
            text.make(completed(text.plain, typed, name, text.dialect, as_it_is=as_it_is))
            self.post_message(self.Taken(completion))
