"""Small files are replaced in one step."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from storyforge.small_files import put


def test_a_file_and_its_folder_are_made(tmp_path: Path) -> None:
    file = tmp_path / "new" / "notes.json"
    put(file, "『雨』")
    assert file.read_text("utf-8") == "『雨』"
    assert list(file.parent.iterdir()) == [file]


def test_what_cannot_be_written_leaves_what_stood_there(tmp_path: Path) -> None:
    file = tmp_path / "notes.json"
    put(file, "before")
    with pytest.raises(UnicodeEncodeError):
        put(file, "half a character: \ud83d")
    assert file.read_text("utf-8") == "before"
    assert list(tmp_path.iterdir()) == [file]


def test_two_that_write_at_once_do_not_mix(tmp_path: Path) -> None:
    file = tmp_path / "notes.json"
    texts = [letter * 100_000 for letter in "abcdefgh"]
    with ThreadPoolExecutor(len(texts)) as pool:
        list(pool.map(lambda text: put(file, text), texts))
    assert file.read_text("utf-8") in texts
    assert list(tmp_path.iterdir()) == [file]
