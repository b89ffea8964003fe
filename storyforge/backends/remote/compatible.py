"""Servers that speak like OpenAI's: llama-server, vLLM, LM Studio, OpenRouter and many more. Pure.

A page is gone on with by `/completions` where the server has it, else the model is talked to. Of
what a server can do it says something in its list of models; the rest is found out by asking.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from storyforge.backends.remote.api import Api, Call, Decoder, Framing, Piece
from storyforge.backends.remote.dialects import (
    DIALECTS,
    can_count,
    dialect_of,
    samplers_of,
    style_of,
    told_by,
    told_samplers,
)
from storyforge.backends.remote.faults import Fault, FaultKind
from storyforge.backends.remote.hearing import (
    FirstTells,
    Hearing,
    failed,
    inside,
    number,
    objects,
    passed_on_to,
    words,
)
from storyforge.backends.remote.openai_chat import KINDS, ChatDecoder, format_of, usage_of
from storyforge.backends.remote.schemas import LENGTHS, schema_told
from storyforge.backends.remote.thinking import TaggedThinking
from storyforge.backends.remote.turns import asked, room, turns
from storyforge.domain.generation import Request, StopReason, Text
from storyforge.domain.hosts import is_loopback
from storyforge.domain.model import Capabilities, RemoteModel, RemoteSpec

# What of a request's own names may be left out when it is refused; samplers come on top.
_OPTIONS = ("stream_options", "store", "reasoning_effort", "chat_template_kwargs", "stop",
            "response_format", "json_schema", "max_tokens")  # fmt: skip
_REFUSES = re.compile(
    r"unsupported|not supported|unknown|unrecogni[sz]ed|extra (?:inputs|fields)|not permitted"
    r"|unexpected|does not support|not allowed",
    re.IGNORECASE,
)
_CHATS = re.compile(r"not (?:a completion|supported in the v1/completions)|chat model", re.I)
# Where a list of models tells the window: vLLM, OpenRouter, LM Studio, Groq and Mistral.
_WINDOWS = ("max_model_len", "context_length", "loaded_context_length", "max_context_length",
            "context_window", "n_ctx")  # fmt: skip
_REASONS = {"length": StopReason.LENGTH, "content_filter": StopReason.FILTERED}


class Compatible(Api):
    """Any base URL; `style` names the server where its list of models does not."""

    name = "openai-compatible"
    home = ""
    usual_window = 8192
    styles = tuple(DIALECTS)

    def headers(self, key: str) -> Mapping[str, str]:
        """The key as a bearer's; servers of one's own often need none."""
        return {"Authorization": f"Bearer {key}"} if key else {}

    def can(self, spec: RemoteSpec) -> Capabilities:
        """What its server's words are for; it goes on with a text until it turns out otherwise."""
        return Capabilities(
            samplers=samplers_of(spec),
            takes=dialect_of(spec).takes,
            continues=not _chats(spec),
            counts=can_count(spec) or (is_loopback(spec.url) and not spec.style),
            structured=True,
        )

    def encode(self, spec: RemoteSpec, request: Request, omit: frozenset[str]) -> Call:
        """A text to go on with, or a conversation."""
        if request.messages:
            path, way = "/chat/completions", _conversation(spec, request)
        else:
            path, way = "/completions", {"prompt": request.prompt, "max_tokens": request.max_tokens}
        may = {
            "stop": list(request.stop),
            "stream_options": {"include_usage": True},
            **_form(spec, request),
            **told_samplers(spec, request.sampling),
            **way,
        }
        body = {"model": spec.model, "stream": True, **asked(may, omit)}
        if "max_tokens" in omit:
            # OpenAI's newer models have it under another name, and refuse the old one.
            body["max_completion_tokens"] = way["max_tokens"]
        if "store" not in omit:
            body["store"] = False
        return Call("POST", path, body, framing=Framing.EVENTS)

    def decoder(self) -> Decoder:
        """Reads either kind of answer."""
        return TaggedThinking(
            FirstTells(lambda first: ChatDecoder() if _is_chat(first) else _Texts())
        )

    def refused(self, status: int, body: str) -> str:
        """The parameter that stands in what it says against the request."""
        if status not in (400, 422) or not _REFUSES.search(body):
            return ""
        names = {name for each in DIALECTS.values() for name in each.samplers.values()}
        return next((n for n in (*_OPTIONS, *sorted(names)) if re.search(rf"\b{n}\b", body)), "")

    def parameter(self, spec: RemoteSpec, sampler: str) -> str:
        """Each server has names of its own."""
        return dialect_of(spec).samplers.get(sampler, sampler)

    def only_chats(self, spec: RemoteSpec, fault: Fault) -> bool:
        """There is no `/completions`, or not for this model."""
        if _chats(spec):
            return False
        missing = fault.kind is FaultKind.NO_SUCH_ADDRESS or fault.status == 501
        return missing or _CHATS.search(fault.body) is not None

    def models(self, spec: RemoteSpec) -> Call | None:
        """All that it has."""
        return Call("GET", "/models")

    def read_models(self, spec: RemoteSpec, document: Any) -> tuple[RemoteModel, ...]:
        """Servers say more in this list than OpenAI does, each in its own way."""
        listed = objects(document, "data") or (objects({"data": document}, "data"))
        return tuple(
            RemoteModel(
                words(each, "id"),
                name=words(each, "name"),
                context_tokens=_window(each),
                style=told_by(words(each, "owned_by")),
            )
            for each in listed
            if words(each, "id")
        )

    def describe(self, spec: RemoteSpec) -> Call | None:
        """The window that it was started with, which may be far below the model's own.

        Ollama tells whether the model runs elsewhere, under whatever name.
        """
        style = style_of(spec)
        if style == "llama-server":
            return Call("GET", "/props", above=True)
        if style == "lm-studio" and spec.model:
            return Call("GET", f"/api/v0/models/{quote(spec.model)}", above=True)
        if style == "ollama" and spec.model:
            return Call("POST", "/api/show", {"model": spec.model}, above=True)
        return None

    def read_description(self, spec: RemoteSpec, document: Any) -> RemoteModel:
        """Of one slot, where several share the server's memory."""
        slot = number(document, "default_generation_settings", "n_ctx")
        window = slot or _window(document)
        return RemoteModel(spec.model, context_tokens=window, place=passed_on_to(document))

    def count(self, spec: RemoteSpec, text: str) -> Call | None:
        """By its tokeniser, where it stands on this machine."""
        dialect = dialect_of(spec)
        if dialect.count is None or not can_count(spec):
            return None
        path, question = dialect.count
        body = {question: text, **dialect.count_with}
        if style_of(spec) == "vllm":
            body["model"] = spec.model
        return Call("POST", path, body, above=dialect.above)

    def read_count(self, document: Any) -> int:
        """llama-server tells the tokens, the others how many."""
        tokens = inside(document, "tokens")
        if isinstance(tokens, list):
            return len(tokens)
        return number(document, "count") or number(document, "length")


