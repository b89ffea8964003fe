"""What is kept of a picture's staging: each kind is read and shown, and one of them kept.

Asks; carries nothing out.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.timer import Timer

from storyforge.domain.picture.kept_stagings import LEAST, MEANS, MOST, NAMES, STEP
from storyforge.domain.picture.staging import Staging
from storyforge.i18n import _, sentences
from storyforge.tui.dialogs.base import AskText, Choice, Choose, Dialog
from storyforge.tui.gallery.preview import Preview
from storyforge.tui.widgets.prose import Prose
from storyforge.tui.widgets.rows import Row, RowList
from storyforge.tui.work import explained, launch, typed_path

if TYPE_CHECKING:
    from PIL.Image import Image

    from storyforge.tui.app import StoryforgeApp

#: reads a picture's staging; None where it was stopped
Read = Callable[[Staging, asyncio.Event], Awaitable[bytes | None]]

_KEPT = "kept"
# Seconds that the cursor rests on a kind before it is read: going past is no wish.
_REST = 0.3


@dataclass(frozen=True, slots=True)
class Held:
    """A staging as a picture: `kind`, its file's bytes, and how much it counts.

    Attributes:
        ready: whether the picture is the staging itself, or what it is read from.
    """

    kind: Staging
    data: bytes
    weight: float = 1.0
    ready: bool = True


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the author wants kept, and for which scene; None of a staging lets go of it.

    Attributes:
        is_kept: it is what is kept already, maybe with another weight.
    """

    held: Held | None
    place: str
    is_kept: bool = False


