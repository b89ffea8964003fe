"""llama-cpp-python's own server, which speaks like OpenAI's, with a small real model."""

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from storyforge.backends.remote.backend import RemoteBackend
from storyforge.domain.generation import Request, StopReason, Text
from storyforge.domain.sampling import Sampling
from tests.backends.remote.hearing import Heard, ask, backend, spec_of
from tests.engine.conftest import smollm2_path

GREEDY = Sampling(temperature=0, seed=1)
BEGINNING = "Once upon a time there was a"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Its base URL, once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = [sys.executable, "-m", "llama_cpp.server", "--model", str(smollm2_path())]
    settings = ["--n_ctx", "512", "--n_threads", "1", "--port", str(port)]
    process = subprocess.Popen(
        [*program, *settings], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            break
    yield f"http://127.0.0.1:{port}/v1"
    process.kill()
    process.wait()


@pytest.fixture
async def model(server: str, tmp_path: Path) -> AsyncIterator[RemoteBackend]:
    found = backend(spec_of(server, model="", context_tokens=512), tmp_path)
    yield found
    await found.close()


async def test_a_text_is_gone_on_with(model: RemoteBackend) -> None:
    heard = await ask(model, Request(BEGINNING, max_tokens=8, sampling=GREEDY))
    assert heard.error is None
    assert heard.text().startswith(" ")
    assert len([each for each in heard.deltas if isinstance(each, Text)]) > 4
    assert heard.finish.reason is StopReason.LENGTH
    assert model.card.can.continues
    assert "mirostat" in model.card.can.samplers


async def test_the_same_seed_writes_the_same(model: RemoteBackend) -> None:
    request = Request(BEGINNING, max_tokens=8, sampling=Sampling(seed=3))
    assert (await ask(model, request)).text() == (await ask(model, request)).text()


async def test_it_can_be_talked_to(server: str, tmp_path: Path) -> None:
    spec = spec_of(server, model="", context_tokens=512, chats=True)
    heard = await ask(backend(spec, tmp_path), Request(BEGINNING, max_tokens=8, sampling=GREEDY))
    assert heard.error is None
    assert heard.text()


async def test_tokens_are_its_own(model: RemoteBackend) -> None:
    counts = await model.count_tokens((BEGINNING, "", "Once"))
    assert counts[1:] == (0, 1)
    assert 6 <= counts[0] <= 8
    assert model.card.can.counts


async def test_a_stop_is_heard(model: RemoteBackend) -> None:
    stop, heard = asyncio.Event(), Heard()
    async for delta in model.stream(Request(BEGINNING, 200, sampling=GREEDY), stop):
        heard.deltas.append(delta)
        if isinstance(delta, Text):
            stop.set()
    assert heard.finish.reason is StopReason.STOPPED
    assert heard.text()
    again = await ask(model, Request(BEGINNING, max_tokens=4, sampling=GREEDY))
    assert again.text()


async def test_a_text_that_is_too_long_ends_in_a_sentence(model: RemoteBackend) -> None:
    # This server closes the stream without a word then.
    heard = await ask(model, Request("rain " * 600, max_tokens=4))
    assert heard.error is not None
    assert "too long" in heard.error.hint
