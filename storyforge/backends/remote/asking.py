"""One answer, asked for until it comes: without what the model refuses, and told to stop.

It owns nothing that outlives an answer but the calls that tell a server to stop.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing, suppress
from dataclasses import replace

from storyforge.backends.remote.answering import Answer
from storyforge.backends.remote.api import Api, Decoder, Event, Piece
from storyforge.backends.remote.estimating import Estimator
from storyforge.backends.remote.faults import RemoteFault
from storyforge.backends.remote.knowing import Knowledge
from storyforge.backends.remote.reading import read
from storyforge.backends.remote.wire import Wire
from storyforge.backends.stopping import either
from storyforge.domain.generation import Delta, Message, Noted, Request, Usage, Waiting
from storyforge.domain.model import RemoteSpec
from storyforge.i18n import _

# Seconds that a stream may stay open behind its end: its connection is good for the next request.
_LINGER = 0.5
# Seconds for telling a server to stop.
_ABORT = 5.0


class Asking:
    """Asks one API for answers.

    Args:
        messages: makes a conversation of a request, for models that are talked to.
    """

    def __init__(
        self,
        api: Api,
        wire: Wire,
        knows: Knowledge,
        estimate: Estimator,
        messages: Callable[[Request], tuple[Message, ...]],
    ) -> None:
        self._api = api
        self._wire = wire
        self._knows = knows
        self._estimate = estimate
        self._messages = messages
        self._aborts: set[asyncio.Task[None]] = set()

    async def take(
        self, request: Request, take: int, stop: asyncio.Event
    ) -> AsyncGenerator[Delta, None]:
        """One answer to `request`; its last delta is a `Finish`.

        Raises:
            RemoteFault: it did not come, or not all of it; what had come was yielded before.
        """
        paid = Usage()
        while True:
            spec, omit = self._knows.spec, self._knows.omit
            asked = await self._worded(spec, request)
            answer = Answer(asked, take, _told(asked), self._estimate, paid)
            try:
                async with aclosing(self._attempt(spec, asked, omit, answer, stop)) as deltas:
                    async for delta in deltas:
                        yield delta
                note: str | None
                new = answer.thought and await self._knows.saw_thinking(spec)
                if not (new and answer.starved and self._roomier(spec, asked)) or stop.is_set():
                    for delta in answer.finish(spec.price, stopped=stop.is_set()):
                        yield delta
                    return
                paid = answer.cost(None)
                note = _("{model} thinks before it writes. It is given more room for that.").format(
                    model=spec.name
                )
            except RemoteFault as error:
                note = None if answer.said else await self._knows.learn(error.fault, spec, omit)
                if note is None:
                    raise
            if note:
                yield Noted(note)

    def _roomier(self, spec: RemoteSpec, request: Request) -> bool:
        """Whether it would be asked otherwise now; a model that had room to think would not."""
        omit = self._knows.omit
        now = self._api.encode(self._knows.spec, request, omit)
        return now != self._api.encode(spec, request, omit)

    async def settle(self) -> None:
        """Wait until servers that were told to stop have heard it."""
        if self._aborts:
            await asyncio.wait(self._aborts)

    async def _worded(self, spec: RemoteSpec, request: Request) -> Request:
        """`request` as it is asked: as a conversation where the model is talked to."""
        if self._api.can(spec).continues:
            return replace(request, messages=())
        if request.messages:
            return request
        # A template is read from the disk.
        return replace(request, messages=await asyncio.to_thread(self._messages, request))

    async def _attempt(
        self,
        spec: RemoteSpec,
        request: Request,
        omit: frozenset[str],
        answer: Answer,
        stop: asyncio.Event,
    ) -> AsyncGenerator[Delta, None]:
        # A stop string may stand in what is said around a reply, so it is looked for by us alone.
        told = replace(request, stop=()) if request.messages else request
        call, decoder = self._api.encode(spec, told, omit), self._api.decoder()
        try:
            async with (
                either(stop) as enough,
                aclosing(self._wire.events(call, enough)) as heard,
            ):
                async for event in heard:
                    if isinstance(event, Waiting):
                        yield event
                        continue
                    for delta in self._heard(answer, decoder, event):
                        yield delta
                    if answer.enough:
                        break
                    if answer.ended is not None:
                        asyncio.get_running_loop().call_later(_LINGER, enough.set)
            if not answer.enough and answer.ended is None and not stop.is_set():
                for delta in self._heard(answer, decoder, None):
                    yield delta
        except RemoteFault:
            if answer.ended is None and not answer.enough:
                for delta in answer.rest():
                    yield delta
                raise
        finally:
            if answer.ended is None:
                self._abort(spec)
        answer.learn()

    def _heard(self, answer: Answer, decoder: Decoder, event: Event | None) -> Iterator[Delta]:
        """What an event says, or the end of the stream where there is none."""
        pieces: list[Piece] = []

        def gather() -> None:
            for piece in decoder.end() if event is None else decoder.feed(event):
                pieces.append(piece)

        fault = None
        try:
            read(gather)
        except RemoteFault as error:
            fault = error
        for piece in pieces:
            yield from answer.hear(piece)
        if fault is not None:
            raise fault

    def _abort(self, spec: RemoteSpec) -> None:
        """Tell the server to stop, behind: nobody waits for its answer."""
        if (call := self._api.abort(spec)) is None:
            return

        async def tell() -> None:
            # A server that does not hear it has lost its connection, at least.
            with suppress(RemoteFault, TimeoutError):
                async with asyncio.timeout(_ABORT):
                    await self._wire.document(replace(call, again=False))

        task = asyncio.create_task(tell())
        self._aborts.add(task)
        task.add_done_callback(self._aborts.discard)


def _told(request: Request) -> str:
    """All that is sent of words."""
    if request.messages:
        return "\n".join(message.text for message in request.messages)
    return request.prompt + request.suffix
