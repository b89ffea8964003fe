"""Going to another scene by a few letters."""

from collections.abc import Callable

from storyforge.tui.desk.area import Area


class Jumping(Area):
    """What the jump does."""

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {"jump": lambda: self.start(self.jump)}

    async def jump(self) -> None:
        """Ask, then open."""
        from storyforge.tui.dialogs.jumping import JumpTo

        if self.desk.outline is None:
            return
        chosen = await self.ask(JumpTo(self.desk.outline, self.desk.scene_id))
        if chosen is not None:
            await self.desk.scenes.open(chosen)
