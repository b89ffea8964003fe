"""embeddings and hypernetworks: listed, filtered, shown."""

from pathlib import Path

import pytest

from storyforge.settings import update
from tests.cli.command import Command
from tests.engine.pictures import hypernets
from tests.images import weights


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of A1111."""
    where = tmp_path / "webui"
    bad = weights.write(where / "embeddings/bad-hands.safetensors", {"emb_params": (6, 768)})
    bad.with_suffix(".json").write_text('{"notes": "For hands."}')
    wide = {"clip_l": (2, 768), "clip_g": (2, 1280)}
    weights.write(where / "embeddings/lamp.safetensors", wide)
    (where / "embeddings/torn.pt").write_bytes(b"no")
    nets = where / "models/hypernetworks"
    hypernets.write(nets / "ink.pt", (768,), layer_structure=[1, 0.01, 1], activation_func="mish")
    (nets / "ink.json").write_text('{"preferred weight": 0.6, "notes": "Calm lines."}')
    (nets / "torn.pt").write_bytes(b"no")
    update({"pictures.folders": [str(where)]})
    return where


def test_embeddings_are_listed_and_those_for_the_negative_prompt_alone(
    storyforge: Command, folder: Path
) -> None:
    lines = storyforge("embeddings", "list").out.splitlines()
    assert [line.split()[0] for line in lines] == ["name", "bad-hands", "lamp", "torn"]
    assert " ".join(lines[1].split()) == "bad-hands SD 1.x 6 negative prompt For hands."
    assert lines[2].split() == ["lamp", "SDXL", "2", "prompt"]
    assert "cannot be read" in lines[3]
    told = storyforge("embeddings", "list", "--negative", "--json").json
    assert [(each["name"], each["tokens"], each["negative"]) for each in told] == [
        ("bad-hands", 6, True)
    ]
    told = storyforge("embeddings", "list", "--base", "sdxl", "--json").json
    assert [each["name"] for each in told] == ["lamp"]
    assert "no such embedding" in storyforge("embeddings", "list", "--find", "sea").out


def test_hypernetworks_are_listed_and_shown(storyforge: Command, folder: Path) -> None:
    lines = storyforge("hypernetworks", "list").out.splitlines()
    assert lines[1].split() == ["ink", "SD", "1.x", "1-0.01-1", "Calm", "lines."]
    assert "torn.pt" in lines[2]
    out = storyforge("hypernetworks", "show", "INK").out
    assert "<hypernet:ink:0.6>" in out
    assert "Mish" in out
    assert out.endswith("Calm lines.\n")
    told = storyforge("hypernetworks", "show", "ink", "--json").json
    assert (told["families"], told["steps"]) == (["SD 1.x"], 900)
    torn = storyforge("hypernetworks", "show", "torn")
    assert (torn.status, "not whole" in torn.err) == (0, True)
    answer = storyforge("hypernetworks", "show", "inc")
    assert (answer.status, "Did you mean “ink”" in answer.err) == (1, True)


def test_without_a_folder_it_is_said_what_to_do(storyforge: Command) -> None:
    for verb in ("embeddings", "hypernetworks"):
        answer = storyforge(verb, "list")
        assert answer.status == 0
        assert "pictures.folders" in answer.err
        assert storyforge(verb, "list", "--json").json == []
