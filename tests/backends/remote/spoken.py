"""Requests and models for the tests of APIs that are talked to."""

from collections.abc import Mapping
from typing import Any

from storyforge.backends.remote.api import Api
from storyforge.domain.generation import Message, Request, Role
from storyforge.domain.model import RemoteSpec
from storyforge.domain.sampling import Sampling

TURNS = (
    Message(Role.SYSTEM, "You go on with stories."),
    Message(Role.USER, "Go on: The boat came"),
)
OPENED = (*TURNS, Message(Role.ASSISTANT, "The boat came "))
SCHEMA = '{"type": "object", "properties": {}, "required": [], "additionalProperties": false}'
NOTHING: frozenset[str] = frozenset()


def spec(api: Api, model: str, **more: Any) -> RemoteSpec:
    """A model of `api`, at its own address where none is given."""
    return RemoteSpec(api.name, model, model, more.pop("url", api.home), **more)


def request(**more: Any) -> Request:
    """A conversation of two turns, 120 tokens to be written."""
    told: dict[str, Any] = {
        "messages": TURNS,
        "stop": ("\n\n***",),
        "sampling": Sampling(temperature=1.4, top_p=0.9, top_k=50, seed=7),
    }
    return Request("The boat came", **(told | more))


def body(
    api: Api,
    model: str,
    *,
    omit: frozenset[str] = NOTHING,
    asked: Request | None = None,
    **more: Any,
) -> Mapping[str, Any]:
    """What is sent."""
    sent = api.encode(spec(api, model, **more), asked or request(), omit).body
    assert sent is not None
    return sent
