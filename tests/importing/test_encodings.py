"""Which encoding a file is in, on real short and long samples."""

from pathlib import Path

import pytest

from storyforge.errors import BadInput
from storyforge.importing.encodings import decode
from storyforge.importing.files import file_bytes

SHORT = [
    "灯台",
    "日本語",
    "山田",
    "東京",
    "雪",
    "序章",
    "第一章　灯台守",
    "はい。",
    "「あ」",
    "……",
    "こんにちは",
    "走れメロス",
    "カタカナ",
    "Hello 世界",
]
LONG = [
    "メロスは激怒した。必ず、かの邪智暴虐の王を除かなければならぬと決意した。",
    "「おい」と彼は言った。\n　吾輩は猫である。名前はまだ無い。\n\n◇\n\n雪が降っていた。" * 20,
    "Mara wrote 灯台 in the log, and beside it とうだい. Then she slept." * 5,
    "　①番の㈱と～の話。髙橋さんの﨑。",
]
HALF_WIDTH = ["ﾊﾝｶｸｶﾅ", "ﾃｽﾄﾃﾞｽ｡", "ﾎﾟｹｯﾄ", "これはﾃｽﾄです", "半角ｶﾅ混じりの文。", "ABC ﾃｽﾄ", "ｱｲｳｴｵ"]


@pytest.mark.parametrize("text", [*SHORT, *LONG])
def test_shift_jis_is_told_from_all_else(text: str) -> None:
    found = decode(text.encode("cp932"), "a.txt")
    assert (found.text, found.encoding) == (text, "Shift-JIS")


@pytest.mark.parametrize("text", [*SHORT, *LONG[:3]])
def test_euc_jp_is_told_from_all_else(text: str) -> None:
    found = decode(text.encode("euc_jp"), "a.txt")
    assert (found.text, found.encoding) == (text, "EUC-JP")


@pytest.mark.parametrize("text", HALF_WIDTH)
def test_half_width_kana_are_shift_jis(text: str) -> None:
    assert decode(text.encode("cp932"), "a.txt").text == text


@pytest.mark.parametrize("text", [*SHORT, *LONG, "café “quoted”", "😀 emoji", ""])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_read_with_and_without_its_mark(text: str, codec: str) -> None:
    assert decode(text.encode(codec), "a.txt").text == text


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [*LONG[:2], LONG[3], "はい。"])
def test_japanese_in_utf16_shows_by_its_kana(text: str, codec: str) -> None:
    found = decode(text.encode(codec), "a.txt")
    assert (found.text, found.encoding, found.guessed) == (text, "UTF-16", True)
    long = "雪が降った😀。" * 9999  # a pair of surrogates is cut in two at the sample's end
    assert decode(long.encode(codec), "a.txt").text == long


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_read_where_it_shows(codec: str) -> None:
    text = "Mara had kept the light for eleven years."
    found = decode(text.encode(codec), "a.txt")
    assert (found.text, found.guessed) == (text, True)


def test_big_endian_utf16_with_its_mark_is_read() -> None:
    assert decode(b"\xfe\xff" + "風の話".encode("utf-16-be"), "a.txt").text == "風の話"


def test_mail_from_japan_is_read() -> None:
    assert decode("灯台の話です。".encode("iso2022_jp"), "a.txt").text == "灯台の話です。"


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("café", "cp1252"),
        ("“Then she said—no.”", "cp1252"),
        ("Über die Brücke ging er, größer als zuvor.", "latin-1"),
        ("Señor, ¿qué pasó en el año?", "latin-1"),
        ("Привет, мир. Это рассказ о море и о маяке. Она не спала.", "cp1251"),
        ("灯台守在海边住了十一年,船来的那一夜他没有睡,走到海边看见一只空船。", "gb18030"),
    ],
)
def test_other_encodings_are_guessed_and_the_guess_is_told(text: str, codec: str) -> None:
    found = decode(text.encode(codec), "a.txt")
    assert (found.text, found.guessed) == (text, True)


@pytest.mark.parametrize(
    ("data", "offset"),
    [
        ("“Plain words,” she said, “and é.”".encode() + b"\xff!", 42),
        ("　吾輩は猫である。名前はまだ無い。".encode("cp932") + b"\x81", 34),
        ("　吾輩は猫である。名前はまだ無い。".encode("euc_jp") + b"\xa4", 34),
        (b"\xff\xfeA\x00\x00\xd8", 4),
        (b"\xef\xbb\xbfabc\xff", 3),
    ],
)
def test_a_damaged_text_is_refused_with_its_first_bad_byte(data: bytes, offset: int) -> None:
    with pytest.raises(BadInput) as caught:
        decode(data, "old.txt")
    assert "old.txt" in caught.value.message
    assert f"byte {offset} " in caught.value.message


def test_bytes_of_no_encoding_are_refused() -> None:
    with pytest.raises(BadInput, match=r"at byte 0 \(0x81\)"):
        decode(b"\x81\x8d\x8f\x90\x9d" * 3, "odd.txt")


@pytest.mark.parametrize(
    "head", [b"PK\x03\x04", b"%PDF-1.7", b"{\\rtf1", b"SQLite format 3\x00", b"\x00\x01\x02" * 20]
)
def test_what_is_no_text_is_refused(head: bytes) -> None:
    with pytest.raises(BadInput, match="is no text"):
        decode(head + b"more", "a.docx")


def test_a_named_encoding_is_taken_at_its_word() -> None:
    assert decode("～①".encode("cp932"), "a.txt", "shift_jis").text == "～①"
    assert decode("é".encode("mac_roman"), "a.txt", "mac_roman").text == "é"
    with pytest.raises(BadInput, match="byte 0"):
        decode("灯".encode("cp932"), "a.txt", "utf-8")
    for name in ("klingon", "rot13", "base64"):
        with pytest.raises(BadInput, match="no encoding called"):
            decode(b"abc", "a.txt", name)


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"nix\.txt"):
        file_bytes(tmp_path / "nix.txt")


@pytest.mark.parametrize(
    ("head", "kind", "hint"),
    [
        (b"SQLite format 3\x00", "a storyforge story", "opens it"),
        (b"\xd0\xcf\x11\xe0", "an old Word file", "DOCX"),
        (b"\x1f\x8b", "a gzip archive", "Unpack"),
    ],
)
def test_a_file_of_another_kind_is_named_with_what_to_do(head: bytes, kind: str, hint: str) -> None:
    with pytest.raises(BadInput, match=kind) as told:
        decode(head + b"more", "a.bin")
    assert hint in told.value.hint
