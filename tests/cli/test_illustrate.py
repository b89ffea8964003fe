"""Scenes drawn on the command line: with the made-up painter, and once with a real tiny one."""

import signal
from pathlib import Path

import pytest
from PIL import Image

from storyforge.domain.picture.orders import Family
from storyforge.domain.plan.forms import Kind
from storyforge.engine.pictures import preflight
from storyforge.store.story_file import StoryFile
from tests.cli.command import Command, process
from tests.engine.pictures import tiny
from tests.lasting import OneEngine

QUICK = ("--demo", "--steps", "2", "--size", "64x64")


@pytest.fixture
def planned(light: Path) -> Path:
    """Of its three scenes the plan says what a picture of the first one shows."""
    with StoryFile.open(light) as story:
        first = story.outline().scenes[0].id
        mara = story.plan.add(
            Kind.CHARACTER, {"name": "Mara", "look_picture": "an old woman in a yellow coat"}
        )
        story.plan.put(first, {"cast": mara, "shown_picture": "standing at the lamp"})
    return light


def prompts(path: Path) -> list[str]:
    with StoryFile.open(path) as story:
        return [picture.prompt for picture in story.pictures.all()]


def seeds(path: Path) -> list[int]:
    with StoryFile.open(path) as story:
        return [picture.seed for picture in story.pictures.all()]


def test_scenes_are_drawn_as_planned_and_the_others_are_named(
    storyforge: Command, planned: Path
) -> None:
    answer = storyforge("illustrate", planned, *QUICK, "--count", 2, "--seed", 7)

    assert answer.status == 0
    assert len(answer.out.splitlines()) == 2
    assert "scene 1, seed 7, 64×64" in answer.out
    assert "Scene 2: Its plan says nothing yet that a picture could show." in answer.err
    assert "To be drawn: 2 pictures, by Demo (no painter)" in answer.err
    assert "No painter is running" in answer.err
    assert "2 pictures are drawn." in answer.err
    assert seeds(planned) == [7, 8]
    assert "yellow coat" in prompts(planned)[0]
    assert "standing at the lamp" in prompts(planned)[0]


def test_drawn_scenes_are_left_alone_unless_they_are_named(
    storyforge: Command, light: Path
) -> None:
    storyforge("illustrate", light, *QUICK, "--prompt", "sea")
    again = storyforge("illustrate", light, *QUICK, "--prompt", "sea")
    named = storyforge("illustrate", light, *QUICK, "--prompt", "sea", "--scenes", "2-3")

    assert again.status == 1
    assert "Every scene has a picture already." in again.err
    assert named.status == 0
    assert len(prompts(light)) == 5


def test_the_prompts_are_shown_without_a_picture(storyforge: Command, planned: Path) -> None:
    told = storyforge("illustrate", planned, "--show", "--scenes", "1")
    as_json = storyforge("illustrate", planned, "--show", "--scenes", "1", "--json")

    assert told.status == 0
    assert "yellow coat" in told.out
    assert "Mara" in told.out
    assert "plain words" in told.err
    assert "yellow coat" in as_json.json[0]["sent"]
    assert as_json.json[0]["parts"][0]["item_id"]
    assert prompts(planned) == []


def test_a_program_is_told_where_the_files_lie(storyforge: Command, light: Path) -> None:
    answer = storyforge("illustrate", light, *QUICK, "--scenes", "1", "--prompt", "sea", "--json")

    [picture] = answer.json["pictures"]
    assert (picture["scene"], picture["prompt"]) == (1, "sea")
    with Image.open(picture["file"]) as image:
        assert image.size == (64, 64)
        assert image.info["parameters"].startswith("sea\nSteps: 2, Sampler: Euler a")
    assert answer.json["failed"] == []
    assert answer.json["stopped"] is False


def test_a_picture_is_drawn_again_exactly(storyforge: Command, light: Path) -> None:
    storyforge("illustrate", light, *QUICK, "--scenes", "1", "--prompt", "sea", "--seed", 9)
    again = storyforge("illustrate", light, "--demo", "--again", "1")

    assert again.status == 0
    assert "It is the same picture, to the last pixel." in again.err
    assert seeds(light) == [9, 9]


def test_a_part_of_a_picture_is_redrawn(storyforge: Command, light: Path, tmp_path: Path) -> None:
    storyforge("illustrate", light, *QUICK, "--scenes", "1", "--prompt", "sea")
    part = storyforge(
        "illustrate", light, *QUICK, "--redraw", "1", "--region", "8,8,16,16", "--prompt", "boat"
    )
    outside = storyforge(
        "illustrate", light, *QUICK, "--redraw", "1", "--region", "99,99,16,16", "--prompt", "x"
    )
    foreign = tmp_path / "photo.jpg"
    Image.new("RGB", (32, 24), "red").save(foreign)
    homeless = storyforge("illustrate", light, *QUICK, "--redraw", foreign, "--prompt", "x")
    placed = storyforge(
        "illustrate", light, "--demo", "--steps", "2", "--redraw", foreign, "--scenes", "3",
        "--prompt", "x",
    )  # fmt: skip

    assert part.status == 0
    with StoryFile.open(light) as story:
        first, second, third = story.pictures.all()
        assert second.parent_id == first.id
        assert second.scene_id == first.scene_id
        assert (third.width, third.height) == (32, 24)
    assert "lies outside of the picture, which has 64×64 pixels" in outside.err
    assert "Say its number: --scenes 3" in homeless.err
    assert placed.status == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--scenes", "1", "--stale"), "--scenes, --stale do not go together"),
        (("--again", "1", "--show"), "do not go together"),
        (("--again", "1", "--prompt", "fog", "--seed", "0"), "--again, --prompt, --seed do not"),
        (("--heavier", "1", "--count", "2"), "--heavier, --count do not go together"),
        (("--resume", "--faces", "--heat"), "--resume, --heat, --faces do not go together"),
        (("--strength", "0.5"), "--strength needs a picture to begin from"),
        (("--size", "100x100"), "“100x100” is no size that can be drawn"),
        (("--redraw", "1", "--region", "1,2,3", "--scenes", "1"), "Scene 1 has no picture yet"),
        (("--redraw", "nothing.png"), "There is no picture “nothing.png”"),
        (("--resume",), "All pictures that were ordered are drawn."),
        (("--stale",), "No scene has changed since"),
        (("--scenes", "9"), "There is no scene 9"),
        (("--prompt", "sea <lora:inc:1>"), "There is no LoRA called “inc” in your folders."),
    ],
)
def test_what_cannot_be_is_one_sentence(
    storyforge: Command, light: Path, options: tuple[str, ...], said: str
) -> None:
    answer = storyforge("illustrate", light, "--demo", *options)

    assert answer.status == 1
    assert said in answer.err
    assert prompts(light) == []
    with StoryFile.open(light) as story:
        assert story.picture_queue.all() == ()


