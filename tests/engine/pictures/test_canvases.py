"""What is redrawn of a picture comes back into it, and outside the mask not a byte changes."""

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import EpsImagePlugin, Image

from storyforge.domain.picture.orders import Redraw
from storyforge.engine.faults import EngineFault, FaultKind
from storyforge.engine.pictures.canvases import around, canvas_of, inner_edge
from storyforge.errors import BadInput
from storyforge.studio.pictures import redrawing
from tests.engine.pictures.easel import encoded, picture

GREEN = (0, 200, 0)


def mask(width: int, height: int, *boxes: tuple[int, int, int, int]) -> Image.Image:
    image = Image.new("L", (width, height))
    for box in boxes:
        image.paste(255, box)
    return image


def refused(redraw: Redraw) -> FaultKind:
    with pytest.raises(EngineFault) as error:
        canvas_of(redraw, 64, 64)
    return error.value.fault.kind


def test_a_picture_is_seen_as_large_as_it_is_drawn() -> None:
    canvas = canvas_of(Redraw(picture(100, 50)), 64, 32)
    assert canvas.seen.size == (64, 32)
    assert canvas.mask is None
    drawn = Image.new("RGB", (64, 32), GREEN)
    assert canvas.finished(drawn) is drawn


@settings(deadline=None, max_examples=40)
@given(
    st.integers(9, 120),
    st.integers(9, 120),
    st.lists(st.tuples(*[st.integers(0, 119)] * 4), min_size=1, max_size=3),
    st.integers(0, 9),
    st.integers(0, 40),
    st.booleans(),
)
def test_outside_the_mask_not_a_byte_changes(
    width: int,
    height: int,
    corners: list[tuple[int, int, int, int]],
    blur: int,
    padding: int,
    only_masked: bool,
) -> None:
    boxes = [
        (min(a, c), min(b, d), max(a, c) + 1, max(b, d) + 1)
        for a, b, c, d in corners
        if min(a, c) < width and min(b, d) < height
    ]
    marked = mask(width, height, *boxes)
    if not boxes:
        return
    data = picture(width, height)
    redraw = Redraw(data, 0.5, encoded(marked), None, only_masked, padding, blur)
    canvas = canvas_of(redraw, 48, 32)
    assert canvas.seen.size == (48, 32)
    assert canvas.mask is not None
    assert set(canvas.mask.tobytes()) <= {0, 255}
    after = canvas.finished(Image.new("RGB", (48, 32), GREEN)).tobytes()
    before = Image.open(BytesIO(data)).tobytes()
    places = [at for at, grey in enumerate(marked.tobytes()) if not grey]
    assert all(before[3 * at : 3 * at + 3] == after[3 * at : 3 * at + 3] for at in places)


def test_inside_it_is_the_new_picture_with_its_edge_blended() -> None:
    redraw = Redraw(picture(80, 80), region=(20, 20, 60, 60), blur=4)
    after = canvas_of(redraw, 64, 64).finished(Image.new("RGB", (64, 64), GREEN))
    assert after.getpixel((40, 40)) == GREEN
    assert after.getpixel((25, 40)) == GREEN
    assert after.getpixel((20, 40)) != GREEN
    hard = canvas_of(Redraw(picture(80, 80), region=(20, 20, 60, 60), blur=0), 64, 64)
    assert hard.finished(Image.new("RGB", (64, 64), GREEN)).getpixel((20, 20)) == GREEN


def test_the_edge_lies_inside_and_small_marks_stay() -> None:
    edge = inner_edge(mask(40, 40, (10, 10, 30, 30), (35, 35, 37, 37)), 3)
    row = [edge.getpixel((x, 20)) for x in range(9, 15)]
    assert row == [0, 63, 127, 191, 255, 255]
    assert edge.getpixel((36, 36)) == 63
    assert inner_edge(mask(8, 8, (0, 0, 8, 8)), 3).getextrema() == (255, 255)


