"""loras: listed, filtered, shown, without a model and without torch."""

import json
from pathlib import Path

import pytest

from storyforge.settings import update
from tests.cli.command import Command
from tests.images import weights


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of A1111 with three LoRAs, one of them broken."""
    where = tmp_path / "webui"
    told = {
        "ss_output_name": "ink_heroine",
        "ss_tag_frequency": json.dumps({"10_ink": {"ink": 9, "hat": 4}}),
        "modelspec.trigger_phrase": "inkheroine, sumi-e",
    }
    ink = weights.write(where / "models/Lora/ink.safetensors", weights.lora(768), told)
    ink.with_suffix(".json").write_text('{"preferred weight": 0.7, "notes": "Calm lines."}')
    weights.write(where / "models/Lora/film.safetensors", weights.lora(2048, rank=8))
    (where / "models/Lora/torn.safetensors").write_bytes(b"\x09")
    update({"pictures.folders": [str(where)]})
    return where


def test_loras_are_listed_and_filtered(storyforge: Command, folder: Path) -> None:
    lines = storyforge("loras", "list").out.splitlines()
    assert [line.split()[0] for line in lines] == ["name", "film", "ink", "torn"]
    assert lines[2].split() == ["ink", "SD", "1.x", "LoRA", "4", "inkheroine,", "sumi-e"]
    assert "is not whole" in lines[3]
    told = storyforge("loras", "list", "--base", "sdxl", "--json").json
    assert [(each["name"], each["rank"]) for each in told] == [("film", 8)]
    told = storyforge("loras", "list", "--find", "SUMI ink", "--json").json
    assert [each["name"] for each in told] == ["ink"]
    assert "no such LoRA" in storyforge("loras", "list", "--base", "sd2").out
    unknown = storyforge("loras", "list", "--base", "unknown", "--json").json
    assert [each["name"] for each in unknown] == ["torn"]


def test_one_is_shown_by_its_name_or_by_what_it_was_trained_as(
    storyforge: Command, folder: Path
) -> None:
    out = storyforge("loras", "show", "INK_heroine").out
    assert "<lora:ink:0.7>" in out
    assert "ink (9), hat (4)" in out
    assert out.endswith("Calm lines.\n")
    told = storyforge("loras", "show", "ink", "--json").json
    assert told["trigger_words"] == ["inkheroine", "sumi-e"]
    assert len(told["hash"]) == 12
    torn = storyforge("loras", "show", "torn")
    assert (torn.status, "is not whole" in torn.err) == (0, True)
    answer = storyforge("loras", "show", "inc")
    assert (answer.status, "Did you mean “ink”" in answer.err) == (1, True)


def test_one_that_draws_in_few_steps_says_so(storyforge: Command, folder: Path) -> None:
    weights.write(folder / "models/Lora/lcm-lora-sdv1-5.safetensors", weights.lora(768))
    out = storyforge("loras", "show", "lcm-lora-sdv1-5").out
    assert "LCM: 4 steps, guidance 1.5, LCM" in out


def test_without_a_folder_it_is_said_what_to_do(storyforge: Command) -> None:
    answer = storyforge("loras", "list")
    assert (answer.status, answer.out) == (0, "No LoRA was found.\n")
    assert "pictures.folders" in answer.err
