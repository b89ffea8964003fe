"""Syncthing as far as two folders need it: version vectors, renames over files, conflict copies.

Its rules (docs.syncthing.net, "Understanding Synchronization"): a change is found by a scan; a file
comes in as a temporary file that is renamed over the old one; where both sides changed, the copy
with the older modification time is renamed to `NAME.sync-conflict-DATE-TIME-DEVICE.EXT` and is
synced like any other file. What `docs/sync.md` says to leave out is left out.
"""

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

_SECONDS = count()


@dataclass
class Entry:
    """What a device knows of a file: its hash (empty: deleted) and who changed it how often."""

    digest: str
    versions: dict[str, int] = field(default_factory=dict)


class Device:
    """One folder on one machine."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder
        self.index: dict[str, Entry] = {}
        folder.mkdir(parents=True)

    def files(self) -> Iterator[Path]:
        """What is synced: stories only, no logs, locks or files that are being made."""
        for path in sorted(self.folder.glob("*.forge")):
            if not path.name.startswith("."):
                yield path

    def scan(self) -> None:
        """Find out what changed here."""
        there = {path.name: _digest(path) for path in self.files()}
        for name in {*there, *self.index}:
            entry = self.index.setdefault(name, Entry(""))
            if entry.digest != there.get(name, ""):
                entry.digest = there.get(name, "")
                entry.versions[self.name] = entry.versions.get(self.name, 0) + 1

    def pull(self, other: "Device") -> None:
        """Take in what the other device knows."""
        self.scan()
        for name, theirs in list(other.index.items()):
            ours = self.index.get(name, Entry(""))
            if _covers(ours.versions, theirs.versions):
                continue
            if ours.digest != theirs.digest and not _covers(theirs.versions, ours.versions):
                if not theirs.digest or (ours.digest and self._wins(name, other)):
                    continue
                if ours.digest:
                    self._set_aside(name)
            self._take(name, theirs, other)
            merged = {
                device: max(ours.versions.get(device, 0), theirs.versions.get(device, 0))
                for device in {*ours.versions, *theirs.versions}
            }
            self.index[name] = Entry(theirs.digest, merged)

    def _wins(self, name: str, other: "Device") -> bool:
        mine, theirs = self.folder / name, other.folder / name
        if not theirs.exists():
            return True
        return (mine.stat().st_mtime_ns, self.name) > (theirs.stat().st_mtime_ns, other.name)

    def _set_aside(self, name: str) -> None:
        path = self.folder / name
        stamp = f"20261123-{next(_SECONDS):06}-{self.name:A<7}"
        path.rename(path.with_name(f"{path.stem}.sync-conflict-{stamp}{path.suffix}"))
        self.scan()

    def _take(self, name: str, theirs: Entry, other: "Device") -> None:
        path = self.folder / name
        if not theirs.digest:
            path.unlink(missing_ok=True)
        elif _digest(path) != theirs.digest and (other.folder / name).exists():
            coming = self.folder / f".syncthing.{name}.tmp"
            shutil.copy2(other.folder / name, coming)
            coming.replace(path)


def _covers(one: dict[str, int], other: dict[str, int]) -> bool:
    return all(one.get(device, 0) >= number for device, number in other.items())


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""
