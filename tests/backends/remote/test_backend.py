import asyncio
import json
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from storyforge.backends.base import Backend
from storyforge.backends.stopping import TakeStops
from storyforge.domain.generation import (
    Finish,
    Loading,
    Message,
    Request,
    Role,
    StopReason,
    Text,
    Waiting,
)
from storyforge.domain.model import Price
from storyforge.domain.sampling import Sampling
from storyforge.errors import ModelError
from tests.backends.remote.far_side import Answer, chat, document, events, far_side, words
from tests.backends.remote.hearing import REQUEST, Heard, ask, backend, spec_of

MODELS = document({"data": [{"id": "tiny", "owned_by": "vllm", "max_model_len": 4096}]})
RAN = Answer(events(*words(" ran", " on.", prompt_tokens=7, completion_tokens=3)))


async def test_the_card_is_exact_once_it_is_loaded(tmp_path: Path) -> None:
    async with far_side(MODELS, RAN) as far:
        model: Backend = backend(spec_of(far.url, price=Price(1, 2)), tmp_path)
        assert (model.card.name, model.card.context_tokens) == ("Tiny", 0)
        assert [step async for step in model.load()] == [Loading(1.0)]
        assert [step async for step in model.load()] == []
        card = model.card
        deltas = [delta async for delta in model.stream(REQUEST, asyncio.Event())]
        await model.close()
    assert (card.context_tokens, card.place, card.is_local) == (4096, "", True)
    assert (card.profile, card.price) == ("far", Price(1, 2))
    assert "min_tokens" in card.can.samplers
    assert deltas[0] == Loading(1.0), "the answer is waited for"
    assert len(far.asked) == 2


def test_a_model_elsewhere_is_named_with_its_host(tmp_path: Path) -> None:
    card = backend(spec_of("http://api.example.com:8080/v1"), tmp_path).card
    assert (card.place, card.is_local, card.unencrypted) == ("api.example.com", False, True)
    assert card.note == ""


@pytest.mark.parametrize(("told", "wished", "window"), [
    (0, None, 8192), (4096, None, 4096), (1_000_000, None, 32_768),
    (1_000_000, 100_000, 100_000), (4096, 100_000, 4096), (0, 2048, 2048),
])  # fmt: skip
async def test_the_window_is_a_modest_one_unless_more_is_set(
    told: int, wished: int | None, window: int, tmp_path: Path
) -> None:
    listed = {"id": "tiny", "max_model_len": told} if told else {"id": "tiny"}
    async with far_side(document({"data": [listed, {"id": "other"}]})) as far:
        model = backend(spec_of(far.url, context_tokens=wished), tmp_path)
        async for _step in model.load():
            pass
        await model.close()
    assert model.card.context_tokens == window
    assert model.card.guessed is (not told and wished is None)


@pytest.mark.parametrize(("wished", "names_it"), [(None, True), (2048, False)])
async def test_an_empty_answer_may_come_of_a_window_that_was_only_assumed(
    wished: int | None, names_it: bool, tmp_path: Path
) -> None:
    async with far_side(document({"data": [{"id": "tiny"}]}), Answer()) as far:
        model = backend(spec_of(far.url, context_tokens=wished), tmp_path)
        heard = await ask(model)
        await model.close()
    assert heard.error is not None
    assert heard.error.title == "Empty answer"
    assert ("8,192 tokens were assumed" in heard.error.hint) is names_it
    assert ("context_tokens" in heard.error.hint) is names_it


async def test_llama_server_is_asked_for_the_window_of_one_slot(tmp_path: Path) -> None:
    listed = {"id": "a/b.gguf", "owned_by": "llamacpp", "meta": {"n_ctx_train": 32768}}
    props = document({"default_generation_settings": {"n_ctx": 2048}})
    async with far_side(document({"data": [listed]}), props) as far:
        model = backend(spec_of(f"{far.url}/v1"), tmp_path)
        async for _step in model.load():
            pass
        await model.close()
    assert [asked.path for asked in far.asked] == ["/v1/models", "/props"]
    assert model.card.context_tokens == 2048
    assert "order" in model.card.can.samplers


