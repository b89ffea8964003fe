"""A hypernetwork to choose: letters over those that match. Asks; carries nothing out."""

import asyncio
from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from storyforge.domain.picture.orders import Family
from storyforge.i18n import _, listed
from storyforge.images import hypernetworks
from storyforge.images.folders import FoundFile
from storyforge.images.hypernetworks import HypernetworkFile
from storyforge.tui.dialogs.narrowing import Narrowing
from storyforge.tui.widgets.prose import Prose
from storyforge.tui.widgets.rows import Row, RowList


class HypernetBrowser(Narrowing[HypernetworkFile]):
    """Answers the one of the marked row, where it can be used.

    Args:
        family: of the painter in use; None where it is not known.
    """

    DEFAULT_CSS = """
    HypernetBrowser .box { width: 84; }
    HypernetBrowser RowList { height: 12; margin-bottom: 1; }
    HypernetBrowser Prose { height: 4; color: $foreground-muted; }
    """

    def __init__(self, files: Sequence[FoundFile], family: Family | None) -> None:
        hint = _("Letters · ↑ ↓ Enter: into the prompt · Esc: leave it")
        super().__init__(_("Hypernetworks"), hint)
        self._files = files
        self._family = family
        self._read: dict[str, HypernetworkFile] = {}

    def inside(self) -> ComposeResult:
        """Letters, names, and what is known of the marked one."""
        yield from self.letters(_("Name"))
        yield Prose("", id="told")

    def on_mount(self) -> None:
        """The names, and then what their files tell."""
        self._list()
        self.run_worker(self._read_all(), exclusive=True)

    async def _read_all(self) -> None:
        for file in self._files:
            self._read[file.name] = await asyncio.to_thread(hypernetworks.read, file)
        self._list()

    @property
    def net(self) -> HypernetworkFile | None:
        """The marked one, once it was read."""
        row = self.query_one(RowList).row
        return self._read.get(row.id) if row is not None else None

    def _list(self) -> None:
        wanted = self.query_one(Input).value.casefold()
        names = [each.name for each in self._files if wanted in each.name.casefold()]
        nothing = _("No hypernetwork is called that.")
        if not self._files:
            nothing = _("No hypernetwork was found.")
        rows = [self._row(name) for name in names]
        self.query_one(RowList).show(rows or [Row("", nothing, kind="muted", fixed=True)])
        self._tell()

    def _row(self, name: str) -> Row:
        read = self._read.get(name)
        if read is None:
            return Row(name, name)
        other = bool(read.families) and self._family not in (None, *read.families)
        note = _("cannot be read") if read.problem else _bases(read)
        return Row(name, name, note, kind="muted" if read.problem or other else "")

    def _tell(self) -> None:
        net = self.net
        self.query_one("#told", Prose).update("" if net is None else _told(net))

    @on(Input.Changed)
    def look(self) -> None:
        """Other letters."""
        self._list()

    def action_move(self, steps: int) -> None:
        """Move in the list; the letters keep the focus."""
        super().action_move(steps)
        self._tell()

    @on(Input.Submitted)
    @on(RowList.Chosen)
    def decide(self) -> None:
        """Enter or a click: the marked one."""
        net = self.net
        if net is not None and not net.problem:
            self.dismiss(net)


def _bases(net: HypernetworkFile) -> str:
    return listed(sorted(each.value for each in net.families)) or "?"


def _told(net: HypernetworkFile) -> str:
    """What there is to know of it, in a few lines."""
    if net.problem:
        return net.problem
    layers = "-".join(f"{each:g}" for each in net.structure)
    about = [_bases(net), _("layers {sizes}").format(sizes=layers), net.activation]
    if net.weight is not None:
        about.append(_("best at {weight}").format(weight=f"{net.weight:g}"))
    lines = (" · ".join(each for each in about if each), net.base, net.notes.split("\n")[0])
    return "\n".join(line for line in lines if line)
