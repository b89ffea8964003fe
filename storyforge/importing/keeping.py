"""What becomes of that in a foreign file which has no place in a story: said by name, and kept.

The file's own bytes as an attachment are the one honest promise that nothing is dropped.
"""

from collections.abc import Iterator
from pathlib import PurePath

from storyforge.domain.text import one_line
from storyforge.i18n import _, listed, ngettext
from storyforge.importing.formats.brought import Brought
from storyforge.importing.sources import Source
from storyforge.importing.values import ImportedAttachment

#: larger originals stay where they are: a story file is mailed and copied
LARGEST_KEPT = 20 << 20

_MEDIA_TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".fodt": "application/vnd.oasis.opendocument.text-flat-xml",
    ".epub": "application/epub+zip",
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "application/xhtml+xml",
    ".json": "application/json",
    ".story": "application/json",
    ".scenario": "application/json",
    ".novel": "text/plain",
    ".zip": "application/zip",
    ".charx": "application/zip",
    ".lorebook": "application/json",
    ".png": "image/png",
}


def kept_of(
    source: Source, brought: Brought, data: bytes
) -> tuple[tuple[ImportedAttachment, ...], bool]:
    """The file itself as an attachment, where it must be kept; and whether it is too large."""
    if not (brought.keep or brought.left_out):
        return (), False
    if len(data) > LARGEST_KEPT:
        return (), True
    name = one_line(source.path.name)
    if source.project:
        name = f"{one_line(source.path.resolve().name)}.zip"
    media_type = _MEDIA_TYPES.get(PurePath(name).suffix.lower(), "application/octet-stream")
    return (ImportedAttachment(name, media_type, data, brought.kind),), False


def notes_of(file: str, brought: Brought, *, too_large: bool) -> Iterator[str]:
    """What the author should know of one file."""
    yield _("“{file}” is read as: {kind}.").format(file=file, kind=brought.kind)
    yield from brought.notes
    if brought.left_out:
        yield _("No place in a story for: {names}.").format(names=listed(brought.left_out))
    if too_large:
        yield _(
            "“{file}” is larger than {size} MB and is not kept in the story: keep the file itself."
        ).format(file=file, size=LARGEST_KEPT >> 20)
    elif brought.keep or brought.left_out:
        yield _("“{file}” itself is kept in the story as an attachment.").format(file=file)


def beside(memory: str, author_note: str, lore: int, attachments: int) -> str:
    """What comes along beside the text, in one line; empty for nothing."""
    along = []
    if memory.strip():
        along.append(_("memory"))
    if author_note.strip():
        along.append(_("author's note"))
    if lore:
        along.append(ngettext("{count} entry of lore", "{count} entries of lore", lore))
        along[-1] = along[-1].format(count=lore)
    if attachments:
        along.append(ngettext("{count} attachment", "{count} attachments", attachments))
        along[-1] = along[-1].format(count=attachments)
    return listed(along)
