"""The binder: chapters and scenes with their counts. It shows an outline; others change it."""

from collections.abc import Callable, Collection, Mapping
from typing import ClassVar

from textual.binding import BindingType
from textual.reactive import reactive

from storyforge.domain.cards import Card
from storyforge.domain.story import ChapterHead, Outline, SceneHead
from storyforge.i18n import _
from storyforge.tui.actions import Where, bindings
from storyforge.tui.widgets.labels import against, badges
from storyforge.tui.widgets.rows import Row, RowList

#: cells from which on an aim is told in full
_ROOMY = 34
#: in front of the row that is being carried
_LIFTED = "↕"
#: in front of a scene that is planned and has no text yet
_PLANNED = "○"
_NO_CARD = Card()


class Binder(RowList):
    """The outline as rows; a row's id is `chapter:<id>` or `scene:<id>`.

    Attributes:
        carry: asked first when the cursor is to move; whether something is carried instead.
        left: called when the binder loses the focus.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings(Where.BINDER)
    DEFAULT_CSS = """
    Binder { border: round $border-blurred; border-title-color: $foreground-muted; }
    Binder:focus { border: round $border; border-title-color: $accent; }
    """

    numbered: reactive[bool] = reactive(True, init=False)
    """Whether chapters and scenes are numbered: 1, 1.1, 1.2 …"""

    def __init__(self) -> None:
        super().__init__(id="binder", choose=False)
        self.border_title = _("Binder")
        self._shown: tuple[Outline, str] | None = None
        self._cards: Mapping[str, Card] = {}
        self._colours: Mapping[str, str] = {}
        self._planned: Collection[str] = frozenset()
        self._lifted = ""
        self.carry: Callable[[int], bool] | None = None
        self.left: Callable[[], None] | None = None

    def show_outline(self, outline: Outline, open_scene: str, at: str | None = None) -> None:
        """Show the story; the open scene gets the mark."""
        self._shown = outline, open_scene
        rows = []
        for number, chapter in enumerate(outline.chapters, 1):
            lead = f"{number}  " if self.numbered else ""
            rows.append(
                Row(
                    f"chapter:{chapter.id}",
                    f"{lead}{chapter_title(chapter, number)}",
                    f"{chapter.counts.of(outline.language):,}",
                    kind="head",
                    mark=_LIFTED if f"chapter:{chapter.id}" == self._lifted else "",
                )
            )
            for place, scene in enumerate(chapter.scenes, 1):
                lead = f"{number}.{place} " if self.numbered else ""
                title = f"{lead}{scene_title(scene, place)}"
                rows.append(self._scene(scene, title, outline.language, open_scene))
        self.show(rows, at)

    def show_cards(self, cards: Mapping[str, Card], colours: Mapping[str, str]) -> None:
        """From now on show these cards' status, labels and aims; `colours` are by label."""
        self._cards, self._colours = cards, colours
        self._show_again()

    def show_planned(self, planned: Collection[str]) -> None:
        """From now on say of these scenes, by their ids, that they are planned: while empty."""
        if planned != self._planned:
            self._planned = planned
            self._show_again()

    def show_lifted(self, row_id: str) -> None:
        """Mark the row that is being carried; "" for none."""
        self._lifted = row_id
        self._show_again()

    def action_move(self, steps: int) -> None:
        """Move the cursor, or what is being carried."""
        if self.carry is None or not self.carry(steps):
            super().action_move(steps)

    def on_blur(self) -> None:
        """The keys go elsewhere."""
        if self.left is not None:
            self.left()

    def watch_numbered(self) -> None:
        """Other numbers."""
        self._show_again()

    def on_resize(self) -> None:
        """In a narrow binder an aim is told in percent."""
        super().on_resize()
        self._show_again()

    def _show_again(self) -> None:
        if self._shown is not None:
            self.show_outline(*self._shown)

    def _scene(self, scene: SceneHead, title: str, language: str, open_scene: str) -> Row:
        card, row_id = self._cards.get(scene.id, _NO_CARD), f"scene:{scene.id}"
        count = scene.counts.of(language)
        note = against(count, card.goal)
        if card.goal and self.size.width < _ROOMY:
            note = f"{min(100 * count // card.goal, 999)}%"
        mark = "▸" if scene.id == open_scene else " "
        if not scene.length and scene.id in self._planned:
            note = _("(plan)")
            mark = _PLANNED if mark == " " else mark
        return Row(
            row_id,
            title,
            note,
            depth=1,
            mark=_LIFTED if row_id == self._lifted else mark,
            badges=badges(card, self._colours),
        )

    @property
    def marked(self) -> tuple[str, str]:
        """("chapter" or "scene", id) of the row under the cursor; empty strings without one."""
        if self.row is None:
            return "", ""
        kind, _colon, found = self.row.id.partition(":")
        return kind, found


def chapter_title(chapter: ChapterHead, number: int) -> str:
    """The chapter's title, or what it is called without one."""
    return chapter.title or _("Chapter {number}").format(number=number)


def scene_title(scene: SceneHead, number: int) -> str:
    """The scene's title, or what it is called without one."""
    return scene.title or _("Scene {number}").format(number=number)


def whereabouts(outline: Outline, scene_id: str) -> str:
    """ "ch 2 · The Boat › 3 Lanterns" for the header."""
    for number, chapter in enumerate(outline.chapters, 1):
        for place, scene in enumerate(chapter.scenes, 1):
            if scene.id == scene_id:
                head = _("ch {number}").format(number=number)
                # A chapter that was only numbered is not numbered twice.
                if chapter.title not in ("", head, _("Chapter {number}").format(number=number)):
                    head += f" · {chapter.title}"
                return f"{head} › {place} {scene_title(scene, place)}"
    return ""
