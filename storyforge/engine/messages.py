"""What the program and its engine process say to each other, and how it goes through a pipe.

Every command but `Stop` opens a job with its own number; every answer names its job. A job ends
with `Loaded`, `Counted`, a `Said` that carries a `Finish`, or `Faulted`. The values are pickled:
both ends are this program, and the pipe has no name that anybody else could open.
"""

import pickle
import struct
from dataclasses import dataclass
from io import RawIOBase
from typing import cast

from storyforge.domain.generation import Delta, Finish
from storyforge.domain.model import ModelSpec
from storyforge.domain.sampling import Sampling
from storyforge.engine.faults import Fault

_LENGTH = struct.Struct("!I")


@dataclass(frozen=True, slots=True)
class Load:
    """Make a model ready; another one that was loaded is let go first."""

    job: int
    spec: ModelSpec


@dataclass(frozen=True, slots=True)
class Count:
    """Count the tokens of each text."""

    job: int
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Generate:
    """Go on from `prompt`."""

    job: int
    prompt: str
    max_tokens: int
    stop: tuple[str, ...]
    sampling: Sampling


@dataclass(frozen=True, slots=True)
class Stop:
    """End `job` now; it still answers. A job that has ended already does not mind."""

    job: int


Command = Load | Count | Generate | Stop


@dataclass(frozen=True, slots=True)
class Loaded:
    """The model is ready.

    Attributes:
        context_tokens: the usable window.
        threads, threads_batch: for writing and reading.
        gpu: the engine can use a GPU.
        flash_forced: flash attention was switched on because the KV type needs it.
    """

    job: int
    context_tokens: int
    threads: int
    threads_batch: int
    gpu: bool = False
    flash_forced: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """The tokens of each text."""

    job: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A delta of a job: progress of loading or reading, text, or the finish."""

    job: int
    delta: Delta


@dataclass(frozen=True, slots=True)
class Faulted:
    """The job ended by a fault; the engine lives on."""

    job: int
    fault: Fault


Answer = Loaded | Counted | Said | Faulted


def ends_job(answer: Answer) -> bool:
    """Whether nothing follows `answer` in its job."""
    return not isinstance(answer, Said) or isinstance(answer.delta, Finish)


def encode(message: Command | Answer) -> bytes:
    """`message` as it goes through the pipe: four bytes of length, then the value."""
    body = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return _LENGTH.pack(len(body)) + body


def receive(pipe: RawIOBase) -> Command | Answer | None:
    """The next message; None once the other end is gone, also in the middle of a message."""
    head = _read(pipe, _LENGTH.size)
    if head is None:
        return None
    (length,) = _LENGTH.unpack(head)
    body = _read(pipe, length)
    return None if body is None else cast("Command | Answer", pickle.loads(body))


def send(pipe: RawIOBase, message: Command | Answer) -> None:
    """Write `message` whole; waits while the pipe is full.

    Raises:
        OSError: the other end is gone.
    """
    rest = memoryview(encode(message))
    while rest:
        rest = rest[pipe.write(rest) :]


def _read(pipe: RawIOBase, count: int) -> bytes | None:
    """`count` bytes: a raw pipe gives them in pieces. None at its end.

    The pipes are raw because a buffered one that a thread waits on cannot be closed when the
    program ends.
    """
    data = bytearray()
    while len(data) < count:
        piece = pipe.read(count - len(data))
        if not piece:
            return None
        data += piece
    return bytes(data)
