import io
import os
from pathlib import Path

import pytest

from storyforge.domain.generation import (
    Alternative,
    Cached,
    Finish,
    Loading,
    Request,
    StopReason,
    Text,
    Usage,
)
from storyforge.domain.model import ModelSpec
from storyforge.domain.sampling import Sampling
from storyforge.engine.faults import Fault, FaultKind
from storyforge.engine.messages import (
    Answer,
    Command,
    Count,
    Counted,
    Done,
    Faulted,
    Forget,
    Generate,
    Leave,
    Load,
    Loaded,
    Measure,
    Measured,
    Prepare,
    Said,
    Stop,
    Weigh,
    Weighed,
    ends_job,
)
from storyforge.engine.pipe import encode, receive, send

MESSAGES: list[Command | Answer] = [
    Load(1, ModelSpec(Path("a.gguf"))),
    Count(2, ("海", "")),
    Generate(3, Request("Mara", 5, ("\n",), Sampling(seed=1), takes=3, slot="scene")),
    Prepare(4, Request("Mara")),
    Measure(5, Request("Mara")),
    Weigh(6, Request("Mara"), 8),
    Leave(7, "scene"),
    Forget(8, ("scene", "another")),
    Stop(3),
    Stop(3, 1),
    Loaded(1, 8192, 2, 4),
    Counted(2, (1, 0)),
    Said(3, Text("灯")),
    Said(3, Finish(StopReason.END, Usage(written=1), 2)),
    Measured(5, Cached(3, 4)),
    Weighed(6, (Alternative("海", 0.5),)),
    Done(3),
    Faulted(3, Fault(FaultKind.TOO_LONG, needed=2, given=1)),
]


class Trickle(io.RawIOBase):
    """A pipe that gives its bytes one at a time, as a slow one may."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        piece = self._data.read(1)
        memoryview(buffer)[: len(piece)] = piece  # type: ignore[arg-type]
        return len(piece)


def test_messages_arrive_as_they_were_sent() -> None:
    pipe = Trickle(b"".join(encode(each) for each in MESSAGES))
    assert [receive(pipe) for _ in MESSAGES] == MESSAGES
    assert receive(pipe) is None


def test_a_message_cut_at_any_byte_is_the_end() -> None:
    data = encode(MESSAGES[2])
    for at in range(len(data)):
        assert receive(Trickle(data[:at])) is None


def test_only_the_last_answer_ends_a_job() -> None:
    assert not ends_job(Said(1, Loading(0.5)))
    assert not ends_job(Said(1, Text("x")))
    assert not ends_job(Said(1, Finish(StopReason.END, Usage())))
    assert ends_job(Done(1))
    assert ends_job(Counted(1, ()))
    assert ends_job(Faulted(1, Fault(FaultKind.NOT_READ)))


def test_sending_to_nobody_is_an_error() -> None:
    far, near = os.pipe()
    os.close(far)
    with open(near, "wb", buffering=0) as pipe, pytest.raises(OSError):  # noqa: PTH123, PT011
        send(pipe, Stop(1))
