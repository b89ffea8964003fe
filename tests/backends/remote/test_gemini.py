import json

import pytest

from storyforge.backends.remote.api import Framing
from storyforge.backends.remote.faults import FaultKind
from storyforge.backends.remote.gemini import API
from storyforge.domain.generation import Message, Role, StopReason
from storyforge.domain.model import RemoteModel
from storyforge.domain.sampling import Sampling
from tests.backends.remote.shapes import decoded, framed, said
from tests.backends.remote.spoken import OPENED, SCHEMA, TURNS, body, request, spec

FLASH = "gemini-3.8-flash"


def test_a_new_model_is_asked_by_interactions() -> None:
    call = API.encode(spec(API, FLASH, reasoning="low"), request(), frozenset())
    assert (call.method, call.path, call.framing) == ("POST", "/interactions", Framing.EVENTS)
    assert call.body == {
        "model": FLASH,
        "system_instruction": "You go on with stories.",
        "input": [
            {
                "type": "user_input",
                "content": [{"type": "text", "text": "Go on: The boat came"}],
            }
        ],
        "generation_config": {
            "max_output_tokens": 120 + 4096,
            "seed": 7,
            "stop_sequences": ["\n\n***"],
            "thinking_level": "low",
            "thinking_summaries": "auto",
        },
        "store": False,
        "stream": True,
    }


def test_the_older_way_is_asked_where_the_profile_says_so() -> None:
    call = API.encode(spec(API, "gemini-2.5-flash", style="generate"), request(), frozenset())
    assert call.path == "/models/gemini-2.5-flash:streamGenerateContent"
    assert (call.query, call.framing) == ({"alt": "sse"}, Framing.EVENTS)
    assert call.body == {
        "systemInstruction": {"parts": [{"text": "You go on with stories."}]},
        "contents": [{"role": "user", "parts": [{"text": "Go on: The boat came"}]}],
        "generationConfig": {
            "maxOutputTokens": 120 + 16_384,
            "temperature": 1.4,
            "topP": 0.9,
            "topK": 50,
            "presencePenalty": 0.0,
            "frequencyPenalty": 0.0,
            "seed": 7,
            "stopSequences": ["\n\n***"],
            "thinkingConfig": {"includeThoughts": True},
        },
        "store": False,
    }


@pytest.mark.parametrize(
    ("model", "reasoning", "path"),
    [
        (FLASH, "", "/interactions"),
        ("models/gemini-3.8-flash", "", "/interactions"),
        ("gemini-2.5-pro", "", "/interactions"),
        ("gemma-4-31b-it", "", "/interactions"),
        # Interactions has no budgets of tokens.
        ("gemini-2.5-pro", "2048", "/models/gemini-2.5-pro:streamGenerateContent"),
        ("gemini-2.0-flash", "", "/models/gemini-2.0-flash:streamGenerateContent"),
        ("gemma-3-27b-it", "", "/models/gemma-3-27b-it:streamGenerateContent"),
        ("tunedModels/mine-7", "", "/tunedModels/mine-7:streamGenerateContent"),
    ],
)
def test_the_model_and_its_thinking_decide_the_way(model: str, reasoning: str, path: str) -> None:
    assert API.encode(spec(API, model, reasoning=reasoning), request(), frozenset()).path == path


def test_a_budget_for_thinking_is_told_as_one() -> None:
    told = body(API, "gemini-2.5-pro", reasoning="2048")["generationConfig"]
    assert told["thinkingConfig"] == {"thinkingBudget": 2048, "includeThoughts": True}
    assert told["maxOutputTokens"] == 120 + 2048
    told = body(API, FLASH, style="generate", reasoning="low")["generationConfig"]
    assert told["thinkingConfig"] == {"thinkingLevel": "LOW", "includeThoughts": True}


@pytest.mark.parametrize("model", ["gemini-2.0-flash", "gemma-3-27b-it", "gemma-4-31b-it"])
def test_a_model_that_does_not_think_gets_no_room_for_it(model: str) -> None:
    told = body(API, model)
    config = told.get("generationConfig") or told["generation_config"]
    assert 120 in config.values()
    assert "thinkingConfig" not in config


