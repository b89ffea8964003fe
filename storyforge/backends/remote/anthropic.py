"""Anthropic's Messages: Claude, its thinking, its refusals, and the beginning of an answer. Pure.

What a model takes is found by its version, which its name has: from 4.6 on an answer cannot be
begun for it, from 4.7 on it is not told how to draw its words, from 5 on it thinks by itself. Names
without a version count as newer ones: what those refuse, older ones never insist on.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from storyforge.backends.remote.api import Api, Call, Decoder, Framing, Piece
from storyforge.backends.remote.drawing import drawn
from storyforge.backends.remote.faults import FaultKind
from storyforge.backends.remote.hearing import (
    Hearing,
    failed,
    inside,
    number,
    objects,
    refused_by,
    words,
)
from storyforge.backends.remote.keeping import PRICE, in_pieces
from storyforge.backends.remote.schemas import BOUNDS, schema_told
from storyforge.backends.remote.turns import TAKES, asked, room, turns
from storyforge.domain.generation import Refusal, Request, StopReason, Text, Thought, Usage
from storyforge.domain.model import Capabilities, RemoteModel, RemoteSpec

_VERSION = "2023-06-01"
# “claude-opus-4-5-20251101”, “claude-sonnet-5”, and as older ones have it “claude-3-7-sonnet-…”.
_NAMED = re.compile(r"claude-(?:[a-z]+-)?(\d{1,2})(?:[-.](\d{1,2}))?(?![\d])")
_NEWER = (99, 0)
_NO_OPENING = (4, 6)
_NO_SAMPLERS = (4, 7)
_ADAPTIVE = (4, 6)
_THINKS_BY_ITSELF = (5, 0)
#: the API's other words for thinking, beside the efforts and a budget of tokens
_TYPES = {"none": "disabled", "disabled": "disabled", "between_tools": "between_tools"}
#: least budget that the API takes
_LEAST_BUDGET = 1024
#: how a page is asked for, of which the next request tells the same again; of others none does
_GROWS = "continue"

_KINDS = {
    "api_error": FaultKind.SERVER,
    "authentication_error": FaultKind.KEY_WRONG,
    "billing_error": FaultKind.FORBIDDEN,
    "invalid_request_error": FaultKind.NOT_UNDERSTOOD,
    "not_found_error": FaultKind.NO_MODEL,
    "overloaded_error": FaultKind.BUSY,
    "permission_error": FaultKind.FORBIDDEN,
    "rate_limit_error": FaultKind.TOO_MANY,
    "request_too_large": FaultKind.TOO_LONG,
    "timeout_error": FaultKind.SERVER,
}
_REASONS = {
    "end_turn": StopReason.END,
    "max_tokens": StopReason.LENGTH,
    "model_context_window_exceeded": StopReason.LENGTH,
    "refusal": StopReason.REFUSED,
    "stop_sequence": StopReason.STOP_STRING,
}
#: what of an error's sentence tells which parameter it refuses, the most telling first
_REFUSED = (
    (re.compile(r"assistant message prefill|must end with a user message"), "prefill"),
    (re.compile(r"\bcache_control\b"), "cache_control"),
    (re.compile(r"adaptive thinking|\bthinking\.(?:type|display)"), "thinking"),
    (re.compile(r"\beffort\b"), "output_config.effort"),
    (re.compile(r"output_config\.format|output_format|structured output"), "output_config.format"),
    (re.compile(r"\btemperature\b"), "temperature"),
    (re.compile(r"\btop_k\b"), "top_k"),
    (re.compile(r"\bstop_sequences\b"), "stop_sequences"),
    (re.compile(r"\bthinking\b"), "thinking"),
)
_NOT_TAKEN = re.compile(
    r"not support|unsupported|not permitted|deprecated|not allowed|not available|may only be set"
    r"|must end with|cannot (?:both )?be"
)


class Anthropic(Api):
    """Claude, at its maker's."""

    name = "anthropic"
    home = "https://api.anthropic.com"
    usual_window = 200_000
    kept_price = PRICE

    def headers(self, key: str) -> Mapping[str, str]:
        """The key, and the version of the API that is spoken."""
        return {"anthropic-version": _VERSION, **({"x-api-key": key} if key else {})}

    def can(self, spec: RemoteSpec) -> Capabilities:
        """It is talked to; who may not set the temperature may not set anything."""
        sampled = not spec.reasoning and version(spec.model) < _NO_SAMPLERS
        samplers = frozenset({"temperature", "top_k"} if sampled else ())
        return Capabilities(
            samplers=samplers, takes=TAKES, continues=False, counts=False, structured=True
        )

    def encode(self, spec: RemoteSpec, request: Request, omit: frozenset[str]) -> Call:
        """One answer, streamed. Anthropic keeps nothing for its callers: there is no `store`."""
        spoken = turns(request)
        messages: list[dict[str, Any]] = [*spoken.told()]
        if request.chat == _GROWS and "cache_control" not in omit:
            messages[0] |= {"content": in_pieces(spoken.said[0].text)}
        # White space at its end is refused; the answer then begins with it.
        opening = spoken.opening.rstrip()
        if opening and _may_open(spec) and "prefill" not in omit:
            messages.append({"role": "assistant", "content": opening})
        thinking = _thinking(spec)
        told = schema_told(request, BOUNDS)
        schema = told and {"type": "json_schema", "schema": told}
        effort = spec.reasoning if thinking.get("type") == "adaptive" else ""
        may: dict[str, Any] = {
            "system": spoken.system,
            "thinking": thinking,
            "output_config": asked({"effort": effort, "format": schema}, omit, "output_config"),
            "stop_sequences": [each for each in request.stop if each.strip()],
        }
        if "temperature" in self.can(spec).samplers:
            # Told both, models from 4.1 on refuse: `top_p` stays away.
            sampling = drawn(request.sampling)
            may |= {"temperature": min(sampling.temperature, 1.0), "top_k": sampling.top_k or None}
        body = {
            "model": spec.model,
            "messages": messages,
            "max_tokens": request.max_tokens + _room(spec, omit),
            "stream": True,
            **asked(may, omit),
        }
        return Call("POST", "/v1/messages", body, framing=Framing.EVENTS)

    def decoder(self) -> Decoder:
        """One answer."""
        return _Messages()

    def refused(self, status: int, body: str) -> str:
        """It names the parameter only in its sentence."""
        return refused_by(status, body, _NOT_TAKEN, _REFUSED)

    def models(self, spec: RemoteSpec) -> Call | None:
        """All of them, on one page."""
        return Call("GET", "/v1/models", query={"limit": "1000"})

    def read_models(self, spec: RemoteSpec, document: Any) -> tuple[RemoteModel, ...]:
        """With their windows."""
        return tuple(map(_model, objects(document, "data")))

    def describe(self, spec: RemoteSpec) -> Call | None:
        """A name without a date is no name in the list, but can be asked for."""
        return Call("GET", f"/v1/models/{spec.model}") if spec.model else None

    def read_description(self, spec: RemoteSpec, document: Any) -> RemoteModel:
        """As in the list."""
        return _model(document)


