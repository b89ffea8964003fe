"""What writing a story into a folder, or reading one, did: a change for each file. Values only."""

from dataclasses import dataclass, field
from enum import StrEnum


class Change(StrEnum):
    """What happened to a file, or to a scene of the story."""

    WRITTEN = "written"
    RENAMED = "renamed"
    REMOVED = "removed"
    #: changed in the folder and not read yet: not written over
    LEFT = "left"
    TAKEN = "taken"
    NEW = "new"
    BACK = "back from the trash"
    TRASHED = "trashed"
    #: its file is gone, but it stays until there is a yes
    MISSING = "missing"
    #: changed in both
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Told:
    """One change.

    Attributes:
        name: the file's name.
        title: the scene's title; may be empty.
    """

    change: Change
    name: str
    title: str = ""


@dataclass
class FolderReport:
    """What writing or reading a folder did."""

    told: list[Told] = field(default_factory=list)

    def add(self, change: Change, name: str, title: str = "") -> None:
        """Note one change."""
        self.told.append(Told(change, name, title))

    def of(self, *changes: Change) -> tuple[Told, ...]:
        """The changes of these kinds."""
        return tuple(one for one in self.told if one.change in changes)
