"""What an import makes of bytes, as plain lists."""

from pathlib import Path

from docx.document import Document

from storyforge.importing.values import ImportPreview
from tests.importing.previewing import preview_bytes
from tests.importing.samples import docx_parts, odt_content, packed

Shape = list[tuple[str, list[tuple[str, str]]]]


def shape(preview: ImportPreview) -> Shape:
    return [(c.title, [(s.title, s.text) for s in c.scenes]) for c in preview.chapters]


def of_docx(body: str, **parts: str) -> ImportPreview:
    """A DOCX with this body."""
    return preview_bytes(packed(docx_parts(body, **parts)), "a.docx")


def of_odt(body: str, styles: str = "") -> ImportPreview:
    """An ODT with this body."""
    mimetype = "application/vnd.oasis.opendocument.text"
    data = packed({"mimetype": mimetype, "content.xml": odt_content(body, styles)})
    return preview_bytes(data, "a.odt")


def texts(preview: ImportPreview) -> list[str]:
    """The scenes' texts."""
    return [scene.text for scene in preview.scenes]


def saved(document: Document, folder: Path) -> bytes:
    """A document of python-docx as a file."""
    path = folder / "made.docx"
    document.save(str(path))
    return path.read_bytes()
