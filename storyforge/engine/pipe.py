"""How messages go through the pipes between the program and its engine process.

The values are pickled: both ends are this program, and a pipe has no name that anybody else could
open.
"""

import pickle
import struct
from io import RawIOBase
from typing import cast

from storyforge.engine.messages import Answer, Command

_LENGTH = struct.Struct("!I")


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
