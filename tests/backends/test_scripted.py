import asyncio
import re

import pytest

from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.generation import (
    Cached,
    Delta,
    Finish,
    Loading,
    Reading,
    Request,
    StopReason,
    Text,
)
from storyforge.domain.sampling import Sampling
from storyforge.errors import ModelError
from tests.backends.listening import answer, finish_of, text_of


def request(prompt: str = "Mara woke.", **more: object) -> Request:
    return Request(prompt, **{"sampling": Sampling(seed=7), **more})  # type: ignore[arg-type]


async def test_the_same_prompt_and_seed_give_the_same_text() -> None:
    first, second = ScriptedBackend(), ScriptedBackend()
    one = await answer(first, request())
    assert text_of(one) == text_of(await answer(second, request()))
    assert finish_of(one).usage.seed == 7
    other = Request("Mara woke.", sampling=Sampling(seed=8))
    assert text_of(one) != text_of(await answer(second, other))


async def test_a_stream_loads_reads_writes_and_finishes_in_this_order() -> None:
    deltas = await answer(ScriptedBackend(), request(max_tokens=12))
    assert isinstance(deltas[0], Loading)
    assert deltas[1] == Reading(2, 2, 0)
    assert all(isinstance(each, Text) for each in deltas[2:-1])
    finish = finish_of(deltas)
    assert finish.reason is StopReason.LENGTH
    assert (finish.usage.read, finish.usage.written) == (2, 12)


async def test_a_prompt_that_grew_is_partly_reused() -> None:
    backend = ScriptedBackend()
    await answer(backend, request("Mara woke."))
    usage = finish_of(await answer(backend, request("Mara woke. It was late."))).usage
    assert (usage.reused, usage.read) == (2, 3)


async def test_answers_of_a_script_come_in_turn() -> None:
    backend = ScriptedBackend(["One.", "Two words."])
    said = [text_of(await answer(backend, request())) for _ in range(3)]
    assert said == ["One.", "Two words.", "One."]
    assert len(backend.requests) == 3


async def test_a_stop_string_ends_the_answer_and_is_not_part_of_it() -> None:
    backend = ScriptedBackend(["She went out.\n\nThe door closed."])
    deltas = await answer(backend, request(stop=("\n\n",)))
    assert text_of(deltas) == "She went out."
    assert finish_of(deltas).reason is StopReason.STOP_STRING


async def test_a_stop_ends_the_stream_and_keeps_what_came() -> None:
    stop = asyncio.Event()
    backend = ScriptedBackend(["one two three four"])
    seen: list[Delta] = []
    async for delta in backend.stream(request(), stop):
        seen.append(delta)
        if isinstance(delta, Text):
            stop.set()
    assert text_of(seen) == "one"
    assert finish_of(seen).reason is StopReason.STOPPED


async def test_a_stop_does_not_wait_for_a_slow_token() -> None:
    stop = asyncio.Event()
    backend = ScriptedBackend(["one two"], delay=3600)
    running = asyncio.create_task(answer(backend, request(), stop))
    stop.set()
    assert finish_of(await running).reason is StopReason.STOPPED


async def test_it_fails_when_told_to() -> None:
    backend = ScriptedBackend(["one two three"], fail_after=2)
    seen: list[Delta] = []

    async def listen() -> None:
        async for delta in backend.stream(request(), asyncio.Event()):
            seen.append(delta)

    with pytest.raises(ModelError):
        await listen()
    assert text_of(seen) == "one two"


async def test_a_prompt_larger_than_the_window_is_an_error() -> None:
    backend = ScriptedBackend(context_tokens=3)
    with pytest.raises(ModelError, match="longer than the model's window"):
        await answer(backend, request("one two three"))


async def test_the_answer_is_clipped_to_the_room_left() -> None:
    backend = ScriptedBackend(context_tokens=6)
    deltas = await answer(backend, request("one two"))
    assert finish_of(deltas).usage.written == 4


async def test_japanese_counts_by_character() -> None:
    assert await ScriptedBackend().count_tokens(("海へ行く。", "two words", "")) == (5, 2, 0)


async def test_a_paced_answer_is_whole() -> None:
    backend = ScriptedBackend(["one two three"], delay=0.001)
    assert text_of(await answer(backend, request())) == "one two three"


async def test_it_says_honestly_that_it_is_no_model() -> None:
    backend = ScriptedBackend()
    assert backend.card.is_local
    assert "No model" in backend.card.note
    await backend.close()


async def test_behind_japanese_text_the_demo_goes_on_in_japanese() -> None:
    said = text_of(await answer(ScriptedBackend(), request("　船が来た。", max_tokens=60)))
    assert re.search("[\u3041-\u30ff]", said)
    assert not re.search("[A-Za-z ]", said)


async def test_several_takes_come_mixed_and_each_ends_for_itself() -> None:
    backend = ScriptedBackend(["One two three.", "Four.", "Five six."])
    deltas = await answer(backend, request(takes=3))
    texts = [
        "".join(d.text for d in deltas if isinstance(d, Text) and d.take == n) for n in range(3)
    ]
    assert texts == ["One two three.", "Four.", "Five six."]
    order = [delta.take for delta in deltas if isinstance(delta, Text)]
    assert order[:3] == [0, 1, 2]
    ends = {delta.take: delta for delta in deltas if isinstance(delta, Finish)}
    assert [ends[take].usage.seed for take in range(3)] == [7, 8, 9]
    assert [ends[take].usage.read for take in range(3)] == [2, 0, 0]
    assert isinstance(deltas[-1], Finish)
    # A take is what the same seed writes alone.
    alone = text_of(await answer(ScriptedBackend(), request(sampling=Sampling(seed=8))))
    both = await answer(ScriptedBackend(), request(takes=2))
    assert "".join(d.text for d in both if isinstance(d, Text) and d.take == 1) == alone


async def test_a_stop_ends_every_take() -> None:
    stop = asyncio.Event()
    stop.set()
    deltas = await answer(ScriptedBackend(), request(takes=4), stop)
    ends = [delta for delta in deltas if isinstance(delta, Finish)]
    assert [end.reason for end in ends] == [StopReason.STOPPED] * 4


async def test_what_was_read_ahead_is_not_read_again() -> None:
    backend = ScriptedBackend()
    assert [each async for each in backend.prepare(request(), asyncio.Event())] == []
    await answer(backend, request("Mara"))
    assert await backend.cached(request("Mara woke. It")) == Cached(1, 3)
    prepared = [each async for each in backend.prepare(request("Mara woke. It"), asyncio.Event())]
    assert prepared == [Reading(2, 2, 1)]
    assert await backend.cached(request("Mara woke. It")) == Cached(3, 3)
    too_long = request("word " * 10_000)
    assert [each async for each in backend.prepare(too_long, asyncio.Event())] == []


async def test_alternatives_are_words_and_add_up_to_one() -> None:
    found = await ScriptedBackend().alternatives(request(), 5, asyncio.Event())
    assert len(found) > 1
    assert sum(each.probability for each in found) == pytest.approx(1)
    stop = asyncio.Event()
    stop.set()
    assert await ScriptedBackend().alternatives(request(), 5, stop) == ()
