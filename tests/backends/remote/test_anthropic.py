import json
from typing import Any

import pytest

from storyforge.backends.remote.anthropic import API, version
from storyforge.backends.remote.api import Framing
from storyforge.domain.generation import Message, Role
from storyforge.domain.model import RemoteModel
from storyforge.domain.sampling import Sampling
from tests.backends.remote.shapes import said
from tests.backends.remote.spoken import OPENED, SCHEMA, TURNS, body, request, spec

SONNET = "claude-sonnet-4-5-20250929"
ADAPTIVE = {"type": "adaptive", "display": "summarized"}


def test_an_older_model_is_told_how_to_draw_and_does_not_think() -> None:
    call = API.encode(spec(API, SONNET), request(), frozenset())
    assert (call.method, call.path, call.framing) == ("POST", "/v1/messages", Framing.EVENTS)
    assert call.body == {
        "model": SONNET,
        "system": "You go on with stories.",
        "messages": [{"role": "user", "content": "Go on: The boat came"}],
        "max_tokens": 120,
        # Anthropic's scale ends at 1.
        "temperature": 1.0,
        "top_k": 50,
        "stop_sequences": ["\n\n***"],
        "stream": True,
    }


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("claude-opus-5-5", (5, 5)),
        ("claude-sonnet-5", (5, 0)),
        ("claude-fable-5-2", (5, 2)),
        ("claude-opus-4-7", (4, 7)),
        ("claude-opus-4-6-fast", (4, 6)),
        (SONNET, (4, 5)),
        ("claude-sonnet-4-20250514", (4, 0)),
        ("claude-opus-4-1-20250805", (4, 1)),
        ("claude-3-7-sonnet-20250219", (3, 7)),
        ("claude-3-opus-20240229", (3, 0)),
        ("claude-2.1", (2, 1)),
        ("anthropic/claude-opus-4.5", (4, 5)),
        ("claude-mythos-preview", (99, 0)),
        ("house-model", (99, 0)),
    ],
)
def test_a_models_name_tells_its_version(model: str, told: tuple[int, int]) -> None:
    assert version(model) == told


@pytest.mark.parametrize(
    ("model", "reasoning", "begun"),
    [
        (SONNET, "", True),
        ("claude-3-7-sonnet-20250219", "", True),
        (SONNET, "disabled", True),
        # What begins an answer would stand in front of its thinking.
        (SONNET, "4096", False),
        ("claude-sonnet-4-6", "", False),
        ("claude-opus-4-6", "", False),
        ("claude-opus-5-5", "", False),
        ("claude-mythos-preview", "", False),
    ],
)
def test_an_answer_is_begun_where_the_model_allows_it(
    model: str, reasoning: str, begun: bool
) -> None:
    told = body(API, model, reasoning=reasoning, asked=request(messages=OPENED))
    turns = [(each["role"], each["content"]) for each in told["messages"]]
    assert turns[0] == ("user", "Go on: The boat came")
    # White space at its end is refused.
    assert turns[1:] == ([("assistant", "The boat came")] if begun else [])


def test_a_beginning_that_was_refused_is_not_sent_again() -> None:
    asked = request(messages=OPENED)
    told = body(API, SONNET, asked=asked, omit=frozenset({"prefill"}))
    assert [each["role"] for each in told["messages"]] == ["user"]


@pytest.mark.parametrize(
    ("model", "reasoning", "thinking", "effort", "room"),
    [
        (SONNET, "", None, None, 0),
        (SONNET, "4096", {"type": "enabled", "budget_tokens": 4096}, None, 4096),
        (SONNET, "12", {"type": "enabled", "budget_tokens": 1024}, None, 1024),
        (SONNET, "low", {"type": "enabled", "budget_tokens": 4096}, None, 4096),
        ("claude-opus-4-6", "", None, None, 0),
        ("claude-opus-4-6", "low", ADAPTIVE, "low", 4096),
        ("claude-opus-5-5", "", ADAPTIVE, None, 16_384),
        ("claude-opus-5-5", "high", ADAPTIVE, "high", 32_768),
        ("claude-opus-5", "none", {"type": "disabled"}, None, 0),
        ("claude-sonnet-5-5", "between_tools", {"type": "between_tools"}, None, 0),
        # Nothing is known of it: its answer has room to think, and that is its own affair.
        ("claude-mythos-preview", "", None, None, 16_384),
    ],
)
def test_a_model_is_told_how_to_think_in_words_that_it_knows(
    model: str, reasoning: str, thinking: object, effort: str | None, room: int
) -> None:
    told = body(API, model, reasoning=reasoning)
    assert told.get("thinking") == thinking
    assert told.get("output_config", {}).get("effort") == effort
    assert told["max_tokens"] == 120 + room


@pytest.mark.parametrize(
    ("model", "reasoning", "samplers"),
    [
        (SONNET, "", {"temperature", "top_k"}),
        ("claude-opus-4-6", "", {"temperature", "top_k"}),
        ("claude-opus-4-6", "low", set()),
        ("claude-opus-4-7", "", set()),
        ("claude-opus-5-5", "", set()),
        ("claude-mythos-preview", "", set()),
    ],
)
def test_only_who_may_be_told_how_to_draw_is_told(
    model: str, reasoning: str, samplers: set[str]
) -> None:
    told = body(API, model, reasoning=reasoning)
    assert told.keys() & {"temperature", "top_k", "top_p"} == samplers
    assert API.can(spec(API, model, reasoning=reasoning)).samplers == samplers


def test_who_will_not_stop_thinking_has_room_for_it() -> None:
    told = body(API, "claude-opus-5-5", reasoning="none", omit=frozenset({"thinking"}))
    assert "thinking" not in told
    assert told["max_tokens"] == 120 + 16_384


