"""What an import makes of real files: chapters, scenes, titles, notes."""

import textwrap
from pathlib import Path

import pytest

from storyforge.errors import BadInput
from storyforge.importing.marks import is_chapter_line, is_scene_break
from storyforge.importing.reading import preview_import
from storyforge.importing.scripts import guess_language
from storyforge.importing.sources import gather, natural
from storyforge.importing.splitting import parts
from storyforge.importing.values import ImportOptions, ImportPreview

Shape = list[tuple[str, list[tuple[str, str]]]]


def read(
    folder: Path, text: str, options: ImportOptions | None = None, name: str = "a story.md"
) -> ImportPreview:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return preview_import([path], options)


def shape(preview: ImportPreview) -> Shape:
    return [(c.title, [(s.title, s.text) for s in c.scenes]) for c in preview.chapters]


def test_the_highest_repeated_heading_is_a_chapter_and_one_above_the_title(tmp_path: Path) -> None:
    found = read(tmp_path, "# The Light\n\nBefore.\n\n## Oil\nOne.\n\n### Fog\n\nTwo.\n\n## Boat\n")
    assert found.title == "The Light"
    assert found.chapter_level == 2
    assert found.heading_levels == (1, 2, 3)
    assert shape(found) == [
        ("", [("", "Before.")]),
        ("Oil", [("", "One."), ("Fog", "Two.")]),
        ("Boat", [("", "")]),
    ]


def test_the_author_may_choose_the_level(tmp_path: Path) -> None:
    text = "# I\n\n## Oil\n\nOne.\n\n## Fog\n\nTwo.\n\n# II\n\n## Boat\n\nThree.\n"
    assert [c.title for c in read(tmp_path, text).chapters] == ["I", "II"]
    chosen = read(tmp_path, text, ImportOptions(chapter_level=2))
    assert [c.title for c in chosen.chapters] == ["I · Oil", "I · Fog", "II · Boat"]


@pytest.mark.parametrize(
    ("text", "title", "expected"),
    [
        ("# Title\n\nText.\n", "Title", [("", [("", "Text.")])]),
        ("# Title\n\n## Only\n\nText.\n", "Title", [("Only", [("", "Text.")])]),
        ("# Chapter 1\n\nText.\n", "a story", [("Chapter 1", [("", "Text.")])]),
        ("Text.\n\n## Late\n\nMore.\n\n# End\n\nx", "a story", None),
        ("Text only.", "a story", [("", [("", "Text only.")])]),
        ("# One\n", "One", []),
        ("---\ntitle: 'It''s'\n---\n# One\n\nText.\n", "It's", [("One", [("", "Text.")])]),
    ],
)
def test_few_headings_are_understood(
    tmp_path: Path, text: str, title: str, expected: Shape | None
) -> None:
    found = read(tmp_path, text)
    assert found.title == title
    if expected is not None:
        assert shape(found) == expected


def test_underlined_headings_are_headings(tmp_path: Path) -> None:
    found = read(tmp_path, "The Light\n=========\n\nOil\n----\n\nOne.\n\nFog\n----\nTwo.\n---\nX\n")
    assert found.title == "The Light"
    assert shape(found) == [("Oil", [("", "One.")]), ("Fog", [("", "Two."), ("", "X")])]


@pytest.mark.parametrize(
    "mark",
    [
        *("***", "* * *", "*", "---", "- - -", "___", "#", "# # #", "~~~", "=====", "oOo", "§"),
        *("◇", "◇◇◇", "◆", "☆★☆", "＊＊＊", "＊　＊　＊", "　　　◇", "※", "───"),
    ],
)
def test_scene_breaks_are_known(tmp_path: Path, mark: str) -> None:
    assert is_scene_break(mark)
    assert shape(read(tmp_path, f"One.\n\n{mark}\n\nTwo.", name="a.txt")) == [
        ("", [("", "One."), ("", "Two.")])
    ]


@pytest.mark.parametrize("line", ["", "……", "――", "ーーー", "a", "—", "- item", "*a*", "#1", "〇"])
def test_other_lines_are_no_breaks(line: str) -> None:
    assert not is_scene_break(line)


def test_chapter_lines_of_plain_texts_are_headings(tmp_path: Path) -> None:
    text = "Chapter One\n\nOne.\n\nChapter Two: The Boat\n\nTwo.\n\n\nEpilogue\n\nEnd."
    found = read(tmp_path, text, name="a.txt")
    assert [c.title for c in found.chapters] == ["Chapter One", "Chapter Two: The Boat", "Epilogue"]
    assert any("Chapter One" in note for note in found.notes)
    japanese = read(tmp_path, "第一章　灯台\n　本文。\n\n第二章\n　続き。", name="b.txt")
    assert shape(japanese) == [
        ("第一章　灯台", [("", "　本文。")]),
        ("第二章", [("", "　続き。")]),
    ]


