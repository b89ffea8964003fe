import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyforge.domain.lore import ContextRules, LoreEntry, LorePosition
from storyforge.prompting.lore_calling import ON_TOP, Book, Calls, Kept, KeyFault, Remembered, stamp
from tests.prompting.counted import place

RULES = ContextRules()


def entry(name: str, *keys: str, content: str = "", **rules: object) -> LoreEntry:
    return LoreEntry(name, name, keys, content or "It is known.", **rules)  # type: ignore[arg-type]


def calls(
    tail: str,
    *entries: LoreEntry,
    past: Remembered | None = None,
    rules: ContextRules = RULES,
    scene: str = "two",
    wish: str = "",
    at: int = 0,
) -> Calls:
    return Book(entries).calls(place(tail, scene, wish, at), rules, past or Remembered())


def told(found: Calls) -> dict[str, str]:
    return {one.entry.id: one.why for one in found.called}


def absent(found: Calls) -> dict[str, str]:
    return {one.entry.id: one.why for one in found.absent}


def test_entries_are_told_by_key_always_or_not_at_all() -> None:
    found = calls(
        "She read the log.",
        entry("log", "log"),
        entry("sea", always=True),
        entry("boat", "boat"),
        entry("off", "log", enabled=False),
        entry("empty", "log", content=" \n"),
    )
    assert told(found) == {"sea": "always on", "log": "key “log”"}
    assert absent(found) == {"off": "off"}
    assert found.uncalled == 1


def test_a_wish_calls_too() -> None:
    assert told(calls("", entry("letter", "letter"), wish="she finds the letter")) == {
        "letter": "key “letter” in the wish"
    }


@pytest.mark.parametrize(("scene", "is_told"), [("one", False), ("two", False), ("three", True)])
def test_an_entry_is_not_told_before_its_scene(scene: str, is_told: bool) -> None:
    scar = entry("scar", "scar", from_scene="three")
    always = entry("grief", always=True, from_scene="three")
    wakes = entry("Mara", always=True, content="She hides a scar.")
    found = calls("the scar", scar, always, wakes, scene=scene, wish="scar")
    assert ("scar" in told(found)) is is_told
    assert ("grief" in told(found)) is is_told
    if not is_told:
        assert absent(found)["scar"] == "not yet true: from scene “The scar” on"


def test_an_entry_whose_scene_is_gone_is_not_told_and_says_so() -> None:
    found = calls("the scar", entry("scar", "scar", from_scene="nowhere"))
    assert absent(found) == {"scar": "the scene from which on it is true is no longer in the story"}


def test_entries_call_further_ones_up_to_a_depth_and_never_in_a_circle() -> None:
    ring = [entry(str(n), f"key{n}", content=f"It is near key{(n + 1) % 4}.") for n in range(4)]
    assert set(told(calls("key0", *ring))) == {"0", "1", "2"}
    deep = replace(RULES, recursion=100)
    found = calls("key0", *ring, rules=deep)
    assert set(told(found)) == {"0", "1", "2", "3"}
    assert told(found)["1"] == "key “key1” in the entry “0”"
    assert set(told(calls("key0", *ring, rules=replace(RULES, recursion=0)))) == {"0"}


def test_ten_thousand_entries_that_all_call_each_other_are_soon_told() -> None:
    book = Book([entry(str(n), "key", content="the key") for n in range(10_000)])
    began = time.process_time()
    assert len(book.calls(place("the key"), RULES, Remembered()).called) == 10_000
    assert time.process_time() - began < 5


def test_an_entry_may_neither_wake_nor_be_woken() -> None:
    sleeper = entry("b", "boat", woken=False)
    assert set(told(calls("log", entry("a", "log", content="a boat"), sleeper))) == {"a"}
    mute = entry("a", "log", content="a boat", wakes=False)
    assert set(told(calls("log", mute, entry("b", "boat")))) == {"a"}


def test_an_entry_has_its_own_depth_of_search() -> None:
    text = "log " + "x" * 30
    rules = replace(RULES, scan=10)
    found = calls(text, entry("near", "log"), entry("far", "log", scan=34), rules=rules)
    assert set(told(found)) == {"far"}
    assert Book((entry("far", "log", scan=34),)).reach(10) == 34


def test_chance_is_drawn_once_a_continuation() -> None:
    lucky = entry("ghost", "fog", chance=40)
    shown = []
    for count in range(300):
        past = Remembered(count=count)
        twice = [calls("fog", lucky, past=past), calls("the fog", lucky, past=past)]
        assert told(twice[0]) == told(twice[1]), "looking and sending see the same"
        shown.append("ghost" in told(twice[0]))
        if not shown[-1]:
            assert absent(twice[0])["ghost"] == "chance: it is told in 40 of 100 calls"
    assert 80 <= sum(shown) <= 160
    assert calls("fog", entry("never", "fog", chance=0)).called == ()


