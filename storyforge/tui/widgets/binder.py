"""The binder: chapters and scenes with their counts. It shows an outline; others change it."""

from typing import ClassVar

from textual.binding import BindingType

from storyforge.domain.story import ChapterHead, Outline, SceneHead
from storyforge.i18n import _
from storyforge.tui.actions import Where, bindings
from storyforge.tui.widgets.rows import Row, RowList


class Binder(RowList):
    """The outline as rows; a row's id is `chapter:<id>` or `scene:<id>`."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Where.BINDER)
    DEFAULT_CSS = """
    Binder { border: round $border-blurred; border-title-color: $foreground-muted; }
    Binder:focus { border: round $border; border-title-color: $accent; }
    """

    def __init__(self) -> None:
        super().__init__(id="binder", choose=False)
        self.border_title = _("Binder")

    def show_outline(self, outline: Outline, open_scene: str, at: str | None = None) -> None:
        """Show the story; the open scene gets the mark."""
        rows = []
        for number, chapter in enumerate(outline.chapters, 1):
            rows.append(
                Row(
                    f"chapter:{chapter.id}",
                    f"{number}  {chapter_title(chapter, number)}",
                    f"{chapter.counts.of(outline.language):,}",
                    kind="head",
                )
            )
            for place, scene in enumerate(chapter.scenes, 1):
                rows.append(
                    Row(
                        f"scene:{scene.id}",
                        f"{place} {scene_title(scene, place)}",
                        f"{scene.counts.of(outline.language):,}",
                        depth=1,
                        mark="▸" if scene.id == open_scene else " ",
                    )
                )
        self.show(rows, at)

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
                if chapter.title:
                    head += f" · {chapter.title}"
                return f"{head} › {place} {scene_title(scene, place)}"
    return ""