async def test_a_server_that_does_not_describe_its_model_is_known_by_its_list(
    tmp_path: Path,
) -> None:
    listed = {"id": "tiny", "owned_by": "llamacpp", "meta": {"n_ctx_train": 4096}}
    async with far_side(document({"data": [listed]}), document({}, 404)) as far:
        model = backend(spec_of(far.url), tmp_path)
        async for _step in model.load():
            pass
        await model.close()
    assert model.card.context_tokens == 4096


async def test_a_list_of_models_that_is_not_to_be_had_is_done_without(tmp_path: Path) -> None:
    async with far_side(document({}, 404), RAN) as far:
        heard = await ask(backend(spec_of(far.url), tmp_path))
    assert heard.text() == " ran on."


async def test_an_answer_ends_with_what_it_cost(tmp_path: Path) -> None:
    async with far_side(MODELS, RAN) as far:
        heard = await ask(backend(spec_of(far.url, price=Price(1.0, 2.0)), tmp_path))
    assert heard.text() == " ran on."
    usage = heard.finish.usage
    assert heard.finish.reason is StopReason.LENGTH
    assert (usage.read, usage.written, usage.estimated) == (7, 3, False)
    assert usage.cost == pytest.approx(13e-6)
    assert usage.currency == "USD"
    assert usage.read_seconds > 0


async def test_what_nobody_counted_is_estimated(tmp_path: Path) -> None:
    async with far_side(MODELS, Answer(events(*words(" ran", " on.")))) as far:
        heard = await ask(backend(spec_of(far.url), tmp_path))
    usage = heard.finish.usage
    assert usage.estimated
    assert usage.read > 0
    assert usage.written > 0


async def test_a_count_that_nobody_could_reckon_with_is_estimated(tmp_path: Path) -> None:
    ran = Answer(events(*words(" ran on.", prompt_tokens=10**400, completion_tokens=10**400)))
    async with far_side(MODELS, ran) as far:
        heard = await ask(backend(spec_of(far.url, price=Price(1.0, 2.0)), tmp_path))
    assert heard.text() == " ran on."
    assert heard.finish.usage.estimated
    assert 0 < heard.finish.usage.cost < 1


async def test_a_stop_keeps_what_had_come(tmp_path: Path) -> None:
    stop, heard, stopped = asyncio.Event(), Heard(), 0.0
    answer = Answer(events(*words(" ran", reason=None), done=False), ends="never")
    async with far_side(MODELS, answer) as far:
        model = backend(spec_of(far.url), tmp_path)
        async for delta in model.stream(REQUEST, stop):
            heard.deltas.append(delta)
            if isinstance(delta, Text):
                stopped = time.monotonic()
                stop.set()
        await asyncio.wait_for(far.gone.wait(), 5)
        assert time.monotonic() - stopped < 0.2
        await model.close()
    assert heard.text() == " ran"
    assert heard.finish.reason is StopReason.STOPPED
    assert heard.finish.usage.estimated


async def test_one_take_is_stopped_and_the_others_go_on(tmp_path: Path) -> None:
    stops, heard = TakeStops(), Heard()
    answer = Answer(events(*words(" ran", reason=None), done=False), ends="never")
    async with far_side(MODELS, answer) as far:
        model = backend(spec_of(far.url), tmp_path)
        async for delta in model.stream(replace(REQUEST, takes=3), stops):
            heard.deltas.append(delta)
            if isinstance(delta, Text) and delta.take == 1:
                stops.of(1).set()
            elif isinstance(delta, Finish) and delta.take == 1:
                stops.set()
        await model.close()
    assert heard.finishes[0].take == 1, "the others had not ended"
    assert {each.reason for each in heard.finishes} == {StopReason.STOPPED}
    assert heard.text(1) == " ran"


