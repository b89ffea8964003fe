"""Pictures to begin from, as they are read and refused."""

import io
from pathlib import Path

import pytest
from PIL import Image

from storyforge.errors import BadInput
from storyforge.studio.pictures.redrawing import read_picture, redraw


def test_what_lies_behind_a_see_through_picture_stays_so(tmp_path: Path) -> None:
    mask = Image.new("RGBA", (16, 16), (255, 255, 255, 0))
    mask.paste((255, 255, 255, 255), (0, 0, 8, 8))
    mask.save(tmp_path / "mask.png")
    with Image.open(io.BytesIO(read_picture(tmp_path / "mask.png"))) as read:
        assert read.getchannel("A").getbbox() == (0, 0, 8, 8)
    Image.new("L", (16, 16)).save(tmp_path / "grey.jpg")
    with Image.open(io.BytesIO(read_picture(tmp_path / "grey.jpg"))) as read:
        assert read.mode == "RGB"


def test_a_part_has_its_own_strength_and_lies_in_the_picture(tmp_path: Path) -> None:
    Image.new("RGB", (32, 16)).save(tmp_path / "a.png")
    image = read_picture(tmp_path / "a.png")
    assert redraw(image).strength == 0.75
    part = redraw(image, region=(8, 8, 64, 64))
    assert (part.strength, part.region, part.only_masked) == (0.4, (8, 8, 32, 16), True)
    with pytest.raises(BadInput, match="outside of the picture, which has 32×16"):
        redraw(image, region=(32, 0, 40, 8))
    with pytest.raises(BadInput, match="another size"):
        redraw(image, mask=read_picture(_small(tmp_path)))


def test_what_is_no_picture_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"no picture")
    for name in ("a.png", "gone.png"):
        with pytest.raises(BadInput, match=f"{name} cannot be used as a picture"):
            read_picture(tmp_path / name)


def _small(folder: Path) -> Path:
    Image.new("RGB", (8, 8)).save(folder / "small.png")
    return folder / "small.png"
