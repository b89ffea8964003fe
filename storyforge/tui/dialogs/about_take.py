"""One take looked at: who wrote it where, its cost, what the model thought. Asks nothing."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from storyforge.domain.day_names import moment
from storyforge.domain.generation import StopReason, Take
from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.story import Page
from storyforge.i18n import N_, _, in_quotes, listed
from storyforge.tui.dialogs.base import Dialog, said
from storyforge.tui.widgets.model_words import cost_told, tokens_told, writer_told
from storyforge.tui.widgets.notes import Notes

_ENDED = {
    StopReason.LENGTH: N_("It ended at the wished length."),
    StopReason.END: N_("The model ended it by itself."),
    StopReason.STOP_STRING: N_("It ended before a stop string."),
    StopReason.BANNED: N_("Every way on led into a banned phrase."),
    StopReason.REFUSED: N_("The model did not want to write this."),
    StopReason.FILTERED: N_("The provider's filter cut it off."),
    StopReason.STOPPED: N_("You stopped it."),
    StopReason.FAILED: N_("It broke off."),
}


class AboutTake(Dialog[None]):
    """The facts over a page with the model's thinking, words that never came to the page, and the
    author's own prompt.

    The page can be marked and copied, and C copies all of it.
    """

    AUTO_FOCUS = "Notes"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "copy", show=False),
        Binding("enter", "leave", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    AboutTake .box { width: 88; max-height: 96%; }
    AboutTake Notes, AboutTake Notes:focus { height: 12; background: $panel; }
    """

    def __init__(self, take: Take) -> None:
        text = _texts(take)
        hint = _("C: copy the text · Enter: go on") if text else _("Enter: go on")
        super().__init__(_("Take {number}").format(number=take.number), hint)
        self._take = take
        self._text = text

    def inside(self) -> ComposeResult:
        """Facts, then the page where there is something for it."""
        yield said("\n".join(facts(self._take)), classes="said first")
        if self._text:
            yield Notes()

    def on_mount(self) -> None:
        """Show the page; nobody writes on it."""
        for page in self.query(Notes):
            text = self._text
            page.show(Page("thinking", text, Provenance.whole(len(text), Origin.TYPED), 0))
            page.lock_page(_("This is kept with the take as it came."))

    def action_copy(self) -> None:
        """All of the text to the clipboard."""
        if self._text:
            self.app.copy_to_clipboard(self._text)
            self.notify(_("Copied to the terminal's clipboard."), markup=False)


def facts(take: Take) -> list[str]:
    """What there is to say of a take, a line each."""
    usage = take.usage
    told = [
        listed([moment(take.created), writer_told(take)] if take.model else [moment(take.created)])
    ]
    if take.wish:
        told.append(in_quotes(take.wish))
    if usage.written:
        written = _("{written} tokens written").format(
            written=tokens_told(usage.written, estimated=usage.estimated)
        )
        parts = [written]
        if usage.thought:
            thought = tokens_told(usage.thought, estimated=usage.estimated)
            parts.append(_("{thought} of them thought").format(thought=thought))
        if usage.tokens_per_second:
            parts.append(_("{speed:.0f} tokens/s").format(speed=usage.tokens_per_second))
        told.append(listed(parts))
    if usage.read or usage.reused:
        read = tokens_told(usage.read, estimated=usage.estimated)
        told.append(
            _("{read} tokens of the prompt read, {reused:,} known already").format(
                read=read, reused=usage.reused
            )
        )
    if cost := cost_told(usage):
        told.append(_("Cost: {amount}").format(amount=cost))
    if take.reason in _ENDED:
        told.append(_(_ENDED[take.reason]))
    return told


def _texts(take: Take) -> str:
    """What the model thought, what of its words is not on the page, and an edited prompt."""
    parts = []
    if take.thinking.strip():
        parts.append(_("What the model thought:") + "\n\n" + take.thinking.strip())
    if take.reason is StopReason.REFUSED and take.text.strip():
        parts.append(_("What it said instead:") + "\n\n" + take.text.strip())
    if take.prompt.strip():
        parts.append(_("The prompt, as you had changed it:") + "\n\n" + take.prompt.strip())
    return "\n\n".join(parts)
