"""What a file of lore would bring, and how it is to be taken in. Asks; takes nothing in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll

from storyforge.i18n import N_, _, listed, ngettext
from storyforge.tui.dialogs.base import AskText, Choice, Choose, Dialog, said
from storyforge.tui.widgets.rows import Row, RowList
from storyforge.tui.work import launch

if TYPE_CHECKING:
    from storyforge.studio.lore.files import LoreFile

_GO, _HOW, _SAME, _FIRST = "go", "how", "same", "first"
#: entries whose unequal rules are listed
_MOST_LISTED = 200
_HOWS = {
    "add": N_("add them to the book"),
    "replace": N_("put them in the place of the book"),
}
_SAMES = {
    "both": N_("keep both"),
    "skip": N_("leave the new one out"),
    "replace": N_("put the new one in its place"),
}
_NAMES = {"user": "{{user}}", "char": "{{char}}"}


@dataclass(frozen=True, slots=True)
class Taking:
    """How the author wants it; `how` and `same` are values of the studio's own kinds."""

    how: str = "add"
    same: str = "both"
    names: Mapping[str, str] = field(default_factory=dict)
    open_with_first_message: bool = False


class AskTaking(Dialog[Taking]):
    """A file by what it brings, over a few rows; Enter on the first agrees."""

    AUTO_FOCUS = "RowList"
    DEFAULT_CSS = """
    AskTaking .box { width: 84; }
    AskTaking VerticalScroll { height: auto; max-height: 10; margin-bottom: 1; }
    """

    def __init__(self, found: "LoreFile", twins: Sequence[str]) -> None:
        super().__init__(_("Import a lorebook"), _("Enter: change, or take it in · Esc: leave it"))
        self._found = found
        self._twins = twins
        self._how = "add"
        self._same = "skip" if twins else "both"
        self._names = {key: found.suggested.get(key, "") for key in found.placeholders}
        self._first = False

    def inside(self) -> ComposeResult:
        """What it is, what has no equal, the rows."""
        yield said(self._about())
        if unequal := self._unequal():
            with VerticalScroll():
                yield said(unequal, classes="label")
        yield RowList()

    def on_mount(self) -> None:
        """The rows as they are at first."""
        self._show(_GO)

    @on(RowList.Chosen)
    def chosen(self, event: RowList.Chosen) -> None:
        """Change one row, or agree."""
        if event.row.id == _GO:
            names = {key: name for key, name in self._names.items() if name}
            self.dismiss(Taking(self._how, self._same, names, self._first))
        else:
            launch(self.app, self._change(event.row.id), group="form")  # type: ignore[arg-type]

    async def _change(self, row: str) -> None:
        ask = self.app.push_screen_wait
        if row == _FIRST:
            self._first = not self._first
        elif row in (_HOW, _SAME):
            words, at = (_HOWS, self._how) if row == _HOW else (_SAMES, self._same)
            title = _("Entries") if row == _HOW else _("Titles that are there already")
            choices = [Choice(key, _(text)) for key, text in words.items()]
            chosen = await ask(Choose(title, "", choices, at=at))
            if chosen is not None and row == _HOW:
                self._how = chosen
            elif chosen is not None:
                self._same = chosen
        else:
            label = _("What stands for {name} from now on; empty leaves it").format(
                name=_NAMES[row]
            )
            given = await ask(AskText(_NAMES[row], label, self._names[row], blank=True))
            if given is not None:
                self._names[row] = given
        self._show(row)

    # Showing.

    def _about(self) -> str:
        found = self._found
        count = ngettext("{count:,} entry", "{count:,} entries", len(found.entries))
        told = [found.kind, found.name, count.format(count=len(found.entries))]
        return listed([part for part in told if part])

    def _unequal(self) -> str:
        found = self._found
        lines = []
        if found.unequal or found.left_out:
            lines.append(_("What has no equal here; it goes out again as it came:"))
        lines += [
            f"{one.title or '–'}: {listed(list(one.fields))}"
            for one in found.unequal[:_MOST_LISTED]
        ]
        if len(found.unequal) > _MOST_LISTED:
            more = len(found.unequal) - _MOST_LISTED
            told = ngettext("and {count:,} entry more", "and {count:,} entries more", more)
            lines.append(told.format(count=more))
        if found.left_out:
            lines.append(listed(list(found.left_out)))
        return "\n".join(lines)

    def _show(self, at: str) -> None:
        rows = [
            Row(_GO, _("Take it in"), "↵", kind="head"),
            Row(_HOW, _("Entries"), _(_HOWS[self._how])),
        ]
        if self._twins and self._how == "add":
            count = ngettext(
                "{count:,} title is there already", "{count:,} titles are there already",
                len(self._twins),
            )  # fmt: skip
            rows.append(Row(_SAME, count.format(count=len(self._twins)), _(_SAMES[self._same])))
        rows += [Row(key, _NAMES[key], name or "–") for key, name in self._names.items()]
        if self._found.first_message:
            told = _("yes") if self._first else _("no")
            rows.append(Row(_FIRST, _("Begin the story with its first message"), told))
        listing = self.query_one(RowList)
        listing.show(rows, at)
        listing.styles.height = len(rows)
