"""Hypernetworks, embeddings and LoRAs of few steps, as they come into the prompt and the form."""

from dataclasses import replace
from pathlib import Path

from storyforge.settings import update
from storyforge.tui.dialogs.base import Choose
from storyforge.tui.gallery import called
from storyforge.tui.gallery.form_values import Values
from storyforge.tui.gallery.hypernet_browser import HypernetBrowser
from storyforge.tui.gallery.ordering import Ordering
from storyforge.tui.screens.gallery import GalleryScreen
from tests.engine.pictures import hypernets
from tests.images import weights
from tests.tui.gallery.galleries import at_gallery, write_pictures
from tests.tui.house import asked, notices, type_text, until

_NARROW = [1, 0.01, 1]


def _folder(where: Path) -> None:
    nets = where / "models/hypernetworks"
    hypernets.write(nets / "old hand.pt", (768,), layer_structure=_NARROW)
    (nets / "old hand.json").write_text('{"preferred weight": 0.6, "activation text": "inked"}')
    (nets / "torn.pt").write_bytes(b"no")
    for name in ("bad-hands", "EasyNegative", "lamp_word"):
        weights.write(where / f"embeddings/{name}.safetensors", {"emb_params": (2, 768)})
    weights.write(where / "models/Lora/lcm-lora-sdv1-5.safetensors", weights.lora(768))
    update({"pictures.folders": [str(where)]})


async def test_a_hypernetwork_is_chosen_and_its_strength_stepped_in_the_form(
    tmp_path: Path,
) -> None:
    _folder(tmp_path / "mine")
    async with at_gallery(write_pictures(tmp_path / "skerry.forge")) as (pilot, gallery):
        app, editor = gallery.house, gallery.prompt_editor
        editor.rewrite("a lamp", "")
        editor.to_end()
        gallery.action_do("gallery_hypernetworks")
        await until(pilot, lambda: asked(app, HypernetBrowser), "hypernetworks")
        browser = app.screen
        assert isinstance(browser, HypernetBrowser)
        await until(pilot, lambda: len(browser._read) == 2, "all read")
        await pilot.press(*"torn", "enter")
        assert app.screen is browser  # a broken one is not taken
        await pilot.press(*["backspace"] * 4, *"hand", "enter")
        await until(pilot, lambda: app.screen is gallery, "the gallery")
        assert editor.text == "a lamp, <hypernet:old hand:0.6>, inked"
        await pilot.pause()
        rows = [row.id for row in gallery.form.rows]
        assert "hypernet:old hand" in rows
        gallery.prompting.stepped("hypernet:old hand", 2)
        assert editor.text == "a lamp, <hypernet:old hand:0.7>, inked"


async def test_negative_embeddings_are_offered_and_completed_where_they_belong(
    tmp_path: Path,
) -> None:
    _folder(tmp_path / "mine")
    async with at_gallery(write_pictures(tmp_path / "skerry.forge")) as (pilot, gallery):
        app, editor = gallery.house, gallery.prompt_editor
        editor.rewrite("a lamp", "fog")
        gallery.to_pane(gallery.grid)
        await pilot.press("z")
        await until(pilot, lambda: asked(app, Choose), "which?")
        await pilot.press("down", "enter")
        await until(pilot, lambda: editor.negative == "fog, EasyNegative", "one")
        # The only one that is left comes at once, and then there is none.
        await pilot.press("z")
        await until(pilot, lambda: editor.negative.endswith("EasyNegative, bad-hands"), "the other")
        await pilot.press("z")
        await until(pilot, lambda: "already: bad-hands, EasyNegative" in notices(app), "said")
        here = gallery.prompting.values
        gallery.prompting.values = replace(here, place="draws.example")
        for action in ("gallery_negatives", "gallery_hypernetworks"):
            gallery.action_do(action)
        await until(pilot, lambda: "draws.example draws with files of its" in notices(app), "said")
        gallery.prompting.values = here
        await _completes(gallery, pilot)


async def _completes(gallery: GalleryScreen, pilot: object) -> None:
    from textual.pilot import Pilot

    assert isinstance(pilot, Pilot)
    editor = gallery.prompt_editor
    editor.rewrite("", "")
    negative = editor._negative
    negative.focus()
    await pilot.pause()
    await type_text(pilot, "bad h")
    await until(pilot, lambda: editor.completions.is_open, "completions")
    assert editor.completions.rows[0].id == "bad-hands"
    await pilot.press("enter")
    assert editor.negative == "bad-hands, "
    gallery.to_pane(editor)
    await pilot.pause()
    await type_text(pilot, "lamp_w")
    await until(pilot, lambda: editor.completions.is_open, "completions")
    assert editor.completions.rows[0].id == "lamp_word"
    await pilot.press("enter")
    assert editor.text == "lamp_word, "
    await type_text(pilot, "<hypernet:han")
    await until(pilot, lambda: editor.completions.is_open, "completions")
    await pilot.press("enter")
    assert editor.text == "lamp_word, <hypernet:old hand:1>"


async def test_a_lora_of_few_steps_changes_the_form_and_lets_go_of_it_again(
    tmp_path: Path,
) -> None:
    _folder(tmp_path / "mine")
    async with at_gallery(write_pictures(tmp_path / "skerry.forge")) as (pilot, gallery):
        prompting, editor = gallery.prompting, gallery.prompt_editor
        usual = prompting.values
        editor.rewrite("a lamp <lora:lcm-lora-sdv1-5:1>", "")
        await until(pilot, lambda: prompting.values.steps == 4, "few steps")
        values = prompting.values
        assert (values.sampler, values.guidance) == ("LCM", 1.5)
        prompting.stepped("steps", 2)
        assert prompting.values.steps == 6
        wish = await gallery.ordering.wish(prompting.values, editor.text, editor.negative)
        assert (wish.steps, wish.sampler, wish.guidance) == (6, None, None)
        planned = await gallery.ordering.planned(gallery.place, wish)
        assert (planned.order.steps, planned.order.sampler) == (6, "LCM")
        editor.rewrite("a lamp", "")
        await until(pilot, lambda: prompting.values.sampler == usual.sampler, "the usual ones")
        assert (prompting.values.steps, prompting.values.guidance) == (6, usual.guidance)


def test_rows_name_what_is_called_and_arrows_change_only_that() -> None:
    prompt = "sea <lora:ink2:1> <lyco:ink:0.5> <hypernet:ink:0.8>"
    ids = [row.id for row in called.rows(prompt) if not row.fixed]
    assert ids == ["lora:ink2", "lora:ink", "hypernet:ink"]
    assert called.stepped(prompt, "lora:ink", 2) == prompt.replace("ink:0.5", "ink:0.6")
    assert called.stepped(prompt, "hypernet:ink", -1) == prompt.replace("0.8", "0.75")
    assert called.stepped("sea", "lora:ink", 1) == "sea"


def test_what_the_painters_settings_say_no_lora_changes() -> None:
    ordering = Ordering.__new__(Ordering)
    ordering.own, ordering.fixed = {"guidance": 3.0}, frozenset({"sampler"})
    usual = Values(sampler="Euler", guidance=7.0)
    habit = called.habit_of("sea <lora:lcm:0> <lora:sdxl_lightning_8step:0.5>")
    values = ordering.quickened(Values(sampler="Euler", guidance=3.0), usual, habit)
    assert (values.sampler, values.schedule, values.steps) == ("Euler", "Automatic", 8)
    assert values.guidance == 3.0
