"""Writes a book of lore in the formats of other tools, and our own. Writes no file itself."""

import base64
import io
import json
import shutil
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from storyforge.domain.lore import LoreEntry
from storyforge.i18n import N_
from storyforge.lorebooks import character_book, novelai, own, world_info
from storyforge.lorebooks.packing import CARD_PART, CARD_TEXTS, LAST_CHUNK, PNG, chunks, is_png

_ZIP = b"PK"
_CARD_TEXTS = {version: name.encode() for version, name in CARD_TEXTS.items()}

#: the formats of a book by the name that programs use, with the ending of their files
BOOK_FORMATS = {
    own.KEY: (N_("storyforge"), ".lore.json"),
    world_info.KEY: (N_("World Info (SillyTavern)"), ".json"),
    character_book.KEY: (N_("lorebook (V3)"), ".json"),
    novelai.KEY: (N_("NovelAI lorebook"), ".lorebook"),
}


def book_bytes(name: str, entries: Sequence[LoreEntry], rest: Mapping[str, Any]) -> bytes:
    """The file for a book.

    Args:
        name: a key of `BOOK_FORMATS`.
        rest: the fields of the book itself, as an import of the same format brought them.
    """
    written = {
        own.KEY: own.written,
        world_info.KEY: world_info.written,
        character_book.KEY: character_book.alone,
        novelai.KEY: novelai.written,
    }[name]
    return json_bytes(written(entries, rest))


def card_bytes(card: Mapping[str, Any], original: bytes = b"") -> bytes:
    """The file for a card: the picture or archive it came from with the card in it, else JSON.

    All else in a picture or an archive stays to the byte; a picture that has the card of another
    version, too, tells the same in both.
    """
    if is_png(original):
        return _picture(card, original)
    if original.startswith(_ZIP):
        return _archive(card, original)
    return json_bytes(card)


def card_ending(original: bytes) -> str:
    """The ending of the file that `card_bytes` makes."""
    return ".png" if is_png(original) else ".charx" if original.startswith(_ZIP) else ".json"


def json_bytes(value: Mapping[str, Any]) -> bytes:
    """JSON that a person can read."""
    told = json.dumps(value, ensure_ascii=False, indent=2)
    return (told + "\n").encode("utf-8", "replace")


def unequal_there(name: str, entry: LoreEntry) -> tuple[str, ...]:
    """The rules of an entry that the format has no field for, by our names."""
    return novelai.unequal_there(entry) if name == novelai.KEY else ()


def _picture(card: Mapping[str, Any], original: bytes) -> bytes:
    version = 3 if str(card.get("spec")) == "chara_card_v3" else 2
    told = {_CARD_TEXTS[version]: _text_chunk(_CARD_TEXTS[version], card)}
    if version == 3:  # tools that do not know it read the older one
        older = {**card, "spec": "chara_card_v2", "spec_version": "2.0"}
        told[_CARD_TEXTS[2]] = _text_chunk(_CARD_TEXTS[2], older)
    out = [PNG]
    for kind, start, end in chunks(original):
        if kind == LAST_CHUNK:
            out += told.values()
        name = original[start:end].partition(b"\0")[0].lower() if kind == b"tEXt" else b""
        if name not in _CARD_TEXTS.values():
            out.append(original[start - 8 : end + 4])
    return b"".join(out)


def _text_chunk(name: bytes, card: Mapping[str, Any]) -> bytes:
    told = json.dumps(card, ensure_ascii=False).encode("utf-8", "replace")
    held = b"tEXt" + name + b"\0" + base64.b64encode(told)
    return struct.pack(">I", len(held) - 4) + held + struct.pack(">I", zlib.crc32(held))


def _archive(card: Mapping[str, Any], original: bytes) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(original)) as packed,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packing,
    ):
        for part in packed.infolist():
            if part.filename == CARD_PART:
                packing.writestr(part, json_bytes(card), part.compress_type)
            else:  # piece by piece: pictures may be large
                with packed.open(part) as held, packing.open(part, "w") as copy:
                    shutil.copyfileobj(held, copy)
    return out.getvalue()
