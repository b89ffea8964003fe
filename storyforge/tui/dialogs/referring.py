"""Who or what a field refers to: items of the plan by a few letters, or a name of one's own."""

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from storyforge.domain.folding import folded
from storyforge.i18n import _
from storyforge.tui.dialogs.narrowing import Narrowing
from storyforge.tui.widgets.rows import Row, RowList

_DONE, _OWN, _NONE = "\0done", "\0own", "\0none"


class Refer(Narrowing[tuple[str, ...]]):
    """Letters over the items that match; answers ids and names.

    Args:
        known: (id, name) of what can be referred to.
        there: (id or name, name) of what the field refers to now.
        several: more than one can be referred to.
    """

    DEFAULT_CSS = """
    Refer RowList { height: 12; }
    """

    def __init__(
        self,
        title: str,
        known: Sequence[tuple[str, str]],
        there: Sequence[tuple[str, str]],
        *,
        several: bool,
    ) -> None:
        hint = _("Letters or a name · Enter: tick, or go on · Esc: leave it")
        super().__init__(title, hint if several else _("Letters or a name · ↑ ↓ Enter · Esc"))
        self._known = dict(known) | {key: name for key, name in there if key not in dict(known)}
        self._picked = [key for key, _name in there]
        self._several = several

    def inside(self) -> ComposeResult:
        """The letters over the list."""
        yield from self.letters(_("A name"))

    def on_mount(self) -> None:
        """All of them."""
        self._list("", self._picked[0] if self._picked and not self._several else None)

    def _list(self, query: str, at: str | None = None) -> None:
        wanted = _spelled(query)
        rows = [
            Row(key, name, mark="✓" if key in self._picked else " ")
            for key, name in self._known.items()
            if wanted in _spelled(name)
        ]
        exact = any(_spelled(name) == wanted for name in self._known.values())
        if wanted and not exact:
            told = _("“{name}”, as it is written").format(name=query.strip())
            rows.append(Row(_OWN, told, mark="+"))
        if not wanted and self._several:
            rows.insert(0, Row(_DONE, _("Keep these"), "↵", kind="head"))
        elif not wanted:
            rows.append(Row(_NONE, _("Nobody and nothing"), kind="muted"))
        self.query_one(RowList).show(rows, at if at is not None else (rows[0].id if rows else None))

    @on(Input.Changed)
    def look(self, event: Input.Changed) -> None:
        """Other letters."""
        self._list(event.value)

    @on(Input.Submitted)
    @on(RowList.Chosen)
    def decide(self) -> None:
        """Enter or a click: the row under the cursor."""
        row = self.query_one(RowList).row
        if row is None:
            return
        line = self.query_one(Input)
        key = line.value.strip() if row.id == _OWN else row.id
        if key == _DONE:
            self.dismiss(tuple(self._picked))
        elif key == _NONE:
            self.dismiss(())
        elif not self._several:
            self.dismiss((key,))
        else:
            self._tick(key)
            line.value = ""
            self._list("", key)

    def _tick(self, key: str) -> None:
        self._known.setdefault(key, key)
        if key in self._picked:
            self._picked.remove(key)
        else:
            self._picked.append(key)


def _spelled(text: str) -> str:
    """Kana, widths and cases as one."""
    return folded(text).casefold().strip(" \u3000")
