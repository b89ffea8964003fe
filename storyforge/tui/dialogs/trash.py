"""The trash: what was deleted, and what shall become of it. It asks and changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll

from storyforge.domain.day_names import moment
from storyforge.domain.trash import Trashed, TrashKind
from storyforge.i18n import _, ngettext
from storyforge.tui.dialogs.base import Dialog, said
from storyforge.tui.widgets.rows import Row, RowList
from storyforge.tui.widgets.takes import size_of

#: the row that empties the trash
EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Emptying:
    """All of it shall go."""


class Trash(Dialog[Trashed | Emptying]):
    """Answers the thing to do something with, or that all shall go.

    Args:
        at: the id that the cursor begins at.
    """

    DEFAULT_CSS = """
    Trash .box { width: 88; }
    Trash RowList { height: auto; max-height: 16; }
    """

    def __init__(self, trashed: Sequence[Trashed], language: str, *, at: str = "") -> None:
        super().__init__(_("Trash"), _("↑ ↓ · Enter: choose · Esc: back"))
        self._trashed = trashed
        self._language = language
        self._at = at

    def inside(self) -> ComposeResult:
        """What the trash is, and the list."""
        yield said(_("What was deleted stays here until you empty the trash."))
        yield RowList()

    def on_mount(self) -> None:
        """Fill the list; its height is that of its rows."""
        rows = [
            Row(
                one.id,
                f"{moment(one.deleted)}  {name_of(one)}",
                "" if one.kind is TrashKind.PICTURE else size_of(one.counts, self._language),
            )
            for one in self._trashed
        ]
        rows.append(Row(EMPTY, _("Empty the trash …"), "", kind="head"))
        found = self.query_one(RowList)
        found.styles.height = min(16, len(rows))
        found.show(rows, self._at or None)

    @on(RowList.Chosen)
    def decide(self, event: RowList.Chosen) -> None:
        """This one, or all."""
        found = next((one for one in self._trashed if one.id == event.row.id), None)
        self.dismiss(found or Emptying())


class Reading(Dialog[None]):
    """A deleted scene to read."""

    AUTO_FOCUS = "VerticalScroll"
    DEFAULT_CSS = """
    Reading .box { width: 84; height: 92%; }
    Reading VerticalScroll { height: 1fr; scrollbar-size-vertical: 1; }
    """

    def __init__(self, title: str, text: str) -> None:
        super().__init__(title, _("↑ ↓ · Esc: back"))
        self._text = text

    def inside(self) -> ComposeResult:
        """The text, scrolling."""
        with VerticalScroll():
            yield said(self._text or _("(empty)"))


def name_of(one: Trashed) -> str:
    """ "The log (The Keeper)", or how the scene begins; a chapter with its scenes."""
    if one.kind is TrashKind.CHAPTER:
        scenes = ngettext("{count} scene", "{count} scenes", one.scenes).format(count=one.scenes)
        return _("Chapter {title}, {scenes}").format(
            title=f"“{one.title}”" if one.title else _("without a title"), scenes=scenes
        )
    if one.kind is TrashKind.PICTURE:
        about = one.beginning or _("(empty)")
        if not one.title:
            return _("Picture: {about}").format(about=about)
        return _("Picture of {scene}: {about}").format(scene=one.title, about=about)
    name = one.title or (f"“{one.beginning}”" if one.beginning else _("(empty)"))
    return f"{name} ({one.chapter_title})" if one.chapter_title else name
