"""Google's Gemini: Interactions, or `streamGenerateContent` where the style is “generate”. Pure.

Both are told `store: false` with each call. Models from before Interactions, and budgets of tokens
for thinking, which Interactions does not have, go the older way by themselves. What is to be
blocked is left to Google's own defaults. Parameters have Interactions' names wherever they are
omitted.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from storyforge.backends.remote.api import Api, Call, Decoder, Framing
from storyforge.backends.remote.drawing import drawn
from storyforge.backends.remote.gemini_answers import Generated, Interaction
from storyforge.backends.remote.hearing import (
    FirstTells,
    inside,
    number,
    objects,
    refused_by,
    words,
)
from storyforge.backends.remote.schemas import LENGTHS, schema_told
from storyforge.backends.remote.turns import TAKES, Turns, asked, room, turns
from storyforge.domain.generation import Message, Request, Role
from storyforge.domain.model import Capabilities, RemoteModel, RemoteSpec

_BEFORE_INTERACTIONS = re.compile(r"gemini-(?:1|2\.0)|gemma-[123]|learnlm|tunedModels/")
_NAMED = re.compile(r"gemini-(\d+)(?:\.(\d+))?")
# From here on, and in 3.5 Flash-Lite, models pass over what they are told of drawing their words.
_NO_SAMPLERS = (3, 6)
_NOT_FOR_TEXT = re.compile(
    r"embedding|image|banana|tts|audio|live|robotics|computer-use|veo|lyria|aqa|omni"
)
#: where Google's scale ends; what lies beyond is an error to it
_HOTTEST = 2.0
#: stop strings that Google takes; further ones end the answer here all the same
_STOPS = 5
#: what of an error's sentence tells which parameter it refuses, the most telling first
_REFUSED = tuple(
    (re.compile(pattern, re.IGNORECASE), name)
    for pattern, name in (
        (r"thinking[_ ]?summar|include_?thoughts", "thinking_summaries"),
        (r"thinking", "thinking"),
        (r"developer instruction|system_?instruction", "system_instruction"),
        (r"\btemperature\b", "temperature"),
        (r"\btop_?p\b", "top_p"),
        (r"\btop_?k\b", "top_k"),
        (r"presence_?penalty", "presence_penalty"),
        (r"frequency_?penalty|\bpenalty\b", "frequency_penalty"),
        (r"\bseed\b", "seed"),
        (r"stop_?sequences", "stop_sequences"),
        (r"response_?(?:json_?schema|format|schema)|json mode", "response_format"),
    )
)
_NOT_TAKEN = re.compile(
    r"not support|unsupported|not enabled|not allowed|not available|unknown (?:name|parameter)"
    r"|can(?:'|no)t be|is invalid|supported range",
    re.IGNORECASE,
)


class Gemini(Api):
    """Gemini and Gemma, at Google's; Vertex AI is another house."""

    name = "gemini"
    home = "https://generativelanguage.googleapis.com/v1beta"
    usual_window = 1_048_576
    styles = ("interactions", "generate")

    def headers(self, key: str) -> Mapping[str, str]:
        """The key in a header: an address is written into logs on the way."""
        return {"x-goog-api-key": key} if key else {}

    def can(self, spec: RemoteSpec) -> Capabilities:
        """It is talked to; the newer are not told how to draw their words."""
        samplers: tuple[str, ...] = ("seed",)
        if _sampled(spec.model):
            samplers += ("temperature", "top_p")
            if _generates(spec):
                samplers += ("top_k", "presence_penalty", "frequency_penalty")
        return Capabilities(
            samplers=frozenset(samplers),
            takes=TAKES,
            continues=False,
            counts=False,
            structured=True,
        )

    def encode(self, spec: RemoteSpec, request: Request, omit: frozenset[str]) -> Call:
        """One answer, streamed and not stored."""
        spoken = turns(request)
        if "system_instruction" in omit and spoken.system:
            spoken = _at_once(spoken)
        able = self.can(spec).samplers
        sampling = drawn(request.sampling)
        told = {name: getattr(sampling, name) for name in able}
        told["top_k"] = told.get("top_k") or None
        if "temperature" in told:
            told["temperature"] = min(sampling.temperature, _HOTTEST)
        told["stop_sequences"] = [each for each in request.stop if each][:_STOPS]
        told["max_output_tokens"] = request.max_tokens + _room(spec)
        told = asked(told, omit)
        schema = schema_told(request, LENGTHS)
        if "response_format" in omit:
            schema = None
        if _generates(spec):
            return _generate(spec, spoken, told | _thinking_config(spec, omit), schema)
        return _interact(spec, spoken, told | _thinking(spec, omit), schema)

    def decoder(self) -> Decoder:
        """Reads either kind of answer."""
        return FirstTells(lambda first: Interaction() if "event_type" in first else Generated())

    def refused(self, status: int, body: str) -> str:
        """It names the parameter only in its sentence."""
        return refused_by(status, body, _NOT_TAKEN, _REFUSED)

    def models(self, spec: RemoteSpec) -> Call | None:
        """All of them, on one page."""
        return Call("GET", "/models", query={"pageSize": "1000"})

    def read_models(self, spec: RemoteSpec, document: Any) -> tuple[RemoteModel, ...]:
        """Those that write."""
        return tuple(
            _model(each)
            for each in objects(document, "models")
            if "generateContent" in (inside(each, "supportedGenerationMethods") or ())
            and not _NOT_FOR_TEXT.search(words(each, "name"))
        )

    def describe(self, spec: RemoteSpec) -> Call | None:
        """The one model."""
        return Call("GET", _path(spec.model)) if spec.model else None

    def read_description(self, spec: RemoteSpec, document: Any) -> RemoteModel:
        """As in the list."""
        return _model(document)


