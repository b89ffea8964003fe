"""OpenDocument texts: what odfdo writes, and what only office programs write."""

import io

import pytest
from odfdo import Document, Header, Paragraph

from storyforge.errors import BadInput
from storyforge.importing.values import ImportedComment
from tests.importing import samples
from tests.importing.formats.shapes import of_odt, shape, texts
from tests.importing.previewing import preview_bytes


def test_a_text_of_a_library_comes_in() -> None:
    document = Document("text")
    document.body.clear()
    document.meta.title = "The Light"
    for part in (Header(1, "Oil"), Paragraph("She kept it."), Header(1, "Fog"), Paragraph("Gone.")):
        document.body.append(part)
    out = io.BytesIO()
    document.save(out)
    found = preview_bytes(out.getvalue(), "light.odt")
    assert found.title == "The Light"
    assert shape(found) == [("Oil", [("", "She kept it.")]), ("Fog", [("", "Gone.")])]


def test_everything_of_a_real_text_has_its_place() -> None:
    found = preview_bytes(samples.odt(), "light.odt")
    assert shape(found) == [
        ("Oil", [("", "She kept *the* light."), ("", "Fog  came.\nThen ｜漢《かん》")]),
        ("Fog", [("", "More.")]),
    ]
    first, second = found.scenes[:2]
    assert first.card.notes == "Footnote after “…She kept the light.”: A note."
    assert second.comments == (ImportedComment(0, 3, "Anna: Why?"),)
    assert any("what was deleted is out" in note for note in found.notes)
    assert any("what was deleted" in note and "No place" in note for note in found.notes)


def test_styles_are_followed_to_what_they_are_based_on() -> None:
    styles = (
        '<style:style style:name="Base" style:family="text"><style:text-properties '
        'fo:font-weight="bold"/></style:style><style:style style:name="Mine" '
        'style:parent-style-name="Base" style:family="text"/><style:style style:name="Dots" '
        'style:family="text"><style:text-properties style:text-emphasize="dot above"/>'
        "</style:style>"
    )
    body = (
        '<text:p><text:span text:style-name="Mine">so</text:span> '
        '<text:span text:style-name="Dots">点</text:span></text:p>'
    )
    assert texts(of_odt(body, styles)) == ["**so** 《《点》》"]


def test_lines_across_and_new_pages_part_scenes() -> None:
    line = '<text:p text:style-name="Horizontal_20_Line"/>'
    page = '<text:p text:style-name="P1">Three.</text:p>'
    body = f"<text:h>Oil</text:h><text:p>One.</text:p>{line}<text:p>Two.</text:p>{page}"
    assert shape(of_odt(f"{body}<text:h>Fog</text:h>"))[0] == (
        "Oil",
        [("", "One."), ("", "Two."), ("", "Three.")],
    )


def test_lists_tables_and_indexes_are_read_or_named() -> None:
    body = (
        "<text:table-of-content><text:p>Oil 1</text:p></text:table-of-content>"
        "<text:list><text:list-item><text:p>one</text:p></text:list-item></text:list>"
        "<text:p>a<text:tab/>b<text:unknown>c</text:unknown></text:p>"
    )
    found = of_odt(body)
    assert texts(found) == ["one\n\na\tbc"]
    assert any("the table of contents" in note for note in found.notes)


def test_a_flat_text_is_read() -> None:
    flat = samples.odt_content("<text:p>Flat.</text:p>").replace("document-content", "document")
    assert texts(preview_bytes(flat.encode(), "a.fodt")) == ["Flat."]


def test_an_encrypted_text_is_refused() -> None:
    parts: dict[str, str | bytes] = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": b"\x8f\x01",
        "META-INF/manifest.xml": "<m><manifest:encryption-data xmlns:manifest='x'/></m>",
    }
    with pytest.raises(BadInput, match="is encrypted"):
        preview_bytes(samples.packed(parts), "a.odt")


def test_a_spreadsheet_is_no_text() -> None:
    body = samples.odt_content("").replace("office:text", "office:spreadsheet")
    parts = {"mimetype": "x", "content.xml": body, "META-INF/manifest.xml": "<m/>"}
    with pytest.raises(BadInput, match="holds no text document"):
        preview_bytes(samples.packed(parts), "a.ods")
