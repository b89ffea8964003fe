"""A workflow's file: what can be run is read, anything else is told apart by name."""

import json
from typing import Any

import pytest

from storyforge.domain.picture.workflows.graph import read
from storyforge.errors import BadInput
from tests.domain.picture.workflows.graphs import FLUX, PLAIN, changed, node, workflow


def test_what_is_read_is_sent_as_it_was() -> None:
    told = workflow(FLUX).sent()
    for key, was in FLUX.items():
        assert told[key]["class_type"] == was["class_type"]
        assert told[key]["inputs"] == was["inputs"]


def test_the_form_of_the_editor_is_recognised_and_its_remedy_said() -> None:
    editors = {"nodes": [{"id": 3, "type": "KSampler"}], "links": [], "version": 0.4}
    with pytest.raises(BadInput) as caught:
        read(json.dumps(editors), "quay.json")
    assert "editor keeps" in caught.value.message
    assert "Export (API)" in caught.value.hint


def test_what_a_program_sends_is_taken_too() -> None:
    assert set(read(json.dumps({"client_id": "x", "prompt": PLAIN}), "sent.json")) == set(PLAIN)


@pytest.mark.parametrize(
    "told",
    [
        "", "{", "[]", "{}", "3", '"words"', "[" * 99_999, '{"1": 3}', '{"1": {"inputs": {}}}',
        '{"1": {"class_type": 3, "inputs": {}}}', '{"1": {"class_type": "A", "inputs": []}}',
        '{"1": {"class_type": "A", "inputs": {"x": ' + "[" * 90 + "]" * 90 + "}}}",
        b"\xff\xfe\x00", b"\x89PNG\r\n", " " * (5 << 20),
    ],
)  # fmt: skip
def test_anything_else_is_no_workflow(told: str | bytes) -> None:
    with pytest.raises(BadInput, match="is no workflow of ComfyUI"):
        read(told, "quay.json")


def test_a_node_that_is_missing_is_named() -> None:
    with pytest.raises(BadInput, match=r"node KSampler \(3\) needs node 55, which is missing"):
        workflow(changed(PLAIN, n3={"latent_image": ["55", 0]}))


def test_a_workflow_that_keeps_no_picture_says_so() -> None:
    told = dict(PLAIN)
    told["9"] = node("SaveImageWebsocket", images=["8", 0])
    with pytest.raises(BadInput, match="keeps no picture"):
        workflow(told)


def test_nodes_in_a_circle_are_read() -> None:
    round_ = changed(PLAIN, n6={"text": ["7", 0]}, n7={"text": ["6", 0]})
    assert "prompt" not in [str(slot) for slot in workflow(round_).slots.places]


@pytest.mark.parametrize("title", ["\x1b[31m", "a\nb", "x" * 999, 3, None])
def test_a_title_from_anywhere_is_one_short_line(title: Any) -> None:
    told = dict(PLAIN)
    told["9"] = {**told["9"], "_meta": {"title": title}}
    shown = workflow(told).graph["9"].title
    assert shown
    assert shown.isprintable()
    assert len(shown) <= 80
