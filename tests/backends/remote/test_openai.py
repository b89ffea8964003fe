import json

import pytest

from storyforge.backends.remote.api import Framing
from storyforge.backends.remote.openai import API
from storyforge.domain.generation import StopReason
from storyforge.domain.model import RemoteModel
from storyforge.domain.sampling import Sampling
from tests.backends.remote.shapes import decoded, framed, said
from tests.backends.remote.spoken import OPENED, SCHEMA, body, request, spec


def test_a_model_that_thinks_is_asked_by_responses_and_not_told_how_to_draw() -> None:
    call = API.encode(spec(API, "gpt-5.4", reasoning="low"), request(), frozenset())
    assert (call.method, call.path, call.framing) == ("POST", "/responses", Framing.EVENTS)
    assert call.body == {
        "model": "gpt-5.4",
        "instructions": "You go on with stories.",
        "input": [{"role": "user", "content": "Go on: The boat came"}],
        "max_output_tokens": 120 + 4096,
        "reasoning": {"effort": "low", "summary": "auto"},
        "stream": True,
        "store": False,
    }


def test_a_model_that_does_not_think_is_told_how_to_draw_its_words() -> None:
    told = body(API, "gpt-4.1")
    assert (told["temperature"], told["top_p"]) == (1.4, 0.9)
    assert told["max_output_tokens"] == 120
    assert "reasoning" not in told
    assert API.can(spec(API, "gpt-4.1")).samplers == {"temperature", "top_p"}
    assert not API.can(spec(API, "gpt-6-astra")).samplers


def test_a_model_that_turned_out_to_think_has_room_for_it() -> None:
    told = body(API, "gpt-4.1", thinks=True)
    assert told["max_output_tokens"] == 120 + 16_384
    assert told["reasoning"] == {"summary": "auto"}


def test_a_model_that_is_told_not_to_think_draws_as_it_is_told() -> None:
    told = body(API, "gpt-5.4", reasoning="none")
    assert told["reasoning"] == {"effort": "none"}
    assert told["temperature"] == 1.4
    assert told["max_output_tokens"] == 120


def test_chat_completions_are_asked_where_the_profile_says_so() -> None:
    call = API.encode(spec(API, "gpt-4.1", style="chat"), request(), frozenset())
    assert call.path == "/chat/completions"
    assert call.body == {
        "model": "gpt-4.1",
        "messages": [
            {"role": "system", "content": "You go on with stories."},
            {"role": "user", "content": "Go on: The boat came"},
        ],
        "max_completion_tokens": 120,
        "temperature": 1.4,
        "top_p": 0.9,
        "frequency_penalty": 0.0,
        "presence_penalty": 0.0,
        "seed": 7,
        "stop": ["\n\n***"],
        "stream": True,
        "stream_options": {"include_usage": True},
        "store": False,
    }
    told = body(API, "o3", style="chat", reasoning="high")
    assert told["max_completion_tokens"] == 120 + 32_768
    assert told["reasoning_effort"] == "high"
    assert not told.keys() & {"temperature", "top_p", "stop", "seed"}


@pytest.mark.parametrize("style", ["", "chat"])
@pytest.mark.parametrize("model", ["gpt-4.1", "gpt-5.4", "o3"])
def test_nothing_is_ever_stored(style: str, model: str) -> None:
    """Whatever was refused before, and under whatever name."""
    everything = frozenset({"store", "stream", "model", "input", "messages", "temperature"})
    assert body(API, model, style=style, omit=everything)["store"] is False


def test_what_a_model_refuses_is_left_out() -> None:
    told = body(API, "gpt-4.1", omit=frozenset({"temperature"}))
    assert "temperature" not in told
    assert told["top_p"] == 0.9
    told = body(API, "gpt-5.4", reasoning="low", omit=frozenset({"reasoning.summary"}))
    assert told["reasoning"] == {"effort": "low"}
    told = body(API, "gpt-5.4", omit=frozenset({"reasoning.summary"}))
    assert "reasoning" not in told
    told = body(API, "gpt-4.1", style="chat", omit=frozenset({"seed", "stop"}))
    assert not told.keys() & {"seed", "stop"}


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("openai_error_temperature.json", "temperature"),
        ("openai_error_temperature_value.json", "temperature"),
        ("openai_error_effort.json", "reasoning.effort"),
        ("openai_error_summary.json", "reasoning.summary"),
        ("openai_error_context.json", ""),
    ],
)
def test_the_parameter_that_an_error_refuses_is_found(name: str, refused: str) -> None:
    assert API.refused(400, said(name)) == refused
    assert API.refused(401, said(name)) == ""