def test_without_a_painter_the_way_to_one_is_told(storyforge: Command, light: Path) -> None:
    answer = storyforge("illustrate", light, "--prompt", "sea")

    assert answer.status == 1
    assert "No painter is set up yet" in answer.err
    assert "storyforge painters add NAME PATH" in answer.err


def test_a_kill_costs_the_picture_in_hand_at_most(storyforge: Command, light: Path) -> None:
    child = process(
        "illustrate", light, "--demo", "--scenes", "1", "--prompt", "sea", "--count", 3,
        "--size", "64x64", "--seed", 7,
    )  # fmt: skip
    assert child.stdout is not None
    assert b"seed 7" in child.stdout.readline()
    child.kill()
    child.communicate()
    assert seeds(light) == [7]

    answer = storyforge("illustrate", light, *QUICK[:1], "--resume")
    assert answer.status == 0
    assert seeds(light) == [7, 8, 9]
    assert "seed 8" in answer.out


def test_ctrl_c_keeps_what_is_drawn_and_says_how_to_go_on(light: Path) -> None:
    child = process(
        "illustrate", light, "--demo", "--scenes", "1", "--prompt", "sea", "--count", 3,
        "--size", "64x64", "--seed", 7,
    )  # fmt: skip
    assert child.stdout is not None
    assert b"seed 7" in child.stdout.readline()
    child.send_signal(signal.SIGINT)
    _out, err = child.communicate(timeout=60)

    assert child.returncode == 130
    assert b"--resume" in err
    assert seeds(light) == [7]


def test_for_ever_ends_with_ctrl_c(light: Path) -> None:
    child = process(
        "illustrate", light, "--demo", "--scenes", "1", "--prompt", "sea", "--forever",
        "--size", "64x64", "--steps", "1",
    )  # fmt: skip
    assert child.stdout is not None
    for _ in range(3):
        assert b"scene 1" in child.stdout.readline()
    child.send_signal(signal.SIGINT)
    child.communicate(timeout=60)

    assert child.returncode == 130
    assert len(set(seeds(light))) == len(seeds(light)) >= 3


def test_a_real_painter_draws_and_draws_the_same_again(
    storyforge: Command,
    light: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    session_engine: OneEngine,
) -> None:
    models = tmp_path / "stable-diffusion-webui" / "models" / "Stable-diffusion"
    models.mkdir(parents=True)
    tiny.write_file(models / "ink.safetensors", Family.SD1)
    cut = (models / "ink.safetensors").read_bytes()[:100_000]
    (models / "cut.safetensors").write_bytes(cut)
    monkeypatch.setenv("STORYFORGE_PICTURES__FOLDERS", f'["{models.parents[1]}"]')
    small = ("threads=1", "width=64", "height=64", "steps=2")

    broken = storyforge("painters", "add", "cut", "cut", *small)
    added = storyforge("painters", "add", "ink", "ink", *small)
    assert broken.status == 1
    assert "The file cut.safetensors is not whole" in broken.err
    assert "The painter “ink” is there: SD 1.x" in added.out
    assert storyforge("painters", "add", "ink", "ink").status == 1
    assert storyforge("painters", "set", "ink", "width=65").status == 1
    assert storyforge("painters", "set", "ink", "sampler=DPM++ 2M").status == 0
    [listed] = storyforge("painters", "list", "--json").json
    assert (listed["family"], listed["draws"], listed["fault"]) == ("SD 1.x", True, "")
    checked = storyforge("painters", "check")
    assert "DPM++ 2M" in checked.out
    assert "memory" in checked.out
    doctor = storyforge("doctor")
    assert "1 checkpoint" not in doctor.err
    assert "ink, SD 1.x" in doctor.out
    assert "2 checkpoints, 0 LoRAs" in doctor.out

    with pytest.MonkeyPatch.context() as patch:
        session_engine.lend(patch)
        drawn = storyforge("illustrate", light, "--scenes", "1", "--prompt", "sea", "--seed", 7)
    assert drawn.status == 0, drawn.err
    assert "To be drawn: 1 picture, by ink, SD 1.x, about" in drawn.err
    # By a process of its own, which knows nothing of the first picture.
    again = storyforge("illustrate", light, "--again", "1")
    assert "It is the same picture, to the last pixel." in again.err

    monkeypatch.setattr(preflight, "_LIBRARIES", ("torch", "no_such_library"))
    without = storyforge("illustrate", light, "--scenes", "1-2", "--prompt", "sea")
    assert without.status == 1
    assert without.err.count('pip install "storyforge[pictures]"') == 1
    assert storyforge("painters", "remove", "ink").status == 0
