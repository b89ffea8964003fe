"""Stories to export, without a file behind them."""

import struct
import zlib
from datetime import date

from storyforge.domain.counting import Counts
from storyforge.export.blocks import Block, Book, ChapterStart, Draft, Front, SceneStart, SceneText
from storyforge.export.book import book_of
from storyforge.export.settings import ExportSettings

DAY = date(2024, 5, 2)
Chapters = list[tuple[str, list[tuple[str, str]]]]

ENGLISH: Chapters = [
    (
        "The Keeper",
        [
            ("Oil", "Mara *kept* the **light**.\n\nIt was hers & <only> hers."),
            ("Fog", "The boat came in.\n\n\nNobody was on it.\n\n***\n\nNobody at all."),
        ],
    ),
    ("The Boat", [("", "A child\nunder the canvas,\nasleep.")]),
]
JAPANESE: Chapters = [
    (
        "夜",
        [
            ("", "　灯台《とうだい》の｜小さな灯《ともしび》。\n「はい」\n　《《だけ》》を12回!?"),
            ("", "　霧が出た。\n\n　*誰も*いない。"),
        ],
    ),
    ("朝", [("", "　船が来た。")]),
]


def draft(
    chapters: Chapters,
    *,
    title: str = "The Light",
    author: str = "Ana Moreau",
    language: str = "en",
    counts: Counts | None = None,
) -> Draft:
    """A draft; the chapters' ids are c0, c1 and so on."""
    blocks: list[Block] = []
    for index, (name, scenes) in enumerate(chapters):
        blocks.append(ChapterStart(name, f"c{index}"))
        for number, (scene, text) in enumerate(scenes):
            blocks.append(SceneStart(scene, opens_chapter=number == 0))
            blocks.append(SceneText(text))
    front = Front(title, author, language, DAY, counts or Counts(93_210, 400_000), "ab" * 16)
    return Draft(front, tuple(blocks))


def book(
    chapters: Chapters,
    settings: ExportSettings | None = None,
    *,
    title: str = "The Light",
    author: str = "Ana Moreau",
    language: str = "en",
    counts: Counts | None = None,
) -> Book:
    """The book of such a draft."""
    made = draft(chapters, title=title, author=author, language=language, counts=counts)
    return book_of(made, settings or ExportSettings())


def png(width: int = 3, height: int = 4) -> bytes:
    """A small grey picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = b"".join(b"\0" + b"\x80" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


#: the smallest picture that a JPEG reader takes: 1×1, grey
JPEG = bytes.fromhex(
    "ffd8ffdb004300" + "01" * 64 + "ffc0000b080001000101011100ffc40014000100000000000000000000"
    "000000000003ffc40014100100000000000000000000000000000000ffda0008010100003f0037ffd9"
)
