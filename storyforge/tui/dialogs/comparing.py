"""Two versions of a scene beside each other, and what of the older one shall come back.

It answers a wish and changes nothing. The comparison is made in a thread.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from storyforge.domain.comparing import Comparison, compare
from storyforge.domain.story import Page
from storyforge.i18n import _, listed, ngettext
from storyforge.tui.dialogs.base import Choice, Choose, Dialog, said
from storyforge.tui.widgets.comparison import ComparisonView, amounts
from storyforge.tui.work import explained


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two versions.

    Attributes:
        name: what it is called at the head of its column.
        load: reads its page, in a thread.
    """

    name: str
    load: Callable[[], Page]


@dataclass(frozen=True, slots=True)
class Versions:
    """What was compared, as it was then."""

    then: Page
    now: Page
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class Restoring:
    """What shall come back.

    Attributes:
        chosen: these changes, by the index of their pair; empty for the whole older version.
    """

    versions: Versions
    chosen: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Naming:
    """The older version shall have a name."""


class Compare(Dialog[Restoring | Naming]):
    """The older version on the left; answers what of it shall come back.

    Args:
        may_restore: the newer version is the scene itself, and can be changed.
    """

    AUTO_FOCUS = "ComparisonView"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "decide", show=False)]
    DEFAULT_CSS = """
    Compare {
        .box { width: 100%; max-width: 160; height: 96%; padding: 0 1; }
        #sides { height: auto; color: $foreground-muted; margin-bottom: 1; }
        ComparisonView { height: 1fr; }
    }
    """

    def __init__(
        self, title: str, then: Side, now: Side, language: str, *, may_restore: bool
    ) -> None:
        hint = (
            _("↑ ↓ change · Space: choose it · Enter: bring back … · Esc: back")
            if may_restore
            else _("↑ ↓ change · Esc: back")
        )
        super().__init__(title, hint)
        self._then = then
        self._now = now
        self._language = language
        self._may_restore = may_restore
        self._versions: Versions | None = None

    def inside(self) -> ComposeResult:
        """Which is which, and the comparison."""
        yield said(_("Comparing …"), id="sides")
        yield ComparisonView()

    def on_mount(self) -> None:
        """Compare."""
        self._compare()

    @work(thread=True, exclusive=True, group="compare", exit_on_error=False)
    def _compare(self) -> None:
        try:
            then, now = self._then.load(), self._now.load()
            versions = Versions(then, now, compare(then.text, now.text))
        except Exception as error:  # the edge of a worker
            self.app.call_from_thread(self._failed, str(explained(error)))
            return
        self.app.call_from_thread(self._show, versions)

    def _failed(self, told: str) -> None:
        if self.is_attached:
            self.query_one("#sides", Static).update(told)

    def _show(self, versions: Versions) -> None:
        if not self.is_attached:
            return
        self._versions = versions
        self.query_one(ComparisonView).show(versions.comparison)
        self._tell()

    @on(ComparisonView.Switched)
    def _tell(self) -> None:
        view, versions = self.query_one(ComparisonView), self._versions
        if versions is None:
            return
        told = _("{then}  →  {now}").format(then=self._then.name, now=self._now.name)
        if not view.changes:
            told += "\n" + _("Both are the same.")
        else:
            changes = ngettext("{count:,} change", "{count:,} changes", view.changes)
            parts = [changes.format(count=view.changes)]
            parts.append(amounts(versions.comparison, self._language))
            if view.chosen:
                parts.append(_("{count:,} chosen").format(count=len(view.chosen)))
            told += "\n" + listed(parts)
        self.query_one("#sides", Static).update(told)

    @work(group="decide", exit_on_error=False)
    async def action_decide(self) -> None:
        """Ask what shall come back."""
        versions, view = self._versions, self.query_one(ComparisonView)
        if versions is None or not self._may_restore:
            return
        choices = []
        if view.chosen:
            told = ngettext(
                "Bring back the chosen change",
                "Bring back the {count:,} chosen changes",
                len(view.chosen),
            )
            choices.append(Choice("chosen", told.format(count=len(view.chosen))))
        if view.changes:
            choices.append(Choice("whole", _("Go back to the whole snapshot")))
        choices.append(Choice("name", _("Give the snapshot a name")))
        answer = await self.app.push_screen_wait(
            Choose(
                _("Bring back"),
                _("What stands now is kept as a snapshot first; undo takes it back in one step."),
                choices,
            )
        )
        if answer == "name":
            self.dismiss(Naming())
        elif answer is not None:
            self.dismiss(Restoring(versions, view.chosen if answer == "chosen" else frozenset()))
