"""What could harm is refused by name, with the file and the place in it."""

import io
import json
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from storyforge.errors import BadInput
from storyforge.importing import limits
from storyforge.importing.containers import Archive, json_value, xml_root
from storyforge.importing.files import Folder, file_bytes
from storyforge.importing.limits import Extent
from storyforge.importing.reading import preview_import
from tests.importing import samples
from tests.importing.previewing import preview_bytes

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x0 "lol">'
    + "".join(f'<!ENTITY x{n + 1} "{f"&x{n};" * 10}">' for n in range(9))
    + "]>"
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]>'


def refusal(data: bytes, name: str) -> str:
    with pytest.raises(BadInput) as caught:
        preview_bytes(data, name)
    return caught.value.message


def zipped(change: Callable[[zipfile.ZipFile], object]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packing:
        change(packing)
    return out.getvalue()


def test_a_zip_bomb_is_refused_by_name() -> None:
    parts = samples.docx_parts("")
    parts["word/document.xml"] = b" " * (5 << 20)
    said = refusal(samples.packed(parts), "novel.docx")
    assert "“novel.docx” is a zip bomb: its part “word/document.xml”" in said
    assert "5,242,880 bytes" in said


def test_a_part_that_is_too_large_is_refused_before_it_is_unpacked() -> None:
    data = bytearray(samples.packed({"word/document.xml": b"<a/>"}))
    at = data.index(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, limits.LARGEST_PART + 1)
    assert "zip bomb" in refusal(bytes(data), "a.docx")


def test_many_parts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storyforge.importing.containers.MOST_PARTS", 3)
    data = samples.packed({str(number): "x" for number in range(4)})
    assert "it holds 4 parts" in refusal(data, "a.zip")


def test_all_parts_together_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storyforge.importing.containers.LARGEST_TOTAL", 10)
    archive = Archive(samples.packed({"a": "123456", "b": "123456"}), "a.zip")
    assert archive.read("a") == b"123456"
    with pytest.raises(BadInput, match="zip bomb"):
        archive.read("b")


@pytest.mark.parametrize(
    "name", ["../x.xml", "a/../../x.xml", "/etc/passwd", "a\\..\\..\\x.xml", "C:/x.xml", "C:x"]
)
def test_a_path_that_climbs_out_is_refused_by_name(name: str) -> None:
    parts = {**samples.docx_parts(""), name: "x"}
    said = refusal(samples.packed(parts), "novel.docx")
    assert "“novel.docx” holds a path that climbs out of it" in said


def test_a_book_that_points_out_of_itself_is_refused() -> None:
    with zipfile.ZipFile(io.BytesIO(samples.epub())) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    package = parts["OEBPS/package.opf"].replace(b'"c1.xhtml"', b'"../../../etc/passwd"')
    said = refusal(samples.packed(parts | {"OEBPS/package.opf": package}), "novel.epub")
    assert "climbs out of it: “../../../etc/passwd”" in said


def test_a_project_whose_handles_are_paths_is_refused() -> None:
    parts = samples.novelwriter_parts()
    project = str(parts["nwProject.nwx"])
    parts["nwProject.nwx"] = project.replace("0000000000004", "../../secret")
    assert "“../../secret” is no handle" in refusal(samples.packed(parts), "novel.zip")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_part_that_stands_twice_is_refused() -> None:
    def twice(packing: zipfile.ZipFile) -> None:
        packing.writestr("story.json", "{}")
        packing.writestr("story.json", '{"gamestarted": true}')

    assert "holds the part “story.json” twice" in refusal(zipped(twice), "save.zip")


def test_an_encrypted_part_is_refused() -> None:
    data = bytearray(samples.koboldai_zip())
    for mark in re.finditer(rb"PK\x01\x02", bytes(data)):
        data[mark.start() + 8] |= 1
    assert "is encrypted: the part “story.json”" in refusal(bytes(data), "save.zip")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("name", ["light.docx", "light.odt", "light.epub", "three.zip"])
def test_a_truncated_archive_is_refused_with_its_name(name: str, share: float) -> None:
    data = samples.ALL[name]()
    assert f"“{name}”" in refusal(data[: int(len(data) * share)], name)


def test_a_flipped_byte_is_refused_with_the_part() -> None:
    data = bytearray(samples.docx())
    at = data.index(b"word/document.xml") + 40
    data[at] ^= 0xFF
    said = refusal(bytes(data), "light.docx")
    assert "“light.docx” is broken at word/document.xml" in said


@pytest.mark.parametrize("head", [BOMB, OUTSIDE])
def test_entities_are_refused_by_name(head: str) -> None:
    parts = samples.docx_parts("<w:p><w:r><w:t>&x9;</w:t></w:r></w:p>")
    parts["word/document.xml"] = head + str(parts["word/document.xml"])
    said = refusal(samples.packed(parts), "novel.docx")
    assert "“novel.docx” declares XML entities in word/document.xml" in said


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("head", [BOMB, OUTSIDE])
def test_entities_are_refused_in_every_xml(head: str, encoding: str) -> None:
    text = f"{head}<a b='&x9;'>&x9;&f;</a>".replace('"1.0"', f'"1.0" encoding="{encoding}"')
    with pytest.raises(BadInput, match="declares XML entities"):
        xml_root(text.encode(encoding), "a.nwx")


def test_html_never_reads_another_file(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    page = (
        f'<!DOCTYPE html [<!ENTITY f SYSTEM "file://{tmp_path}/secret.txt">]>'
        f'<html><body>&f;<iframe src="file://{tmp_path}/secret.txt"></iframe>Text.</body></html>'
    )
    assert "secret" not in "".join(s.text for s in preview_bytes(page.encode(), "a.html").scenes)


def test_broken_xml_is_refused_with_part_and_line() -> None:
    parts = samples.docx_parts("")
    parts["word/document.xml"] = "<w:document xmlns:w='x'>\n<w:body>\n</w:p>"
    said = refusal(samples.packed(parts), "a.docx")
    assert said.startswith("“a.docx” is broken at word/document.xml, line 3")


def test_deep_xml_is_refused() -> None:
    with pytest.raises(BadInput, match=r"too deep|Excessive depth"):
        xml_root(b"<a>" * 5000 + b"</a>" * 5000, "a.docx", "word/document.xml")
    with pytest.raises(BadInput, match="nested too deep"):
        xml_root(b"<a>" * 220 + b"</a>" * 220, "a.docx", "word/document.xml")


def test_endless_xml_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storyforge.importing.containers.MOST_XML_ELEMENTS", 10)
    with pytest.raises(BadInput, match="more than 10 elements"):
        xml_root(b"<a>" + b"<b/>" * 20 + b"</a>", "a.docx")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": [1, 2', "line 1, column"),
        ('{"a": 1,\n "b": x}', "line 2, column 7"),
        ('{"a": ' + "[" * 100_000, "nested too deep"),
        ('{"a": ' + "[" * 150 + "]" * 150 + "}", "nested too deep"),
        ('{"a":\n' + "9" * 5000 + "}", "line 2: a number is far too long"),
        ('{"a": 0.' + "9" * 5000 + "}", "a number is far too long"),
        ('{"a": 1, "a": 2}', "“a”: this field stands there twice"),
    ],
)
def test_bad_json_is_refused_with_the_place(text: str, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        json_value(text, "save.json")
    assert caught.value.message.startswith("“save.json” is broken at ")
    assert said in caught.value.message


def test_numbers_that_are_none_become_nothing() -> None:
    value = json_value('{"a": NaN, "b": -Infinity, "c": 1e999, "d": 5}', "save.json")
    assert value == {"a": None, "b": None, "c": None, "d": 5}


def test_the_place_in_a_packed_value_is_named() -> None:
    session = {"prompt": "[{", "memoryTokens": "{}"}
    said = refusal(json.dumps(session).encode(), "session.json")
    assert said.startswith("“session.json” is broken at prompt, line 1, column 3")


@pytest.mark.parametrize("kind", ["characters", "lines", "elements"])
def test_what_no_story_can_be_is_refused(kind: str) -> None:
    extent = Extent("a.txt")
    extent.add(**{kind: 1000})
    with pytest.raises(BadInput, match=f"“a.txt” has more than [0-9,]+ {kind}"):
        extent.add(**{kind: 10_000_000})


def test_more_scenes_than_anybody_writes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storyforge.importing.reading._MOST_SCENES", 3)
    assert "4 scenes" in refusal(b"a\n***\nb\n***\nc\n***\nd", "a.txt")


def test_a_file_beyond_all_size_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_bytes(b"x" * 100)
    with pytest.raises(BadInput, match=r"“a\.txt” is larger than"):
        file_bytes(tmp_path / "a.txt", 99)
    monkeypatch.setattr("storyforge.importing.detecting.LARGEST_PLAIN", 99)
    assert "larger than" in refusal(b"x" * 100, "a.txt")


def test_a_folder_is_read_as_an_archive_is_and_not_beyond_itself(tmp_path: Path) -> None:
    project = tmp_path / "book"
    for name, text in samples.novelwriter_parts().items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(str(text), "utf-8")
    (tmp_path / "secret.nwd").write_text("secret")
    folder = Folder(project, (".nwx", ".nwd"))
    assert "nwProject.nwx" in folder
    with zipfile.ZipFile(io.BytesIO(folder.packed())) as packed:
        assert sorted(packed.namelist()) == sorted(folder.names)
    (project / "content" / "0000000000004.nwd").unlink()
    (project / "content" / "0000000000004.nwd").symlink_to(tmp_path / "secret.nwd")
    with pytest.raises(BadInput, match="climbs out"):
        preview_import([project])


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old.doc", "old Word"),
        (samples.packed({"a.txt": "x"}), "texts.zip", "zip without a story"),
        (b'{"entries": {}}', "lore.json", "no story of a program"),
        (b"[1, 2]" * 9, "x.epub", ""),
        (b'<?xml version="1.0"?><novelWriterXML/>', "copy of it.nwx", "list of a novelWriter"),
    ],
)
def test_what_is_not_known_is_said(data: bytes, name: str, said: str) -> None:
    if said:
        assert said in refusal(data, name)
    else:
        assert preview_bytes(data, name).counts.words


def test_a_text_that_only_looks_like_a_save_is_a_text() -> None:
    assert preview_bytes(b"{she thought} and went.", "a.txt").scenes[0].text.startswith("{she")
    assert preview_bytes(b'{"a": 1}', "a.md").scenes[0].text == '{"a": 1}'
    assert preview_bytes(b"<3 he wrote", "a.txt").scenes[0].text == "<3 he wrote"
