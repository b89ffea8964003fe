"""What is told of pictures before they are drawn: what keeps them, what they take, and whose."""

import importlib.util
import json
from pathlib import Path

import pytest

from storyforge.domain.picture.orders import Family
from tests.cli.command import Command
from tests.engine.pictures import tiny, tiny_controls
from tests.engine.pictures.easel import picture


@pytest.fixture
def ink(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, storyforge: Command) -> Path:
    """A painter, and a folder with one ControlNet."""
    models = tmp_path / "models"
    monkeypatch.setenv("STORYFORGE_PICTURES__FOLDERS", json.dumps([str(models)]))
    tiny.write_file(models / "ink.safetensors", Family.SD1)
    net = models / "ControlNet" / "canny.safetensors"
    net.parent.mkdir()
    tiny_controls.write_file(net, Family.SD1)
    small = ("width=64", "height=64", "steps=2")
    assert storyforge("painters", "add", "ink", models / "ink.safetensors", *small).status == 0
    return models


def taken(told: str) -> str:
    """The line on memory."""
    return next(line for line in told.splitlines() if line.startswith("A picture takes"))


def test_memory_counts_what_is_drawn_with(
    storyforge: Command, light: Path, ink: Path, tmp_path: Path
) -> None:
    (tmp_path / "house.png").write_bytes(picture(64, 64))
    shown = ("illustrate", light, "--scenes", "1", "--prompt", "sea", "--show")
    plain = storyforge(*shown)
    kept = ("--staging", tmp_path / "house.png", "--keep")
    staged = storyforge(*shown, *kept, "edges")
    assert (plain.status, staged.status) == (0, 0)
    assert taken(plain.err) != taken(staged.err)

    missing = storyforge(*shown, *kept, "lines")
    assert missing.status == 0
    assert "No ControlNet that keeps lines" in missing.err
    assert taken(missing.err) == taken(plain.err)


def test_a_picture_is_drawn_again_by_whoever_drew_it(
    storyforge: Command, light: Path, ink: Path, one_engine: None
) -> None:
    storyforge("illustrate", light, "--scenes", "1", "--prompt", "sea", "--seed", "3")
    assert storyforge("painters", "add", "oil", ink / "ink.safetensors").status == 0
    assert storyforge("painters", "use", "oil").status == 0
    again = storyforge("illustrate", light, "--again", "1")
    assert "by ink" in again.err
    assert "It is the same picture" in again.err
    assert "by ink" in storyforge("illustrate", light, "--vary", "1").err
    other = storyforge("illustrate", light, "--again", "1", "--painter", "oil")
    assert (other.status, "--painter" in other.err) == (1, True)
    assert storyforge("painters", "remove", "ink").status == 0
    gone = storyforge("illustrate", light, "--again", "1")
    assert (gone.status, "no painter called “ink”" in gone.err) == (1, True)
    assert storyforge("illustrate", light, "--resume").status == 1


def test_the_doctor_counts_what_lies_in_the_folders_and_says_what_is_missing(
    storyforge: Command, ink: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = storyforge("doctor").out
    assert "1 checkpoint, 0 LoRAs, 0 embeddings, 0 VAEs, 1 ControlNet" in told
    assert "hypernetwork" not in told
    assert "storyforge[staging]" not in told
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if "controlnet" in name else find(name)
    )
    assert "storyforge[staging]" in storyforge("doctor").out
