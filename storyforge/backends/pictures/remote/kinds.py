"""The painters behind an API by name. Nothing of one is imported before it is asked for."""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from storyforge.domain.picture.orders import Ability
from storyforge.domain.picture.remote import RemotePainterSpec

if TYPE_CHECKING:
    from storyforge.backends.pictures.remote.base import RemotePainter

#: name → module and class
_KINDS = {
    "a1111": ("storyforge.backends.pictures.remote.a1111", "A1111Painter"),
    "comfyui": ("storyforge.backends.pictures.remote.comfyui", "ComfyPainter"),
    "openai": ("storyforge.backends.pictures.remote.openai", "OpenAIPainter"),
}


def painter_of(spec: RemotePainterSpec, key: Callable[[], str]) -> "RemotePainter":
    """The painter that `spec` tells of; nothing is asked yet."""
    made: RemotePainter = _class(spec.backend)(spec, key=key)
    return made


def lacks(backend: str) -> frozenset[Ability]:
    """What no painter of that kind can do."""
    told: frozenset[Ability] = _class(backend).lacks
    return told


def size_for(spec: RemotePainterSpec, width: int, height: int) -> tuple[int, int]:
    """The size that a picture of so many pixels is asked for in."""
    told: tuple[int, int] = _class(spec.backend).size_for(spec, width, height)
    return told


def _class(backend: str) -> Any:
    module, name = _KINDS[backend]
    return getattr(import_module(module), name)
