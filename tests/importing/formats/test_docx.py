"""Word files: what python-docx writes, and what only Word writes."""

from pathlib import Path

import pytest
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_BREAK

from storyforge.importing.values import ImportedComment
from tests.importing import samples
from tests.importing.formats.shapes import of_docx, saved, shape, texts
from tests.importing.previewing import preview_bytes


def p(text: str, properties: str = "", run: str = "") -> str:
    run = f"<w:rPr>{run}</w:rPr>" if run else ""
    return (
        f"<w:p><w:pPr>{properties}</w:pPr><w:r>{run}"
        f'<w:t xml:space="preserve">{text}</w:t></w:r></w:p>'
    )


def test_a_manuscript_comes_in_with_headings_emphasis_and_breaks(tmp_path: Path) -> None:
    document = Document()
    document.core_properties.title = "The Light"
    document.core_properties.author = "Mara"
    document.add_heading("The Light", 0)
    document.add_heading("Oil", 1)
    line = document.add_paragraph("She said ")
    line.add_run("never").italic = True
    line.add_run(" and ")
    line.add_run("always").bold = True
    document.add_paragraph("#")
    document.add_heading("The log", 2)
    document.add_paragraph("Fog.")
    document.add_heading("Boat", 1)
    last = document.add_paragraph("It came.")
    last.add_run().add_break(WD_BREAK.PAGE)
    document.add_paragraph("It went.")
    found = preview_bytes(saved(document, tmp_path), "light.docx")
    assert (found.title, found.author, found.language) == ("The Light", "Mara", "en")
    assert shape(found) == [
        ("Oil", [("", "She said *never* and **always**"), ("The log", "Fog.")]),
        ("Boat", [("", "It came."), ("", "It went.")]),
    ]


def test_a_comment_stands_on_the_words_it_is_about(tmp_path: Path) -> None:
    document = Document()
    line = document.add_paragraph("Before ")
    run = line.add_run("these words")
    run.italic = True
    line.add_run(" after.")
    document.add_comment([run], text="Really?", author="Anna", initials="A")
    [scene] = preview_bytes(saved(document, tmp_path), "light.docx").scenes
    assert scene.text == "Before *these words* after."
    [comment] = scene.comments
    assert comment.text == "Anna: Really?"
    assert scene.text[comment.start : comment.end].strip("*") == "these words"


def test_a_comment_over_two_paragraphs_stands_on_both() -> None:
    comments = '<w:comment w:id="0"><w:p><w:r><w:t>Why?</w:t></w:r></w:p></w:comment>'
    body = (
        '<w:p><w:r><w:t xml:space="preserve">One </w:t></w:r><w:commentRangeStart w:id="0"/>'
        "<w:r><w:t>two.</w:t></w:r></w:p><w:p><w:r><w:t>Three.</w:t></w:r>"
        '<w:commentRangeEnd w:id="0"/><w:r><w:t xml:space="preserve"> Four.</w:t></w:r></w:p>'
    )
    [scene] = of_docx(body, comments=comments).scenes
    assert scene.text == "One two.\n\nThree. Four."
    assert scene.comments == (ImportedComment(4, 8, "Why?"), ImportedComment(10, 16, "Why?"))


def test_tracked_changes_are_taken_as_accepted_and_said() -> None:
    found = preview_bytes(samples.docx(), "light.docx")
    assert "She kept the *light*." in texts(found)
    assert any("insertions are in (1), deletions are out (1)" in note for note in found.notes)
    assert any("what was deleted" in note for note in found.notes)
    assert [kept.name for kept in found.attachments] == ["light.docx"]
    assert found.attachments[0].data == samples.docx()


def test_a_deleted_paragraph_end_joins_two_paragraphs() -> None:
    gone = '<w:rPr><w:del w:id="1" w:author="A"/></w:rPr>'
    assert texts(of_docx(p("She kept ", gone) + p("the light.") + p("More."))) == [
        "She kept the light.\n\nMore."
    ]


def test_moved_words_stand_where_they_went() -> None:
    body = (
        "<w:p><w:moveFrom><w:r><w:t>a</w:t></w:r></w:moveFrom><w:r><w:t>b</w:t></w:r>"
        "<w:moveTo><w:r><w:t>a</w:t></w:r></w:moveTo></w:p>"
    )
    assert texts(of_docx(body)) == ["ba"]


