"""Manuscripts read back by python-docx and by the parts that it does not know."""

import io
import re

import docx
import pytest
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Inches, Mm, Pt
from docx.text.paragraph import Paragraph

from storyforge.export.docx_styles import _ORDER
from storyforge.export.docx_writer import to_docx
from storyforge.export.settings import ExportSettings
from tests.export.stories import DAY, ENGLISH, JAPANESE, Chapters, book

EVIL = "</w:t><w:evil/> & \"'<x>"


def opened(
    chapters: Chapters = ENGLISH,
    language: str = "en",
    *,
    title: str = "The Light",
    author: str = "Ana Moreau",
    **wishes: object,
) -> Document:
    settings = ExportSettings().changed(**wishes)
    made = book(chapters, settings, language=language, title=title, author=author)
    return docx.Document(io.BytesIO(to_docx(made, settings)))


def lines(document: Document) -> list[tuple[str, str]]:
    return [(style(paragraph), paragraph.text) for paragraph in document.paragraphs]


def style(paragraph: Paragraph) -> str:
    assert paragraph.style is not None
    return str(paragraph.style.name)


def xml_of(document: Document) -> str:
    return str(document.element.xml)


def test_a_novel_in_shunns_format() -> None:
    document = opened(contact="Ana Moreau\n12 Way\nana@example.org")
    assert lines(document) == [
        ("Contact", "Ana Moreau\tabout 93,000 words"),
        ("Contact", "12 Way"),
        ("Contact", "ana@example.org"),
        ("Title", "The Light"),
        ("Subtitle", "by Ana Moreau"),
        ("Heading 1", "The Keeper"),
        ("First Paragraph", "Mara kept the light."),
        ("Body Text", "It was hers & <only> hers."),
        ("Scene Break", "#"),
        ("First Paragraph", "The boat came in."),
        ("Body Text", "Nobody was on it."),
        ("Scene Break", "***"),
        ("First Paragraph", "Nobody at all."),
        ("Heading 1", "The Boat"),
        ("First Paragraph", "A child\nunder the canvas,\nasleep."),
        ("Centred", "END"),
    ]
    section = document.sections[0]
    assert section.page_width == Inches(8.5)
    assert section.left_margin == section.top_margin == Inches(1)
    head = section.header.paragraphs[0]
    assert head.text == "Moreau / THE LIGHT / "
    assert head.alignment == WD_ALIGN_PARAGRAPH.RIGHT
    assert "PAGE" in str(head._p.xml)
    # The title page has no running head and no number; the first chapter stands on page 1.
    assert section.different_first_page_header_footer
    assert re.search(r'<w:pgNumType w:start="0"/>', xml_of(document))


def test_body_text_is_double_spaced_and_indented() -> None:
    styles = opened().styles
    body = styles["Body Text"]
    assert body.paragraph_format.line_spacing == 2
    assert body.paragraph_format.first_line_indent == Inches(0.5)
    assert body.paragraph_format.space_after == Pt(0)
    assert (body.font.name, body.font.size) == ("Times New Roman", Pt(12))
    chapter = styles["Heading 1"].paragraph_format
    assert chapter.page_break_before
    assert chapter.alignment == WD_ALIGN_PARAGRAPH.CENTER
    third = Inches(9) / 3
    assert abs(chapter.space_before - third) < Mm(10)


def test_no_style_keeps_a_themes_font_or_colour() -> None:
    for name in ("Heading 1", "Heading 2", "Title", "Subtitle", "Body Text"):
        properties = str(opened().styles[name].element.xml)
        assert "Theme" not in properties
        assert 'w:color w:val="000000"' in properties


def test_emphasis_is_italic_in_the_modern_format_and_underlined_in_the_classic() -> None:
    modern, classic = opened(), opened(layout="classic")
    found = [run for paragraph in modern.paragraphs for run in paragraph.runs if run.italic]
    assert [run.text for run in found] == ["kept"]
    found = [run for paragraph in classic.paragraphs for run in paragraph.runs if run.underline]
    assert [run.text for run in found] == ["kept"]
    assert classic.styles["Normal"].font.name == "Courier New"
    bold = [run.text for paragraph in modern.paragraphs for run in paragraph.runs if run.bold]
    assert bold == ["light"]


def test_a_short_story_begins_below_its_title() -> None:
    document = opened([("", [("", "One.\n\nTwo.")])], untitled_heading=" ", chapter_titles=False)
    assert [text for _, text in lines(document)][1:4] == ["The Light", "by Ana Moreau", "One."]
    assert "pageBreakBefore" not in xml_of(document)
    assert "pgNumType" not in xml_of(document)


def test_a_chapter_without_a_heading_begins_a_page_all_the_same() -> None:
    document = opened(chapter_titles=False)
    begun = [one.text for one in document.paragraphs if one.paragraph_format.page_break_before]
    assert begun == ["Mara kept the light.", "A child\nunder the canvas,\nasleep."]