class StagingView(Dialog[Wanted]):
    """The staging at the left, what can be kept at the right.

    Args:
        read: of the marked picture; None where none is marked.
        picture: that one's file's bytes, shown as long as its staging is not.
        now: what is kept already.
        missing: why a kind cannot be kept.
        places: scenes by id and name, that of the picture first.
    """

    AUTO_FOCUS = "RowList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,left_square_bracket", "weigh(-1)", show=False),
        Binding("right,right_square_bracket", "weigh(1)", show=False),
        Binding("s", "place", show=False),
        Binding("f", "file", show=False),
        Binding("delete,d", "let_go", show=False),
    ]
    DEFAULT_CSS = """
    StagingView .box { width: 96%; height: 92%; }
    StagingView #around { height: 1fr; }
    StagingView Preview { width: 1fr; height: 100%; margin-right: 2; }
    StagingView #kinds { width: 40; height: 100%; }
    StagingView #told { height: auto; margin-top: 1; }
    StagingView #keys { height: auto; color: $foreground-muted; margin-top: 1; }
    """

    def __init__(
        self,
        read: Read | None,
        picture: bytes | None,
        now: Held | None,
        missing: Mapping[Staging, str],
        places: Sequence[tuple[str, str]],
        preview: Preview,
    ) -> None:
        super().__init__(_("Keep its staging"), _("Enter: keep it · Esc: leave it"))
        self._read = read
        self._picture = picture
        self._now = now
        self._missing = missing
        self._places = places
        self._place = places[0][0]
        self._preview = preview
        self._weight = 1.0 if now is None else now.weight
        self._made: dict[Staging, bytes] = {}
        self._why: dict[Staging, str] = {}
        self._stop = asyncio.Event()
        self._rest: Timer | None = None
        #: it was chosen before it was read
        self._chosen: Staging | None = None

    def inside(self) -> ComposeResult:
        """Staging and kinds; below these what is told, and the keys."""
        with Horizontal(id="around"):
            yield self._preview
            with Vertical(id="kinds"):
                yield RowList()
                yield Prose("", id="told")
                keys = _("← → how much it counts · S for another scene · F a staging from a file")
                if self._now is not None:
                    keys = _("{keys} · D let go of what is kept").format(keys=keys)
                yield Prose(keys, id="keys")

    def on_mount(self) -> None:
        """What is kept now, and what can be."""
        rows = []
        if self._now is not None:
            rows.append(Row(_KEPT, _("As it is kept now"), _(NAMES[self._now.kind])))
        if self._read is not None:
            rows += [
                Row(kind, _(name), kind="muted" if kind in self._missing else "")
                for kind, name in NAMES.items()
            ]
        first = next((row.id for row in rows if not row.kind), rows[0].id)
        listed = self.query_one(RowList)
        listed.styles.height = len(rows)
        listed.show(rows, first)
        self._come_to()

    def on_unmount(self) -> None:
        """Nobody waits for what is read."""
        self._stop.set()

    @property
    def _kind(self) -> Staging | None:
        """The kind that is marked; None where it is what is kept now."""
        row = self.query_one(RowList).row
        return None if row is None or row.id == _KEPT else Staging(row.id)

    @property
    def _meant(self) -> Staging:
        """The kind of what is marked."""
        return self._kind or (self._now.kind if self._now is not None else Staging.POSE)

    @property
    def _data(self) -> bytes | None:
        kind = self._kind
        if kind is None:
            return None if self._now is None else self._now.data
        return self._made.get(kind)

    @on(RowList.Marked)
    def marked(self, event: RowList.Marked) -> None:
        """Another kind; what is chosen is marked, too."""
        if not isinstance(event, RowList.Chosen):
            self._come_to()

    def _come_to(self) -> None:
        """Another kind: it is read as soon as the cursor rests."""
        kind, self._chosen = self._kind, None
        self._stop.set()
        if self._rest is not None:
            self._rest.stop()
        if kind is not None and kind not in (*self._made, *self._missing):
            self._why.pop(kind, None)
            self._rest = self.set_timer(_REST, lambda: self._begin(kind))
        self._tell()

    def _begin(self, kind: Staging) -> None:
        self._stop = asyncio.Event()
        launch(self._house, self._reading(kind, self._stop), group="staging")

    async def _reading(self, kind: Staging, stop: asyncio.Event) -> None:
        assert self._read is not None
        try:
            found = await self._read(kind, stop)
        except Exception as error:  # the edge of a worker: told here, where the kind stands
            self._why[kind] = str(explained(error))
        else:
            if found is not None:
                self._made[kind] = found
        if not self.is_attached:
            return
        self._tell()
        if self._chosen is kind and kind in self._made:
            self.decide()

    def _tell(self) -> None:
        """The marked one: how it looks, what it keeps, or why it cannot be had."""
        kind, data = self._kind, self._data
        shown = data or self._picture
        name = None if shown is None else (kind, id(shown))
        self._preview.look_at(name, lambda: None if shown is None else _opened(shown))
        self.query_one("#told", Prose).update("\n\n".join(self._said(kind, data)))

    def _said(self, kind: Staging | None, data: bytes | None) -> Sequence[str]:
        if kind is not None:
            why = self._missing.get(kind) or self._why.get(kind)
            if why:
                return (_("Keeps {what}.").format(what=_(MEANS[kind])), why)
            if data is None:
                reads = _("It is read out of the picture …")
                if self._chosen is kind:
                    reads = _("It is read out of the picture, and kept then …")
                return (_("Keeps {what}.").format(what=_(MEANS[kind])), reads)
        places = dict(self._places)
        keeps = [_("Keeps {what}.").format(what=_(MEANS[self._meant]))]
        if kind is None and self._now is not None and not self._now.ready:
            keeps.append(_("It is read out of this picture each time."))
        return (
            sentences(keeps),
            _("How much it counts: {weight:g}").format(weight=self._weight),
            _("For the next pictures of “{scene}”.").format(scene=places[self._place]),
        )

    def action_weigh(self, steps: int) -> None:
        """← and →."""
        self._weight = round(min(max(self._weight + steps * STEP, LEAST), MOST), 2)
        self._tell()

    def action_place(self) -> None:
        """S."""
        launch(self._house, self._choose_place(), group="form")

    def action_file(self) -> None:
        """F."""
        launch(self._house, self._take_file(), group="form")

    def action_let_go(self) -> None:
        """D: what is kept is let go of."""
        if self._now is not None:
            self.dismiss(Wanted(None, self._places[0][0]))

    @on(RowList.Chosen)
    def decide(self) -> None:
        """Enter: keep the marked one, as soon as it is read."""
        kind, data = self._kind, self._data
        if data is None:
            if kind is None:
                return
            if why := self._missing.get(kind) or self._why.get(kind):
                told = _("Not kept: {staging}. {why}").format(staging=_(NAMES[kind]), why=why)
                self._house.tell(told)
                return
            self._chosen = kind
            self._tell()
            return
        held = Held(self._meant, data, self._weight)
        self.dismiss(Wanted(held, self._place, is_kept=kind is None))

    async def _choose_place(self) -> None:
        choices = [Choice(key, name) for key, name in self._places]
        chosen = await self.app.push_screen_wait(
            Choose(_("For which scene?"), "", choices, at=self._place)
        )
        if chosen is not None:
            self._place = chosen
            self._tell()

    async def _take_file(self) -> None:
        """A staging that somebody drew: a skeleton, a depth map, lines."""
        kind = self._meant
        label = _("A picture of this kind: {staging}").format(staging=_(NAMES[kind]))
        given = await self.app.push_screen_wait(AskText(_("A staging from a file"), label))
        if not given:
            return
        from storyforge.studio.pictures.redrawing import read_picture

        try:
            data = await asyncio.to_thread(read_picture, typed_path(given))
        except Exception as error:  # the edge of a worker
            self._house.tell_error(explained(error))
            return
        self.dismiss(Wanted(Held(kind, data, self._weight), self._place))

    @property
    def _house(self) -> "StoryforgeApp":
        return cast("StoryforgeApp", self.app)


def _opened(data: bytes) -> "Image":
    from storyforge.images import png

    with png.opened(data) as image:
        return image.convert("RGB")
