"""Scripts of the world at a real terminal: widths, input methods, writing from right to left."""

from pathlib import Path

from rich.cells import cell_len

from storyforge.store.story_file import StoryFile
from tests.terminal.terminal import Terminal, wait_for
from tests.terminal.test_writing import kept, new_story
from tests.terminal.wide import WideTerminal


def test_the_layout_follows_a_terminal_that_draws_ambiguous_characters_wide(tmp_path: Path) -> None:
    file = tmp_path / "wide.forge"
    new_story(file, "　" + "灯台……" * 39 + "●終")
    with WideTerminal(str(file), "--demo", columns=100) as desk:
        desk.see("●終", "+- Binder -", "saved")
        rows = [line for line in desk.screen() if "灯台" in line]
        # The page is 68 cells: an indent, then eight cells for each 灯台……
        assert [row[26:].strip(" |").count("……") for row in rows[:2]] == [8, 8]
        assert "│" not in "".join(desk.screen()[1:-2])
        desk.send("終終")
        desk.see("●終終終")
        wait_for(
            lambda: desk.seen.cursor[1] == desk.column_of("●終終終") + 8,
            lambda: f"{desk.seen.cursor}\n{desk.screen()}",
        )


def committed(desk: Terminal, text: str) -> None:
    """What an input method sends: a whole word in one write."""
    desk.raw(*(f"{byte:02x}" for byte in text.encode()))


def test_a_word_of_an_input_method_arrives_whole_and_is_no_command(tmp_path: Path) -> None:
    file = tmp_path / "ime.forge"
    new_story(file)
    with Terminal(tmp_path, str(file), "--demo") as desk:
        desk.see("Chapter 1", "saved")
        committed(desk, "　灯台の守り人ｎ「誰だ」と、")
        committed(desk, "👩\u200d🚀は言った。")
        desk.see("は言った。")
        desk.keys("C-b")
        desk.see("Enter open")
        committed(desk, "新ndしい")
        desk.keys("Down")
        committed(desk, "ｃ")
        desk.see("New chapter")
        committed(desk, "第二章　ｎ")
        desk.see("第二章　ｎ")
        desk.keys("Enter")
        desk.see("2.1 Scene 1", "第二章　ｎ ›")
        desk.keys("C-q")
        assert desk.ended() == 0
    with StoryFile.open(file) as story:
        chapters = story.outline().chapters
        text = story.scenes.load(chapters[0].scenes[0].id).text
        assert text == "　灯台の守り人ｎ「誰だ」と、👩\u200d🚀は言った。"
        assert [chapter.title for chapter in chapters[1:]] == ["第二章　ｎ"]
        assert [len(chapter.scenes) for chapter in chapters] == [1, 1]


def test_the_question_for_widths_leaves_nothing_on_the_screen(tmp_path: Path) -> None:
    file = tmp_path / "asked.forge"
    new_story(file, "Mara kept the light.")
    with Terminal(tmp_path, str(file), "--demo") as desk:
        desk.see("Mara kept the light.", "saved")
        desk.type("xyz")
        desk.see("light.xyz")
        rows = desk.screen().splitlines()
        assert "…" not in rows[1]
        assert "―" not in desk.screen()
        assert not any(";" in row and "R" in row for row in rows[2:-8])


def test_hebrew_and_arabic_are_kept_as_typed(tmp_path: Path) -> None:
    file = tmp_path / "right.forge"
    new_story(file)
    text = "מרים שמרה (12) على الضوء \u2067אב\u2069 end"
    with Terminal(tmp_path, str(file), "--demo", columns=80, lines=24) as desk:
        desk.see("saved")
        committed(desk, text)
        desk.see("end")
        desk.keys("Left", "Left", "Left", "Left", "BSpace")
        desk.type("ג")
        wait_for(lambda: kept(file)[0] == text.replace("\u2069 end", "ג end"), desk.screen)
        desk.keys("C-z", "C-z")
        wait_for(lambda: kept(file)[0] == text, desk.screen)
        assert all(cell_len(row.rstrip()) <= 80 for row in desk.screen().splitlines())
