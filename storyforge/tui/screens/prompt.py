"""F8: what the model sees, part by part; and the whole prompt as a page to write on.

The screen shows and asks; the desk looks, continues and keeps.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.widgets import Static

from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.story import Page
from storyforge.i18n import _
from storyforge.tui.actions import Where, bindings
from storyforge.tui.dialogs.base import said
from storyforge.tui.footer import key_parts
from storyforge.tui.screens.base import HouseScreen
from storyforge.tui.terminal import key_name
from storyforge.tui.widgets.bars import Header, KeysBar, Part, StatusBar
from storyforge.tui.widgets.manuscript import Manuscript
from storyforge.tui.widgets.model_words import tokens_told
from storyforge.tui.widgets.notes import Notes
from storyforge.tui.widgets.prompt_page import PromptPage
from storyforge.tui.widgets.prompt_parts import CacheBar, PartList
from storyforge.tui.widgets.rows import RowList

if TYPE_CHECKING:
    from storyforge.studio.prompt.looking import Look
    from storyforge.studio.prompt.looking import Part as PromptPart
    from storyforge.tui.desk.prompting import Prompting


class PromptScreen(HouseScreen):
    """The parts beside the text of the one under the cursor, or the page in their place.

    Attributes:
        looked: what the model would see; None until it is known.
    """

    PLACES: ClassVar[tuple[Where, ...]] = (Where.PROMPT,)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "escape", show=False),
        Binding("ctrl+z", "bring_back", show=False),
        *bindings(Where.PROMPT),
    ]
    AUTO_FOCUS = "PartList"
    DEFAULT_CSS = """
    PromptScreen #room { height: 1fr; layout: vertical; }
    PromptScreen #left { width: 100%; height: 3fr; border: round $border-blurred; }
    PromptScreen #right { width: 100%; height: 2fr; border: round $border-blurred; }
    PromptScreen #left:focus-within, PromptScreen #right:focus-within { border: round $border; }
    PromptScreen #left, PromptScreen #right { border-title-color: $foreground-muted; }
    PromptScreen.-wide #room { layout: horizontal; }
    PromptScreen.-wide #left { width: 46; height: 100%; }
    PromptScreen.-wide #right { width: 1fr; height: 100%; }
    PromptScreen PartList { height: 1fr; }
    PromptScreen #said { display: none; height: auto; padding: 0 2; color: $foreground-muted; }
    PromptScreen #said.-shown { display: block; }
    PromptScreen #whole { display: none; height: 1fr; align-horizontal: center; }
    PromptScreen.-editing #room { display: none; }
    PromptScreen.-editing #whole { display: block; }
    """

    def __init__(self, prompting: "Prompting") -> None:
        super().__init__()
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]
        self.prompting = prompting
        self.looked: Look | None = None
        self._parts: tuple[PromptPart, ...] = ()
        self._activity = ""
        self.list = PartList()
        self.bar = CacheBar()
        self.text = Notes(id="part")
        self.page = PromptPage()
        self.header = Header()
        self.status = StatusBar()
        self.keys_bar = KeysBar()

    @property
    def editing(self) -> bool:
        """Whether the whole prompt stands as a page."""
        return self.has_class("-editing")

    def compose(self) -> ComposeResult:
        """Header, a sentence, the parts or the page, status, keys."""
        yield self.header
        yield said("", id="said", classes="")
        with Container(id="room"):
            left = Vertical(id="left")
            left.border_title = _("Parts")
            with left:
                yield self.list
                yield self.bar
            right = Vertical(id="right")
            right.border_title = _("Text")
            with right:
                yield self.text
        with Vertical(id="whole"):
            yield self.page
        yield self.status
        yield self.keys_bar

    def on_mount(self) -> None:
        """Ask the desk what there is to be seen."""
        self.text.lock_page(_("This is a part of the prompt; E edits the whole."))
        self.page.cursor_blink = not self.house.still
        self.header.put([Part(_("What the model sees"), 5, "strong")])
        self.name_keys()
        self.prompting.look(self)

    # What the desk tells.

    def tell(self, text: str) -> None:
        """One sentence over the parts; empty takes it away."""
        line = self.query_one("#said", Static)
        line.update(text)
        line.set_class(bool(text), "-shown")

    def busy(self, activity: str) -> None:
        """What the model does now; empty at rest."""
        self._activity = activity
        self.tell_state()

    def writing(self) -> None:
        """The answer comes, word by word."""
        if self._activity != _("writing"):
            self.busy(_("writing"))

    def tell_state(self) -> None:
        """What goes on, how an edit is kept, and the keys that work."""
        activity = self._activity
        left = [Part(activity, 9, "accent")] if activity else []
        right = [Part(self.prompting.keeping_told, 5, "muted")]
        if activity and self.editing:
            right.append(Part(_("stop"), 7, key=key_name("escape")))
        self.status.put(left, right)
        self.name_keys()

    def show(self, looked: "Look", parts: "tuple[PromptPart, ...]") -> None:
        """Show what the model would see."""
        self.looked, self._parts = looked, parts
        self.list.show_parts(parts)
        given = sum(section.given for section in looked.request.sections)
        self.tell_tokens(looked.cached.total if looked.cached else given)
        self.bar.show(looked.cached, "" if looked.problem else _("nothing is read yet"))
        self.tell("\n".join(note for note in (looked.problem, *looked.notes) if note))
        self._show_text()

    def tell_tokens(self, used: int) -> None:
        """How much of the window the prompt takes."""
        looked = self.looked
        if looked is None:
            return
        told = _("{used} of {window:,} tokens · {answer:,} kept for the answer").format(
            used=tokens_told(used, estimated=looked.estimated),
            window=looked.window,
            answer=looked.request.max_tokens,
        )
        tone = "error" if used + looked.request.max_tokens > looked.window else ""
        self.header.put(
            [Part(_("What the model sees"), 5, "strong")],
            [Part(self.prompting.kept_told, 3, "accent"), Part(told, 6, tone)],
        )

    def _show_text(self) -> None:
        number = self.list.marked
        part = self._parts[number] if number is not None and number < len(self._parts) else None
        text = part.section.text if part is not None else ""
        name = part.section.name if part is not None else _("Text")
        self.query_one("#right").border_title = name.replace("[", r"\[")
        self.text.show(Page("part", text, Provenance.whole(len(text), Origin.TYPED), 0))
        self.text.lock_page(_("This is a part of the prompt; E edits the whole."))

    def name_keys(self) -> None:
        """The keys that work here."""
        left, right = key_parts(self.house, Where.PROMPT)
        wanted = {"prompt_continue", "prompt_keep" if self.editing else "prompt_edit"}
        if self.editing and self.page.answered:
            wanted |= {"prompt_retry"}
        if self.prompting.kept is not None or self.prompting.draft is not None:
            wanted |= {"prompt_let_go"}
        left = [part for part in left if part.action in wanted]
        left.append(Part(_("back"), 6, key=key_name("escape")))
        self.keys_bar.put(left, right)

    # Actions.

    def action_do(self, action_id: str) -> None:
        """Carry out an action of the registry."""
        verbs: dict[str, Callable[[], object]] = {
            "prompt_continue": lambda: self.prompting.continue_from(self, again=False),
            "prompt_retry": lambda: self.prompting.continue_from(self, again=True),
            "prompt_edit": self.edit,
            "prompt_keep": lambda: self.prompting.keep(self),
            "prompt_let_go": lambda: self.prompting.let_go(self),
            "prompt_back": self.leave,
        }
        verbs[action_id]()

    def edit(self) -> None:
        """E: the whole prompt as one page."""
        if self.looked is None or self.editing:
            return
        self.add_class("-editing")
        self.page.show_prompt(self.prompting.to_edit(self.looked))
        self.prompting.count(self)
        if reason := self.prompting.locked:
            self.page.lock_page(reason)
        self.page.focus()
        self.tell_state()

    def show_parts(self) -> None:
        """Back from the page to the parts."""
        self.page.end_stream()
        self.remove_class("-editing")
        self.list.focus()
        self.tell_state()
        self.prompting.look(self)

    def action_escape(self) -> None:
        """Escape: stop what runs, then from the page to the parts, then back to the desk."""
        if not self.editing:
            self.leave()
        elif not self.prompting.stop():
            self.show_parts()

    def action_bring_back(self) -> None:
        """Ctrl+Z over the parts; the page has its own."""
        if not self.editing:
            self.prompting.bring_back(self)

    def leave(self) -> None:
        """To the desk."""
        self.page.end_stream()
        self.prompting.left()
        self.dismiss(None)

    # What the widgets tell.

    @on(RowList.Marked)
    def part_marked(self) -> None:
        """Another part's text."""
        self._show_text()

    @on(Manuscript.Edited)
    def written(self) -> None:
        """The author wrote on the prompt."""
        if self.editing:
            self.prompting.written(self.page.text)
            self.prompting.count(self)
            self.tell_state()

    @on(Manuscript.StreamInterrupted)
    def interrupted(self) -> None:
        """The author typed into the answer: it shall end."""
        self.prompting.stop()

    @on(Manuscript.ParagraphTooLong)
    def too_long(self) -> None:
        """A paragraph of the prompt is too long to type in."""
        if self.editing:
            self.tell(self.page.lock_reason)

    @on(Manuscript.ContinueRequested)
    def asked_otherwise(self) -> None:
        """Shift+Enter as xterm and tmux send it."""
        self.action_do("prompt_continue")
