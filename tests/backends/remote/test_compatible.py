import json
from contextlib import suppress
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyforge.backends.remote.api import Ended, Event, Framing, Piece
from storyforge.backends.remote.compatible import API
from storyforge.backends.remote.dialects import DIALECTS
from storyforge.backends.remote.faults import Fault, FaultKind, RemoteFault
from storyforge.backends.remote.framing import frames
from storyforge.domain.generation import Message, Request, Role, StopReason, Text, Thought, Usage
from storyforge.domain.sampling import Bias, Sampling
from tests.backends.remote.far_side import chat, document, events, far_side, words
from tests.backends.remote.hearing import backend, spec_of

URL = "http://127.0.0.1:8080/v1"
REQUEST = Request("It was raining.", 40, ("\n\n",), Sampling(seed=7))
TALK = replace(REQUEST, messages=(Message(Role.SYSTEM, "Go on."), Message(Role.USER, "It rained.")))
NOTHING: frozenset[str] = frozenset()


def body(request: Request = REQUEST, omit: frozenset[str] = NOTHING, **told: Any) -> dict[str, Any]:
    found = API.encode(spec_of(URL, **told), request, omit).body
    assert found is not None
    return dict(found)


def said(*pieces: bytes) -> list[Piece]:
    reader, decoder = frames(Framing.EVENTS), API.decoder()
    found = [
        piece for data in pieces for event in reader.feed(data) for piece in decoder.feed(event)
    ]
    return [*found, *decoder.end()]


def test_a_text_is_gone_on_with() -> None:
    call = API.encode(spec_of(URL), REQUEST, NOTHING)
    assert (call.method, call.path, call.framing) == ("POST", "/completions", Framing.EVENTS)
    told = body()
    assert told["prompt"] == "It was raining."
    assert (told["max_tokens"], told["stop"], told["stream"]) == (40, ["\n\n"], True)
    assert told["store"] is False
    assert told["seed"] == 7


def test_a_conversation_is_talked() -> None:
    call = API.encode(spec_of(URL), TALK, NOTHING)
    assert call.path == "/chat/completions"
    told = body(TALK, reasoning="low")
    assert told["messages"] == [
        {"role": "system", "content": "Go on."},
        {"role": "user", "content": "It rained."},
    ]
    assert (told["reasoning_effort"], told["store"]) == ("low", False)
    assert "prompt" not in told


def test_a_model_that_thinks_has_room_for_it() -> None:
    assert body(TALK, thinks=True)["max_tokens"] > body(TALK)["max_tokens"] == 40
    assert body(TALK, thinks=True, reasoning="none")["max_tokens"] == 40


def test_thinking_is_turned_off_by_the_models_own_template() -> None:
    told = body(TALK, style="llama-server", reasoning="none")
    assert told["chat_template_kwargs"] == {"enable_thinking": False}
    assert "reasoning_effort" not in told


@pytest.mark.parametrize("style", DIALECTS)
def test_each_server_is_told_what_it_has_and_nothing_else(style: str) -> None:
    spec = spec_of(URL, style=style)
    plain = API.encode(spec, REQUEST, NOTHING).body
    can = API.can(spec).samplers
    changed = {
        "dry_breakers": ("x",),
        "order": ("temperature", "top_k"),
        "mirostat": True,
        "banned": ("x",),
        "biases": (Bias("x", 1.0),),
        "repeatable": True,
        "seed": 8,
    }
    for each in fields(Sampling):
        other = changed.get(each.name) or getattr(REQUEST.sampling, each.name) + 1
        change: dict[str, Any] = {each.name: other}
        told = replace(REQUEST, sampling=replace(REQUEST.sampling, **change))
        differs = API.encode(spec, told, NOTHING).body != plain
        # What is not asked in an order is told as off, whatever the server has of orders.
        if each.name != "order":
            assert differs == (each.name in can), each.name


def test_llama_server_has_its_own_names_and_its_own_order() -> None:
    sampling = Sampling(typical_p=0.9, order=("typical_p", "dry"), dry_range=64)
    told = body(replace(REQUEST, sampling=sampling), style="llama-server")
    assert told["samplers"] == ["typ_p", "dry"]
    assert (told["typical_p"], told["top_k"], told["dry_penalty_last_n"]) == (0.9, 0, 64)


def test_an_older_vllm_is_told_what_it_takes_for_off() -> None:
    told = body(replace(REQUEST, sampling=Sampling(top_k=0)), style="vllm")
    assert told["top_k"] == -1


def test_what_was_refused_is_left_out() -> None:
    omit = frozenset({"top_p", "stream_options", "store"})
    assert not omit & set(body(omit=omit))


def test_a_limit_whose_name_was_refused_has_another() -> None:
    told = body(TALK, omit=frozenset({"max_tokens"}))
    assert "max_tokens" not in told
    assert told["max_completion_tokens"] == 40


