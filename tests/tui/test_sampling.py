"""How words are drawn, set on the screen: presets, values, phrases, order, files."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static, TextArea

from storyforge.domain.presets import SHIPPED
from storyforge.domain.sampling import ORDER, Bias, Sampling
from storyforge.settings import load
from storyforge.studio import preset_files, presets
from storyforge.tui.dialogs.base import AskText, Choose
from storyforge.tui.dialogs.lines import AskLines
from storyforge.tui.dialogs.sampling import AskSampling
from storyforge.tui.dialogs.sampling_parts import (
    ChoosePreset,
    OrderSamplers,
    bias_lines,
    biases_typed,
    lines_of,
    number_typed,
    phrases_of,
)
from storyforge.tui.dialogs.sampling_rows import Tuned, about, help_of, rows
from storyforge.tui.screens.desk import DeskScreen
from storyforge.tui.screens.models import ModelsScreen
from storyforge.tui.widgets.prose import Prose
from storyforge.tui.widgets.rows import RowList
from tests.tui.house import (
    answer,
    asked,
    at_desk,
    continued,
    notices,
    script,
    texts,
    until,
    write_story,
)

EVERYTHING = frozenset(Sampling.__dataclass_fields__)
BALANCED = Tuned(SHIPPED[0], SHIPPED[0].sampling)


@pytest.fixture(autouse=True)
def nothing_told() -> None:
    presets._told.clear()


async def the_form(pilot: Pilot[None], desk: DeskScreen) -> AskSampling:
    await until(pilot, lambda: asked(desk.house, AskSampling), "the form")
    form = desk.house.screen
    assert isinstance(form, AskSampling)
    return form


async def opened(pilot: Pilot[None], desk: DeskScreen) -> AskSampling:
    await pilot.press("alt+s")
    return await the_form(pilot, desk)


def shown(form: AskSampling, row: str) -> str:
    return next((one.note for one in form.query_one(RowList).rows if one.id == row), "absent")


async def on(pilot: Pilot[None], form: AskSampling, row: str, *keys: str) -> None:
    form.query_one(RowList).mark(row)
    await pilot.press(*keys)


async def used(pilot: Pilot[None], desk: DeskScreen, form: AskSampling) -> None:
    said = len(desk.house._notifications)
    await on(pilot, form, "go", "enter")
    await until(pilot, lambda: len(desk.house._notifications) > said, "in use")


async def test_a_preset_is_chosen_tuned_and_used(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    writer = script(" It rained.", " It snowed.")
    async with at_desk(path, backend=writer) as (pilot, desk):
        form = await opened(pilot, desk)
        # The cursor is on the preset: arrows walk through them and say what differs.
        await pilot.press("right")
        assert shown(form, "preset") == "◂ Creative ▸"
        said = str(form.query_one("#about", Static).content)
        assert "Temperature 0.8 → 1" in said
        await on(pilot, form, "temperature", "left")
        await on(pilot, form, "mirostat_tau", "right")
        assert shown(form, "temperature") == "0.95"
        await on(pilot, form, "min_p", "enter")
        await until(pilot, lambda: asked(desk.house, AskText), "a number")
        await answer(pilot, "0,1")
        await until(pilot, lambda: shown(form, "min_p") == "0.1", "typed")
        await used(pilot, desk, form)
        assert desk.telling.status.preset == "Creative*"
        await continued(pilot, desk)
        sampling = writer.requests[-1].sampling
        assert (sampling.temperature, sampling.min_p, sampling.xtc_probability) == (0.95, 0.1, 0.5)
        assert "“Creative*”" in notices(desk.house)
        # What the demo cannot do is said, once.
        assert "cannot do this, and goes on without" in notices(desk.house)
        desk.house.do("model")
        await until(pilot, lambda: isinstance(desk.house.screen, ModelsScreen), "the models")
        models = desk.house.screen
        assert isinstance(models, ModelsScreen)
        drawn = "“Creative”, with values of your own"
        await until(pilot, lambda: drawn in models.text.text, "how it draws")
    assert load().writing.preset == "Creative"
    assert load().writing.top_k is None


async def test_escape_changes_nothing_and_a_bad_number_is_refused(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path, size=(80, 24)) as (pilot, desk):
        form = await opened(pilot, desk)
        for typed in ("7", "warm"):
            await on(pilot, form, "temperature", "enter")
            await until(pilot, lambda: asked(desk.house, AskText), "a number")
            await answer(pilot, typed)
            await until(pilot, lambda: asked(desk.house, AskSampling), "the form again")
        await until(pilot, lambda: "from 0 to 5" in notices(desk.house), "told")
        assert "“warm” is not a number" in notices(desk.house)
        await on(pilot, form, "repeatable", "right")
        assert shown(form, "repeatable") == "yes"
        await on(pilot, form, "reset", "enter")
        await until(pilot, lambda: shown(form, "repeatable") == "no", "let go")
        await on(pilot, form, "repeatable", "enter")
        await until(pilot, lambda: shown(form, "repeatable") == "yes", "by Enter too")
        # What was set by hand goes only after a yes.
        await pilot.press("escape")
        await until(pilot, lambda: asked(desk.house, Choose), "whether it shall go")
        await pilot.press("escape")
        await until(pilot, lambda: asked(desk.house, AskSampling), "back to it")
        await pilot.press("escape")
        await until(pilot, lambda: asked(desk.house, Choose), "whether it shall go")
        await pilot.press("down", "enter")
        await until(pilot, lambda: not asked(desk.house), "closed")
        assert desk.telling.status.preset == ""
    assert load().writing.model_dump(exclude_defaults=True) == {}


async def test_phrases_order_and_seed_are_typed(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        form = await opened(pilot, desk)
        for row, text in (
            ("banned", "a shiver ran\n背筋"),
            ("biases", "Captain Ahab = 2.5"),
            ("stop", "***"),
        ):
            await on(pilot, form, row, "enter")
            await until(pilot, lambda: asked(desk.house, AskLines), row)
            desk.house.screen.query_one(TextArea).text = text
            await pilot.press("ctrl+s")
            await until(pilot, lambda: asked(desk.house, AskSampling), "the form again")
        await until(pilot, lambda: shown(form, "biases") == "“Captain Ahab”", "taken")
        await on(pilot, form, "order", "enter")
        await until(pilot, lambda: asked(desk.house, OrderSamplers), "the order")
        order = desk.house.screen.query_one(RowList)
        order.mark("temperature")
        await pilot.press("left", "left", "right", "home", "enter")
        await until(pilot, lambda: asked(desk.house, AskSampling), "the form again")
        await on(pilot, form, "seed", "enter")
        await until(pilot, lambda: asked(desk.house, AskText), "the seed")
        await answer(pilot, "7")
        await until(pilot, lambda: shown(form, "seed") == "7", "taken")
        await used(pilot, desk, form)
        now = presets.sampling_of(load())
        assert now.banned == ("a shiver ran", "背筋")
        assert now.biases == (Bias("Captain Ahab", 2.5),)
        assert now.order == (*ORDER[:-2], "temperature", "xtc")
        assert (now.seed, load().writing.stop) == (7, ["***"])


async def test_lines_that_are_wrong_or_left_by_escape_are_not_lost(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path, size=(80, 24)) as (pilot, desk):
        form = await opened(pilot, desk)
        await on(pilot, form, "biases", "enter")
        await until(pilot, lambda: asked(desk.house, AskLines), "the lines")
        await pilot.press("escape")
        await until(pilot, lambda: asked(desk.house, AskSampling), "nothing was typed")
        await on(pilot, form, "biases", "enter")
        await until(pilot, lambda: asked(desk.house, AskLines), "the lines")
        dialog = desk.house.screen
        lines, ways = dialog.query_one(TextArea), dialog.query_one(RowList)
        lines.text = "fog = 2\nrain"
        await pilot.press("ctrl+s")
        wrong = dialog.query_one(".wrong", Prose)
        await until(pilot, lambda: "“rain” is not a phrase" in str(wrong.content), "said")
        await pilot.press("escape")
        await until(pilot, lambda: ways.has_focus, "the ways out")
        assert "Let go of what was typed" in texts(ways.rows)
        await pilot.press("escape")
        await until(pilot, lambda: lines.has_focus, "back to them")
        lines.text = "fog = 2"
        await pilot.press("escape", "enter")
        await until(pilot, lambda: shown(form, "biases") == "“fog”", "kept")
        await on(pilot, form, "biases", "enter")
        await until(pilot, lambda: asked(desk.house, AskLines), "the lines")
        desk.house.screen.query_one(TextArea).text = ""
        await pilot.press("escape", "down", "enter")
        await until(pilot, lambda: asked(desk.house, AskSampling), "let go")
        assert shown(form, "biases") == "“fog”"


async def test_a_preset_is_saved_exported_imported_and_deleted(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    (tmp_path / "tavern.json").write_text('{"temp": 1.3, "tfs": 0.9}')
    async with at_desk(path) as (pilot, desk):
        form = await opened(pilot, desk)
        await on(pilot, form, "top_k", "right")

        async def typed(row: str, *given: str) -> None:
            await on(pilot, form, row, "enter")
            for text in given:
                await until(pilot, lambda: asked(desk.house, AskText), f"{row}: {text}")
                before = desk.house.screen
                await answer(pilot, text)
                await until(pilot, lambda b=before: desk.house.screen is not b, "taken")  # type: ignore[misc]

        await typed("save", "Night", "For the night.")
        await until(pilot, lambda: shown(form, "preset") == "◂ Night ▸", "saved")
        assert preset_files.find("night").sampling == Sampling(top_k=45)
        await typed("export", str(tmp_path / "out.json"))
        await until(pilot, lambda: (tmp_path / "out.json").exists(), "exported")
        assert json.loads((tmp_path / "out.json").read_text())["top_k"] == 45
        await typed("import", str(tmp_path / "tavern.json"), "Night")
        await until(pilot, lambda: asked(desk.house, Choose), "a yes first")
        await pilot.press("down", "enter")
        await until(pilot, lambda: "tfs" in notices(desk.house), "imported")
        assert shown(form, "temperature") == "1.3"
        await on(pilot, form, "preset", "enter")
        await until(pilot, lambda: asked(desk.house, ChoosePreset), "the presets")
        await pilot.press("up", "enter")
        await until(pilot, lambda: "Long form" in shown(form, "preset"), "another")
        await on(pilot, form, "preset", "right")
        await on(pilot, form, "delete", "enter")
        await until(pilot, lambda: shown(form, "preset") == "◂ Balanced ▸", "deleted")
    assert preset_files.every_preset()[0] == SHIPPED


async def test_a_story_keeps_its_own_and_says_so_when_it_is_opened(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        form = await opened(pilot, desk)
        await on(pilot, form, "preset", "left")
        await on(pilot, form, "where", "enter")
        await until(pilot, lambda: shown(form, "where") == "this story only", "switched")
        await used(pilot, desk, form)
    assert load().writing.preset == "Balanced"
    writer = script(" It rained.")
    async with at_desk(path, backend=writer) as (pilot, desk):
        await until(pilot, lambda: desk.telling.status.preset.startswith("Long form"), "said")
        await continued(pilot, desk)
        assert writer.requests[-1].sampling == SHIPPED[-1].sampling


async def test_a_preset_that_is_gone_is_said_and_another_can_be_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORYFORGE_WRITING__PRESET", "Gone")
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        form = await opened(pilot, desk)
        await until(pilot, lambda: "no preset “Gone”" in notices(desk.house), "said")
        assert shown(form, "preset") == "◂ Balanced ▸"


def test_what_does_nothing_is_quiet_and_says_why() -> None:
    listed = {
        row.id: row for row in rows(BALANCED, EVERYTHING - {"xtc_probability"}, with_story=False)
    }
    assert "where" not in listed
    assert listed["temperature"].kind == ""
    assert listed["dry_base"].kind == listed["xtc_probability"].kind == "muted"
    said = help_of("xtc_probability", BALANCED, EVERYTHING - {"xtc_probability"}, "Far")
    assert said.endswith("From 0 to 1. Far cannot do this.")
    assert "which is off" in help_of("dry_base", BALANCED, EVERYTHING, "Near")
    assert help_of("stop", BALANCED, EVERYTHING, "Near").startswith("The model stops")
    tuned = replace(BALANCED, sampling=replace(BALANCED.sampling, top_k=0, repeat_range=-1))
    marked = {row.id: row for row in rows(tuned, EVERYTHING, with_story=True)}
    assert (marked["top_k"].mark, marked["top_k"].note) == ("*", "0 (off)")
    assert marked["repeat_range"].note == "all"
    assert "Top K 40 → 0 (off)" in about(tuned, Sampling())


def test_phrases_are_typed_a_line_each() -> None:
    assert phrases_of(lines_of(("\n", ":", " x"))) == ("\n", ":", " x")
    assert phrases_of("a\n\n  \na") == ("a",)
    biases = (Bias("a = b", 2.0), Bias("rain", -3.5))
    assert biases_typed(bias_lines(biases)) == biases
    assert biases_typed("雨\uff1d\uff12\uff0e\uff15\nfog = -1,5") == (
        Bias("雨", 2.5),
        Bias("fog", -1.5),
    )
    assert biases_typed("rain = 300") == "rain = 300"
    assert biases_typed("= 3") == "= 3"


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("top_k", "1,000", 1000),
        ("seed", "4294967294", 4_294_967_294),
        ("temperature", "0,8", 0.8),
        ("min_p", "０．０５", 0.05),
    ],
)
def test_numbers_are_read_as_authors_write_them(name: str, given: str, value: float) -> None:
    assert number_typed(name, given) == value
