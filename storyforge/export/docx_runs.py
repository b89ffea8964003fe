"""Runs and paragraphs as the XML of a Word document; python-docx knows no ruby and no dots.

Text is built as strings and parsed a chapter at a time: made element by element a Japanese novel
of a million words took 41 seconds, this way 7.
"""

import re

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from lxml.etree import _Element as Element
from markupsafe import escape

from storyforge.domain.inline import Run
from storyforge.export.blocks import Paragraph
from storyforge.export.sheets import Sheet

# What stands upright in a column, as one character: two digits, two marks.
_UPRIGHT = re.compile(r"((?<![0-9A-Za-z!?])(?:[0-9]{2}|[!?]{2})(?![0-9A-Za-z!?]))")
# Hebrew, Arabic and their relatives; a foreign name in such a text runs its own way.
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


def element(name: str, **attributes: str | int) -> Element:
    """A `w:` element, for styles and sections; attributes are in the same namespace."""
    made: Element = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    return made


def paragraph(
    block: Paragraph,
    style: str,
    sheet: Sheet,
    *,
    new_page: bool | None = None,
    before: int | None = None,
    flush: bool = False,
) -> str:
    """A paragraph in the style of that id.

    Args:
        new_page: whether it begins a page; None leaves that to the style.
        before: room above it in twips; None leaves it to the style and the block's gap.
        flush: its first line is not indented, whatever the style says.
    """
    said = [f'<w:pStyle w:val="{style}"/>']
    if new_page is not None:
        said.append(f'<w:pageBreakBefore w:val="{int(new_page)}"/>')
    if before is None and block.gap:
        before = round(sheet.size * 20 * (sheet.spacing or 2))
    if before is not None:
        said.append(f'<w:spacing w:before="{before}"/>')
    if flush:
        said.append('<w:ind w:firstLineChars="0" w:firstLine="0"/>')
    lines = ("".join(_run(run, sheet) for run in line) for line in block.lines)
    return f"<w:p><w:pPr>{''.join(said)}</w:pPr>{'<w:r><w:br/></w:r>'.join(lines)}</w:p>"


def simple(text: str, style: str, sheet: Sheet, *, new_page: bool | None = None) -> str:
    """A paragraph of one line of plain text in the style of that id."""
    line = (Run(text),) if text else ()
    return paragraph(Paragraph((line,)), style, sheet, new_page=new_page)


def _run(run: Run, sheet: Sheet) -> str:
    if run.ruby:
        return _ruby(run, sheet)
    if not sheet.vertical:
        return _piece(run.text, _properties(run, sheet))
    plain, upright = _properties(run, sheet), _properties(run, sheet, upright=True)
    return "".join(
        _piece(piece, upright if index % 2 else plain)
        for index, piece in enumerate(_UPRIGHT.split(run.text))
        if piece
    )


def _piece(text: str, properties: str) -> str:
    said = "</w:t><w:tab/>".join(
        f'<w:t xml:space="preserve">{escape(part)}' for part in text.split("\t")
    )
    return f"<w:r>{properties}{said}</w:t></w:r>"


def _properties(run: Run, sheet: Sheet, *, upright: bool = False) -> str:
    """The run's properties, in the order that the format's schema wants them."""
    said = ""
    if run.bold:
        said += "<w:b/><w:bCs/>"
    if run.italic:
        said += '<w:u w:val="single"/>' if sheet.slant == "underline" else "<w:i/><w:iCs/>"
    if sheet.rtl and _RIGHT_TO_LEFT.search(run.text):
        said += "<w:rtl/>"
    if run.dots:
        said += f'<w:em w:val="{"comma" if sheet.vertical else "dot"}"/>'
    if upright:
        said += '<w:eastAsianLayout w:vert="1"/>'
    return f"<w:rPr>{said}</w:rPr>" if said else ""


def _ruby(run: Run, sheet: Sheet) -> str:
    """`run` with its reading; sizes are in half points."""
    size = round(sheet.size * 2)
    small = f'<w:rPr><w:sz w:val="{size // 2}"/></w:rPr>'
    return (
        '<w:r><w:ruby><w:rubyPr><w:rubyAlign w:val="distributeSpace"/>'
        f'<w:hps w:val="{size // 2}"/><w:hpsRaise w:val="{size - 2}"/>'
        f'<w:hpsBaseText w:val="{size}"/><w:lid w:val="ja-JP"/></w:rubyPr>'
        f"<w:rt>{_piece(run.ruby, small)}</w:rt>"
        f"<w:rubyBase>{_piece(run.text, _properties(run, sheet))}</w:rubyBase></w:ruby></w:r>"
    )
