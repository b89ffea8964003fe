"""What a hypernetwork's file tells: the layers that it has for each width, its base, its maker.

A hypernetwork is a pair of small networks for each width of attention, one before the keys and one
before the values. AUTOMATIC1111 writes them as pickles; they are read without running anything, and
without torch. What stands beside a file is told as a LoRA's is.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any

from storyforge.borrowed import reason
from storyforge.domain.picture.orders import Family
from storyforge.domain.text import one_line
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.images import pickles, sidecars
from storyforge.images.checkpoint_kinds import BY_WIDTH
from storyforge.images.folders import Found, FoundFile, Missing, pick

#: what AUTOMATIC1111 calls an activation, and what torch does
ACTIVATIONS = {
    "relu": "ReLU", "rrelu": "RReLU", "relu6": "ReLU6", "leakyrelu": "LeakyReLU", "elu": "ELU",
    "celu": "CELU", "selu": "SELU", "gelu": "GELU", "silu": "SiLU", "mish": "Mish",
    "swish": "Hardswish", "hardswish": "Hardswish", "tanh": "Tanh", "hardtanh": "Hardtanh",
    "sigmoid": "Sigmoid", "hardsigmoid": "Hardsigmoid", "logsigmoid": "LogSigmoid",
    "softplus": "Softplus", "softsign": "Softsign", "softshrink": "Softshrink",
    "hardshrink": "Hardshrink", "tanhshrink": "Tanhshrink", "prelu": "PReLU",
}  # fmt: skip
_NONE = "linear"
# Of numbers and names that somebody else wrote.
_LARGEST, _LONGEST = 1_000_000_000, 200
# The one that has a tensor of its own, behind the layer's.
_WITH_SLOPE = "PReLU"
_LAYER = re.compile(r"linear\.(\d{1,3})\.weight")
# As the first ones called them.
_OLDER = {f"linear{n + 1}.{end}": f"linear.{n}.{end}" for n in (0, 1) for end in ("weight", "bias")}


class NoHypernetwork(Exception):
    """It is none, its layers do not fit together, or they do what is not known.

    Attributes:
        activation: what they do; empty in the other cases.
    """

    def __init__(self, activation: str = "") -> None:
        super().__init__(activation)
        self.activation = activation


class Sort(Enum):
    """What a layer does."""

    LINEAR = "linear"
    NORM = "norm"
    #: what the file's activation does
    ACTIVATION = "activation"


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer; `name` is that of its tensors, without their end; empty where it has none."""

    sort: Sort
    name: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """What stands before the keys, or before the values, of one width."""

    layers: tuple[Layer, ...]
    tensors: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Network:
    """All of it.

    Attributes:
        activation: torch's name of its class; empty for none.
        sides: by width, before the keys and before the values.
        structure: widths of the layers, as multiples of the width.
    """

    activation: str
    sides: Mapping[int, tuple[Side, Side]]
    structure: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class HypernetworkFile:
    """One hypernetwork.

    Attributes:
        name: what `<hypernet:NAME:1>` calls it.
        families: that it was made for; empty where its widths do not say.
        structure, activation: of its layers.
        steps: that it was trained.
        base: the checkpoint that it was trained on, in the words of its file.
        problem: why it cannot be used; a sentence.
    """

    name: str
    path: Path
    families: frozenset[Family] = frozenset()
    structure: tuple[float, ...] = ()
    activation: str = ""
    steps: int = 0
    base: str = ""
    words: tuple[str, ...] = ()
    weight: float | None = None
    notes: str = ""
    preview: Path | None = None
    size: int = 0
    problem: str = ""


def read(found: FoundFile) -> HypernetworkFile:
    """What is known of one; a file is read once as long as it stays as it is."""
    try:
        stat = found.path.stat()
    except OSError as error:
        told = _("It cannot be read: {why}.").format(why=reason(error))
        return HypernetworkFile(found.name, found.path, problem=told)
    return _read(found, stat.st_size, stat.st_mtime_ns, sidecars.stamp(found.path))


def find(found: Found, name: str) -> FoundFile:
    """The one that `<hypernet:name:1>` means.

    Raises:
        BadInput: there is none of that name; the nearest ones are named.
    """
    return pick(found.hypernetworks, name, Missing.HYPERNETWORK)


