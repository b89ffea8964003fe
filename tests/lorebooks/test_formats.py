"""Lore of other tools, both ways: rules land where they belong, all else comes out again."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storyforge.domain.lore import KeyLogic, LoreEntry, LorePosition
from storyforge.lorebooks import cards, character_book, novelai, own, world_info
from storyforge.lorebooks.placeholders import named, occurring, replaced
from tests.lorebooks import samples

_LINE = st.text(st.sampled_from("ab/ 霧*{"), min_size=1, max_size=5).map(
    lambda told: " ".join(told.split()) or "x"
)
ENTRIES = st.builds(
    LoreEntry,
    id=st.uuids().map(lambda key: key.hex),
    title=_LINE,
    keys=st.lists(_LINE, max_size=3).map(tuple),
    content=st.sampled_from(["A rock.\n\nFog.", "霧"]),
    enabled=st.booleans(),
    always=st.booleans(),
    category=st.sampled_from(["", "places"]),
    secondary=st.lists(_LINE, min_size=1, max_size=2).map(tuple),
    logic=st.sampled_from(KeyLogic),
    whole_words=st.booleans(),
    case_sensitive=st.booleans(),
    priority=st.integers(-900, 900),
    share=st.sampled_from([0.0, 0.25, 1.0]),
    position=st.sampled_from(LorePosition),
    depth=st.integers(0, 40),
    scan=st.sampled_from([None, 0, 400, 4000]),
    chance=st.integers(0, 100),
    sticky=st.integers(0, 9),
    cooldown=st.integers(0, 9),
    wakes=st.booleans(),
    woken=st.booleans(),
    from_scene=st.sampled_from(["", "s1"]),
)


def bare(entry: LoreEntry) -> LoreEntry:
    """Without what two readings never share."""
    return replace(entry, id="", extra={})


def plain(value: Any) -> Any:
    return json.loads(json.dumps(value))


@given(st.lists(ENTRIES, max_size=3, unique_by=lambda one: one.id))
@settings(max_examples=50, deadline=None)
def test_our_own_form_gives_every_rule_back(entries: list[LoreEntry]) -> None:
    book = own.read(plain(own.written(entries, {"name": "Skerry"})))
    assert (book.entries, book.name, book.unequal) == (tuple(entries), "Skerry", ())


@given(ENTRIES)
@settings(max_examples=50, deadline=None)
def test_world_info_holds_every_rule_of_ours(entry: LoreEntry) -> None:
    if entry.position is not LorePosition.LINES_UP:
        entry = replace(entry, depth=3)
    (back,) = world_info.read(plain(world_info.written([entry], {}))).entries
    assert bare(back) == bare(entry)
    (back,) = character_book.read(plain(character_book.written([entry], {}))).entries
    assert bare(back) == bare(entry)


@pytest.mark.parametrize("value", [samples.WORLD_INFO, {"entries": {}}])
def test_world_info_goes_out_as_it_came(value: dict[str, Any]) -> None:
    book = world_info.read(value)
    assert world_info.written(book.entries, book.rest) == value


def test_world_info_lands_in_the_rules() -> None:
    oil, fog, mara = world_info.read(samples.WORLD_INFO).entries
    assert bare(mara) == LoreEntry(
        "", "Mara", ("{{char}}", "/keeper|warden/i"), "{{char}} trusts <USER>.",
        enabled=False, secondary=("light",), logic=KeyLogic.NOT_ANY, whole_words=True,
        case_sensitive=True, priority=150, position=LorePosition.LINES_UP, depth=2, scan=1200,
        chance=40, sticky=2, cooldown=5, wakes=False, woken=False,
    )  # fmt: skip
    assert bare(fog) == LoreEntry("", "Fog", ("fog",), "It is wet.")
    told = (oil.secondary, oil.chance, oil.priority, oil.position)
    assert told == ((), 100, -80, LorePosition.LINES_UP)


def test_what_world_info_has_and_we_do_not_is_listed_by_entry() -> None:
    book = world_info.read(samples.WORLD_INFO)
    told = {one.title: one.fields for one in book.unequal}
    assert told == {"Mara": ("vectorized", "group", "mood"), "Oil": ("position",)}
    assert book.left_out == ("cover",)


def test_only_what_the_author_changed_is_written_anew() -> None:
    book = world_info.read(samples.WORLD_INFO)
    oil, fog, mara = book.entries
    changed = [replace(oil, secondary=("sea",)), fog, replace(mara, chance=50, scan=None)]
    entries = world_info.written(changed, book.rest)["entries"]
    before = samples.WORLD_INFO["entries"]
    assert entries["7"] == before["7"]
    assert entries["0"] == {**before["0"], "probability": 50, "scanDepth": None}
    assert entries["3"] == {**before["3"], "keysecondary": ["sea"], "selective": True}


def test_a_category_goes_along_where_the_tool_has_none_and_away_again() -> None:
    told = {**samples.UNTOUCHED, "extensions": {"theirs": 1}}
    (entry,) = world_info.read({"entries": {"0": told}}).entries
    written = world_info.written([replace(entry, category="places")], {})
    (back,) = world_info.read(written).entries
    assert back.category == "places"
    gone = world_info.written([replace(back, category="")], {})["entries"]["7"]
    assert gone == told


def test_a_book_of_a_card_lands_in_the_rules_and_goes_out_as_it_came() -> None:
    book = character_book.read(samples.BOOK)
    assert bare(book.entries[0]) == LoreEntry(
        "", "Skerry Point", ("skerry",), "A rock.", secondary=("sea",), logic=KeyLogic.AND_ALL,
        priority=12, position=LorePosition.LINES_UP, depth=6, scan=800, chance=30, woken=False,
    )  # fmt: skip
    assert [one.fields for one in book.unequal] == []
    assert book.left_out == ("token_budget",)
    assert character_book.written(book.entries, book.rest) == samples.BOOK


def test_a_lorebook_that_stands_alone_has_regular_expressions_for_keys() -> None:
    book = character_book.read(character_book.book_in(samples.LOREBOOK_V3))
    assert book.entries[0].keys == ("/sk[ea]rry/",)
    assert character_book.alone(book.entries, book.rest) == samples.LOREBOOK_V3


def test_those_that_stand_higher_up_come_first() -> None:
    several = [{**samples.CARD_ENTRY, "name": n, "insertion_order": o} for n, o in ("a9", "b1")]
    told = {"entries": [{**one, "insertion_order": int(one["insertion_order"])} for one in several]}
    assert [entry.title for entry in character_book.read(told).entries] == ["b", "a"]


def test_novelai_lands_in_the_rules_and_goes_out_as_it_came() -> None:
    book = novelai.read(samples.NOVELAI)
    mara, fog = book.entries
    assert bare(mara) == LoreEntry(
        "", "Mara", ("mara", "/kee/i"), "Mara is forty.", enabled=False, always=True,
        category="people", priority=-100, share=0.4, position=LorePosition.LINES_UP, depth=3,
        scan=4000, woken=False,
    )  # fmt: skip
    assert bare(fog) == LoreEntry("", "Fog", ("fog",), "Wet.", priority=400)
    (unequal,) = book.unequal
    assert unequal.fields == ("keyRelative", "theirs", "loreBiasGroups", "trimDirection")
    assert book.left_out == ("settings",)
    assert novelai.written(book.entries, book.rest) == samples.NOVELAI


def test_an_entry_of_a_category_that_is_off_is_off() -> None:
    off = [{**samples.NOVELAI["categories"][0], "enabled": False}]
    told = {**samples.NOVELAI, "categories": off}
    told["entries"] = [{**one, "enabled": True} for one in told["entries"]]
    book = novelai.read(told)
    assert [entry.enabled for entry in book.entries] == [False, True]
    assert "categories: people" in book.left_out
    assert novelai.written(book.entries, book.rest) == told


def test_novelai_gets_what_it_has_a_field_for() -> None:
    entry = LoreEntry(
        "l1", "Mara", ("mara",), "Forty.", category="people", share=0.5, depth=2,
        position=LorePosition.LINES_UP, secondary=("x",), chance=3, from_scene="s1",
    )  # fmt: skip
    written = plain(novelai.written([entry], {}))
    (back,) = novelai.read(written).entries
    assert (back.category, back.share, back.position, back.depth) == (
        "people", 0.5, LorePosition.LINES_UP, 2,
    )  # fmt: skip
    assert novelai.unequal_there(entry) == ("secondary", "chance", "from_scene")


@pytest.mark.parametrize(
    ("value", "version"), [(samples.V1, 1), (samples.V2, 2), (samples.V3, 3), ({"name": "x"}, 0)]
)
def test_cards_of_every_version_are_known(value: dict[str, Any], version: int) -> None:
    assert cards.version_of(value) == version


def test_a_card_becomes_an_entry_called_by_its_names() -> None:
    card = cards.read(samples.V3)
    assert (card.character.title, card.character.keys) == ("Mara Voss", ("Mara Voss", "Mara"))
    assert card.character.content == (
        "Mara keeps the light.\n\nStubborn.\n\n{{user}} comes ashore."
    )
    assert card.first_message == samples.V1["first_mes"]
    assert [entry.title for entry in card.book.entries] == ["Skerry Point"]
    assert {"system_prompt", "alternate_greetings", "mes_example"} <= set(card.left_out)


@pytest.mark.parametrize(("value", "version"), [(samples.V2, 2), (samples.V3, 3)])
def test_a_card_goes_out_as_it_came(value: dict[str, Any], version: int) -> None:
    card = cards.read(value)
    assert cards.written(card.character, card.book.entries, version) == value


def test_a_changed_character_goes_out_changed() -> None:
    card = cards.read(samples.V1)
    changed = replace(card.character, content="She is gone.")
    data = cards.written(changed, (), 2)["data"]
    assert data == {
        **samples.V1, "description": "She is gone.", "personality": "", "scenario": "",
        "creator_notes": "", "system_prompt": "", "post_history_instructions": "", "creator": "",
        "character_version": "", "alternate_greetings": [], "tags": [], "extensions": {},
    }  # fmt: skip


def test_a_name_that_is_a_title_is_no_name() -> None:
    assert cards.read({**samples.V1, "name": "The Keeper"}).character.keys == ("The Keeper",)
    assert cards.read({**samples.V1, "name": "灯台守"}).character.keys == ("灯台守",)


def test_placeholders_are_found_and_replaced_in_any_writing() -> None:
    text = "{{User}} and {{ char }}, <USER> and <BOT>"
    assert occurring([text]) == ("user", "char")
    names = {"user": "Ana", "char": "Mara"}
    assert replaced(text, names) == "Ana and Mara, Ana and Mara"
    assert replaced(text, {"user": "Ana"}) == "Ana and {{ char }}, Ana and <BOT>"
    entry = LoreEntry("", "{{char}}", ("<bot>",), "x", secondary=("{{user}}",))
    told = named(entry, names)
    assert (told.title, told.keys, told.secondary) == ("Mara", ("Mara",), ("Ana",))


_JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [*samples.UNTOUCHED, *samples.CARD_ENTRY, *samples.NOVELAI["entries"][0]]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["entries", "categories", "scan_depth", "name"]), _JUNK))
@settings(max_examples=150, deadline=None)
def test_whatever_stands_in_a_book_it_is_read_and_written(value: dict[str, Any]) -> None:
    for form in (world_info, character_book, novelai, own):
        book = form.read(value)
        form.written(book.entries, book.rest)
