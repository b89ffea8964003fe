"""The author goes first, and what is written behind comes all the same."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator

from storyforge.backends.scripted import ScriptedBackend
from storyforge.backends.sharing import Answered, Shared
from storyforge.domain.generation import Delta, Request, StopReason, Text

LONG = " ".join(f"word{n}" for n in range(40))


class Slow(ScriptedBackend):
    """Waits before every answer's third token until it is let on, or stopped."""

    def __init__(self, *script: str) -> None:
        super().__init__(script)
        self.at_three = asyncio.Event()
        self.go_on = asyncio.Event()

    async def stream(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Delta, None]:
        count = 0
        async for delta in super().stream(request, stop):
            yield delta
            count += isinstance(delta, Text)
            if count == 3 and not self.go_on.is_set():
                self.at_three.set()
                waits = [asyncio.create_task(one.wait()) for one in (self.go_on, stop)]
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
                for wait in waits:
                    wait.cancel()


def never(_text: str) -> bool:
    return False


async def said(shared: Shared, prompt: str) -> str:
    deltas = shared.stream(Request(prompt), asyncio.Event())
    return "".join([delta.text async for delta in deltas if isinstance(delta, Text)])


async def test_an_answer_is_written_behind_whole_or_as_far_as_it_is_wanted() -> None:
    shared = Shared(ScriptedBackend([LONG]))
    whole = await shared.answer_behind(Request("A."), asyncio.Event(), never)
    assert whole is not None
    assert (whole.text, whole.reason) == (LONG, StopReason.END)
    some = await shared.answer_behind(Request("A."), asyncio.Event(), lambda t: "word2" in t)
    assert isinstance(some, Answered)
    assert (some.text, some.reason) == ("word0 word1 word2", StopReason.LENGTH)


async def test_the_author_goes_first_and_the_answer_behind_begins_again() -> None:
    slow = Slow(LONG, "The author's.", LONG)
    shared = Shared(slow, rest=0)
    behind = asyncio.create_task(shared.answer_behind(Request("B."), asyncio.Event(), never))
    await asyncio.wait_for(slow.at_three.wait(), 10)
    assert await asyncio.wait_for(said(shared, "A."), 10) == "The author's."
    slow.go_on.set()
    answered = await asyncio.wait_for(behind, 10)
    assert answered is not None
    assert answered.text == LONG
    assert [request.prompt for request in slow.requests] == ["B.", "A.", "B."]


async def test_whatever_the_author_asks_goes_first() -> None:
    slow = Slow(LONG)
    shared = Shared(slow, rest=0)
    for author in (
        lambda: _all(shared.prepare(Request("A."), asyncio.Event())),
        lambda: shared.alternatives(Request("A."), 2, asyncio.Event()),
        lambda: shared.count_tokens(("A.",)),
        lambda: shared.cached(Request("A.")),
        lambda: shared.leave("scene"),
    ):
        slow.at_three.clear()
        behind = asyncio.create_task(shared.answer_behind(Request("B."), asyncio.Event(), never))
        await asyncio.wait_for(slow.at_three.wait(), 10)
        await asyncio.wait_for(author(), 10)
        slow.at_three.clear()
        await asyncio.wait_for(slow.at_three.wait(), 10)  # it has begun again
        slow.go_on.set()
        answered = await asyncio.wait_for(behind, 10)
        assert answered is not None
        slow.go_on.clear()


async def _all(steps: AsyncIterator[object]) -> list[object]:
    return [step async for step in steps]


async def test_work_behind_waits_while_the_author_rests_and_hears_its_stop() -> None:
    shared = Shared(ScriptedBackend(["One.", "Two."]), rest=3600)
    assert await said(shared, "A.") == "One."
    stop = asyncio.Event()
    behind = asyncio.create_task(shared.answer_behind(Request("B."), stop, never))
    await asyncio.sleep(0)
    assert not behind.done()
    stop.set()
    assert await asyncio.wait_for(behind, 10) is None


class Judging(ScriptedBackend):
    """Judges nothing until it is let on; a stop ends it without a word."""

    def __init__(self) -> None:
        super().__init__(["The author's."])
        self.asked = asyncio.Event()
        self.go_on = asyncio.Event()

    async def score(self, request: Request, text: str, stop: asyncio.Event) -> float | None:
        self.asked.set()
        waits = [asyncio.create_task(one.wait()) for one in (self.go_on, stop)]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        return await super().score(request, text, stop)


async def test_a_judgement_behind_gives_way_and_comes_again() -> None:
    judging = Judging()
    shared = Shared(judging, rest=0)
    behind = asyncio.create_task(shared.score_behind(Request("A b."), "b.", asyncio.Event()))
    await asyncio.wait_for(judging.asked.wait(), 10)
    assert await asyncio.wait_for(said(shared, "A."), 10) == "The author's."
    assert not behind.done()
    judging.go_on.set()
    score = await asyncio.wait_for(behind, 10)
    assert score is not None
    assert score == await shared.score(Request("A b."), "b.", asyncio.Event())


async def test_a_judgement_behind_hears_its_stop() -> None:
    judging, stop = Judging(), asyncio.Event()
    shared = Shared(judging, rest=0)
    behind = asyncio.create_task(shared.score_behind(Request("A."), "b", stop))
    await asyncio.wait_for(judging.asked.wait(), 10)
    stop.set()
    assert await asyncio.wait_for(behind, 10) is None
