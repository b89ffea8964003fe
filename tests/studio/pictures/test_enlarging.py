"""Hires fix, faces and tiles in an order: sizes put in, limits kept, and how long they take."""

from dataclasses import replace
from pathlib import Path

import pytest

from storyforge.domain.picture.adapters import LoraUse
from storyforge.domain.picture.orders import (
    Drawn,
    Family,
    Order,
    PainterCard,
    Raster,
    Redraw,
    Variation,
)
from storyforge.domain.picture.painters import PainterProfile
from storyforge.domain.picture.passes import Faces, Hires, Larger, Person
from storyforge.domain.picture.pictures import Picture
from storyforge.errors import BadInput
from storyforge.settings import Settings
from storyforge.store.story_file import StoryFile
from storyforge.studio.pictures import again, enlarging, estimates, order_files, profiles
from storyforge.studio.pictures.drawing import Planned, Wish, keep, order_for, tickets
from tests.engine.pictures.easel import picture

INK = profiles.usual(PainterProfile("ink", Path("ink.safetensors")), Family.SDXL)
ORDER = Order("a fox", width=1024, height=1024)


@pytest.fixture(autouse=True)
def sdxl(monkeypatch: pytest.MonkeyPatch) -> None:
    """The checkpoint that is not there is one of SDXL."""
    monkeypatch.setattr(profiles, "family_of", lambda _profile: Family.SDXL)


def ordered(story: StoryFile, **wishes: object) -> Planned:
    wish = Wish(prompt="a fox", seed=3, width=64, height=64, **wishes)  # type: ignore[arg-type]
    return order_for(story, story.outline().scenes[0].id, INK, Settings(), wish)


def drawn(story: StoryFile, planned: Planned) -> Picture:
    (ticket,) = tickets(planned)
    story.picture_queue.add(ticket)
    order = order_files.outline(ticket.order).order
    raster = Raster(64, 64, bytes(3 * 64 * 64))
    return keep(story, ticket, Drawn(raster, order.seed), PainterCard("ink"))


def test_tiles_and_faces_are_as_large_as_the_painter_draws_best() -> None:
    wish = replace(ORDER, faces=Faces(), larger=Larger())
    order, notes = enlarging.settled(wish, replace(INK, width=640, height=640))
    assert order.faces == Faces(size=1024)
    assert order.larger == Larger(tile=1024)
    assert notes == ()
    own = replace(ORDER, faces=Faces(size=512), larger=Larger(tile=768))
    assert enlarging.settled(own, INK)[0] == own


def test_what_does_not_go_with_a_part_or_a_picture_is_left_out_and_said() -> None:
    part = Redraw(b"png", 0.4, region=(0, 0, 8, 8))
    order, notes = enlarging.settled(
        replace(ORDER, redraw=part, faces=Faces(), larger=Larger()), INK
    )
    assert (order.faces, order.larger) == (None, None)
    assert notes == ("Only a part is drawn anew: the rest stays as large and as it is.",)
    over = replace(ORDER, redraw=Redraw(b"png", 0.5), hires=Hires(), faces=Faces())
    order, notes = enlarging.settled(over, INK)
    assert (order.hires, order.faces) == (None, Faces(size=1024))
    assert notes == ("Hires fix is left out: it is for pictures that begin from noise.",)
    kept = replace(ORDER, redraw=Redraw(b"png", 0.0), hires=Hires())
    assert enlarging.settled(kept, INK)[0].hires == Hires()


def test_a_picture_larger_than_any_is_refused_before_anything_is_drawn() -> None:
    with pytest.raises(BadInput, match="16384×16384 pixels") as caught:
        enlarging.settled(replace(ORDER, hires=Hires(4.0), larger=Larger(4.0)), INK)
    assert "nothing was drawn" in caught.value.hint
    told = order_files.write(order_files.Ticket(replace(ORDER, larger=Larger(40.0)), "ink"))
    with pytest.raises(BadInput):
        order_files.outline(told)


def test_a_picture_is_enlarged_in_its_own_words_and_by_its_own_seed(story: StoryFile) -> None:
    first = drawn(story, ordered(story))
    image = story.pictures.read(first.id)
    person = Person("i1", "Mara", "a woman", (0, 0, 1, 1), loras=(LoraUse("m", Path("m")),))
    wish = Wish(prompt="another", steps=9, hires=Hires(), variation=Variation(1, 0.5), heat=True)
    over = enlarging.wish_over(wish, first, image, people=(person,))
    assert (over.prompt, over.seed, over.steps) == ("a fox", 3, 9)
    assert (over.redraw, over.variation, over.heat) == (Redraw(image, 0.0), None, False)
    assert (over.people, over.controls, over.parent_id) == ((person,), (), first.id)
    assert enlarging.people_of(story, replace(first, settings={})) == ()


def test_an_enlarged_picture_remembers_how_and_is_drawn_exactly_again(story: StoryFile) -> None:
    first = drawn(story, ordered(story))
    image = story.pictures.read(first.id)
    wish = enlarging.wish_over(Wish(larger=Larger(2.0), faces=Faces()), first, image)
    planned = order_for(story, first.scene_id, INK, Settings(), wish)
    assert planned.order.is_kept
    second = drawn(story, planned)
    assert second.parent_id == first.id
    queued = again.again(story, second.id)
    order = order_files.read(queued.order, story.picture_sources.read).order
    assert order == planned.order
    with pytest.raises(BadInput, match="only made larger"):
        again.varied(story, second.id, 0.3)


def test_a_variation_is_the_same_order_with_some_of_another_noise(story: StoryFile) -> None:
    planned = ordered(story, hires=Hires(1.5))
    first = drawn(story, planned)
    queued = again.varied(story, first.id, 0.3)
    order = order_files.read(queued.order, story.picture_sources.read).order
    assert order.variation is not None
    assert order.variation.strength == 0.3
    assert replace(order, variation=None) == planned.order
    assert (queued.scene_id, queued.parent_id) == (first.scene_id, first.id)


def test_a_picture_takes_as_long_as_all_that_is_done_to_it() -> None:
    plain = Order("a fox", width=512, height=512, steps=20)
    one = estimates.work(plain)
    assert estimates.work(replace(plain, hires=Hires(2.0, 0.5))) == pytest.approx(one * 3)
    larger = Larger(2.0, 0, 0.5, 512)
    assert estimates.work(replace(plain, larger=larger)) == pytest.approx(one * 3)
    kept = replace(plain, redraw=Redraw(picture(), 0.0), larger=larger)
    assert estimates.work(kept) == pytest.approx(one * 2)
    faces = Faces(0.5, size=512)
    assert estimates.work(replace(plain, faces=faces)) == pytest.approx(one * 1.5)
    two = replace(faces, regions=((0, 0, 1, 1), (0, 0, 1, 1)))
    assert estimates.work(replace(plain, faces=two)) == pytest.approx(one * 2)
    people = (Person("i1", "Mara", "a woman", (0, 0, 1, 1), strength=0.5),) * 2
    assert estimates.work(replace(plain, people=people)) == pytest.approx(one * 2)
    assert estimates.work(replace(kept, people=people)) == pytest.approx(one * 2)
    assert estimates.work(replace(plain, redraw=Redraw(b"png", 0.0))) == pytest.approx(one / 20)
