"""Stagings on the command line: kept for one run, for a scene, and read into a file."""

from pathlib import Path

import pytest
from PIL import Image

from storyforge.domain.picture.kept_stagings import KeptStaging
from storyforge.domain.picture.staging import Staging
from storyforge.store.story_file import StoryFile
from storyforge.studio.pictures import order_files, stagings
from tests.cli.command import Command
from tests.engine.pictures.easel import picture
from tests.images import weights

Told = tuple[str | int | Path, ...]

DRAWS = ("--prompt", "sea", "--demo", "--steps", "2", "--size", "64x64")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A picture of a house, as a file."""
    file = tmp_path / "house.png"
    file.write_bytes(picture(64, 64))
    return file


@pytest.fixture
def nets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ControlNet that keeps poses and one that keeps edges, in the author's folders."""
    folder = tmp_path / "models" / "ControlNet"
    words = "input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight"
    for kind in ("openpose", "canny"):
        tensors = {words: (320, 768), "input_hint_block.0.weight": (16, 3, 3, 3)}
        weights.write(folder / f"control_sd15_{kind}.safetensors", tensors)
    monkeypatch.setenv("STORYFORGE_PICTURES__FOLDERS", f'["{tmp_path / "models"}"]')
    return folder


def kept(path: Path, number: int = 1) -> KeptStaging | None:
    with StoryFile.open(path) as story:
        return stagings.of_scene(story, story.outline().scenes[number - 1].id)


def test_a_run_keeps_the_staging_of_a_file(
    storyforge: Command, light: Path, house: Path, nets: Path
) -> None:
    asked: Told = ("--staging", house, "--keep", "edges", "--staging-weight", "0.7")
    drawn = storyforge("illustrate", light, *DRAWS, "--scenes", "1", *asked)
    assert drawn.status == 0, drawn.err
    with StoryFile.open(light) as story:
        (one,) = story.pictures.all()
        order = order_files.order_of(one.settings, story.picture_sources.read)
    (control,) = order.controls
    assert (control.kind, control.weight, control.ready) == (Staging.EDGES, 0.7, False)
    assert control.model == nets / "control_sd15_canny.safetensors"
    assert kept(light) is None


def test_scenes_keep_it_until_it_is_let_go(
    storyforge: Command, light: Path, house: Path, nets: Path
) -> None:
    asked = ("--staging", house, "--staging-ready", "--staging-stays")
    storyforge("illustrate", light, *DRAWS, "--scenes", "1", *asked)
    found = kept(light)
    assert found is not None
    assert (found.kind, found.ready, found.weight) == (Staging.POSE, True, 1.0)
    shown = storyforge("illustrate", light, "--show", "--scenes", "1")
    assert "Staging that is kept: pose 1; --no-staging draws without it." in shown.out

    storyforge("illustrate", light, *DRAWS, "--scenes", "1")
    storyforge("illustrate", light, *DRAWS, "--scenes", "1", "--no-staging")
    with StoryFile.open(light) as story:
        orders = [
            order_files.order_of(one.settings, story.picture_sources.read)
            for one in story.pictures.all()
        ]
    assert [len(order.controls) for order in orders] == [1, 1, 0]
    gone = storyforge("pictures", "staging", light, "--scene", 1, "--none")
    assert gone.out.strip() == "Scene 1 keeps no staging now."
    assert kept(light) is None


@pytest.mark.usefixtures("one_engine")
def test_a_staging_is_read_into_a_file_and_kept(
    storyforge: Command, light: Path, house: Path, nets: Path, tmp_path: Path
) -> None:
    out = tmp_path / "edges.png"
    asked: Told = ("--keep", "edges", "--scene", 2, "--weight", "0.5", "-o", out)
    read = storyforge("pictures", "staging", light, house, *asked)
    assert read.status == 0, read.err
    assert "Scene 2 keeps this staging: edges 0.5." in read.out
    with Image.open(out) as image:
        assert image.size == (64, 64)
    found = kept(light, 2)
    assert found is not None
    assert found.ready
    with StoryFile.open(light) as story:
        assert story.picture_sources.read(found.source) == out.read_bytes()
    again = storyforge("pictures", "staging", light, house, *asked)
    assert again.status == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--keep", "pose"), "--keep needs a picture whose staging is kept"),
        (("--staging", "{house}", "--keep", "smell"), "“smell” is nothing of a picture"),
        (("--staging", "{house}", "--no-staging"), "do not go together"),
        (("--no-staging", "--resume"), "do not go together"),
        (("--staging", "nothing.png"), "There is no picture “nothing.png”"),
        (("--staging", "{house}", "--keep", "depth"), "No ControlNet that keeps depth"),
        (("--staging", "{house}"), "reads pose out of a picture is not in your folders"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    storyforge: Command,
    light: Path,
    house: Path,
    nets: Path,
    options: tuple[str, ...],
    said: str,
) -> None:
    told = [each.format(house=house) for each in options]
    scenes = () if "--resume" in options else ("--scenes", "1")
    answer = storyforge("illustrate", light, *DRAWS, *scenes, *told)
    assert answer.status == 1
    assert said in answer.err
    with StoryFile.open(light) as story:
        assert story.picture_queue.all() == ()


def test_what_is_to_be_done_with_a_staging_must_be_said(
    storyforge: Command, light: Path, house: Path
) -> None:
    for asked in ((house,), ("--none",), (house, "--none", "--scene", 1), ()):
        answer = storyforge("pictures", "staging", light, *asked)
        assert answer.status == 1
        assert "PICTURE with --scene N or -o OUT" in answer.err
