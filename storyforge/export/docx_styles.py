"""The styles and the page of a Word document. Knows no story text but the running head."""

from datetime import datetime

from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor, Twips
from docx.styles.style import ParagraphStyle
from lxml.etree import _Element as Element

from storyforge.export.blocks import Front
from storyforge.export.docx_runs import element
from storyforge.export.pages import language_tag
from storyforge.export.sheets import GRID, Sheet, running_head

#: ids of the styles of our own
BODY, FIRST, BREAK, CONTACT, CENTRED = (
    "BodyText", "FirstParagraph", "SceneBreak", "Contact", "Centred"
)  # fmt: skip
_OWN = {FIRST: "First Paragraph", BREAK: "Scene Break", CONTACT: "Contact", CENTRED: "Centred"}
_CENTRE = WD_ALIGN_PARAGRAPH.CENTER


def set_styles(document: Document, sheet: Sheet, front: Front) -> None:
    """Give `document` its styles: body, headings, title, breaks, contact block."""
    normal = _style(document, "Normal")
    for key, name in _OWN.items():
        document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        base = "Body Text" if key == FIRST else "Normal"
        _style(document, name).base_style = _style(document, base)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.space_before = Pt(0)
    normal.paragraph_format.line_spacing = 1
    normal.paragraph_format.widow_control = not sheet.manuscript
    _language(normal, front.language, sheet)
    for name in ("Normal", "Title", "Subtitle", "Heading 1", "Heading 2", "Header"):
        _plain(_style(document, name), sheet)
    _body(document, sheet)
    _headings(document, sheet)
    for name in (_OWN[BREAK], _OWN[CENTRED]):
        style = _style(document, name)
        style.paragraph_format.alignment = _CENTRE
        _spacing(style, sheet)
    contact = _style(document, _OWN[CONTACT])
    contact.paragraph_format.tab_stops.add_tab_stop(
        Mm(sheet.text_height if sheet.vertical else sheet.text_width), WD_TAB_ALIGNMENT.RIGHT
    )


def _body(document: Document, sheet: Sheet) -> None:
    for name, indented in (("Body Text", True), (_OWN[FIRST], sheet.manuscript)):
        style = _style(document, name)
        _plain(style, sheet)
        style.paragraph_format.space_after = Pt(0)
        _spacing(style, sheet)
        if sheet.justified:
            style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        if sheet.east_asian:
            # In ems, by Word's own unit of a hundredth of a character.
            given = style.element.get_or_add_pPr().get_or_add_ind()
            given.set(qn("w:firstLineChars"), str(round(sheet.indent * 100)))
        else:
            style.paragraph_format.first_line_indent = Mm(sheet.indent if indented else 0)


def _headings(document: Document, sheet: Sheet) -> None:
    height = sheet.text_width if sheet.vertical else sheet.text_height
    chapter = _style(document, "Heading 1")
    chapter.paragraph_format.page_break_before = True
    chapter.paragraph_format.keep_with_next = True
    # A third of the way down, as editors expect; a Japanese page begins at its first line.
    chapter.paragraph_format.space_before = Mm(0 if sheet.east_asian else height / 3 - 8)
    chapter.paragraph_format.space_after = Pt(24)
    scene = _style(document, "Heading 2")
    scene.paragraph_format.keep_with_next = True
    scene.paragraph_format.space_before = Pt(24)
    scene.paragraph_format.space_after = Pt(12)
    for style in (chapter, scene):
        _spacing(style, sheet)
        if not sheet.east_asian:
            style.paragraph_format.alignment = _CENTRE
    title = _style(document, "Title")
    title.paragraph_format.space_before = Mm(height / 2 - 20)
    for style in (title, _style(document, "Subtitle")):
        style.paragraph_format.alignment = _CENTRE
        style.paragraph_format.space_after = Pt(0)
        _spacing(style, sheet)


def _style(document: Document, name: str) -> ParagraphStyle:
    style = document.styles[name]
    assert isinstance(style, ParagraphStyle)
    return style


def _spacing(style: ParagraphStyle, sheet: Sheet) -> None:
    if sheet.spacing:
        style.paragraph_format.line_spacing = sheet.spacing


