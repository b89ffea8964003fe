"""A scene's way through another editor."""

import stat
import sys
from pathlib import Path

import pytest

from storyforge.errors import BadInput
from storyforge.studio import outside


def script(folder: Path, body: str) -> tuple[str, ...]:
    """A program that does `body` to the file it is given, as `path`."""
    file = folder / "an editor.py"
    file.write_text(f"import pathlib, sys\npath = pathlib.Path(sys.argv[-1])\n{body}\n", "utf-8")
    return (sys.executable, str(file))


def test_a_parcel_is_private_and_comes_back_as_it_went() -> None:
    parcel = outside.pack("story", "scene", "Oil / “the” log?", "Mara.\n\nFog.\n")
    assert parcel.file.name == "Oil the log.md" or parcel.file.name.endswith(".md")
    assert stat.S_IMODE(parcel.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(parcel.file.parent.stat().st_mode) == 0o700
    assert outside.unpack(parcel) == "Mara.\n\nFog.\n"
    assert outside.left_over("story") == (parcel,)
    assert outside.left_over("another") == ()
    outside.forget(parcel)
    assert not parcel.file.exists()
    assert outside.left_over("story") == ()


def test_the_editors_own_newline_is_not_the_scenes(tmp_path: Path) -> None:
    parcel = outside.pack("story", "scene", "", "Mara.")
    assert parcel.file.read_text("utf-8") == "Mara.\n"
    parcel.file.write_bytes(b"\xef\xbb\xbfMara.\r\nFog.\r\n")
    assert outside.unpack(parcel) == "Mara.\nFog."
    parcel.file.write_bytes("Märä.　".encode())
    assert outside.unpack(parcel) == "Märä.　"


@pytest.mark.parametrize("data", [b"\xff\xfeM\x00", None])
def test_what_is_no_text_is_said(data: bytes | None) -> None:
    parcel = outside.pack("story", "scene", "", "Mara.")
    parcel.file.unlink() if data is None else parcel.file.write_bytes(data)
    with pytest.raises(BadInput, match="cannot be read"):
        outside.unpack(parcel)


def test_the_editor_is_the_authors(tmp_path: Path) -> None:
    spaced = tmp_path / "my editor"
    spaced.write_text("")
    assert outside.command({"VISUAL": "code --wait", "EDITOR": "vi"}) == ("code", "--wait")
    assert outside.command({"VISUAL": " ", "EDITOR": "'my ed' -n"}) == ("my ed", "-n")
    assert outside.command({"EDITOR": str(spaced)}) == (str(spaced),)
    assert outside.command({"EDITOR": "ed 'open"}) == ("ed", "'open")


def test_without_a_named_editor_a_usual_one_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert outside.command({}) == ()
    (tmp_path / "vi").write_text("#!/bin/sh\n")
    (tmp_path / "vi").chmod(0o755)
    assert outside.command({}) == ("vi",)


@pytest.mark.parametrize(
    ("words", "flag"),
    [
        (("code",), "--wait"),
        (("/usr/bin/code", "-n"), "--wait"),
        (("code", "--wait"), ""),
        (("subl", "-w"), ""),
        (("gvim",), "--nofork"),
        (("nano",), ""),
        (("vim", "-u", "NONE"), ""),
    ],
)
def test_editors_with_a_window_must_wait(words: tuple[str, ...], flag: str) -> None:
    assert outside.waiting_flag(words) == flag


def test_the_editor_runs_and_says_how_it_ended(tmp_path: Path) -> None:
    parcel = outside.pack("story", "scene", "Oil", "Mara.")
    assert outside.run(script(tmp_path, "path.write_text('Tom.')"), parcel) == 0
    assert outside.unpack(parcel) == "Tom."
    assert outside.run(script(tmp_path, "sys.exit(3)"), parcel) == 3
    killed = script(tmp_path, "import os; os.kill(os.getpid(), 9)")
    assert outside.run(killed, parcel) == -9
    with pytest.raises(BadInput, match="could not be started"):
        outside.run((str(tmp_path / "none"),), parcel)


def test_a_folder_that_is_no_parcel_is_left_alone() -> None:
    for name, facts in (("a", "{"), ("b", "[]"), ("c", '{"story": "story"}')):
        home = outside.folder() / name
        home.mkdir(parents=True)
        (home / "parcel.json").write_text(facts)
    parcel = outside.pack("story", "scene", "Oil", "Mara.")
    assert outside.left_over("story") == (parcel,)
