"""The AI Horde: strangers' machines, for authors without one of their own that can do it.

A request stands in a queue, is looked at from time to time, and is taken out of it when nobody
wants it any more. What is said to the Horde, and what it says, is `horde_api`'s.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from importlib.metadata import version

from storyforge.backends.remote import horde_api
from storyforge.backends.remote.elsewhere import Elsewhere
from storyforge.backends.remote.faults import Fault, FaultKind, RemoteFault, to_error
from storyforge.backends.remote.horde_api import Offer, State
from storyforge.backends.remote.horde_takes import Takes
from storyforge.backends.remote.patience import Patience
from storyforge.backends.remote.wire import Wire
from storyforge.domain.generation import (
    Delta,
    Loading,
    Message,
    Request,
    Waiting,
)
from storyforge.domain.hosts import host_of, is_plain
from storyforge.domain.model import ModelCard, RemoteModel, RemoteSpec
from storyforge.errors import ModelError
from storyforge.i18n import _

# Seconds between two looks: the Horde allows one a second.
_PACE = 2.0
# Seconds for taking a request out of the queue.
_CANCEL = 5.0


class HordeBackend(Elsewhere):
    """The volunteers of the AI Horde.

    Args:
        key: fetches the author's key; an empty one asks as nobody in particular, behind the others.
        messages: not used: what is offered goes on with a text.
        pace: seconds between two looks at a request.
    """

    def __init__(
        self,
        spec: RemoteSpec,
        *,
        key: Callable[[], str],
        messages: Callable[[Request], tuple[Message, ...]],
        patience: Patience | None = None,
        pace: float = _PACE,
    ) -> None:
        super().__init__()
        self._spec = spec
        self._url = spec.url or horde_api.HOME
        self._fetch = key
        self._key: str | None = None
        self._wire = Wire(
            self._url,
            self._headers,
            plain_http=spec.plain_http,
            stall_seconds=spec.stall_seconds,
            patience=patience,
        )
        self._pace = pace
        self._offer = Offer()
        self._opening = asyncio.Lock()
        self._turn = asyncio.Lock()
        self._cancels: set[asyncio.Task[None]] = set()

    @property
    def card(self) -> ModelCard:
        """What to tell the author; `context_tokens` is what half of the volunteers offer."""
        return ModelCard(
            name=self._spec.name,
            # Also where the Horde's own server runs here: who writes is somewhere else.
            place=host_of(self._url),
            context_tokens=self._offer.window or self._spec.context_tokens or 0,
            note=_("Machines of strangers read what is sent there, and write the answer."),
            can=horde_api.CAPABILITIES,
            profile=self._spec.profile,
            unencrypted=is_plain(self._url) and not self._spec.plain_http,
            template=self._spec.template,
        )

    async def load(self) -> AsyncGenerator[Loading, None]:
        """Ask who is there, once; nothing of a story is sent.

        Raises:
            ModelError: nobody is there who has the model, or the Horde cannot be reached.
        """
        async with aclosing(self._load(asyncio.Event())) as progress:
            async for loading in progress:
                yield loading

    async def models(self) -> tuple[RemoteModel, ...]:
        """The models that are offered now.

        Raises:
            ModelError: the Horde could not tell.
        """
        await self._unlock()
        try:
            return horde_api.read_models(await self._wire.document(horde_api.workers()))
        except RemoteFault as error:
            raise self._error(error.fault) from error

    async def count_tokens(self, texts: tuple[str, ...]) -> tuple[int, ...]:
        """Estimates: each volunteer may have another model."""
        return tuple(map(self._estimate.of, texts))

    async def stream(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Delta, None]:
        """Answer `request`, its takes as they come; the last delta is a `Finish`, also when
        stopped.

        Raises:
            ModelError: it cannot be done; the takes that had come were yielded before.
        """
        async with self._turn:
            async with aclosing(self._load(stop)) as progress:
                async for loading in progress:
                    yield loading
            # From here on the time to the first word counts.
            yield Loading(1.0)
            asked = Takes(request, self._estimate)
            try:
                async with aclosing(self._answers(asked, stop)) as deltas:
                    async for delta in deltas:
                        yield delta
            except RemoteFault as error:
                raise self._error(error.fault) from error

    async def close(self) -> None:
        """Close the connections, when what is taken out of the queue is out; forget the key."""
        if self._cancels:
            await asyncio.wait(self._cancels)
        await self._wire.close()
        self._key = None

    async def _load(self, stop: asyncio.Event) -> AsyncGenerator[Loading, None]:
        async with self._opening:
            if (self._offer.workers and self._key is not None) or stop.is_set():
                return
            # Nothing is loaded here: whoever listens hears that an answer is waited for.
            yield Loading(1.0)
            await self._unlock()
            spec = self._spec
            try:
                document = await self._wire.document(horde_api.workers(), stop)
            except RemoteFault as error:
                raise self._error(error.fault) from error
            if stop.is_set():
                return
            self._offer = horde_api.read_offer(document, spec.model, spec.context_tokens)
            if not self._offer.workers:
                raise self._nobody()

    async def _answers(self, asked: Takes, stop: asyncio.Event) -> AsyncGenerator[Delta, None]:
        """The takes as they come; what is not wanted any more leaves the queue."""
        name, kudos = "", 0
        try:
            if not stop.is_set():
                call = horde_api.ask(asked.request, self._spec.model, self._offer)
                # A stop must not be heard between the queue's taking it and its name.
                document = await self._wire.document(call)
                name, kudos = horde_api.read_id(document), horde_api.read_kudos(document)
                if not name:
                    raise RemoteFault(Fault(FaultKind.MALFORMED))
            while name and asked.open and not stop.is_set():
                state = horde_api.read_state(await self._wire.document(horde_api.look(name), stop))
                if stop.is_set():
                    break
                for delta in asked.hear(state):
                    yield delta
                if state.done or not asked.open:
                    name = ""
                    break
                if state.failed or not state.possible:
                    raise self._undone(state)
                yield Waiting(_why(state, kudos), float(state.seconds), state.ahead)
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._pace):
                        await stop.wait()
            if name and asked.open:
                name, left = "", name
                for delta in asked.hear(await self._last(left)):
                    yield delta
        finally:
            if name and asked.open:
                self._forget(name)
        for delta in asked.rest(stopped=stop.is_set()):
            yield delta

    async def _last(self, name: str) -> State:
        """Take a request out of the queue; what was written by then."""
        try:
            async with asyncio.timeout(_CANCEL):
                return horde_api.read_state(await self._wire.document(horde_api.cancel(name)))
        except (RemoteFault, TimeoutError):
            # It is no longer there, or cannot be reached: the Horde drops it after 20 minutes.
            return State()

    def _forget(self, name: str) -> None:
        """Take a request out of the queue, behind: nobody waits for what was written."""

        async def tell() -> None:
            await self._last(name)

        task = asyncio.create_task(tell())
        self._cancels.add(task)
        task.add_done_callback(self._cancels.discard)

    async def _unlock(self) -> None:
        if self._key is None:
            self._key = await asyncio.to_thread(self._fetch)

    def _headers(self) -> dict[str, str]:
        return {
            "apikey": self._key or horde_api.ANONYMOUS,
            "client-agent": f"storyforge:{version('storyforge')}:unknown",
        }

    def _error(self, fault: Fault) -> ModelError:
        if fault.kind is FaultKind.KEY_WRONG:
            self._key = None
        if fault.status == 404:
            return ModelError(
                _("The Horde no longer has this request: it waited for too long."),
                title=_("Nobody wrote it"),
                hint=_("Try again, or choose a model that more machines offer."),
            )
        return to_error(fault, self._spec)

    def _undone(self, state: State) -> ModelError:
        # Who is there may be others now: the next request asks anew.
        self._offer = Offer()
        if state.failed:
            return ModelError(
                _("The machines that took this request failed; your text is whole."),
                title=_("Nobody wrote it"),
                hint=_("Try again, or choose a model that more machines offer."),
            )
        return ModelError(
            _("No machine that is there now can write this; your text is whole."),
            title=_("Nobody can write it"),
            hint=_("Try again: it is asked anew what they offer. A shorter answer may help."),
        )

    def _nobody(self) -> ModelError:
        model = self._spec.model
        return ModelError(
            _("Nobody offers “{model}” at the moment; your text is whole.").format(model=model)
            if model
            else _("Nobody offers a model at the moment; your text is whole."),
            title=_("Nobody can write it"),
            hint=_("`storyforge profiles models {profile}` lists what is offered now.").format(
                profile=self._spec.profile or self._spec.name
            ),
        )


def _why(state: State, kudos: int) -> str:
    if state.working:
        return _("strangers' machines write")
    if kudos:
        return _("in the Horde's queue, for {kudos} kudos").format(kudos=kudos)
    return _("in the Horde's queue")
