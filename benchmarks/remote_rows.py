"""What our client costs beside a bare HTTP loop, on the same local server.

Both sides are timed in this process, each with one client that stays open, and meet texts that the
server has not read before.
"""

import asyncio
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.bare_http import Bare, Server, Timing
from benchmarks.engine_rows import model_spec
from benchmarks.sizes import Sizes, median
from benchmarks.stories import scene_text
from benchmarks.table import Bar, Row
from storyforge.backends.remote.backend import RemoteBackend
from storyforge.backends.remote.compatible import API
from storyforge.backends.remote.omitting import Memory
from storyforge.domain.generation import Request, Text
from storyforge.domain.model import RemoteSpec
from storyforge.domain.sampling import Sampling

_BAR = 0.95
_WORDS = 100


def remote(sizes: Sizes) -> list[Row]:
    """The first token, and tokens a second behind it."""
    server = Server(model_spec())
    try:
        with tempfile.TemporaryDirectory() as folder:
            return asyncio.run(_measured(server.url, Path(folder), sizes))
    finally:
        server.close()


async def _measured(url: str, folder: Path, sizes: Sizes) -> list[Row]:
    spec = RemoteSpec("openai-compatible", "small", "", url, context_tokens=2048)
    backend = RemoteBackend(
        API, spec, key=str, messages=lambda _request: (), memory=Memory(folder / "memory.json")
    )
    bare = Bare(url)
    ours: list[Timing] = []
    theirs: list[Timing] = []
    try:
        async for _loading in backend.load():
            continue
        for number in range(-1, sizes.rounds * 2):
            mine = await _ask(backend, _request(f"Ours {number}", sizes))
            other = await bare.ask(_body(spec, _request(f"Bare {number}", sizes)))
            # The first pair only opens the connections; answers differ in length.
            if number >= 0 and mine.pieces > 8 and other.pieces > 8:
                ours.append(mine)
                theirs.append(other)
    finally:
        await bare.close()
        await backend.close()
    note = f"medians of {len(ours)} pairs of {sizes.write_tokens} tokens"
    first = [median([each.first * 1000 for each in side]) for side in (ours, theirs)]
    rate = [median([each.rate for each in side]) for side in (ours, theirs)]
    most = round(1 / _BAR, 3)
    return [
        Row("first token over HTTP", first[0], first[1], "ms", Bar.RATIO_AT_MOST, most, note),
        Row("writing over HTTP", rate[0], rate[1], "tokens/s", Bar.RATIO_AT_LEAST, _BAR, note),
    ]


async def _ask(backend: RemoteBackend, request: Request) -> Timing:
    began, first, pieces = time.perf_counter(), 0.0, 0
    async for delta in backend.stream(request, asyncio.Event()):
        if isinstance(delta, Text):
            first = first or time.perf_counter()
            pieces += 1
    return Timing(first - began, time.perf_counter() - first, pieces)


def _request(title: str, sizes: Sizes) -> Request:
    """A text whose beginning no other has, so that the server reads all of it."""
    text = f"{title}.\n\n{scene_text(1, words=_WORDS)}"
    return Request(text, max_tokens=sizes.write_tokens, sampling=Sampling(seed=1))


def _body(spec: RemoteSpec, request: Request) -> dict[str, Any]:
    """What our client would send."""
    return dict(API.encode(spec, request, frozenset()).body or {})
