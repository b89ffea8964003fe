import time

import pytest

from storyforge.domain.lore import KeyLogic, LoreEntry
from storyforge.prompting.lore_keys import EXPRESSION_SECONDS, KeyBook

CATASTROPHE = r"/(.+)(.+)(.+)(.+)(.+)\d!/"


def entry(*keys: str, **rules: object) -> LoreEntry:
    return LoreEntry("id", "title", keys, "content", **rules)  # type: ignore[arg-type]


def found(text: str, *entries: LoreEntry, scan: int = 1000) -> dict[int, str]:
    return KeyBook.of(entries).found(text, [scan] * len(entries))


@pytest.mark.parametrize(
    ("text", "key", "is_found"),
    [
        ("She read the LOG.", "log", True),
        ("a catalogue", "log", True),
        ("彼は灯台へ行った。", "灯台", True),
        ("彼はﾗﾝﾀﾝを", "らんたん", True),
        ("Ｍａｒａ left", "Mara", True),
        ("the harbour  master", "harbour master", False),
        ("it was “hers”", '"hers"', False),
        ("Café", "café", True),
        ("nothing", "log", False),
    ],
)
def test_a_key_is_found_in_every_spelling(text: str, key: str, is_found: bool) -> None:
    assert bool(found(text, entry(key))) is is_found


@pytest.mark.parametrize(
    ("text", "key", "is_found"),
    [
        ("a catalogue of logs", "log", False),
        ("the log, again", "log", True),
        ("log", "log", True),
        ("彼は灯台守を見た", "灯台", True),
        ("彼はlogを読む", "log", True),
        ("_log_", "log", False),
    ],
)
def test_whole_words_count_only_where_words_have_borders(
    text: str, key: str, is_found: bool
) -> None:
    assert bool(found(text, entry(key, whole_words=True))) is is_found


def test_case_counts_where_it_is_asked_for() -> None:
    entries = (entry("Log", case_sensitive=True), entry("Log"))
    assert found("the log", *entries) == {1: "Log"}
    assert found("the Log", *entries) == {0: "Log", 1: "Log"}


def test_an_expression_is_written_between_slashes() -> None:
    entries = (entry("/lan.ern(s|ed)/i"), entry("/LAN/"), entry(r"/and\/or/"), entry("/ランプ/"))
    assert found("Lanterns and/or らんぷ", *entries) == {
        0: "/lan.ern(s|ed)/i",
        2: r"/and\/or/",
        3: "/ランプ/",
    }


def test_what_is_no_expression_is_named() -> None:
    book = KeyBook.of([entry("/(/", "log")])
    assert book.broken == [(0, "/(/")]
    assert book.found("the log", [100]) == {0: "log"}


def test_what_would_be_gigabytes_is_no_expression() -> None:
    keys = ("/(?:(?:(?:(?:a{99}){99}){99}){99})/", "/(?:(?:(?:a|bb){99}c){99}){50}/")
    book = KeyBook.of([entry(key) for key in keys])
    assert book.broken == [(0, keys[0]), (1, keys[1])]


@pytest.mark.parametrize(
    ("logic", "text", "is_found"),
    [
        (KeyLogic.AND_ANY, "log fog", True),
        (KeyLogic.AND_ANY, "log", False),
        (KeyLogic.AND_ALL, "log fog", False),
        (KeyLogic.AND_ALL, "log fog rain", True),
        (KeyLogic.NOT_ANY, "log", True),
        (KeyLogic.NOT_ANY, "log rain", False),
        (KeyLogic.NOT_ALL, "log rain", True),
        (KeyLogic.NOT_ALL, "log rain fog", False),
        (KeyLogic.AND_ANY, "fog rain", False),
    ],
)
def test_secondary_keys_decide(logic: KeyLogic, text: str, is_found: bool) -> None:
    one = entry("log", secondary=("fog", "/ra?in/"), logic=logic)
    assert bool(found(text, one)) is is_found


def test_only_the_last_characters_are_searched() -> None:
    text = "the log " + "x" * 50
    assert found(text, entry("log"), entry("/log/"), scan=53) == {}
    assert found(text, entry("log"), entry("/log/"), scan=54) == {0: "log", 1: "/log/"}
    assert found("ガ" * 30 + "ﾛｸﾞ" + "あ" * 20, entry("ログ"), scan=23) == {0: "ログ"}
    assert found("ガ" * 30 + "ﾛｸﾞ" + "あ" * 20, entry("ログ"), scan=22) == {}


def test_a_catastrophic_expression_is_stopped_named_and_not_tried_again() -> None:
    book = KeyBook.of([entry(CATASTROPHE), entry("log")])
    text = "a word and another " * 40 + "log!"
    for _time in range(20):  # with too little of its time left it is not blamed
        assert book.found(text, [2000] * 2) == {1: "log"}
        if book.slow():
            break
    assert book.slow() == [(0, CATASTROPHE)]
    began = time.process_time()
    assert KeyBook.of([entry(CATASTROPHE)]).found(text, [2000]) == {}
    assert time.process_time() - began < EXPRESSION_SECONDS


def test_many_catastrophic_expressions_are_bounded_together() -> None:
    entries = [entry(rf"/(.+)(.+)(.+)(.+)(.+)\d{n}!/") for n in range(50)]
    book = KeyBook.of(entries)
    began = time.process_time()
    book.found("a word and another! " * 40, [2000] * 50)
    # One alone would take hours; fifty times the time of one would be 2.5 seconds.
    assert time.process_time() - began < 1


def test_ten_thousand_entries_are_looked_for_at_once() -> None:
    entries = [entry(f"key{n}", f"なまえ{n}号") for n in range(10_000)]
    book = KeyBook.of(entries)
    began = time.process_time()
    told = book.found("of key77 and ナマエ9999号", [1000] * 10_000)
    assert time.process_time() - began < 0.1
    assert {77, 7, 9999} <= set(told)


def test_empty_keys_call_nothing() -> None:
    assert found("anything", entry("", " "), entry(), entry("//")) == {}