@pytest.mark.parametrize(
    ("model", "style", "samplers"),
    [
        ("gemini-2.5-flash", "", {"seed", "temperature", "top_p"}),
        ("gemini-3.5-flash", "", {"seed", "temperature", "top_p"}),
        ("gemma-4-31b-it", "", {"seed", "temperature", "top_p"}),
        ("gemini-3.5-flash-lite", "", {"seed"}),
        ("gemini-3.6-flash", "", {"seed"}),
        ("gemini-4-argon", "generate", {"seed"}),
        ("gemini-flash-latest", "", {"seed"}),
    ],
)
def test_the_newer_are_not_told_how_to_draw(model: str, style: str, samplers: set[str]) -> None:
    assert API.can(spec(API, model, style=style)).samplers == samplers
    told = body(API, model, style=style)
    config = told.get("generationConfig") or told["generation_config"]
    drawn = {"seed", "temperature", "top_p", "topP", "top_k", "topK"}
    assert len(config.keys() & drawn) == len(samplers)


@pytest.mark.parametrize("style", ["", "generate"])
def test_nothing_is_ever_stored(style: str) -> None:
    everything = frozenset({"store", "stream", "model", "input", "contents"})
    assert body(API, FLASH, style=style, omit=everything)["store"] is False


@pytest.mark.parametrize("style", ["", "generate"])
def test_a_schema_and_more_turns_are_told_in_both_ways(style: str) -> None:
    turns = (*TURNS, Message(Role.ASSISTANT, "Yes?"), Message(Role.USER, "Now."))
    told = body(API, FLASH, style=style, asked=request(messages=turns, schema=SCHEMA))
    schema = json.loads(SCHEMA)
    if style:
        assert [each["role"] for each in told["contents"]] == ["user", "model", "user"]
        assert told["generationConfig"]["responseJsonSchema"] == schema
        assert told["generationConfig"]["responseMimeType"] == "application/json"
    else:
        kinds = [each["type"] for each in told["input"]]
        assert kinds == ["user_input", "model_output", "user_input"]
        form = {"type": "text", "mime_type": "application/json", "schema": schema}
        assert told["response_format"] == form


@pytest.mark.parametrize("style", ["", "generate"])
def test_what_a_model_refuses_is_left_out(style: str) -> None:
    omit = frozenset({"thinking", "thinking_summaries", "seed", "response_format"})
    asked = request(schema=SCHEMA)
    told = json.dumps(body(API, FLASH, style=style, reasoning="low", omit=omit, asked=asked))
    assert not [each for each in ("thinking", "seed", "schema", "Schema") if each in told]


def test_a_model_that_hears_no_system_is_told_its_words_by_the_user() -> None:
    told = body(API, "gemma-3-27b-it", omit=frozenset({"system_instruction"}))
    assert "systemInstruction" not in told
    text = "You go on with stories.\n\nGo on: The boat came"
    assert told["contents"] == [{"role": "user", "parts": [{"text": text}]}]


def test_nobody_begins_an_answer_for_it() -> None:
    assert len(body(API, FLASH, asked=request(messages=OPENED))["input"]) == 1


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("gemini_error_level.json", "thinking"),
        ("gemini_error_system.json", "system_instruction"),
        ("gemini_error_top_k.json", "top_k"),
        ("gemini_error_interaction.json", "temperature"),
    ],
)
def test_the_parameter_that_an_error_refuses_is_found(name: str, refused: str) -> None:
    assert API.refused(400, said(name)) == refused
    assert API.refused(400, f"[{said(name)}]") == refused
    assert API.refused(429, said(name)) == ""


def test_an_error_of_another_kind_refuses_nothing() -> None:
    told = {"error": {"message": "API key not valid. Please pass a valid API key."}}
    assert API.refused(400, json.dumps(told)) == ""


def test_what_lies_beyond_its_scale_is_told_as_its_end() -> None:
    asked = request(sampling=Sampling(temperature=4.0))
    assert body(API, "gemini-2.5-pro", asked=asked)["generation_config"]["temperature"] == 2.0


