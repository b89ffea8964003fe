"""Areas of words, and what of the plan got none."""

from storyforge.domain.picture.compiled import Part, Role
from storyforge.domain.picture.heat import Heat, area, unheard

PROMPT = "a keeper with a storm lantern, a grey cat, night"


def heat(word: str, *grey: int) -> Heat:
    """A map of four points."""
    start = PROMPT.index(word)
    return Heat(word, start, start + len(word), 2, 2, bytes(grey), 0.1)


def test_an_area_is_where_one_of_the_words_was_heard_clearly() -> None:
    assert area([heat("storm", 255, 0, 0, 0)]) == 0.25
    assert area([heat("storm", 255, 0, 0, 0), heat("lantern", 0, 0, 110, 90)]) == 0.5
    assert area([]) == 0


def test_a_person_or_thing_without_an_area_is_named_where_it_stands() -> None:
    keeper = Part(Role.CAST, "a keeper with a storm lantern", "keeper")
    cat = Part(Role.ACTION, "a grey cat", "scene")
    night = Part(Role.TIME, "night", "scene")
    heats = [
        *(heat("keeper", 0, 200, 0, 0), heat("lantern", 0, 0, 0, 9), heat("grey", 90, 0, 0, 0)),
        *(heat("cat", 80, 0, 0, 0), heat("night", 1, 1, 1, 1)),
    ]

    (found,) = unheard([keeper, cat, night], PROMPT, heats)
    assert (found.part, PROMPT[found.start : found.end]) == (cat, "a grey cat")


def test_what_no_longer_stands_in_the_prompt_is_not_missed() -> None:
    gone = Part(Role.CAST, "a pirate", "pirate")

    assert unheard([gone], PROMPT, [heat("cat", 255, 0, 0, 0)]) == ()
