"""What is still to be drawn, on the command line: listed, and taken out."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from storyforge.domain.picture.orders import Order
from storyforge.domain.picture.pictures import QueuedPicture
from storyforge.store.story_file import StoryFile
from storyforge.studio.pictures.order_files import Ticket, write
from tests.cli.command import Command

WHY = "There is no face in it."


@pytest.fixture
def waiting(light: Path) -> Path:
    """Three orders: one waits, one has failed, one was damaged by another hand."""
    ticket = write(
        Ticket(Order("a lighthouse at night", seed=7, steps=1, width=64, height=96), "ink")
    )
    moment = datetime(2026, 11, 28, tzinfo=UTC)
    with StoryFile.open(light) as story:
        first, second, _third = (scene.id for scene in story.outline().scenes)
        story.picture_queue.add(QueuedPicture("a", second, moment, ticket))
        story.picture_queue.add(QueuedPicture("b", first, moment, ticket))
        story.picture_queue.state("b", "failed", WHY)
        story.picture_queue.add(QueuedPicture("c", "", moment, "[]"))
    return light


def left(path: Path) -> list[str]:
    with StoryFile.open(path) as story:
        return [one.id for one in story.picture_queue.all()]


def test_what_waits_is_listed_with_why_it_was_not_drawn(storyforge: Command, waiting: Path) -> None:
    answer = storyforge("pictures", "queue", waiting)

    assert answer.status == 0
    head, first, second, third, why = answer.out.splitlines()
    assert head.split() == ["scene", "painter", "size", "seed", "what", "it", "shows"]
    assert first.split()[:5] == ["1", "2", "ink", "64×96", "7"]
    assert second.endswith("a lighthouse at night  failed")
    assert "(cannot be read)" in third
    assert why == f"2 could not be drawn: {WHY}"
    assert "--resume" in answer.err
    told = storyforge("pictures", "queue", waiting, "--json").json
    assert [(one["number"], one["scene"], one["state"]) for one in told] == [
        (1, 2, "waiting"),
        (2, 1, "failed"),
        (3, None, "waiting"),
    ]
    assert told[0]["prompt"] == "a lighthouse at night"
    assert "prompt" not in told[2]


@pytest.mark.parametrize(
    ("which", "stays"),
    [(["failed"], ["a", "c"]), (["all"], []), (["1", "3"], ["b"]), (["2", "failed"], ["a", "c"])],
)
def test_orders_are_taken_out(
    storyforge: Command, waiting: Path, which: list[str], stays: list[str]
) -> None:
    answer = storyforge("pictures", "queue", waiting, "remove", *which)

    assert (answer.status, left(waiting)) == (0, stays)
    assert f"{3 - len(stays)} order" in answer.out


def test_what_is_not_in_the_queue_is_named_and_nothing_is_taken_out(
    storyforge: Command, waiting: Path, light: Path
) -> None:
    for words, why in (
        (("remove", "1", "4"), "There is no order 4 in the queue."),
        (("remove",), "It is not said what is to be taken out."),
        (("draw",), "“draw” is nothing the queue can do."),
    ):
        answer = storyforge("pictures", "queue", waiting, *words)
        assert (answer.status, why in answer.err) == (1, True)
    assert left(waiting) == ["a", "b", "c"]
    storyforge("pictures", "queue", waiting, "remove", "all")
    assert (
        "Nothing of that kind waits"
        in storyforge("pictures", "queue", light, "remove", "failed").err
    )
    assert storyforge("pictures", "queue", light).out == "Nothing waits to be drawn.\n"


def test_an_order_that_fails_is_said_to_stay_and_how_it_goes(
    storyforge: Command, waiting: Path
) -> None:
    answer = storyforge("illustrate", waiting, "--demo", "--resume")

    assert "“storyforge pictures queue” takes them out." in answer.err
    assert left(waiting) == ["c"]
