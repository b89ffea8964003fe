"""A mask is what was painted over a copy of a picture."""

import io

import pytest
from PIL import Image, ImageDraw

from storyforge.errors import BadInput
from storyforge.images.masks import mask_of


def _png(image: Image.Image, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def _picture() -> Image.Image:
    return Image.linear_gradient("L").convert("RGB").resize((64, 64))


def test_what_was_painted_over_is_white() -> None:
    painted = _picture()
    ImageDraw.Draw(painted).rectangle((10, 20, 30, 40), fill=(0, 0, 255))
    for kind in ("PNG", "WEBP"):
        with Image.open(io.BytesIO(mask_of(_png(_picture()), _png(painted, kind)))) as mask:
            assert mask.getpixel((20, 30)) == 255
            assert mask.getpixel((50, 5)) == 0


def test_a_black_and_white_copy_is_the_mask_itself() -> None:
    mask = Image.new("L", (64, 64))
    ImageDraw.Draw(mask).rectangle((0, 0, 9, 9), fill=255)
    with Image.open(io.BytesIO(mask_of(_png(_picture()), _png(mask)))) as found:
        assert found.tobytes() == mask.tobytes()


def test_white_on_nothing_is_a_mask_and_what_was_rubbed_out_is_masked() -> None:
    white = Image.new("RGBA", (64, 64), (255, 255, 255, 0))
    white.paste((255, 255, 255, 255), (0, 0, 10, 10))
    with Image.open(io.BytesIO(mask_of(_png(_picture()), _png(white)))) as found:
        assert found.getbbox() == (0, 0, 10, 10)
    rubbed = Image.new("RGBA", (64, 64), (90, 90, 90, 255))
    before = _png(rubbed.convert("RGB"))
    rubbed.paste((90, 90, 90, 0), (20, 20, 40, 40))
    with Image.open(io.BytesIO(mask_of(before, _png(rubbed)))) as found:
        assert found.getpixel((30, 30)) == 255
        assert found.getpixel((5, 5)) == 0


@pytest.mark.parametrize(
    ("painted", "why"),
    [
        (_png(_picture()), "Nothing was painted"),
        (_png(_picture().resize((32, 32))), "another size"),
        (b"no picture", "no picture"),
    ],
)
def test_what_is_no_mask_is_refused(painted: bytes, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        mask_of(_png(_picture()), painted)
