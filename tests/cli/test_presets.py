"""presets: listed, shown, used, imported, exported, deleted; and a continuation with one."""

from pathlib import Path

import pytest

from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.presets import SHIPPED
from storyforge.domain.sampling import Sampling
from storyforge.settings import load, update
from storyforge.studio import preset_files
from tests.cli.command import Command


def test_presets_are_listed_with_the_one_in_use(storyforge: Command) -> None:
    assert storyforge("presets", "use", "CREATIVE").out.endswith("“Creative”.\n")
    lines = storyforge("presets", "list").out.splitlines()
    assert [line.strip("● ").split("  ")[0] for line in lines[1:]] == [p.name for p in SHIPPED]
    assert [line[0] for line in lines[1:]] == [" ", "●", " ", " ", " "]
    told = storyforge("presets", "list", "--json").json
    assert [each["in_use"] for each in told] == [False, True, False, False, False]
    assert told[1]["xtc_probability"] == 0.5


def test_a_preset_is_shown_with_what_does_nothing_in_it(storyforge: Command) -> None:
    out = storyforge("presets", "show", "precise").out
    assert out.startswith("Precise\nFor staying close")
    (line,) = (line for line in out.splitlines() if "writing.dry_base" in line)
    assert "“DRY”, which is off" in line
    update({"writing.top_k": 9, "writing.banned": ["a shiver"]})
    out = storyforge("presets", "show").out
    assert "*  Top K" in out
    assert "“a shiver”" in out
    told = storyforge("presets", "show", "--json").json
    assert told["changed"] == ["top_k", "banned"]
    assert (told["name"], told["top_k"]) == ("Balanced", 9)


def test_a_preset_comes_in_goes_out_and_is_deleted(storyforge: Command, tmp_path: Path) -> None:
    (tmp_path / "tavern.json").write_text('{"temp": 1.3, "rep_pen": 1.05, "tfs": 0.9}')
    answer = storyforge("presets", "import", "tavern.json", "--name", "Night")
    assert answer.status == 0
    assert "tfs" in answer.err
    assert "presets use Night" in answer.out
    again = storyforge("presets", "import", "tavern.json", "--name", "Night")
    assert (again.status, "already" in again.err) == (1, True)
    told = storyforge("presets", "import", "tavern.json", "--name", "Night", "--force", "--json")
    assert told.json["temperature"] == 1.3
    assert told.json["notes"]
    assert storyforge("presets", "export", "night", "out.json").status == 0
    assert storyforge("presets", "export", "night", "out.json").status == 1
    assert preset_files.read_file(tmp_path / "out.json").preset.sampling.temperature == 1.3
    storyforge("presets", "use", "night")
    assert load().writing.preset == "Night"
    assert "Balanced" in storyforge("presets", "delete", "night").out
    assert load().writing.preset == "Balanced"
    assert storyforge("presets", "delete", "creative").status == 1
    assert storyforge("presets", "use", "night").err.startswith("storyforge: There is no preset")
    assert storyforge("presets", "use").status == 1


def test_a_broken_preset_of_ones_own_is_named(storyforge: Command) -> None:
    preset_files.presets_dir().mkdir(parents=True)
    (preset_files.presets_dir() / "broken.json").write_text("{")
    answer = storyforge("presets", "list")
    assert answer.status == 0
    assert answer.err.startswith("broken.json: This file is not JSON")


def test_a_story_can_have_its_own(
    storyforge: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    writer = ScriptedBackend([" It rained."])
    monkeypatch.setattr("storyforge.studio.profiles.choosing.chosen", lambda *_, **__: writer)
    storyforge("new", "light.forge", "--title", "Light")
    assert "“Light”" in storyforge("presets", "use", "precise", "--story", "light.forge").out
    storyforge("continue", "light.forge")
    assert writer.requests[-1].sampling == SHIPPED[2].sampling
    storyforge("continue", "light.forge", "--preset", "creative", "--seed", 4)
    assert writer.requests[-1].sampling.xtc_probability == 0.5
    assert writer.requests[-1].sampling.seed == 4
    assert "as the settings say" in storyforge("presets", "use", "--story", "light.forge").out
    storyforge("continue", "light.forge")
    assert writer.requests[-1].sampling == Sampling()
    answer = storyforge("continue", "light.forge", "--preset", "nix")
    assert (answer.status, "“nix”" in answer.err) == (1, True)
