"""Larger and better on the command line: finished pictures, variations, and what does not go."""

from pathlib import Path

import pytest
from PIL import Image

from storyforge.domain.picture.orders import Family, Order
from storyforge.domain.picture.passes import Faces, Hires, Larger
from storyforge.domain.picture.pictures import Picture
from storyforge.store.story_file import StoryFile
from storyforge.studio.pictures import order_files
from tests.cli.command import Command
from tests.engine.pictures import tiny

QUICK = ("--demo", "--steps", "2", "--size", "64x64")
SCENE = (*QUICK, "--scenes", "1", "--prompt", "a lamp at sea", "--seed", "7")


def pictures(path: Path) -> list[Picture]:
    with StoryFile.open(path) as story:
        return list(story.pictures.all())


def order_of(path: Path, picture: Picture) -> Order:
    with StoryFile.open(path) as story:
        return order_files.order_of(picture.settings, story.picture_sources.read)


def test_a_picture_is_drawn_larger_at_once(storyforge: Command, light: Path) -> None:
    answer = storyforge(
        "illustrate", light, *SCENE, "--hires", "1.5", "--faces", "--larger", "2",
        "--sampler", "DPM++ 2M", "--schedule", "Karras",
    )  # fmt: skip
    assert answer.status == 0, answer.err
    assert "192×192" in answer.out
    (picture,) = pictures(light)
    order = order_of(light, picture)
    assert (order.hires, order.faces) == (Hires(1.5), Faces(size=512))
    assert order.larger == Larger(2.0, tile=512)
    assert (order.sampler, order.schedule) == ("DPM++ 2M", "Karras")


def test_a_drawn_picture_is_finished_in_its_own_words(storyforge: Command, light: Path) -> None:
    assert storyforge("illustrate", light, *SCENE).status == 0
    answer = storyforge(
        "illustrate", light, "--demo", "--finish", "1", "--larger", "2", "--overlap", "32",
        "--larger-strength", "0.2", "--face", "8,8,32,32", "--face-strength", "0.5",
    )  # fmt: skip
    assert answer.status == 0, answer.err
    first, second = pictures(light)
    assert (second.width, second.height, second.parent_id) == (128, 128, first.id)
    assert (second.prompt, second.seed) == ("a lamp at sea", 7)
    order = order_of(light, second)
    assert order.is_kept
    assert order.larger == Larger(2.0, 32, 0.2, 512)
    assert order.faces == Faces(0.5, size=512, regions=((0.125, 0.125, 0.625, 0.625),))


def test_a_file_is_finished_for_a_scene(storyforge: Command, light: Path, tmp_path: Path) -> None:
    file = tmp_path / "photo.png"
    Image.new("RGB", (70, 64)).save(file)
    unsaid = storyforge("illustrate", light, "--demo", "--finish", file, "--larger", "2")
    assert "not said which scene" in unsaid.err
    answer = storyforge(
        "illustrate", light, "--demo", "--finish", file, "--larger", "2", "--scenes", "2",
        "--prompt", "a lamp",
    )  # fmt: skip
    assert answer.status == 0, answer.err
    (picture,) = pictures(light)
    assert (picture.width, picture.height) == (128, 128)


def test_variations_have_a_pictures_words_and_seed(storyforge: Command, light: Path) -> None:
    assert storyforge("illustrate", light, *SCENE).status == 0
    answer = storyforge(
        "illustrate", light, "--demo", "--vary", "1", "--vary-strength", "0.2", "--count", "2",
        "--heat",
    )  # fmt: skip
    assert answer.status == 0, answer.err
    first, *others = pictures(light)
    assert len(others) == 2
    seeds = set()
    for one in others:
        order = order_of(light, one)
        assert (order.prompt, order.seed, order.steps) == ("a lamp at sea", 7, 2)
        assert order.variation is not None
        assert order.variation.strength == 0.2
        assert order.heat
        assert one.parent_id == first.id
        seeds.add(order.variation.seed)
    assert len(seeds) == 2


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--finish", "1"), "It is not said what is to be done to this picture."),
        (("--finish", "1", "--larger", "2", "--redraw", "1"), "do not go together"),
        (("--vary", "1", "--again", "1"), "do not go together"),
        (("--vary", "1", "--scenes", "2"), "do not go together"),
        (("--vary", "1", "--show"), "do not go together"),
        (("--vary-strength", "0.5"), "--vary-strength: only together with --vary."),
        (("--tile", "512", "--overlap", "9"), "--tile, --overlap: only together with --larger."),
        (("--hires-strength", "0.5"), "--hires-strength: only together with --hires."),
        (("--face", "1,1,9,9", "--faces"), "--face: only together with --finish."),
        (("--face-strength", "0.5"), "--face-strength: only together with --faces."),
        (("--scenes", "1", "--prompt", "x", "--sampler", "Oiler"), "The nearest one is"),
        (
            ("--scenes", "1", "--prompt", "x", "--size", "2048x2048", "--larger", "8"),
            "16384×16384 pixels, more than any of a story",
        ),
    ],
)
def test_what_does_not_go_is_said_before_anything_is_drawn(
    storyforge: Command, light: Path, options: tuple[str, ...], said: str
) -> None:
    answer = storyforge("illustrate", light, "--demo", *options)
    assert answer.status == 1
    assert said in answer.err
    assert pictures(light) == []


@pytest.mark.usefixtures("one_engine")
def test_a_real_painter_enlarges_by_tiles_and_does_the_same_again(
    storyforge: Command, light: Path, tmp_path: Path
) -> None:
    file = tiny.write_file(tmp_path / "ink.safetensors", Family.SD1)
    photo = tmp_path / "photo.png"
    Image.linear_gradient("L").resize((96, 64)).save(photo)
    assert storyforge("painters", "add", "ink", file, "threads=1", "steps=2").status == 0

    larger = storyforge(
        "illustrate", light, "--finish", photo, "--scenes", "1", "--prompt", "a lamp at sea",
        "--larger", "3", "--tile", "256", "--faces",
    )  # fmt: skip
    assert "288×192" in larger.out, larger.err
    assert "No face was found" in larger.err
    (picture,) = pictures(light)
    assert picture.settings["tiles"] == "2"
    assert picture.settings["sampler"] == "Euler a"

    again = storyforge("illustrate", light, "--again", picture.id)
    assert "It is the same picture, to the last pixel." in again.err
