"""An EPUB is built as the standard wants it; what epubcheck says stands in test_epubcheck."""

import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from lxml import etree

from storyforge.export.covers import Cover
from storyforge.export.epub import identifier, to_epub
from storyforge.export.settings import ExportSettings
from tests.export.stories import ENGLISH, JAPANESE, Chapters, book, png

MODIFIED = datetime(2024, 5, 2, 12, 30, tzinfo=UTC)
EVIL = "<script>alert(1)</script> & \"'"
NS = {
    "h": "http://www.w3.org/1999/xhtml",
    "opf": "http://www.idpf.org/2007/opf",
    "dc": "http://purl.org/dc/elements/1.1/",
    "ncx": "http://www.daisy.org/z3986/2005/ncx/",
}


def opened(
    chapters: Chapters, language: str = "en", *, cover: Cover | None = None, **wishes: object
) -> zipfile.ZipFile:
    settings = ExportSettings().changed(**wishes)
    made = book(chapters, settings, language=language)
    return zipfile.ZipFile(io.BytesIO(to_epub(made, settings, cover=cover, modified=MODIFIED)))


def xml(archive: zipfile.ZipFile, name: str) -> etree._Element:
    return etree.fromstring(archive.read(f"EPUB/{name}"))


def texts(root: etree._Element, path: str) -> list[str]:
    found = root.xpath(path, namespaces=NS)
    assert isinstance(found, list)
    return [
        str(one.xpath("string()")) if isinstance(one, etree._Element) else str(one) for one in found
    ]


def test_the_mimetype_comes_first_and_is_not_compressed() -> None:
    archive = opened(ENGLISH)
    first = archive.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert first.extra == b""
    assert archive.read("mimetype") == b"application/epub+zip"
    assert archive.testzip() is None


def test_the_package_says_what_it_is() -> None:
    package = xml(opened(ENGLISH), "package.opf")
    assert texts(package, "//dc:title") == ["The Light"]
    assert texts(package, "//dc:creator") == ["Ana Moreau"]
    assert texts(package, "//dc:language") == ["en"]
    assert texts(package, "//opf:meta[@property='dcterms:modified']") == ["2024-05-02T12:30:00Z"]
    assert texts(package, "//dc:identifier") == ["urn:uuid:abababab-abab-abab-abab-abababababab"]


def test_one_page_a_chapter_in_both_lists_of_contents() -> None:
    archive = opened(ENGLISH)
    files = ["chapter-01.xhtml", "chapter-02.xhtml"]
    assert texts(xml(archive, "nav.xhtml"), "//h:nav[1]//h:a/@href") == files
    assert texts(xml(archive, "nav.xhtml"), "//h:nav[1]//h:a") == ["The Keeper", "The Boat"]
    assert texts(xml(archive, "toc.ncx"), "//ncx:content/@src") == files
    spine = texts(xml(archive, "package.opf"), "//opf:itemref/@idref")
    assert spine == ["title", "chapter-01", "chapter-02"]


def test_a_chapter_as_it_is_read() -> None:
    page = xml(opened(ENGLISH), "chapter-01.xhtml")
    assert texts(page, "//h:h1") == ["The Keeper"]
    assert texts(page, "//h:p") == [
        "Mara kept the light.",
        "It was hers & <only> hers.",
        "* * *",
        "The boat came in.",
        "Nobody was on it.",
        "***",
        "Nobody at all.",
    ]
    assert texts(page, "//h:em") == ["kept"]
    assert texts(page, "//h:strong") == ["light"]
    assert texts(page, "//h:p/@class") == ["first", "break", "first", "first gap", "break", "first"]


def test_lines_broken_by_hand_stay_broken() -> None:
    page = xml(opened(ENGLISH), "chapter-02.xhtml")
    assert len(texts(page, "//h:p/h:br")) == 2


def test_japanese_in_columns_with_readings_and_dots() -> None:
    archive = opened(JAPANESE, "ja", vertical=True)
    page = xml(archive, "chapter-01.xhtml")
    assert texts(page, "//h:ruby/h:rt") == ["とうだい", "ともしび"]
    assert texts(page, "//h:ruby/text()") == ["灯台", "小さな灯"]
    assert texts(page, "//h:em[@class='dots']") == ["だけ"]
    assert texts(page, "//h:span[@class='tcy']") == ["12", "!?"]
    assert texts(page, "//h:p")[0].startswith("　")
    style = archive.read("EPUB/style.css").decode()
    assert "writing-mode: vertical-rl" in style
    assert "text-emphasis-style: filled sesame" in style
    package = xml(archive, "package.opf")
    assert texts(package, "//opf:spine/@page-progression-direction") == ["rtl"]


