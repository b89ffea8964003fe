"""Finds out by its contents which program a file comes from, and has it read by that format.

The file's name decides only where the contents leave it open: a `.txt` that begins with a brace is
a text, a `.json` that does is not.
"""

from pathlib import PurePath
from typing import Any

from storyforge.domain.text import one_line
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.importing import lore_files
from storyforge.importing.containers import Archive, is_zip, json_value
from storyforge.importing.encodings import decode
from storyforge.importing.formats import (
    ai_novelist,
    docx,
    epub,
    html,
    koboldai,
    lore,
    mikupad,
    novelai,
    novelwriter,
    odt,
)
from storyforge.importing.formats.brought import Brought
from storyforge.importing.limits import LARGEST_JSON, LARGEST_PLAIN, refused
from storyforge.lorebooks.packing import is_png

_PLAIN = frozenset({".txt", ".text", ".md", ".markdown", ".mkd"})
_HTML = frozenset({".html", ".htm", ".xhtml"})
_KOBOLD_ZIP = "story.json"
_SNIFFED = 4096


def known_formats() -> str:
    """What can be imported, for help and errors."""
    return _(
        "text, Markdown, DOCX, ODT, HTML, EPUB, novelWriter projects, KoboldAI saves, NovelAI "
        ".story and .scenario, AI Novelist .novel, mikupad sessions, lorebooks and character cards"
    )


def bring(data: bytes, file: str, encoding: str | None = None) -> Brought | None:
    """What the file brings; None for plain text and Markdown, which the caller reads.

    Args:
        file: its name.
        encoding: the author's word for it, by Python's name.

    Raises:
        BadInput: it is damaged, dangerous, or from a program that is not known.
    """
    if is_zip(data):
        return _from_archive(Archive(data, file), data, file)
    if is_png(data) and (found := lore_files.lore_in(data, file)) is not None:
        return lore.as_story(found, file)
    head = data[:_SNIFFED].lstrip(b"\xef\xbb\xbf \t\r\n")
    most = LARGEST_JSON if head.startswith(b"{") else LARGEST_PLAIN
    if len(data) > most:
        raise refused(
            _("“{file}” is larger than {size} MB.").format(file=one_line(file), size=most >> 20),
            _("Import it in parts."),
        )
    if ai_novelist.SECTION.encode() in data:
        return ai_novelist.read_ai_novelist(decode(data, file, encoding).text, file)
    ending = PurePath(file).suffix.lower()
    if head.startswith(b"{"):
        return _from_json(data, file, ending, encoding)
    if head.startswith(b"<") or data.startswith((b"\xff\xfe<", b"\xfe\xff\0<")):
        return _from_markup(data, file, ending, encoding)
    return html.read_html(data, file, encoding) if ending in _HTML else None


def _from_archive(archive: Archive, data: bytes, file: str) -> Brought:
    names = archive.names
    if any(name.endswith("word/document.xml") for name in names):
        return docx.read_docx(archive, file)
    if epub.is_epub(archive):
        return epub.read_epub(archive, file)
    if novelwriter.project_in(names) is not None:
        return novelwriter.read_novelwriter(archive, file)
    if odt.is_odt(archive):
        return odt.read_odt(archive, file)
    if _KOBOLD_ZIP in archive:
        text = decode(archive.read(_KOBOLD_ZIP), file).text
        save = json_value(text, file, _KOBOLD_ZIP)
        if isinstance(save, dict) and koboldai.is_koboldai(save):
            return koboldai.read_koboldai(save, file)
    if (found := lore_files.lore_in(data, file)) is not None:
        return lore.as_story(found, file)
    raise _unknown(file, _("“{file}” is a zip without a story that storyforge can read."))


def _from_json(data: bytes, file: str, ending: str, encoding: str | None) -> Brought | None:
    text = decode(data, file, encoding).text.removeprefix("\ufeff")
    try:
        value = json_value(text, file)
    except BadInput:
        if ending in _PLAIN:
            return None
        raise
    found = _of_object(value, file) if isinstance(value, dict) else None
    if found is None and ending not in _PLAIN:
        raise _unknown(file, _("“{file}” is no story of a program that storyforge knows."))
    return found


def _of_object(value: dict[str, Any], file: str) -> Brought | None:
    if novelai.is_story(value):
        return novelai.read_story(value, file)
    if novelai.is_scenario(value):
        return novelai.read_scenario(value, file)
    if mikupad.is_mikupad(value):
        return mikupad.read_mikupad(value, file)
    if koboldai.is_koboldai(value):
        return koboldai.read_koboldai(value, file)
    found = lore_files.lore_of(value, file)
    return lore.as_story(found, file) if found is not None and found.entries else None


def _from_markup(data: bytes, file: str, ending: str, encoding: str | None) -> Brought | None:
    text = decode(data, file, encoding).text
    if odt.is_flat_odt(text):
        return odt.read_flat_odt(data, file)
    if ending in _HTML or html.is_html(text):
        return html.read_html(data, file, encoding)
    if "<novelWriterXML" in text[:_SNIFFED]:
        raise refused(
            _("“{file}” is the list of a novelWriter project, without its texts.").format(
                file=one_line(file)
            ),
            _("Import the project's folder, or a zip of it."),
        )
    return None


def _unknown(file: str, said: str) -> BadInput:
    return refused(
        said.format(file=one_line(file)),
        _("Known are: {formats}.").format(formats=known_formats()),
    )