async def test_a_stop_before_anything_was_asked_sends_nothing(tmp_path: Path) -> None:
    stop = asyncio.Event()
    stop.set()
    async with far_side() as far:
        heard = await ask(backend(spec_of(far.url), tmp_path), REQUEST, stop)
    assert heard.finish.reason is StopReason.STOPPED
    assert far.asked == []


async def test_a_stop_string_ends_it_here_whatever_the_server_does(tmp_path: Path) -> None:
    request = Request("It was raining. She", stop=("\n\n",))
    answer = Answer(events(*words(" ran.", "\n", "\nThe end."), done=False), ends="never")
    async with far_side(MODELS, answer) as far:
        heard = await ask(backend(spec_of(far.url), tmp_path), request)
        await asyncio.wait_for(far.gone.wait(), 5)
    assert heard.text() == " ran."
    assert heard.finish.reason is StopReason.STOP_STRING


async def test_what_goes_on_well_beyond_its_length_is_ended_here(tmp_path: Path) -> None:
    request = Request("It was raining. She", max_tokens=10)
    answer = Answer(events(*words(*[" ran and ran"] * 100, reason=None), done=False), ends="never")
    async with far_side(MODELS, answer) as far:
        heard = await ask(backend(spec_of(far.url), tmp_path), request)
    assert heard.finish.reason is StopReason.LENGTH
    assert 60 < len(heard.text()) < 400


async def test_an_end_that_the_server_does_not_close_is_one(tmp_path: Path) -> None:
    answer = Answer(events(*words(" ran", prompt_tokens=3, completion_tokens=1)), ends="never")
    async with far_side(MODELS, answer) as far:
        heard = await asyncio.wait_for(ask(backend(spec_of(far.url), tmp_path)), 5)
    assert heard.finish.reason is StopReason.LENGTH


async def test_several_takes_are_asked_for_at_once(tmp_path: Path) -> None:
    request = Request("It was raining. She", takes=3, sampling=Sampling(seed=5))
    async with far_side(MODELS, RAN) as far:
        heard = await ask(backend(spec_of(far.url), tmp_path), request)
    assert [heard.text(take) for take in range(3)] == [" ran on."] * 3
    assert sorted(each.take for each in heard.finishes) == [0, 1, 2]
    assert sorted(each.usage.seed for each in heard.finishes) == [5, 6, 7]
    assert sorted(asked.body["seed"] for asked in far.asked[1:]) == [5, 6, 7]


async def test_a_take_that_fails_does_not_end_the_others(tmp_path: Path) -> None:
    request = Request("It was raining. She", takes=3)
    wrong = document({"error": {"message": "no"}}, 400)
    async with far_side(MODELS, wrong, RAN) as far:
        heard = await ask(backend(spec_of(far.url), tmp_path), request)
    assert len(heard.finishes) == 2
    assert heard.error is not None


async def test_a_parameter_that_is_refused_is_left_out_said_once_and_remembered(
    tmp_path: Path,
) -> None:
    refuses = document({"error": {"message": "Unsupported parameter: 'top_k'"}}, 400)
    async with far_side(MODELS, refuses, RAN, MODELS, RAN) as far:
        heard = await ask(backend(spec_of(far.url), tmp_path))
        again = await ask(backend(spec_of(far.url), tmp_path))
    assert heard.notes == ["Tiny does not take “top_k”; it is left out from now on."]
    assert (heard.text(), again.text(), again.notes) == (" ran on.", " ran on.", [])
    told = [asked.body for asked in far.asked if asked.method == "POST"]
    assert ["top_k" in body for body in told] == [True, False, False]


