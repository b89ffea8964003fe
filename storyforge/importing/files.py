"""Takes bytes from the disk for an import: one file, or a project's folder. Writes nothing."""

import io
import os
import zipfile
from pathlib import Path

from storyforge.borrowed import reason
from storyforge.domain.text import one_line
from storyforge.i18n import _
from storyforge.importing.limits import LARGEST_FILE, LARGEST_PART, MOST_PARTS, refused


class Folder:
    """A project's folder, read as an archive is.

    Attributes:
        names: the files below it that end in one of the endings, with / between.

    Raises:
        BadInput: it holds far too many files.
    """

    def __init__(self, folder: Path, endings: tuple[str, ...]) -> None:
        self._folder = folder
        self.file = one_line(folder.name)
        found = []
        for root, folders, files in os.walk(folder):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            inside = Path(root).relative_to(folder)
            found += [(inside / name).as_posix() for name in files if name.endswith(endings)]
            if len(found) > MOST_PARTS:
                raise refused(
                    _("“{file}” holds more than {count:,} files.").format(
                        file=self.file, count=MOST_PARTS
                    )
                )
        self.names = tuple(sorted(found))

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def read(self, name: str) -> bytes:
        """The bytes of the file `name`.

        Raises:
            BadInput: it cannot be read, lies elsewhere, or is far too large.
        """
        path = self._folder / name
        if not path.resolve().is_relative_to(self._folder.resolve()):
            raise refused(
                _("“{file}” holds a path that climbs out of it: “{part}”.").format(
                    file=self.file, part=one_line(name)
                ),
                _("Nothing of it was read."),
            )
        return file_bytes(path, LARGEST_PART)

    def packed(self) -> bytes:
        """All of it as one zip, the same bytes for the same files."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packing:
            for name in self.names:
                packing.writestr(zipfile.ZipInfo(name), self.read(name), zipfile.ZIP_DEFLATED)
        return out.getvalue()


def file_bytes(path: Path, most: int = LARGEST_FILE) -> bytes:
    """What the file `path` holds.

    Raises:
        BadInput: it cannot be read, is no plain file, or is larger than `most` bytes.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(most + 1)
    except OSError as error:
        raise refused(
            _("“{file}” cannot be read: {why}.").format(file=path, why=reason(error)),
            _("Look whether the name is right and the file may be read."),
        ) from error
    if len(data) > most:
        raise refused(
            _("“{file}” is larger than {size} MB.").format(
                file=one_line(path.name), size=most >> 20
            ),
            _("Import it in parts."),
        )
    return data
