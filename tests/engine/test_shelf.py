"""The disk's thread: what waits is written, and nobody waits for it longer than was said."""

import logging
from array import array
from pathlib import Path

import pytest

from storyforge.engine.kvstore import KvStore, held
from storyforge.engine.shelf import Shelf, Snapshot

GIB = 1 << 30


def shelf_in(tmp_path: Path, model: str = "model.gguf") -> Shelf:
    (tmp_path / "model.gguf").write_bytes(b"weights")
    return Shelf(tmp_path / model, tmp_path / "states", {"kv_type": "f16"}, GIB)


def snapshot(tokens: int, slot: str = "one", exact: int = 0, size: int = 1000) -> Snapshot:
    return Snapshot(slot, array("i", range(tokens)), exact, memoryview(bytearray(size)))


def test_what_is_there_already_is_not_written_again(tmp_path: Path) -> None:
    shelf = shelf_in(tmp_path)
    for tokens, exact, written in ((100, 0, 100), (110, 0, 100), (110, 64, 110), (90, 0, 110)):
        shelf.write(snapshot(tokens, exact=exact))
        assert shelf.settle(10)
        (found,) = shelf.headings()
        assert len(found.tokens) == written
    shelf.close(10)


def test_the_end_writes_what_waits_and_then_nothing_more(tmp_path: Path) -> None:
    shelf = shelf_in(tmp_path)
    for number in range(5):
        shelf.write(snapshot(100, f"scene {number}"))
    shelf.close(10)
    assert held(tmp_path / "states")[0] == 5


def test_what_is_forgotten_while_it_is_written_or_waits_is_not_there_then(tmp_path: Path) -> None:
    shelf = shelf_in(tmp_path)
    for number in range(4):
        shelf.write(snapshot(100, f"scene {number}", size=20 << 20))
    for number in range(3):  # a second one must not call the first one back
        shelf.forget((f"scene {number}",))
    assert shelf.settle(10)
    (found,) = shelf.headings()
    shelf.close(10)
    assert found.path == KvStore(tmp_path / "states", found.kind, lambda: 0).path("scene 3")


def test_what_cannot_be_forgotten_costs_a_line_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shelf = shelf_in(tmp_path)
    shelf.write(snapshot(100, "scene"))
    assert shelf.settle(10)
    (found,) = shelf.headings()
    found.path.unlink()
    found.path.mkdir()
    shelf.forget(("scene",))
    assert "could not be deleted" in caplog.text
    shelf.close(10)


def test_an_end_without_time_leaves_nothing_half(tmp_path: Path) -> None:
    shelf = shelf_in(tmp_path)
    shelf.write(snapshot(100, size=50 << 20))
    shelf.close(0)
    assert not shelf._thread.is_alive()
    assert all(heading.size == 50 << 20 for heading in shelf.headings())
    assert not list((tmp_path / "states").glob("*.new"))


def test_without_the_model_s_file_there_is_nothing_to_be_had(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    shelf = shelf_in(tmp_path, "gone.gguf")
    shelf.write(snapshot(100))
    assert shelf.settle(10)
    assert shelf.headings() == []
    shelf.close(10)
    assert "cannot be read for its hash" in caplog.text
