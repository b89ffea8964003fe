"""The author's presets: files in the config folder, the settings they resolve to, what is told."""

import asyncio
import os
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest

from storyforge import paths, settings
from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.dials import BY_FIELD, SWITCHES
from storyforge.domain.generation import Delta, Finish, Request, StopReason
from storyforge.domain.model import Capabilities, ModelCard
from storyforge.domain.presets import BALANCED, SHIPPED, Preset, shipped
from storyforge.domain.sampling import Bias, Sampling
from storyforge.errors import BadInput, Refused
from storyforge.setting_tables import WritingSettings
from storyforge.store.story_file import StoryFile
from storyforge.studio import preset_files, presets
from storyforge.studio.continuing import Wish
from tests.studio.continuation import all_of, continued, finished, notes, wish, write

NIGHT = Preset("Night", Sampling(temperature=1.2, banned=("shiver",)), "For the night chapters.")


@pytest.fixture(autouse=True)
def nothing_told() -> None:
    presets._told.clear()


def written(**values: object) -> settings.Settings:
    settings.update({f"writing.{name}": value for name, value in values.items()})
    return settings.load()


def test_the_ranges_of_the_settings_are_those_of_the_dials() -> None:
    described = WritingSettings.model_json_schema()["properties"]
    for dial in BY_FIELD.values():
        number = described[dial.field]["anyOf"][0]
        assert (number["minimum"], number["maximum"]) == (dial.low, dial.high), dial.field
        assert number["type"] == ("integer" if dial.whole else "number")
    for name, _title, _help in SWITCHES:
        assert described[name]["anyOf"][0]["type"] == "boolean"


def test_nothing_set_is_balanced_and_what_is_set_goes_before_the_preset() -> None:
    assert presets.sampling_of(settings.load()) == Sampling()
    told = written(preset="long form without repeats", top_k=7, biases={"rain": 2}, banned=["sun"])
    base = shipped("Long form without repeats")
    assert base is not None
    assert presets.sampling_of(told) == replace(
        base.sampling, top_k=7, biases=(Bias("rain", 2.0),), banned=("sun",)
    )
    # Another preset, this once: nothing that was set one by one.
    assert presets.sampling_of(told, preset="Precise", seed=3) == replace(
        SHIPPED[2].sampling, seed=3
    )


def test_a_seed_of_a_preset_can_be_taken_away() -> None:
    told = written(preset="Same every time")
    assert presets.sampling_of(told).seed == 1
    assert presets.sampling_of(written(seed=-1)).seed is None
    assert presets.sampling_of(told, seed=9).seed == 9


def test_a_value_that_cannot_be_used_is_named_by_its_setting() -> None:
    with pytest.raises(BadInput) as caught:
        presets.sampling_of(written(order=["top_k", "tea"]))
    assert "writing.order" in caught.value.message
    with pytest.raises(BadInput) as caught:
        presets.sampling_of(written(order=[], preset="Nigth"))
    assert "“Nigth”" in caught.value.message
    assert BALANCED in caught.value.hint


def test_a_preset_of_ones_own_is_a_file_and_comes_back() -> None:
    kept = preset_files.save(NIGHT)
    assert (preset_files.presets_dir() / "Night.json").is_file()
    assert preset_files.find("night") == kept
    every, faults = preset_files.every_preset()
    assert [each.name for each in every] == [*(each.name for each in SHIPPED), "Night"]
    assert faults == ()
    with pytest.raises(Refused):
        preset_files.save(replace(NIGHT, name="NIGHT"))
    changed = preset_files.save(replace(NIGHT, sampling=Sampling(top_k=3)), force=True)
    assert preset_files.find("Night").sampling.top_k == 3
    assert preset_files.delete("night") == changed
    assert list(preset_files.presets_dir().iterdir()) == []
    for name in ("night", "Creative"):
        with pytest.raises(BadInput):
            preset_files.delete(name)


def test_what_cannot_be_kept_is_told() -> None:
    with pytest.raises(BadInput):
        preset_files.save(replace(NIGHT, name="Precise"))
    with pytest.raises(BadInput):
        preset_files.save(replace(NIGHT, sampling=Sampling(top_p=7)))
    paths.config_dir().mkdir(parents=True)
    preset_files.presets_dir().write_text("in the way")
    with pytest.raises(BadInput) as caught:
        preset_files.save(NIGHT)
    assert caught.value.title == "Preset not written"
    assert preset_files.every_preset() == (SHIPPED, ())


def test_a_broken_file_is_named_and_the_others_work() -> None:
    preset_files.save(NIGHT)
    (preset_files.presets_dir() / "broken.json").write_text("{")
    (preset_files.presets_dir() / "latin.json").write_bytes(b"{\xff}")
    (preset_files.presets_dir() / "huge.json").write_bytes(b" " * 1_000_001)
    every, faults = preset_files.every_preset()
    assert every[-1].name == "Night"
    assert [fault.partition(":")[0] for fault in faults] == [
        "broken.json",
        "huge.json",
        "latin.json",
    ]
    with pytest.raises(BadInput):
        preset_files.find("broken")


