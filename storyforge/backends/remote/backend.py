"""A model behind an API, as the house knows models: any `Api` by one `Wire`.

It owns the order of things: the key first, then the window, then a request that is sent again
without what the model refuses. What an API says is `Api`'s, how it is sent `Wire`'s.
"""

import asyncio
import secrets
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace

from storyforge.backends.remote.api import Api
from storyforge.backends.remote.asking import Asking
from storyforge.backends.remote.elsewhere import Elsewhere
from storyforge.backends.remote.faults import Fault, FaultKind, RemoteFault, to_error
from storyforge.backends.remote.knowing import Knowledge, listed
from storyforge.backends.remote.merging import merged
from storyforge.backends.remote.omitting import Memory
from storyforge.backends.remote.patience import Patience
from storyforge.backends.remote.reading import read
from storyforge.backends.remote.wire import Wire
from storyforge.backends.stopping import Stopped, stop_of, unless_stopped
from storyforge.domain.generation import (
    Delta,
    Loading,
    Message,
    Request,
)
from storyforge.domain.hosts import host_of, is_loopback, is_plain
from storyforge.domain.model import Capabilities, ModelCard, RemoteModel, RemoteSpec
from storyforge.errors import ModelError

# Counts that are asked for at a time: a server of one's own answers them in a thread or two.
_COUNTS = 8
# What every API takes for a seed.
_SEEDS = 2**31
# A key that is wrong, or not allowed, may be another one at the next attempt.
_KEYS = (FaultKind.KEY_WRONG, FaultKind.FORBIDDEN)


