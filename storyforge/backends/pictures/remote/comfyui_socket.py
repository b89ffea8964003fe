"""The websocket on which ComfyUI says how far it is; opened again whenever it breaks.

Nothing hangs on it: what became of a picture, history tells. So no fault of its is an error here,
and whoever listens hears only that nothing is heard for now.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

from storyforge.domain.hosts import is_loopback

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

_log = logging.getLogger(__name__)

_OPEN_SECONDS = 10.0
# A stop does not wait for a server that says no farewell.
_CLOSE_SECONDS = 1.0
# While it loads a model it may answer nothing for a minute or two.
_DEAF_SECONDS = 180.0
# Bytes of a message: previews are small, but what a node sends itself need not be.
_LARGEST = 1 << 25
# Messages that nobody has heard yet: behind so many the server has to wait.
_WAITING = 64
# Seconds until it is opened again: they double.
_FIRST, _MOST = 0.25, 8.0


class Ear:
    """What is heard on a socket.

    Attributes:
        messages: as they come; None where the socket broke.
        tried: set once it is open, or cannot be opened.
    """

    def __init__(self) -> None:
        self.messages: asyncio.Queue[str | bytes | None] = asyncio.Queue(_WAITING)
        self.tried = asyncio.Event()


@asynccontextmanager
async def listening(
    url: str, client: str, headers: Mapping[str, str], *, first: float = _FIRST
) -> AsyncIterator[Ear]:
    """An ear at the server of that base URL for as long as the block lasts.

    Args:
        client: whose pictures it hears of.
        headers: may carry a key: they go to this address and nowhere else.
        first: seconds until a broken socket is opened again, for the first time.
    """
    ear = Ear()
    task = asyncio.create_task(_listen(ear, url, client, headers, first))
    # Whatever ends it, nobody waits for it: queue and history are asked then.
    task.add_done_callback(lambda _done: ear.tried.set())
    try:
        yield ear
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _listen(
    ear: Ear, url: str, client: str, headers: Mapping[str, str], first: float
) -> None:
    from websockets.exceptions import WebSocketException

    pause = first
    while True:
        try:
            async with await _opened(url, client, headers) as socket:
                ear.tried.set()
                async for message in socket:
                    pause = first
                    await ear.messages.put(message)
        # ImportError: a SOCKS proxy without its package. ValueError: an address that is none.
        except (OSError, WebSocketException, ImportError, ValueError) as error:
            # Not its words: the server's, or a proxy's, may have a key in them.
            _log.info("The socket of ComfyUI is closed: %s", type(error).__name__)
        ear.tried.set()
        await ear.messages.put(None)
        await asyncio.sleep(pause)
        pause = min(pause * 2, _MOST)


async def _opened(url: str, client: str, headers: Mapping[str, str]) -> "ClientConnection":
    from websockets.asyncio.client import connect

    class Direct(connect):
        """It follows no redirect: it would take the key along."""

        def process_redirect(self, exc: Exception) -> Exception | str:
            return exc

    encrypted = url.lower().startswith("https:")
    address = "ws" + url[4:] + f"/ws?clientId={quote(client)}"
    return await Direct(
        address,
        additional_headers=dict(headers),
        user_agent_header="storyforge",
        # A proxy is for the way out.
        proxy=None if is_loopback(url) else True,
        ssl=await asyncio.to_thread(_certificates) if encrypted else None,
        open_timeout=_OPEN_SECONDS,
        close_timeout=_CLOSE_SECONDS,
        ping_timeout=_DEAF_SECONDS,
        max_size=_LARGEST,
        # Its own would write the headers down.
        logger=_silent(),
    )


def _certificates() -> "object":
    import httpx2

    return httpx2.create_ssl_context()


def _silent() -> logging.Logger:
    logger = logging.Logger("websockets")
    logger.disabled = True
    return logger
