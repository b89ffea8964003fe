"""A file appears whole or not at all, and nothing is replaced unasked."""

import errno
import os
import re
from pathlib import Path

import pytest

from storyforge.errors import BadInput, Refused
from storyforge.export.files import write_folder, write_whole


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_a_new_file_is_written(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.md", "風".encode())
    assert (tmp_path / "a.md").read_text("utf-8") == "風"
    assert names(tmp_path) == ["a.md"]


def test_what_is_there_stays_unless_forced(tmp_path: Path) -> None:
    out = tmp_path / "a.md"
    out.write_text("old")
    out.chmod(0o640)
    with pytest.raises(Refused, match="there already"):
        write_whole(out, b"new")
    assert out.read_text() == "old"
    write_whole(out, b"new", force=True)
    assert out.read_text() == "new"
    assert out.stat().st_mode & 0o777 == 0o640


def test_a_link_keeps_pointing_where_it_did(tmp_path: Path) -> None:
    (tmp_path / "real.md").write_text("old")
    (tmp_path / "link.md").symlink_to(tmp_path / "real.md")
    write_whole(tmp_path / "link.md", b"new", force=True)
    assert (tmp_path / "link.md").is_symlink()
    assert (tmp_path / "real.md").read_text() == "new"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="is a folder"):
        write_whole(tmp_path, b"x", force=True)


def test_a_device_or_its_like_is_never_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Refused, match="no ordinary file"):
        write_whole(tmp_path / "pipe", b"new", force=True)
    assert (tmp_path / "pipe").is_fifo()


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="folder does not exist"):
        write_whole(tmp_path / "nix" / "a.md", b"x")


def test_a_name_that_no_disk_takes_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="was not written"):
        write_whole(tmp_path / ("x" * 300), b"x")
    assert names(tmp_path) == []


def test_a_file_that_appears_meanwhile_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fsync = os.fsync

    def and_another_program_writes(descriptor: int) -> None:
        fsync(descriptor)
        (tmp_path / "a.md").write_text("theirs")

    monkeypatch.setattr(os, "fsync", and_another_program_writes)
    with pytest.raises(Refused):
        write_whole(tmp_path / "a.md", b"ours")
    assert (tmp_path / "a.md").read_text() == "theirs"
    assert names(tmp_path) == ["a.md"]


def without_links(self: Path, target: Path) -> None:
    raise OSError(errno.EPERM, "no links here")


def test_a_disk_without_links_is_written_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "hardlink_to", without_links)
    write_whole(tmp_path / "a.md", b"x")
    assert (tmp_path / "a.md").read_bytes() == b"x"


def test_a_disk_without_links_keeps_what_appears_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def appears(self: Path, target: Path) -> None:
        self.write_text("theirs")
        without_links(self, target)

    monkeypatch.setattr(Path, "hardlink_to", appears)
    with pytest.raises(Refused):
        write_whole(tmp_path / "a.md", b"ours")
    assert (tmp_path / "a.md").read_text() == "theirs"


OURS = re.compile(r"\d\d.*\.txt")


def test_a_folder_appears_whole(tmp_path: Path) -> None:
    write_folder(tmp_path / "out", [("01 a.txt", b"a"), ("02 b.txt", b"b")], ours=OURS)
    assert names(tmp_path / "out") == ["01 a.txt", "02 b.txt"]
    assert names(tmp_path) == ["out"]


def test_an_earlier_export_is_replaced_with_a_yes_only(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_folder(out, [("01 a.txt", b"a"), ("02 b.txt", b"b")], ours=OURS)
    with pytest.raises(Refused, match="there already"):
        write_folder(out, [("01 a.txt", b"new")], ours=OURS)
    assert names(out) == ["01 a.txt", "02 b.txt"]
    write_folder(out, [("01 a.txt", b"new")], ours=OURS, force=True)
    assert names(out) == ["01 a.txt"]
    assert (out / "01 a.txt").read_bytes() == b"new"
    assert names(tmp_path) == ["out"]


def test_a_folder_with_anything_else_in_it_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("precious")
    with pytest.raises(Refused, match="other files"):
        write_folder(tmp_path, [("01 a.txt", b"a")], ours=OURS, force=True)
    assert names(tmp_path) == ["thesis.docx"]


def test_an_empty_folder_is_as_good_as_none(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    write_folder(tmp_path / "out", [("01 a.txt", b"a")], ours=OURS)
    assert names(tmp_path / "out") == ["01 a.txt"]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("precious")
    with pytest.raises(Refused):
        write_folder(tmp_path / "out", [("01 a.txt", b"a")], ours=OURS, force=True)
    assert (tmp_path / "out").read_text() == "precious"


@pytest.mark.parametrize("name", ["../x.txt", "a/b.txt", "..", "."])
def test_no_name_climbs_out(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match=re.escape(name)):
        write_folder(tmp_path / "out", [(name, b"x")], ours=OURS)
    assert names(tmp_path) == []


def test_a_folder_that_fails_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    write_folder(out, [("01 a.txt", b"a")], ours=OURS)
    rename = Path.rename

    def only_aside(self: Path, target: Path) -> Path:
        if self.suffix == ".new":
            raise OSError(errno.EIO, "broken")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", only_aside)
    with pytest.raises(BadInput, match="was not written"):
        write_folder(out, [("01 a.txt", b"new")], ours=OURS, force=True)
    assert (out / "01 a.txt").read_bytes() == b"a"
    assert names(tmp_path) == ["out"]


def test_a_folder_without_a_parent_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="folder does not exist"):
        write_folder(tmp_path / "nix" / "out", [("01 a.txt", b"a")], ours=OURS)
