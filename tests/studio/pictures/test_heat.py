"""Word heat kept with a picture and read again; a stranger's is refused in one sentence."""

import asyncio
import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from storyforge.backends.pictures.scripted import ScriptedPainter, heat_of
from storyforge.domain.picture.compiled import Part, Role
from storyforge.domain.picture.heat import Heat
from storyforge.domain.picture.orders import Drawn, Order
from storyforge.errors import BadInput
from storyforge.images import heat_maps
from storyforge.store.story_file import StoryFile
from storyforge.studio.pictures import again, heat, order_files, referring
from tests.tui.gallery.galleries import PROMPT, add_picture, png, write_pictures

HEATS = heat_of(Order(PROMPT))


def with_heat(story: StoryFile, heats: tuple[Heat, ...] = HEATS, parts: str = "[]") -> str:
    """A picture of the first scene that has its heat; its id."""
    kept = heat.settings_of(story, heats)
    order = order_files.settings_of(order_files.Ticket(Order(PROMPT, seed=9), "ink"), {})
    scene = story.outline().scenes[0]
    return add_picture(story, scene.id, 9, settings={**kept, **order}, parts=parts).id


def test_it_comes_back_as_it_was_and_outlives_the_closing(tmp_path: Path) -> None:
    path = write_pictures(tmp_path / "light.forge")
    with StoryFile.open(path) as story:
        one = with_heat(story)
    with StoryFile.open(path) as story:
        story.picture_sources.sweep()
        found = heat.read(story, story.pictures.get(one))

    assert [(each.word, each.start, each.grey) for each in found.heats] == [
        (each.word, each.start, each.grey) for each in HEATS
    ]
    assert found.unheard == ()
    assert found.heavier == PROMPT


def test_what_got_no_area_is_weighed_more(tmp_path: Path) -> None:
    parts = [Part(Role.CAST, "a keeper with a storm lantern", "x"), Part(Role.PLACE, "night", "y")]
    deaf = tuple(
        replace(each, grey=bytes(len(each.grey))) if each.word == "night" else each
        for each in HEATS
    )
    with StoryFile.open(write_pictures(tmp_path / "light.forge")) as story:
        one = with_heat(story, deaf, json.dumps([asdict(part) for part in parts]))
        found = heat.read(story, story.pictures.get(one))

    assert found.unheard == ("night",)
    assert found.heavier == "a keeper with a storm lantern, (night:1.2)"


def test_a_picture_without_is_said_and_can_be_ordered_again_with_it(tmp_path: Path) -> None:
    with StoryFile.open(write_pictures(tmp_path / "light.forge")) as story:
        plain = with_heat(story, ())
        with pytest.raises(BadInput, match="without its word heat"):
            heat.read(story, story.pictures.get(plain))
        queued = again.again(story, plain, heat=True)
        story.picture_queue.add(queued)
        (waiting,) = story.picture_queue.all()
        assert order_files.read(waiting.order, story.picture_sources.read).order.heat


@pytest.mark.parametrize(
    "words",
    [
        *("[]", "[[1]]", '[["a", "b", 2, 0.1]]', "{}", '"fox"', '[["a", 1e999, 2, 0.1]]'),
        *('[["a", -5, 2, 0.1]]', '[["a", 1, 2, NaN]]', '[["a", 1, 2, 1e300]]'),
    ],
)
def test_a_strangers_words_are_refused_in_one_sentence(tmp_path: Path, words: str) -> None:
    with StoryFile.open(write_pictures(tmp_path / "light.forge")) as story:
        digest = story.picture_sources.put(heat_maps.strip_of(HEATS))
        told = json.dumps({"maps": digest, "words": json.loads(words)})
        scene = story.outline().scenes[0]
        one = add_picture(story, scene.id, 9, settings={heat.HEAT: told})
        with pytest.raises(BadInput, match="cannot be read"):
            heat.read(story, one)


def test_the_heat_lies_over_the_picture_in_its_size() -> None:
    image = heat.laid_over(png(3), HEATS[:1])

    assert image.size == (64, 64)
    left, right = image.getpixel((2, 32)), image.getpixel((60, 32))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert sum(left) > sum(right)


def test_what_is_no_picture_is_not_opened_whatever_it_says_it_is() -> None:
    program = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 8 8\n%%EndComments\nquit\n"
    with pytest.raises(BadInput, match="no picture"):
        heat.laid_over(program, HEATS[:1])
    with pytest.raises(BadInput, match="no picture"):
        again.same_pixels(png(3), program)


def test_a_picture_of_which_the_end_is_missing_is_none() -> None:
    torn = png(3)[:-60]
    with pytest.raises(BadInput, match="damaged"):
        heat.laid_over(torn, HEATS[:1])
    with pytest.raises(BadInput, match="damaged"):
        again.same_pixels(png(3), torn)
    with pytest.raises(BadInput, match="damaged"):
        referring.part_of(torn, (0, 0, 9, 9))


def test_the_made_up_painter_has_heat_where_it_is_asked_for() -> None:
    async def drawn(order: Order) -> Drawn:
        painter = ScriptedPainter()
        events = [one async for one in painter.paint(order, asyncio.Event())]
        last = events[-1]
        assert isinstance(last, Drawn)
        return last

    assert asyncio.run(drawn(Order(PROMPT, steps=1))).heat == ()
    assert asyncio.run(drawn(Order(PROMPT, steps=1, heat=True))).heat == HEATS
