"""B in the gallery: a picture becomes somebody's reference; where the people of a scene stand."""

from pathlib import Path

from textual.pilot import Pilot

from storyforge.backends.pictures.scripted import ScriptedPainter
from storyforge.domain.plan.forms import Kind
from storyforge.images.png import opened
from storyforge.store.picture_sources import digest_of
from storyforge.store.story_file import StoryFile
from storyforge.studio.pictures import people
from storyforge.tui.dialogs.base import Choose
from storyforge.tui.gallery.form_values import Values, checked
from storyforge.tui.gallery.part import MarkPart
from storyforge.tui.gallery.region_view import RegionView
from storyforge.tui.screens.gallery import GalleryScreen
from storyforge.tui.widgets.rows import RowList
from tests.tui.gallery.galleries import at_gallery, idle, write_pictures
from tests.tui.house import notices, type_text, until


def write_cast(path: Path, *names: str) -> Path:
    """The pictures' scene has these people of the plan in it."""
    write_pictures(path, count=1)
    with StoryFile.open(path) as story:
        known = {one.name: one.id for one in story.plan.read().characters}
        for name in names:
            story.plan.put(known[name], {"look": f"a {name[:3]}", "loras": name[:4].lower()})
        cast = "\n".join(known[name] for name in names)
        story.plan.put(story.outline().scenes[0].id, {"cast": cast, "shown": "at the lamp"})
    return path


def reference_of(gallery: GalleryScreen, name: str) -> str:
    found = gallery.story.plan.read().named(Kind.CHARACTER, name)
    assert found is not None
    return found.fact("reference")


def choices(pilot: Pilot[None]) -> list[str]:
    return [row.text for row in pilot.app.screen.query_one(RowList).rows]


async def asked(pilot: Pilot[None]) -> None:
    await until(pilot, lambda: isinstance(pilot.app.screen, Choose), "what is asked")

    def there() -> bool:
        return any(one.row is not None for one in pilot.app.screen.query(RowList))

    await until(pilot, there, "its rows")


def test_the_form_steps_through_the_ways_and_keeps_only_one_of_them() -> None:
    values = Values().stepped("people", 1)
    assert (values.people, values.told("people")) == ("apart", "one by one")
    assert values.stepped("people", -1) == Values()
    assert checked({"people": "apart"}) == {"people": "apart"}
    assert checked({"people": [{"who": "mara"}]}) == {}, "a picture's order has them by that name"


async def test_b_makes_it_the_reference_of_who_is_there_and_undo_takes_it_back(
    tmp_path: Path,
) -> None:
    async with at_gallery(write_cast(tmp_path / "a.forge", "Mara")) as (pilot, gallery):
        image = gallery.story.pictures.read(gallery.look.pictures[0].id)
        await pilot.press("b")
        await until(pilot, lambda: reference_of(gallery, "Mara") != "", "her reference")
        assert reference_of(gallery, "Mara") == digest_of(image)
        told = "“Mara” is drawn after this picture from now on."
        await until(pilot, lambda: told in notices(gallery.house), "what is said")
        assert gallery.look.references == {digest_of(image): ("Mara",)}
        await pilot.press("b")
        await until(pilot, lambda: reference_of(gallery, "Mara") == "", "none")
        await until(pilot, lambda: "by words again" in notices(gallery.house), "what is said")
        await pilot.press("ctrl+z")
        await until(pilot, lambda: reference_of(gallery, "Mara") != "", "the first undo")
        await pilot.press("ctrl+z")
        await until(pilot, lambda: reference_of(gallery, "Mara") == "", "the second undo")
        await idle(pilot, gallery.desk)


async def test_of_several_it_asks_who_and_a_part_is_marked(tmp_path: Path) -> None:
    async with at_gallery(write_cast(tmp_path / "a.forge", "Mara", "Tom Reed")) as (pilot, gallery):
        await pilot.press("alt+m")
        await asked(pilot)
        assert choices(pilot) == ["Mara", "Tom Reed"]
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, MarkPart), "the part")
        await pilot.press("n")
        await pilot.press("ctrl+u")
        await type_text(pilot, "8, 0, 24, 32")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, MarkPart), "the picture")
        view = pilot.app.screen.query_one(RegionView)
        await until(pilot, lambda: view.region_marked == (8, 0, 32, 32), "the numbers")
        await pilot.press("enter")
        await until(pilot, lambda: reference_of(gallery, "Tom Reed") != "", "his reference")
        assert reference_of(gallery, "Mara") == ""
        data = gallery.story.picture_sources.read(reference_of(gallery, "Tom Reed"))
        with opened(data) as image:
            assert image.size == (24, 32)


async def test_where_they_stand_and_how_they_are_drawn_is_said(tmp_path: Path) -> None:
    painter = ScriptedPainter()
    path = write_cast(tmp_path / "a.forge", "Mara", "Tom Reed")
    async with at_gallery(path, painter=painter) as (pilot, gallery):
        scene = gallery.place
        gallery.action_do("gallery_people")
        await asked(pilot)
        assert choices(pilot)[-2:] == ["Mara", "Tom Reed"]
        note = pilot.app.screen.query_one(RowList).rows[-1].note
        assert note == "50%–100% from the left"
        await pilot.press("end", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, MarkPart), "the part")
        assert pilot.app.screen.query_one(".box").border_title == "Where does “Tom Reed” stand?"
        assert pilot.app.screen.query_one(RegionView).region_marked == (32, 0, 64, 64)
        await pilot.press("left", "enter")
        await asked(pilot)
        tom = gallery.story.plan.read().characters[1].id
        place = people.regions_of(gallery.story, scene)[tom]
        assert place[0] < 0.5
        assert place[2] < 1
        await pilot.press("home", "down", "down", "enter")
        await until(pilot, lambda: gallery.prompting.values.people == "together", "the way")
        await asked(pilot)
        await pilot.press("escape", "ctrl+z")
        await until(pilot, lambda: people.regions_of(gallery.story, scene) == {}, "the undo")
        assert gallery.ordering.own["people"] == "together"