def test_japanese_in_lines() -> None:
    archive = opened(JAPANESE, "ja")
    assert b"vertical-rl" not in archive.read("EPUB/style.css")
    assert b"page-progression-direction" not in archive.read("EPUB/package.opf")
    assert b'class="tcy"' not in archive.read("EPUB/chapter-01.xhtml")


def test_hebrew_runs_from_right_to_left() -> None:
    archive = opened([("א", [("", "שלום *עולם*")])], "he")
    assert texts(xml(archive, "chapter-01.xhtml"), "/h:html/@dir") == ["rtl"]
    assert b'page-progression-direction="rtl"' in archive.read("EPUB/package.opf")
    # The standard forbids it in a style sheet.
    assert b"direction:" not in archive.read("EPUB/style.css")


def test_nothing_of_a_story_becomes_markup() -> None:
    settings = ExportSettings(dedication=EVIL, about=EVIL, scene_titles=True, scene_break=EVIL)
    made = book([(EVIL, [(EVIL, EVIL), ("", EVIL)])], settings, title=EVIL, author=EVIL)
    cover = Cover(png(), "image/png", 3, 4)
    archive = zipfile.ZipFile(io.BytesIO(to_epub(made, settings, cover=cover)))
    for name in archive.namelist():
        if name.endswith((".xhtml", ".opf", ".ncx")):
            root = etree.fromstring(archive.read(name))
            assert not root.xpath("//*[local-name()='script']"), name
    assert texts(xml(archive, "chapter-01.xhtml"), "//h:h1") == [EVIL]
    assert "../" not in "".join(archive.namelist())


def test_titles_never_name_files() -> None:
    archive = opened([("../../etc/passwd", [("", "a")]), ("CON", [("", "b")])])
    assert sorted(archive.namelist()) == [
        "EPUB/chapter-01.xhtml",
        "EPUB/chapter-02.xhtml",
        "EPUB/nav.xhtml",
        "EPUB/package.opf",
        "EPUB/style.css",
        "EPUB/title.xhtml",
        "EPUB/toc.ncx",
        "META-INF/container.xml",
        "mimetype",
    ]


def test_a_cover_comes_first() -> None:
    archive = opened(ENGLISH, cover=Cover(png(), "image/png", 3, 4))
    assert archive.read("EPUB/cover.png") == png()
    package = xml(archive, "package.opf")
    assert texts(package, "//opf:item[@properties='cover-image']/@href") == ["cover.png"]
    assert texts(package, "//opf:itemref/@idref")[0] == "cover"


def test_a_book_without_a_title_page_begins_with_its_chapter() -> None:
    package = xml(opened(ENGLISH, title_page=False), "package.opf")
    assert texts(package, "//opf:itemref/@idref")[0] == "chapter-01"


def test_a_book_without_chapters_still_has_a_page() -> None:
    archive = opened([], title_page=False)
    assert texts(xml(archive, "nav.xhtml"), "//h:nav[1]//h:a/@href") == ["title.xhtml"]


def test_the_identifier_is_the_storys_own_or_made_of_its_names() -> None:
    made = book(ENGLISH)
    assert identifier(made) == "urn:uuid:abababab-abab-abab-abab-abababababab"
    nameless = replace(made, front=replace(made.front, identifier=""))
    other = replace(made, front=replace(made.front, identifier="", title="Another"))
    assert identifier(nameless) == identifier(nameless)
    assert identifier(nameless) != identifier(other)


@pytest.mark.parametrize(("language", "tag"), [("en_GB", "en-GB"), ("", "und"), ("<x>", "und")])
def test_an_odd_language_is_still_well_formed(language: str, tag: str) -> None:
    package = xml(opened(ENGLISH, language), "package.opf")
    assert texts(package, "//dc:language") == [tag]


def test_progress_is_told_chapter_by_chapter() -> None:
    heard: list[tuple[int, int]] = []
    settings = ExportSettings()
    to_epub(book(ENGLISH), settings, progress=lambda done, total: heard.append((done, total)))
    assert heard == [(1, 2), (2, 2)]
