"""People on the command line: whose reference a picture is, and how several are drawn."""

import json
from pathlib import Path
from typing import Any

import pytest

from storyforge.domain.picture.orders import Family
from storyforge.domain.plan.forms import Kind
from storyforge.store.picture_sources import digest_of
from storyforge.store.story_file import StoryFile
from tests.cli.command import Command
from tests.engine.pictures import easel, tiny
from tests.engine.pictures.loras import making as loras
from tests.engine.pictures.references import making
from tests.images import weights
from tests.images.test_ip_adapters import encoder, plain
from tests.store.helpers import png

QUICK = ("--demo", "--steps", "2", "--size", "64x64")


@pytest.fixture
def cast(light: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Mara and Tom in the first scene, each with a LoRA; and what references are drawn after."""
    models = tmp_path / "models"
    for name in ("mara", "tom"):
        weights.write(models / "Lora" / f"{name}.safetensors", weights.lora(768))
    weights.write(models / "ipadapter" / "face.safetensors", plain())
    encoder(models / "clip_vision" / "H", 1280, 1024)
    monkeypatch.setenv("STORYFORGE_PICTURES__FOLDERS", json.dumps([str(models)]))
    with StoryFile.open(light) as story:
        people = [
            story.plan.add(Kind.CHARACTER, {"name": name, "look": look, "loras": name.lower()})
            for name, look in (("Mara", "a tall woman"), ("Tom", "an old man"))
        ]
        first = story.outline().scenes[0].id
        story.plan.put(first, {"cast": "\n".join(people), "shown": "at the lamp"})
    return light


def last_order(path: Path) -> dict[str, Any]:
    with StoryFile.open(path) as story:
        told: dict[str, Any] = json.loads(story.pictures.all()[-1].settings["order"])
    return told


def reference_of(path: Path, name: str) -> str:
    with StoryFile.open(path) as story:
        plan = story.plan.read()
        item = plan.named(Kind.CHARACTER, name) or plan.named(Kind.LOOK, name)
        assert item is not None
        return item.fact("reference")


def test_a_picture_becomes_somebodys_reference_and_is_let_go(
    storyforge: Command, cast: Path, tmp_path: Path
) -> None:
    (tmp_path / "face.png").write_bytes(png(9, 16))
    said = storyforge("pictures", "reference", cast, tmp_path / "face.png", "mara", "--weight", 40)
    assert "Drawn after this picture from now on: Mara" in said.out
    whole = reference_of(cast, "Mara")
    assert storyforge(
        "pictures", "reference", cast, tmp_path / "face.png", "Mara", "--part", "0,0,8,8"
    )
    assert reference_of(cast, "Mara") not in ("", whole)
    shown = storyforge("illustrate", cast, "--scenes", 1, "--show").out
    assert "Mara: mara 1, a reference picture at 40%" in " ".join(shown.split())
    said = storyforge("pictures", "reference", cast, "Mara", "--none")
    assert "Drawn by words again: Mara" in said.out
    assert reference_of(cast, "Mara") == ""


def test_a_drawn_picture_says_itself_whose_it_is(storyforge: Command, cast: Path) -> None:
    storyforge("illustrate", cast, *QUICK, "--scenes", 1)
    several = storyforge("pictures", "reference", cast, "1")
    assert several.status == 1
    assert "It is not said whose reference" in several.err
    with StoryFile.open(cast) as story:
        tom = story.plan.read().characters[1]
        story.plan.put(story.outline().scenes[0].id, {"cast": tom.id})
        digest = digest_of(story.pictures.read(story.pictures.all()[0].id))
    assert "Tom" in storyforge("pictures", "reference", cast, "1").out
    assert reference_of(cast, "Tom") == digest


@pytest.mark.parametrize(
    ("options", "people", "loras"),
    [
        ((), ["Mara", "Tom"], []),
        (("--people", "together"), [], ["mara", "tom"]),
        (("--prompt", "two <lora:mara:1> <lora:tom:1>"), [], ["mara", "tom"]),
        (("--prompt", "two <lora:mara:1> <lora:tom:1>", "--people", "auto"), ["Mara", "Tom"], []),
    ],
)
def test_two_are_drawn_apart_or_together(
    storyforge: Command, cast: Path, options: tuple[str, ...], people: list[str], loras: list[str]
) -> None:
    # The demo looks into no folder for what a picture is drawn with; the settings' folders have it.
    assert storyforge("illustrate", cast, *QUICK, "--scenes", 1, *options).status == 0
    told = last_order(cast)
    assert [one["name"] for one in told["people"]] == people
    assert [one["name"] for one in told["loras"]] == loras


def test_a_picture_is_drawn_after_a_file(storyforge: Command, cast: Path, tmp_path: Path) -> None:
    (tmp_path / "face.png").write_bytes(png(9, 16))
    face = ("--reference", str(tmp_path / "face.png"), "--reference-weight", 80)
    said = storyforge("illustrate", cast, *QUICK, "--scenes", 1, *face)
    assert said.status == 0, said.err
    [reference] = last_order(cast)["references"]
    assert reference["scale"] == 0.8
    with StoryFile.open(cast) as story:
        assert story.picture_sources.read(reference["image"].removeprefix("sha256:"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--people", "beside"), "no way to draw several people"),
        (("--reference", "1", "--no-reference"), "do not go together"),
        (("--reference-weight", "50"), "needs a picture to draw after"),
        (("--reference", "nowhere"), "There is no picture “nowhere”"),
    ],
)
def test_what_does_not_go_is_said(
    storyforge: Command, cast: Path, options: tuple[str, ...], said: str
) -> None:
    answer = storyforge("illustrate", cast, *QUICK, "--scenes", 1, *options)
    assert answer.status != 0
    assert said in " ".join(answer.err.split())


def test_a_reference_is_no_text_that_could_be_typed(storyforge: Command, cast: Path) -> None:
    answer = storyforge("plan", cast, "--item", "Mara", "--set", "reference=face.png")
    assert answer.status != 0
    assert "pictures reference" in answer.err


@pytest.mark.usefixtures("one_engine")
def test_a_real_painter_draws_two_one_by_one_and_the_same_again(
    storyforge: Command, light: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models, pipe = tmp_path / "models", tiny.pipe_of(Family.SD1)
    tiny.write_file(models / "Stable-diffusion" / "ink.safetensors", Family.SD1)
    (models / "Lora").mkdir()
    for seed, name in enumerate(("mara", "tom"), start=1):
        file = models / "Lora" / f"{name}.safetensors"
        loras.write(file, loras.kohya(loras.adapt(pipe, seed=seed)))
    making.write_adapter(models / "ipadapter" / "face.safetensors", pipe)
    making.write_encoder(models / "clip_vision" / "tiny")
    monkeypatch.setenv("STORYFORGE_PICTURES__FOLDERS", json.dumps([str(models)]))
    with StoryFile.open(light) as story:
        face = story.picture_sources.put(easel.picture(40, 28))
        people = [
            story.plan.add(
                Kind.CHARACTER,
                {"name": name, "look": look, "loras": name.lower(), "reference": face},
            )
            for name, look in (("Mara", "a tall woman"), ("Tom", "an old man"))
        ]
        first = story.outline().scenes[0].id
        story.plan.put(first, {"cast": "\n".join(people), "shown": "at the lamp"})
    small = ("threads=1", "width=64", "height=64", "steps=2")
    assert storyforge("painters", "add", "ink", "ink", *small).status == 0

    assert "references  face.safetensors" in storyforge("painters", "check").out
    drawn = storyforge("illustrate", light, "--scenes", 1, "--seed", 7)
    assert drawn.status == 0, drawn.err
    with StoryFile.open(light) as story:
        [picture] = story.pictures.all()
        told = json.loads(picture.settings["people"])
        assert [one["who"] for one in told] == people
        assert all(one["lora hashes"] and one["references"] for one in told)
        assert b"Mara" not in story.pictures.read(picture.id)
    again = storyforge("illustrate", light, "--again", "1")
    assert "It is the same picture, to the last pixel." in again.err
