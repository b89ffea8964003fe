"""KoboldCpp, by what it says and what it is told."""

import asyncio
import json
from typing import Any

import pytest

from storyforge.backends.remote.api import Call, Framing
from storyforge.backends.remote.backend import RemoteBackend
from storyforge.backends.remote.faults import FaultKind
from storyforge.backends.remote.koboldcpp import API
from storyforge.domain.generation import Delta, Message, Request, Role, StopReason, Text
from storyforge.domain.model import RemoteModel, RemoteSpec
from storyforge.domain.sampling import Sampling
from tests.backends.listening import answer, finish_of, text_of
from tests.backends.remote.replaying import replaying, shape, told
from tests.backends.remote.shapes import Read, decoded, framed
from tests.backends.remote.shapes import shape as recorded

SPEC = RemoteSpec("koboldcpp", "nemo", "", "http://127.0.0.1:5001")
PAGE = "Mara took the rope. It"
TEXT = " hung in the water. “Mara”, she said—待って。"
NONE = frozenset[str]()


def read(*parts: bytes) -> Read:
    return decoded(API, framed(list(parts), Framing.EVENTS))


def body_of(call: Call) -> dict[str, Any]:
    assert call.body is not None
    return dict(call.body)


def backend(url: str, **more: Any) -> RemoteBackend:
    spec = RemoteSpec("koboldcpp", "nemo", "", url, **more)
    return RemoteBackend(API, spec, key=lambda: "", messages=lambda _request: ())


@pytest.mark.parametrize("name", ["koboldcpp_stream.sse", "koboldcpp_stream_old.sse"])
def test_wherever_the_bytes_are_cut_the_answer_is_the_same(name: str) -> None:
    whole = recorded(name)
    expected = read(whole)
    assert expected.text == TEXT
    for at in range(1, len(whole)):
        assert read(whole[:at], whole[at:]) == expected


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("koboldcpp_stream.sse", StopReason.LENGTH),
        ("koboldcpp_stop.sse", StopReason.END),
        ("koboldcpp_stream_old.sse", StopReason.END),
    ],
)
def test_why_it_ended_is_heard_where_the_server_tells(name: str, reason: StopReason) -> None:
    assert read(recorded(name)).reason is reason


def test_a_stream_that_ends_without_its_reason_was_cut_off() -> None:
    events = recorded("koboldcpp_stream.sse").split(b"\n\n")
    assert read(*(event + b"\n\n" for event in events[:3])).fault is FaultKind.CUT_OFF
    assert read().fault is FaultKind.EMPTY


def test_an_error_is_no_end() -> None:
    heard = read(b'data: {"token": "", "finish_reason": "error"}\n\n')
    assert (heard.fault, heard.reason) == (FaultKind.SERVER, None)


def test_thinking_between_tags_is_no_text() -> None:
    tokens = ("<th", "ink>She", " waits.</think>", "\n\n", " The boat")
    events = [
        f'data: {{"token": {json.dumps(each)}, "finish_reason": null}}\n\n' for each in tokens
    ]
    events.append('data: {"token": "", "finish_reason": "stop"}\n\n')
    heard = read(*(event.encode() for event in events))
    assert (heard.thought, heard.text) == ("She waits.", "The boat")


def test_the_samplers_carry_its_names() -> None:
    sampling = Sampling(
        temperature=1.1, dynamic_range=0.3, xtc_probability=0.5, dry_multiplier=0.8,
        banned=("shivers down",), presence_penalty=0.2, seed=4077,
    )  # fmt: skip
    body = body_of(API.encode(SPEC, Request(PAGE, 40, ("***",), sampling), NONE))
    expected = {
        "prompt": PAGE, "max_length": 40, "stop_sequence": ["***"], "trim_stop": True,
        "temperature": 1.1, "dynatemp_range": 0.3, "top_k": 40, "top_p": 0.95, "min_p": 0.05,
        "typical": 1.0, "nsigma": 0.0, "xtc_probability": 0.5, "xtc_threshold": 0.1,
        "dry_multiplier": 0.8, "dry_penalty_last_n": 1024, "rep_pen": 1.1, "rep_pen_range": 256,
        "presence_penalty": 0.2, "mirostat": 0, "banned_tokens": ["shivers down"],
        "sampler_order": [6, 0, 1, 3, 4, 2, 5], "sampler_seed": 4078,
    }  # fmt: skip
    assert {name: body[name] for name in expected} == expected
    assert "memory" not in body
    assert "max_context_length" not in body


