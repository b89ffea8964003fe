"""Emphasis, readings and dots are seen as an author means them, and can be written again."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from storyforge.domain.inline import Run, merged, plain, runs, spelled
from storyforge.domain.ruby import annotations, bars


def shown(line: str) -> str:
    """The runs in one string: <i>, <b>, base(reading), [dots]."""
    out = ""
    for run in runs(line):
        text = f"{run.text}({run.ruby})" if run.ruby else f"[{run.text}]" if run.dots else run.text
        text = f"<b>{text}</b>" if run.bold else text
        out += f"<i>{text}</i>" if run.italic else text
    return out


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("plain", "plain"),
        ("a *soft* word", "a <i>soft</i> word"),
        ("a _soft_ word", "a <i>soft</i> word"),
        ("a **loud** word", "a <b>loud</b> word"),
        ("a __loud__ word", "a <b>loud</b> word"),
        ("***both***", "<i><b>both</b></i>"),
        ("**a *b* c**", "<b>a </b><i><b>b</b></i><b> c</b>"),
        ("*a **b***", "<i>a </i><i><b>b</b></i>"),
        ("un*frigging*believable", "un<i>frigging</i>believable"),
        ("snake_case_name", "snake_case_name"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("a lone * star", "a lone * star"),
        ("*", "*"),
        ("***", "***"),
        ("* * *", "* * *"),
        ("*open", "*open"),
        ("**open*", "*<i>open</i>"),
        ("*foo**bar*", "<i>foo**bar</i>"),
        (r"\*not\* so", "*not* so"),
        (r"a\_b C:\dir", r"a_b C:\dir"),
        ('"*Hello,*" she said', '"<i>Hello,</i>" she said'),
        ("「*火*」と言う", "「<i>火</i>」と言う"),
        ("それは**「火」**が", "それは<b>「火」</b>が"),
        ("これは*強調。*です", "これは<i>強調。</i>です"),
        ("灯台《とうだい》の*灯《ひ》*", "灯台(とうだい)の<i>灯(ひ)</i>"),
        ("《《だけ》》を", "[だけ]を"),
        ("*《《だけ》》*", "<i>[だけ]</i>"),
        ("魔法｜《火》", "魔法《火》"),
        ("　段落", "　段落"),
        ("مرحبا *بالعالم*", "مرحبا <i>بالعالم</i>"),
    ],
)
def test_a_line_is_read(line: str, expected: str) -> None:
    assert shown(line) == expected


def test_an_empty_line_has_no_runs() -> None:
    assert runs("") == ()


def test_what_is_read_has_no_marks() -> None:
    assert plain("*Mara* kept the 灯《ひ》") == "Mara kept the 灯"


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([Run("a "), Run("b", italic=True)], "a *b*"),
        ([Run("a"), Run(" b ", italic=True), Run("c")], "a *b* c"),
        ([Run("a "), Run("b", bold=True), Run(" c")], "a **b** c"),
        ([Run("x", italic=True, bold=True)], "***x***"),
        ([Run("2 * 3")], "2 * 3"),
        ([Run("*not*")], r"\*not\*"),
        ([Run("灯", ruby="ひ"), Run("の")], "｜灯《ひ》の"),
        ([Run("だけ", dots=True)], "《《だけ》》"),
        ([Run("灯", ruby="《ひ》")], "灯（《ひ》）"),
        ([Run("ab", italic=True), Run("cd", italic=True)], "*abcd*"),
        ([Run("Hi,", italic=True), Run("she")], "*Hi*,she"),
        ([Run("a\\"), Run("b", italic=True)], "a\\\\*b*"),
        ([Run("\\*", ruby="*", italic=True)], "*｜\\*《*》*"),
    ],
)
def test_runs_are_written_as_a_line(parts: list[Run], expected: str) -> None:
    assert spelled(parts) == expected


_RUN = st.builds(
    Run,
    text=st.text(alphabet="ab *_\\,「火」。　é", min_size=1, max_size=6),
    italic=st.booleans(),
    bold=st.booleans(),
)


@given(st.lists(_RUN, max_size=6))
def test_no_letter_is_lost_in_writing(parts: list[Run]) -> None:
    line = spelled(parts)
    assert plain(line) == "".join(run.text for run in parts)


@given(st.lists(st.sampled_from(["word", "火", "a b"]), min_size=1, max_size=5), st.data())
def test_emphasis_of_words_comes_back(words: list[str], data: st.DataObject) -> None:
    parts: list[Run] = []
    for word in words:
        italic, bold = data.draw(st.booleans()), data.draw(st.booleans())
        parts += [Run(word, italic=italic, bold=bold), Run(" ")]
    assert runs(spelled(parts)) == merged(parts)


@given(st.text(alphabet="a *_\\《》｜|火。", max_size=40))
def test_any_line_is_read_and_written_again(line: str) -> None:
    assume(not annotations(plain(line)) and not bars(plain(line)))
    assert plain(spelled(runs(line))) == plain(line)


# Were the search for an opener not bounded, each of these would take minutes.
@pytest.mark.parametrize("piece", ["*a ", "a* ", "**a*b", "*_"])
def test_a_long_line_of_marks_is_read(piece: str) -> None:
    line = piece * 40_000
    assert plain(line).count("a") == line.count("a")
