"""The AI Horde's text queue: how a request is told to it, and how its answers are read. Pure.

The Horde hands a request to whichever volunteer is free and offers enough: so what can be asked for
depends on who is there. It does not stream; a text comes whole, or what a worker made of it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median_low
from typing import Any

from storyforge.backends.remote.api import Call
from storyforge.backends.remote.drawing import drawn
from storyforge.backends.remote.hearing import inside, number, objects, words
from storyforge.domain.generation import Request
from storyforge.domain.model import Capabilities, RemoteModel
from storyforge.domain.sampling import Sampling
from storyforge.i18n import ngettext

HOME = "https://aihorde.net/api"
#: who asks without an account
ANONYMOUS = "0000000000"
# The Horde's own borders for what may be asked.
_SHORTEST, _LONGEST = 16, 1024
_LEAST_WINDOW, _MOST_WINDOW = 1024, 32_000

#: fields of `Sampling`, what the Horde calls them, and the most it takes
_NAMES: dict[str, tuple[str, float, float]] = {
    "temperature": ("temperature", 0, 5),
    "dynamic_range": ("dynatemp_range", 0, 5),
    "dynamic_exponent": ("dynatemp_exponent", 0, 5),
    "top_k": ("top_k", 0, 100),
    "top_p": ("top_p", 0.001, 1),
    "min_p": ("min_p", 0, 1),
    "typical_p": ("typical", 0, 1),
    "repeat_penalty": ("rep_pen", 1, 3),
    "repeat_range": ("rep_pen_range", 0, 4096),
}
CAPABILITIES = Capabilities(samplers=frozenset(_NAMES), takes=8, counts=False)


@dataclass(frozen=True, slots=True)
class Offer:
    """What the volunteers who are there can do.

    Attributes:
        window: tokens of a prompt and its answer.
        longest: tokens of an answer.
        workers: how many of them there are; with none, the other two say nothing.
    """

    window: int = 0
    longest: int = 0
    workers: int = 0


@dataclass(frozen=True, slots=True)
class Generation:
    """A text that a worker wrote.

    Attributes:
        held_back: a filter stands in the place of the text.
    """

    text: str
    seed: int = 0
    held_back: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """How far a request is.

    Attributes:
        written: in no order that means anything.
        possible: somebody is there who could do it.
        ahead: how many stand before it in the queue.
        seconds: until all is written.
        working: how many of its texts are being written now.
    """

    written: tuple[Generation, ...] = ()
    done: bool = False
    failed: bool = False
    possible: bool = True
    ahead: int = 0
    seconds: int = 0
    working: int = 0


def workers() -> Call:
    """Asks who is there."""
    return Call("GET", "/v2/workers", query={"type": "text"})


def read_offer(document: Any, model: str, wished: int | None) -> Offer:
    """What can be asked for so that half of those who have `model` can do it.

    Args:
        model: "" takes any.
        wished: the window that the author asks for, where one of them has it.
    """
    able = [each for each in _present(document) if not model or model in _models(each)]
    if not able:
        return Offer()
    windows = [number(each, "max_context_length") for each in able]
    window = min(wished, max(windows)) if wished else median_low(windows)
    window = min(max(window, _LEAST_WINDOW), _MOST_WINDOW)
    lengths = [
        number(each, "max_length")
        for each, offered in zip(able, windows, strict=True)
        if offered >= window
    ]
    longest = median_low(lengths) if lengths else _SHORTEST
    return Offer(window, min(max(longest, _SHORTEST), _LONGEST), len(able))


def read_models(document: Any) -> tuple[RemoteModel, ...]:
    """The models that are offered, those of most workers first."""
    found: dict[str, list[int]] = {}
    for each in _present(document):
        for name in _models(each):
            found.setdefault(name, []).append(number(each, "max_context_length"))
    ranked = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(
        RemoteModel(name, context_tokens=max(windows), note=_offered(len(windows)))
        for name, windows in ranked
    )


def ask(request: Request, model: str, offer: Offer) -> Call:
    """Puts a request into the queue; a second time it would be a second request."""
    sampling = drawn(request.sampling)
    params: dict[str, Any] = {
        "n": request.takes,
        "max_context_length": offer.window,
        "max_length": min(max(request.max_tokens, _SHORTEST), offer.longest),
        # Text is fitted to the page by us.
        "frmttriminc": False,
        "frmtrmblln": False,
        "singleline": False,
        **_samplers(sampling),
    }
    if request.stop:
        params["stop_sequence"] = list(request.stop)
    body = {
        "prompt": request.prompt,
        "params": params,
        "models": [model] if model else [],
        "slow_workers": True,
    }
    return Call("POST", "/v2/generate/text/async", body, again=False)


def read_id(document: Any) -> str:
    """The name of the request in the queue; "" where it is not in it."""
    return words(document, "id")


def read_kudos(document: Any) -> int:
    """What the request is going to cost of the Horde's own coin; 0 where it does not tell."""
    told = inside(document, "kudos")
    return round(told) if isinstance(told, int | float) and 0 < told < math.inf else 0


def look(name: str) -> Call:
    """Asks how far a request is."""
    return Call("GET", f"/v2/generate/text/status/{name}")


def cancel(name: str) -> Call:
    """Takes a request out of the queue; the answer has what was written so far."""
    return Call("DELETE", f"/v2/generate/text/status/{name}", again=False)


def read_state(document: Any) -> State:
    """The answer to `look` and to `cancel`."""
    return State(
        written=tuple(map(_generation, objects(document, "generations"))),
        done=_is(document, "done"),
        failed=_is(document, "faulted"),
        possible=not isinstance(document, Mapping) or document.get("is_possible") is not False,
        ahead=number(document, "queue_position"),
        seconds=number(document, "wait_time"),
        working=number(document, "processing"),
    )


def _generation(told: Mapping[str, Any]) -> Generation:
    censored = words(told, "state") in ("censored", "csam")
    marked = any(words(each, "type") == "censorship" for each in objects(told, "gen_metadata"))
    return Generation(words(told, "text"), number(told, "seed"), censored or marked)


def _present(document: Any) -> list[Mapping[str, Any]]:
    listed = objects({"workers": document}, "workers")
    return [
        each
        for each in listed
        if each.get("online") is not False and not _is(each, "maintenance_mode")
    ]


def _models(worker: Mapping[str, Any]) -> list[str]:
    found = worker.get("models")
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def _offered(count: int) -> str:
    return ngettext("{count} machine offers it", "{count} machines offer it", count).format(
        count=count
    )


def _samplers(sampling: Sampling) -> dict[str, Any]:
    told = {}
    for field, (name, least, most) in _NAMES.items():
        value = getattr(sampling, field)
        # -1 is the whole window.
        told[name] = most if value < 0 else min(max(value, least), most)
    return told


def _is(document: Any, name: str) -> bool:
    return isinstance(document, Mapping) and document.get(name) is True
