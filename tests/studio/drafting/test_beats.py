"""What a scene is drafted from, what of it is told, and how long each beat is to be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import Item, Plan
from storyforge.store.plan.drafted import Drafted
from storyforge.studio.drafting.beats import beats_of, share, told_already
from storyforge.studio.drafting.writing import mentions

CHAPTER = Item("c", Kind.CHAPTER, {"goal": "Reach the boat.", "turn": "It is gone."})
SCENE = Item("s", Kind.SCENE, {"title": "Storm"}, "c")


def scene(**facts: str) -> Item:
    return Item("s", Kind.SCENE, facts, "c")


def drafted(number: int, beat: str) -> Drafted:
    return Drafted("s", number, beat)


def test_a_scene_is_drafted_from_its_beats_else_from_what_is_known_of_it() -> None:
    told = scene(beats="a\nb", purpose="why")
    assert beats_of(Plan((CHAPTER, told)), told) == ("a", "b")
    told = scene(purpose="why", change="all is different")
    assert beats_of(Plan((CHAPTER, told)), told) == ("why", "all is different")
    assert beats_of(Plan((CHAPTER, SCENE)), SCENE) == ("Reach the boat.", "It is gone.")
    other = Item("t", Kind.SCENE, {}, "c")
    assert beats_of(Plan((CHAPTER, SCENE, other)), SCENE) == ()


def test_a_beat_is_known_by_its_words_else_by_its_place() -> None:
    assert told_already(("a", "b", "c"), ()) == 0
    assert told_already(("a", "b", "c"), (drafted(1, "a"), drafted(2, "b"))) == 2
    assert told_already(("a", "b, corrected", "c"), (drafted(1, "a"), drafted(2, "b"))) == 2
    assert told_already(("a", "new", "b", "c"), (drafted(1, "a"), drafted(2, "b"))) == 3
    assert told_already(("a",), (drafted(1, "a"), drafted(2, "gone"))) == 1


@given(st.integers(50, 5_000), st.integers(1, 12), st.data())
def test_what_is_over_or_short_is_carried_on(aim: int, beats: int, data: st.DataObject) -> None:
    """However far each beat misses its length, within a fifth, the last one makes good for."""
    written = 0
    for told in range(beats):
        wanted = share(aim, written, beats, told)
        assert wanted >= 1
        written += round(wanted * data.draw(st.floats(0.8, 1.2)))
    assert abs(written - aim) <= 0.3 * aim / beats + beats


@given(st.integers(1, 5_000), st.integers(0, 20_000), st.integers(1, 12), st.integers(0, 12))
def test_no_beat_is_squeezed_out(aim: int, written: int, beats: int, told: int) -> None:
    assert share(aim, written, beats, told) >= min(0.4 * aim / beats - 1, aim)
    assert share(aim, written, beats, told) >= 1


def test_who_is_there_is_named_by_a_part_of_the_name() -> None:
    assert mentions("She saw Reed at the door.", "Mara Reed")
    assert mentions("MARA waited.", "Mara")
    assert mentions("“Tom’s boat,” he said.", "Tom")
    assert not mentions("They would go tomorrow.", "Tom")
    assert not mentions("A man of the sea.", "The Keeper of it")
    assert mentions("真昼は笑った。", "真昼")


@pytest.mark.parametrize("name", ["佐藤 真昼", "佐藤　真昼", "佐藤真昼", "真昼・ケイン"])
def test_a_japanese_name_is_known_by_its_halves(name: str) -> None:
    assert mentions("灯りを消すと、真昼は笑った。", name)
    assert not mentions("昼の海は、真っ青だった。", name)
