"""What the readings of many passages come to together."""

from storyforge.studio.reading_in.gathering import (
    borne_out,
    line_of,
    one_scene,
    passages_of,
    people,
    plain,
)
from storyforge.studio.reading_in.manner import manner_of

TEXT = "Mara counted the cans. Tom Reed came up. “I am late,” he said."


def test_who_is_not_in_the_text_goes_with_what_is_said_of_them() -> None:
    value = {
        "cast": ["Mara", "Ilse"],
        "point_of_view": "Ilse",
        "place": "the harbour",
        "time": "230586974",
        "beats": ["Mara counts the cans.", "She waits. Ilse comes.", "Elise looks at the map."],
        "change": "He is late. Now Voss knows.",
    }
    assert borne_out(value, TEXT) == {
        "cast": ["Mara"],
        "beats": ["Mara counts the cans."],
        "change": "He is late.",
    }


def test_items_are_looked_into() -> None:
    value = {"items": [{"title": "the cans", "content": "Mara counts them. Ilse wants them."}]}
    assert plain(value, TEXT) == {"items": [{"title": "the cans", "content": "Mara counts them."}]}


def test_parts_are_one_scene_from_the_first_to_the_last() -> None:
    found = one_scene(
        [
            {"cast": ["Tom"], "time": "dawn", "beats": ["a", "b"], "change": "x"},
            {"cast": ["Tom Reed"], "time": "noon", "place": "pier", "beats": ["b"], "change": "y"},
        ]
    )
    assert found == {
        "cast": ["Tom Reed"],
        "place": "pier",
        "time": "dawn",
        "beats": ["a", "b"],
        "change": "y",
    }
    many = one_scene([{"beats": [str(number) for number in range(40)]}])
    assert (len(many["beats"]), many["beats"][0], many["beats"][-1]) == (12, "0", "39")


def test_people_are_told_by_how_often_they_are_there_and_keep_their_names() -> None:
    scenes = [{"cast": ["Mara"]}, {"cast": ["Mr Reed", "Mara"]}, {"cast": ["Anna"]}]
    assert people(scenes, ["Reed", "Old Voss"]) == (("Mara",), ("Reed", "Mr Reed"), ("Anna",))


def test_a_line_has_the_name_that_somebody_is_known_by() -> None:
    told = {"items": [{"name": "He", "role": "  keeps\nthe light "}]}
    assert line_of("Mara", told) == {"name": "Mara", "role": "keeps the light"}
    assert line_of("Mara", {}) == {"name": "Mara", "role": ""}
    assert passages_of(["Mr Reed"], [TEXT], "en") == ("Tom Reed came up.",)


def test_who_tells_and_in_which_tense_is_counted_outside_of_speech() -> None:
    said = "“You are here, and you say that you can and will,” "
    first = (said + "I said. I was tired, and my lamp had gone out. I went down. ") * 4
    assert manner_of(first, "en") == {"point_of_view": "first person", "tense": "past"}
    third = "She is at the door. He has the lamp and says nothing. They can hear her. " * 4
    assert manner_of(third, "en") == {"tense": "present"}
    assert manner_of("俺は港に下りた。灯が消えた。" * 6, "ja") == {
        "point_of_view": "first person",
        "tense": "past",
    }
    assert manner_of("Ich war müde. " * 9, "de") == {}