async def test_a_sampler_that_was_refused_is_none_of_its_samplers(tmp_path: Path) -> None:
    message = "Unsupported parameter: 'repetition_penalty'"
    refuses = document({"error": {"message": message}}, 400)
    async with far_side(MODELS, refuses, RAN) as far:
        model = backend(spec_of(far.url), tmp_path)
        await ask(model)
    assert "repeat_penalty" not in model.card.can.samplers
    assert "top_k" in model.card.can.samplers


async def test_a_model_that_can_only_be_talked_to_is_found_out_once(tmp_path: Path) -> None:
    missing = document({"detail": "Not Found"}, 404)
    said = Answer(events(*chat(" ran on.", prompt_tokens=5, completion_tokens=2)))
    async with far_side(MODELS, missing, said, MODELS, said) as far:
        heard = await ask(backend(spec_of(far.url), tmp_path))
        model = backend(spec_of(far.url), tmp_path)
        again = await ask(model)
    assert (heard.text(), again.text()) == (" ran on.", " ran on.")
    assert not model.card.can.continues
    asked = [each for each in far.asked if each.method == "POST"]
    assert [each.path for each in asked] == ["/completions", *["/chat/completions"] * 2]
    assert asked[1].body["messages"] == [{"role": "user", "content": "Go on: It was raining. She"}]


async def test_a_reply_is_joined_to_the_page(tmp_path: Path) -> None:
    answer = Answer(events(*chat("Sure! Here is the continuation:\n\nIt was raining. She ran.")))
    async with far_side(MODELS, answer) as far:
        heard = await ask(backend(spec_of(far.url, chats=True), tmp_path))
    assert heard.text() == " ran."


async def test_a_refusal_reaches_the_take_and_never_the_page(tmp_path: Path) -> None:
    answer = Answer(events(*chat("I'm sorry, but I can't ", "help with that.", reason="stop")))
    async with far_side(MODELS, answer) as far:
        heard = await ask(backend(spec_of(far.url, chats=True), tmp_path))
    assert (heard.text(), heard.refusal) == ("", "I'm sorry, but I can't help with that.")
    assert heard.finish.reason is StopReason.REFUSED


async def test_a_conversation_that_is_given_is_said_as_it_is(tmp_path: Path) -> None:
    told = (Message(Role.SYSTEM, "Be brief."), Message(Role.USER, "Name her."))
    async with far_side(MODELS, Answer(events(*chat("Ada")))) as far:
        heard = await ask(
            backend(spec_of(far.url, chats=True), tmp_path), Request("", messages=told)
        )
    assert heard.text() == "Ada"
    assert [each["role"] for each in far.asked[-1].body["messages"]] == ["system", "user"]


async def test_thinking_that_takes_all_the_room_is_given_more_once(tmp_path: Path) -> None:
    def thought(text: str, *texts: str) -> Answer:
        thinking = {"choices": [{"delta": {"reasoning_content": text}}]}
        used = chat(*texts, prompt_tokens=10, completion_tokens=4)
        return Answer(events(thinking, *used))

    async with far_side(MODELS, thought("Hm."), thought("So.", " ran.")) as far:
        heard = await ask(backend(spec_of(far.url, chats=True), tmp_path))
    assert (heard.text(), heard.thinking) == (" ran.", "Hm.So.")
    assert len(heard.finishes) == len(heard.notes) == 1
    assert (heard.finish.usage.read, heard.finish.usage.written) == (20, 8)
    first, second = (asked.body["max_tokens"] for asked in far.asked[1:])
    assert first == REQUEST.max_tokens < second


async def test_waiting_is_told(tmp_path: Path) -> None:
    async with far_side(MODELS, document({"message": "Loading model"}, 503), RAN) as far:
        heard = await ask(backend(spec_of(far.url), tmp_path))
    (waiting,) = (each for each in heard.deltas if isinstance(each, Waiting))
    assert waiting.why == "the server loads its model"
    assert heard.text() == " ran on."


