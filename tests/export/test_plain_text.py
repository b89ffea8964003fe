"""The story as plain text, in one file or one a chapter."""

from storyforge.export.plain_text import chapter_texts, to_text
from storyforge.export.settings import ExportSettings
from tests.export.stories import ENGLISH, JAPANESE, draft


def test_everything_in_one_text() -> None:
    settings = ExportSettings(dedication="For Ann", about="Lives.")
    assert to_text(draft(ENGLISH[1:]), settings) == (
        "The Light\nAna Moreau\n\n\n"
        "For Ann\n\n\n"
        "The Boat\n\nA child\nunder the canvas,\nasleep.\n\n\n"
        "About the author\n\nLives.\n"
    )


def test_chosen_chapters_without_titles() -> None:
    settings = ExportSettings(title_page=False, chapter_titles=False, chapters=("c1",))
    assert to_text(draft(ENGLISH), settings) == "A child\nunder the canvas,\nasleep.\n"


def test_readings_stand_in_brackets_on_paper_and_as_the_site_has_them() -> None:
    paper = to_text(draft(JAPANESE, language="ja"), ExportSettings())
    assert "灯台（とうだい）の小さな灯（ともしび）" in paper
    site = to_text(draft(JAPANESE, language="ja"), ExportSettings(site="narou", title_page=False))
    assert site.startswith("夜\n\n　灯台《とうだい》の｜小さな灯《ともしび》。")
    assert "｜だ《・》｜け《・》" in site


def test_one_text_a_chapter_called_by_the_template() -> None:
    settings = ExportSettings(heading="第{number}章　{title}", site="kakuyomu", scene_break="◇")
    names = [name for name, _ in chapter_texts(draft(JAPANESE, language="ja"), settings)]
    assert names == ["01 第一章　夜.txt", "02 第二章　朝.txt"]
    assert "\n\n◇\n\n" in chapter_texts(draft(JAPANESE, language="ja"), settings)[0][1]


def test_a_chapter_without_words_has_no_title_either() -> None:
    chapters = [("Empty", [("", "")]), ("Full", [("", "words")])]
    text = to_text(draft(chapters), ExportSettings(title_page=False, site="narou"))
    assert text == "Full\n\nwords\n"


def test_a_story_without_anything() -> None:
    assert to_text(draft([], title="", author=""), ExportSettings()) == "\n"
