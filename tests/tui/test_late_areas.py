"""Areas that are made at the first asking: what they say they can do is what they can do."""

from pathlib import Path

from storyforge.tui.app import StoryforgeApp
from storyforge.tui.desk.late import Late
from storyforge.tui.screens.desk import DeskScreen


def _late() -> list[Late]:
    desk = StoryforgeApp(Path("x.forge")).get_default_screen()
    assert isinstance(desk, DeskScreen)
    return [area for area in desk.areas if isinstance(area, Late)]


def test_many_areas_wait_until_they_are_asked_for() -> None:
    assert len(_late()) > 8
    assert all(late._made is None for late in _late())


def test_an_area_is_asked_for_what_it_carries_out() -> None:
    for late in _late():
        assert set(late.verbs()) == set(late.area.verbs())
        assert late.area is late.area
