"""OpenDocument texts read back by odfdo, their styles by XML."""

import io
import zipfile

import pytest
from lxml import etree
from odfdo import Document

from storyforge.export.odt_writer import to_odt
from storyforge.export.settings import ExportSettings
from tests.export.stories import ENGLISH, JAPANESE, Chapters, book

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
EVIL = "</text:p><text:evil/> & \"'<x>"


def written(chapters: Chapters = ENGLISH, language: str = "en", **wishes: object) -> bytes:
    settings = ExportSettings().changed(**wishes)
    return to_odt(book(chapters, settings, language=language), settings)


def part(data: bytes, name: str) -> etree._Element:
    return etree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read(name))


def lines(data: bytes) -> list[tuple[str, str]]:
    """(style, text) of each paragraph and heading."""
    body = part(data, "content.xml").find(
        ".//{urn:oasis:names:tc:opendocument:xmlns:office:1.0}text"
    )
    assert body is not None
    return [
        (str(one.get(f"{TEXT}style-name")).replace("_20_", " "), str(one.xpath("string()")))
        for one in body
    ]


def style(data: bytes, name: str) -> etree._Element:
    found = [
        one
        for one in part(data, "styles.xml").iter(f"{STYLE}style")
        if one.get(f"{STYLE}name") == name
    ]
    assert len(found) == 1
    return found[0]


def test_a_novel_in_shunns_format() -> None:
    data = written(contact="Ana Moreau\n12 Way")
    assert lines(data) == [
        ("Contact p1", "Ana Moreauabout 93,000 words"),
        ("Contact", "12 Way"),
        ("Title", "The Light"),
        ("Subtitle", "by Ana Moreau"),
        ("Heading 1 p1", "The Keeper"),
        ("First paragraph", "Mara kept the light."),
        ("Text body", "It was hers & <only> hers."),
        ("Scene break", "#"),
        ("First paragraph", "The boat came in."),
        ("After room", "Nobody was on it."),
        ("Scene break", "***"),
        ("First paragraph", "Nobody at all."),
        ("Heading 1", "The Boat"),
        ("First paragraph", "A childunder the canvas,asleep."),
        ("Centred", "END"),
    ]
    body = style(data, "Text_20_body").find(f"{STYLE}paragraph-properties")
    assert body is not None
    assert (body.get(f"{FO}line-height"), body.get(f"{FO}text-indent")) == ("200%", "12.7mm")


def test_every_style_that_is_used_is_there() -> None:
    for chapters, language in ((ENGLISH, "en"), (JAPANESE, "ja"), ([("", [("", "a")])], "en")):
        for layout in ("modern", "classic", "book"):
            for more in ({}, {"chapter_titles": False}, {"dedication": "D", "about": "A"}):
                data = written(chapters, language, layout=layout, **more)
                known = {
                    one.get(f"{STYLE}name")
                    for one in part(data, "styles.xml").iter(f"{STYLE}style")
                }
                for one in part(data, "content.xml").iter():
                    used = one.get(f"{TEXT}style-name")
                    assert used is None or used in known
                for one in part(data, "styles.xml").iter(f"{STYLE}style"):
                    parent = one.get(f"{STYLE}parent-style-name")
                    assert parent is None or parent in known


def test_odfdo_reads_it() -> None:
    document = Document(io.BytesIO(written(title_page=False)))
    assert document.meta.title == "The Light"
    assert [header.text for header in document.body.headers] == ["The Keeper", "The Boat"]
    spans = [span.text for span in document.body.spans]
    assert spans == ["kept", "light"]


def test_a_line_of_verse_is_not_drawn_out_to_the_margin() -> None:
    named = [
        one
        for one in part(written(layout="book"), "settings.xml").iter()
        if "DoNotJustifyLinesWithManualBreak" in one.attrib.values()
    ]
    assert [one.text for one in named] == ["true"]


def test_a_reading_fits_between_the_lines_of_the_grid() -> None:
    letters = style(written(JAPANESE, "ja"), "Rubies").find(f"{STYLE}text-properties")
    assert letters is not None
    assert letters.get(f"{STYLE}font-size-asian") == "5pt"


def test_white_space_is_not_folded() -> None:
    data = written([("", [("", "a   b\tc")])])
    xml = etree.tostring(part(data, "content.xml")).decode()
    assert 'a <text:s text:c="2"/>b<text:tab/>c' in xml


def test_japanese_has_readings_dots_and_a_grid() -> None:
    data = written(JAPANESE, "ja", vertical=True)
    content = part(data, "content.xml")
    assert [one.text for one in content.iter(f"{TEXT}ruby-text")] == ["とうだい", "ともしび"]
    assert [one.text for one in content.iter(f"{TEXT}ruby-base")] == ["灯台", "小さな灯"]
    styles = etree.tostring(part(data, "styles.xml")).decode()
    assert 'style:writing-mode="tb-rl"' in styles
    assert 'style:layout-grid-lines="30"' in styles
    assert 'style:print-orientation="landscape"' in styles
    assert 'style:language-asian="ja"' in styles


@pytest.mark.parametrize(("language", "mode"), [("he", "rl-tb"), ("en", "lr-tb")])
def test_the_writing_runs_its_languages_way(language: str, mode: str) -> None:
    styles = etree.tostring(part(written(language=language), "styles.xml")).decode()
    assert f'style:writing-mode="{mode}"' in styles


def test_the_dictionary_is_the_storys() -> None:
    styles = etree.tostring(part(written(language="en-GB"), "styles.xml")).decode()
    assert 'fo:language="en" fo:country="GB"' in styles
    assert 'fo:language="fr"' not in styles


def test_nothing_of_a_story_becomes_markup() -> None:
    settings = ExportSettings(contact=EVIL, dedication=EVIL, scene_titles=True)
    made = book([(EVIL, [(EVIL, EVIL)])], settings, title=EVIL, author=EVIL)
    data = to_odt(made, settings)
    assert not list(part(data, "content.xml").iter(f"{TEXT}evil"))
    assert not list(part(data, "styles.xml").iter(f"{TEXT}evil"))
    assert [text for _, text in lines(data)].count(EVIL) == 5


def test_the_package_lists_what_is_in_it() -> None:
    archive = zipfile.ZipFile(io.BytesIO(written()))
    assert archive.namelist()[0] == "mimetype"
    assert archive.testzip() is None
    manifest = archive.read("META-INF/manifest.xml").decode()
    assert "thumbnail" not in manifest
    assert not [name for name in archive.namelist() if "thumbnail" in name.lower()]


def test_progress_is_told_chapter_by_chapter() -> None:
    heard: list[tuple[int, int]] = []
    to_odt(book(ENGLISH), ExportSettings(), lambda done, total: heard.append((done, total)))
    assert heard == [(1, 2), (2, 2)]
