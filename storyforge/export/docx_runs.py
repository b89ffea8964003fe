"""Runs and paragraphs as the elements of a Word document; python-docx knows no ruby and no dots.

Elements are made directly: through `Document.add_paragraph` a novel of a million words takes
minutes, since each call searches the whole body for its end.
"""

import re
from collections.abc import Iterator

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from lxml.etree import _Element as Element

from storyforge.domain.inline import Run
from storyforge.export.blocks import Paragraph
from storyforge.export.sheets import Sheet

# What stands upright in a column, as one character: two digits, two marks.
_UPRIGHT = re.compile(r"((?<![0-9A-Za-z!?])(?:[0-9]{2}|[!?]{2})(?![0-9A-Za-z!?]))")

# Hebrew, Arabic and their relatives; a foreign name in such a text runs its own way.
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


def element(name: str, **attributes: str | int) -> Element:
    """A `w:` element; attributes are in the same namespace."""
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    return made


def paragraph(block: Paragraph, style: str, sheet: Sheet, *, flush: bool = False) -> Element:
    """A paragraph in the style of that id.

    Args:
        flush: its first line is not indented, whatever the style says.
    """
    made = _begun(style)
    properties = made[0]
    if block.gap:
        properties.append(element("spacing", before=round(sheet.size * 20 * (sheet.spacing or 2))))
    if flush:
        properties.append(element("ind", firstLine=0, firstLineChars=0))
    for index, line in enumerate(block.lines):
        if index:
            broken = element("r")
            broken.append(element("br"))
            made.append(broken)
        for run in line:
            made.extend(_runs(run, sheet))
    return made


def simple(text: str, style: str, sheet: Sheet) -> Element:
    """A paragraph of plain text in the style of that id; its newlines become line breaks."""
    lines = tuple((Run(line),) if line else () for line in text.split("\n"))
    return paragraph(Paragraph(lines), style, sheet)


def _begun(style: str) -> Element:
    made = element("p")
    properties = element("pPr")
    properties.append(element("pStyle", val=style))
    made.append(properties)
    return made


def _runs(run: Run, sheet: Sheet) -> Iterator[Element]:
    if run.ruby:
        yield _ruby(run, sheet)
        return
    pieces = _UPRIGHT.split(run.text) if sheet.vertical else (run.text,)
    for index, piece in enumerate(pieces):
        if piece:
            made = element("r")
            _set_properties(made, run, sheet, upright=index % 2 == 1)
            made.append(_text(piece))
            yield made


def _text(text: str) -> Element:
    made = element("t")
    made.text = text
    made.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return made


def _set_properties(made: Element, run: Run, sheet: Sheet, *, upright: bool) -> None:
    """The run's properties, in the order that the format's schema wants them."""
    properties = element("rPr")
    if run.bold:
        properties.extend((element("b"), element("bCs")))
    if run.italic and sheet.slant == "italic":
        properties.extend((element("i"), element("iCs")))
    if run.italic and sheet.slant == "underline":
        properties.append(element("u", val="single"))
    if sheet.rtl and _RIGHT_TO_LEFT.search(run.text):
        properties.append(element("rtl"))
    if run.dots:
        properties.append(element("em", val="comma" if sheet.vertical else "dot"))
    if upright:
        properties.append(element("eastAsianLayout", vert="1"))
    if len(properties):
        made.append(properties)


def _ruby(run: Run, sheet: Sheet) -> Element:
    """`run` with its reading; sizes are in half points."""
    base = round(sheet.size * 2)
    properties = element("rubyPr")
    properties.extend(
        (
            element("rubyAlign", val="distributeSpace"),
            element("hps", val=base // 2),
            element("hpsRaise", val=base - 2),
            element("hpsBaseText", val=base),
            element("lid", val="ja-JP"),
        )
    )
    small = element("rPr")
    small.append(element("sz", val=base // 2))
    reading = element("r")
    reading.extend((small, _text(run.ruby)))
    word = element("r")
    _set_properties(word, run, sheet, upright=False)
    word.append(_text(run.text))
    above, below = element("rt"), element("rubyBase")
    above.append(reading)
    below.append(word)
    ruby = element("ruby")
    ruby.extend((properties, above, below))
    made = element("r")
    made.append(ruby)
    return made
