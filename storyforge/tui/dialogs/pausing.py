"""What may be done with a long run while it goes on: pause it, let it go on, end it."""

from typing import TYPE_CHECKING

from storyforge.i18n import _
from storyforge.tui.dialogs.base import Choice, Choose

if TYPE_CHECKING:
    from storyforge.studio.pausing import Pausable

_PAUSE, _RESUME, _STOP = "pause", "resume", "stop"


class PauseOrStop(Choose):
    """Asks; `obey` does what was answered.

    Args:
        told: how far the run is.
        resume, stop: the ways on, in the author's words.
    """

    def __init__(self, title: str, told: str, run: "Pausable", *, resume: str, stop: str) -> None:
        pause = _("Pause: the model is free for other things")
        step = Choice(_RESUME, resume) if run.paused else Choice(_PAUSE, pause)
        super().__init__(title, told, [step, Choice(_STOP, stop)])


def obey(run: "Pausable", answer: str | None) -> None:
    """Do with the run what was answered; nothing where the author went back."""
    if answer == _PAUSE:
        run.pause()
    elif answer == _RESUME:
        run.resume()
    elif answer == _STOP:
        run.cancel()