def test_footnotes_go_to_the_scenes_notes() -> None:
    found = preview_bytes(samples.docx(), "light.docx")
    scene = found.scenes[0]
    assert scene.card.notes == "Footnote after “…She kept the light”: A note."
    assert any("1 footnote" in note for note in found.notes)


def test_readings_and_dots_are_kept() -> None:
    ruby = (
        "<w:r><w:ruby><w:rubyPr/><w:rt><w:r><w:t>かん</w:t></w:r><w:r><w:t>じ</w:t></w:r></w:rt>"
        "<w:rubyBase><w:r><w:t>漢字</w:t></w:r></w:rubyBase></w:ruby></w:r>"
    )
    dots = '<w:r><w:rPr><w:em w:val="dot"/></w:rPr><w:t>強い</w:t></w:r>'
    body = f"<w:p><w:r><w:t>　</w:t></w:r>{ruby}<w:r><w:t>を書く。</w:t></w:r>{dots}</w:p>"
    found = of_docx(body + p("「はい」") + p("　二。"))
    assert texts(found) == ["　｜漢字《かんじ》を書く。《《強い》》\n「はい」\n　二。"]
    assert found.language == "ja"


def test_emphasis_by_style_counts_and_a_headings_does_not() -> None:
    body = p("Oil", '<w:pStyle w:val="berschrift1"/>', "<w:b/>") + p(
        "Fog", "", '<w:rStyle w:val="Em"/>'
    )
    body += p("Plain", "", '<w:rStyle w:val="Em"/><w:i w:val="0"/>')
    found = of_docx(body + p("Boat", '<w:pStyle w:val="berschrift1"/>'))
    assert shape(found) == [("Oil", [("", "*Fog*\n\nPlain")]), ("Boat", [("", "")])]


@pytest.mark.parametrize("style", ["Contact", "Contact on its page", "Subtitle"])
def test_a_manuscripts_title_page_stays_out(tmp_path: Path, style: str) -> None:
    document = Document()
    if style != "Subtitle":
        document.styles.add_style(style, WD_STYLE_TYPE.PARAGRAPH)
    document.add_paragraph("Mara Skerry, 12 Sea Road", style=style)
    document.add_paragraph("She came.")
    found = preview_bytes(saved(document, tmp_path), "light.docx")
    assert texts(found) == ["She came."]


def test_an_underline_is_emphasis_and_a_links_is_not() -> None:
    body = p("never", "", '<w:u w:val="single"/>') + p("plain", "", '<w:u w:val="none"/>')
    body += p("a place", "", '<w:rStyle w:val="Hyperlink"/>')
    assert texts(of_docx(body)) == ["*never*\n\nplain\n\na place"]


@pytest.mark.parametrize("room", ['w:before="240"', 'w:beforeLines="100" w:before="0"'])
def test_room_above_a_few_paragraphs_is_a_blank_line_and_above_all_is_nothing(room: str) -> None:
    spaced = f"<w:spacing {room}/>"
    some = of_docx(p("One.") + p("Two.", spaced) + p("Three."))
    assert texts(some) == ["One.\n\n\nTwo.\n\nThree."]
    every = of_docx(p("One.", spaced) + p("Two.", spaced) + p("Three."))
    assert texts(every) == ["One.\n\nTwo.\n\nThree."]


@pytest.mark.parametrize("sign", ["#", "***", "* * *", "◇", "~~~"])
def test_centred_signs_part_scenes(sign: str) -> None:
    body = p("One.") + p(sign, '<w:jc w:val="center"/>') + p("Two.")
    assert texts(of_docx(body)) == ["One.", "Two."]


def test_a_line_across_the_page_parts_scenes() -> None:
    line = "<w:p><w:pPr><w:pBdr><w:bottom/></w:pBdr></w:pPr></w:p>"
    assert texts(of_docx(p("One.") + line + p("Two."))) == ["One.", "Two."]


def test_new_pages_are_chapters_where_nothing_else_is() -> None:
    new = "<w:pageBreakBefore/>"
    assert shape(of_docx(p("One.") + p("Two.", new) + p("Three.", new))) == [
        ("", [("", "One.")]),
        ("", [("", "Two.")]),
        ("", [("", "Three.")]),
    ]
    named = p("Chapter One") + p("One.") + p("Chapter Two", new) + p("Two.")
    assert [c.title for c in of_docx(named).chapters] == ["Chapter One", "Chapter Two"]


