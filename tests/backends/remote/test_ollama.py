"""Ollama, by what it says and what it is told."""

from typing import Any

import pytest

from storyforge.backends.remote.api import Call, Framing
from storyforge.backends.remote.backend import RemoteBackend
from storyforge.backends.remote.faults import FaultKind
from storyforge.backends.remote.ollama import API
from storyforge.backends.remote.omitting import Memory
from storyforge.domain.generation import (
    Finish,
    Message,
    Noted,
    Request,
    Role,
    StopReason,
    Usage,
)
from storyforge.domain.model import RemoteModel, RemoteSpec
from storyforge.domain.sampling import Sampling
from tests.backends.listening import answer, broken, finish_of, text_of
from tests.backends.remote.far_side import document
from tests.backends.remote.replaying import Answers, Replay, replaying, shape, told
from tests.backends.remote.shapes import Read, decoded, framed
from tests.backends.remote.shapes import shape as recorded

LOCAL = RemoteSpec("ollama", "nemo", "mistral-nemo:12b", "http://127.0.0.1:11434")
CLOUD = RemoteSpec("ollama", "gpt", "gpt-oss:120b-cloud", "http://127.0.0.1:11434")
PAGE = "Mara took the rope. It"
TALK = (Message(Role.SYSTEM, "You write on."), Message(Role.USER, PAGE))
NONE = frozenset[str]()


def read(*parts: bytes) -> Read:
    return decoded(API, framed(list(parts), Framing.LINES))


def body_of(call: Call) -> dict[str, Any]:
    assert call.body is not None
    return dict(call.body)


def backend(spec: RemoteSpec) -> RemoteBackend:
    return RemoteBackend(API, spec, key=lambda: "", messages=lambda _request: TALK)


def at(replay: Replay, model: str = LOCAL.model, **more: object) -> RemoteSpec:
    return RemoteSpec("ollama", "nemo", model, replay.url, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["ollama_generate.ndjson", "ollama_chat.ndjson"])
def test_wherever_the_bytes_are_cut_the_answer_is_the_same(name: str) -> None:
    whole = recorded(name)
    expected = read(whole)
    for at_byte in range(1, len(whole)):
        parts = whole[:at_byte], whole[at_byte:]
        assert read(*parts) == expected


def test_a_continuation_is_read_with_its_counts() -> None:
    assert read(recorded("ollama_generate.ndjson")) == Read(
        " hung in the water. “Mara”, she said—待って。",
        reason=StopReason.LENGTH,
        usage=Usage(read=26, written=14, read_seconds=0.342546, write_seconds=0.535599),
    )


def test_thinking_is_kept_apart_from_the_text() -> None:
    heard = read(recorded("ollama_chat.ndjson"))
    assert heard.thought == "The page ends in mid-sentence."
    assert (heard.text, heard.reason) == ("hung in the water.", StopReason.END)


def test_an_error_in_the_middle_is_one_after_what_had_come() -> None:
    heard = read(recorded("ollama_error.ndjson"))
    assert (heard.text, heard.fault) == (" hung in", FaultKind.SERVER)
    assert read().fault is FaultKind.EMPTY
    assert read(recorded("ollama_generate.ndjson")[:200]).fault is FaultKind.MALFORMED
    assert read(*recorded("ollama_chat.ndjson").splitlines(True)[:2]).fault is FaultKind.CUT_OFF


def test_a_page_is_sent_raw_and_always_with_its_window() -> None:
    sampling = Sampling(temperature=0.9, seed=7, repeat_range=-1)
    call = API.encode(LOCAL, Request(PAGE, 50, ("\n\n",), sampling), NONE)
    assert (call.method, call.path, call.framing) == ("POST", "/api/generate", Framing.LINES)
    body = body_of(call)
    assert (body["prompt"], body["raw"], body["truncate"]) == (PAGE, True, False)
    assert body["options"] == {
        "temperature": 0.9,
        "top_k": 40,
        "top_p": 0.95,
        "min_p": 0.05,
        "typical_p": 1.0,
        "repeat_penalty": 1.1,
        "repeat_last_n": -1,
        "presence_penalty": 0.0,
        "frequency_penalty": 0.0,
        "seed": 7,
        "num_predict": 50,
        "stop": ["\n\n"],
        "num_ctx": 8192,
    }
    assert "keep_alive" not in body


def test_a_sampler_outside_the_order_is_told_to_do_nothing() -> None:
    call = API.encode(LOCAL, Request(PAGE, sampling=Sampling(order=("temperature",))), NONE)
    options = body_of(call)["options"]
    assert (options["top_k"], options["top_p"], options["min_p"]) == (0, 1, 0)
    assert (options["repeat_penalty"], options["temperature"]) == (1, 0.8)


def test_what_stands_behind_the_caret_goes_to_the_models_own_template() -> None:
    body = body_of(API.encode(LOCAL, Request(PAGE, suffix=" She let go."), NONE))
    assert (body["prompt"], body["suffix"]) == (PAGE, " She let go.")
    assert "raw" not in body


def test_a_conversation_has_room_for_thinking_and_says_how_hard() -> None:
    spec = RemoteSpec("ollama", "gpt", "gpt-oss:20b", "http://127.0.0.1", reasoning="low")
    asked = Request(PAGE, 50, messages=(*TALK, Message(Role.ASSISTANT, "It")))
    body = body_of(API.encode(spec, asked, NONE))
    assert body["messages"] == [
        {"role": "system", "content": "You write on."},
        {"role": "user", "content": PAGE},
    ]
    assert body["think"] == "low"
    assert body["options"]["num_predict"] == 50 + 4096
    silent = RemoteSpec("ollama", "gpt", "qwen3:8b", "http://127.0.0.1", reasoning="off")
    body = body_of(API.encode(silent, asked, NONE))
    assert body["think"] is False
    assert body["options"]["num_predict"] == 50


