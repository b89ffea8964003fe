"""Files of states: whole or not there, of this kind or not taken, and never in anybody's way."""

import logging
import os
import subprocess
import sys
import threading
from array import array
from pathlib import Path

import pytest

from storyforge.engine import kvstore
from storyforge.engine.kvfile import Heading
from storyforge.engine.kvstore import KvStore

KIND = '{"model": "a", "rope_freq_base": 0.0, "type_k": 1}'
GIB = 1 << 30


def store_in(folder: Path, kind: str = KIND, limit: int = GIB) -> KvStore:
    return KvStore(folder, kind, lambda: limit)


def tokens(count: int = 100) -> "array[int]":
    return array("i", range(7, 7 + count))


def state(size: int = 5000) -> memoryview:
    return memoryview(bytearray(at % 251 for at in range(size)))


def state_bytes() -> bytearray:
    return bytearray(state())


def written(store: KvStore, slot: str = "scene", size: int = 5000) -> Heading:
    heading = store.write(slot, tokens(), 64, state(size))
    assert heading is not None
    return heading


def test_a_state_comes_back_with_its_tokens_in_a_file_of_the_author_only(tmp_path: Path) -> None:
    store = store_in(tmp_path / "states")
    heading = written(store)
    (found,) = store.headings()
    assert found == heading
    assert (found.tokens, found.exact, found.size) == (tokens(), 64, 5000)
    assert store.read(found) == state_bytes()
    (file,) = (tmp_path / "states").iterdir()
    if os.name == "posix":
        assert file.stat().st_mode & 0o777 == 0o600
    assert "scene" not in file.name


