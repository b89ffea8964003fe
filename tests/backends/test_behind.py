"""Work behind the author, asked as any backend is."""

import asyncio

from storyforge.backends.behind import Behind
from storyforge.backends.scripted import ScriptedBackend
from storyforge.backends.sharing import Shared
from storyforge.domain.generation import Finish, Request, StopReason, Text


async def test_an_answer_comes_whole_and_ends_with_its_reason() -> None:
    beneath = ScriptedBackend(["It rained all night."])
    shared = Shared(beneath, rest=0)
    behind = Behind(shared)
    assert behind.card is shared.card
    async for _loading in behind.load():
        continue
    request = Request("It rained.")
    deltas = [delta async for delta in behind.stream(request, asyncio.Event())]
    assert deltas[0] == Text("It rained all night.")
    assert isinstance(deltas[-1], Finish)
    assert deltas[-1].reason is StopReason.END
    assert await behind.count_tokens(("It rained.",)) == (2,)
    assert (await behind.cached(request)).total == 2
    assert await behind.alternatives(request, 2, asyncio.Event())
    assert [step async for step in behind.prepare(request, asyncio.Event())]
    assert await behind.score(request, " It poured.", asyncio.Event()) is not None
    await behind.leave(":read_in")
    await behind.close()
    assert [delta async for delta in shared.stream(request, asyncio.Event())]
    await shared.close()


async def test_a_stop_is_said_as_one() -> None:
    stop = asyncio.Event()
    stop.set()
    behind = Behind(Shared(ScriptedBackend(["It rained."]), rest=0))
    (finish,) = [delta async for delta in behind.stream(Request("It"), stop)]
    assert isinstance(finish, Finish)
    assert finish.reason is StopReason.STOPPED
