"""Where lines break."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len, get_character_cell_size
from textual.document._document import Document

from storyforge.tui.cells import narrow_text
from storyforge.tui.widgets import wrapping
from storyforge.tui.widgets.line_breaks import may_break
from storyforge.tui.widgets.wrapping import PageWrap, wrap_line
from tests.tui.test_line_breaks import NOT_FIRST, NOT_LAST


def pieces(text: str, width: int) -> list[str]:
    edges = [0, *wrap_line(text, width), len(text)]
    return [text[a:b] for a, b in pairwise(edges)]


def test_prose_breaks_behind_spaces() -> None:
    assert pieces("the “quiet” lamp — and the sea", 12) == [
        "the “quiet” ",
        "lamp — and ",
        "the sea",
    ]


def test_a_long_word_is_cut_where_the_line_is_full() -> None:
    assert pieces("a" * 25, 10) == ["a" * 10, "a" * 10, "a" * 5]


def test_japanese_breaks_between_characters_but_keeps_marks_in_place() -> None:
    text = "　灯台守は、十一年のあいだ灯を守った。「船だ」と彼女は言った。"
    rows = pieces(text, 10)
    assert "".join(rows) == text
    assert rows[0].startswith("　灯台")
    assert not any(row[0] in "、。」" or row[-1] == "「" for row in rows)
    assert all(cell_len(row) <= 10 for row in rows)


def test_a_japanese_indent_does_not_stand_alone() -> None:
    assert pieces("　" + "海" * 20, 20)[0] == "　" + "海" * 9


def test_a_combining_mark_stays_with_its_letter() -> None:
    rows = pieces("e\u0301" * 12, 5)
    assert all(get_character_cell_size(row[0]) == 1 for row in rows)
    assert [cell_len(row) for row in rows] == [5, 5, 2]


def test_joined_emoji_stay_together() -> None:
    assert pieces("x" * 9 + "👩\u200d🚀" + "y", 11) == ["x" * 9 + "👩\u200d🚀", "y"]


def test_no_break_spaces_do_not_break() -> None:
    assert pieces("ten words 100\u00a0km", 12) == ["ten words ", "100\u00a0km"]
    assert pieces("dix mots\u202f! et", 8) == ["dix ", "mots\u202f! ", "et"]


def test_a_line_with_tabs_counts_their_cells() -> None:
    assert pieces("\tthe keeper\tlamp and the sea", 12) == [
        "\tthe ",
        "keeper\t",
        "lamp and ",
        "the sea",
    ]
    assert pieces("\t" + "海" * 6, 10) == ["\t海海海", "海海海"]


def test_a_row_with_no_place_to_break_is_cut_where_it_hurts_least() -> None:
    assert pieces("a" * 10 + "　b", 10) == ["a" * 9, "a　b"]
    assert pieces("ก" * 9 + "เท", 10) == ["ก" * 9, "เท"]
    assert pieces("🇯🇵" * 8, 9) == ["🇯🇵" * 4, "🇯🇵" * 4]
    assert pieces("―" * 12, 10)[0] == "―" * 10


prose = st.text("ab -—’é.", max_size=120)
characters = st.sampled_from(
    (
        *"ab 　、。「」海かっアーאבע",
        "e\u0301",
        "👩\u200d🚀",
        "❤\ufe0f",
        "❤\ufe0f\u200d🔥",
        "🏳\ufe0f\u200d🌈",
    )
)
anything = st.lists(characters, max_size=80).map("".join)


@settings(deadline=None)
@given(prose, st.integers(4, 30))
def test_the_quick_way_for_narrow_text_breaks_as_the_thorough_way(text: str, width: int) -> None:
    assert wrapping._wrap_narrow(text, width) == wrapping._wrap_any(text, width)


@settings(deadline=None)
@given(anything, st.integers(2, 20))
def test_nothing_is_lost_and_every_row_fits(text: str, width: int) -> None:
    breaks = wrap_line(text, width)
    assert breaks == sorted(set(breaks))
    assert all(0 < at < len(text) for at in breaks)
    assert all(cell_len(piece) <= width for piece in pieces(text, width))


@settings(deadline=None)
@given(anything, st.integers(2, 20))
def test_a_row_is_as_full_as_its_last_place_to_break_allows(text: str, width: int) -> None:
    edges = [0, *wrap_line(text, width)]
    for start, end in pairwise(edges):
        later = [
            at
            for at in range(end + 1, len(text) + 1)
            if cell_len(text[start:at]) <= width and (at == len(text) or may_break(text, at))
        ]
        if may_break(text, end):
            assert later == [], (text[start:end], text[end:])
        else:
            assert not any(may_break(text, at) for at in range(start + 1, end)), text[start:end]


# Each ends in a letter, so that no run of marks is longer than a row.
sentences = st.sampled_from(
    (
        *("灯台守は", "「船だ」と", "言った。夜", "……海", "――そう", "　夜", "（笑）と"),
        *("えっ！？　え", "きゃーと", "『火』・と", "１２％の"),
    )
)


@settings(deadline=None)
@given(st.lists(sentences, max_size=20).map("".join), st.integers(20, 40))
def test_japanese_rows_begin_and_end_as_they_may(text: str, width: int) -> None:
    rows = pieces("　" + text, width)
    assert "".join(rows) == "　" + text
    for row, following in pairwise(rows):
        assert row.strip("　")
        assert row[-1] not in NOT_LAST
        assert following[0] not in NOT_FIRST + "　"


def test_the_quick_way_takes_only_characters_of_one_cell() -> None:
    for code in range(0x20, 0x3000):
        if narrow_text(chr(code)):
            assert get_character_cell_size(chr(code)) == 1, hex(code)


lines = st.lists(st.text("ab \t海", max_size=30), min_size=1, max_size=6)


@settings(deadline=None)
@given(lines, st.data())
def test_an_edit_leaves_the_wrapping_as_if_made_anew(old: list[str], data: st.DataObject) -> None:
    document = Document("\n".join(old))
    wrap = PageWrap(document, 8, 4)

    def location() -> tuple[int, int]:
        line = data.draw(st.integers(0, document.line_count - 1))
        return line, data.draw(st.integers(0, len(document.get_line(line))))

    for _ in range(3):
        start, end = sorted((location(), location()))
        new = "\n".join(data.draw(lines))
        result = document.replace_range(start, end, new)
        wrap.wrap_range(start, end, result.end_location)
    fresh = PageWrap(document, 8, 4)
    assert wrap._offset_to_line_info == fresh._offset_to_line_info
    assert wrap._line_index_to_offsets == fresh._line_index_to_offsets
    assert wrap._wrap_offsets == fresh._wrap_offsets
    assert wrap._tab_width_cache == fresh._tab_width_cache
    rows = [wrap.at_row(row) for row in range(wrap.height)]
    joined = [document.get_line(line)[start:end] for line, start, end in rows]
    assert "".join(joined) == "".join(document.lines)
    assert all(wrap.row_of((line, start)) == row for row, (line, start, _) in enumerate(rows))
