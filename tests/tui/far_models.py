"""Models of other machines, scripted: with a place, a price, waiting and thinking of their own."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from dataclasses import replace

from storyforge import settings as setting_file
from storyforge.backends.base import Backend
from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.generation import (
    Delta,
    Finish,
    Refusal,
    Request,
    StopReason,
    Thought,
    Usage,
    Waiting,
)
from storyforge.domain.model import Price
from storyforge.domain.profile import LOCAL, Profile
from storyforge.errors import ModelError
from storyforge.settings import Settings
from storyforge.studio.profiles.pool import Backends
from storyforge.tui.app import StoryforgeApp

HOST = "api.anthropic.com"
FAR = {"backend": "anthropic", "model": "claude-sonnet-5", "price_reading": 3.0}


class Far(ScriptedBackend):
    """A model on another machine.

    Args:
        waits, thinks: said before its first words.
        fails: it cannot be reached.
        refuses: what it says instead of writing.
    """

    def __init__(
        self,
        *script: str,
        waits: Waiting | None = None,
        thinks: str = "",
        fails: bool = False,
        refuses: str = "",
        price: Price | None = None,
        delay: float = 0.0,
    ) -> None:
        super().__init__(script, name="claude-sonnet-5", delay=delay)
        self._card = replace(self._card, place=HOST, profile="claude", price=price, note="")
        self._waits = waits
        self._thinks = thinks
        self._fails = fails
        self._refuses = refuses
        self.goes_on = asyncio.Event()

    async def stream(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Delta, None]:
        """Wait, think, then answer; waiting lasts until the test lets it go on."""
        if self._fails:
            raise ModelError(f"{HOST} cannot be reached; your text is whole.", title="Not reached")
        if self._refuses:
            yield Refusal(self._refuses)
            yield Finish(StopReason.REFUSED, Usage(written=3))
            return
        if self._waits is not None:
            yield self._waits
            await self.goes_on.wait()
        if self._thinks:
            yield Thought(self._thinks)
        async for delta in super().stream(request, stop):
            if isinstance(delta, Finish) and self._card.price is not None:
                usage = replace(delta.usage, thought=4, currency=self._card.price.currency)
                usage = replace(usage, cost=self._card.price.of(usage), estimated=True)
                delta = replace(delta, usage=usage)
            yield delta


def settled(**values: object) -> None:
    """Write settings: the profile “claude”, and what is given by dotted names with “__”."""
    setting_file.update({f"profiles.claude.{name}": value for name, value in FAR.items()})
    setting_file.update({name.replace("__", "."): value for name, value in values.items()})


def lent(app: StoryforgeApp, far: Mapping[str, Backend], local: Backend) -> None:
    """Let the program take these models by the names of their profiles."""

    def build(_settings: Settings, profile: Profile) -> Backend:
        return local if profile.name == LOCAL else far[profile.name]

    app.modelling._backends = Backends(app.ready_settings, build=build)