def _chats(spec: RemoteSpec) -> bool:
    # OpenRouter has `/completions`, and makes a conversation of what it is given there.
    return style_of(spec) == "openrouter" if spec.chats is None else spec.chats


def _conversation(spec: RemoteSpec, request: Request) -> dict[str, Any]:
    spoken = turns(request)
    thinks = spec.thinks and spec.reasoning != "none"
    body: dict[str, Any] = {
        "messages": spoken.told(system=True),
        "max_tokens": request.max_tokens + (room(spec.reasoning) if thinks else 0),
        "reasoning_effort": spec.reasoning,
    }
    if dialect_of(spec).kwargs and spec.reasoning == "none":
        body |= {"chat_template_kwargs": {"enable_thinking": False}, "reasoning_effort": ""}
    return body


def _form(spec: RemoteSpec, request: Request) -> dict[str, Any]:
    """The schema, in the words of the server."""
    style = style_of(spec)
    if style == "llama-server" and not request.messages:
        # Its `/completions` passes over a response_format.
        return {"json_schema": schema_told(request)}
    if style == "llama-cpp-python":
        # It writes a string of 200 characters as 200 rules within each other.
        schema = schema_told(request, LENGTHS)
        return {"response_format": schema and {"type": "json_object", "schema": schema}}
    own = style in ("llama-server", "ollama")
    return {"response_format": format_of(request, frozenset() if own else LENGTHS)}


def _window(model: Any) -> int:
    told = [number(model, name) for name in _WINDOWS]
    # OpenRouter's first provider may have less than the model could; llama-server tells what the
    # model was trained on.
    told += [number(model, "top_provider", "context_length"), number(model, "meta", "n_ctx")]
    found = [each for each in told if each]
    return min(found) if found else number(model, "meta", "n_ctx_train")


def _is_chat(first: Mapping[str, Any]) -> bool:
    for choice in objects(first, "choices"):
        return "text" not in choice
    return words(first, "object").startswith("chat")


class _Texts(Hearing):
    """An answer of `/completions`."""

    def heard(self, document: Mapping[str, Any]) -> Iterator[Piece]:
        """A chunk; the usage comes with the last, or after it."""
        if error := inside(document, "error"):
            raise failed(error, KINDS)
        for choice in objects(document, "choices")[:1]:
            if text := words(choice, "text"):
                yield Text(text)
            if finish := words(choice, "finish_reason"):
                self.reason = _REASONS.get(finish, StopReason.END)
        if (told := usage_of(document)) is not None:
            self.usage = told
            yield from self.over()


API = Compatible()