def test_sentences_about_chapters_are_no_headings() -> None:
    assert is_chapter_line("CHAPTER IV")
    assert not is_chapter_line("Chapter One. He woke.")
    assert not is_chapter_line("Chapter and verse")
    assert not is_chapter_line("第三者の声。")


def test_japanese_keeps_its_spaces_and_ruby(tmp_path: Path) -> None:
    text = "　｜漢字《かんじ》を書く。\n「はい」\n　　二字下げ。　"
    found = read(tmp_path, text, name="kaze.txt")
    assert found.scenes[0].text == text
    assert found.language == "ja"


def test_markdown_is_text_but_for_its_structure(tmp_path: Path) -> None:
    text = (
        "*Soft* **loud** `code`\n- item\n> quote\n\\# no heading\nverse \\\nverse\n\n```\n# in\n```"
    )
    assert read(tmp_path, text).scenes[0].text == (
        "*Soft* **loud** `code`\n- item\n> quote\n# no heading\nverse \nverse\n\n```\n# in\n```"
    )
    assert "\\# no" in read(tmp_path, text, name="a.txt").scenes[0].text


def test_wrapped_lines_are_joined_and_the_preview_says_so(tmp_path: Path) -> None:
    paragraph = "Mara had kept the light at Skerry Point for eleven years and never slept. " * 4
    text = "\n\n".join([textwrap.fill(paragraph, 72)] * 3)
    found = read(tmp_path, text, name="a.txt")
    assert found.scenes[0].text == "\n\n".join([paragraph.strip()] * 3)
    assert any("joined" in note for note in found.notes)
    kept = read(tmp_path, text, ImportOptions(join_lines=False), name="a.txt")
    assert kept.scenes[0].text == text
    forced = read(tmp_path, "a\nb\n\nc", ImportOptions(join_lines=True), name="a.txt")
    assert forced.scenes[0].text == "a b\n\nc"


def test_front_matter_names_the_story(tmp_path: Path) -> None:
    text = '---\ntitle: "A \\"B\\""  \nauthor: Mara  # me\nlanguage: ja\ntags:\n  - x\n---\n\nText.'
    found = read(tmp_path, text)
    assert (found.title, found.author, found.language) == ('A "B"', "Mara", "ja")
    assert found.scenes[0].text == "Text."


@pytest.mark.parametrize("text", ["---\n\nNo front matter.\n\n---\n\nTwo.", "---\nopen: x\nText"])
def test_a_rule_at_the_top_is_no_front_matter(tmp_path: Path, text: str) -> None:
    assert "".join(s.text for s in read(tmp_path, text).scenes).startswith(("No front", "open"))


def test_control_characters_are_left_out_and_counted(tmp_path: Path) -> None:
    found = read(tmp_path, "A\x00 quiet\x1b[31m night.\x07\n", name="a.txt")
    assert found.scenes[0].text == "A quiet[31m night."
    assert any("3 control characters" in note for note in found.notes)


def test_the_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("　雪が降っていた。".encode("euc_jp"))
    (tmp_path / "b.txt").write_bytes("Café.".encode("cp1252"))
    notes = preview_import([tmp_path / "a.txt", tmp_path / "b.txt"]).notes
    assert "“a.txt” was read as EUC-JP." in notes
    assert any("Windows-1252: a guess" in note for note in notes)


def test_a_folder_becomes_chapters_in_natural_order(tmp_path: Path) -> None:
    folder = tmp_path / "the book"
    for name, text in [("10 - End.txt", "Ten."), ("2 - Oil.md", "Two."), ("1.txt", "One.")]:
        read(folder, text, name=name)
    (folder / "3 empty.txt").write_text("")
    (folder / "cover.png").write_bytes(b"\x89PNG")
    read(folder, "Hidden.", name=".git/x.txt")
    found = preview_import([folder])
    assert found.title == "the book"
    assert shape(found) == [
        ("1", [("", "One.")]),
        ("Oil", [("", "Two.")]),
        ("End", [("", "Ten.")]),
    ]
    assert any("3 empty.txt" in note for note in found.notes)
    assert any("1 other file" in note for note in found.notes)