async def test_a_key_is_fetched_once_and_again_after_it_was_wrong(tmp_path: Path) -> None:
    keys = iter(["sk-wrong-0123456789", "sk-right-0123456789"])
    wrong = document({"error": {"message": "no"}}, 401)
    async with far_side(wrong, MODELS, RAN) as far:
        model = backend(spec_of(far.url), tmp_path)
        model._fetch = lambda: next(keys)
        with pytest.raises(ModelError):
            [step async for step in model.load()]
        heard = await ask(model)
    assert heard.text() == " ran on."
    told = [asked.headers["authorization"] for asked in far.asked]
    assert [each.removeprefix("Bearer sk-")[:5] for each in told] == ["wrong", "right", "right"]


async def test_no_key_is_an_error_before_anything_is_sent(tmp_path: Path) -> None:
    def nothing() -> str:
        raise ModelError("There is no key.")

    async with far_side() as far:
        model = backend(spec_of(far.url), tmp_path)
        model._fetch = nothing
        heard = await ask(model)
    assert str(heard.error) == "There is no key."
    assert far.asked == []


async def test_a_stop_does_not_wait_for_a_keyring_that_asks(tmp_path: Path) -> None:
    stop, asked, answered = asyncio.Event(), threading.Event(), threading.Event()

    def asks() -> str:
        asked.set()
        answered.wait(20)
        return ""

    async with far_side() as far:
        model = backend(spec_of(far.url), tmp_path)
        model._fetch = asks
        asking = asyncio.create_task(ask(model, REQUEST, stop))
        await asyncio.to_thread(asked.wait, 20)
        stopped = time.monotonic()
        stop.set()
        heard = await asking
        assert time.monotonic() - stopped < 0.2
        answered.set()
    assert heard.finish.reason is StopReason.STOPPED
    assert far.asked == []


async def test_tokens_are_counted_by_a_server_that_can(tmp_path: Path) -> None:
    counted = document({"count": 3, "max_model_len": 4096})
    async with far_side(MODELS, counted) as far:
        model = backend(spec_of(far.url), tmp_path)
        assert await model.count_tokens(("It was raining.", "")) == (3, 0)
        assert model.card.can.counts
        await model.close()
    assert far.asked[-1].path == "/tokenize"


async def test_tokens_are_estimated_where_the_server_turns_out_not_to_count(
    tmp_path: Path,
) -> None:
    async with far_side(MODELS, document({}, 404)) as far:
        model = backend(spec_of(far.url), tmp_path)
        assert await model.count_tokens(("It was raining.",)) > (2,)
        assert not model.card.can.counts
        await model.close()


async def test_nothing_is_read_ahead_or_weighed(tmp_path: Path) -> None:
    async with far_side() as far:
        model = backend(spec_of(far.url), tmp_path)
        assert [step async for step in model.prepare(REQUEST, asyncio.Event())] == []
        assert (await model.cached(REQUEST)).reused == 0
        with pytest.raises(ModelError):
            await model.alternatives(REQUEST, 5, asyncio.Event())
        await model.leave("scene")
        await model.close()
    assert far.asked == []


async def test_models_are_listed(tmp_path: Path) -> None:
    async with far_side(MODELS) as far:
        model = backend(spec_of(far.url), tmp_path)
        assert [each.id for each in await model.models()] == ["tiny"]
        await model.close()


async def test_what_is_remembered_has_no_key_and_no_text(tmp_path: Path) -> None:
    refuses = document({"error": {"message": "Unsupported parameter: 'top_k'"}}, 400)
    async with far_side(MODELS, refuses, RAN) as far:
        await ask(backend(spec_of(far.url), tmp_path, key="sk-secret-0123456789"))
    kept = (tmp_path / "memory.json").read_text("utf-8")
    assert list(json.loads(kept).values()) == [{"omit": ["top_k"], "chats": False, "thinks": False}]
    assert "secret" not in kept