def test_a_schema_is_told() -> None:
    told = body(replace(TALK, schema='{"type": "object"}'))
    assert told["response_format"]["json_schema"]["schema"] == {"type": "object"}


@pytest.mark.parametrize(
    ("status", "message", "name"),
    [
        (400, "Unsupported parameter: 'stream_options'", "stream_options"),
        (400, "property 'top_k' is unsupported", "top_k"),
        (422, "Extra inputs are not permitted: body.min_p", "min_p"),
        (400, "stop is not supported with this model", "stop"),
        (400, "Unsupported parameter: 'max_tokens' is not supported", "max_tokens"),
        (400, "temperature must be below 2", ""),
        (400, "Unsupported model", ""),
        (500, "Unsupported parameter: 'top_k'", ""),
    ],
)
def test_a_refused_parameter_is_known_by_its_name(status: int, message: str, name: str) -> None:
    assert API.refused(status, json.dumps({"error": {"message": message}})) == name


@pytest.mark.parametrize(
    ("fault", "chats", "only"),
    [
        (Fault(FaultKind.NO_SUCH_ADDRESS, status=404), None, True),
        (Fault(FaultKind.SERVER, status=501), None, True),
        (Fault(FaultKind.NO_MODEL, status=404, body="This is a chat model"), None, True),
        (Fault(FaultKind.NO_MODEL, status=404, body="no such model"), None, False),
        (Fault(FaultKind.NO_SUCH_ADDRESS, status=404), True, False),
    ],
)
def test_a_server_without_completions_is_known(
    fault: Fault, chats: bool | None, only: bool
) -> None:
    assert API.only_chats(spec_of(URL, chats=chats), fault) is only


def test_openrouter_is_talked_to() -> None:
    spec = spec_of("https://openrouter.ai/api/v1")
    assert not API.can(spec).continues
    assert API.can(replace(spec, chats=False)).continues


@pytest.mark.parametrize(
    ("told", "window", "style"),
    [
        ({"owned_by": "vllm", "max_model_len": 4096}, 4096, "vllm"),
        ({"owned_by": "llamacpp", "meta": {"n_ctx_train": 32768}}, 32768, "llama-server"),
        ({"owned_by": "llamacpp", "meta": {"n_ctx_train": 9, "n_ctx": 4}}, 4, "llama-server"),
        ({"context_length": 131072, "top_provider": {"context_length": 65536}}, 65536, ""),
        ({"owned_by": "organization_owner"}, 0, "lm-studio"),
        ({"owned_by": "user"}, 0, "text-generation-webui"),
        ({"owned_by": "me"}, 0, "llama-cpp-python"),
        ({"context_window": 8192, "owned_by": "Meta"}, 8192, ""),
        ({"meta": None, "max_model_len": "many"}, 0, ""),
    ],
)  # fmt: skip
def test_lists_of_models_tell_windows_and_servers(
    told: dict[str, Any], window: int, style: str
) -> None:
    (model,) = API.read_models(spec_of(URL), {"data": [{"id": "tiny", **told}, {"id": 3}, 4]})
    assert (model.id, model.context_tokens, model.style) == ("tiny", window, style)


def test_a_list_without_an_envelope_is_one() -> None:
    (model,) = API.read_models(spec_of(URL), [{"id": "tiny", "context_length": 4096}])
    assert model.context_tokens == 4096


def test_llama_server_tells_the_window_that_it_was_started_with() -> None:
    spec = spec_of(URL, style="llama-server")
    call = API.describe(spec)
    assert call is not None
    assert (call.path, call.above) == ("/props", True)
    told = API.read_description(spec, {"default_generation_settings": {"n_ctx": 4096}})
    assert told.context_tokens == 4096


def test_lm_studio_tells_the_window_that_is_loaded() -> None:
    spec = spec_of(URL, style="lm-studio", model="a/b c")
    call = API.describe(spec)
    assert call is not None
    assert call.path == "/api/v0/models/a/b%20c"
    told = API.read_description(spec, {"max_context_length": 32768, "loaded_context_length": 4096})
    assert told.context_tokens == 4096


@pytest.mark.parametrize(
    ("style", "question", "answer", "tokens"),
    [
        ("llama-server", {"content": "It", "add_special": False}, {"tokens": [1, 2]}, 2),
        ("vllm", {"prompt": "It", "add_special_tokens": False, "model": "tiny"}, {"count": 2}, 2),
        ("llama-cpp-python", {"input": "It"}, {"count": 2}, 2),
        ("text-generation-webui", {"text": "It"}, {"length": 2}, 2),
    ],
)
def test_servers_on_this_machine_count(
    style: str, question: dict[str, Any], answer: Any, tokens: int
) -> None:
    spec = spec_of(URL, style=style)
    call = API.count(spec, "It")
    assert call is not None
    assert call.body == question
    assert API.read_count(answer) == tokens
    assert API.count(replace(spec, url="https://api.example.com/v1"), "It") is None


