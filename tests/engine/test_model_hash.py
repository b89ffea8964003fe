"""A model is known by its contents, and its file is read for that once."""

import hashlib
import os
from pathlib import Path

from storyforge.engine.model_hash import known_hash, model_hash


def test_a_file_is_read_once_and_remembered_by_size_and_time(tmp_path: Path) -> None:
    model, folder = tmp_path / "a.gguf", tmp_path / "states"
    model.write_bytes(b"x" * 1000)
    assert known_hash(model, folder) is None
    found = model_hash(model, folder)
    assert found == hashlib.sha256(b"x" * 1000).hexdigest()
    assert known_hash(model, folder) == found
    assert model_hash(model, folder, lambda: True) == found  # nothing is read any more
    facts = model.stat()
    model.write_bytes(b"y" * 1000)
    os.utime(model, ns=(facts.st_atime_ns, facts.st_mtime_ns + 1))
    assert known_hash(model, folder) is None
    assert model_hash(model, folder) == hashlib.sha256(b"y" * 1000).hexdigest()


def test_all_parts_of_a_split_model_count(tmp_path: Path) -> None:
    parts = [tmp_path / f"m-{at:05}-of-00002.gguf" for at in (1, 2)]
    for part in parts:
        part.write_bytes(part.name.encode())
    before = model_hash(parts[0], tmp_path / "states")
    parts[1].write_bytes(b"another")
    assert known_hash(parts[0], tmp_path / "states") is None
    assert model_hash(parts[0], tmp_path / "states") != before
    parts[1].unlink()
    assert known_hash(parts[0], tmp_path / "states") is None


def test_reading_can_be_given_up_and_what_is_remembered_may_be_rubbish(tmp_path: Path) -> None:
    model, folder = tmp_path / "a.gguf", tmp_path / "states"
    model.write_bytes(b"x")
    assert model_hash(model, folder, lambda: True) is None
    folder.mkdir()
    for rubbish in ("not json", "[1, 2]", '{"facts": 3}'):
        (folder / "models.json").write_text(rubbish)
        assert known_hash(model, folder) is None
    assert model_hash(model, folder)
    assert known_hash(model, folder)
