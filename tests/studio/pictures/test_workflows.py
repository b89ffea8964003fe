"""ComfyUI's workflows as an author meets them: what is found, what they set, what they cannot."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from storyforge.domain.picture.orders import Ability
from storyforge.domain.picture.painters import PainterProfile
from storyforge.domain.picture.remote import RemotePainterSpec
from storyforge.domain.picture.workflows.slots import Slot
from storyforge.errors import BadInput
from storyforge.studio.pictures import abilities, workflows
from storyforge.studio.pictures.looking import remote_look
from storyforge.studio.pictures.profiles import usual
from tests.domain.picture.workflows.graphs import FLUX, PLAIN, hires


def put(folder: Path, graph: Any) -> Path:
    file = folder / "quay.json"
    file.write_text(json.dumps(graph))
    return file


def profile(file: Path | None, **more: Any) -> PainterProfile:
    spec = RemotePainterSpec("comfyui", "flow", "http://127.0.0.1:8188", workflow=file)
    return PainterProfile("flow", Path(), remote=spec, **more)


def test_a_workflow_sets_what_its_painter_leaves_open(tmp_path: Path) -> None:
    told = usual(profile(put(tmp_path, FLUX), steps=8), None)
    assert (told.steps, told.guidance, told.width, told.height) == (8, 3.5, 1024, 768)
    assert (told.sampler, told.schedule) == ("Euler", "Simple")


def test_the_workflows_schedule_belongs_to_its_own_sampler(tmp_path: Path) -> None:
    told = usual(profile(put(tmp_path, PLAIN), sampler="Euler a"), None)
    assert (told.sampler, told.schedule) == ("Euler a", "Automatic")


def test_ours_and_one_that_cannot_be_read_set_nothing(tmp_path: Path) -> None:
    ours, gone = usual(profile(None), None), usual(profile(tmp_path / "gone.json"), None)
    assert (ours.steps, ours.sampler) == (gone.steps, gone.sampler) == (20, "Euler a")


def test_what_a_workflow_cannot_do_is_known_before_it_draws(tmp_path: Path) -> None:
    assert Ability.REDRAW not in abilities.lacks(profile(None))
    two = abilities.lacks(profile(put(tmp_path, hires())))
    assert {Ability.REDRAW, Ability.LARGER, Ability.STEPS, Ability.CONTROL} <= two
    assert Ability.SEED not in two


def test_one_that_cannot_be_used_is_named_when_it_is_set(tmp_path: Path) -> None:
    file = put(tmp_path, {"nodes": [], "links": []})
    told = profile(file)
    assert told.remote is not None
    seen = remote_look(told, told.remote)
    assert "editor keeps" in seen.fault
    assert "Export (API)" in seen.hint
    with pytest.raises(BadInput):
        workflows.check(told.remote)
    workflows.check(replace(told.remote, backend="a1111"))


def test_each_slot_is_told_with_its_node(tmp_path: Path) -> None:
    seen = workflows.seen(put(tmp_path, hires()))
    rows = {row.slot: row for row in seen.rows}
    assert rows[Slot.PROMPT].where == "CLIPTextEncode (6) · text"
    assert rows[Slot.SEED].where == "KSampler (3) · seed, KSampler (11) · seed"
    assert rows[Slot.STEPS].note == "several nodes fit: KSampler (3), KSampler (11)"
    assert rows[Slot.WIDTH].value == "768"
    assert seen.notes == (
        "Several nodes fit the steps, the CFG scale, the sampler, the schedule, and none was "
        "changed: KSampler (3), KSampler (11). Call the one that is meant “storyforge: steps, "
        "guidance, sampler, scheduler” in ComfyUI.",
        "It cannot draw over a picture: quay.redraw.json beside it could.",
        "It cannot redraw a part of a picture: quay.mask.json beside it could.",
    )
    plain = {row.slot: row for row in workflows.seen().rows}
    assert plain[Slot.IMAGE].note == "added where it is wanted"