def test_a_newer_state_of_a_slot_takes_the_place_of_the_older(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    old = written(store)
    assert store.write("scene", tokens(120), 64, state(6000))
    (found,) = store.headings()
    assert len(found.tokens) == 120
    assert store.read(old) is None  # what was asked for is not there any more


def spoil(path: Path, at: int, cut: bool) -> None:
    data = bytearray(path.read_bytes())
    if cut:
        del data[at:]
    else:
        data[at] ^= 16
    path.write_bytes(data)


@pytest.mark.parametrize("cut", [True, False])
def test_no_file_that_was_cut_or_flipped_anywhere_is_taken(
    tmp_path: Path, cut: bool, caplog: pytest.LogCaptureFixture
) -> None:
    store = store_in(tmp_path)
    heading = written(store, size=300)
    whole = heading.path.read_bytes()
    for at in range(0, len(whole), 7):
        heading.path.write_bytes(whole)
        spoil(heading.path, at, cut)
        found = store.heading("scene")
        assert found is None or (not cut and store.read(found) is None), at
        assert not heading.path.exists()
    assert "is thrown away" in caplog.text
    assert store.headings() == []


@pytest.mark.parametrize(
    "other", [KIND.replace('"a"', '"b"'), KIND.replace("0.0", "10000.0"), KIND.replace("1}", "8}")]
)
def test_a_file_of_another_model_rope_or_kv_type_is_not_taken(tmp_path: Path, other: str) -> None:
    foreign = written(store_in(tmp_path, other))
    store = store_in(tmp_path)
    assert store.headings() == []
    assert foreign.path.exists()  # it belongs to another model, which may come back
    # Even under the very name that this model's state would have.
    foreign.path.replace(store.path("scene"))
    assert store.headings() == []
    assert not store.path("scene").exists()


def test_what_was_used_longest_ago_goes_first(tmp_path: Path) -> None:
    size = written(store_in(tmp_path), "one").path.stat().st_size
    store = store_in(tmp_path, limit=3 * size)
    for age, slot in enumerate(("three", "two", "one")):
        heading = written(store, slot)
        os.utime(heading.path, (age + 1, age + 1))
    three = store.heading("three")
    assert three is not None
    assert store.read(three)  # used just now
    written(store, "four")
    assert [store.heading(slot) is not None for slot in ("one", "two", "three", "four")] == [
        True,
        False,
        True,
        True,
    ]
    assert kvstore.held(tmp_path) == (3, 3 * size)


def test_other_kinds_share_the_bound_and_what_is_too_large_drives_nothing_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    old = written(store_in(tmp_path, "another kind"))
    size = old.path.stat().st_size
    store = store_in(tmp_path, limit=size + 100)
    assert store.write("large", tokens(), 0, state(9000)) is None
    assert old.path.exists()
    assert "larger than its folder may grow" in caplog.text
    written(store)
    assert not old.path.exists()


def test_a_read_only_folder_costs_a_line_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("not a folder")
    store = store_in(tmp_path / "file" / "states")
    assert store.write("scene", tokens(), 0, state()) is None
    assert "could not be saved" in caplog.text
    assert store.headings() == []
    assert kvstore.held(tmp_path / "file" / "states") == (0, 0)


_FULL = """
import resource, signal, sys
from array import array
from pathlib import Path
from storyforge.engine.kvstore import KvStore
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
store = KvStore(Path(sys.argv[1]), "kind", lambda: 1 << 30)
assert store.write("small", array("i", [1]), 0, memoryview(bytes(1000)))
assert store.write("large", array("i", [1]), 0, memoryview(bytes(2 << 20))) is None
"""


def test_a_disk_that_is_full_costs_a_line_in_the_log_and_leaves_no_half(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _FULL, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "A state could not be saved" in done.stderr
    assert len(list(tmp_path.iterdir())) == 1


_ENDLESS = """
import sys
from array import array
from pathlib import Path
from storyforge.engine import kvfile, kvstore
kvfile._PIECE = 1 << 16
def told():
    print("going", flush=True)
    return False
store = kvstore.KvStore(Path(sys.argv[1]), "kind", lambda: 1 << 40)
store.write("scene", array("i", [1]), 0, memoryview(bytes(1 << 24)), told)
"""


def test_a_program_killed_while_it_writes_leaves_the_old_state_whole(tmp_path: Path) -> None:
    store = store_in(tmp_path, "kind")
    old = written(store)
    writing = subprocess.Popen(
        [sys.executable, "-c", _ENDLESS, str(tmp_path)], stdout=subprocess.PIPE
    )
    assert writing.stdout is not None
    for _piece in range(20):
        writing.stdout.readline()
    writing.kill()
    writing.wait()
    writing.stdout.close()
    assert store.headings() == [old]
    assert store.read(old) == state_bytes()
    (left,) = (path for path in tmp_path.iterdir() if path != old.path)
    written(store, "another")
    assert left.exists()  # it may be of a program that still writes
    os.utime(left, (1, 1))
    written(store, "yet another")
    assert not left.exists()


def test_what_is_given_up_leaves_nothing(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    assert store.write("scene", tokens(), 0, state(), lambda: True) is None
    assert list(tmp_path.iterdir()) == []
    heading = written(store)
    assert store.read(heading, lambda: True) is None
    assert store.read(heading) == state_bytes()


def test_two_programs_may_write_read_and_make_room_in_one_folder(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    size = written(store_in(tmp_path)).path.stat().st_size
    stores = [store_in(tmp_path, limit=3 * size) for _ in range(2)]
    wrong: list[object] = []

    def work(store: KvStore) -> None:
        for at in range(60):
            store.write(f"slot {at % 5}", tokens(), 64, state())
            for heading in store.headings():
                data = store.read(heading)
                if data is not None and data != state_bytes():
                    wrong.append(heading)

    threads = [threading.Thread(target=work, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert "thrown away" not in caplog.text
    assert kvstore.held(tmp_path)[1] <= 4 * size


def test_clearing_takes_every_state_and_nothing_else(tmp_path: Path) -> None:
    written(store_in(tmp_path))
    written(store_in(tmp_path, "another kind"))
    (tmp_path / "models.json").write_text("{}")
    count, size = kvstore.held(tmp_path)
    assert count == 2
    assert kvstore.clear(tmp_path) == (2, size)
    assert [path.name for path in tmp_path.iterdir()] == ["models.json"]
    assert kvstore.clear(tmp_path / "nowhere") == (0, 0)


def test_what_is_forgotten_goes_whatever_read_it_and_nothing_else_does(tmp_path: Path) -> None:
    for kind in ("one model", "another"):
        for slot in ("scene 1", "scene 2", "scene 3"):
            written(store_in(tmp_path, kind), slot)
    (tmp_path / "odd.state").write_bytes(b"no state")
    (tmp_path / f"{store_in(tmp_path).path('scene 1').stem}-beef.new").write_bytes(b"half")
    assert kvstore.forget(tmp_path, ("scene 1", "scene 3", "scene 9")) == 5
    left = {heading.path for heading in kvstore.all_headings(tmp_path)}
    assert left == {store_in(tmp_path, kind).path("scene 2") for kind in ("one model", "another")}
    assert (tmp_path / "odd.state").exists()
    assert kvstore.forget(tmp_path / "nowhere", ("scene 1",)) == 0


def test_without_a_word_of_the_author_the_bound_goes_by_the_disk(tmp_path: Path) -> None:
    limit = kvstore.default_limit(tmp_path / "not" / "yet")
    assert 0 < limit <= 8 * GIB
