from pathlib import Path

import pytest

from storyforge.backends.remote.omitting import Learned, Memory
from tests.backends.remote.hearing import spec_of

ONE, OTHER = spec_of("https://one.example/v1"), spec_of("https://other.example/v1")
LEARNED = Learned(frozenset({"top_k", "seed"}), chats=True, thinks=True)


def test_what_was_learned_is_there_the_next_time(tmp_path: Path) -> None:
    file = tmp_path / "cache" / "memory.json"
    Memory(file).keep(ONE, LEARNED)
    Memory(file).keep(OTHER, Learned(frozenset({"stop"})))
    assert Memory(file).of(ONE) == LEARNED
    assert Memory(file).of(OTHER) == Learned(frozenset({"stop"}))
    assert Memory(file).of(spec_of(ONE.url, model="another")) == Learned()


NAMED = '{"https://one.example/v1 tiny": '


@pytest.mark.parametrize("broken", ["", "{", "[1]", "\0", NAMED + "3}", NAMED + '{"omit": 3}}'])
def test_a_broken_file_is_an_empty_one(broken: str, tmp_path: Path) -> None:
    file = tmp_path / "memory.json"
    file.write_text(broken, "utf-8")
    assert Memory(file).of(ONE) == Learned()
    Memory(file).keep(ONE, LEARNED)
    assert Memory(file).of(ONE) == LEARNED


def test_a_place_where_nothing_can_be_kept_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    memory = Memory(tmp_path / "file" / "memory.json")
    memory.keep(ONE, LEARNED)
    assert memory.of(ONE) == Learned()