def _plain(style: ParagraphStyle, sheet: Sheet) -> None:
    """The sheet's own font in black: no theme's fonts, colours and lines."""
    properties = style.element.get_or_add_rPr()
    for child in list(properties):
        properties.remove(child)
    style.font.name = sheet.latin
    fonts = properties.find(qn("w:rFonts"))
    fonts.set(qn("w:eastAsia"), sheet.east)
    fonts.set(qn("w:cs"), sheet.latin)
    style.font.size = Pt(sheet.size)
    properties.append(element("szCs", val=round(sheet.size * 2)))
    if style.name != "Normal":
        style.font.color.rgb = RGBColor(0, 0, 0)
    border = style.element.get_or_add_pPr().find(qn("w:pBdr"))
    if border is not None:
        border.getparent().remove(border)


def _language(style: ParagraphStyle, language: str, sheet: Sheet) -> None:
    """Which dictionary checks the text, and which way paragraphs run."""
    tag = language_tag(language)
    named = {"eastAsia": tag} if sheet.east_asian else {"bidi": tag} if sheet.rtl else {"val": tag}
    defaults = style.element.getparent().find(
        "/".join(qn(name) for name in ("w:docDefaults", "w:rPrDefault", "w:rPr", "w:lang"))
    )
    for key, value in named.items():
        defaults.set(qn(f"w:{key}"), value)
    if sheet.rtl:
        properties = style.element.get_or_add_pPr()
        properties.get_or_add_spacing().addprevious(element("bidi"))


def set_page(document: Document, sheet: Sheet, front: Front, *, titled: bool) -> None:
    """Paper, margins, writing direction and the running head.

    Args:
        titled: a title page comes first, which has no number.
    """
    section = document.sections[0]
    if sheet.width > sheet.height:
        section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(sheet.width), Mm(sheet.height)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Mm(sheet.margin))
    section.header_distance = section.footer_distance = Twips(720)
    properties = section._sectPr
    if titled:
        properties.append(element("pgNumType", start=0))
    if sheet.manuscript or titled:
        section.different_first_page_header_footer = True
    if sheet.vertical:
        properties.append(element("textDirection", val="tbRl"))
    if sheet.rtl:
        properties.append(element("bidi"))
    for stale in properties.findall(qn("w:docGrid")):
        properties.remove(stale)
    if sheet.east_asian:
        properties.append(_grid(sheet))
    _ordered(properties)
    # A line of verse stays as long as it is; justified, Word would draw it out to the margin.
    document.settings.element.find(qn("w:compat")).insert(0, element("doNotExpandShiftReturn"))
    _running_head(document, sheet, front)


def _grid(sheet: Sheet) -> Element:
    """The grid of a Japanese sheet: lines in twips, characters in 4096ths of a point."""
    along, across = sheet.text_width, sheet.text_height
    if not sheet.vertical:
        along, across = across, along
    pitch = int(Mm(along).twips / GRID[1])
    room = Mm(across).pt / GRID[0] - sheet.size
    return element("docGrid", type="linesAndChars", linePitch=pitch, charSpace=int(room * 4096))


# As the schema has them; Word refuses a section whose parts stand in another order.
_ORDER = (
    "headerReference", "footerReference", "footnotePr", "endnotePr", "type", "pgSz", "pgMar",
    "paperSrc", "pgBorders", "lnNumType", "pgNumType", "cols", "formProt", "vAlign", "noEndnote",
    "titlePg", "textDirection", "bidi", "rtlGutter", "docGrid", "printerSettings", "sectPrChange",
)  # fmt: skip


def _ordered(properties: Element) -> None:
    places = {qn(f"w:{name}"): place for place, name in enumerate(_ORDER)}
    properties[:] = sorted(properties, key=lambda child: places.get(child.tag, len(places)))


def _running_head(document: Document, sheet: Sheet, front: Front) -> None:
    """Surname / TITLE / page, at the right of every page but the first."""
    header = document.sections[0].header
    paragraph = header.paragraphs[0]
    paragraph.add_run(running_head(front, sheet))
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if sheet.manuscript else _CENTRE
    for kind in ("begin", "PAGE", "end"):
        run = paragraph.add_run()
        if kind == "PAGE":
            instruction = element("instrText")
            instruction.text = " PAGE "
            run._r.append(instruction)
        else:
            run._r.append(element("fldChar", fldCharType=kind))


def set_facts(document: Document, front: Front, title: str) -> None:
    """What the file says of itself."""
    facts = document.core_properties
    facts.title = title[:255]
    facts.author = front.author[:255]
    facts.language = language_tag(front.language)
    facts.comments = ""
    facts.last_modified_by = ""
    facts.created = facts.modified = datetime.combine(front.date, datetime.min.time())