def test_sub_folders_are_chapters_and_their_files_scenes(tmp_path: Path) -> None:
    read(tmp_path, "Start.", name="book/0 prologue.txt")
    read(tmp_path, "# Fog\n\nThick.\n\n***\n\nThin.", name="book/1 The Keeper/1.md")
    read(tmp_path, "Oil.", name="book/1 The Keeper/2_oil_run.txt")
    read(tmp_path, "Deep.", name="book/2 The Boat/in/3.txt")
    assert shape(preview_import([tmp_path / "book"])) == [
        ("prologue", [("", "Start.")]),
        ("The Keeper", [("Fog", "Thick."), ("", "Thin."), ("oil run", "Oil.")]),
        ("The Boat", [("", "Deep.")]),
    ]


def test_files_with_headings_bring_their_own_chapters(tmp_path: Path) -> None:
    read(tmp_path, "# Oil\n\nOne.\n\n# Fog\n\nTwo.", name="a.md")
    read(tmp_path, "Loose.\n\n# Boat\n\nThree.", name="b.md")
    found = preview_import([tmp_path / "a.md", tmp_path / "b.md"])
    assert [c.title for c in found.chapters] == ["Oil", "Fog", "b", "Boat"]


def test_our_own_drafts_join_with_other_files(tmp_path: Path) -> None:
    own = "---\ntitle: T\nstoryforge: 1\n---\n\n# A\n\nText.\n\n## S\n\nMore.\n"
    read(tmp_path, own, name="1.md")
    read(tmp_path, "Words.", name="2.txt")
    found = preview_import([tmp_path])
    assert shape(found) == [("A", [("", "Text."), ("S", "More.")]), ("2", [("", "Words.")])]
    assert not found.exact
    assert read(tmp_path, own).exact


def test_a_shells_wildcard_is_put_in_natural_order(tmp_path: Path) -> None:
    paths = [tmp_path / f"{n}.txt" for n in ("1", "10", "2")]
    for path in paths:
        path.write_text("x")
    assert [s.path.stem for s in gather(paths).sources] == ["1", "2", "10"]
    assert [s.path.stem for s in gather([*paths[1:], paths[0]]).sources] == ["10", "2", "1"]


@pytest.mark.parametrize(
    "names",
    [
        ["第一話", "第二話", "第九話", "第十話", "第十一話", "第二十話", "第百二話"],
        ["第１章", "第２章", "第１０章"],
        ["ch1", "ch2", "ch10"],
        ["第〇一話", "第一〇話"],
    ],
)
def test_names_sort_as_people_count(names: list[str]) -> None:
    shuffled = [*names[1::2], *names[::2]]
    assert sorted(shuffled, key=natural) == names


def test_long_japanese_is_offered_in_characters(tmp_path: Path) -> None:
    text = "\n".join(["　" + "雪が降っていた。" * 25] * 90)
    found = read(tmp_path, text, name="a.txt")
    assert found.offer == 3
    split = read(tmp_path, text, ImportOptions(split_words=3000), name="a.txt")
    assert [s.counts.characters for s in split.scenes] == [6000, 6000, 6000]


def test_a_split_loses_nothing_but_the_newlines_at_its_cuts() -> None:
    paragraphs = [f"{'word ' * (20 + n % 70)}end {n}." for n in range(300)]
    pieces = parts("\n\n".join(paragraphs), 1000, "en")
    assert "\n\n".join(pieces) == "\n\n".join(paragraphs)
    assert all(700 < len(piece.split()) < 1300 for piece in pieces)
    assert parts("short", 1000, "en") == ("short",)
    assert parts("word " * 9000, 1000, "en") == ("word " * 9000,)


def test_text_with_breaks_is_not_offered_a_split(tmp_path: Path) -> None:
    text = "\n\n***\n\n".join(["word " * 5000] * 2)
    assert read(tmp_path, text).offer == 0


def test_scripts_tell_their_language() -> None:
    assert guess_language("それは本だ。") == "ja"
    assert guess_language("그것은 책이다.") == "ko"
    assert guess_language("这是一本书。") == "zh"
    assert guess_language("A book.") == ""


@pytest.mark.parametrize("name", ["nix.txt", "empty.txt", "folder"])
def test_nothing_to_import_is_said(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty.txt").write_text(" \n")
    (tmp_path / "folder").mkdir()
    with pytest.raises(BadInput) as caught:
        preview_import([tmp_path / name])
    assert name in caught.value.message


def test_a_large_file_is_read_in_a_breath(tmp_path: Path) -> None:
    text = "\n\n".join(["Mara kept the light. " * 40] * 2500)
    assert read(tmp_path, text).counts.words == 400_000
