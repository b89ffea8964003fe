"""A staging finds its ControlNet and its reader in the author's folders, and a scene keeps it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from storyforge.domain.picture.kept_stagings import KeptStaging
from storyforge.domain.picture.orders import Family, Order
from storyforge.domain.picture.painters import PainterProfile
from storyforge.domain.picture.remote import RemotePainterSpec
from storyforge.domain.picture.staging import Control, Staging
from storyforge.domain.plan.forms import Kind
from storyforge.errors import BadInput
from storyforge.images.folders import Found, find
from storyforge.setting_tables import PictureSettings
from storyforge.settings import Settings
from storyforge.store.story_file import StoryFile
from storyforge.studio.pictures import order_files, profiles, stagings
from storyforge.studio.pictures.drawing import Wish, order_for, tickets
from storyforge.studio.pictures.own_files import of_own_files
from tests.engine.pictures.easel import picture
from tests.images import weights

INK = profiles.usual(PainterProfile("ink", Path("ink.safetensors")), Family.SD1)
_WORDS = "input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight"
_HINT = "input_hint_block.0.weight"


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folders of ComfyUI: ControlNets of two families, and what reads a pose."""
    folder = tmp_path / "ComfyUI" / "models"
    for name, width in (
        ("control_v11p_sd15_openpose", 768),
        ("xl-openpose", 2048),
        ("xl-depth", 2048),
        ("control_v11p_sd15_canny", 768),
    ):
        tensors = {_WORDS: (320, width), _HINT: (16, 3, 3, 3)}
        weights.write(folder / "controlnet" / f"{name}.safetensors", tensors)
    union = {_HINT: (16,), "task_embedding": (6, 320)}
    weights.write(folder / "controlnet" / "lineart-union.safetensors", union)
    (folder / "annotators").mkdir()
    (folder / "annotators" / "body_pose_model.pth").write_bytes(b"PK\x03\x04")
    monkeypatch.setattr(stagings, "family_of", lambda _profile: Family.SD1)
    return folder


@pytest.fixture
def found(models: Path) -> Found:
    return find([models.parent])


def control(kind: Staging, found: Found, **more: object) -> Control:
    kept = replace(KeptStaging(kind, "0" * 64), **more)  # type: ignore[arg-type]
    return stagings.control_of(kept, b"picture", INK, found)


def test_the_controlnet_of_the_painters_family_is_found_by_its_name(
    models: Path, found: Found
) -> None:
    told = control(Staging.POSE, found, ready=False, weight=0.6)
    assert told.model == models / "controlnet" / "control_v11p_sd15_openpose.safetensors"
    assert told.reader == models / "annotators" / "body_pose_model.pth"
    assert (told.weight, told.image) == (0.6, b"picture")
    edges = control(Staging.EDGES, found, ready=False)
    assert edges.model.stem == "control_v11p_sd15_canny"
    assert edges.reader is None


def test_one_that_tells_no_base_is_taken_where_no_other_is_and_said_to_tell_none(
    models: Path,
) -> None:
    for name in ("a-canny", "softedge"):
        tensors = {_WORDS: (320, 99), _HINT: (16, 3, 3, 3)}
        weights.write(models / "controlnet" / f"{name}.safetensors", tensors)
    found = find([models.parent])
    known, unknown = (control(kind, found) for kind in (Staging.EDGES, Staging.SOFT_EDGES))
    assert (known.model.stem, unknown.model.stem) == ("control_v11p_sd15_canny", "softedge")
    (doubt,) = stagings.doubts((known, unknown), INK)
    assert "“softedge” does not tell its base" in doubt


def test_one_that_cannot_be_read_is_named_where_no_other_does(models: Path) -> None:
    nets = models / "controlnet"
    (nets / "softedge.safetensors").write_bytes(b"\x08\0\0\0\0\0\0\0{")
    with pytest.raises(BadInput, match=r"file softedge\.safetensors is not whole"):
        control(Staging.SOFT_EDGES, find([models.parent]))
    found = find([models.parent])
    (nets / "softedge.safetensors").unlink()
    with pytest.raises(BadInput, match="“softedge” cannot be read: "):
        control(Staging.SOFT_EDGES, found)
    (nets / "a-canny.safetensors").write_bytes(b"")
    known = control(Staging.EDGES, find([models.parent]))
    assert known.model.stem == "control_v11p_sd15_canny"


