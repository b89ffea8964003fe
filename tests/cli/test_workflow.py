"""painters workflow: the slots of a file, and ours to begin from."""

import json
from pathlib import Path

from tests.cli.command import Command
from tests.domain.picture.workflows.graphs import hires


def test_the_slots_of_a_workflow_are_shown(storyforge: Command, tmp_path: Path) -> None:
    file = tmp_path / "quay.json"
    file.write_text(json.dumps(hires()))
    answer = storyforge("painters", "workflow", file)
    lines = answer.out.splitlines()
    assert " ".join(lines[1].split()) == (
        "● prompt CLIPTextEncode (6) · text found by itself a bottle"
    )
    assert lines[4].startswith("?  steps       several nodes fit")
    assert "It cannot do: " in answer.err
    told = storyforge("painters", "workflow", file, "--json").json
    assert told["slots"][0]["where"] == "CLIPTextEncode (6) · text"
    assert "redraw" in told["lacks"]


def test_ours_can_be_begun_from_and_nothing_is_written_over(
    storyforge: Command, tmp_path: Path
) -> None:
    file = tmp_path / "mine.json"
    assert storyforge("painters", "workflow", "-o", file).status == 0
    again = storyforge("painters", "workflow", "-o", file)
    assert (again.status, "was left as it is" in again.err) == (1, True)
    assert storyforge("painters", "workflow", file).out == storyforge("painters", "workflow").out
    lost = storyforge("painters", "workflow", "-o", tmp_path / "no" / "mine.json")
    assert (lost.status, "cannot be written" in lost.err) == (1, True)


def test_a_painter_by_a_workflow_of_another_form_is_not_set(
    storyforge: Command, tmp_path: Path
) -> None:
    file = tmp_path / "editor.json"
    file.write_text('{"nodes": [], "links": []}')
    there = ("--comfyui", "http://127.0.0.1:9", "--workflow", file)
    answer = storyforge("painters", "add", "flow", *there)
    assert (answer.status, "Export (API)" in answer.err) == (1, True)
    assert storyforge("painters", "list").out.count("flow") == 0