def network_of(value: Any) -> Network:
    """The network that a file's value is; tensors may be torch's, or places in the file.

    Raises:
        NoHypernetwork: it is none, or one that cannot be used.
    """
    if not isinstance(value, Mapping):
        raise NoHypernetwork
    activation = _activation(value.get("activation_func"))
    # Files that do not say so are older than the question.
    ends = value.get("activate_output", True) is not False
    sides = {
        width: (_side(pair[0], width, activation, ends), _side(pair[1], width, activation, ends))
        for width, pair in value.items()
        if type(width) is int and isinstance(pair, Sequence) and len(pair) == 2
    }
    if not sides:
        raise NoHypernetwork
    structure = value.get("layer_structure")
    if not isinstance(structure, Sequence) or not all(_is_number(each) for each in structure):
        structure = (1, 2, 1)
    return Network(activation, sides, tuple(float(each) for each in structure))


def families_of(network: Network) -> frozenset[Family]:
    """The families whose texts are as wide as it was made for."""
    return frozenset(BY_WIDTH[width] for width in network.sides if width in BY_WIDTH)


def _activation(told: Any) -> str:
    name = told.casefold() if isinstance(told, str) else _NONE
    if name == _NONE:
        return ""
    if name not in ACTIVATIONS:
        raise NoHypernetwork(one_line(name)[:40])
    return ACTIVATIONS[name]


def _side(held: Any, width: int, activation: str, ends: bool) -> Side:
    """The layers of one side, in their order; dropout does nothing when a picture is drawn."""
    if not isinstance(held, Mapping):
        raise NoHypernetwork
    tensors = {_OLDER.get(str(name), str(name)): each for name, each in held.items()}
    places = sorted(int(found[1]) for name in tensors if (found := _LAYER.fullmatch(name)))
    linear = [each for each in places if len(_shape(tensors, each, "weight")) == 2]
    layers: list[Layer] = []
    now = width
    for place in places:
        name, shape = f"linear.{place}", _shape(tensors, place, "weight")
        if place in linear:
            if shape[1] != now or _shape(tensors, place, "bias") != (shape[0],):
                raise NoHypernetwork
            now = shape[0]
            layers.append(Layer(Sort.LINEAR, name))
            if activation and (ends or place != linear[-1]):
                slope = f"linear.{place + 1}" if activation == _WITH_SLOPE else ""
                if slope and _shape(tensors, place + 1, "weight") != (1,):
                    raise NoHypernetwork
                layers.append(Layer(Sort.ACTIVATION, slope))
        elif shape == (now,) == _shape(tensors, place, "bias"):
            layers.append(Layer(Sort.NORM, name))
        elif activation != _WITH_SLOPE or Layer(Sort.ACTIVATION, name) not in layers:
            raise NoHypernetwork
    if now != width or not linear:
        raise NoHypernetwork
    return Side(tuple(layers), tensors)


def _shape(tensors: Mapping[str, Any], place: int, end: str) -> tuple[int, ...]:
    return tuple(getattr(tensors.get(f"linear.{place}.{end}"), "shape", ()))


def _line(told: Any) -> str:
    return one_line(told)[:_LONGEST].strip() if isinstance(told, str) else ""


def _is_number(value: Any) -> bool:
    is_one = isinstance(value, int | float) and not isinstance(value, bool)
    return is_one and 0 < value < _LARGEST


@lru_cache(maxsize=1024)
def _read(
    found: FoundFile, size: int, _changed: int, _beside: tuple[object, ...]
) -> HypernetworkFile:
    beside = sidecars.read(found.path)
    told: dict[str, Any] = {"size": size}
    try:
        value = pickles.read(found.path).value
        network = network_of(value)
        steps = value.get("step")
        told |= {
            "families": families_of(network),
            "structure": network.structure,
            "activation": network.activation,
            "steps": steps if type(steps) is int and 0 < steps < _LARGEST else 0,
            "base": _line(value.get("sd_checkpoint_name")),
        }
    except NoHypernetwork as error:
        told["problem"] = _("It is no hypernetwork, or a damaged one.")
        if error.activation:
            told["problem"] = _("Its activation is not known here: {name}.").format(
                name=error.activation
            )
    except BadInput as error:
        told["problem"] = error.message
    except OSError as error:
        told["problem"] = _("It cannot be read: {why}.").format(why=reason(error))
    return HypernetworkFile(
        name=found.name,
        path=found.path,
        words=beside.words,
        weight=beside.weight,
        notes=beside.notes,
        preview=beside.preview,
        **{"base": beside.base, **told} if not told.get("base") else told,
    )