def test_what_a_model_refuses_is_left_out() -> None:
    told = body(API, SONNET, omit=frozenset({"temperature", "stop_sequences"}))
    assert not told.keys() & {"temperature", "stop_sequences"}
    told = body(API, "claude-opus-5-5", reasoning="low", omit=frozenset({"output_config.effort"}))
    assert "output_config" not in told
    told = body(API, "claude-opus-5-5", reasoning="4096", omit=frozenset({"thinking"}))
    assert "thinking" not in told
    assert "top_k" not in body(API, SONNET, asked=request(sampling=Sampling(top_k=0)))


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("anthropic_error_temperature.json", "temperature"),
        ("anthropic_error_prefill.json", "prefill"),
        ("anthropic_error_effort.json", "output_config.effort"),
        ("anthropic_error_adaptive.json", "thinking"),
        ("anthropic_error_budget.json", "thinking"),
        ("anthropic_error_too_long.json", ""),
    ],
)
def test_the_parameter_that_an_error_refuses_is_found(name: str, refused: str) -> None:
    assert API.refused(400, said(name)) == refused
    assert API.refused(529, said(name)) == ""


@pytest.mark.parametrize(
    ("message", "refused"),
    [
        ("`top_k` is not supported for this model.", "top_k"),
        ("stop_sequences: Extra inputs are not permitted", "stop_sequences"),
        ("output_config.format: This model does not support structured outputs.",
         "output_config.format"),
        ("thinking: this model does not support thinking", "thinking"),
        ("temperature: range: 0..1", ""),
        ("messages: roles must alternate", ""),
    ],
)  # fmt: skip
def test_a_parameter_is_found_by_its_name_and_what_is_said_of_it(
    message: str, refused: str
) -> None:
    assert API.refused(400, json.dumps({"error": {"message": message}})) == refused


def test_an_answer_may_have_to_keep_a_schema() -> None:
    told = body(API, "claude-opus-5-5", reasoning="low", asked=request(schema=SCHEMA))
    form = {"type": "json_schema", "schema": json.loads(SCHEMA)}
    assert told["output_config"] == {"effort": "low", "format": form}


def test_stop_strings_of_nothing_but_white_space_are_not_sent() -> None:
    told = body(API, SONNET, asked=request(stop=("\n\n", "***")))
    assert told["stop_sequences"] == ["***"]
    assert "stop_sequences" not in body(API, SONNET, asked=request(stop=("\n",)))


def test_the_key_is_in_a_header_and_nowhere_else() -> None:
    assert API.headers("secret") == {"x-api-key": "secret", "anthropic-version": "2023-06-01"}
    assert "x-api-key" not in API.headers("")


def test_models_come_with_their_windows() -> None:
    call = API.models(spec(API, ""))
    assert call is not None
    assert (call.path, call.query) == ("/v1/models", {"limit": "1000"})
    found = API.read_models(spec(API, ""), json.loads(said("anthropic_models.json")))
    assert found == (
        RemoteModel("claude-sonnet-5-5", "Claude Sonnet 5.5", 1_000_000),
        RemoteModel("claude-haiku-4-5-20251001", "Claude Haiku 4.5", 200_000),
    )
    haiku = spec(API, "claude-haiku-4-5")
    call = API.describe(haiku)
    assert call is not None
    assert call.path == "/v1/models/claude-haiku-4-5"
    described = API.read_description(haiku, json.loads(said("anthropic_model.json")))
    assert described.context_tokens == 200_000
    assert API.describe(spec(API, "")) is None


LINE = "The tide had turned, and nobody on the quay looked up.\n"


def _content(text: str, **more: Any) -> Any:
    asked = request(messages=(TURNS[0], Message(Role.USER, text)))
    return body(API, SONNET, asked=asked, **more)["messages"][0]["content"]


def _marked(content: list[dict[str, Any]]) -> str:
    """What is kept of it: all up to the last piece that is marked."""
    at = max(n for n, each in enumerate(content) if "cache_control" in each)
    return "".join(each["text"] for each in content[: at + 1])


def test_what_a_page_begins_with_is_kept_and_told_in_the_same_pieces_as_it_grows() -> None:
    before: list[dict[str, Any]] = []
    for lines in range(220, 900, 13):
        content = _content(LINE * lines)
        assert "".join(each["text"] for each in content) == LINE * lines
        pieces = [each["text"] for each in content[:-1]]
        assert [each["text"] for each in before[:-1]] == pieces[: len(before[:-1])]
        assert sum("cache_control" in each for each in content) == 1
        assert len(LINE) * lines - len(_marked(content)) >= 3_000
        before = content
    assert len(before) > 5


@pytest.mark.parametrize(
    "text", [LINE * 50, "x" * 50_000, "\n" * 50_000, LINE * 200 + "\n" * 9_000]
)
def test_what_is_too_short_or_has_no_lines_to_part_it_is_told_in_one_piece(text: str) -> None:
    content = _content(text)
    assert content == text or all(each["text"].strip() for each in content)


def test_only_what_grows_is_kept_and_nothing_where_that_is_refused() -> None:
    turns = (TURNS[0], Message(Role.USER, LINE * 500))
    summary = body(API, SONNET, asked=request(messages=turns, chat="document"))
    assert isinstance(summary["messages"][0]["content"], str)
    assert isinstance(_content(LINE * 500, omit=frozenset({"cache_control"})), str)
    told = {
        "error": {"message": "messages.0.content.0.cache_control: Extra inputs are not permitted"}
    }
    assert API.refused(400, json.dumps(told)) == "cache_control"