def test_an_entry_stays_for_a_while_and_then_rests() -> None:
    ghost = entry("ghost", "fog", sticky=2, cooldown=3)
    seen: list[str] = []
    last: dict[str, int] = {}
    for count in range(8):
        found = calls("fog", ghost, past=Remembered(count, last))
        seen += ["told" if found.called else absent(found)["ghost"]]
        if found.called and found.called[0].fresh:
            last = {"ghost": count}
    rests = "it rests, as it was called lately"
    assert seen == ["told", "told", "told", rests, rests, rests, "told", "told"]
    without = calls("nothing", ghost, past=Remembered(1, {"ghost": 0}))
    assert told(without) == {"ghost": "it stays for a while, as it was called lately"}


def test_lore_of_the_scenes_first_prompt_stands_on_top_and_later_lore_where_it_was_called() -> None:
    book = (
        entry("log", "log"),
        entry("boat", "boat"),
        entry("note", "log", position=LorePosition.LINES_UP, depth=2),
    )
    first = calls("the log", *book)
    assert {one.entry.id: (one.at, one.up) for one in first.called} == {
        "log": (ON_TOP, None),
        "note": (ON_TOP, 2),
    }
    later = Remembered(1, {}, {"log": Kept(stamp(book[0]), ON_TOP, "key “log”")}, {"log": ON_TOP})
    found = calls("the boat", *book, past=later, at=77)
    assert {one.entry.id: one.at for one in found.called} == {"log": ON_TOP, "boat": 77}
    assert told(found)["log"] == "key “log” (earlier in this scene)"
    looked = replace(later, places={"log": ON_TOP, "boat": 77})
    assert calls("the boat and more", *book, past=looked, at=99).called[0].at == 77


def test_a_kept_entry_that_was_changed_is_called_anew() -> None:
    before = entry("log", "log")
    kept = {"log": Kept(stamp(before), ON_TOP, "key “log”")}
    past = Remembered(1, {}, kept, {"log": ON_TOP})
    assert told(calls("nothing", replace(before, content="another"), past=past)) == {}
    assert told(calls("nothing", replace(before, enabled=False), past=past)) == {}
    assert set(told(calls("nothing", replace(before, priority=3), past=past))) == {"log"}


def test_what_comes_and_goes_by_itself_stands_near_the_caret() -> None:
    found = calls("fog", entry("ghost", "fog", sticky=1, depth=4))
    assert (found.called[0].up, found.called[0].keeps) == (4, False)


def test_room_is_given_by_priority_and_to_what_is_named_here() -> None:
    book = [
        entry("a", "log"),
        entry("b", "log", priority=5),
        entry("c", always=True),
        entry("d", "log"),
    ]
    kept = {"a": Kept(stamp(book[0]), ON_TOP, "key")}
    order = [one.entry.id for one in calls("log", *book).called]
    assert order == ["b", "c", "a", "d"]
    book[0] = replace(book[0], keys=("other",))
    kept = {"a": Kept(stamp(book[0]), ON_TOP, "key")}
    found = calls("log", *book, past=Remembered(1, {}, kept, {}))
    assert [one.entry.id for one in found.called] == ["b", "c", "d", "a"]


def test_keys_that_cannot_be_used_are_told_with_their_entry() -> None:
    found = calls("log", entry("the log", "/(/", "log"))
    told_of = "The key “/(/” of the entry “the log” is no regular expression."
    assert found.faults == (KeyFault("the log", told_of),)
    assert set(told(found)) == {"the log"}


names = st.sampled_from(["one", "two", "three", "gone", ""])


@given(
    st.lists(
        st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd"), names, st.booleans()),
        max_size=12,
    ),
    st.text("abcd ", max_size=20),
    st.sampled_from(["one", "two", "three"]),
)
def test_what_is_not_true_yet_never_leaks(
    book: list[tuple[str, str, str, bool]], tail: str, scene: str
) -> None:
    entries = [
        LoreEntry(str(n), str(n), (key,), f"{content} is so", from_scene=start, always=always)
        for n, (key, content, start, always) in enumerate(book)
    ]
    order = {"": -1, "one": 0, "two": 1, "three": 2, "gone": 99}
    found = calls(tail, *entries, scene=scene, rules=replace(RULES, recursion=9))
    for one in found.called:
        assert order[one.entry.from_scene] <= order[scene]
    ids = [one.entry.id for one in found.called] + [one.entry.id for one in found.absent]
    assert len(ids) == len(set(ids))
    assert len(ids) + found.uncalled == len(entries)