def test_blank_paragraphs_between_all_paragraphs_are_spacing() -> None:
    blank = "<w:p/>"
    spaced = blank.join(p(text) for text in ("One.", "Two.", "Three."))
    assert texts(of_docx(spaced)) == ["One.\n\nTwo.\n\nThree."]
    gap = p("One.") + p("Two.") + blank + p("Three.") + p("Four.")
    assert texts(of_docx(gap)) == ["One.\n\nTwo.\n\n\nThree.\n\nFour."]


def test_tabs_before_a_paragraph_go_and_ideographic_spaces_stay() -> None:
    tab = "<w:p><w:r><w:tab/><w:t>Indented.</w:t></w:r></w:p>"
    assert texts(of_docx(tab + p("　　二字。"))) == ["Indented.\n\n　　二字。"]


def test_what_has_no_place_is_named() -> None:
    contents = (
        "<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/>"
        "</w:docPartObj></w:sdtPr><w:sdtContent><w:p><w:r><w:t>Oil 1</w:t></w:r></w:p>"
        "</w:sdtContent></w:sdt>"
    )
    picture = "<w:p><w:r><w:drawing/></w:r></w:p>"
    hidden = p("secret", "", "<w:vanish/>")
    table = "<w:tbl><w:tr><w:tc>" + p("cell") + "</w:tc></w:tr></w:tbl>"
    found = of_docx(contents + picture + hidden + table + p("Text."))
    assert texts(found) == ["cell\n\nText."]
    told = " ".join(found.notes)
    for name in ("the table of contents", "pictures", "hidden text", "the shape of tables"):
        assert name in told
    assert len(found.attachments) == 1


def test_a_plain_manuscript_is_not_kept_twice() -> None:
    assert of_docx(p("Only words.")).attachments == ()


def test_a_text_box_comes_behind_its_paragraph_once() -> None:
    box = "<w:txbxContent>" + p("In the box.") + "</w:txbxContent>"
    both = (
        "<w:r><mc:AlternateContent xmlns:mc='x'><mc:Choice><w:drawing>"
        f"{box}</w:drawing></mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    body = f"<w:p><w:r><w:t>Before.</w:t></w:r>{both}</w:p>" + p("After.")
    assert texts(of_docx(body)) == ["Before.\n\nIn the box.\n\nAfter."]


def test_boxes_in_boxes_are_read_once_each() -> None:
    inner = p("Deep.")
    for _level in range(20):
        inner = (
            f"<w:p><w:r><w:drawing><w:txbxContent>{inner}</w:txbxContent></w:drawing></w:r></w:p>"
        )
    assert texts(of_docx(inner)) == ["Deep."]


def test_styles_that_are_based_on_each_other_in_a_ring_are_endured() -> None:
    parts = samples.docx_parts(p("Text.", '<w:pStyle w:val="A"/>'))
    ring = "".join(
        f'<w:style w:styleId="{a}"><w:name w:val="{a}"/><w:basedOn w:val="{b}"/></w:style>'
        for a, b in (("A", "B"), ("B", "A"))
    )
    styles = str(parts["word/styles.xml"])
    parts["word/styles.xml"] = styles.replace("</w:styles>", f"{ring}</w:styles>")
    assert texts(preview_bytes(samples.packed(parts), "a.docx")) == ["Text."]


def test_the_strict_namespace_is_read_too() -> None:
    parts = {
        name: str(text).replace(
            "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            "http://purl.oclc.org/ooxml/wordprocessingml/main",
        )
        for name, text in samples.docx_parts(samples.DOCX_BODY).items()
    }
    found = preview_bytes(samples.packed(parts), "a.docx")
    assert (found.title, found.chapters[0].title) == ("The Light", "Oil")


def test_lines_of_mere_signs_are_taken_without_emphasis() -> None:
    found = of_docx(p("*_" * 40_000) + p("So", "", "<w:i/>"))
    assert found.scenes[0].text == "*_" * 40_000 + "\n\nSo"
    assert any("mere signs" in note for note in found.notes)
