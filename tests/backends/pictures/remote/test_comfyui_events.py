"""What ComfyUI says while it draws, frame by frame, and how far that is."""

import json
import struct
from typing import Any

import pytest

from storyforge.backends.pictures.remote.comfyui_events import (
    Ended,
    Heard,
    Previewed,
    Skipped,
    Stepped,
    Steps,
    read,
)
from tests.domain.picture.workflows.graphs import FLUX, PLAIN, hires, workflow

GRAPH = workflow(PLAIN).graph


def said(kind: str, **data: Any) -> tuple[Heard, ...]:
    return read(json.dumps({"type": kind, "data": {"prompt_id": "mine", **data}}), "mine", GRAPH)


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        (said("progress", node="3", value=2, max=25), (Stepped("3", 2, 25),)),
        (said("progress", node="8", value=1, max=1), ()),
        (
            said("progress_state", nodes={"3": {"value": 4.0, "max": 25.0}, "9": None}),
            (Stepped("3", 4, 25),),
        ),
        (said("execution_cached", nodes=["4", "6"]), (Skipped(("4", "6")),)),
        (said("execution_start"), ()),
        (said("executing", node="3"), ()),
        (said("executing", node=None), (Ended(),)),
        (said("execution_success"), (Ended(),)),
        (said("execution_interrupted", node_id="3"), (Ended(interrupted=True),)),
        (
            said("execution_error", node_id="3", exception_message="Allocation on device"),
            (Ended(why="KSampler (3): Allocation on device"),),
        ),
        (
            said("execution_error", node_id="99", node_type="Moon", exception_type="KeyError"),
            (Ended(why="Moon: KeyError"),),
        ),
        (said("execution_success", prompt_id="another"), ()),
    ],
)
def test_each_message_says_one_thing(heard: tuple[Heard, ...], expected: tuple[Heard, ...]) -> None:
    assert heard == expected


def test_previews_come_with_what_they_belong_to_and_without() -> None:
    told = b'{"node_id": "3"}'
    assert read(struct.pack(">II", 1, 2) + b"png", "mine", GRAPH) == (Previewed(b"png"),)
    whole = struct.pack(">II", 4, len(told)) + told + b"jpeg"
    assert read(whole, "mine", GRAPH) == (Previewed(b"jpeg"),)
    for length in range(12):
        assert read(whole[:length], "mine", GRAPH) == ()


def test_steps_of_several_samplers_are_added_up() -> None:
    steps = Steps(workflow(hires()).graph)
    assert (steps.step, steps.steps, steps.several) == (0, 50, True)
    steps.hear(Stepped("3", 25, 25))
    steps.hear(Stepped("11", 5, 25))
    assert (steps.step, steps.steps) == (30, 50)


def test_what_it_still_has_from_before_takes_no_steps() -> None:
    steps = Steps(workflow(hires()).graph)
    steps.hear(Skipped(("3", "4")))
    steps.hear(Stepped("11", 5, 25))
    assert (steps.step, steps.steps) == (5, 25)


def test_steps_may_be_planned_by_one_node_and_taken_by_another() -> None:
    steps = Steps(workflow(FLUX).graph)
    steps.hear(Stepped("10", 4, 20))
    assert (steps.step, steps.steps, steps.several) == (4, 20, False)
