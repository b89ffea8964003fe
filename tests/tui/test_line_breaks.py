"""Where a line may break: the rules of UAX #14 and of Japanese typesetting."""

from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from storyforge.tui.widgets import line_breaks
from storyforge.tui.widgets.line_breaks import breaks_badly, may_break


def broken(text: str) -> list[str]:
    """`text` cut wherever a line may begin."""
    cuts = [0, *(at for at in range(1, len(text)) if may_break(text, at)), len(text)]
    return [text[a:b] for a, b in pairwise(cuts)]


def test_prose_breaks_behind_spaces_hyphens_and_dashes() -> None:
    assert broken("a well-known log—he said “no” (twice), 3.5 % of it.") == [
        *("a ", "well-", "known ", "log", "—", "he ", "said ", "“no” ", "(twice), "),
        *("3.5 ", "% ", "of ", "it."),
    ]


def test_japanese_marks_keep_their_place() -> None:
    assert broken("灯台守は「船だ」と言った……。") == [
        *("灯", "台", "守", "は", "「船", "だ」", "と", "言っ", "た……。"),
    ]
    assert broken("そう――だ！　次ー々〜・ゃ") == ["そ", "う――", "だ！　", "次ー々〜・ゃ"]
    assert broken("（笑）［注］｛二｝〈一〉《二》【三】〔四〕") == [
        *("（笑）", "［注］", "｛二｝", "〈一〉", "《二》", "【三】", "〔四〕"),
    ]
    assert broken("全～部─だ─―─よ") == ["全～", "部─", "だ─―─", "よ"]


NOT_FIRST = (
    "、。，．・：；？！‼⁇」』）］｝〉》】〕〙〗〟’”ーゝゞヽヾ々〻…‥―‐〜～゠"
    "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
)
NOT_LAST = "「『（［｛〈《【〔〘〖〝‘“￥＄￡＃№"


def test_no_line_begins_or_ends_with_a_mark_that_may_not() -> None:
    for mark in NOT_FIRST:
        assert not may_break(f"海{mark}海", 1), mark
    for mark in NOT_LAST:
        assert not may_break(f"海{mark}海", 2), mark
    for mark in "「『（［｛〈《【〔〘〖〝‘“":
        assert may_break(f"海{mark}海", 1), mark


def test_a_wide_space_stays_with_what_is_before_it_and_an_indent_with_its_word() -> None:
    assert broken("　　灯台") == ["　　灯", "台"]
    assert broken("だ！　次") == ["だ！　", "次"]
    assert broken("a　　b") == ["a　　", "b"]
    assert broken("　") == ["　"]


def test_numbers_and_their_signs_stay_together() -> None:
    assert broken("第12章は￥1,200で3.5％") == ["第", "12", "章", "は", "￥1,200", "で", "3.5％"]


def test_korean_hebrew_arabic_and_thai() -> None:
    assert broken("등대 불") == ["등", "대 ", "불"]
    assert broken("המגדלור עמד, 12") == ["המגדלור ", "עמד, ", "12"]
    assert broken("كان البحر ٣٫٥") == ["كان ", "البحر ", "٣٫٥"]
    # Thai sets no spaces between words and there is no dictionary: only its phrases are parted.
    assert broken("ภาษาไทย สวย") == ["ภาษาไทย ", "สวย"]


def test_what_is_one_sign_is_not_parted() -> None:
    for text in ("👩\u200d🚀", "👍🏽", "🇯🇵", "e\u0301", "❤\ufe0f", "か\u3099", "각"):
        assert broken(f"海{text}海") == ["海", text, "海"]
    assert broken("🇯🇵🇩🇪") == ["🇯🇵", "🇩🇪"]


def test_thai_vowels_stay_with_their_letter_where_a_line_has_to_be_cut() -> None:
    assert breaks_badly("เท", 1)
    assert breaks_badly("ทะ", 1)
    assert not breaks_badly("ทย", 1)


characters = st.sampled_from(
    (
        *"abZ  　。、」「（）ーっ々…―—-–‐/|!?？！;:,.012%$￥＃℃“”‘’'\"«»()[]{}海灯か각나אבגเรخ",
        *("e\u0301", "\u0301", "👩\u200d🚀", "🇯🇵", "🇩", "👍🏽", "❤\ufe0f", "\u200b", "\u00a0"),
        *("\u2067", "\u200f", "\u2060", "\u00ad", "×", "ᄀ", "ᅡ", "ᆨ", "ꦏ꧀ꦏ"),
    )
)
texts = st.lists(characters, min_size=1, max_size=24).map("".join)


@settings(deadline=None)
@given(texts)
@example("(  a ”b“ c")
@example("א　b")
def test_a_break_is_found_from_its_surroundings_as_by_reading_the_whole(text: str) -> None:
    whole = line_breaks._rules()(text)
    for at in range(1, len(text)):
        direction = text[at - 1] == " " and text[at] in "\u2067\u200f\u00ad"
        ours = line_breaks._CLASSES[text[at]] in line_breaks._NEVER_BEFORE and not direction
        ours = ours or text[:at].strip("　") == ""
        assert may_break(text, at) is (whole[at] and not ours), (text[:at], text[at:])
