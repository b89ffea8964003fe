"""The backends by name. Nothing of a backend is imported before it is asked for."""

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

from storyforge.backends.base import Backend
from storyforge.domain.model import KeptPrice
from storyforge.errors import BadInput
from storyforge.i18n import _

#: name → module and class; a class takes what its own docstring says
_BACKENDS = {
    "scripted": ("storyforge.backends.scripted", "ScriptedBackend"),
    "llama.cpp": ("storyforge.backends.llama_cpp", "LlamaCppBackend"),
    "transformers": ("storyforge.backends.transformers", "TransformersBackend"),
    "horde": ("storyforge.backends.remote.horde", "HordeBackend"),
}
#: name → module with an `API`; `RemoteBackend` speaks it
_APIS = {
    "openai": "storyforge.backends.remote.openai",
    "openai-compatible": "storyforge.backends.remote.compatible",
    "anthropic": "storyforge.backends.remote.anthropic",
    "gemini": "storyforge.backends.remote.gemini",
    "ollama": "storyforge.backends.remote.ollama",
    "koboldcpp": "storyforge.backends.remote.koboldcpp",
}
#: those that run on this machine
LOCAL = frozenset({"scripted", "llama.cpp", "transformers"})


def names() -> tuple[str, ...]:
    """The names that `factory` knows."""
    return (*_BACKENDS, *_APIS)


def home(name: str) -> str:
    """The provider's own base URL; "" where there is no usual one, or nothing is remote."""
    if name == "horde":
        return str(import_module("storyforge.backends.remote.horde_api").HOME)
    module = _APIS.get(name)
    return "" if module is None else str(import_module(module).API.home)


def usual_window(name: str) -> int:
    """Context tokens where neither settings nor API tell; 0 where that cannot be said before."""
    module = _APIS.get(name)
    if module is None:
        return 0
    most = import_module("storyforge.backends.remote.knowing").MODEST_WINDOW
    return min(int(import_module(module).API.usual_window), int(most))


def kept_price(name: str) -> KeptPrice | None:
    """What it costs that an API keeps prompts; None where that is free, or is not asked for."""
    module = _APIS.get(name)
    found: KeptPrice | None = None if module is None else import_module(module).API.kept_price
    return found


def styles(name: str) -> tuple[str, ...]:
    """The ways in which an API can be asked; none where there is one only."""
    module = _APIS.get(name)
    return () if module is None else tuple(import_module(module).API.styles)


def factory(name: str) -> Callable[..., Backend]:
    """The class behind `name`; calling it starts nothing yet.

    Raises:
        BadInput: there is no such backend.
    """
    if name in _APIS:
        remote: Any = import_module("storyforge.backends.remote.backend").RemoteBackend
        return partial(remote, import_module(_APIS[name]).API)
    try:
        module, attribute = _BACKENDS[name]
    except KeyError:
        raise BadInput(
            _("There is no backend called “{name}”.").format(name=name),
            title=_("Unknown backend"),
            hint=_("Known are: {names}.").format(names=", ".join(names())),
        ) from None
    found: Any = getattr(import_module(module), attribute)
    return found  # type: ignore[no-any-return]
