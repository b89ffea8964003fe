"""Names: what stands in the text, and who is who."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyforge.studio.reading_in.naming import (
    bare,
    folded,
    is_same,
    joined,
    names_like,
    spoken_of,
    stands_in,
    strangers,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mara", "MARA"),
        ("Tom Reed", "Mr Reed"),
        ("Tom Reed", "Mr. Reed"),
        ("Tom", "Tommy"),
        ("Tom Reed", "Tommy Reed"),
        ("Elizabeth Gray", "Lizzie"),
        ("Captain Voss", "Old Voss"),
        ("the Inspector", "Inspector"),
        ("佐藤健太", "健太くん"),
        ("佐藤健太", "佐藤さん"),
        ("ハル", "ハルちゃん"),
        ("マーラ・リード", "マーラ"),
    ],
)
def test_these_are_one(one: str, other: str) -> None:
    assert is_same(one, other)
    assert is_same(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mara", "Maria"),
        ("Tom Reed", "Anna Reed"),
        ("Ann", "Anna"),
        ("Captain Voss", "Captain Hale"),
        ("Mother", "Father"),
        ("佐藤健太", "佐藤春"),
        ("ハル", "春"),
    ],
)
def test_these_are_two(one: str, other: str) -> None:
    assert not is_same(one, other)


def test_what_belongs_together_is_joined_under_the_fullest_name() -> None:
    assert joined(["Tom", "Mara", "Mr Reed", "Tom Reed", "mara"]) == (
        ("Tom Reed", "Tom", "Mr Reed"),
        ("Mara", "mara"),
    )


def test_a_name_that_could_be_that_of_two_stands_alone() -> None:
    assert joined(["Tom Reed", "Anna Reed", "Mr Reed"]) == (
        ("Tom Reed",),
        ("Anna Reed",),
        ("Mr Reed",),
    )


def test_only_names_of_the_text_count() -> None:
    text = "Mara’s lamp went out. “Mr Reed!” Tom heard it.\n健太さんは港にいた。"
    names = ["Mara", "Tom Reed", "Art", "Inspector Hale", "She", "健太", "春", ""]
    assert spoken_of(text, names) == ("Mara", "Tom Reed", "健太")
    assert not stands_in("Mar", folded(text))


def test_titles_and_honorifics_are_no_names() -> None:
    assert bare("The old Captain") == ()
    assert bare("Dr. Mina Harker’s") == ("mina", "harker")
    assert bare("健太ちゃん") == ("健太",)


@given(st.lists(st.text(max_size=12), max_size=8))
def test_every_name_is_in_one_group(names: list[str]) -> None:
    told = [name for group in joined(names) for name in group]
    assert sorted(told) == sorted({" ".join(name.split()) for name in names if name.strip()})


@pytest.mark.parametrize(
    ("told", "names"),
    [
        ("Mara waits for Ilse at the slip.", ("Ilse",)),
        ("Elisabeth stands on the balcony.", ("Elisabeth",)),
        ("She climbs down. Reed holds the lantern.", ()),
        ("Waiting for the boat, Mara counts.", ()),
        ("ヴォスが港に来る。", ("ヴォス",)),
    ],
)
def test_strangers_are_names_that_the_text_does_not_have(told: str, names: tuple[str, ...]) -> None:
    text = folded("Mara waited. Tom Reed held the lantern.")
    assert strangers(told, text) == names


def test_what_looks_like_a_name_is_found_in_a_text() -> None:
    text = "It was Mara who saw Tom Reed at Skerry Point. “You,” said Mara. And Tom laughed."
    assert names_like(text) == ("Mara", "Tom Reed", "Skerry Point")
    assert names_like("健太くんはアンナさんを見た。") == ("健太", "アンナ")
