from datetime import date

import pytest

from storyforge.domain.counting import Counts
from storyforge.export.blocks import Block, ChapterStart, Draft, Front, SceneStart, SceneText
from storyforge.export.site_text import file_name, to_site_text

FRONT = Front("灯台", "", "ja", date(2026, 1, 1), Counts())


def draft(*blocks: Block, front: Front = FRONT) -> Draft:
    return Draft(front, blocks)


TWO_CHAPTERS = draft(
    ChapterStart("夜"),
    SceneStart("港", opens_chapter=True),
    SceneText("\u3000灯台《とうだい》が《《光》》る。\n「誰だ」"),
    SceneStart("", opens_chapter=False),
    SceneText("\u3000朝が来た。\n"),
    ChapterStart(""),
    SceneStart("", opens_chapter=True),
    SceneText("\u3000終わり。"),
)


def test_each_chapter_is_a_text_of_its_own() -> None:
    assert to_site_text(TWO_CHAPTERS, "narou") == (
        (
            "01 夜.txt",
            "\u3000灯台《とうだい》が｜光《・》る。\n「誰だ」\n\n"
            "＊　　＊　　＊\n\n\u3000朝が来た。\n",
        ),
        ("02.txt", "\u3000終わり。\n"),
    )


def test_kakuyomu_keeps_its_dots() -> None:
    text = to_site_text(TWO_CHAPTERS, "kakuyomu")[0][1]
    assert text.startswith("\u3000灯台《とうだい》が《《光》》る。\n「誰だ」\n")


def test_plain_text_has_the_title_and_readings_in_brackets_or_none() -> None:
    with_readings = to_site_text(TWO_CHAPTERS, "plain", scene_break="◇")[0][1]
    without = to_site_text(TWO_CHAPTERS, "plain", readings=False)[0][1]
    assert with_readings == (
        "夜\n\n\u3000灯台（とうだい）が光る。\n「誰だ」\n\n◇\n\n\u3000朝が来た。\n"
    )
    assert "\u3000灯台が光る。" in without


def test_scenes_can_have_their_titles() -> None:
    text = to_site_text(TWO_CHAPTERS, "narou", scene_titles=True)[0][1]
    assert text.startswith("港\n\n\u3000灯台")
    assert "\n\n＊　　＊　　＊\n\n" in text


def test_chapters_without_words_are_left_out_and_keep_their_numbers() -> None:
    found = to_site_text(
        draft(
            ChapterStart("前"),
            SceneStart("", opens_chapter=True),
            SceneText("\n"),
            ChapterStart("後"),
            SceneStart("", opens_chapter=True),
            SceneText("言葉"),
        ),
        "plain",
    )
    assert found == (("02 後.txt", "後\n\n言葉\n"),)


def test_a_story_without_words_has_no_texts() -> None:
    assert to_site_text(draft(), "narou") == ()


def test_names_sort_as_the_story_does() -> None:
    blocks: list[Block] = []
    for number in range(1, 121):
        blocks += [ChapterStart(f"章{121 - number}"), SceneStart("", opens_chapter=True)]
        blocks.append(SceneText(str(number)))
    names = [name for name, _ in to_site_text(draft(*blocks), "narou")]
    assert names == sorted(names)
    assert names[0] == "001 章120.txt"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("../etc/passwd", "01 etc passwd.txt"),
        ('a:b*c?"<d>|', "01 a b c d.txt"),
        ("灯台《とうだい》", "01 灯台.txt"),
        ("…and then...", "01 …and then.txt"),
        ("\u3000", "01.txt"),
    ],
)
def test_names_are_safe_everywhere(title: str, name: str) -> None:
    assert file_name(1, title) == name


def test_a_long_title_still_makes_a_name() -> None:
    name = file_name(1, "長" * 300)
    assert len(name.encode()) < 140
    assert name.startswith("01 長長")
