"""The recorded answers again, through the whole backend and a real server, a byte at a time."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from storyforge.backends.remote import anthropic, gemini, openai
from storyforge.backends.remote.api import Api
from storyforge.backends.remote.backend import RemoteBackend
from storyforge.backends.remote.omitting import Memory
from storyforge.domain.generation import (
    Delta,
    Noted,
    Refusal,
    Request,
    StopReason,
    Thought,
)
from storyforge.domain.sampling import Sampling
from storyforge.errors import ModelError
from tests.backends.listening import answer, finish_of, text_of
from tests.backends.remote.far_side import JSON, Answer, FarSide, bytewise, events, far_side
from tests.backends.remote.shapes import shape
from tests.backends.remote.spoken import TURNS, spec

KEY = "sk-nobody-shall-see-this"
REQUEST = Request("The boat came", messages=TURNS, sampling=Sampling(seed=7))
PROSE = " and the boat came in — 「静かに」, he said. 🌊"
#: what each is asked for first: what models there are, or the one
MODELS = {
    "openai": "openai_models.json",
    "anthropic": "anthropic_model.json",
    "gemini": "gemini_model.json",
}
HEADERS = {
    "openai": ("authorization", f"Bearer {KEY}"),
    "anthropic": ("x-api-key", KEY),
    "gemini": ("x-goog-api-key", KEY),
}


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    return Memory(tmp_path / "remote-models.json")


def told(name: str, status: int = 200) -> Answer:
    return Answer((shape(name),), status, JSON)


def replayed(name: str) -> Answer:
    return Answer(bytewise([shape(name)]))


def model(api: Api, far: FarSide, name: str, memory: Memory, **more: Any) -> RemoteBackend:
    return RemoteBackend(
        api,
        spec(api, name, url=far.url, **more),
        key=lambda: KEY,
        messages=lambda request: request.messages,
        memory=memory,
    )


def of_kind(kind: type[Thought] | type[Refusal], deltas: list[Delta]) -> str:
    return "".join(delta.text for delta in deltas if isinstance(delta, kind))


@pytest.mark.parametrize(
    ("api", "name", "shaped", "more"),
    [
        (openai.API, "gpt-5.4", "openai_responses_text.sse", {}),
        (openai.API, "gpt-4.1", "openai_chat_text.sse", {"style": "chat"}),
        (anthropic.API, "claude-opus-5-5", "anthropic_thinking.sse", {}),
        (anthropic.API, "claude-sonnet-4-5", "anthropic_text.sse", {}),
        (gemini.API, "gemini-3.8-flash", "gemini_interaction_text.sse", {}),
        (gemini.API, "gemini-2.5-flash", "gemini_generate_text.sse", {"style": "generate"}),
    ],
)
async def test_an_answer_comes_byte_by_byte_with_its_thinking_and_its_cost(
    api: Api, name: str, shaped: str, more: dict[str, str], memory: Memory
) -> None:
    async with far_side(told(MODELS[api.name]), replayed(shaped)) as far:
        backend = model(api, far, name, memory, **more)
        deltas = await answer(backend, REQUEST)
        await backend.close()
    finish = finish_of(deltas)
    assert finish.reason is StopReason.END
    assert text_of(deltas) in (PROSE, " and then — 夜が明けた.", " He came late.")
    assert finish.usage.read + finish.usage.reused > 400
    assert finish.usage.seed == 7
    assert not finish.usage.estimated
    assert bool(finish.usage.thought) == bool(of_kind(Thought, deltas))
    name, value = HEADERS[api.name]
    for asked in far.asked:
        assert asked.headers[name] == value
        assert KEY not in asked.path + json.dumps(asked.body)
    assert far.asked[-1].method == "POST"
    if api.name != "anthropic":
        assert far.asked[-1].body["store"] is False
    assert KEY not in repr(deltas) + repr(backend.card)


@pytest.mark.parametrize(
    ("api", "name", "shaped", "said"),
    [
        (openai.API, "gpt-5.4", "openai_responses_refusal.sse", "I'm sorry, but I can't help"),
        (openai.API, "gpt-4.1", "openai_chat_refusal.sse", "I can't write that."),
        (anthropic.API, "claude-opus-5-5", "anthropic_refusal.sse", "The request could be used"),
    ],
)
async def test_a_refusal_is_one_and_no_word_of_it_is_text(
    api: Api, name: str, shaped: str, said: str, memory: Memory
) -> None:
    async with far_side(told(MODELS[api.name]), replayed(shaped)) as far:
        backend = model(api, far, name, memory)
        deltas = await answer(backend, REQUEST)
        await backend.close()
    assert finish_of(deltas).reason is StopReason.REFUSED
    assert not text_of(deltas)
    assert of_kind(Refusal, deltas).startswith(said)


async def test_a_refusal_in_plain_words_is_one_too(memory: Memory) -> None:
    words = (
        "I’m sorry, but I can’t continue this story. If you’d like, I can help you with another."
    )
    pieces = [
        {"type": "response.output_text.delta", "delta": word + " "} for word in words.split(" ")
    ]
    done = {"type": "response.completed", "response": {"status": "completed"}}
    raw = "".join(f"data: {json.dumps(each)}\n\n" for each in (*pieces, done)).encode()
    async with far_side(told("openai_models.json"), Answer(bytewise([raw]))) as far:
        backend = model(openai.API, far, "gpt-5.4", memory)
        deltas = await answer(backend, REQUEST)
        await backend.close()
    assert finish_of(deltas).reason is StopReason.REFUSED
    assert not text_of(deltas)
    assert of_kind(Refusal, deltas) == words + " "


async def test_what_a_filter_cut_off_is_kept(memory: Memory) -> None:
    async with far_side(told("gemini_model.json"), replayed("gemini_generate_safety.sse")) as far:
        backend = model(gemini.API, far, "gemini-2.5-flash", memory, style="generate")
        deltas = await answer(backend, REQUEST)
        await backend.close()
    assert finish_of(deltas).reason is StopReason.FILTERED
    assert text_of(deltas) == " The knife"


@pytest.mark.parametrize(
    ("api", "name", "error", "parameter", "shaped"),
    [
        (openai.API, "gpt-4.1", "openai_error_temperature.json", "temperature", "openai_chat_text"),
        (
            anthropic.API,
            "claude-sonnet-4-5",
            "anthropic_error_temperature.json",
            "temperature",
            "anthropic_text",
        ),
        (
            gemini.API,
            "gemini-2.5-flash",
            "gemini_error_interaction.json",
            "temperature",
            "gemini_interaction_text",
        ),
    ],
)
async def test_what_a_model_refuses_is_omitted_said_once_and_remembered(
    api: Api, name: str, error: str, parameter: str, shaped: str, memory: Memory
) -> None:
    more = {"style": "chat"} if shaped == "openai_chat_text" else {}
    answers = (told(MODELS[api.name]), told(error, 400), replayed(f"{shaped}.sse"))
    async with far_side(*answers) as far:
        backend = model(api, far, name, memory, **more)
        first = await answer(backend, REQUEST)
        second = await answer(backend, REQUEST)
        await backend.close()
        again = model(api, far, name, memory, **more)
        assert parameter in again.card.can.samplers
        far.answers = [told(MODELS[api.name]), replayed(f"{shaped}.sse")]
        third = await answer(again, REQUEST)
        assert parameter not in again.card.can.samplers
        await again.close()
    sent = [json.dumps(asked.body) for asked in far.asked if asked.method == "POST"]
    assert [parameter in body for body in sent] == [True, False, False, False]
    notes = [
        delta for deltas in (first, second, third) for delta in deltas if isinstance(delta, Noted)
    ]
    assert len(notes) == 1
    assert parameter in notes[0].message
    assert text_of(first) == text_of(second) == text_of(third) != ""


async def test_what_had_come_before_an_error_stays(memory: Memory) -> None:
    heard: list[Delta] = []

    async def listen() -> None:
        async for delta in backend.stream(REQUEST, asyncio.Event()):
            heard.append(delta)

    async with far_side(told("anthropic_model.json"), replayed("anthropic_overloaded.sse")) as far:
        backend = model(anthropic.API, far, "claude-opus-5-5", memory)
        with pytest.raises(ModelError):
            await listen()
        await backend.close()
    assert text_of(heard) == " He took"


async def test_a_model_that_had_room_to_think_is_not_asked_twice(memory: Memory) -> None:
    thought = {"type": "response.reasoning_summary_text.delta", "delta": "She waits."}
    why = {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}
    ended = {"type": "response.incomplete", "response": why}
    async with far_side(told("openai_models.json"), Answer(events(thought, ended))) as far:
        backend = model(openai.API, far, "gpt-5.4", memory)
        deltas = await answer(backend, REQUEST)
        await backend.close()
    assert len([asked for asked in far.asked if asked.method == "POST"]) == 1
    assert finish_of(deltas).reason is StopReason.LENGTH
    assert [delta for delta in deltas if isinstance(delta, Noted)]