def test_what_is_missing_is_said_with_what_is_there(found: Found) -> None:
    with pytest.raises(BadInput, match=r"other bases.*“xl-depth” \(SDXL\)"):
        control(Staging.DEPTH, found)
    with pytest.raises(BadInput, match=r"cannot be used here: “lineart-union” \(union\)"):
        control(Staging.LINES, found)
    with pytest.raises(BadInput, match="No ControlNet that keeps soft edges"):
        control(Staging.SOFT_EDGES, found)
    with pytest.raises(BadInput, match="reads pose out of a picture"):
        stagings.reader_for(Staging.POSE, Found(controlnets=found.controlnets))


def test_a_painter_that_keeps_none_says_so_before(found: Found) -> None:
    kept = KeptStaging(Staging.POSE, "0" * 64)
    far = replace(INK, remote=RemotePainterSpec("openai", "ink", "https://example.org"))
    with pytest.raises(BadInput, match="“ink” cannot keep a staging"):
        stagings.control_of(kept, b"", far, found)


def test_a_scene_keeps_its_staging_until_it_is_let_go(story: StoryFile, models: Path) -> None:
    scene, data = story.outline().scenes[0].id, picture()
    mara = story.plan.add(Kind.CHARACTER, {"name": "Mara", "look_picture": "an old woman"})
    story.plan.put(scene, {"cast": mara, "shown_picture": "at the lamp"})
    settings = Settings(pictures=PictureSettings(folders=[str(models.parent)]))
    kept = KeptStaging(Staging.POSE, story.picture_sources.put(data), weight=0.8)
    stagings.keep(story, scene, kept)
    assert stagings.of_scene(story, scene) == kept

    planned = order_for(story, scene, INK, settings)
    (one,) = planned.order.controls
    assert (one.kind, one.ready, one.image, one.weight) == (Staging.POSE, True, data, 0.8)
    without = order_for(story, scene, INK, settings, Wish(controls=()))
    assert without.order.controls == ()

    (waiting,) = tickets(planned)
    assert order_files.read(waiting.order, story.picture_sources.read).order == planned.order
    story.picture_sources.sweep()
    assert story.picture_sources.read(kept.source) == data
    far = replace(INK, remote=RemotePainterSpec("openai", "ink", "https://example.org"))
    left_out = order_for(story, scene, far, settings)
    assert left_out.order.controls == ()
    assert any("goes without" in note and "staging" in note for note in left_out.notes)

    stagings.keep(story, scene, None)
    story.picture_sources.sweep()
    with pytest.raises(BadInput, match="made from is gone"):
        story.picture_sources.read(kept.source)
    assert order_for(story, scene, INK, settings).order.controls == ()


@pytest.mark.parametrize(
    "told",
    [
        "no JSON",
        json.dumps({"kind": "smell", "source": "0" * 64, "weight": 1, "begin": 0, "end": 1}),
        json.dumps({"kind": "pose", "source": "../x", "weight": 1, "begin": 0, "end": 1}),
        json.dumps({"kind": "pose", "source": "0" * 64, "weight": 99, "begin": 0, "end": 1}),
        json.dumps({"kind": "pose", "source": "0" * 64, "weight": "much", "begin": 0, "end": 1}),
        json.dumps({"kind": ["pose"], "source": "0" * 64}),
    ],
)
def test_what_a_strange_hand_wrote_there_is_nothing(story: StoryFile, told: str) -> None:
    scene = story.outline().scenes[0].id
    story.remember(f"picture_staging:{scene}", told)
    assert stagings.of_scene(story, scene) is None


def test_a_strangers_order_gets_the_authors_own_files(models: Path, found: Found) -> None:
    away = Path("/home/stranger")
    theirs = Control(
        Staging.POSE,
        away / "xl-openpose.safetensors",
        b"",
        reader=away / "body_pose_model.pth",
    )
    (mine,) = of_own_files(Order("sea", controls=(theirs,)), found).controls
    assert mine.model == models / "controlnet" / "xl-openpose.safetensors"
    assert mine.reader == models / "annotators" / "body_pose_model.pth"
    gone = replace(theirs, model=away / "hands.safetensors")
    with pytest.raises(BadInput, match="no ControlNet called “hands"):
        of_own_files(Order("sea", controls=(gone,)), found)
