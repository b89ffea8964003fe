"""Lists of tags, and looking things up in them."""

from pathlib import Path

import pytest

from storyforge.domain.picture.tag import Category, Tag
from storyforge.errors import BadInput
from storyforge.images.tag_book import TagBook
from storyforge.images.tags import put_in, read

_LINES = (
    '1girl,0,6008644,"1girls,sole_female"\n'
    "highres,5,5256195,hires\n"
    'broken,"a,b\n'
    "long_hair,0,4700000,\n"
    'hatsune_miku,4,100000,"miku"\n'
    "none\n"
)


def _book() -> TagBook:
    return TagBook(
        (
            Tag("long_hair", count=50, aliases=("longhair", "long_hairs")),
            Tag("long_sleeves", count=40),
            Tag("longsword", count=1),
            Tag("sword", count=30, aliases=("long_blade",)),
            Tag("sole", Category.META, 5),
        )
    )


def test_a_list_is_read_and_what_is_no_tag_is_counted(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(_LINES, "utf-8-sig")
    found = read(tmp_path / "list.csv")
    assert [tag.name for tag in found.tags] == ["1girl", "highres", "long_hair", "hatsune_miku"]
    assert found.tags[0].aliases == ("1girls", "sole_female")
    assert found.tags[1].category is Category.META
    assert (found.skipped, found.first) == (2, 3)


def test_a_list_that_was_written_is_read_the_same(tmp_path: Path) -> None:
    tags = (Tag("a,b", Category.ARTIST, 3, ("x", "y")), Tag("ナルト", Category.COPYRIGHT, 1))
    put_in(tmp_path / "list.csv", tags)
    assert read(tmp_path / "list.csv").tags == tags


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"{}", b"a,b\n"])
def test_what_is_no_list_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "list.csv").write_bytes(data)
    with pytest.raises(BadInput):
        read(tmp_path / "list.csv")
    with pytest.raises(BadInput):
        read(tmp_path / "missing.csv")


@pytest.mark.parametrize("text", ["long hair", "Long_Hair", "longhair", " long__hair "])
def test_a_tag_is_found_by_name_and_alias_however_it_is_written(text: str) -> None:
    found = _book().find(text)
    assert found is not None
    assert found.name == "long_hair"


def test_the_most_used_come_first_then_those_with_more_pictures() -> None:
    plain = [(tag.name, alias) for tag, alias in _book().complete("lo")]
    assert plain == [
        ("long_hair", ""),
        ("long_sleeves", ""),
        ("sword", "long_blade"),
        ("longsword", ""),
    ]
    used = [tag.name for tag, _alias in _book().complete("lo", 2, {"longsword": 2, "sole": 9})]
    assert used == ["longsword", "long_hair"]


def test_a_blank_behind_a_word_asks_for_more_of_the_tag() -> None:
    assert [tag.name for tag, _ in _book().complete("long ")] == [
        "long_hair",
        "long_sleeves",
        "sword",
    ]
    assert _book().complete(" ") == ()


def test_many_that_begin_alike_give_those_with_the_most_pictures() -> None:
    book = TagBook(Tag(f"same_{number}", count=number) for number in range(5_000))
    assert [tag.count for tag, _alias in book.complete("sa")] == [4999, 4998, 4997, 4996, 4995]


def test_tags_are_searched_by_part_and_category() -> None:
    book = _book()
    assert [tag.name for tag in book.search("sword")] == ["sword", "longsword"]
    assert [tag.name for tag in book.search("so", Category.META)] == ["sole"]
    assert [tag.name for tag in book.search("blade")] == ["sword"]