def _sampled(model: str) -> bool:
    named = _NAMED.search(model)
    if named is None:
        # “gemini-flash-latest” is a new one.
        return not model.startswith("gemini-")
    return (int(named[1]), int(named[2] or 0)) < _NO_SAMPLERS and "3.5-flash-lite" not in model


def _generates(spec: RemoteSpec) -> bool:
    return (
        spec.style == "generate"
        or spec.reasoning.isdecimal()
        or _BEFORE_INTERACTIONS.search(spec.model) is not None
    )


def _room(spec: RemoteSpec) -> int:
    # Those that do not think cannot write so much either, and say so with an error.
    thinks = spec.thinks or spec.model.removeprefix("models/").startswith("gemini-")
    if _BEFORE_INTERACTIONS.search(spec.model) or not (thinks or spec.reasoning):
        return 0
    return room(spec.reasoning)


def _thinking(spec: RemoteSpec, omit: frozenset[str]) -> dict[str, Any]:
    level = "" if "thinking" in omit else spec.reasoning
    return asked({"thinking_level": level, "thinking_summaries": "auto"}, omit)


def _thinking_config(spec: RemoteSpec, omit: frozenset[str]) -> dict[str, Any]:
    if "thinking" in omit or _BEFORE_INTERACTIONS.search(spec.model):
        return {}
    told = spec.reasoning
    hard = {"thinkingBudget": int(told)} if told.isdecimal() else {"thinkingLevel": told.upper()}
    shown = "thinking_summaries" not in omit
    return {"thinkingConfig": asked({**hard, "includeThoughts": shown}, frozenset())}


def _interact(spec: RemoteSpec, spoken: Turns, config: Mapping[str, Any], schema: Any) -> Call:
    kinds = {Role.USER: "user_input", Role.ASSISTANT: "model_output"}
    form = {"type": "text", "mime_type": "application/json", "schema": schema}
    body = {
        "model": spec.model.removeprefix("models/"),
        "input": [
            {"type": kinds[each.role], "content": [{"type": "text", "text": each.text}]}
            for each in spoken.said
        ],
        "generation_config": config,
        "store": False,
        "stream": True,
        **asked(
            {"system_instruction": spoken.system, "response_format": schema and form}, frozenset()
        ),
    }
    return Call("POST", "/interactions", body, framing=Framing.EVENTS)


def _generate(spec: RemoteSpec, spoken: Turns, config: Mapping[str, Any], schema: Any) -> Call:
    roles = {Role.USER: "user", Role.ASSISTANT: "model"}
    told = {_camel(name): value for name, value in config.items()}
    if schema is not None:
        told |= {"responseMimeType": "application/json", "responseJsonSchema": schema}
    body: dict[str, Any] = {
        "contents": [
            {"role": roles[each.role], "parts": [{"text": each.text}]} for each in spoken.said
        ],
        "generationConfig": told,
        "store": False,
    }
    if spoken.system:
        body["systemInstruction"] = {"parts": [{"text": spoken.system}]}
    path = f"{_path(spec.model)}:streamGenerateContent"
    return Call("POST", path, body, query={"alt": "sse"}, framing=Framing.EVENTS)


def _at_once(spoken: Turns) -> Turns:
    """For models that hear no system: its words in front of the user's first."""
    first = spoken.said[0]
    told = Message(first.role, f"{spoken.system}\n\n{first.text}")
    return Turns("", (told, *spoken.said[1:]), spoken.opening)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))


def _path(model: str) -> str:
    return f"/{quote(model)}" if "/" in model else f"/models/{quote(model)}"


def _model(document: Any) -> RemoteModel:
    return RemoteModel(
        words(document, "name").removeprefix("models/"),
        words(document, "displayName"),
        number(document, "inputTokenLimit"),
    )


API = Gemini()
