"""Dragging by keys: a chapter or scene is picked up, carried through the binder and put down.

While it is carried only the binder shows the new order; the story changes once, when it is put
down. Escape, another action or leaving the binder puts it back where it was.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from storyforge.domain.arranging import stepped
from storyforge.domain.story import Outline
from storyforge.i18n import _
from storyforge.tui.desk.area import Area
from storyforge.tui.footer import carrying_parts
from storyforge.tui.work import launch

if TYPE_CHECKING:
    from storyforge.tui.screens.desk import DeskScreen
    from storyforge.tui.widgets.bars import Part


class Carrying(Area):
    """What the carrying keys do."""

    def __init__(self, desk: "DeskScreen") -> None:
        super().__init__(desk)
        self._kind = ""
        self._id = ""
        self._wanted: Outline | None = None
        desk.binder.carry = self.step
        desk.binder.left = self.put_back

    @property
    def carrying(self) -> bool:
        """Whether something is in the hand."""
        return self._wanted is not None

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out; some belong to the binder and mean more meanwhile."""
        scenes = self.desk.scenes
        return {
            "carry": self.pick_up_or_put_down,
            "open_scene": self._or(self.put_down, scenes.enter_marked),
            "move_up": self._or(lambda: self.step(-1), lambda: scenes.move(-1)),
            "move_down": self._or(lambda: self.step(1), lambda: scenes.move(1)),
            "new_scene": self._after(scenes.new_scene),
            "new_chapter": self._after(scenes.new_chapter),
            "rename": self._after(scenes.rename),
            "move_to": self._after(scenes.move_to),
            "delete": self._after(scenes.delete),
        }

    def _or(
        self, carried: Callable[[], object], else_: Callable[[], object]
    ) -> Callable[[], object]:
        return lambda: carried() if self.carrying else else_()

    def _after(self, action: Callable[[], object]) -> Callable[[], object]:
        def act() -> None:
            self.put_back()
            action()

        return act

    def keys(self) -> "list[Part] | None":
        """What the keys do with what is carried."""
        return carrying_parts(self.desk.house) if self.carrying else None

    def escape(self) -> bool:
        """Escape puts back what is carried."""
        was = self.carrying
        self.put_back()
        return was

    def outlined(self) -> None:
        """The binder shows the story anew; what is carried stays in the hand while it exists."""
        outline, wanted = self.desk.outline, self._wanted
        if wanted is None or outline is None:
            return
        if {scene.id for scene in outline.scenes} != {scene.id for scene in wanted.scenes} or {
            chapter.id for chapter in outline.chapters
        } != {chapter.id for chapter in wanted.chapters}:
            self.put_back()
        else:
            self._show(wanted)

    # The hand.

    def pick_up_or_put_down(self) -> None:
        """Space: take the marked row, or let it go where it is."""
        if self.carrying:
            self.put_down()
            return
        kind, found = self.desk.binder.marked
        if found and self.desk.may_write() and self.desk.outline is not None:
            self._kind, self._id, self._wanted = kind, found, self.desk.outline
            self.desk.binder.show_lifted(f"{kind}:{found}")
            self.desk.name_keys()
            self.desk.house.tell(_("Arrows carry it, Enter puts it down, Esc puts it back."))

    def step(self, steps: int) -> bool:
        """Carry it so many rows; False when nothing is carried."""
        if self._wanted is None:
            return False
        self._wanted = stepped(self._wanted, self._kind, self._id, steps)
        self._show(self._wanted)
        return True

    def put_down(self) -> None:
        """Here it stays: one change, which Ctrl+Z in the binder takes back."""
        wanted, self._wanted = self._wanted, None
        self.desk.binder.show_lifted("")
        self.desk.name_keys()
        if wanted is not None:
            work = self.desk.scenes.arrange(self._kind, self._id, wanted)
            launch(self.desk.house, work, group="binder")

    def put_back(self) -> None:
        """Where it was."""
        if self._wanted is None:
            return
        self._wanted = None
        self.desk.binder.show_lifted("")
        self.desk.name_keys()
        if self.desk.outline is not None:
            self._show(self.desk.outline)

    def _show(self, outline: Outline) -> None:
        self.desk.binder.show_outline(outline, self.desk.scene_id, f"{self._kind}:{self._id}")
