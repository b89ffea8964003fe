"""Workflow files on the disk: ours, an author's with those beside it, and one in a picture."""

import json
from pathlib import Path

import pytest

from storyforge.domain.picture.orders import Raster
from storyforge.domain.picture.workflows.slots import How, Slot
from storyforge.errors import BadInput
from storyforge.images import png, workflow_files
from tests.domain.picture.workflows.graphs import PLAIN, changed, hires, node


def put(file: Path, graph: object) -> Path:
    file.write_text(json.dumps(graph))
    return file


def test_ours_has_a_place_for_everything_and_every_one_is_marked() -> None:
    ours = workflow_files.read_all()
    assert set(ours.draw.missing) == {Slot.CLIP_SKIP, Slot.IMAGE, Slot.MASK}
    assert {place.how for places in ours.draw.slots.places.values() for place in places} == {
        How.MARKED
    }
    assert ours.redraw is not None
    assert ours.mask is not None


def test_what_lies_beside_a_workflow_belongs_to_it(tmp_path: Path) -> None:
    file = put(tmp_path / "quay.json", hires())
    before = workflow_files.state(file)
    assert workflow_files.read_all(file).redraw is None
    begins = changed(
        PLAIN,
        n10=node("LoadImage", image="a.png"),
        n11=node("VAEEncode", pixels=["10", 0], vae=["4", 2]),
        n3={"latent_image": ["11", 0]},
    )
    put(tmp_path / "quay.redraw.json", begins)
    assert workflow_files.state(file) != before
    found = workflow_files.read_all(file)
    assert found.redraw is not None
    assert (found.draw.name, found.redraw.name, found.mask) == (
        "quay.json", "quay.redraw.json", None
    )  # fmt: skip


def test_one_beside_it_without_its_picture_is_named(tmp_path: Path) -> None:
    file = put(tmp_path / "quay.json", PLAIN)
    put(tmp_path / "quay.mask.json", PLAIN)
    with pytest.raises(BadInput, match=r"“quay.mask.json” has no place for: the picture to begin"):
        workflow_files.read_all(file)


def test_a_picture_that_comfyui_saved_has_its_workflow_in_it(tmp_path: Path) -> None:
    plain = png.encoded(Raster(2, 2, bytes(12)))
    file = tmp_path / "ComfyUI_00001_.png"
    file.write_bytes(png.with_texts(plain, {"prompt": json.dumps(PLAIN)}))
    assert workflow_files.read(file).value(Slot.STEPS) == 25
    file.write_bytes(plain)
    with pytest.raises(BadInput, match="has no workflow in it"):
        workflow_files.read(file)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"“gone.json” cannot be read"):
        workflow_files.read(tmp_path / "gone.json")
    assert workflow_files.state(tmp_path / "gone.json") == ((0, 0),) * 3
