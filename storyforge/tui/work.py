"""Work beside the screen: lazy imports, threads, and the edge where errors become sentences."""

import asyncio
import contextlib
import importlib
import logging
import os
from collections.abc import Coroutine
from pathlib import Path
from time import monotonic
from types import ModuleType
from typing import TYPE_CHECKING, Any

from textual.worker import Worker

from storyforge.borrowed import reason
from storyforge.errors import StoryforgeError
from storyforge.i18n import _
from storyforge.paths import at_home

if TYPE_CHECKING:
    from storyforge.tui.app import StoryforgeApp

log = logging.getLogger(__name__)

# Seconds that the way out waits for a model to stop.
_LEAVING = 3.0
# Seconds behind the end of something in which Esc is still meant for it.
_JUST_NOW = 0.7


class Idle(asyncio.Event):
    """Set while nothing runs, and aware that something ended just now.

    Who presses Esc to stop it, and comes a moment late, wants nothing else closed by that key.
    """

    def __init__(self) -> None:
        super().__init__()
        self._stopped = True
        self.set()

    def clear(self) -> None:
        """Something runs."""
        super().clear()
        self._stopped = False

    def set(self) -> None:
        """What ran has ended."""
        super().set()
        self._since = monotonic()

    @property
    def just_now(self) -> bool:
        """Whether something ended a moment ago, of itself."""
        return self.is_set() and not self._stopped and monotonic() - self._since < _JUST_NOW

    def missed(self) -> bool:
        """Esc was pressed: whether what it was meant for has just ended; once for each run."""
        late, self._stopped = self.just_now, True
        return late


async def stood_still(idle: asyncio.Event) -> None:
    """Wait until what was stopped stands still, but not for long.

    An engine that hangs, or still loads, keeps nobody from leaving.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_LEAVING):
            await idle.wait()


async def lazily(module: str) -> ModuleType:
    """Import `module` in a thread: pydantic, SQLModel and the like would hold the screen up."""
    return await asyncio.to_thread(importlib.import_module, module)


def typed_path(given: str) -> Path:
    """A path as an author types it: `~` and `$HOME` mean what they mean in a shell."""
    return at_home(os.path.expandvars(given.strip()))


def near(path: Path) -> str:
    """A path as an author would type it: shorter where it lies at home."""
    try:
        return f"~/{path.relative_to(Path.home())}"
    except ValueError:
        return str(path)


def explained(error: BaseException) -> StoryforgeError:
    """`error` as something an author may read; what nobody foresaw goes to the log as well."""
    if isinstance(error, StoryforgeError):
        return error
    if isinstance(error, OSError):
        name = f" ({error.filename})" if error.filename else ""
        return StoryforgeError(
            _("The system says: {why}{name}.").format(why=reason(error), name=name),
            title=_("That did not work"),
            hint=_("Your text is still here."),
        )
    log.error("unforeseen", exc_info=error)
    return StoryforgeError(
        _("Something went wrong inside storyforge: {kind}.").format(kind=type(error).__name__),
        title=_("That did not work"),
        hint=_("Your text is still here. The log has the details."),
    )


def launch(
    app: "StoryforgeApp",
    work: Coroutine[Any, Any, Any],
    *,
    group: str,
    exclusive: bool = False,
) -> Worker[None]:
    """Run `work` as a worker of the app; whatever it raises is shown, never lost."""

    async def guarded() -> None:
        try:
            await work
        except Exception as error:  # the edge of a worker
            app.tell_error(explained(error))

    return app.run_worker(guarded(), group=group, exclusive=exclusive, exit_on_error=False)