def version(model: str) -> tuple[int, int]:
    """The version that a model's name has; one that is newer than all where it has none."""
    named = _NAMED.search(model)
    return (int(named[1]), int(named[2] or 0)) if named else _NEWER


def _may_open(spec: RemoteSpec) -> bool:
    # What begins an answer would stand in front of the thinking.
    return version(spec.model) < _NO_OPENING and _thinking(spec).get("type") in (None, "disabled")


def _thinking(spec: RemoteSpec) -> dict[str, Any]:
    """How it is told to think; empty where that is left to it."""
    told = spec.reasoning
    if told in _TYPES:
        return {"type": _TYPES[told]}
    if told.isdecimal() or (told and version(spec.model) < _ADAPTIVE):
        # Models before 4.6 know no efforts, only a budget.
        return {"type": "enabled", "budget_tokens": max(room(told), _LEAST_BUDGET)}
    if told or _THINKS_BY_ITSELF <= version(spec.model) < _NEWER:
        # Left out, “display” hides the thinking of the newer ones.
        return {"type": "adaptive", "display": "summarized"}
    return {}


def _room(spec: RemoteSpec, omit: frozenset[str]) -> int:
    """Tokens for its thinking, beside the answer's."""
    thinking = {} if "thinking" in omit else _thinking(spec)
    if thinking.get("type") == "enabled":
        return int(thinking["budget_tokens"])
    if thinking.get("type") == "adaptive":
        return room(spec.reasoning)
    by_itself = spec.thinks or version(spec.model) >= _THINKS_BY_ITSELF
    return room("") if by_itself and not thinking else 0


def _model(document: Any) -> RemoteModel:
    return RemoteModel(
        words(document, "id"),
        words(document, "display_name"),
        number(document, "max_input_tokens"),
    )


class _Messages(Hearing):
    """One answer: a message's beginning, its blocks piece by piece, why and with what it ended."""

    def __init__(self) -> None:
        super().__init__()
        self._counts: dict[str, int] = {}
        self._thought = 0

    def heard(self, document: Mapping[str, Any]) -> Iterator[Piece]:
        """An event, by the type within it; pings and signatures say nothing."""
        kind = words(document, "type")
        if kind == "content_block_delta":
            yield from self._piece(inside(document, "delta"))
        elif kind == "content_block_start":
            if words(document, "content_block", "type") == "thinking":
                yield from self.thought()
        elif kind == "message_start":
            self._count(inside(document, "message", "usage"))
        elif kind == "message_delta":
            self._count(inside(document, "usage"))
            if reason := words(document, "delta", "stop_reason"):
                self.reason = _REASONS.get(reason, StopReason.END)
            if why := words(document, "delta", "stop_details", "explanation"):
                yield Refusal(why)
        elif kind == "message_stop":
            yield from self.over()
        elif kind == "error":
            raise failed(inside(document, "error"), _KINDS)

    def _piece(self, delta: Any) -> Iterator[Piece]:
        if text := words(delta, "text"):
            yield Text(text)
        elif thinking := words(delta, "thinking"):
            yield Thought(thinking)

    def _count(self, told: Any) -> None:
        """Take in counts; those that come later are of the whole answer so far."""
        for name in (
            "input_tokens",
            "cache_creation_input_tokens",
            "cache_read_input_tokens",
            "output_tokens",
        ):
            if isinstance(inside(told, name), int):
                self._counts[name] = number(told, name)
        thought = number(told, "output_tokens_details", "thinking_tokens")
        self._thought = max(self._thought, thought)
        count = self._counts.get
        self.usage = Usage(
            reused=count("cache_read_input_tokens", 0),
            read=count("input_tokens", 0) + count("cache_creation_input_tokens", 0),
            written=count("output_tokens", 0),
            kept=count("cache_creation_input_tokens", 0),
            thought=self._thought,
        )


API = Anthropic()