def test_a_schema_is_the_answers_format() -> None:
    body = body_of(API.encode(LOCAL, Request(PAGE, schema='{"type": "object"}'), NONE))
    assert body["format"] == {"type": "object"}


def test_a_cloud_model_is_no_local_one_although_its_server_is() -> None:
    assert API.place(LOCAL) == ""
    assert API.place(CLOUD) == "ollama.com"
    assert API.can(LOCAL).continues
    assert not API.can(CLOUD).continues
    assert backend(CLOUD).card.place == "ollama.com"
    assert not backend(CLOUD).card.is_local
    assert backend(LOCAL).card.is_local


def test_models_are_listed_with_the_place_of_those_that_run_elsewhere() -> None:
    assert API.read_models(LOCAL, told("ollama_tags.json")) == (
        RemoteModel("mistral-nemo:12b"),
        RemoteModel("deepseek-v3.1:671b-cloud", place="ollama.com"),
    )


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("", ""), (None, ""), ("https://ollama.com:443", "ollama.com"), ("far.example:1", "far.ex"),
        ("far.example", "far.example"), ("http://[", "http://["), ("https://a\x1bcb", "acb"),
    ],
)  # fmt: skip
def test_whatever_says_where_a_model_runs_it_runs_elsewhere(address: Any, place: str) -> None:
    found = API.read_description(LOCAL, {"remote_host": address}).place
    assert found.startswith(place)
    assert bool(found) == bool(address)
    assert "\x1b" not in found


def test_the_window_is_what_it_was_trained_on_capped_where_nobody_asks_for_more() -> None:
    large = told("ollama_show.json")
    assert API.read_description(LOCAL, large) == RemoteModel(
        LOCAL.model, context_tokens=8192, infill=True
    )
    wished = RemoteSpec("ollama", "nemo", LOCAL.model, LOCAL.url, context_tokens=32_768)
    assert API.read_description(wished, large).context_tokens == 32_768
    small = {"model_info": {"general.architecture": "gpt2", "gpt2.context_length": 1024}}
    assert API.read_description(wished, small).context_tokens == 1024
    assert API.read_description(LOCAL, {}).context_tokens == 8192


async def test_a_story_goes_on_through_a_real_server_byte_by_byte() -> None:
    routes = {
        "/api/show": shape("ollama_show.json"),
        "/api/generate": shape("ollama_generate.ndjson", step=1),
    }
    async with replaying(routes) as replay:
        model = backend(at(replay))
        deltas = await answer(model, Request(PAGE, 14, sampling=Sampling(seed=7)))
        card = model.card
        await model.close()
    assert text_of(deltas) == " hung in the water. “Mara”, she said—待って。"
    finish = finish_of(deltas)
    assert (finish.reason, finish.usage.read, finish.usage.seed) == (StopReason.LENGTH, 26, 7)
    assert (card.context_tokens, card.can.infill, card.place) == (8192, True, "")
    (asked,) = replay.to("/api/generate")
    assert asked.body["options"]["num_ctx"] == 8192
    assert "authorization" not in asked.headers


async def test_an_alias_of_a_cloud_model_is_known_before_anything_is_sent() -> None:
    async with replaying({"/api/show": shape("ollama_show_cloud.json")}) as replay:
        model = backend(at(replay, "my-story-model"))
        assert model.card.is_local
        async for _loading in model.load():
            continue
        assert model.card.place == "ollama.com"
        await model.close()
    assert [asked.path for asked in replay.asked] == ["/api/show"]


async def test_a_model_that_takes_no_raw_text_is_talked_to() -> None:
    complaint = {"error": "raw mode does not support template, system, or context"}
    routes: dict[str, Answers] = {
        "/api/show": shape("ollama_show_cloud.json"),
        "/api/generate": document(complaint, 400),
        "/api/chat": shape("ollama_chat.ndjson"),
    }
    async with replaying(routes) as replay:
        model = backend(at(replay, "my-story-model"))
        deltas = await answer(model, Request(PAGE, 20))
        assert not model.card.can.continues
        await model.close()
    assert text_of(deltas) == " hung in the water."
    assert [asked.path for asked in replay.asked] == ["/api/show", "/api/generate", "/api/chat"]


async def test_how_hard_to_think_is_left_out_where_the_model_does_not() -> None:
    complaint = document({"error": '"llama3.2" does not support thinking'}, 400)
    routes: dict[str, Answers] = {
        "/api/show": shape("ollama_show.json"),
        "/api/chat": [complaint, shape("ollama_chat.ndjson")],
    }
    async with replaying(routes) as replay:
        spec = at(replay, chats=True, reasoning="high")
        model = RemoteBackend(
            API, spec, key=lambda: "", messages=lambda _request: TALK, memory=Memory()
        )
        deltas = await answer(model, Request(PAGE, 20))
        await model.close()
    assert text_of(deltas) == " hung in the water."
    assert [delta for delta in deltas if isinstance(delta, Noted)]
    first, second = replay.to("/api/chat")
    assert first.body["think"] == "high"
    assert "think" not in second.body


async def test_an_error_in_the_middle_keeps_what_had_come() -> None:
    routes = {
        "/api/show": shape("ollama_show.json"),
        "/api/generate": shape("ollama_error.ndjson"),
    }
    async with replaying(routes) as replay:
        model = backend(at(replay))
        heard, error = await broken(model, Request(PAGE))
        await model.close()
    assert "while running the model" in str(error)
    assert text_of(heard) == " hung in"
    assert not [delta for delta in heard if isinstance(delta, Finish)]
    assert len(replay.to("/api/generate")) == 1
