"""A cover is looked at before it goes into a book."""

from pathlib import Path

import pytest

from storyforge.errors import BadInput
from storyforge.export import covers
from storyforge.export.covers import read_cover
from tests.export.stories import JPEG, png


@pytest.mark.parametrize(
    ("data", "name", "kind", "size"),
    [
        (png(3, 4), "cover.png", "image/png", (3, 4)),
        (JPEG, "cover.jpg", "image/jpeg", (1, 1)),
        (JPEG[:2] + b"\xff\xe0\x00\x04ab\xff" + JPEG[2:], "cover.jpg", "image/jpeg", (1, 1)),
    ],
)
def test_pictures_are_known_by_what_is_in_them(
    tmp_path: Path, data: bytes, name: str, kind: str, size: tuple[int, int]
) -> None:
    path = tmp_path / "whatever.gif"
    path.write_bytes(data)
    cover = read_cover(path)
    assert (cover.name, cover.media_type, (cover.width, cover.height)) == (name, kind, size)
    assert cover.data == data


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"GIF89a", "neither a JPEG nor a PNG"),
        (b"", "neither"),
        (b"<svg/>", "neither"),
        (png()[:-20], "damaged"),
        (png(0, 4), "damaged"),
        (png()[:14], "damaged"),
        (JPEG[:-2], "damaged"),
        (b"\xff\xd8\xff\xd9", "damaged"),
        (b"\xff\xd8\xff\x01\xff\xe0\xff\xff\xff\xd9", "damaged"),
    ],
)
def test_what_no_reader_could_show_is_refused(tmp_path: Path, data: bytes, why: str) -> None:
    path = tmp_path / "cover.jpg"
    path.write_bytes(data)
    with pytest.raises(BadInput, match=why):
        read_cover(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"nix\.png.*it is not there"):
        read_cover(tmp_path / "nix.png")


def test_a_huge_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "cover.png"
    path.write_bytes(png())
    monkeypatch.setattr(covers, "LIMIT", 10)
    with pytest.raises(BadInput, match="larger than 20 MB"):
        read_cover(path)
