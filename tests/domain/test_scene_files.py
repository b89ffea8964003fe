"""Scenes as files: exact to the character, the same bytes each time, names that hardly change."""

from hypothesis import given
from hypothesis import strategies as st

from storyforge.domain.scene_files import (
    ChapterList,
    SceneFile,
    StoryList,
    decode,
    decode_story,
    encode,
    encode_story,
    names,
    short_id,
    slug,
)
from storyforge.domain.text import clean, one_line

_ID = "0123456789abcdef" * 2
_TEXTS = st.text(alphabet="ab漢　 \n#*-_=\\`'\":.", max_size=60) | st.text(max_size=40).map(clean)
_LINES = st.text(alphabet="ab漢　 #*-:'\"\\[]{},&!|>%@`", max_size=20).map(one_line) | st.text(
    max_size=20
).map(one_line)


@given(_TEXTS, _LINES, _LINES, st.booleans())
def test_a_scene_comes_back_to_the_character(
    text: str, title: str, label: str, lines: bool
) -> None:
    scene = SceneFile(text, _ID, _ID[::-1], title, "draft", label)
    data = encode(scene, lines=lines)
    found = decode(data.decode(), lines=lines)
    assert (found.text, found.title, found.label) == (text, title, label)
    assert (found.id, found.chapter, found.status) == (_ID, _ID[::-1], "draft")
    assert not found.text_changed
    assert not found.head_changed
    assert encode(found, lines=lines) == data


def test_line_ends_of_another_system_are_no_change() -> None:
    data = encode(SceneFile("One.\n\nTwo.", _ID), lines=False).decode()
    found = decode("\ufeff" + data.replace("\n", "\r\n"), lines=False)
    assert found.text == "One.\n\nTwo."
    assert not found.text_changed


def test_a_file_made_by_hand_is_text_with_its_heading_as_title() -> None:
    found = decode("# Rope\n\nShe took it.\n\nAnd ran.\n", lines=False)
    assert (found.title, found.text, found.id) == ("Rope", "She took it.\n\nAnd ran.", "")
    headed = decode("---\ntitle: Rope\nstatus: draft\n---\n\nShe took it.\n", lines=False)
    assert (headed.title, headed.status, headed.text) == ("Rope", "draft", "She took it.")


def test_a_broken_head_is_text() -> None:
    found = decode("---\nno head at all\n", lines=False)
    assert found.text == "---\nno head at all"


@given(_LINES, _LINES, st.lists(_LINES, max_size=3))
def test_the_list_comes_back(title: str, author: str, chapters: list[str]) -> None:
    story = StoryList(
        _ID,
        title,
        author,
        "ja",
        True,
        tuple(ChapterList(_ID, name, ("00010-oil-0123abcd.md",)) for name in chapters),
    )
    data = encode_story(story)
    found = decode_story(data.decode())
    assert found is not None
    assert (found.title, found.author, found.chapters) == (title, author, story.chapters)
    assert found.base == found.mark == story.mark
    assert encode_story(found) == data


def test_other_tomls_are_none_of_ours() -> None:
    for told in ("", "storyforge = 1", "= broken", 'storyforge = 2\nid = "x"'):
        assert decode_story(told) is None


def test_names_sort_and_hardly_change() -> None:
    ids = [f"{number:08x}" + "0" * 24 for number in range(6)]
    first = names([(one, f"Scene {one[:8]}") for one in ids[:4]], {})
    assert sorted(first.values()) == [first[one] for one in ids[:4]]
    # A new scene between two: no other name changes.
    order = [ids[0], ids[4], *ids[1:4]]
    second = names([(one, f"Scene {one[:8]}") for one in order], first)
    assert {one: second[one] for one in ids[:4]} == first
    assert sorted(second.values()) == [second[one] for one in order]
    # One moves to the front: only its name changes.
    order = [ids[3], *ids[:3]]
    third = names([(one, f"Scene {one[:8]}") for one in order], first)
    assert [one for one in order if third[one] != first[one]] == [ids[3]]
    assert short_id(first[ids[1]]) == "00000001"


def test_a_slug_is_a_name_on_every_system() -> None:
    assert slug('Fog / "Rope": a_b?') == "fog-rope-a-b"
    assert slug("霧の中") == "霧の中"
    assert slug("***") == ""
    assert len(slug("x" * 300)) == 40


@given(st.lists(st.integers(0, 40), max_size=12))
def test_numbers_always_rise(known: list[int]) -> None:
    ids = [f"{number:08x}" + "0" * 24 for number in range(len(known))]
    now = {
        one: f"{number:05}-x-{one[:8]}.md" for one, number in zip(ids, known, strict=True) if number
    }
    found = names([(one, "x") for one in ids], now)
    assert [found[one] for one in ids] == sorted(found.values())
    assert len(set(found.values())) == len(ids)
