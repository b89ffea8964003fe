"""Lists of styles are read as AUTOMATIC1111 writes them."""

from pathlib import Path

import pytest

from storyforge.errors import BadInput
from storyforge.images import styles
from storyforge.images.styles import Style

_LIST = (
    "\ufeffname,prompt,negative_prompt\r\n"
    "None,,\r\n"
    '"Ink, wash","{prompt}, ink wash, ""sumi-e""\nsoft grey","colour, photo"\r\n'
    "Film,35mm film,\r\n"
    "Bare\r\n"
    ",nobody,\r\n"
    "Film,35mm grain,digital\r\n"
)


def test_commas_quotes_line_ends_and_the_mark_in_front(tmp_path: Path) -> None:
    path = tmp_path / "styles.csv"
    path.write_bytes(_LIST.encode())
    none, ink, film, bare = styles.read(path)
    assert none.is_heading
    assert bare.is_heading
    assert ink == Style("Ink, wash", '{prompt}, ink wash, "sumi-e"\nsoft grey', "colour, photo")
    assert film == Style("Film", "35mm grain", "digital")


def test_older_columns_in_any_order_and_none_at_all(tmp_path: Path) -> None:
    path = tmp_path / "styles.csv"
    path.write_text("negative_text,name,text\nbad,Old,good\n")
    assert styles.read(path) == (Style("Old", "good", "bad"),)
    path.write_text("Plain,good,bad\n")
    assert styles.read(path) == (Style("Plain", "good", "bad"),)
    path.write_text("")
    assert styles.read(path) == ()


def test_a_style_goes_around_the_prompt_or_behind_it() -> None:
    around = Style("a", "a drawing of {prompt}, {prompt} again", "{prompt}, blurry")
    assert around.applied("a cat", "dog") == (
        "a drawing of a cat, a cat again",
        "dog, blurry",
    )
    behind = Style("b", "ink wash", "")
    assert behind.applied("a cat,", "dog") == ("a cat, ink wash", "dog")
    assert behind.applied("cat sitting", "", " ") == ("cat sitting ink wash", "")
    assert behind.applied("", "") == ("ink wash", "")


def test_one_that_cannot_be_read_costs_only_itself(tmp_path: Path) -> None:
    good, gone = tmp_path / "styles.csv", tmp_path / "gone.csv"
    good.write_bytes(b"name,prompt,negative_prompt\nInk,\xff\0ink,\n")
    (tmp_path / "wide.csv").write_text("name,prompt\nWide," + "x" * 200_000 + "\n")
    found, faults = styles.every([good, gone, tmp_path / "wide.csv"])
    assert [each.name for each in found] == ["Ink"]
    assert "gone.csv cannot be used: it is not there" in faults[0]
    assert "wide.csv" in faults[1]
    with pytest.raises(BadInput, match="name, prompt and negative_prompt"):
        styles.read(tmp_path)
