"""A scene on its way through another editor and back.

It owns the parcel: a private folder with the scene's text in a file and, beside it, what it was
made from. A parcel is there until somebody has saved what came back, so a program that dies while
the editor is open loses nothing. It refuses to know the page and the terminal.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from storyforge import paths
from storyforge.borrowed import reason
from storyforge.domain.text import clean
from storyforge.errors import BadInput
from storyforge.i18n import _

_FACTS = "parcel.json"
_SUFFIX = ".md"
# Editors with a window of their own return at once unless they are told to wait.
_WAITS = {
    "code": "--wait", "code-insiders": "--wait", "codium": "--wait", "vscodium": "--wait",
    "cursor": "--wait", "subl": "--wait", "sublime_text": "--wait", "zed": "--wait",
    "zeditor": "--wait", "atom": "--wait", "pulsar": "--wait", "mate": "--wait", "bbedit": "--wait",
    "gvim": "--nofork", "mvim": "--nofork", "gedit": "--wait", "gnome-text-editor": "--standalone",
    "kate": "--block", "open": "-W",
}  # fmt: skip
_SHORT = {"--wait": "-w", "--nofork": "-f", "--block": "-b", "--standalone": "-s", "-W": "-nW"}
_USUAL = ("nano", "vim", "vi", "notepad")


@dataclass(frozen=True, slots=True)
class Parcel:
    """A scene's text in a file of its own.

    Attributes:
        file: what the editor opens.
        base: the text it was made from.
    """

    file: Path
    story_id: str
    scene_id: str
    base: str


def command(environ: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The author's editor: $VISUAL, else $EDITOR, else one that is usually there; else nothing."""
    env = os.environ if environ is None else environ
    for name in ("VISUAL", "EDITOR"):
        told = env.get(name, "").strip(" \t\n")
        if told:
            return _split(told)
    return next(((name,) for name in _USUAL if shutil.which(name)), ())


def _split(told: str) -> tuple[str, ...]:
    """A command with its arguments; a path with spaces need not be quoted if it is a program."""
    if Path(told).is_file():
        return (told,)
    try:
        parts = shlex.split(told, posix=sys.platform != "win32")
    except ValueError:  # an open quotation mark
        parts = told.split()
    return tuple(part.strip('"') for part in parts)


def waiting_flag(words: Sequence[str]) -> str:
    """What is missing for this editor to wait until the file is closed; "" where nothing is."""
    flag = _WAITS.get(Path(words[0]).stem.lower(), "") if words else ""
    return "" if not flag or flag in words or _SHORT.get(flag) in words else flag


def folder() -> Path:
    """Where parcels lie."""
    return paths.data_dir() / "outside"


def pack(story_id: str, scene_id: str, title: str, text: str) -> Parcel:
    """Write a scene's text to a file that nobody else may read.

    Raises:
        OSError: it cannot be written.
    """
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    # Of mode 0700, and a new one each time: an older parcel of this scene may still be wanted.
    home = Path(tempfile.mkdtemp(prefix=f"{scene_id}-", dir=folder()))
    facts = {"story": story_id, "scene": scene_id, "file": _file_name(title), "base": text}
    parcel = Parcel(home / facts["file"], story_id, scene_id, text)
    try:
        # Editors end a file with a newline; it is theirs and not the scene's.
        _write_private(parcel.file, text + "\n")
        _write_private(home / _FACTS, json.dumps(facts))
    except OSError:
        forget(parcel)
        raise
    return parcel


def _write_private(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())


def _file_name(title: str) -> str:
    kept = "".join(c for c in title if c.isalnum() or c in " -_")[:40].strip(" ")
    return (kept or "scene") + _SUFFIX


def run(words: Sequence[str], parcel: Parcel) -> int:
    """Let the editor have the terminal until it ends; its status, negative for a signal.

    Raises:
        BadInput: there is no such program, or it cannot be started.
    """
    try:
        return subprocess.run([*words, str(parcel.file)], check=False).returncode
    except OSError as error:
        raise BadInput(
            _("The editor “{name}” could not be started: {why}.").format(
                name=words[0], why=reason(error)
            ),
            title=_("No editor"),
            hint=_("Set EDITOR to one that is installed, as in: export EDITOR=nano"),
        ) from error


def unpack(parcel: Parcel) -> str:
    """The text as the editor left it.

    Raises:
        BadInput: the file is gone or holds no text.
    """
    try:
        text = clean(parcel.file.read_bytes().decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            _("What the editor left cannot be read: {file}.").format(file=parcel.file),
            title=_("Nothing taken in"),
            hint=_("The scene is as it was. Text is read as UTF-8."),
        ) from error
    return text.removesuffix("\n")


def edited(name: str, text: str, words: Sequence[str]) -> str:
    """A text that is no scene, such as a template, as the editor left it.

    Where the editor ends with an error it is as it was: that is how one says “let it be” to vim.

    Raises:
        BadInput: the editor cannot be started, or what it left cannot be read.
        OSError: the file cannot be written.
    """
    # The file's last line end is the text's own, where it has one.
    parcel = pack("", "text", name, text.removesuffix("\n"))
    flag = waiting_flag(words)
    status = run([*words, flag] if flag else words, parcel)
    left = text if status else unpack(parcel) + "\n" * text.endswith("\n")
    forget(parcel)
    return left


def forget(parcel: Parcel) -> None:
    """Remove a parcel; only when what it holds is saved or was given up."""
    shutil.rmtree(parcel.file.parent, ignore_errors=True)


def left_over(story_id: str) -> tuple[Parcel, ...]:
    """The parcels of this story that no program took back, the oldest first."""
    found = []
    for facts_file in folder().glob(f"*/{_FACTS}"):
        try:
            facts = json.loads(facts_file.read_text("utf-8"))
            file = facts_file.with_name(Path(str(facts["file"])).name)
            parcel = Parcel(
                file, str(facts["story"]), str(facts["scene"]), clean(str(facts["base"]))
            )
            age = facts_file.stat().st_mtime
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if parcel.story_id == story_id:
            found.append((age, parcel.file.parent.name, parcel))
    return tuple(parcel for _age, _name, parcel in sorted(found, key=lambda one: one[:2]))
