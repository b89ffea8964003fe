"""The AI Horde, by what it says and what it is told."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from storyforge.backends.remote import horde_api
from storyforge.backends.remote.horde import HordeBackend
from storyforge.backends.remote.horde_api import Offer
from storyforge.domain.generation import Delta, Finish, Request, StopReason, Text, Waiting
from storyforge.domain.model import RemoteModel, RemoteSpec
from storyforge.domain.sampling import Sampling
from tests.backends.listening import answer, broken, finish_of, text_of
from tests.backends.remote.far_side import Answer, document
from tests.backends.remote.replaying import Replay, replaying, shape, told

PAGE = "Mara took the rope. It"
WRITTEN = " hung in the water. She knelt and drew it in."
NEMO = "koboldcpp/Mistral-Nemo-Instruct-2407"
STATUS = "/v2/generate/text/status/8f14e45f-ceea-467f-a8f3-51c0b5d1b0a2"
ASYNC = "/v2/generate/text/async"


def backend(replay: Replay, model: str = NEMO, key: str = "", **more: Any) -> HordeBackend:
    spec = RemoteSpec("horde", "the Horde", model, replay.url, **more)
    return HordeBackend(spec, key=lambda: key, messages=lambda _request: (), pace=0.001)


def horde(*states: str, **more: Answer | Sequence[Answer]) -> dict[str, Answer | Sequence[Answer]]:
    """A Horde whose request goes through `states`, one a look."""
    return {
        "/v2/workers": shape("horde_workers.json"),
        ASYNC: shape("horde_async.json", status=202),
        f"GET {STATUS}": [shape(f"horde_{state}.json") for state in states],
        **more,
    }


def test_half_of_those_who_have_the_model_can_do_what_is_asked() -> None:
    workers = told("horde_workers.json")
    # 4,096, 8,192 and 32,768 tokens; who is in maintenance does not count.
    assert horde_api.read_offer(workers, NEMO, None) == Offer(8192, 256, 3)
    assert horde_api.read_offer(workers, "", None) == Offer(4096, 512, 4)
    assert horde_api.read_offer(workers, NEMO, 20_000) == Offer(20_000, 1024, 3)
    assert horde_api.read_offer(workers, NEMO, 100_000) == Offer(32_000, 1024, 3)
    assert horde_api.read_offer(workers, "nobody's", None) == Offer()


def test_models_are_listed_by_how_many_offer_them() -> None:
    assert horde_api.read_models(told("horde_workers.json")) == (
        RemoteModel(NEMO, context_tokens=32_768, note="3 machines offer it"),
        RemoteModel(
            "aphrodite/L3-8B-Stheno-v3.2", context_tokens=32_768, note="2 machines offer it"
        ),
    )


@pytest.mark.parametrize("answered", [None, [], {}, [1], {"generations": [None]}, "no"])
def test_what_is_of_another_kind_counts_as_not_there(answered: Any) -> None:
    assert horde_api.read_offer(answered, "", None) == Offer()
    assert horde_api.read_models(answered) == ()
    assert (horde_api.read_id(answered), horde_api.read_kudos(answered)) == ("", 0)
    state = horde_api.read_state(answered)
    assert (state.written, state.done, state.possible) == ((), False, True)


def test_samplers_keep_to_the_borders_of_the_horde() -> None:
    sampling = Sampling(top_k=0, repeat_penalty=0.9, repeat_range=-1, typical_p=0.5)
    call = horde_api.ask(Request(PAGE, 2000, ("***",), sampling), "", Offer(4096, 512, 4))
    assert call.body is not None
    params = call.body["params"]
    assert (params["top_k"], params["rep_pen"], params["rep_pen_range"]) == (0, 1, 4096)
    assert (params["max_length"], params["max_context_length"]) == (512, 4096)
    assert params["stop_sequence"] == ["***"]
    assert call.body["models"] == []
    assert not call.again


async def test_a_text_is_waited_for_in_the_queue() -> None:
    async with replaying(horde("waiting", "processing", "done")) as replay:
        model = backend(replay)
        deltas = await answer(model, Request(PAGE, 40, sampling=Sampling(seed=7)))
        card = model.card
        await model.close()
    waits = [delta for delta in deltas if isinstance(delta, Waiting)]
    assert waits == [
        Waiting("in the Horde's queue, for 11 kudos", 12.0, 3),
        Waiting("strangers' machines write", 4.0, 0),
    ]
    assert text_of(deltas) == WRITTEN
    finish = finish_of(deltas)
    assert (finish.reason, finish.usage.seed, finish.usage.estimated) == (
        StopReason.LENGTH,
        4077,
        True,
    )
    assert finish.usage.written > 0
    assert (card.context_tokens, card.can.takes, card.can.counts) == (8192, 8, False)
    assert "strangers" in card.note.lower()
    assert not card.is_local
    (asked,) = replay.to(ASYNC)
    assert asked.body["prompt"] == PAGE
    assert asked.body["models"] == [NEMO]
    assert asked.body["params"]["n"] == 1
    assert asked.headers["apikey"] == "0000000000"
    assert asked.headers["client-agent"].startswith("storyforge:")
    assert "DELETE" not in [each.method for each in replay.asked]


async def test_an_authors_key_goes_before_the_nameless() -> None:
    async with replaying(horde("done")) as replay:
        model = backend(replay, key="mine")
        await answer(model, Request(PAGE))
        await model.close()
    assert {asked.headers["apikey"] for asked in replay.asked} == {"mine"}


async def test_takes_come_in_the_order_in_which_they_are_written() -> None:
    async with replaying(horde("waiting", "one_of_two", "two_of_two")) as replay:
        model = backend(replay)
        deltas = await answer(model, Request(PAGE, takes=2))
        await model.close()
    texts = [(each.text, each.take) for each in deltas if isinstance(each, Text)]
    assert texts == [(" hung in the water.", 0), (" was gone.", 1)]
    finishes = [each for each in deltas if isinstance(each, Finish)]
    assert [(each.take, each.usage.seed) for each in finishes] == [(0, 1), (1, 2)]
    assert finishes[0].usage.read > 0 == finishes[1].usage.read
    assert replay.to(ASYNC)[0].body["params"]["n"] == 2


async def test_a_stop_takes_the_request_out_of_the_queue_and_keeps_what_came() -> None:
    stop, heard = asyncio.Event(), list[Delta]()
    routes = horde("waiting") | {f"DELETE {STATUS}": shape("horde_one_of_two.json")}
    async with replaying(routes) as replay:
        model = backend(replay)
        async for delta in model.stream(Request(PAGE, takes=2), stop):
            heard.append(delta)
            if isinstance(delta, Waiting):
                stop.set()
        await model.close()
    assert text_of(heard) == " hung in the water."
    reasons = [each.reason for each in heard if isinstance(each, Finish)]
    assert reasons == [StopReason.LENGTH, StopReason.STOPPED]
    assert [asked.method for asked in replay.asked][-1] == "DELETE"


async def test_a_stop_before_the_request_puts_nothing_into_the_queue() -> None:
    stop = asyncio.Event()
    stop.set()
    async with replaying(horde("done")) as replay:
        model = backend(replay)
        deltas = await answer(model, Request(PAGE, takes=2), stop)
        await model.close()
    assert [each.reason for each in deltas if isinstance(each, Finish)] == [StopReason.STOPPED] * 2
    assert replay.asked == []


async def test_who_goes_in_the_middle_leaves_nothing_in_the_queue() -> None:
    routes = horde("waiting") | {f"DELETE {STATUS}": shape("horde_waiting.json")}
    async with replaying(routes) as replay:
        model = backend(replay)
        stream = model.stream(Request(PAGE), asyncio.Event())
        async for delta in stream:
            if isinstance(delta, Waiting):
                break
        await stream.aclose()
        await model.close()
    assert [asked.method for asked in replay.asked][-1] == "DELETE"


async def test_a_filter_leaves_nothing_of_its_words() -> None:
    async with replaying(horde("censored")) as replay:
        model = backend(replay)
        deltas = await answer(model, Request(PAGE))
        await model.close()
    assert text_of(deltas) == ""
    assert finish_of(deltas).reason is StopReason.FILTERED


async def test_a_stop_string_ends_a_text_that_has_more() -> None:
    async with replaying(horde("done")) as replay:
        model = backend(replay)
        deltas = await answer(model, Request(PAGE, stop=(" She",)))
        await model.close()
    assert text_of(deltas) == " hung in the water."
    assert finish_of(deltas).reason is StopReason.STOP_STRING


@pytest.mark.parametrize(
    ("states", "words"),
    [(("faulted",), "failed"), (("waiting", "impossible"), "No machine that is there now")],
)
async def test_what_cannot_be_written_is_told_and_leaves_the_queue(
    states: tuple[str, ...], words: str
) -> None:
    routes = horde(*states) | {f"DELETE {STATUS}": shape("horde_waiting.json")}
    async with replaying(routes) as replay:
        model = backend(replay)
        _heard, error = await broken(model, Request(PAGE))
        await model.close()
        assert words in str(error)
        assert error.hint
        assert [asked.method for asked in replay.asked][-1] == "DELETE"


async def test_what_had_come_stays_when_the_rest_fails() -> None:
    states = {f"GET {STATUS}": [shape("horde_one_of_two.json"), shape("horde_faulted.json")]}
    async with replaying(horde() | states) as replay:
        model = backend(replay)
        heard, _error = await broken(model, Request(PAGE, takes=2))
        await model.close()
    assert text_of(heard) == " hung in the water."


async def test_a_request_that_waited_for_too_long_is_told_as_that() -> None:
    gone = {f"GET {STATUS}": shape("horde_expired.json", status=404)}
    async with replaying(horde() | gone) as replay:
        model = backend(replay)
        _heard, error = await broken(model, Request(PAGE))
        await model.close()
    assert "waited for too long" in str(error)


async def test_what_the_horde_says_of_kudos_is_told() -> None:
    routes = horde() | {ASYNC: shape("horde_kudos.json", status=403)}
    async with replaying(routes) as replay:
        model = backend(replay)
        _heard, error = await broken(model, Request(PAGE))
        await model.close()
    assert "kudos" in str(error)
    assert len(replay.to(ASYNC)) == 1


async def test_a_model_that_nobody_offers_is_told_before_anything_is_sent() -> None:
    async with replaying(horde()) as replay:
        model = backend(replay, "nobody's")
        _heard, error = await broken(model, Request(PAGE))
        await model.close()
    assert "nobody's" in str(error)
    assert [asked.method for asked in replay.asked] == ["GET"]


async def test_a_request_without_a_name_was_not_understood() -> None:
    async with replaying(horde() | {ASYNC: document({"kudos": 3.0})}) as replay:
        model = backend(replay)
        _heard, error = await broken(model, Request(PAGE))
        await model.close()
    assert "cannot be read" in str(error)


async def test_it_counts_nothing_of_its_own_and_reads_nothing_ahead() -> None:
    async with replaying(horde()) as replay:
        model = backend(replay)
        (count,) = await model.count_tokens((PAGE,))
        assert 0 < count == (await model.cached(Request(PAGE))).total
        assert [read async for read in model.prepare(Request(PAGE), asyncio.Event())] == []
        assert (await model.models())[0].id == NEMO
        await model.leave("scene")
        await model.close()
