"""The models that a running program keeps."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from storyforge import settings
from storyforge.backends.scripted import ScriptedBackend
from storyforge.backends.sharing import Shared
from storyforge.domain.generation import Delta, Finish, Reading, Request, StopReason, Text
from storyforge.domain.profile import LOCAL, Profile, Task
from storyforge.errors import BadInput
from storyforge.settings import Settings
from storyforge.studio.profiles import pool as pools
from storyforge.studio.profiles.pool import Backends

LONG = " ".join(f"word{n}" for n in range(40))


class Model(ScriptedBackend):
    """Tells when it has begun an answer, waits to be let on, and knows whether it was closed."""

    def __init__(self, name: str) -> None:
        super().__init__([LONG], name=name)
        self.begun = asyncio.Event()
        self.go_on = asyncio.Event()
        self.go_on.set()
        self.loads = self.closed = 0
        self.forgot: list[tuple[str, ...]] = []

    async def forget(self, slots: tuple[str, ...]) -> None:
        self.forgot.append(slots)

    async def stream(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Delta, None]:
        self.loads += 1
        async for delta in super().stream(request, stop):
            yield delta
            if isinstance(delta, Text):
                self.begun.set()
                waits = [asyncio.create_task(one.wait()) for one in (self.go_on, stop)]
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
                for wait in waits:
                    wait.cancel()

    async def prepare(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Reading, None]:
        self.begun.set()
        yield Reading(0, 9, 0)
        await stop.wait()

    async def close(self) -> None:
        self.closed += 1
        await super().close()


class House:
    """Settings that can be changed, and every model that was made for them."""

    def __init__(self) -> None:
        self.made: list[Model] = []
        self.pool = Backends(self.settings, build=self.build)

    async def settings(self) -> Settings:
        return settings.load()

    def build(self, _settings: Settings, profile: Profile) -> Model:
        self.made.append(Model(profile.name))
        return self.made[-1]

    def of(self, name: str) -> Model:
        return next(model for model in reversed(self.made) if model.card.name == name)


@pytest.fixture
def house() -> House:
    settings.update(
        {
            "profiles.small.backend": "llama.cpp",
            "profiles.small.threads": 2,
            "profiles.lan.backend": "ollama",
            "profiles.claude.backend": "anthropic",
            "tasks.summary": "small",
        }
    )
    return House()


async def answer(shared: Shared, prompt: str = "The tide") -> Finish:
    deltas = [delta async for delta in shared.stream(Request(prompt), asyncio.Event())]
    assert isinstance(deltas[-1], Finish)
    return deltas[-1]


async def retired(house: House) -> None:
    """Until what was let go is gone."""
    await asyncio.gather(*house.pool._retiring)


async def soon(event: asyncio.Event) -> None:
    await asyncio.wait_for(event.wait(), 10)


async def test_each_task_has_the_backend_of_its_profile_and_one_profile_has_one(
    house: House,
) -> None:
    writer, summaries = await house.pool.of(), await house.pool.of(Task.SUMMARY)
    assert (writer.card.profile, summaries.card.profile) == (LOCAL, "small")
    assert await house.pool.of(Task.DRAFT) is writer
    assert [model.card.name for model in house.made] == [LOCAL, "small"]


async def test_a_profile_can_be_asked_for_by_its_name_whatever_goes_to_it(house: House) -> None:
    lan = await house.pool.of_profile("lan")
    assert await house.pool.of_profile("lan") is lan
    assert await house.pool.of_profile("small") is await house.pool.of(Task.SUMMARY)
    with pytest.raises(BadInput, match="nobody"):
        await house.pool.of_profile("nobody")


async def test_one_local_model_is_in_memory_at_a_time(house: House) -> None:
    writer, summaries = await house.pool.of(), await house.pool.of(Task.SUMMARY)
    await answer(writer)
    assert house.of(LOCAL).closed == 0
    await answer(summaries)
    assert (house.of(LOCAL).closed, house.of("small").closed) == (1, 0)
    await answer(writer)
    assert (house.of(LOCAL).closed, house.of("small").closed) == (1, 1)


async def test_whatever_is_asked_of_a_local_model_is_asked_of_it(house: House) -> None:
    writer = await house.pool.of()
    request = Request("Nobody saw the tide come in over the stones.")
    assert [step.fraction async for step in writer.load()] == [1.0]
    assert await writer.count_tokens(("The tide",)) == (2,)
    assert (await writer.cached(request)).total == 9
    assert await writer.alternatives(request, 3, asyncio.Event())
    await writer.leave("scene")
    await writer.close()
    assert house.of(LOCAL).closed
    await answer(writer)


async def test_what_is_gone_for_good_is_forgotten_by_whom_it_is_in_memory(house: House) -> None:
    for task in (Task.SUMMARY, Task.CONTINUE):
        await answer(await house.pool.of(task))
    await house.pool.forget(("one", "two"))
    # The other one gave its memory back, and has nothing.
    assert (house.of(LOCAL).forgot, house.of("small").forgot) == ([("one", "two")], [])


async def test_what_is_stopped_before_its_turn_sends_nobody_away(house: House) -> None:
    writer, summaries = await house.pool.of(), await house.pool.of(Task.SUMMARY)
    await answer(writer)
    stop = asyncio.Event()
    stop.set()
    deltas = [delta async for delta in summaries.beneath.stream(Request("B", takes=2), stop)]
    assert [isinstance(delta, Finish) and delta.take for delta in deltas] == [0, 1]
    assert house.of(LOCAL).closed == house.of("small").loads == 0


async def test_profiles_that_load_the_same_have_one_model_in_memory(house: House) -> None:
    settings.update({"profiles.bold.backend": "llama.cpp", "profiles.bold.preset": "creative"})
    settings.update({"tasks.rewrite": "bold"})
    writer, bold = await house.pool.of(), await house.pool.of(Task.REWRITE)
    await answer(writer)
    await answer(bold)
    (model,) = house.made
    assert (model.loads, model.closed) == (2, 0)
    assert (writer.card.profile, bold.card.profile) == (LOCAL, "bold")
    settings.update({"profiles.bold": None, "tasks": None})
    await house.pool.reload()
    await retired(house)
    assert model.closed == 0
    await house.pool.close()
    assert model.closed


async def test_a_local_model_that_writes_is_not_sent_away_in_the_middle(house: House) -> None:
    writer, other = await house.pool.of(), await house.pool.of(Task.SUMMARY)
    model = house.of(LOCAL)
    model.go_on.clear()
    writes = asyncio.create_task(answer(writer))
    await soon(model.begun)
    waits = asyncio.create_task(answer(other))
    await asyncio.sleep(0)
    assert model.closed == house.of("small").loads == 0
    model.go_on.set()
    assert (await asyncio.wait_for(writes, 10)).reason is StopReason.END
    assert (await asyncio.wait_for(waits, 10)).reason is StopReason.END
    assert model.closed == 1


async def test_reading_ahead_ends_when_another_local_model_is_asked(house: House) -> None:
    writer, other = await house.pool.of(), await house.pool.of(Task.SUMMARY)
    await answer(writer)
    model = house.of(LOCAL)
    model.begun.clear()

    async def read() -> list[Reading]:
        return [step async for step in writer.prepare(Request("Ahead"), asyncio.Event())]

    reading = asyncio.create_task(read())
    await soon(model.begun)
    await asyncio.wait_for(answer(other), 10)
    assert len(await asyncio.wait_for(reading, 10)) == 1
    assert [step async for step in writer.prepare(Request("Ahead"), asyncio.Event())] == []
    await writer.leave("scene")
    assert model.closed == 1


async def test_models_behind_an_api_live_side_by_side_with_the_local_one(house: House) -> None:
    await answer(await house.pool.of())
    await house.pool.switch("lan")
    await answer(await house.pool.of())
    await house.pool.switch("claude")
    await answer(await house.pool.of())
    assert [model.closed for model in house.made] == [0] * len(house.made)


async def test_work_behind_waits_for_a_pause_before_it_sends_the_authors_model_away(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, summaries = await house.pool.of(), await house.pool.of(Task.SUMMARY)
    await answer(writer)
    stop = asyncio.Event()

    async def behind() -> tuple[int, ...]:
        return await summaries.beneath.count_tokens(("The tide",))

    counting = asyncio.create_task(behind())
    written = asyncio.create_task(
        summaries.answer_behind(Request("Sum up"), stop, lambda _t: False)
    )
    await asyncio.sleep(0)
    await answer(writer)
    assert house.of(LOCAL).closed == house.of("small").loads == 0
    stop.set()
    assert await asyncio.wait_for(written, 10) is None
    assert house.of(LOCAL).closed == house.of("small").loads == 0
    counting.cancel()
    monkeypatch.setattr(pools, "_LONG_REST", 0.0)
    assert await asyncio.wait_for(behind(), 10) == (2,)
    assert house.of(LOCAL).closed == 1


async def test_the_author_comes_back_to_a_local_model_while_another_one_works_behind(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "_LONG_REST", 0.0)
    monkeypatch.setattr(house.pool._turns, "_rest", 0.0)
    writer, summaries = await house.pool.of(), await house.pool.of(Task.SUMMARY)
    small = house.of("small")
    small.go_on.clear()
    request = Request("Sum up")
    behind = asyncio.create_task(
        summaries.answer_behind(request, asyncio.Event(), lambda _t: False)
    )
    await soon(small.begun)
    await asyncio.wait_for(answer(writer), 10)
    assert small.closed == 1
    small.go_on.set()
    answered = await asyncio.wait_for(behind, 10)
    assert answered is not None
    assert answered.text == LONG
    assert summaries.beneath.card.context_tokens == 8192


async def test_what_a_provider_is_asked_behind_is_not_stopped_for_the_author(house: House) -> None:
    settings.update({"tasks.summary": "claude", "profile": "claude"})
    shared = await house.pool.of(Task.SUMMARY)
    author, work = house.made
    work.go_on.clear()
    behind = asyncio.create_task(
        shared.answer_behind(Request("Sum up"), asyncio.Event(), lambda _t: False)
    )
    await soon(work.begun)
    await asyncio.wait_for(answer(shared), 10)
    work.go_on.set()
    assert await asyncio.wait_for(behind, 10) is not None
    assert (author.loads, work.loads) == (1, 1)
    await house.pool.close()
    assert (author.closed, work.closed) == (1, 1)


async def test_another_profile_writes_for_this_session_and_the_way_back(house: House) -> None:
    settings.update({"tasks.continue": "lan"})
    assert (await house.pool.profile_of()).name == "lan"
    await house.pool.switch(LOCAL)
    assert house.pool.switched == LOCAL
    assert (await house.pool.of()).card.profile == LOCAL
    assert (await house.pool.profile_of(Task.SUMMARY)).name == "small"
    await house.pool.switch("")
    assert (await house.pool.profile_of()).name == "lan"
    with pytest.raises(BadInput, match="no profile called “moon”"):
        await house.pool.switch("moon")
    assert settings.load().tasks["continue"] == "lan"


async def test_a_model_whose_profile_stays_as_it_was_stays_loaded(house: House) -> None:
    await house.pool.switch("lan")
    lan = await house.pool.of()
    small = await house.pool.of(Task.SUMMARY)
    settings.update({"profiles.small.threads": 1, "profiles.lan.preset": "creative"})
    await house.pool.reload()
    await retired(house)
    assert house.of("small").closed >= 1
    assert house.of("lan").closed == 0
    assert await house.pool.of() is lan
    assert await house.pool.of(Task.SUMMARY) is not small
    settings.update({"profiles.lan": None})
    await house.pool.reload()
    await retired(house)
    assert house.of("lan").closed == 1
    assert (house.pool.switched, (await house.pool.of()).card.profile) == ("", LOCAL)


async def test_a_model_that_writes_is_let_go_behind_that(house: House) -> None:
    await house.pool.switch("lan")
    shared = await house.pool.of()
    model = house.of("lan")
    model.go_on.clear()
    writes = asyncio.create_task(answer(shared))
    await soon(model.begun)
    settings.update({"profiles.lan.model": "another"})
    await house.pool.reload()
    assert await house.pool.of() is not shared
    assert model.closed == 0
    model.go_on.set()
    assert (await asyncio.wait_for(writes, 10)).reason is StopReason.END
    await retired(house)
    assert model.closed == 1


async def test_the_way_out_waits_for_nobody(house: House) -> None:
    writer, other = await house.pool.of(), await house.pool.of(Task.SUMMARY)
    await answer(other)
    model = house.of(LOCAL)
    model.go_on.clear()
    stop = asyncio.Event()
    request = Request("Sum up")
    behind = asyncio.create_task(writer.answer_behind(request, stop, lambda _text: False))
    settings.update({"model.threads": 1})
    await house.pool.reload()
    await house.pool.close()
    assert model.closed
    stop.set()
    assert await asyncio.wait_for(behind, 10) is None
    assert house.pool._retiring == {}


async def test_one_backend_for_everything_is_the_demos(house: House) -> None:
    settings.update({"profile": "claude"})
    model = Model("demo")
    pool = Backends(house.settings, only=lambda: model)
    assert await pool.of(Task.SUMMARY) is await pool.of()
    assert (await pool.of()).beneath is model
    assert (await pool.profile_of()).name == LOCAL
    await pool.reload()
    assert model.closed == 0
    await pool.close()
    assert model.closed == 1
