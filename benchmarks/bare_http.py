"""The shortest loop that hears a stream of an OpenAI-compatible server, by the bare HTTP client.

Also that server itself: llama-cpp-python's own, with the small model, in a process of its own.
"""

import json
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx2

from storyforge.domain.model import ModelSpec

_STARTING = 120.0


@dataclass(frozen=True, slots=True)
class Timing:
    """One answer: seconds to its first text, seconds behind that, and pieces of text."""

    first: float
    rest: float
    pieces: int

    @property
    def rate(self) -> float:
        """Pieces a second behind the first one; the server sends a token a piece."""
        return (self.pieces - 1) / self.rest


class Bare:
    """One client, kept open as ours is."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = httpx2.AsyncClient(timeout=None, verify=False, trust_env=False)

    async def ask(self, body: dict[str, Any]) -> Timing:
        """Hear the answer to `body` to its end."""
        began, first, pieces = time.perf_counter(), 0.0, 0
        asked = self._client.stream("POST", f"{self._url}/completions", json=body)
        async with asked as answer:
            async for line in answer.aiter_lines():
                if not line.startswith("data: {"):
                    continue
                if json.loads(line[6:])["choices"][0]["text"]:
                    first = first or time.perf_counter()
                    pieces += 1
        return Timing(first - began, time.perf_counter() - first, pieces)

    async def close(self) -> None:
        """Close its connections."""
        await self._client.aclose()


class Server:
    """llama-cpp-python's own server."""

    def __init__(self, spec: ModelSpec) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        options = ["--model", str(spec.path), "--n_ctx", "2048", "--port", str(port)]
        if spec.threads is not None:
            options += ["--n_threads", str(spec.threads)]
        if spec.threads_batch is not None:
            options += ["--n_threads_batch", str(spec.threads_batch)]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "llama_cpp.server", *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.url = f"http://127.0.0.1:{port}/v1"
        end = time.monotonic() + _STARTING
        while not self._answers(port):
            if self._process.poll() is not None or time.monotonic() > end:
                self.close()
                raise RuntimeError("llama-cpp-python's server did not start")
            time.sleep(0.05)

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()

    def _answers(self, port: int) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return True
        return False