class RemoteBackend(Elsewhere):
    """A model behind `api`.

    Args:
        key: fetches its key; may block, and raises ModelError where there is none but must be.
        messages: makes a conversation of a request, for models that are talked to.
        memory: what its model would not take.
        patience: how often, and after how long, it is asked once more.
    """

    def __init__(
        self,
        api: Api,
        spec: RemoteSpec,
        *,
        key: Callable[[], str],
        messages: Callable[[Request], tuple[Message, ...]],
        memory: Memory | None = None,
        patience: Patience | None = None,
    ) -> None:
        super().__init__()
        self._api = api
        self._url = spec.url or api.home
        self._fetch = key
        self._key: str | None = None
        self._wire = Wire(
            self._url,
            lambda: api.headers(self._key or ""),
            plain_http=spec.plain_http,
            stall_seconds=spec.stall_seconds,
            patience=patience,
        )
        self._knows = Knowledge(api, spec, memory or Memory())
        self._asking = Asking(api, self._wire, self._knows, self._estimate, messages)
        self._counts = True
        self._opening = asyncio.Lock()
        self._turn = asyncio.Lock()

    @property
    def card(self) -> ModelCard:
        """What to tell the author; `context_tokens` is exact once `load` has ended."""
        spec = self._knows.spec
        return ModelCard(
            name=spec.name,
            place=self._place(),
            context_tokens=spec.context_tokens or 0,
            note=self._knows.note,
            can=self._can(),
            profile=spec.profile,
            price=spec.price,
            unencrypted=is_plain(self._url) and not spec.plain_http,
            template=spec.template,
            guessed=self._knows.assumed_window > 0,
        )

    async def load(self) -> AsyncGenerator[Loading, None]:
        """Ask for the key and the window, once; nothing of a story is sent.

        Raises:
            ModelError: there is no key, or the API cannot be used.
        """
        async with aclosing(self._load(asyncio.Event())) as progress:
            async for loading in progress:
                yield loading

    async def models(self) -> tuple[RemoteModel, ...]:
        """The models that the API lists; none where it cannot be asked.

        Raises:
            ModelError: it could not tell.
        """
        await self._unlocked(asyncio.Event())
        try:
            return await listed(self._api, self._knows.spec, self._wire, asyncio.Event())
        except RemoteFault as error:
            raise self._error(error.fault) from error

    async def count_tokens(self, texts: tuple[str, ...]) -> tuple[int, ...]:
        """The tokens of each text: the API's own count where it has one, else an estimate.

        Raises:
            ModelError: the API could not count.
        """
        if self._can().counts:
            async for _loading in self.load():
                continue
        if not self._can().counts:
            return tuple(map(self._estimate.of, texts))
        room = asyncio.Semaphore(_COUNTS)

        async def count(text: str) -> int:
            call = self._api.count(self._knows.spec, text)
            async with room:
                document = await self._wire.document(call) if call and text else None
            return read(lambda: self._api.read_count(document)) if document is not None else 0

        counts = await asyncio.gather(*map(count, texts), return_exceptions=True)
        for found in counts:
            if isinstance(found, RemoteFault):
                if found.fault.kind is not FaultKind.NO_SUCH_ADDRESS:
                    raise self._error(found.fault) from found
                # An older server: what it was asked for it cannot be asked again.
                self._counts = False
                return tuple(map(self._estimate.of, texts))
            if isinstance(found, BaseException):
                raise found
        return tuple(found for found in counts if isinstance(found, int))

    async def stream(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Delta, None]:
        """Answer `request`, its takes at once; the last delta is a `Finish`, also when stopped.

        Raises:
            ModelError: the API could not answer; what had come was yielded before.
        """
        async with self._turn:
            async with aclosing(self._load(stop)) as progress:
                async for loading in progress:
                    yield loading
            # From here on the time to the first word counts.
            yield Loading(1.0)
            if request.sampling.seed is None:
                drawn = replace(request.sampling, seed=secrets.randbelow(_SEEDS))
                request = replace(request, sampling=drawn)
            takes = [
                self._asking.take(_one(request, take), take, stop_of(stop, take))
                for take in range(request.takes)
            ]
            try:
                async with aclosing(takes[0] if len(takes) == 1 else merged(takes)) as deltas:
                    async for delta in deltas:
                        yield delta
            except RemoteFault as error:
                raise self._error(error.fault) from error

    async def close(self) -> None:
        """Close the connections, when what is behind has ended; the key is forgotten."""
        await self._asking.settle()
        await self._wire.close()
        self._key = None

    @property
    def _loaded(self) -> bool:
        return self._knows.complete and self._key is not None

    async def _load(self, stop: asyncio.Event) -> AsyncGenerator[Loading, None]:
        async with self._opening:
            if self._loaded or stop.is_set():
                return
            # Nothing is loaded here: whoever listens hears that an answer is waited for.
            yield Loading(1.0)
            if not await self._unlocked(stop):
                return
            try:
                await self._knows.ask(self._wire, stop)
            except RemoteFault as error:
                raise self._error(error.fault) from error

    def _can(self) -> Capabilities:
        """What it can do, as far as it is known by now."""
        spec = self._knows.spec
        can = self._api.can(spec)
        counts = can.counts and self._counts
        if self._knows.complete:
            counts = counts and self._api.count(spec, "") is not None
        return replace(
            can,
            samplers=frozenset(
                each
                for each in can.samplers
                if self._api.parameter(spec, each) not in self._knows.omit
            ),
            counts=counts,
            infill=can.infill or self._knows.infill,
        )

    async def _unlocked(self, stop: asyncio.Event) -> bool:
        """Fetch the key; whether it is there. A stop does not wait for a keyring that asks."""
        if self._key is not None:
            return True
        try:
            self._key = await unless_stopped(asyncio.to_thread(self._fetch), stop)
        except Stopped:
            return False
        return True

    def _error(self, fault: Fault) -> ModelError:
        if fault.kind is FaultKind.KEY_WRONG and not self._key:
            fault = replace(fault, kind=FaultKind.NO_KEY)
        if fault.kind in _KEYS:
            self._key = None
        spec = replace(self._knows.spec, url=self._url)
        return to_error(fault, spec, self._knows.assumed_window)

    def _place(self) -> str:
        return self._knows.place or ("" if is_loopback(self._url) else host_of(self._url))


def _one(request: Request, take: int) -> Request:
    """One of a request's takes, with a seed of its own, so that the take can record it."""
    seed = ((request.sampling.seed or 0) + take) % _SEEDS
    return replace(request, takes=1, sampling=replace(request.sampling, seed=seed))
