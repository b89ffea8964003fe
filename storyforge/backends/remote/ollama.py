"""Ollama: raw continuation by `/api/generate`, conversations by `/api/chat`, a line a piece. Pure.

The window is always told (`num_ctx`): left to itself Ollama takes a few thousand tokens and forgets
the beginning of the text without a word. How long a model stays in memory is the server's affair.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from storyforge.backends.remote.api import OLLAMA_CLOUD, Api, Call, Decoder, Framing, Piece
from storyforge.backends.remote.drawing import drawn
from storyforge.backends.remote.faults import Fault
from storyforge.backends.remote.hearing import (
    Hearing,
    failed,
    inside,
    number,
    objects,
    passed_on_to,
    words,
)
from storyforge.backends.remote.schemas import schema_told
from storyforge.backends.remote.thinking import TaggedThinking
from storyforge.backends.remote.turns import room, turns
from storyforge.domain.generation import Request, StopReason, Text, Thought, Usage
from storyforge.domain.model import Capabilities, RemoteModel, RemoteSpec

# What a model that was trained on more is given: the cache of a whole window of 128,000 tokens
# fills the memory of most machines. The settings can ask for more.
_WINDOW = 8192

#: fields of `Sampling` and what Ollama calls them
_OPTIONS = {
    "temperature": "temperature",
    "top_k": "top_k",
    "top_p": "top_p",
    "min_p": "min_p",
    "typical_p": "typical_p",
    "repeat_penalty": "repeat_penalty",
    "repeat_range": "repeat_last_n",
    "presence_penalty": "presence_penalty",
    "frequency_penalty": "frequency_penalty",
    "seed": "seed",
}
_CHATS = re.compile(r"raw mode|does not support (?:generate|completion)")
#: words of the settings for thinking that Ollama wants as yes or no
_YES_OR_NO = {"on": True, "true": True, "off": False, "false": False, "none": False}


class Ollama(Api):
    """Its own API; for the one that is OpenAI's there is `openai-compatible`."""

    name = "ollama"
    home = "http://127.0.0.1:11434"
    usual_window = _WINDOW

    def headers(self, key: str) -> Mapping[str, str]:
        """Only Ollama's own cloud asks for a key."""
        return {"Authorization": f"Bearer {key}"} if key else {}

    def can(self, spec: RemoteSpec) -> Capabilities:
        """A model in the cloud is one that chats; any other goes on with a text."""
        chats = bool(self.place(spec)) if spec.chats is None else spec.chats
        return Capabilities(
            samplers=frozenset(_OPTIONS), continues=not chats, counts=False, structured=True
        )

    def place(self, spec: RemoteSpec) -> str:
        """A cloud's model is called `…-cloud` or `…:cloud`, on whichever server."""
        return OLLAMA_CLOUD if spec.model.endswith(("-cloud", ":cloud")) else ""

    def encode(self, spec: RemoteSpec, request: Request, omit: frozenset[str]) -> Call:
        """A page as it is, or a conversation; a text behind the caret where the model takes one."""
        hard = spec.reasoning.lower()
        if request.messages:
            # Whether a model goes on with the beginning of its answer, only its template would
            # tell: it is not told one.
            asked: dict[str, Any] = {"messages": turns(request).told(system=True)}
            if hard:
                asked["think"] = _YES_OR_NO.get(hard, hard)
        elif request.suffix:
            # The model's own template knows its tokens for it: raw would pass them by.
            asked = {"prompt": request.prompt, "suffix": request.suffix}
        else:
            asked = {"prompt": request.prompt, "raw": True}
        body = {
            "model": spec.model,
            **asked,
            "stream": True,
            # A text that is too long shall be an error, not a text without its beginning.
            "truncate": False,
            "shift": False,
            "options": _options(spec, request, omit),
        }
        schema = schema_told(request)
        if schema is not None:
            body["format"] = schema
        path = "/api/chat" if request.messages else "/api/generate"
        told = {name: value for name, value in body.items() if name not in omit}
        return Call("POST", path, told, framing=Framing.LINES)

    def decoder(self) -> Decoder:
        """Reads both kinds of answer."""
        return TaggedThinking(_Lines())

    def refused(self, status: int, body: str) -> str:
        """Models that cannot think refuse to be told how hard."""
        return "think" if status == 400 and "does not support thinking" in body else ""

    def only_chats(self, spec: RemoteSpec, fault: Fault) -> bool:
        """It does not take a text as it stands: one that it passes on has a template to keep."""
        return fault.status == 400 and _CHATS.search(fault.body) is not None

    def models(self, spec: RemoteSpec) -> Call | None:
        """All that are there, without their windows."""
        return Call("GET", "/api/tags")

    def read_models(self, spec: RemoteSpec, document: Any) -> tuple[RemoteModel, ...]:
        """A model that runs elsewhere says where."""
        return tuple(
            RemoteModel(name, place=passed_on_to(each))
            for each in objects(document, "models")
            if (name := words(each, "name"))
        )

    def describe(self, spec: RemoteSpec) -> Call | None:
        """Its window, and whether it runs elsewhere under whatever name."""
        return Call("POST", "/api/show", {"model": spec.model}) if spec.model else None

    def read_description(self, spec: RemoteSpec, document: Any) -> RemoteModel:
        """The window is what it was trained on, capped where the settings ask for none."""
        family = words(document, "model_info", "general.architecture")
        trained = number(document, "model_info", f"{family}.context_length") or _WINDOW
        able = inside(document, "capabilities")
        return RemoteModel(
            spec.model,
            context_tokens=min(trained, spec.context_tokens or _WINDOW),
            infill=isinstance(able, list) and "insert" in able,
            place=passed_on_to(document),
        )


def _options(spec: RemoteSpec, request: Request, omit: frozenset[str]) -> dict[str, Any]:
    sampling = drawn(request.sampling)
    told = {name: getattr(sampling, field) for field, name in _OPTIONS.items()}
    thinks = request.messages and _YES_OR_NO.get(spec.reasoning.lower(), True)
    spare = room(spec.reasoning.lower()) if thinks else 0
    told |= {"num_predict": request.max_tokens + spare, "stop": list(request.stop)}
    told = {name: value for name, value in told.items() if value is not None and name not in omit}
    return told | {"num_ctx": spec.context_tokens or _WINDOW}


class _Lines(Hearing):
    """One answer; its last line has the reason and the counts."""

    def heard(self, document: Mapping[str, Any]) -> Iterator[Piece]:
        if error := document.get("error"):
            raise failed(error, {})
        if thinking := words(document, "message", "thinking") or words(document, "thinking"):
            yield Thought(thinking)
        if text := words(document, "message", "content") or words(document, "response"):
            yield Text(text)
        if document.get("done") is True:
            cut = words(document, "done_reason") == "length"
            self.reason = StopReason.LENGTH if cut else StopReason.END
            # Durations are nanoseconds; what was cached is not counted as read.
            self.usage = Usage(
                read=number(document, "prompt_eval_count"),
                written=number(document, "eval_count"),
                read_seconds=number(document, "prompt_eval_duration") / 1e9,
                write_seconds=number(document, "eval_duration") / 1e9,
            )
            yield from self.over()


API = Ollama()
