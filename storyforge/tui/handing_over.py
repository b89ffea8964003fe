"""The author's own editor: which one it is, and the terminal handed to it until it is closed."""

from typing import TYPE_CHECKING, Any

from storyforge.i18n import _
from storyforge.tui import terminal as terminals
from storyforge.tui.dialogs.base import Choice, Choose

if TYPE_CHECKING:
    from storyforge.studio.outside import Parcel
    from storyforge.tui.app import StoryforgeApp


async def that_waits(
    house: "StoryforgeApp", words: tuple[str, ...], flag: str
) -> tuple[str, ...] | None:
    """The command with what makes a window wait; None when the author thinks better of it."""
    if not flag:
        return words
    answer = await house.push_screen_wait(
        Choose(
            _("An editor with a window"),
            _(
                "“{name}” comes back at once and does not wait until you close the file. With "
                "{flag} it waits."
            ).format(name=words[0], flag=flag),
            [
                Choice("yes", _("Start it with {flag}").format(flag=flag)),
                Choice("no", _("Leave it")),
            ],
        )
    )
    return (*words, flag) if answer == "yes" else None


def run(house: "StoryforgeApp", outside: Any, words: tuple[str, ...], parcel: "Parcel") -> int:
    """Let the editor have the terminal; its status.

    Blocks on purpose: nothing may paint while the terminal is the editor's.

    Raises:
        SuspendNotSupported: this terminal cannot be handed on.
        BadInput: the editor cannot be started.
    """
    driver = house._driver
    if driver is not None and not house.is_headless:
        terminals.release(driver)
    with house.suspend():
        print(_("storyforge waits until {name} is closed.").format(name=words[0]), flush=True)
        status: int = outside.run(words, parcel)
    return status
