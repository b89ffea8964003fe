"""Going to a scene by a few letters of its title, its chapter or its number."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.fuzzy import Matcher
from textual.widgets import Input

from storyforge.domain.folding import folded
from storyforge.domain.story import Outline
from storyforge.i18n import _
from storyforge.tui.dialogs.narrowing import Narrowing
from storyforge.tui.widgets.binder import chapter_title, scene_title
from storyforge.tui.widgets.rows import Row, RowList


@dataclass(frozen=True, slots=True)
class Target:
    """A scene that can be gone to.

    Attributes:
        number: "2.1", whether the binder shows numbers or not.
    """

    id: str
    number: str
    title: str
    chapter: str

    @property
    def searched(self) -> str:
        """What letters are looked for in, in one spelling."""
        return spelled(f"{self.number} {self.title} {self.chapter}")


def spelled(text: str) -> str:
    """Kana, widths and cases as one."""
    return folded(text).casefold()


def targets(outline: Outline) -> tuple[Target, ...]:
    """Every scene of the story, in its order."""
    return tuple(
        Target(
            scene.id, f"{number}.{place}", scene_title(scene, place), chapter_title(chapter, number)
        )
        for number, chapter in enumerate(outline.chapters, 1)
        for place, scene in enumerate(chapter.scenes, 1)
    )


def found(query: str, among: Sequence[Target]) -> list[Target]:
    """Those that match, the best first; all in their order where nothing is asked."""
    wanted = spelled(query).strip(" \u3000")
    if not wanted:
        return list(among)
    matcher = Matcher(wanted)
    # A number or a beginning that is typed whole comes before letters strewn over a title.
    scored = [
        (
            target.number == wanted,
            spelled(target.title).startswith(wanted),
            matcher.match(target.searched),
            -place,
            target,
        )
        for place, target in enumerate(among)
    ]
    return [one[-1] for one in sorted(scored, key=lambda one: one[:-1], reverse=True) if one[2] > 0]


class JumpTo(Narrowing[str]):
    """An input over the scenes that match; answers the id of the one chosen."""

    DEFAULT_CSS = """
    JumpTo RowList { height: 12; }
    """

    def __init__(self, outline: Outline, here: str) -> None:
        super().__init__(_("Go to a scene"), _("Letters or a number · ↑ ↓ Enter · Esc: leave it"))
        self._targets = targets(outline)
        self._here = here

    def inside(self) -> ComposeResult:
        """The letters over the list."""
        yield from self.letters(_("Title, chapter or number"))

    def on_mount(self) -> None:
        """All scenes, the cursor on the one that is open."""
        self._list("", at=self._here)

    def _list(self, query: str, at: str | None = None) -> None:
        rows = [
            Row(
                target.id,
                f"{target.number} {target.title}",
                target.chapter,
                mark="▸" if target.id == self._here else " ",
            )
            for target in found(query, self._targets)
        ]
        nothing = Row("", _("No scene is called that."), kind="muted", fixed=True)
        self.query_one(RowList).show(rows or [nothing], at if at or not rows else rows[0].id)

    @on(Input.Changed)
    def look(self, event: Input.Changed) -> None:
        """Other letters."""
        self._list(event.value, at=None if event.value else self._here)

    @on(Input.Submitted)
    @on(RowList.Chosen)
    def decide(self) -> None:
        """Enter or a click: the row under the cursor."""
        row = self.query_one(RowList).row
        if row is not None and not row.fixed:
            self.dismiss(row.id)
