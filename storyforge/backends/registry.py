"""The backends by name. Nothing of a backend is imported before it is asked for."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from storyforge.backends.base import Backend
from storyforge.errors import BadInput
from storyforge.i18n import _

#: name → module and class; a class takes what its own docstring says
_BACKENDS = {
    "scripted": ("storyforge.backends.scripted", "ScriptedBackend"),
    "llama.cpp": ("storyforge.backends.llama_cpp", "LlamaCppBackend"),
}


def names() -> tuple[str, ...]:
    """The names that `factory` knows."""
    return tuple(_BACKENDS)


def factory(name: str) -> Callable[..., Backend]:
    """The class behind `name`; calling it starts nothing yet.

    Raises:
        BadInput: there is no such backend.
    """
    try:
        module, attribute = _BACKENDS[name]
    except KeyError:
        raise BadInput(
            _("There is no backend called “{name}”.").format(name=name),
            title=_("Unknown backend"),
            hint=_("Known are: {names}.").format(names=", ".join(_BACKENDS)),
        ) from None
    found: Any = getattr(import_module(module), attribute)
    return found  # type: ignore[no-any-return]
