"""A plan's schema as each API takes it, and what becomes of the words that one refuses."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from storyforge.backends.remote.anthropic import API as ANTHROPIC
from storyforge.backends.remote.api import Api
from storyforge.backends.remote.compatible import API as COMPATIBLE
from storyforge.backends.remote.gemini import API as GEMINI
from storyforge.backends.remote.koboldcpp import API as KOBOLDCPP
from storyforge.backends.remote.ollama import API as OLLAMA
from storyforge.backends.remote.openai import API as OPENAI
from storyforge.backends.remote.schemas import BOUNDS, LENGTHS, schema_told
from storyforge.domain.generation import Request
from storyforge.domain.plan.schemas import schema_of
from storyforge.domain.plan.tasks import TASKS
from tests.backends.remote.spoken import body, request

PLAN = schema_of(TASKS["scenes/propose"])
TALK = request(schema=json.dumps(PLAN))
TEXT = replace(TALK, messages=())


def _words(schema: Mapping[str, Any]) -> set[str]:
    """Every word of JSON Schema that is used."""
    found = set(schema)
    items = (schema["items"],) if "items" in schema else ()
    return found.union(*map(_words, (*schema.get("properties", {}).values(), *items)))


@pytest.mark.parametrize(
    ("api", "model", "more", "where", "refused"),
    [
        (OPENAI, "gpt-5.4", {}, ("text", "format", "schema"), LENGTHS),
        (OPENAI, "gpt-4.1", {"style": "chat"}, ("response_format", "json_schema", "schema"),
         LENGTHS),
        (ANTHROPIC, "claude-opus-5-5", {}, ("output_config", "format", "schema"), BOUNDS),
        (GEMINI, "gemini-3-flash", {}, ("response_format", "schema"), LENGTHS),
        (GEMINI, "gemini-3-flash", {"style": "generate"},
         ("generationConfig", "responseJsonSchema"), LENGTHS),
        (OLLAMA, "tiny", {}, ("format",), set()),
        (COMPATIBLE, "tiny", {}, ("response_format", "json_schema", "schema"), LENGTHS),
        (COMPATIBLE, "tiny", {"style": "vllm"}, ("response_format", "json_schema", "schema"),
         LENGTHS),
        (COMPATIBLE, "tiny", {"style": "llama-server"},
         ("response_format", "json_schema", "schema"), set()),
        (COMPATIBLE, "tiny", {"style": "llama-cpp-python"}, ("response_format", "schema"),
         LENGTHS),
    ],
)  # fmt: skip
def test_each_api_is_told_the_words_that_it_knows(
    api: Api, model: str, more: dict[str, Any], where: tuple[str, ...], refused: set[str]
) -> None:
    told: Any = body(api, model, asked=TALK, **more)
    for name in where:
        told = told[name]
    left = _words(told) & BOUNDS
    assert left <= BOUNDS - refused | {"minItems"}
    assert ("description" in _words(told)) is bool(refused)
    jsonschema.Draft202012Validator.check_schema(told)


def test_a_text_that_is_gone_on_with_has_its_own_ways() -> None:
    told = body(COMPATIBLE, "tiny", asked=TEXT, style="llama-server")
    assert told["json_schema"] == PLAN
    assert "response_format" not in told
    grammar = body(KOBOLDCPP, "tiny", asked=TEXT)["grammar"]
    assert grammar.startswith("root ::=")
    assert r"\"purpose\"" in grammar


@pytest.mark.parametrize("api", [OPENAI, ANTHROPIC, GEMINI, OLLAMA, COMPATIBLE, KOBOLDCPP])
def test_of_an_answer_that_was_begun_no_schema_is_told(api: Api) -> None:
    told = json.dumps(body(api, "tiny", asked=replace(TALK, begun='{"items": [')))
    assert "purpose" not in told


def test_what_is_taken_out_is_said() -> None:
    schema = {
        "type": "object",
        "properties": {
            "words": {"type": "integer", "minimum": 100, "maximum": 900},
            "beats": {
                "type": "array",
                "items": {"type": "string", "minLength": 1, "maxLength": 80},
                "minItems": 3,
                "maxItems": 9,
            },
        },
    }
    assert schema_told(Request("", schema=json.dumps(schema)), BOUNDS) == {
        "type": "object",
        "properties": {
            "words": {"type": "integer", "description": "100 or more, 900 or less"},
            "beats": {
                "type": "array",
                "items": {"type": "string", "description": "at most 80 characters"},
                "minItems": 1,
                "description": "at least 3 items, at most 9 items",
            },
        },
    }


def test_without_a_schema_there_is_none() -> None:
    assert schema_told(Request("x")) is None
