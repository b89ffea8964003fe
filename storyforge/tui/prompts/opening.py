"""The way to the templates' screen, from every other; it is imported when it is first asked for."""

from typing import TYPE_CHECKING

from textual.screen import ModalScreen

if TYPE_CHECKING:
    from storyforge.tui.app import StoryforgeApp


def show_prompts(house: "StoryforgeApp") -> None:
    """Show the templates over what is in front, but for a question; from there, back."""
    from storyforge.tui.screens.prompts import PromptsScreen

    if isinstance(house.screen, PromptsScreen):
        house.screen.action_leave()
    elif not isinstance(house.screen, ModalScreen):
        house.push_screen(PromptsScreen())
