"""Faces are found, drawn at full size, and put back; around them not a byte changes."""

import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy
import pytest
from PIL import Image

from storyforge.domain.picture.adapters import LoraUse, Reference
from storyforge.domain.picture.enlarging import share_of
from storyforge.domain.picture.orders import Drawn, Family, Order, PainterNote, Redraw
from storyforge.domain.picture.passes import Faces, Larger, Person
from storyforge.engine.faults import EngineFault, FaultKind
from storyforge.engine.pictures.face_finder import cascade, found_in
from storyforge.engine.pictures.painting import LoadedPainter
from storyforge.images.rasters import image_of, raster_of
from tests.engine.pictures import tiny
from tests.engine.pictures.easel import SIDE, encoded, loaded_of, order, picture

FACES = Faces(strength=0.5, size=SIDE)


@pytest.fixture(scope="module")
def crowd() -> Image.Image:
    """Two of scikit-image's faces on grey, the right one smaller."""
    import skimage

    photos = numpy.load(Path(skimage.__file__).with_name("data") / "lfw_subset.npy")
    whole = Image.new("RGB", (320, 192), (120, 120, 120))
    for number, (side, place) in enumerate(((110, (20, 40)), (70, (220, 60))), 6):
        grey = Image.fromarray((photos[number] * 255).astype(numpy.uint8))
        whole.paste(grey.resize((side, side)).convert("RGB"), place)
    return whole


@pytest.fixture(scope="module")
def painter() -> LoadedPainter:
    return LoadedPainter(loaded_of(tiny.pipe_of(Family.SD1), Family.SD1))


def painted(painter: LoadedPainter, wish: Order) -> tuple[Drawn, list[Any]]:
    said: list[Any] = []
    painter.paint(wish, lambda: False, said.append)
    *before, last = said
    assert isinstance(last, Drawn)
    return last, before


def kept(image: Image.Image, **wishes: Any) -> Order:
    size: dict[str, Any] = {"width": image.width, "height": image.height}
    return order(redraw=Redraw(encoded(image), 0.0), **size, **wishes)


def outside(image: Image.Image, boxes: list[tuple[int, int, int, int]]) -> bytes:
    rest = image.copy()
    for box in boxes:
        rest.paste((0, 0, 0), box)
    return rest.tobytes()


def test_faces_are_found_the_largest_first_with_hair_and_jaw(crowd: Image.Image) -> None:
    first, second = found_in(crowd)
    assert first[0] < 60 < 100 < first[2] < 160
    assert 200 < second[0] < 250 < second[2] < 320
    large = found_in(crowd.resize((1920, 1152)))
    assert all(abs(one - 6 * other) < 60 for one, other in zip(large[0], first, strict=True))


def test_none_is_found_where_there_is_none() -> None:
    assert found_in(Image.open(BytesIO(picture(300, 200)))) == []
    assert found_in(Image.new("RGB", (16, 500))) == []


def test_a_face_is_drawn_at_full_size_and_nothing_else_changes(
    painter: LoadedPainter, crowd: Image.Image
) -> None:
    wish = kept(crowd, faces=Faces(strength=0.5, size=256))
    drawn, said = painted(painter, wish)
    seen, boxes = image_of(drawn.raster), found_in(crowd)
    assert outside(seen, boxes) == outside(crowd, boxes)
    for box in boxes:
        assert seen.crop(box) != crowd.crop(box)
    assert drawn.facts["faces"] == "2"
    assert said[-1].doing == PainterNote("face {number} of {count}", {"number": "2", "count": "2"})
    assert (said[-1].step, said[-1].steps) == (4, 4)
    assert painted(painter, wish)[0].raster == drawn.raster


def test_no_more_faces_than_are_wanted_and_none_that_is_large_enough(
    painter: LoadedPainter, crowd: Image.Image
) -> None:
    few, _said = painted(painter, kept(crowd, faces=Faces(strength=0.5, size=256, most=1)))
    assert few.facts["faces"] == "1"
    with pytest.raises(EngineFault) as caught:
        painted(painter, kept(crowd, faces=FACES))
    assert caught.value.fault.kind is FaultKind.NO_FACE


def test_where_a_face_is_may_be_said_by_hand(painter: LoadedPainter, crowd: Image.Image) -> None:
    box = (160, 8, 192, 40)
    hand = Faces(strength=0.5, size=SIDE, regions=(share_of(box, crowd.size),))
    drawn, _said = painted(painter, kept(crowd, faces=hand))
    seen = image_of(drawn.raster)
    assert outside(seen, [box]) == outside(crowd, [box])
    assert seen.crop(box) != crowd.crop(box)


def test_without_a_face_a_drawn_picture_stays_and_it_is_said(painter: LoadedPainter) -> None:
    plain, _said = painted(painter, order())
    drawn, said = painted(painter, order(faces=FACES))
    assert drawn.raster == plain.raster
    assert [one.text for one in said if isinstance(one, PainterNote)] == [
        "No face was found in the picture that would gain by being drawn larger."
    ]


def test_without_what_finds_faces_a_drawn_picture_is_not_lost(
    painter: LoadedPainter, crowd: Image.Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "skimage", None)
    cascade.cache_clear()
    drawn, said = painted(painter, order(faces=FACES))
    assert drawn.raster.width == SIDE
    assert "scikit-image is missing" in next(
        one.text for one in said if isinstance(one, PainterNote)
    )
    with pytest.raises(EngineFault) as caught:
        painted(painter, kept(crowd, faces=FACES))
    assert caught.value.fault.kind is FaultKind.NO_FACE_FINDER
    hand = Faces(strength=0.5, size=SIDE, regions=((0.5, 0.0, 0.7, 0.3),))
    assert painted(painter, kept(crowd, faces=hand))[0].facts["faces"] == "1"


def test_a_picture_that_is_to_be_larger_needs_no_face(painter: LoadedPainter) -> None:
    larger = Larger(scale=1.5, tile=SIDE, overlap=16, strength=0.3)
    wish = kept(Image.new("RGB", (SIDE, SIDE)), faces=FACES, larger=larger)
    assert painted(painter, wish)[0].raster.width == 96


def test_a_face_is_drawn_in_the_words_of_who_stands_there(crowd: Image.Image) -> None:
    from storyforge.engine.pictures.passes.faces import FACES as RUN

    hers = LoraUse("mara", Path("mara.safetensors"))
    likeness = Reference(Path("adapter"), b"face", region=(0.0, 0.0, 0.5, 1.0))
    mara = Person(
        "i1", "Mara", "a tall woman", (0.0, 0.0, 0.5, 1.0), loras=(hers,), reference=likeness
    )
    orders: list[Order] = []

    def once(order: Order, doing: PainterNote | None = None) -> Drawn:
        orders.append(order)
        return Drawn(raster_of(Image.open(BytesIO(order.redraw.image if order.redraw else b""))), 0)

    whole = Reference(Path("adapter"), b"style")
    wish = kept(crowd, people=(mara,), faces=Faces(size=256), references=(whole,), negative="dull")
    RUN.run(wish, Drawn(raster_of(crowd), 5), once, lambda _said: None)
    assert [each.prompt for each in orders] == ["a tall woman", wish.prompt]
    assert [each.negative for each in orders] == ["dull", "dull"]
    assert [each.loras for each in orders] == [(hers,), ()]
    assert [[one.image for one in each.references] for each in orders] == [[b"face"], [b"style"]]
    assert all(one.region is None for each in orders for one in each.references)
    assert [each.seed for each in orders] == [5, 6]