def test_without_a_title_page_the_first_chapter_begins_where_the_paper_does() -> None:
    document = opened(title_page=False)
    first, second = (one for one in document.paragraphs if style(one) == "Heading 1")
    assert first.paragraph_format.page_break_before is False
    assert second.paragraph_format.page_break_before is None  # the style's own yes


def test_room_above_a_paragraph_is_kept() -> None:
    document = opened()
    (roomy,) = (one for one in document.paragraphs if one.text == "Nobody was on it.")
    assert roomy.paragraph_format.space_before == Pt(24)


def test_a_line_of_verse_is_not_drawn_out_to_the_margin() -> None:
    compatible = opened(layout="book").settings.element.find(qn("w:compat"))
    assert compatible[0].tag == qn("w:doNotExpandShiftReturn")


def test_what_stands_before_and_behind() -> None:
    document = opened(dedication="For Ann\nand Bob", about="Lives.", scene_titles=True)
    told = lines(document)
    assert told[3:5] == [("Centred", "For Ann"), ("Centred", "and Bob")]
    assert told[-2:] == [("Heading 1", "About the author"), ("First Paragraph", "Lives.")]
    assert ("Heading 2", "Fog") in told


def test_a_book_for_readers_has_no_contact_and_no_end() -> None:
    document = opened(layout="book", contact="12 Way")
    texts = [text for _, text in lines(document)]
    assert texts[0] == "The Light"
    assert "END" not in texts
    assert "* * *" in texts


def test_japanese_is_set_on_a_grid_with_readings_and_dots() -> None:
    document = opened(JAPANESE, "ja")
    xml = xml_of(document)
    assert re.findall(r"<w:rubyBase>.*?<w:t[^>]*>([^<]+)", xml, re.DOTALL) == ["灯台", "小さな灯"]
    assert re.findall(r"<w:rt>.*?<w:t[^>]*>([^<]+)", xml, re.DOTALL) == ["とうだい", "ともしび"]
    assert 'w:em w:val="dot"' in xml
    (grid,) = document.sections[0]._sectPr.iterchildren(qn("w:docGrid"))
    assert grid.get(qn("w:type")) == "linesAndChars"
    height = document.sections[0].page_height
    assert height is not None
    twips = (height - 2 * Mm(30)) // 635
    assert twips - 30 < int(grid.get(qn("w:linePitch"), "0")) * 30 <= twips
    told = lines(document)
    assert told[0] == ("Contact", "Ana Moreau\t約100字（400字詰1枚）")
    assert ("Scene Break", "＊") in told
    assert told[-1] == ("Centred", "（了）")
    assert "textDirection" not in xml


def test_japanese_in_columns_lies_on_its_side() -> None:
    document = opened(JAPANESE, "ja", vertical=True)
    section = document.sections[0]
    assert section.orientation == WD_ORIENT.LANDSCAPE
    assert section.page_width > section.page_height  # type: ignore[operator]
    xml = xml_of(document)
    assert '<w:textDirection w:val="tbRl"/>' in xml
    assert 'w:em w:val="comma"' in xml
    assert xml.count("w:eastAsianLayout") == 2


def test_japanese_dialogue_is_not_indented_where_the_style_indents() -> None:
    document = opened([("夜", [("", "灯台。\n「はい」")])], "ja")
    spoken = next(one for one in document.paragraphs if one.text == "「はい」")
    assert '<w:ind w:firstLineChars="0" w:firstLine="0"/>' in str(spoken._p.xml)


def test_arabic_runs_from_right_to_left() -> None:
    document = opened([("الأول", [("", "مرحبا Bob")])], "ar")
    normal = str(document.styles["Normal"].element.xml)
    assert "<w:bidi/>" in normal
    assert xml_of(document).count("<w:rtl/>") >= 2


def test_nothing_of_a_story_becomes_markup() -> None:
    document = opened(
        [(EVIL, [(EVIL, EVIL)])], title=EVIL, author=EVIL, contact=EVIL, scene_titles=True
    )
    assert "<w:evil" not in xml_of(document)
    assert [text for _, text in lines(document)].count(EVIL) == 4
    assert document.core_properties.title == EVIL


def test_the_file_says_what_it_is() -> None:
    facts = opened(title="T" * 400).core_properties
    assert len(facts.title) == 255
    assert (facts.author, facts.language) == ("Ana Moreau", "en")
    assert facts.created is not None
    assert facts.created.date() == DAY


@pytest.mark.parametrize(("chapters", "language"), [(ENGLISH, "en"), (JAPANESE, "ja")])
def test_a_sections_parts_stand_in_the_schemas_order(chapters: Chapters, language: str) -> None:
    document = opened(chapters, language, vertical=language == "ja")
    parts = [child.tag.split("}")[1] for child in document.sections[0]._sectPr]
    assert parts == sorted(parts, key=_ORDER.index)


def test_progress_is_told_and_can_end_the_writing() -> None:
    heard: list[tuple[int, int]] = []
    settings = ExportSettings()
    to_docx(book(ENGLISH), settings, lambda done, total: heard.append((done, total)))
    assert heard == [(1, 2), (2, 2)]

    def stop(done: int, total: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        to_docx(book(ENGLISH), settings, stop)
