"""What a pickle of weights may name, and the plain values that are made of it.

Nothing is imported: a tensor is its place in the file, a class a name.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import prod
from typing import Any

# Numbers in a tensor, or of its sides.
_MOST, _MOST_SIDES = 1 << 48, 16


class ForbiddenName(Exception):
    """A pickle names something that would have to be run."""


class Damaged(Exception):
    """It is no pickle, or one of a shape that weights never have."""


@dataclass(frozen=True, slots=True)
class Name:
    """Something that a pickle names and that we know; nothing of it is imported."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


@dataclass(frozen=True, slots=True)
class Storage:
    """Numbers in the file.

    Attributes:
        key: which of the file's storages.
        dtype: as torch calls it: "float16".
        count: numbers in the whole storage.
        start: the first of them that is meant.
    """

    key: str
    dtype: str
    count: int
    start: int = 0


@dataclass(frozen=True, slots=True)
class Stored:
    """A tensor's place: `shape` numbers from `offset` on in its storage, `strides` apart."""

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    @property
    def span(self) -> int:
        """How many numbers of the storage it reaches over."""
        if 0 in self.shape:
            return 0
        return 1 + sum((n - 1) * s for n, s in zip(self.shape, self.strides, strict=True))


_WIDTHS = {"float64": 8, "float32": 4, "float16": 2, "bfloat16": 2, "bool": 1}
_WIDTHS |= {"int64": 8, "int32": 4, "int16": 2, "int8": 1, "uint8": 1}
STORAGES = {
    "DoubleStorage": "float64",
    "FloatStorage": "float32",
    "HalfStorage": "float16",
    "BFloat16Storage": "bfloat16",
    "LongStorage": "int64",
    "IntStorage": "int32",
    "ShortStorage": "int16",
    "CharStorage": "int8",
    "ByteStorage": "uint8",
    "BoolStorage": "bool",
}


def width(dtype: str) -> int:
    """Bytes a number."""
    return _WIDTHS[dtype]


def as_size(value: Any) -> int:
    """A size or place; what is none, or none that a file could have, is damage."""
    if type(value) is not int or not 0 <= value <= _MOST:
        raise Damaged
    return value


def _tensor(storage: Any, offset: Any, shape: Any, strides: Any, *_more: Any) -> Stored:
    if not isinstance(storage, Storage) or not len(shape) == len(strides) <= _MOST_SIDES:
        raise Damaged
    sizes = tuple(map(as_size, shape)), tuple(map(as_size, strides))
    found = Stored(storage, storage.start + as_size(offset), *sizes)
    # A view that repeats its numbers would be larger in memory than the file is.
    if found.offset + found.span > storage.count or prod(found.shape) > storage.count:
        raise Damaged
    return found


def _parameter(value: Any, *_more: Any) -> Any:
    return value


def _bytes(text: Any, encoding: Any = "utf-8", *_more: Any) -> bytes:
    if type(text) is not str or encoding not in ("latin1", "utf-8"):
        raise Damaged
    return bytes(text, encoding)


def _dict(pairs: Iterable[Any] = ()) -> dict[Any, Any]:
    return {as_key(key): value for key, value in pairs}


def as_set(values: Iterable[Any] = ()) -> set[Any]:
    """A set of what may be a key."""
    return {as_key(each) for each in values}


def _nothing(*_any: Any) -> None:
    return None


#: What may be called, by what we do instead.
CALLS: dict[Name, Callable[..., Any]] = {
    Name("collections", "OrderedDict"): _dict,
    Name("torch._utils", "_rebuild_tensor"): _tensor,
    Name("torch._utils", "_rebuild_tensor_v2"): _tensor,
    Name("torch._utils", "_rebuild_parameter"): _parameter,
    Name("torch", "Size"): tuple,
    Name("_codecs", "encode"): _bytes,
    Name("__builtin__", "set"): as_set,
    Name("builtins", "set"): as_set,
    Name("numpy", "dtype"): _nothing,
    Name("numpy.core.multiarray", "scalar"): _nothing,
    Name("numpy._core.multiarray", "scalar"): _nothing,
}
PARAMETERS = Name("torch.nn.modules.container", "ParameterDict")
#: What may be made anew: the first as the dictionary it is, the others as nothing.
CLASSES = {
    PARAMETERS,
    Name("pytorch_lightning.callbacks", "ModelCheckpoint"),
    Name("pytorch_lightning.callbacks.model_checkpoint", "ModelCheckpoint"),
    Name("lightning.pytorch.callbacks.model_checkpoint", "ModelCheckpoint"),
}
_TYPES = {Name("torch", each) for each in (*STORAGES, *_WIDTHS)}
ALLOWED = {*CALLS, *CLASSES, *_TYPES}


def as_key(value: Any) -> Any:
    """A key that can be looked up at once: what lies in a tuple may take for ever."""
    if value is None or isinstance(value, (str, int, float, bytes, Name)):
        return value
    raise Damaged
