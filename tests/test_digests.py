"""Digests of large files: read once, remembered as long as the files stay as they are."""

import hashlib
import os
from pathlib import Path

import pytest

from storyforge import digests


def test_parts_are_read_once(tmp_path: Path) -> None:
    parts, kept = (tmp_path / "a", tmp_path / "b"), tmp_path / "in" / "kept.json"
    for part in parts:
        part.write_text(part.name * 3)
    assert digests.known(parts, kept) is None
    found = digests.digest(parts, kept)
    assert found == hashlib.sha256(b"aaabbb").hexdigest()
    assert digests.known(parts, kept) == found
    assert digests.digest(parts, kept, lambda: pytest.fail("it is remembered")) == found


def test_what_was_changed_is_read_again(tmp_path: Path) -> None:
    part, kept = tmp_path / "a", tmp_path / "kept.json"
    part.write_text("one")
    before = digests.digest((part,), kept)
    part.write_text("two")
    os.utime(part, (1, 1))
    assert digests.known((part,), kept) is None
    assert digests.digest((part,), kept) != before


def test_a_link_is_the_file_it_leads_to(tmp_path: Path) -> None:
    part, link, kept = tmp_path / "a", tmp_path / "link", tmp_path / "kept.json"
    part.write_text("one")
    link.symlink_to(part)
    assert digests.digest((link,), kept) == digests.known((part,), kept)


def test_what_is_not_there_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="a"):
        digests.digest((tmp_path / "a",), tmp_path / "kept.json")