NAMES = ["choices", "text", "delta", "content", "finish_reason", "usage", "error", "message",
         "prompt_tokens", "data", "id", "meta", "n_ctx", "tokens", "owned_by"]  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.lists(VALUES, max_size=4))
def test_whatever_a_server_says_is_an_answer_or_a_fault(documents: list[Any]) -> None:
    decoder = API.decoder()
    with suppress(RemoteFault):
        for document in documents:
            list(decoder.feed(Event(json.dumps(document))))
        list(decoder.end())


@given(VALUES)
def test_whatever_a_server_lists_is_a_list(document: Any) -> None:
    assert all(model.id for model in API.read_models(spec_of(URL), document))
    assert API.read_description(spec_of(URL), document).context_tokens >= 0
    assert API.read_count(document) >= 0


CACHED = {"prompt_tokens": 10, "completion_tokens": 2}
DETAILED = {**CACHED, "prompt_tokens_details": {"cached_tokens": 8}}


def test_a_completion_is_text_and_an_end() -> None:
    told = events(*words(" ran", " on"), {"choices": [], "usage": DETAILED})
    assert said(*told) == [
        Text(" ran"), Text(" on"), Ended(StopReason.LENGTH, Usage(reused=8, read=2, written=2)),
    ]  # fmt: skip


def test_a_completion_without_usage_ends_as_well() -> None:
    assert said(*events(*words(" ran", reason="stop"), done=False)) == [
        Text(" ran"), Ended(StopReason.END),
    ]  # fmt: skip


def test_one_document_is_an_answer_too() -> None:
    document = {"choices": [{"text": " ran", "finish_reason": "stop"}], "usage": CACHED}
    decoder = API.decoder()
    found = list(decoder.feed(Event(json.dumps(document))))
    assert found == [Text(" ran"), Ended(StopReason.END, Usage(read=10, written=2))]


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning"])
def test_thinking_beside_the_answer_is_thinking(name: str) -> None:
    thinking = {"choices": [{"delta": {name: "Hm."}}]}
    assert said(*events(thinking, *chat(" ran"))) == [
        Thought("Hm."), Text(" ran"), Ended(StopReason.LENGTH),
    ]  # fmt: skip


def test_thinking_within_the_answer_is_thinking() -> None:
    told = events(*chat("<thi", "nk>Hm.", "</think>\n\nShe", " ran.", reason="stop"))
    assert said(*told) == [
        Thought("Hm."), Text("She"), Text(" ran."), Ended(StopReason.END),
    ]  # fmt: skip


def test_an_error_within_the_stream_is_one() -> None:
    with pytest.raises(RemoteFault) as caught:
        said(*events({"error": {"code": 400, "message": "the context size is exceeded"}}))
    assert caught.value.fault.kind is FaultKind.TOO_LONG


def test_a_recorded_stream_may_be_split_anywhere() -> None:
    whole = b"".join(events(*words(" größer", "雨"), {"choices": [], "usage": CACHED}))
    expected = said(whole)
    assert len(expected) == 3
    for at in range(len(whole)):
        assert said(whole[:at], whole[at:]) == expected


@pytest.mark.parametrize(
    ("model", "url", "place"),
    [
        ("gpt-oss:120b-cloud", "http://127.0.0.1:11434/v1", "ollama.com"),
        ("glm-4.6:cloud", "http://localhost:11434/v1", "ollama.com"),
        ("gpt-oss:20b", "http://127.0.0.1:11434/v1", ""),
        ("st-cloud", "http://127.0.0.1:8080/v1", ""),
        ("gpt-oss:120b-cloud", "https://ollama.example/v1", ""),
    ],
)
def test_what_ollama_passes_on_to_its_cloud_is_not_here(model: str, url: str, place: str) -> None:
    assert API.place(spec_of(url, model=model)) == place


async def test_ollama_is_asked_whether_a_model_of_another_name_runs_elsewhere(
    tmp_path: Path,
) -> None:
    models = document({"object": "list", "data": [{"id": "mine", "owned_by": "library"}]})
    passed_on = document({"remote_host": "https://ollama.com:443", "remote_model": "gpt-oss:120b"})
    async with far_side(models, passed_on) as far:
        model = backend(spec_of(f"{far.url}/v1", model="mine"), tmp_path)
        async for _loading in model.load():
            continue
        card = model.card
        await model.close()
    assert (card.place, card.is_local) == ("ollama.com", False)
    assert [(asked.path, asked.body) for asked in far.asked] == [
        ("/v1/models", None),
        ("/api/show", {"model": "mine"}),
    ]
