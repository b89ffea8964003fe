"""KoboldCpp by its own API: it streams, stops, and counts in the model's tokens. Pure.

It writes one answer at a time, and goes on when a connection is closed: it is told to stop, by a
key of this program's so that nobody else's answer is meant.
"""

import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from storyforge.backends.remote.api import Api, Call, Decoder, Framing, Piece
from storyforge.backends.remote.drawing import drawn
from storyforge.backends.remote.faults import Fault, FaultKind, RemoteFault
from storyforge.backends.remote.hearing import Hearing, number, words
from storyforge.backends.remote.schemas import schema_told
from storyforge.backends.remote.thinking import TaggedThinking
from storyforge.backends.remote.turns import Turns, turns
from storyforge.domain.generation import Request, Role, StopReason, Text
from storyforge.domain.model import Capabilities, RemoteModel, RemoteSpec
from storyforge.domain.sampling import Sampling
from storyforge.engine.gbnf import gbnf_of

#: fields of `Sampling` and what KoboldCpp calls them
_NAMES = {
    "temperature": "temperature",
    "dynamic_range": "dynatemp_range",
    "dynamic_exponent": "dynatemp_exponent",
    "top_k": "top_k",
    "top_p": "top_p",
    "min_p": "min_p",
    "typical_p": "typical",
    "top_n_sigma": "nsigma",
    "xtc_probability": "xtc_probability",
    "xtc_threshold": "xtc_threshold",
    "dry_multiplier": "dry_multiplier",
    "dry_base": "dry_base",
    "dry_allowed_length": "dry_allowed_length",
    "dry_range": "dry_penalty_last_n",
    "repeat_penalty": "rep_pen",
    "repeat_range": "rep_pen_range",
    "presence_penalty": "presence_penalty",
    "mirostat_tau": "mirostat_tau",
    "mirostat_eta": "mirostat_eta",
}
#: those that are told in a form of their own
_OTHERS = frozenset({"dry_breakers", "banned", "mirostat", "seed", "order"})
# Its samplers by number; top-a (1) and tail-free (3) are off and go with what they stand beside.
_NUMBERS = {
    "penalties": (6,),
    "top_k": (0, 1, 3),
    "typical_p": (4,),
    "top_p": (2,),
    "min_p": (2,),
    "temperature": (5,),
}
_ALL_NUMBERS = (6, 0, 1, 3, 4, 2, 5)
_ANSWERS = "{{[OUTPUT]}}"
_MARKS = {Role.USER: "{{[INPUT]}}", Role.ASSISTANT: _ANSWERS}
# Its seeds go from 1 on; 0 and less draw one.
_SEEDS = 999_999


class KoboldCpp(Api):
    """One server has one model."""

    name = "koboldcpp"
    home = "http://127.0.0.1:5001"
    usual_window = 4096

    def __init__(self) -> None:
        self._key = f"SF{secrets.token_hex(4)}"

    def headers(self, key: str) -> Mapping[str, str]:
        """A server may have a password."""
        return {"Authorization": f"Bearer {key}"} if key else {}

    def can(self, spec: RemoteSpec) -> Capabilities:
        """It goes on with a text, whatever the model was trained for."""
        return Capabilities(
            samplers=frozenset(_NAMES) | _OTHERS,
            takes=1,
            continues=not spec.chats,
            counts=True,
            structured=True,
        )

    def encode(self, spec: RemoteSpec, request: Request, omit: frozenset[str]) -> Call:
        """The whole prompt as it is: its "memory" would move what our budget has placed."""
        body = {
            "prompt": _conversation(turns(request)) if request.messages else request.prompt,
            "replace_instruct_placeholders": bool(request.messages),
            "max_length": request.max_tokens,
            "stop_sequence": list(request.stop),
            "trim_stop": True,
            "genkey": self._key,
            # Its console is no place for a story.
            "quiet": True,
            **_samplers(request.sampling),
        }
        schema = schema_told(request)
        if schema is not None:
            body["grammar"] = gbnf_of(schema)
        if spec.context_tokens:
            body["max_context_length"] = spec.context_tokens
        told = {name: value for name, value in body.items() if name not in omit}
        return Call("POST", "/api/extra/generate/stream", told, framing=Framing.EVENTS)

    def decoder(self) -> Decoder:
        """Reads a token an event."""
        return TaggedThinking(_Tokens())

    def refused(self, status: int, body: str) -> str:
        """What it does not know it passes over."""
        return ""

    def models(self, spec: RemoteSpec) -> Call | None:
        """The one that is loaded."""
        return Call("GET", "/api/v1/model")

    def read_models(self, spec: RemoteSpec, document: Any) -> tuple[RemoteModel, ...]:
        """Its name, without what made it run."""
        name = words(document, "result").removeprefix("koboldcpp/")
        return (RemoteModel(name),) if name and name != "inactive" else ()

    def describe(self, spec: RemoteSpec) -> Call | None:
        """The window that it was started with."""
        return Call("GET", "/api/extra/true_max_context_length")

    def read_description(self, spec: RemoteSpec, document: Any) -> RemoteModel:
        """No window is larger than the server's."""
        window = number(document, "value") or self.usual_window
        return RemoteModel(spec.model, context_tokens=min(window, spec.context_tokens or window))

    def count(self, spec: RemoteSpec, text: str) -> Call | None:
        """Without the token that only opens a prompt."""
        return Call("POST", "/api/extra/tokencount", {"prompt": text, "special": False})

    def read_count(self, document: Any) -> int:
        """It tells the tokens as well."""
        return int(document["value"])

    def abort(self, spec: RemoteSpec) -> Call | None:
        """Stops what was asked with our key, and nothing else."""
        return Call("POST", "/api/extra/abort", {"genkey": self._key}, again=False)


def _samplers(sampling: Sampling) -> dict[str, Any]:
    told = drawn(sampling, mirostat=True)
    body = {name: getattr(told, field) for field, name in _NAMES.items()}
    body |= {
        "mirostat": 2 if told.mirostat else 0,
        "dry_sequence_breakers": list(told.dry_breakers),
        "banned_tokens": list(told.banned),
        "sampler_order": _order(told.order),
    }
    if told.seed is not None:
        body["sampler_seed"] = 1 + told.seed % _SEEDS
    return body


def _order(order: tuple[str, ...]) -> list[int]:
    """All seven numbers, in the author's order as far as they stand in it; DRY and XTC have fixed
    places of their own."""
    asked = [number for name in order for number in _NUMBERS.get(name, ())]
    return list(dict.fromkeys((*asked, *_ALL_NUMBERS)))


def _conversation(told: Turns) -> str:
    """The turns, with marks in the place of which the server puts the model's own.

    There is no mark for a system: its words stand at the head of the first turn.
    """
    said = [(_MARKS[each.role], each.text) for each in told.said]
    if told.system:
        said[0] = (said[0][0], f"{told.system}\n\n{said[0][1]}")
    return "".join(mark + text for mark, text in (*said, (_ANSWERS, told.opening)))


class _Tokens(Hearing):
    """One answer, a token an event. Older servers close it without a reason."""

    def heard(self, document: Mapping[str, Any]) -> Iterator[Piece]:
        reason = document.get("finish_reason")
        if reason == "error":
            raise RemoteFault(Fault(FaultKind.SERVER))
        if text := words(document, "token"):
            yield Text(text)
        if "finish_reason" not in document:
            self.reason = StopReason.END
        elif reason:
            self.reason = StopReason.LENGTH if reason == "length" else StopReason.END
            yield from self.over()


API = KoboldCpp()