@pytest.mark.parametrize(
    ("marked", "size", "drawn", "padding", "expected"),
    [
        ((40, 40, 60, 60), (100, 100), (64, 64), 10, (30, 30, 70, 70)),
        ((40, 40, 60, 60), (100, 100), (128, 64), 10, (10, 30, 90, 70)),
        ((0, 0, 20, 20), (100, 100), (64, 128), 0, (0, 0, 20, 40)),
        ((90, 90, 100, 100), (100, 100), (128, 64), 4, (72, 86, 100, 100)),
        ((0, 0, 50, 100), (50, 100), (64, 64), 32, (0, 0, 50, 100)),
        ((5, 5, 6, 6), (10, 10), (512, 512), 0, (5, 5, 6, 6)),
    ],
)
def test_the_part_that_is_seen_has_the_drawings_proportions(
    marked: tuple[int, int, int, int],
    size: tuple[int, int],
    drawn: tuple[int, int],
    padding: int,
    expected: tuple[int, int, int, int],
) -> None:
    assert around(marked, size, drawn, padding) == expected


def test_mask_and_region_both_mark() -> None:
    marked = encoded(mask(64, 64, (0, 0, 8, 8)))
    canvas = canvas_of(
        Redraw(picture(), mask=marked, region=(40, 40, 99, 99), only_masked=False), 64, 64
    )
    assert canvas.mask is not None
    assert [canvas.mask.getpixel(at) for at in ((4, 4), (63, 63), (20, 20))] == [255, 255, 0]


def test_white_on_nothing_is_a_mask_too() -> None:
    drawn = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    drawn.paste((255, 255, 255, 255), (10, 10, 20, 20))
    canvas = canvas_of(Redraw(picture(), mask=encoded(drawn), only_masked=False), 64, 64)
    assert canvas.mask is not None
    assert canvas.mask.getbbox() == (10, 10, 20, 20)


def test_a_picture_is_seen_as_it_is_looked_at() -> None:
    image = Image.new("RGB", (40, 20), (255, 0, 0))
    image.paste((0, 0, 255), (0, 0, 20, 20))
    exif = image.getexif()
    exif[274] = 6  # the camera lay on its side
    data = BytesIO()
    image.save(data, "PNG", exif=exif)
    seen = canvas_of(Redraw(data.getvalue()), 16, 32).seen
    assert seen.getpixel((8, 2)) == (0, 0, 255)
    clear = encoded(Image.new("RGBA", (8, 8), (9, 9, 9, 0)))
    assert canvas_of(Redraw(clear), 8, 8).seen.getpixel((4, 4)) == (255, 255, 255)


def test_what_cannot_be_used_is_named() -> None:
    good = picture()
    assert refused(Redraw(b"no picture")) is FaultKind.NO_SOURCE
    assert refused(Redraw(good[: len(good) // 2])) is FaultKind.NO_SOURCE
    assert refused(Redraw(good, mask=b"")) is FaultKind.NO_SOURCE
    assert refused(Redraw(good, mask=encoded(mask(64, 32)))) is FaultKind.MASK_UNFIT
    assert refused(Redraw(good, mask=encoded(mask(64, 64)))) is FaultKind.MASK_EMPTY
    assert refused(Redraw(good, region=(64, 0, 90, 64))) is FaultKind.MASK_EMPTY
    assert refused(Redraw(good, region=(30, 30, 20, 40))) is FaultKind.MASK_EMPTY


def test_other_kinds_of_files_are_pictures_too() -> None:
    for kind in ("JPEG", "WEBP", "BMP", "GIF"):
        assert canvas_of(Redraw(picture(kind=kind)), 64, 64).seen.size == (64, 64)


def test_a_picture_that_is_a_program_is_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    ran = list[object]()
    monkeypatch.setattr(EpsImagePlugin, "Ghostscript", lambda *told, **_: ran.append(told))
    eps = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 8 8\n%%EndComments\n"

    assert refused(Redraw(eps)) is FaultKind.NO_SOURCE
    assert refused(Redraw(picture(), mask=eps)) is FaultKind.NO_SOURCE
    with pytest.raises(BadInput):
        redrawing.redraw(eps)
    assert ran == []


def test_a_small_file_that_would_be_a_huge_picture_is_not_unpacked() -> None:
    data = encoded(Image.new("1", (13_000, 13_000)))
    assert len(data) < 1 << 16
    assert refused(Redraw(data)) is FaultKind.NO_SOURCE