BEGAN = {"event_type": "interaction.created", "interaction": {"id": "v1_x"}}
WROTE = {"event_type": "step.delta", "index": 0, "delta": {"type": "text", "text": "He came."}}
BLOCKED = {"code": "content_blocked", "message": "Blocked."}
BUSY = {"code": 503, "message": "The model is overloaded.", "status": "UNAVAILABLE"}


def ended(status: str, *errors: object) -> dict[str, object]:
    interaction = {"status": status, "errors": list(errors)}
    return {"event_type": "interaction.completed", "interaction": interaction}


@pytest.mark.parametrize(
    ("told", "reason", "fault"),
    [
        ([BEGAN, WROTE, ended("completed")], StopReason.END, None),
        ([BEGAN, WROTE, ended("budget_exceeded")], StopReason.LENGTH, None),
        ([BEGAN, WROTE, ended("cancelled")], None, FaultKind.CUT_OFF),
        ([BEGAN, WROTE, ended("failed", {"code": "internal_error"})], None, FaultKind.SERVER),
        ([BEGAN, WROTE, ended("incomplete", BLOCKED)], StopReason.FILTERED, None),
        ([BEGAN, WROTE, {"event_type": "interaction.failed", "error": BUSY}], None, FaultKind.BUSY),
        # An error without a word was seen in the middle of answers that went on.
        ([BEGAN, {"event_type": "error"}, WROTE, ended("completed")], StopReason.END, None),
        ([BEGAN, WROTE, {"error": BUSY}], None, FaultKind.BUSY),
        ([BEGAN, WROTE, {"what": "is this"}], None, FaultKind.MALFORMED),
        (
            [
                BEGAN,
                WROTE,
                {"event_type": "step.start", "step": {"type": "model_output", "error": BLOCKED}},
            ],
            StopReason.FILTERED,
            None,
        ),
    ],
)
def test_an_interaction_ends_as_it_says(
    told: list[object], reason: StopReason | None, fault: FaultKind | None
) -> None:
    raw = "".join(f"data: {json.dumps(each)}\n\n" for each in told).encode()
    read = decoded(API, framed([raw]))
    assert (read.text, read.reason, read.fault) == ("He came.", reason, fault)


def test_what_a_step_begins_with_is_heard_too() -> None:
    thought = {"type": "thought", "summary": [{"type": "text", "text": "She waits."}]}
    output = {"type": "model_output", "content": [{"type": "text", "text": "He came."}]}
    told = (thought, thought, output)
    steps = [{"event_type": "step.start", "step": each} for each in told]
    raw = "".join(f"data: {json.dumps(each)}\n\n" for each in (BEGAN, *steps)).encode()
    read = decoded(API, framed([raw]))
    assert (read.thought, read.text) == ("She waits.\n\nShe waits.", "He came.")


def test_an_error_in_the_middle_of_the_older_way_is_one() -> None:
    chunk = {"candidates": [{"content": {"parts": [{"text": "He came."}]}}]}
    raw = "".join(f"data: {json.dumps(each)}\r\n\r\n" for each in (chunk, {"error": BUSY}))
    read = decoded(API, framed([raw.encode()]))
    assert (read.text, read.fault) == ("He came.", FaultKind.BUSY)


def test_the_key_is_in_a_header_and_never_in_an_address() -> None:
    assert API.headers("secret") == {"x-goog-api-key": "secret"}
    assert API.headers("") == {}
    call = API.encode(spec(API, FLASH, style="generate"), request(), frozenset())
    assert "key" not in call.query


def test_models_that_write_come_with_their_windows() -> None:
    call = API.models(spec(API, ""))
    assert call is not None
    assert (call.path, call.query) == ("/models", {"pageSize": "1000"})
    found = API.read_models(spec(API, ""), json.loads(said("gemini_models.json")))
    assert found == (RemoteModel(FLASH, "Gemini 3.8 Flash", 1_048_576),)
    call = API.describe(spec(API, FLASH))
    assert call is not None
    assert call.path == "/models/gemini-3.8-flash"
    told = json.loads(said("gemini_model.json"))
    assert API.read_description(spec(API, FLASH), told) == found[0]
    assert API.describe(spec(API, "")) is None
