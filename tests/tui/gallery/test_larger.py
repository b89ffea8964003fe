"""The marked picture made larger in the gallery, and what the form says of pictures to come."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storyforge.backends.pictures.scripted import ScriptedPainter
from storyforge.domain.picture.orders import Ability, Drawing, Drawn, Order, PainterNote
from storyforge.domain.picture.passes import Faces, Hires, Larger
from storyforge.domain.picture.pictures import QueuedPicture
from storyforge.store.story_file import StoryFile
from storyforge.studio.pictures import abilities, order_files
from storyforge.studio.pictures.progress import Now, Progress, progress_words
from storyforge.tui.dialogs.base import AskText, Choose
from storyforge.tui.gallery.form_values import Values, checked
from storyforge.tui.gallery.looking import Look, tile
from storyforge.tui.gallery.telling import facts, settings_of, waiting
from tests.tui.gallery.galleries import PROMPT, at_gallery, desk_in, idle, write_pictures
from tests.tui.house import until


def test_the_form_steps_and_tells_how_much_larger() -> None:
    values = Values()
    assert [values.told(name) for name in ("hires", "faces", "larger")] == ["off", "off", "off"]
    values = values.stepped("hires", 2).stepped("faces", 1).stepped("larger", 4)
    assert [values.told(name) for name in ("hires", "faces", "larger")] == ["×1.5", "on", "×2"]
    assert values.stepped("larger", 99).larger == 4
    assert values.typed("larger", "1.3") == Values(hires=1.5, faces=True, larger=1.3)
    kept = {"hires": 1.5, "faces": True, "larger": 2.0}
    assert checked(kept) == kept
    assert checked({"hires": 9.0, "faces": 1, "larger": "2"}) == {}


def test_a_pictures_settings_say_what_was_done_to_it(tmp_path: Path) -> None:
    order = '{"hires": {"scale": 2}, "faces": {"strength": 0.4}, "larger": null, "steps": 9}'
    path = write_pictures(tmp_path / "light.forge", count=1)
    with StoryFile.open(path) as story:
        made = replace(story.pictures.all()[0], settings={"order": order})
    told = settings_of(made)
    assert (told["hires"], told["faces"], told["steps"]) == (2.0, True, 9)
    assert "larger" not in told
    assert {"9 steps", "Hires fix ×2", "Faces anew"} < set(facts(made))
    assert tile(made, Look()).signs == "×2"
    assert tile(replace(made, chosen=True, settings={}), Look()).signs == "★"


def test_the_queue_says_what_is_done_to_one() -> None:
    order = Order(PROMPT, larger=Larger(2.0), faces=Faces())
    waits = QueuedPicture("1", "", datetime(2026, 1, 2, tzinfo=UTC), "")
    ticket = order_files.write(order_files.Ticket(order, "ink"))
    assert list(waiting(replace(waits, order=ticket))) == ["Larger ×2", "Faces anew"]
    assert list(waiting(replace(waits, order="[]"))) == []


def test_progress_says_which_tile_is_drawn() -> None:
    now = Now("1", "s", 3, "Night", step=8, steps=40, doing="tile 3 of 12")
    assert progress_words(Progress(0, 1, now)) == (
        "picture 1 of 1, scene 3, step 8 of 40, tile 3 of 12"
    )
    loads = replace(now, step=0, doing="", loading=0.74)
    assert progress_words(Progress(0, 1, loads)).endswith("loading the painter 74%")
    starts, begins = replace(loads, loading=0.0), replace(loads, loading=None)
    assert progress_words(Progress(0, 1, starts)) == "picture 1 of 1, scene 3, the engine starts"
    assert progress_words(Progress(0, 1, begins)) == "picture 1 of 1, scene 3, the painter begins"
    far = replace(begins, place="draws.example", by_server=True)
    assert progress_words(Progress(0, 1, far)).endswith("waiting for the server, at draws.example")


async def test_a_picture_is_made_larger_and_stays(tmp_path: Path) -> None:
    painter = ScriptedPainter()
    path = write_pictures(tmp_path / "light.forge", count=1)
    async with at_gallery(path, painter=painter) as (pilot, gallery):
        first = gallery.picture
        assert first is not None
        await pilot.press("u")
        await until(pilot, lambda: isinstance(pilot.app.screen, Choose), "how large")
        dialog = pilot.app.screen
        assert isinstance(dialog, Choose)
        await pilot.press("end", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, AskText), "another size")
        await pilot.press("backspace", "2", ".", "5", "enter")
        await until(pilot, lambda: len(painter.orders) == 1, "it is drawn")
        await idle(pilot, desk_in(gallery.house))
        (order,) = painter.orders
        assert order.is_kept
        assert order.larger == Larger(2.5, tile=512)
        assert (order.prompt, order.seed) == (first.prompt, first.seed)
        await until(pilot, lambda: len(gallery.story.pictures.all()) == 2, "it is kept")
        larger = next(one for one in gallery.story.pictures.all() if one.id != first.id)
        assert (larger.width, larger.height, larger.parent_id) == (160, 160, first.id)

        gallery.prompt_editor.text = PROMPT
        gallery.prompting.change(Values(hires=1.5, faces=True, larger=2.0, steps=2), "hires")
        await pilot.press("f9")
        await until(pilot, lambda: len(painter.orders) == 2, "the form's is drawn")
        await idle(pilot, desk_in(gallery.house))
        wish = painter.orders[1]
        assert (wish.hires, wish.larger) == (Hires(1.5), Larger(2.0, tile=512))
        assert wish.faces == Faces(size=512)

        gallery.action_do("gallery_faces")
        await until(pilot, lambda: len(painter.orders) == 3, "its faces are drawn")
        await idle(pilot, desk_in(gallery.house))
        wish = painter.orders[2]
        assert (wish.hires, wish.faces, wish.larger) == (None, Faces(size=512), None)
        gallery.prompting.change(Values(steps=2), "hires")
        gallery.action_do("gallery_hires")
        await until(pilot, lambda: len(painter.orders) == 4, "hires fix")
        await idle(pilot, desk_in(gallery.house))
        assert painter.orders[3].hires == Hires()


async def test_a_painter_that_cannot_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(abilities, "lacks", lambda _profile: frozenset({Ability.LARGER}))
    painter = ScriptedPainter()
    path = write_pictures(tmp_path / "light.forge", count=1)
    async with at_gallery(path, painter=painter) as (pilot, gallery):
        await until(pilot, lambda: gallery.prompting.values.told("larger") == "–", "it is grey")
        told: list[str] = []
        monkeypatch.setattr(gallery.house, "tell", lambda text, *_more, **_named: told.append(text))
        await pilot.press("u")
        await until(pilot, lambda: bool(told), "why not")
        assert "cannot do this: larger by tiles." in told[0]
        assert not isinstance(pilot.app.screen, Choose)
        assert painter.orders == []


async def test_the_scripted_painter_says_which_tile_it_draws() -> None:
    order = Order("a fox", width=512, height=512, steps=2, larger=Larger(2.0))
    said = [one async for one in ScriptedPainter().paint(order, asyncio.Event())]
    steps = [one for one in said if isinstance(one, Drawing)]
    assert [one.step for one in steps] == list(range(1, 12))
    assert steps[2].doing == PainterNote("tile {number} of {count}", {"number": "1", "count": "9"})
    assert isinstance(said[-1], Drawn)
    assert (said[-1].raster.width, said[-1].raster.height) == (1024, 1024)