@pytest.mark.parametrize(
    ("message", "refused"),
    [
        ("Unrecognized request argument supplied: seed", "seed"),
        ("Unknown parameter: 'top_p'.", "top_p"),
        ("Unknown parameter: 'store'.", ""),
        ("Missing required parameter: 'model'.", ""),
    ],
)
def test_a_parameter_is_found_in_the_sentence_too(message: str, refused: str) -> None:
    assert API.refused(400, json.dumps({"error": {"message": message}})) == refused


@pytest.mark.parametrize("told", ["", "<html>", "[]", "[1]", "null", '{"error": "no"}', "[" * 9999])
def test_an_error_that_says_nothing_refuses_nothing(told: str) -> None:
    assert API.refused(400, told) == ""


def test_an_answer_may_have_to_keep_a_schema() -> None:
    asked = request(schema=SCHEMA)
    form = {"name": "answer", "schema": json.loads(SCHEMA), "strict": True}
    assert body(API, "gpt-5.4", asked=asked)["text"] == {"format": {"type": "json_schema"} | form}
    told = body(API, "gpt-5.4", style="chat", asked=asked)
    assert told["response_format"] == {"type": "json_schema", "json_schema": form}
    assert API.can(spec(API, "gpt-5.4")).structured


def test_nobody_begins_an_answer_for_it() -> None:
    told = body(API, "gpt-5.4", asked=request(messages=OPENED))
    assert [each["role"] for each in told["input"]] == ["user"]


def test_a_request_without_a_conversation_is_one_turn() -> None:
    told = body(API, "gpt-5.4", asked=request(messages=()))
    assert told["input"] == [{"role": "user", "content": "The boat came"}]
    assert "instructions" not in told


def test_less_than_responses_takes_is_asked_for_as_its_least() -> None:
    assert body(API, "gpt-4.1", asked=request(max_tokens=1))["max_output_tokens"] == 16


def test_a_sampler_that_is_not_asked_does_nothing() -> None:
    asked = request(sampling=Sampling(temperature=1.4, top_p=0.9, order=("temperature",)))
    assert body(API, "gpt-4.1", asked=asked)["top_p"] == 1.0


@pytest.mark.parametrize("style", ["", "chat"])
def test_what_lies_beyond_its_scales_is_told_as_their_end(style: str) -> None:
    asked = request(sampling=Sampling(temperature=4.0, frequency_penalty=-3.0))
    told = body(API, "gpt-4.1", style=style, asked=asked)
    assert told["temperature"] == 2.0
    assert told.get("frequency_penalty", -2.0) == -2.0


def test_the_key_is_in_a_header_and_nowhere_else() -> None:
    assert API.headers("sk-secret") == {"Authorization": "Bearer sk-secret"}
    assert API.headers("") == {}


def test_models_that_do_not_write_are_not_listed() -> None:
    call = API.models(spec(API, ""))
    assert call is not None
    assert (call.method, call.path) == ("GET", "/models")
    found = API.read_models(spec(API, ""), json.loads(said("openai_models.json")))
    assert found == (RemoteModel("gpt-4.1"), RemoteModel("gpt-5.4"), RemoteModel("o3"))
    assert API.read_models(spec(API, ""), ["nothing"]) == ()


def test_a_whole_chat_answer_where_a_stream_was_asked_for_is_read() -> None:
    told = {
        "choices": [{"message": {"content": "He came."}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 5, "completion_tokens": 3},
    }
    read = decoded(API, framed([json.dumps(told).encode()]))
    assert (read.text, read.reason) == ("He came.", StopReason.END)
    assert (read.usage.read, read.usage.written) == (5, 3)


def test_thinking_that_others_tell_in_a_chat_is_no_text() -> None:
    raw = (
        b'data: {"choices":[{"delta":{"reasoning_content":"Hm."}}]}\n\n'
        b'data: {"choices":[{"delta":{"reasoning":" So.","content":"He came."}}]}\n\n'
        b'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n'
    )
    read = decoded(API, framed([raw]))
    assert (read.thought, read.text, read.reason) == ("Hm. So.", "He came.", StopReason.END)
