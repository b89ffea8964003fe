"""One HTML file that needs nothing from elsewhere."""

from html.parser import HTMLParser

import pytest

from storyforge.export.settings import ExportSettings
from storyforge.export.web_page import to_html
from tests.export.stories import ENGLISH, JAPANESE, Chapters, book

EVIL = "</style></title><script>alert(1)</script> & \"'"
VOID = {"meta", "br", "link", "img"}


class Reader(HTMLParser):
    """Tags with their attributes, texts by tag; fails where tags do not nest."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((self.open[-1], data))

    def of(self, tag: str) -> list[str]:
        return [text for name, text in self.texts if name == tag]


def read(chapters: Chapters = ENGLISH, language: str = "en", **wishes: object) -> Reader:
    settings = ExportSettings().changed(**wishes)
    reader = Reader()
    reader.feed(to_html(book(chapters, settings, language=language), settings).decode())
    reader.close()
    assert reader.open == []
    return reader


def test_a_page_with_its_contents() -> None:
    reader = read()
    assert reader.of("title") == ["The Light"]
    assert reader.of("h1") == ["The Light"]
    assert reader.of("h2") == ["The Keeper", "The Boat"]
    assert reader.of("a") == ["The Keeper", "The Boat"]
    targets = [attributes["href"] for tag, attributes in reader.tags if tag == "a"]
    ids = [f"#{attributes['id']}" for tag, attributes in reader.tags if tag == "section"]
    assert targets == ids
    assert reader.of("em") == ["kept"]


def test_it_asks_for_nothing_from_elsewhere() -> None:
    page = to_html(book(ENGLISH), ExportSettings()).decode()
    assert "http" not in page
    assert "@import" not in page
    assert "@media print" in page


def test_japanese_in_columns() -> None:
    reader = read(JAPANESE, "ja", vertical=True)
    assert reader.of("rt") == ["とうだい", "ともしび"]
    assert "writing-mode: vertical-rl" in "".join(reader.of("style"))
    assert reader.tags[0] == ("html", {"lang": "ja"})


def test_hebrew_runs_from_right_to_left() -> None:
    assert read([("א", [("", "שלום")])], "he").tags[0] == ("html", {"lang": "he", "dir": "rtl"})


def test_nothing_of_a_story_becomes_markup() -> None:
    settings = ExportSettings(about=EVIL, scene_titles=True, scene_break=EVIL)
    made = book([(EVIL, [(EVIL, EVIL), ("", EVIL)])], settings, title=EVIL, author=EVIL)
    reader = Reader()
    reader.feed(to_html(made, settings).decode())
    assert "script" not in {tag for tag, _ in reader.tags}
    assert reader.of("h2") == [EVIL, "About the author"]


@pytest.mark.parametrize("chapters", [[], [("Only", [("", "a")])]])
def test_a_single_chapter_needs_no_contents(chapters: Chapters) -> None:
    assert "nav" not in {tag for tag, _ in read(chapters).tags}
