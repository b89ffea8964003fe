"""Painters of more than one checkpoint, or of folders only, on the command line."""

from pathlib import Path

import pytest

from storyforge.domain.picture.orders import Family
from storyforge.store.story_file import StoryFile
from tests.cli.command import Command
from tests.engine.pictures import tiny, tiny_library, tiny_refiner

SMALL = ("threads=1", "width=128", "height=128", "steps=2")


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    where = tmp_path / "ComfyUI" / "models" / "diffusers"
    where.mkdir(parents=True)
    monkeypatch.setenv("STORYFORGE_PICTURES__FOLDERS", f'["{where.parents[1]}"]')
    return where


@pytest.mark.usefixtures("one_engine")
def test_three_stages_are_told_and_draw(storyforge: Command, light: Path, models: Path) -> None:
    tiny_library.write_stages(models)
    second = storyforge("painters", "add", "second", "second")
    assert second.status == 1
    assert "second stage of DeepFloyd IF" in second.err
    assert storyforge("painters", "add", "stages", "first", *SMALL).status == 0
    checked = storyforge("painters", "check", "stages")
    assert "DeepFloyd IF" in checked.out
    assert "second, third" in checked.out
    assert "8 GB will do" in checked.err
    shown = storyforge("illustrate", light, "--scenes", "1", "--show", "--size", "256x256")
    assert "A picture takes about" in shown.err
    assert "8 GB will do" in shown.err

    refused = storyforge("illustrate", light, "--scenes", "1", "--prompt", "a fox", "--hires", "2")
    assert refused.status == 1
    assert "cannot do this: hires fix" in refused.err
    drawn = storyforge("illustrate", light, "--scenes", "1", "--prompt", "a fox", "--seed", 7)
    assert drawn.status == 0, drawn.err
    with StoryFile.open(light) as story:
        (picture,) = story.pictures.all()
    assert (picture.width, picture.height) == (128, 128)
    assert picture.settings["family"] == Family.IF.value


def test_a_refiner_belongs_to_a_painter_and_is_none_itself(
    storyforge: Command, models: Path
) -> None:
    tiny.write_folder(models / "base", Family.SDXL)
    tiny_refiner.write_folder(models / "refiner")
    alone = storyforge("painters", "add", "alone", "refiner")
    assert alone.status == 1
    assert "refiner=FILE" in alone.err
    assert storyforge("painters", "add", "plain", "base", *SMALL).status == 0
    assert storyforge("painters", "add", "fine", "base", "refiner=refiner", *SMALL).status == 0
    plain, fine = storyforge("painters", "list", "--json").json
    assert fine["memory"] > plain["memory"]
    assert str(models / "refiner") in storyforge("painters", "check", "fine").out
    storyforge("painters", "set", "fine", "refiner=base")
    (_, wrong) = storyforge("painters", "list", "--json").json
    assert "base is set as the refiner, but it is none" in wrong["fault"]
    missing = storyforge("painters", "add", "lost", "base", "refiner=rafiner")
    assert missing.status == 1
    assert "refiner" in missing.err
