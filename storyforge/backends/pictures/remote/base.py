"""What all painters behind an API share: key, connection, turns, and faults told as errors.

How an order is told and how its picture comes back is each one's own (`greet`, `draw`). None of
them opens a checkpoint, and what they send goes to their own address and nowhere else.
"""

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import ClassVar

from storyforge.backends.pictures.base import NotReady, Painted, Readying
from storyforge.backends.pictures.remote.faults import to_error
from storyforge.backends.pictures.remote.patience import OnceDrawn
from storyforge.backends.remote.complaints import without
from storyforge.backends.remote.faults import Fault, FaultKind, RemoteFault
from storyforge.backends.remote.patience import Patience
from storyforge.backends.remote.wire import Wire
from storyforge.backends.stopping import Stopped, unless_stopped
from storyforge.domain.generation import Loading, Waiting
from storyforge.domain.hosts import host_of
from storyforge.domain.picture.orders import Ability, Drawn, Order, PainterCard, PainterNote
from storyforge.domain.picture.remote import RemotePainterSpec, ServerHas
from storyforge.domain.text import one_line
from storyforge.engine.faults import EngineFault
from storyforge.engine.faults import to_error as engine_error
from storyforge.errors import ModelError
from storyforge.i18n import N_, _

# What a picture's file must not say where the painter does not go by it.
_UNSAID = frozenset({Ability.SEED, Ability.SAMPLER, Ability.STEPS, Ability.NEGATIVE})
# A key that is wrong, or not allowed, may be another one at the next attempt.
_KEYS = (FaultKind.KEY_WRONG, FaultKind.FORBIDDEN)
# Signs of what is told of a picture; a prompt that was made anew has a tenth of it.
_TOLD = 40_000


