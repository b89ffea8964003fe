"""OpenAI's Chat Completions: a conversation, answered piece by piece. Pure.

The decoder reads what others make of it too: thinking under names that OpenAI does not have.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from storyforge.backends.remote.api import Call, Framing, Piece
from storyforge.backends.remote.drawing import drawn
from storyforge.backends.remote.faults import FaultKind
from storyforge.backends.remote.hearing import (
    Hearing,
    failed,
    inside,
    number,
    objects,
    usage,
    words,
)
from storyforge.backends.remote.schemas import LENGTHS, schema_told
from storyforge.backends.remote.turns import asked, room, turns
from storyforge.domain.generation import Refusal, Request, StopReason, Text, Thought, Usage
from storyforge.domain.model import RemoteSpec

#: an error's code or type, within a stream or in its place
KINDS = {
    "bio_policy": FaultKind.FILTERED,
    "content_filter": FaultKind.FILTERED,
    "content_policy_violation": FaultKind.FILTERED,
    "context_length_exceeded": FaultKind.TOO_LONG,
    "insufficient_quota": FaultKind.FORBIDDEN,
    "invalid_api_key": FaultKind.KEY_WRONG,
    "invalid_prompt": FaultKind.FILTERED,
    "misalignment_policy_violation": FaultKind.FILTERED,
    "model_not_found": FaultKind.NO_MODEL,
    "overloaded_error": FaultKind.BUSY,
    "rate_limit_exceeded": FaultKind.TOO_MANY,
    "server_error": FaultKind.SERVER,
    "server_is_overloaded": FaultKind.BUSY,
    "slow_down": FaultKind.TOO_MANY,
}
#: where OpenAI's scales end; what lies beyond is an error to it
HOTTEST = 2.0
_PENALTY = 2.0
_REASONS = {
    "stop": StopReason.END,
    "length": StopReason.LENGTH,
    "content_filter": StopReason.FILTERED,
}
#: where the thinking lies: DeepSeek's, vLLM's and llama-server's name, and OpenRouter's
_THINKING = ("reasoning_content", "reasoning")


def encode(spec: RemoteSpec, request: Request, omit: frozenset[str], *, thinks: bool) -> Call:
    """One answer.

    Args:
        thinks: the model thinks before it writes.
    """
    spoken = turns(request)
    sampling = drawn(request.sampling)
    may: dict[str, Any] = {
        "reasoning_effort": spec.reasoning,
        "response_format": format_of(request),
    }
    if not thinks:
        may |= {
            "temperature": min(sampling.temperature, HOTTEST),
            "top_p": sampling.top_p,
            "frequency_penalty": _within(sampling.frequency_penalty),
            "presence_penalty": _within(sampling.presence_penalty),
            "seed": sampling.seed,
            # Its limit is four; the others end the answer here all the same.
            "stop": list(request.stop[:4]),
        }
    body = {
        "model": spec.model,
        # OpenAI hears a system's words as a developer's where its models want those.
        "messages": spoken.told(system=True),
        "max_completion_tokens": request.max_tokens + (room(spec.reasoning) if thinks else 0),
        "stream": True,
        "stream_options": {"include_usage": True},
        "store": False,
        **asked(may, omit),
    }
    return Call("POST", "/chat/completions", body, framing=Framing.EVENTS)


def _within(penalty: float) -> float:
    return max(-_PENALTY, min(penalty, _PENALTY))


def format_of(request: Request, refused: frozenset[str] = LENGTHS) -> dict[str, Any] | None:
    """The schema that the answer has to keep, less what is refused; None where there is none."""
    told = schema_told(request, refused)
    if told is None:
        return None
    schema = {"name": "answer", "schema": told, "strict": True}
    return {"type": "json_schema", "json_schema": schema}


def usage_of(document: Mapping[str, Any]) -> Usage | None:
    """What a chunk tells of tokens, also one of `/completions`; None where it tells nothing."""
    if not isinstance(inside(document, "usage"), Mapping):
        return None
    return usage(
        number(document, "usage", "prompt_tokens"),
        number(document, "usage", "prompt_tokens_details", "cached_tokens"),
        number(document, "usage", "completion_tokens"),
        number(document, "usage", "completion_tokens_details", "reasoning_tokens"),
    )


class ChatDecoder(Hearing):
    """One answer: pieces of a message, then why it ended, then what it cost."""

    def __init__(self) -> None:
        super().__init__()
        self._refused = False

    def heard(self, document: Mapping[str, Any]) -> Iterator[Piece]:
        """A chunk; the one with the usage has no choices, or is the last with one."""
        if error := inside(document, "error"):
            raise failed(error, KINDS)
        for choice in objects(document, "choices")[:1]:
            yield from self._said(choice)
            if finish := words(choice, "finish_reason"):
                known = _REASONS.get(finish, StopReason.END)
                self.reason = StopReason.REFUSED if self._refused else known
        if (told := usage_of(document)) is not None:
            self.usage = told
            yield from self.over()

    def _said(self, choice: Mapping[str, Any]) -> Iterator[Piece]:
        delta = inside(choice, "delta") or inside(choice, "message")
        for name in _THINKING:
            if thinking := words(delta, name):
                yield Thought(thinking)
                break
        if text := words(delta, "content"):
            yield Text(text)
        if refusal := words(delta, "refusal"):
            self._refused = True
            yield Refusal(refusal)
