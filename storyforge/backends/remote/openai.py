"""OpenAI: Responses, or Chat Completions where the profile's style is “chat”. Pure.

Both are told `store: false` with each call, whatever else they are told: without it OpenAI keeps a
text for at least thirty days. What a model takes is found by its name, and by what it refuses.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from storyforge.backends.remote import openai_chat
from storyforge.backends.remote.api import Api, Call, Decoder, Framing, Piece
from storyforge.backends.remote.drawing import drawn
from storyforge.backends.remote.faults import Fault, FaultKind, RemoteFault
from storyforge.backends.remote.hearing import (
    FirstTells,
    Hearing,
    error_of,
    failed,
    inside,
    number,
    objects,
    usage,
    words,
)
from storyforge.backends.remote.schemas import LENGTHS, schema_told
from storyforge.backends.remote.turns import TAKES, asked, room, turns
from storyforge.domain.generation import Refusal, Request, StopReason, Text, Thought
from storyforge.domain.model import Capabilities, RemoteModel, RemoteSpec

# Those that do not think: GPT-3.5 and 4. What is not known is taken for one of the newer, which
# refuse to be told a temperature; none insists on being told one.
_PLAIN = re.compile(r"(?:ft:)?(?:chatgpt-|gpt-[34])")
# Listed with the others, and of no use to a writer.
_NOT_FOR_TEXT = re.compile(
    r"embedding|whisper|tts|transcribe|realtime|audio|image|dall-e|moderation|sora|computer-use"
    r"|search|deep-research|davinci|babbage|live|translate"
)
#: least that Responses takes for `max_output_tokens`
_LEAST = 16
_MAY_BE_OMITTED = frozenset(
    {
        "temperature",
        "top_p",
        "frequency_penalty",
        "presence_penalty",
        "seed",
        "stop",
        "reasoning",
        "reasoning.effort",
        "reasoning.summary",
        "reasoning_effort",
        "response_format",
        "text.format",
    }
)
_REFUSES = frozenset({"unsupported_parameter", "unsupported_value", "unknown_parameter"})
_NAMED = re.compile(
    r"(?:(?:unsupported|unknown) (?:parameter|value): '|unrecognized request argument supplied: )"
    r"([\w.]+)",
    re.IGNORECASE,
)


class OpenAI(Api):
    """OpenAI's own API; servers that speak like it are `openai-compatible`."""

    name = "openai"
    home = "https://api.openai.com/v1"
    usual_window = 128_000
    styles = ("responses", "chat")

    def headers(self, key: str) -> Mapping[str, str]:
        """The key as a bearer's."""
        return {"Authorization": f"Bearer {key}"} if key else {}

    def can(self, spec: RemoteSpec) -> Capabilities:
        """It is talked to; what thinks is not told how to draw its words."""
        samplers: tuple[str, ...] = ()
        if not _thinks(spec):
            samplers = ("temperature", "top_p")
            if spec.style == "chat":
                samplers += ("frequency_penalty", "presence_penalty", "seed")
        return Capabilities(
            samplers=frozenset(samplers),
            takes=TAKES,
            continues=False,
            counts=False,
            structured=True,
        )

    def encode(self, spec: RemoteSpec, request: Request, omit: frozenset[str]) -> Call:
        """One answer, streamed and not stored."""
        if spec.style == "chat":
            return openai_chat.encode(spec, request, omit, thinks=_thinks(spec))
        spoken = turns(request)
        sampling = drawn(request.sampling)
        thinks = _thinks(spec)
        tokens = request.max_tokens + (room(spec.reasoning) if thinks else 0)
        # Only a summary of the thinking is ever told, and only where it was asked for.
        thinking = {"effort": spec.reasoning, "summary": "auto" if thinks else ""}
        may: dict[str, Any] = {
            "text": asked({"format": _format(request)}, omit, "text"),
            "reasoning": asked(thinking, omit, "reasoning"),
        }
        if not thinks:
            may |= {
                "temperature": min(sampling.temperature, openai_chat.HOTTEST),
                "top_p": sampling.top_p,
            }
        body = {
            "model": spec.model,
            "input": spoken.told(),
            "max_output_tokens": max(tokens, _LEAST),
            "stream": True,
            "store": False,
            **asked({"instructions": spoken.system, **may}, omit),
        }
        return Call("POST", "/responses", body, framing=Framing.EVENTS)

    def decoder(self) -> Decoder:
        """Reads either kind of answer."""
        return FirstTells(
            lambda first: openai_chat.ChatDecoder() if "choices" in first else _Responses()
        )

    def refused(self, status: int, body: str) -> str:
        """It names the parameter, in a field of its own or in its sentence."""
        error = error_of(body)
        told = words(error, "message")
        if status not in (400, 422):
            return ""
        name = words(error, "param") if words(error, "code") in _REFUSES else ""
        if not name and (named := _NAMED.search(told)):
            name = named[1]
        if not name and "verified to generate reasoning summaries" in told:
            name = "reasoning.summary"
        return name if name in _MAY_BE_OMITTED else ""

    def models(self, spec: RemoteSpec) -> Call | None:
        """The models of the key's owner."""
        return Call("GET", "/models")

    def read_models(self, spec: RemoteSpec, document: Any) -> tuple[RemoteModel, ...]:
        """Those that write; OpenAI tells their names and nothing else."""
        names = sorted(words(each, "id") for each in objects(document, "data"))
        return tuple(RemoteModel(each) for each in names if each and not _NOT_FOR_TEXT.search(each))


