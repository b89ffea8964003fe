"""What ComfyUI says while it draws: its messages, and how many steps are taken of all. Pure.

Text frames are JSON, binary ones previews: four bytes of their kind, then what belongs to it.
Nothing of it is trusted: what has another form than it should have is passed over, since history
and queue are asked in any case.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from storyforge.backends.pictures.remote.comfyui_api import error_of
from storyforge.backends.remote.hearing import inside, words
from storyforge.domain.kept_json import read_json
from storyforge.domain.picture.workflows.graph import Graph

# Binary kinds: a preview, and one with what it belongs to in front.
_PREVIEW, _PREVIEW_WITH = 1, 4
_STEPS, _MOST = "steps", 10_000
# Signs of a message; of a thousand nodes the steps take a quarter of it.
_LONGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Stepped:
    """A node went on; `node` may be empty in older versions."""

    node: str
    value: int
    most: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """Nodes whose results it still has from before."""

    nodes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Previewed:
    """A small picture of what it has, a file's bytes."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Ended:
    """It has ended, well or not: history tells what became of it.

    Attributes:
        why: what failed, for the author.
    """

    why: str = ""
    interrupted: bool = False


Heard = Stepped | Skipped | Previewed | Ended


def read(message: str | bytes, task: str, graph: Graph) -> tuple[Heard, ...]:
    """What a frame says of `task`; nothing where it is of something else."""
    if isinstance(message, bytes):
        return _preview(message)
    document = read_json(message) if len(message) <= _LONGEST else None
    kind, data = words(document, "type"), inside(document, "data")
    if words(data, "prompt_id") not in ("", task):
        return ()
    if kind == "progress":
        return _steps(words(data, "node"), data)
    if kind == "progress_state":
        nodes = inside(data, "nodes")
        rows = nodes.items() if isinstance(nodes, Mapping) else ()
        return tuple(step for key, told in rows for step in _steps(str(key), told))
    if words(data, "prompt_id") != task:
        return ()  # of somebody's, as older versions tell it
    if kind == "execution_cached":
        found = inside(data, "nodes")
        return (Skipped(tuple(map(str, found)) if isinstance(found, list) else ()),)
    return _end(kind, data, graph)


def _end(kind: str, data: Any, graph: Graph) -> tuple[Heard, ...]:
    if kind == "execution_success" or (kind == "executing" and inside(data, "node") is None):
        return (Ended(),)
    if kind == "execution_error":
        return (Ended(why=error_of(data, graph)),)
    return (Ended(interrupted=True),) if kind == "execution_interrupted" else ()


def _steps(node: str, told: Any) -> tuple[Heard, ...]:
    value, most = inside(told, "value"), inside(told, "max")
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in (value, most)):
        return ()
    # Whatever has one step only tells nothing of how far it is.
    if not 1 < most <= _MOST or not 0 <= value <= most:
        return ()
    return (Stepped(node, int(value), int(most)),)


def _preview(message: bytes) -> tuple[Heard, ...]:
    if len(message) < 8:
        return ()
    kind, second = struct.unpack_from(">II", message)
    if kind == _PREVIEW:
        return (Previewed(message[8:]),)
    if kind == _PREVIEW_WITH and 8 + second < len(message):
        return (Previewed(message[8 + second :]),)
    return ()


@dataclass(slots=True)
class Steps:
    """How far a workflow is: the steps of all its nodes.

    Args:
        graph: as it was sent; what its samplers will take is added up from it.
    """

    graph: Graph
    _planned: dict[str, int] = field(default_factory=dict)
    _taken: dict[str, tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for node in self.graph.values():
            steps = node.value(_STEPS)
            if type(steps) is int and 0 < steps <= _MOST:
                self._planned[node.id] = steps

    @property
    def step(self) -> int:
        """Steps that are taken."""
        return sum(value for value, _most in self._taken.values())

    @property
    def steps(self) -> int:
        """Of so many, as far as it is known."""
        return max(sum(self._planned.values()), sum(most for _value, most in self._taken.values()))

    @property
    def several(self) -> bool:
        """Whether more than one node takes them."""
        return len(self._planned) > 1 or len(self._taken) > 1

    def hear(self, event: Stepped | Skipped) -> None:
        """Go on."""
        if isinstance(event, Skipped):
            for key in event.nodes:
                self._planned.pop(key, None)
        else:
            self._taken[event.node] = (event.value, event.most)
