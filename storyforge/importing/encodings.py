"""Bytes into text: finds the encoding, decodes strictly, says which byte could not be read.

A file is either read whole or refused: no character is ever replaced or dropped here.
"""

import codecs
import re
from dataclasses import dataclass

from storyforge.errors import BadInput
from storyforge.i18n import N_, _
from storyforge.importing.japanese import broken_japanese, japanese_encoding

_BOMS = (
    # UTF-32 first: its little-endian mark begins with UTF-16's.
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_SAVE = N_("Save it as DOCX, ODT, plain text or Markdown first.")
_CHOOSE = N_("Choose a file that has text in it.")
_FOREIGN = (
    (b"PK\x03\x04", N_("a Word, OpenDocument or EPUB file"), _SAVE),
    (b"\xd0\xcf\x11\xe0", N_("an old Word file (.doc) or an encrypted one"), _SAVE),
    (b"{\\rtf", N_("an RTF file"), _SAVE),
    (b"%PDF", N_("a PDF file"), _SAVE),
    (b"SQLite format 3\x00", N_("a storyforge story or another database"),
     N_("A story needs no import; “storyforge FILE” opens it.")),
    (b"\x89PNG", N_("a PNG picture"), _CHOOSE),
    (b"\xff\xd8\xff", N_("a JPEG picture"), _CHOOSE),
    (b"GGUF", N_("a model (GGUF)"), _CHOOSE),
    (b"\x1f\x8b", N_("a gzip archive"), N_("Unpack it first.")),
)  # fmt: skip
# A guess from less is a throw of dice; more than the second number only takes time.
_LIBRARY_BYTES = (32, 65_536)
# Western letters and quotation marks: what the high bytes of a short cp1252 text can be.
_WESTERN = re.compile(r"[À-ÖØ-öø-ÿ“”‘’„‚‹›«»–—…¡¿°§£€ŒœŠšŽžŸ\xa0]")

# Two bytes of Latin letters make a kanji now and then, but never a text of kana and known signs.
_KANA = re.compile(r"[ぁ-ヿ]")
_NOT_JAPANESE = re.compile(
    r"[^\t\n\r -~\u2010-\u26ff\u3000-\u33ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef"
    r"\U0001f000-\U0003ffff]"
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text, not yet cleaned.

    Attributes:
        encoding: its common name, such as "Shift-JIS".
        guessed: nothing in the bytes proves the encoding.
    """

    text: str
    encoding: str
    guessed: bool = False


def decode(data: bytes, name: str, encoding: str | None = None) -> Decoded:
    """The text in `data`; `name` is for the error.

    Raises:
        BadInput: it is no text or cannot be decoded; names the first bad byte.
    """
    if encoding is not None:
        return _forced(data, name, encoding)
    for magic, kind, hint in _FOREIGN:
        if data.startswith(magic):
            raise BadInput(
                _("“{file}” is no text but {kind}.").format(file=name, kind=_(kind)),
                title=_("Not imported"),
                hint=_(hint),
            )
    found = _detected(data, name)
    controls = len(re.findall(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]", found.text))
    if controls > max(8, len(found.text) // 20):
        raise _no_text(name)
    return found


def _detected(data: bytes, name: str) -> Decoded:
    for bom, codec, label in _BOMS:
        if data.startswith(bom):
            return Decoded(_strictly(data, codec, label, name), label)
    wide = _utf16_without_mark(data)
    if wide is not None:
        return Decoded(_strictly(data, wide, "UTF-16", name), "UTF-16", guessed=True)
    if b"\x1b$" in data and data.isascii():
        return Decoded(_strictly(data, "iso2022_jp", "ISO-2022-JP", name), "ISO-2022-JP")
    try:
        return Decoded(data.decode("utf-8"), "UTF-8")
    except UnicodeDecodeError as error:
        if _is_broken_utf8(data):
            raise _undecodable(name, "UTF-8", error.start, data) from error
        bad_byte = error.start
    japanese = japanese_encoding(data)
    if japanese is not None:
        return Decoded(data.decode(japanese[0]), japanese[1])
    broken = broken_japanese(data)
    if broken is not None:
        label = {"cp932": "Shift-JIS", "euc_jp": "EUC-JP"}[broken[0]]
        raise _undecodable(name, label, broken[1], data)
    guess = _western(data) or _by_library(data)
    if guess is None:
        raise _undecodable(name, "", bad_byte, data)
    return guess


def _utf16_without_mark(data: bytes) -> str | None:
    """Mostly Latin text in UTF-16 has a zero in every second byte; Japanese shows by its kana."""
    if len(data) < 4 or len(data) % 2:
        return None
    for codec in ("utf-16-le", "utf-16-be"):
        try:
            # In steps, so that a pair cut in two at the sample's end is no error.
            text = codecs.getincrementaldecoder(codec)().decode(data[: _LIBRARY_BYTES[1]])
        except UnicodeDecodeError:
            continue
        if len(_KANA.findall(text)) > len(text) / 5 and not _NOT_JAPANESE.search(text):
            return codec
    even, odd = data[::2].count(0), data[1::2].count(0)
    half = len(data) // 2
    if odd > half * 0.6 and even < half * 0.1:
        return "utf-16-le"
    if even > half * 0.6 and odd < half * 0.1:
        return "utf-16-be"
    return None


def _is_broken_utf8(data: bytes) -> bool:
    """Whether `data` is UTF-8 but for a few bytes: valid sequences far outnumber the bad ones."""
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    return len(re.findall(r"[^\x00-\x7f\ufffd]", text)) >= max(2, 4 * bad)


def _western(data: bytes) -> Decoded | None:
    """cp1252 where its high bytes are few and all of them letters or quotation marks.

    charset-normalizer needs more than a line of text to tell Western encodings apart.
    """
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return None
    high = re.findall(r"[^\x00-\x7f]", text)
    letters = len(re.findall(r"[A-Za-z]", text))
    if all(_WESTERN.match(character) for character in high) and len(high) <= letters / 3:
        return Decoded(text, "Windows-1252", guessed=True)
    return None


def _by_library(data: bytes) -> Decoded | None:
    from charset_normalizer import from_bytes

    least, most = _LIBRARY_BYTES
    best = from_bytes(data[:most]).best() if len(data) >= least else None
    if best is None:
        return None
    try:
        return Decoded(data.decode(best.encoding), best.encoding.replace("_", "-"), guessed=True)
    except UnicodeDecodeError:
        return None


def _forced(data: bytes, name: str, encoding: str) -> Decoded:
    try:
        codec = codecs.lookup(encoding).name
        "a".encode(codec)  # not every codec of Python's is one of texts
    except (LookupError, ValueError) as error:
        raise BadInput(
            _("There is no encoding called “{encoding}”.").format(encoding=encoding),
            title=_("Not imported"),
            hint=_("Known are, among others: utf-8, utf-16, shift_jis, euc_jp, cp1252."),
        ) from error
    # The strict table of Shift-JIS lacks what Windows writes; nobody means that one.
    codec = {"shift_jis": "cp932", "utf-8": "utf-8-sig"}.get(codec, codec)
    return Decoded(_strictly(data, codec, encoding, name), encoding)


def _strictly(data: bytes, codec: str, label: str, name: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        raise _undecodable(name, label, error.start, data) from error


def _undecodable(name: str, label: str, offset: int, data: bytes) -> BadInput:
    byte = f"0x{data[offset]:02X}" if offset < len(data) else "–"
    as_what = _("It is {encoding} but for that byte.").format(encoding=label) if label else ""
    return BadInput(
        _("“{file}” cannot be decoded at byte {offset:,} ({byte}).").format(
            file=name, offset=offset, byte=byte
        )
        + (f" {as_what}" if as_what else ""),
        title=_("Not imported"),
        hint=_("Save it as UTF-8 in an editor, or name its encoding with --encoding."),
    )


def _no_text(name: str) -> BadInput:
    return BadInput(
        _("“{file}” is no text file.").format(file=name),
        title=_("Not imported"),
        hint=_("Save it as plain text or Markdown first."),
    )
