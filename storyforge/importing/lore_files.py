"""Reads a file that holds lore: a lorebook or a character card of any known kind. Keeps nothing."""

import base64
import binascii
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from storyforge.domain.lore import LoreEntry
from storyforge.domain.text import one_line
from storyforge.i18n import N_, _
from storyforge.importing import png
from storyforge.importing.containers import Archive, is_zip, json_value
from storyforge.importing.encodings import decode
from storyforge.importing.files import file_bytes
from storyforge.importing.formats.fields import require_book
from storyforge.importing.limits import LARGEST_JSON, broken, refused
from storyforge.lorebooks import cards, character_book, novelai, own, world_info
from storyforge.lorebooks.book import Book
from storyforge.lorebooks.cards import Card
from storyforge.lorebooks.packing import CARD_PART, CARD_TEXTS, is_png
from storyforge.lorebooks.taking import mapping

_NOVELAI_TEXT = "naidata"

#: every kind by the name that programs use; "card" of any version and packing is one
KINDS = {
    own.KEY: N_("lorebook of storyforge"),
    world_info.KEY: N_("World Info (SillyTavern)"),
    character_book.KEY: N_("lorebook (V3)"),
    novelai.KEY: N_("NovelAI lorebook"),
    cards.KEY: N_("character card"),
}


@dataclass(frozen=True, slots=True)
class LoreRead:
    """A file with lore, read.

    Attributes:
        kind: a key of `KINDS`.
        file: the file's name. data: its bytes, where it is a picture or an archive; else empty.
    """

    kind: str
    file: str
    book: Book
    card: Card | None = None
    data: bytes = field(default=b"", repr=False)

    @property
    def entries(self) -> tuple[LoreEntry, ...]:
        """The character first, then the book."""
        return ((self.card.character,) if self.card else ()) + self.book.entries

    def entries_kept(self, where: str) -> tuple[LoreEntry, ...]:
        """The entries, the character knowing what its picture or archive is kept as."""
        if self.card is None:
            return self.entries
        known = {**self.card.character.extra, cards.PICTURE: where}
        return (replace(self.card.character, extra=known), *self.book.entries)


def read_lore(path: Path) -> LoreRead:
    """The lore in a file.

    Raises:
        BadInput: it cannot be read, is damaged or dangerous, or holds no lore that is known.
    """
    data = file_bytes(path)
    found = lore_in(data, path.name)
    if found is None:
        raise refused(
            _("“{file}” is no lorebook and no character card that storyforge knows.").format(
                file=one_line(path.name)
            ),
            _("Known are: {formats}.").format(formats=known_lore()),
        )
    return found


def known_lore() -> str:
    """What can be read, for help and errors."""
    return _(
        "lorebooks of storyforge, SillyTavern (World Info), NovelAI and the V3 standard, and "
        "character cards V1 to V3 as PNG, JSON or CHARX"
    )


def lore_in(data: bytes, file: str) -> LoreRead | None:
    """The lore in the bytes of a file; None where there is none, whatever else they are.

    Raises:
        BadInput: it is damaged or dangerous.
    """
    if is_png(data):
        return _in_picture(data, file)
    if is_zip(data):
        archive = Archive(data, file)
        if CARD_PART not in archive:
            return None
        return _packed(archive.read(CARD_PART), file, CARD_PART, data)
    if not data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"\xff\xfe{", b"\xfe\xff")):
        return None
    _require_size(data, file)
    value = json_value(decode(data, file).text.removeprefix("\ufeff"), file)
    return lore_of(value, file) if isinstance(value, dict) else None


def lore_of(value: dict[str, Any], file: str, data: bytes = b"") -> LoreRead | None:
    """The lore that a JSON object is; None for any other object.

    Raises:
        BadInput: it has more entries than any book.
    """
    if cards.version_of(value):
        inner = mapping(value.get("data")) if "spec" in value else value
        require_book(mapping(inner.get("character_book")), file)
        card = cards.read(value)
        return LoreRead(cards.KEY, file, card.book, card, data)
    for kind, is_one, read in (
        (own.KEY, own.is_own, own.read),
        (novelai.KEY, novelai.is_lorebook, novelai.read),
        (world_info.KEY, world_info.is_world_info, world_info.read),
        (character_book.KEY, character_book.is_lorebook, _read_lorebook),
    ):
        if is_one(value):
            is_wrapped = kind == character_book.KEY
            require_book(character_book.book_in(value) if is_wrapped else value, file)
            return LoreRead(kind, file, read(value), data=data)
    return None


def _read_lorebook(value: dict[str, Any]) -> Book:
    return character_book.read(character_book.book_in(value))


def _in_picture(data: bytes, file: str) -> LoreRead | None:
    held = png.texts(data, file)
    name = next((one for one in (*CARD_TEXTS.values(), _NOVELAI_TEXT) if one in held), None)
    if name is None:
        return None
    # No tool writes line breaks into it, but some of what it went through may have.
    packed = b"".join(held[name].split())
    try:
        told = base64.b64decode(packed, validate=True)
    except (binascii.Error, ValueError) as error:
        raise broken(file, _("its text “{name}”").format(name=name), _("it is no base64.")) from (
            error
        )
    return _packed(told, file, _("its text “{name}”").format(name=name), data)


def _packed(told: bytes, file: str, part: str, data: bytes) -> LoreRead:
    """The card or book in a picture or an archive, which is kept with it."""
    _require_size(told, file)
    try:
        plain = told.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = _("{part}, byte {offset}").format(part=part, offset=error.start)
        raise broken(file, place, _("it is not UTF-8.")) from error
    value = json_value(plain, file, part)
    found = lore_of(value, file, data) if isinstance(value, dict) else None
    if found is None:
        raise broken(file, part, _("it is no lorebook and no character card."))
    return found


def _require_size(data: bytes, file: str) -> None:
    if len(data) > LARGEST_JSON:
        raise refused(
            _("“{file}” is larger than {size} MB.").format(
                file=one_line(file), size=LARGEST_JSON >> 20
            ),
            _("Import it in parts."),
        )
