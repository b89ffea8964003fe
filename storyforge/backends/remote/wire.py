"""The one room that talks HTTP: a call goes out, its events come in. It knows no API.

It owns connections, proxies, time-outs, redirects, attempts and what httpx2 raises. Headers that
may carry a key are asked for at each call, go to the base URL's own address and nowhere else, and
stand in nothing that is raised, logged or kept.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from storyforge.backends.remote import reading, telling
from storyforge.backends.remote.api import Call, Event, Framing
from storyforge.backends.remote.complaints import of_answer, without
from storyforge.backends.remote.faults import Fault, FaultKind, RemoteFault
from storyforge.backends.remote.mishaps import of_exception
from storyforge.backends.remote.patience import Patience, why
from storyforge.domain.generation import Waiting
from storyforge.domain.hosts import is_loopback, is_plain, shown

if TYPE_CHECKING:
    import httpx2

_CONNECT_SECONDS = 10.0
#: until the first byte a server may read a long prompt, think or draw: so many times the stall
_FIRST = 5.0
_HOPS = 3
#: bytes of an error's body that are read
_COMPLAINT = 64 << 10


class Wire:
    """Calls to one base URL.

    Args:
        headers: what goes with each call; asked for each time, must not block.
        plain_http: the author allowed an unencrypted way to another machine.
        stall_seconds: without a byte for so long an answer counts as dead; five times so long
            until its first, where something was sent to be answered.
        patience: how often, and after how long, a call is sent once more.
    """

    def __init__(
        self,
        url: str,
        headers: Callable[[], Mapping[str, str]],
        *,
        plain_http: bool = False,
        stall_seconds: float = 120.0,
        patience: Patience | None = None,
    ) -> None:
        self._url = url.rstrip("/")
        self._headers = headers
        self._plain_http = plain_http
        self._stall = stall_seconds
        self._patience = patience or Patience()
        self._client: httpx2.AsyncClient | None = None
        self._opening = asyncio.Lock()

    async def document(self, call: Call, stop: asyncio.Event | None = None) -> Any:
        """The decoded JSON that answers `call`; None when stopped, or when it was empty.

        Raises:
            RemoteFault: it did not come, or it is no JSON.
        """
        events = self.events(replace(call, framing=Framing.JSON), stop or asyncio.Event())
        async with aclosing(events) as heard:
            async for event in heard:
                if isinstance(event, Event):
                    return reading.document(event.data)
        return None

    async def file(self, call: Call, stop: asyncio.Event | None = None) -> bytes | None:
        """The bytes that answer `call`; None when stopped, or when there were none.

        Raises:
            RemoteFault: they did not come.
        """
        events = self.events(replace(call, framing=Framing.BYTES), stop or asyncio.Event())
        async with aclosing(events) as heard:
            async for event in heard:
                if isinstance(event, Event):
                    return event.raw
        return None

    async def events(
        self, call: Call, stop: asyncio.Event
    ) -> AsyncGenerator[Event | Waiting, None]:
        """The events that answer `call`; ends at once when stopped, and closes the connection.

        Raises:
            RemoteFault: something went wrong; what had come was yielded before.
        """
        for before in count():
            if stop.is_set():
                return
            come = False
            try:
                async with aclosing(self._once(call, stop)) as heard:
                    async for event in heard:
                        come = True
                        yield event
                return
            except RemoteFault as error:
                fault = error.fault
            pause = None if come or not call.again else self._patience.pause(fault, before)
            if stop.is_set():
                return
            if pause is None:
                raise RemoteFault(fault)
            yield Waiting(why(fault), pause, again=True)
            await _until(stop, pause)

    async def close(self) -> None:
        """Close what is open; the next call opens anew."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _once(self, call: Call, stop: asyncio.Event) -> AsyncGenerator[Event, None]:
        """One attempt. A task of its own reads, so that a stop is heard whatever it waits for."""
        heard: asyncio.Queue[list[Event] | None] = asyncio.Queue()
        pump = asyncio.create_task(self._pump(call, heard))
        pump.add_done_callback(lambda _done: heard.put_nowait(None))
        halt = asyncio.create_task(stop.wait())
        halt.add_done_callback(lambda _done: pump.cancel())
        try:
            while (events := await heard.get()) is not None:
                for event in events:
                    yield event
            if not pump.cancelled():
                pump.result()
        finally:
            halt.cancel()
            await asyncio.wait({pump, halt})
            if not pump.cancelled():
                pump.exception()

    async def _pump(self, call: Call, heard: asyncio.Queue[list[Event] | None]) -> None:
        import httpx2

        loop = asyncio.get_running_loop()
        try:
            first = self._stall * (_FIRST if call.method == "POST" else 1.0)
            async with asyncio.timeout(first) as clock, self._answer(call) as answer:
                kind = answer.headers.get("content-type", "")
                body = reading.Body(call.framing, kind, call.limit)
                async for data in answer.aiter_bytes():
                    clock.reschedule(loop.time() + self._stall)
                    if events := body.feed(data):
                        heard.put_nowait(events)
                if events := body.end():
                    heard.put_nowait(events)
        except TimeoutError:
            raise RemoteFault(Fault(FaultKind.STALLED)) from None
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            # Not chained: the request in it carries the key.
            raise RemoteFault(self._scrubbed(of_exception(error, self._url))) from None

    @asynccontextmanager
    async def _answer(self, call: Call) -> "AsyncIterator[httpx2.Response]":
        """The answer to `call`, open; redirects are followed within its own address only."""
        client = await self._opened()
        url, query = self._base(call) + call.path, call.query or None
        content, kind = telling.content_of(call)
        for _hop in range(_HOPS):
            request = client.build_request(
                call.method, url, params=query, content=content, headers=self._sent(call, kind)
            )
            answer = await client.send(request, stream=True)
            try:
                if not answer.has_redirect_location:
                    await self._check(answer)
                    yield answer
                    return
                url, query = self._followed(url, answer.headers["location"]), None
            finally:
                await answer.aclose()
        raise RemoteFault(Fault(FaultKind.LEADS_NOWHERE))

    def _base(self, call: Call) -> str:
        if not call.above:
            return self._url
        parts = urlsplit(self._url)
        return parts._replace(path=parts.path.rpartition("/")[0]).geturl()

    async def _opened(self) -> "httpx2.AsyncClient":
        async with self._opening:
            if is_plain(self._url) and not self._plain_http:
                raise RemoteFault(Fault(FaultKind.PLAIN_HTTP))
            if self._client is None:
                # Importing it and reading the system's certificates takes 0.1 s.
                self._client = await asyncio.to_thread(_client, self._url)
            return self._client

    async def _check(self, answer: "httpx2.Response") -> None:
        """See that it is an answer.

        Raises:
            RemoteFault: it is an error, or nothing that an API says.
        """
        if answer.is_success:
            return
        body = b""
        async for data in answer.aiter_bytes():
            body += data
            if len(body) > _COMPLAINT:
                break
        retry_after = reading.retry_after(answer.headers)
        fault = of_answer(
            answer.status_code, body[:_COMPLAINT].decode("utf-8", "replace"), retry_after
        )
        raise RemoteFault(self._scrubbed(fault))

    def _followed(self, url: str, location: str) -> str:
        try:
            target = urljoin(url, location)
            here, there = urlsplit(url), urlsplit(target)
        except ValueError:
            raise RemoteFault(Fault(FaultKind.LEADS_NOWHERE)) from None
        if not there.netloc:
            raise RemoteFault(Fault(FaultKind.LEADS_NOWHERE))
        if (here.scheme, here.netloc.lower()) != (there.scheme, there.netloc.lower()):
            raise RemoteFault(
                Fault(FaultKind.REDIRECTED, shown(f"{there.scheme}://{there.netloc}"))
            )
        return target

    def _sent(self, call: Call, kind: str) -> dict[str, str]:
        streams = {
            Framing.EVENTS: "text/event-stream",
            Framing.LINES: "application/x-ndjson",
            Framing.BYTES: "*/*",
        }
        sent = {
            "accept": streams.get(call.framing, "application/json"),
            # A proxy that packs a stream holds it back.
            "accept-encoding": "identity",
            "user-agent": "storyforge",
            **self._headers(),
        }
        if kind:
            sent["content-type"] = kind
        # Said here: what httpx2 would raise has the value in it.
        if not all(value.isascii() and value.isprintable() for value in sent.values()):
            raise RemoteFault(Fault(FaultKind.KEY_WRONG))
        return sent

    def _scrubbed(self, fault: Fault) -> Fault:
        secrets = tuple(self._headers().values())
        told, body = (without(secrets, words) for words in (fault.told, fault.body))
        return replace(fault, told=told, body=body)


def _client(url: str) -> "httpx2.AsyncClient":
    import httpx2

    here, encrypted = is_loopback(url), url.lower().startswith("https:")
    try:
        return httpx2.AsyncClient(
            timeout=httpx2.Timeout(None, connect=_CONNECT_SECONDS),
            limits=httpx2.Limits(max_connections=None),
            # A proxy is for the way out; certificates are for a way that is encrypted.
            trust_env=not here,
            verify=httpx2.create_ssl_context() if encrypted or not here else False,
        )
    except (ImportError, ValueError, httpx2.InvalidURL):
        # SOCKS without its package, or an address of a proxy that is none.
        raise RemoteFault(Fault(FaultKind.PROXY)) from None


async def _until(stop: asyncio.Event, seconds: float) -> None:
    """Wait so long, or until the stop."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