def _thinks(spec: RemoteSpec) -> bool:
    return spec.reasoning != "none" and (spec.thinks or not _PLAIN.match(spec.model))


def _format(request: Request) -> dict[str, Any] | None:
    schema = schema_told(request, LENGTHS)
    if schema is None:
        return None
    return {"type": "json_schema", "name": "answer", "schema": schema, "strict": True}


class _Responses(Hearing):
    """One answer of Responses: named events, and a whole response at its end."""

    def __init__(self) -> None:
        super().__init__()
        self._refused = False
        self._aside: set[int] = set()

    def heard(self, document: Mapping[str, Any]) -> Iterator[Piece]:
        """An event, by the type within it: proxies lose the name in front."""
        kind = words(document, "type")
        if kind == "response.output_text.delta":
            aside = number(document, "output_index") in self._aside
            yield (Thought if aside else Text)(words(document, "delta"))
        elif kind == "response.output_item.added":
            # Some models say what they are about to do, in a message before the answer.
            if words(document, "item", "phase") == "commentary":
                self._aside.add(number(document, "output_index"))
        elif kind == "response.refusal.delta":
            self._refused = True
            yield Refusal(words(document, "delta"))
        elif kind in ("response.reasoning_summary_text.delta", "response.reasoning_text.delta"):
            yield Thought(words(document, "delta"))
        elif kind == "response.reasoning_summary_part.added":
            yield from self.thought()
        elif kind in ("response.completed", "response.incomplete"):
            yield from self._ends(inside(document, "response"))
        elif kind == "response.failed":
            raise failed(inside(document, "response", "error"), openai_chat.KINDS)
        elif kind == "error" or (not kind and inside(document, "error")):
            raise failed(inside(document, "error") or document, openai_chat.KINDS)
        elif not kind:
            raise RemoteFault(Fault(FaultKind.MALFORMED))

    def _ends(self, response: Any) -> Iterator[Piece]:
        self.reason = StopReason.END
        if self._refused:
            self.reason = StopReason.REFUSED
        elif words(response, "status") == "incomplete":
            why = words(response, "incomplete_details", "reason")
            filtered = why == "content_filter"
            self.reason = StopReason.FILTERED if filtered else StopReason.LENGTH
        self.usage = usage(
            number(response, "usage", "input_tokens"),
            number(response, "usage", "input_tokens_details", "cached_tokens"),
            number(response, "usage", "output_tokens"),
            number(response, "usage", "output_tokens_details", "reasoning_tokens"),
        )
        yield from self.over()


API = OpenAI()