class RemotePainter(ABC):
    """A painter behind an API.

    Args:
        key: fetches its key; may block, and raises ModelError where there is none but must be.
        patience: how often, and after how long, it is asked once more.

    Attributes:
        lacks: what none of its kind can do.
        drawing_seconds: without a byte for so long while it draws it counts as dead; five times as
            long until the first.
        has: what its server lists; known once it was made ready.
        small: for what is answered at once. drawing: for what is answered with a picture.
    """

    lacks: ClassVar[frozenset[Ability]] = frozenset()
    drawing_seconds: ClassVar[float] = 720.0

    def __init__(
        self,
        spec: RemotePainterSpec,
        *,
        key: Callable[[], str],
        patience: Patience | None = None,
    ) -> None:
        self.spec = spec
        self.has = ServerHas()
        self._fetch = key
        self._key: str | None = None
        self._ready = False
        self._behind: set[asyncio.Task[None]] = set()
        self._loading, self._turn = asyncio.Lock(), asyncio.Lock()
        told = patience or OnceDrawn()
        self.small = self._wire(spec.stall_seconds, told)
        self.drawing = self._wire(self.drawing_seconds, told)
        self._card = PainterCard(
            spec.profile,
            place=spec.place,
            lacks=self.lacks,
            unencrypted=spec.unencrypted,
        )

    # What each of them says of itself.

    @staticmethod
    def size_for(spec: RemotePainterSpec, width: int, height: int) -> tuple[int, int]:
        """The size that a picture of so many pixels is asked for in: that very one, mostly."""
        return width, height

    def headers(self, key: str) -> Mapping[str, str]:
        """What goes with each call; `key` may be empty."""
        return {"authorization": f"Bearer {key}"} if key else {}

    @abstractmethod
    async def greet(self, stop: asyncio.Event) -> tuple[PainterNote, ...]:
        """Ask what the server has, before the first picture; nothing of a story is sent.

        What it answers with is said to the author.

        Raises:
            RemoteFault: it cannot be asked.
            ModelError: it lacks what its table names.
        """
        ...

    @abstractmethod
    def draw(self, order: Order, stop: asyncio.Event) -> AsyncGenerator[Painted, None]:
        """Draw one picture; the last thing is `Drawn`, unless stopped.

        Raises:
            RemoteFault, EngineFault, ModelError: it cannot be drawn.
        """
        ...

    # The contract of a painter.

    @property
    def card(self) -> PainterCard:
        """What to tell the author."""
        return self._card

    def tell(self, **changes: object) -> None:
        """Say more of it than was known before."""
        self._card = replace(self._card, **changes)  # type: ignore[arg-type]

    async def load(self) -> AsyncIterator[Readying]:
        """Fetch the key and ask what there is, once; nothing of a story is sent.

        Raises:
            NotReady: it cannot be used.
        """
        async with aclosing(self._load(asyncio.Event())) as steps:
            async for step in steps:
                yield step

    async def paint(self, order: Order, stop: asyncio.Event) -> AsyncIterator[Painted]:
        """Draw one picture.

        Raises:
            NotReady: the server cannot be used.
            ModelError: the picture cannot be drawn.
        """
        async with self._turn:
            async with aclosing(self._load(stop)) as steps:
                async for step in steps:
                    yield step
            if stop.is_set():
                return
            try:
                async with aclosing(self.draw(order, stop)) as drawing:
                    async for shown in drawing:
                        yield self._fair(shown) if isinstance(shown, Drawn) else shown
            except RemoteFault as error:
                self._ready = False
                if not stop.is_set():
                    raise self._error(error.fault) from error
            except EngineFault as error:
                raise engine_error(error.fault) from error
            except ModelError:
                self._ready = False  # what it had not, it may have by the next picture
                raise
            except ImportError as error:
                raise _no_extra() from error

    async def close(self) -> None:
        """Close the connections, once the server has heard what it was told; forget the key."""
        await self.settle()
        await self.small.close()
        await self.drawing.close()
        self._key, self._ready = None, False

    def facts(self) -> dict[str, str]:
        """What every picture remembers of it, beside what its server tells."""
        unsaid = sorted(ability.value for ability in self._card.lacks & _UNSAID)
        told = {"without": json.dumps(unsaid)} if unsaid else {}
        return {"backend": self.spec.backend, "RNG": "", **told}

    def waits(self, waiting: Waiting) -> PainterNote:
        """Why it is asked once more, for the author."""
        values = {"host": self._card.place or host_of(self.spec.url), "why": waiting.why}
        return PainterNote(N_("{host}: {why}; it is asked again."), values)

    def _fair(self, drawn: Drawn) -> Drawn:
        """What was drawn, with no more told of it than a picture's file should say, and no key."""
        secrets = self._secrets()
        facts = {
            name: without(secrets, one_line(told)[:_TOLD]) for name, told in drawn.facts.items()
        }
        return replace(drawn, facts=facts)

    def _secrets(self) -> tuple[str, ...]:
        """The key, and what stands in it behind a name."""
        key = self._key or ""
        return (key, key.partition(":")[2])

    def tell_behind(self, telling: Coroutine[None, None, None]) -> None:
        """Have the server told something, a stop mostly, that nobody waits for."""
        task = asyncio.create_task(telling)
        self._behind.add(task)
        task.add_done_callback(self._behind.discard)

    async def settle(self) -> None:
        """Wait until it has heard that: else it would stop the next picture."""
        if self._behind:
            await asyncio.wait(self._behind)

    async def _load(self, stop: asyncio.Event) -> AsyncGenerator[Readying, None]:
        async with self._loading:
            if self._ready or stop.is_set():
                return
            yield Loading(0.0)
            try:
                if not await self._unlocked(stop):
                    return
                for note in await self.greet(stop):
                    yield note
            except RemoteFault as error:
                if stop.is_set():
                    return
                told = self._error(error.fault)
                raise NotReady(told.message, title=told.title, hint=told.hint) from error
            except ModelError as error:
                raise NotReady(error.message, title=error.title, hint=error.hint) from error
            self._ready = not stop.is_set()
            yield Loading(1.0)

    async def _unlocked(self, stop: asyncio.Event) -> bool:
        """Fetch the key; whether it is there. A stop does not wait for a keyring that asks."""
        if self._key is not None:
            return True
        try:
            self._key = await unless_stopped(asyncio.to_thread(self._fetch), stop)
        except Stopped:
            return False
        return True

    def _wire(self, stall_seconds: float, patience: Patience) -> Wire:
        return Wire(
            self.spec.url,
            lambda: self.headers(self._key or ""),
            plain_http=self.spec.plain_http,
            stall_seconds=stall_seconds,
            patience=patience,
        )

    def _error(self, fault: Fault) -> ModelError:
        fault = replace(fault, told=without(self._secrets(), fault.told))
        if fault.kind is FaultKind.KEY_WRONG and not self._key:
            fault = replace(fault, kind=FaultKind.NO_KEY)
        if fault.kind in _KEYS:
            self._key = None
        return to_error(fault, self.spec)


def _no_extra() -> ModelError:
    return ModelError(
        _("To put parts of a picture together, an extra of storyforge is needed."),
        title=_("Not installed"),
        hint=_('Install it: pip install "storyforge[pictures]"'),
    )
