"""lore: the book by hand and by files of other tools, from the command line."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from storyforge.domain.lore import ContextRules
from storyforge.store.story_file import StoryFile
from tests.cli.command import Command
from tests.lorebooks import samples


@pytest.fixture
def skerry(storyforge: Command, tmp_path: Path) -> Path:
    """A story and a World Info file beside it."""
    assert storyforge("new", tmp_path / "light.forge").status == 0
    (tmp_path / "skerry.json").write_bytes(samples.data(samples.WORLD_INFO))
    (tmp_path / "mara.png").write_bytes(samples.png(chara=samples.V2))
    return tmp_path / "light.forge"


def book(storyforge: Command, path: Path) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = storyforge("lore", path, "--json").json
    return told


def test_a_file_is_looked_at_brought_in_and_taken_back(
    storyforge: Command, skerry: Path, tmp_path: Path
) -> None:
    assert "is empty" in storyforge("lore", skerry).out
    shown = storyforge("lore", skerry, "import", tmp_path / "skerry.json", "--preview")
    assert "World Info (SillyTavern) · Skerry" in shown.out
    assert "--user NAME --char NAME" in shown.err
    assert "“Mara”: no equal for vectorized, group, mood." in shown.err
    assert book(storyforge, skerry) == []
    told = storyforge("lore", skerry, "import", tmp_path / "skerry.json", "--user", "Ana")
    assert "3 entries of “skerry.json” are in the book." in told.out
    assert "{{char}} stands in it as it is" in told.err
    assert [entry["title"] for entry in book(storyforge, skerry)] == ["Oil", "Fog", "Mara"]
    assert book(storyforge, skerry)[2]["content"] == "{{char}} trusts Ana."
    assert "no equal" not in storyforge("lore", skerry).err
    again = storyforge(
        *("lore", skerry, "import", tmp_path / "skerry.json", "--same", "skip", "--json")
    )
    assert again.json["skipped"] == ["Oil", "Fog", "Mara"]
    assert storyforge("lore", skerry, "take-back").status == 0
    assert storyforge("lore", skerry, "take-back").status == 1


def test_a_card_opens_the_story_and_goes_out_again(
    storyforge: Command, skerry: Path, tmp_path: Path
) -> None:
    told = storyforge("lore", skerry, "import", tmp_path / "mara.png", "--user", "Ana", "--open")
    assert told.status == 0
    assert "“You are late, Ana.”" in storyforge("export", skerry, "-o", "-").out
    out = tmp_path / "out.png"
    told = storyforge("lore", skerry, "export", "Mara Voss", "-f", "card", "-o", out, "--json")
    assert told.json == {"path": str(out), "entries": 2}
    assert out.read_bytes().startswith(b"\x89PNG")
    assert storyforge("lore", skerry, "export", "-f", "nothing").status == 1
    assert storyforge("lore", skerry, "export").status == 0
    assert (tmp_path / "light.lore.json").exists()
    assert storyforge("lore", skerry, "export").status == 1, "nothing is replaced unasked"


def test_what_novelai_has_no_field_for_is_said(
    storyforge: Command, skerry: Path, tmp_path: Path
) -> None:
    storyforge("lore", skerry, "import", tmp_path / "skerry.json")
    told = storyforge("lore", skerry, "export", "-f", "novelai", "-o", tmp_path / "a.lorebook")
    assert "“Mara”: no equal for secondary, logic, whole_words" in told.err


def test_an_entry_is_written_changed_shown_and_removed(storyforge: Command, skerry: Path) -> None:
    added = storyforge(
        *("lore", skerry, "add", "Mara", "-r", "keys=Mara, /keep(er|s)/i"),
        *("-r", "content=She is forty.", "-r", "chance=50", "--from-scene", "1"),
    )
    assert added.status == 0
    assert "keys=Mara, /keep(er|s)/i" in added.out
    assert "from_scene=1" in added.out
    told = storyforge("lore", skerry, "show", "mara", "--json").json
    assert (told["keys"], told["chance"], told["scene"]) == (["Mara", "/keep(er|s)/i"], 50, 1)
    changed = storyforge("lore", skerry, "change", "1", "-r", "always=true", "--from-scene", 0)
    assert changed.status == 0
    (entry,) = book(storyforge, skerry)
    assert (entry["always"], entry["from_scene"], entry["id"]) == (True, "", told["id"])
    shown = storyforge("lore", skerry, "show", "Mara").out
    assert shown.startswith("Mara\n")
    assert shown.endswith("\nShe is forty.\n")
    assert "always" in storyforge("lore", skerry).out
    assert "out of the book" in storyforge("lore", skerry, "remove", "Mara").out
    assert book(storyforge, skerry) == []


def test_a_key_that_cannot_be_used_is_told(storyforge: Command, skerry: Path) -> None:
    storyforge("lore", skerry, "add", "Oil", "-r", "keys=oil", "-r", "content=It is dear.")
    storyforge("lore", skerry, "add", "Log", "-r", "keys=/(/", "-r", "content=Three inks.")
    why = "The key “/(/” of the entry “Log” is no regular expression."
    told = storyforge("lore", skerry)
    assert told.out.splitlines()[1].endswith("a key fails")
    assert told.err.strip() == why
    assert [entry["fault"] for entry in book(storyforge, skerry)] == ["", why]
    assert storyforge("lore", skerry, "show", "Log").err.strip() == why
    assert storyforge("lore", skerry, "show", "Log", "--json").json["fault"] == why


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("change", "Mara", "-r", "chance=900"), "“chance=900” is nothing that this rule can be"),
        (("change", "Mara", "-r", "logic=x"), "It is now: \"and any\""),
        (("change", "Mara", "-r", "colour=red"), "names no rule"),
        (("change", "Ana",), "There is no entry “Ana”"),
        (("show",), "Something is missing"),
        (("dance",), "nothing to be done with lore"),
        (("set", "mood", "x"), "memory, note, style"),
        (("set", "memory"), "Say which text to set"),
        (("set", "note_lines", "many"), "“note_lines many” is nothing that this rule can be"),
        (("set", "lore_share", "101 %"), "A whole number from 0 to 100; it is now 25."),
        (("import", "nowhere.json"), "cannot be read"),
        (("import", "x.json", "--same", "x"), "not known for --same"),
        (("take-back",), "no import of lore"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said(
    storyforge: Command, skerry: Path, arguments: tuple[str, ...], said: str
) -> None:
    assert storyforge("lore", skerry, "add", "Mara").status == 0
    told = storyforge("lore", skerry, *arguments)
    assert (told.status, told.out) == (1, "")
    assert said in told.err


def test_memory_note_and_style_are_set(
    storyforge: Command, skerry: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert storyforge("lore", skerry, "set", "memory", "Skerry Point.").status == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("slow\nand plain\n"))
    told = storyforge("lore", skerry, "set", "note", "-", "--json")
    assert json.loads(told.out) == {"note": "slow\nand plain"}
    assert "empty now" in storyforge("lore", skerry, "set", "memory", "").out
    with StoryFile.open(skerry) as story:
        assert story.context.texts() == {"author_note": "slow\nand plain"}


def test_the_rules_of_the_prompt_are_set(storyforge: Command, skerry: Path) -> None:
    assert storyforge("lore", skerry, "set", "note_lines", "5").out == "It is set.\n"
    told = storyforge("lore", skerry, "set", "lore_share", "30 %", "--json")
    assert told.json == {"lore_share": 30}
    with StoryFile.open(skerry) as story:
        assert story.context.rules() == ContextRules(note_lines=5, lore_share=0.3)
