"""How long an answer will take and what it costs, before anything is asked."""

from pathlib import Path

import pytest

from storyforge.domain.generation import Usage
from storyforge.domain.model import ModelCard, Price
from storyforge.domain.money import money
from storyforge.domain.plan.items import PREMISE_ID
from storyforge.domain.plan.proposals import Target
from storyforge.domain.plan.stages import Stage
from storyforge.store.story_file import StoryFile
from storyforge.studio import speeds
from storyforge.studio.durations import time_words
from storyforge.studio.planning.editing import write
from storyforge.studio.planning.expecting import Expected, expected, together
from storyforge.studio.planning.preparing import Wanted
from storyforge.studio.spending import Estimate

PREMISE = Target(Stage.PREMISE, "premise/propose", PREMISE_ID)
SMALL = ModelCard("small", context_tokens=8192)
CLOUD = ModelCard("large", "api.example.org", 8192, price=Price(1.0, 10.0))


@pytest.fixture
def light(story: StoryFile, home: Path) -> StoryFile:
    write(story, PREMISE_ID, {"idea": "A keeper finds a child."})
    return story


def test_it_is_not_known_yet_and_then_it_is(light: StoryFile) -> None:
    assert expected(light, SMALL, Wanted(PREMISE)).told == "how long it takes is not known yet"
    speeds.note(SMALL, Usage(read=1_000, read_seconds=5.0, written=100, write_seconds=20.0))
    one, three = (expected(light, SMALL, Wanted(PREMISE, count)) for count in (1, 3))
    assert one.seconds is not None
    assert three.seconds is not None
    # What was read for the first need not be read for the others.
    assert 2 * one.seconds < three.seconds < 3 * one.seconds
    assert one.told == time_words(one.seconds) != ""


def test_a_provider_is_paid_for_each(light: StoryFile) -> None:
    one, three = (expected(light, CLOUD, Wanted(PREMISE, count)) for count in (1, 3))
    assert one.cost is not None
    assert three.cost is not None
    assert three.cost.cost == pytest.approx(3 * one.cost.cost)
    # What is no good is asked for again, three times in all.
    amounts = (money(one.cost.cost * times, "USD") for times in (1, 3))
    assert one.told.endswith("about {}, up to {} where it is asked again".format(*amounts))


def test_a_longer_outline_takes_longer(light: StoryFile) -> None:
    speeds.note(SMALL, Usage(written=100, write_seconds=1.0))
    outline = Target(Stage.OUTLINE, "outline/propose")
    short, long = (expected(light, SMALL, Wanted(outline, count=count)) for count in (4, 40))
    assert short.seconds is not None
    assert long.seconds is not None
    assert long.seconds > 5 * short.seconds


def test_several_are_known_together_where_each_is() -> None:
    told = together([Expected(60.0, Estimate(0.5, "USD")), Expected(120.0, Estimate(1.0, "USD"))])
    assert (told.seconds, told.cost) == (180.0, Estimate(1.5, "USD"))
    assert together([Expected(60.0), Expected()]).seconds is None
