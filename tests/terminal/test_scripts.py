"""Scripts of the world at a real terminal: widths, input methods, writing from right to left."""

from pathlib import Path

from tests.terminal.test_writing import new_story
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
        assert desk.seen.cursor[1] == desk.column_of("●終終終") + 8