def test_a_preset_goes_out_and_comes_in(tmp_path: Path) -> None:
    file = tmp_path / "night.json"
    preset_files.write_file(NIGHT, file)
    with pytest.raises(Refused):
        preset_files.write_file(NIGHT, file)
    preset_files.write_file(replace(NIGHT, name="Dusk"), file, force=True)
    with StoryFile.create(tmp_path / "light.forge", title="Light"), pytest.raises(Refused):
        preset_files.write_file(NIGHT, tmp_path / "light.forge", force=True)
    back = preset_files.read_file(file)
    assert back.preset == replace(NIGHT, name="Dusk")
    file.write_text('\ufeff{"temp": 0.5, "tfs": 0.9}', "utf-8")
    imported = preset_files.read_file(file)
    assert imported.preset.name == "night"
    assert "tfs" in imported.notes[0]
    with pytest.raises(BadInput):
        preset_files.read_file(tmp_path / "none.json")


def test_a_preset_that_cannot_be_deleted_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    preset_files.save(NIGHT)

    def refuse(_path: Path) -> None:
        raise PermissionError(13, os.strerror(13))

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(BadInput) as caught:
        preset_files.delete("Night")
    assert caught.value.title == "Preset not deleted"


def test_what_differs_from_a_preset_is_kept_in_the_settings() -> None:
    written(temperature=2.0, banned=["old"])
    base = SHIPPED[3]
    tuned = replace(
        base.sampling, seed=None, biases=(Bias("rain", 2.0),), repeatable=False, top_k=0
    )
    settings.update(presets.changes_to_keep(base, tuned))
    told = settings.load()
    assert presets.sampling_of(told) == tuned
    assert told.writing.preset == "Same every time"
    assert (told.writing.temperature, told.writing.banned, told.writing.seed) == (None, None, -1)
    presets.use("balanced")
    assert presets.sampling_of(settings.load()) == Sampling()
    assert settings.load().writing.seed is None


def test_a_story_has_a_preset_of_its_own_wherever_it_goes(story: StoryFile) -> None:
    told = written(top_k=9)
    presets.keep_for_story(story, NIGHT)
    assert presets.preset_in_use(told, story) == NIGHT
    assert presets.preset_in_use(told) is SHIPPED[0]
    # What is set one by one belongs to the preset of the settings.
    assert Wish.from_settings(told, story=story).sampling == NIGHT.sampling
    assert Wish.from_settings(told).sampling == Sampling(top_k=9)
    tuned = replace(SHIPPED[1], sampling=replace(SHIPPED[1].sampling, banned=("rain\nfall",)))
    presets.keep_for_story(story, tuned)
    assert presets.preset_in_use(told, story) == tuned
    presets.keep_for_story(story, None)
    assert presets.preset_in_use(told, story) is SHIPPED[0]


async def test_stop_strings_end_the_answer(story: StoryFile) -> None:
    told = Wish.from_settings(written(stop=["late", "###"]), max_tokens=20)
    assert told.stop == ("late", "###")
    writer = ScriptedBackend([" It rained. The tide was late. Nobody came."])
    await all_of(continued(story, write(story, "Wet."), writer, told))
    assert writer.requests[0].stop == ("late", "###")


def test_only_what_matters_and_is_not_heeded_is_told() -> None:
    plain = ModelCard("Far", can=Capabilities(frozenset({"temperature", "top_p", "seed"})))
    assert presets.unheeded_note(Sampling(temperature=0.3, seed=4), plain) == ""
    # DRY is off, so its base says nothing.
    assert presets.unheeded_note(Sampling(dry_base=3.0), plain) == ""
    wild = Sampling(min_p=0.2, banned=("x",), dry_multiplier=0.8)
    told = presets.unheeded_note(wild, plain)
    assert told == "Far cannot do this, and goes on without: Min P, DRY, Banned phrases."
    assert presets.unheeded_note(wild, plain) == "", "once"
    assert presets.unheeded_note(wild, replace(plain, name="Near"))


async def test_a_continuation_says_once_what_the_model_passes_over(story: StoryFile) -> None:
    told = replace(wish(), sampling=Sampling(seed=3, min_p=0.3))
    writer = ScriptedBackend([" It rained."], name="Plain")
    passage = write(story, "Wet.")
    said = [notes(await all_of(continued(story, passage, writer, told))) for _ in range(2)]
    assert said == [["Plain cannot do this, and goes on without: Min P."], []]


class Stuck(ScriptedBackend):
    """Ends each answer where every way on is banned."""

    async def stream(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Delta, None]:
        async for delta in super().stream(request, stop):
            if isinstance(delta, Finish):
                yield replace(delta, reason=StopReason.BANNED)
            else:
                yield delta


async def test_a_text_that_cannot_go_on_says_so_and_ends_at_a_sentence(story: StoryFile) -> None:
    writer = Stuck([" It rained. The tide"])
    events = await all_of(continued(story, write(story, "Wet."), writer, wish(tokens=20)))
    assert any("banned phrase" in note for note in notes(events))
    take = finished(events)
    assert (take.reason, take.standing) == (StopReason.BANNED, " It rained.")