def test_the_order_is_told_as_far_as_it_has_one() -> None:
    order = ("temperature", "min_p", "top_k", "dry", "penalties")
    body = body_of(API.encode(SPEC, Request(PAGE, sampling=Sampling(order=order)), NONE))
    assert body["sampler_order"] == [5, 2, 0, 1, 3, 6, 4]
    assert (body["top_p"], body["typical"], body["min_p"]) == (1, 1, 0.05)


def test_mirostat_takes_the_place_of_what_narrows() -> None:
    body = body_of(API.encode(SPEC, Request(PAGE, sampling=Sampling(mirostat=True)), NONE))
    assert (body["mirostat"], body["top_k"], body["top_p"]) == (2, 0, 1)


def test_a_conversation_has_marks_for_the_models_own() -> None:
    messages = (
        Message(Role.SYSTEM, "You write on."),
        Message(Role.USER, "Go on."),
        Message(Role.ASSISTANT, "It"),
    )
    body = body_of(API.encode(SPEC, Request(PAGE, messages=messages), NONE))
    assert body["prompt"] == "{{[INPUT]}}You write on.\n\nGo on.{{[OUTPUT]}}It"
    assert body["replace_instruct_placeholders"] is True


def test_the_loaded_model_has_a_name() -> None:
    assert API.read_models(SPEC, told("koboldcpp_model.json")) == (
        RemoteModel("Mistral-Nemo-Instruct-2407-Q4_K_M"),
    )
    assert API.read_models(SPEC, {"result": "inactive"}) == ()


async def test_a_story_goes_on_through_a_real_server_byte_by_byte() -> None:
    routes = {
        "/api/extra/true_max_context_length": shape("koboldcpp_window.json"),
        "/api/extra/tokencount": shape("koboldcpp_tokencount.json"),
        "/api/extra/generate/stream": shape("koboldcpp_stream.sse", step=1),
    }
    async with replaying(routes) as replay:
        model = backend(replay.url)
        deltas = await answer(model, Request(PAGE, 14))
        counts = await model.count_tokens(("It hung in the water.", ""))
        card = model.card
        await model.close()
    assert text_of(deltas) == TEXT
    assert finish_of(deltas).reason is StopReason.LENGTH
    assert (card.context_tokens, card.can.counts, card.can.continues) == (16_384, True, True)
    assert counts == (5, 0)
    (counted,) = replay.to("/api/extra/tokencount")
    assert counted.body == {"prompt": "It hung in the water.", "special": False}
    (asked,) = replay.to("/api/extra/generate/stream")
    assert asked.body["max_context_length"] == 16_384
    assert replay.to("/api/extra/abort") == []


async def test_a_smaller_window_can_be_asked_for_a_larger_one_cannot_be_had() -> None:
    async with replaying(
        {"/api/extra/true_max_context_length": shape("koboldcpp_window.json")}
    ) as replay:
        for wished, given in ((2048, 2048), (65_536, 16_384)):
            model = backend(replay.url, context_tokens=wished)
            async for _loading in model.load():
                continue
            assert model.card.context_tokens == given
            await model.close()


async def test_a_stop_tells_the_server_which_answer_is_meant() -> None:
    routes = {
        "/api/extra/true_max_context_length": shape("koboldcpp_window.json"),
        "/api/extra/generate/stream": shape("koboldcpp_stream.sse", hang=200),
        "/api/extra/abort": shape("koboldcpp_abort.json"),
    }
    stop, heard = asyncio.Event(), list[Delta]()
    async with replaying(routes) as replay:
        model = backend(replay.url)
        async for delta in model.stream(Request(PAGE), stop):
            heard.append(delta)
            if isinstance(delta, Text):
                stop.set()
        await asyncio.wait_for(replay.gone.wait(), 5)
        await model.close()
    assert finish_of(heard).reason is StopReason.STOPPED
    assert text_of(heard)
    (asked,) = replay.to("/api/extra/generate/stream")
    (aborted,) = replay.to("/api/extra/abort")
    assert aborted.body == {"genkey": asked.body["genkey"]}
