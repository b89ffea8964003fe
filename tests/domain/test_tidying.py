from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.replacing import Edit, with_edits
from storyforge.domain.ruby import Ruby, annotations
from storyforge.domain.story import Page
from storyforge.domain.tidying import Tidied, TidyOptions, default_options, tidy
from storyforge.domain.tidying_rules import Change, Rule, labels


def tidied(text: str, *rules: Rule, language: str = "ja") -> str:
    return tidy(text, TidyOptions(language, frozenset(rules))).text


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("彼は立った。\n「行くぞ」\n海へ。", "\u3000彼は立った。\n「行くぞ」\n\u3000海へ。"),
        ("\u3000彼は。\n\n――そして", "\u3000彼は。\n\n\u3000――そして"),
        ("（まさか）\n『本』\n〈光〉", "（まさか）\n『本』\n〈光〉"),
        ("  彼は\n\t海は", "\u3000彼は\n\u3000海は"),
        ("\u3000\u3000詩の行", "\u3000\u3000詩の行"),
        ("＊\n***\n◇　◇\n―――\n# 章", "＊\n***\n◇　◇\n―――\n# 章"),
        ("《《だけ》》が\n《聖剣》を", "\u3000《《だけ》》が\n《聖剣》を"),
        ("｜灯《ひ》が\n灯台《とうだい》が", "\u3000｜灯《ひ》が\n\u3000灯台《とうだい》が"),
        ("…", "\u3000…"),
    ],
)
def test_paragraphs_are_indented_and_dialogue_is_not(text: str, after: str) -> None:
    assert tidied(text, Rule.INDENT) == after


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("そう…", "そう……"),
        ("そう……", "そう……"),
        ("そう………", "そう…………"),
        ("そう・・・", "そう……"),
        ("そう...と", "そう……と"),
        ("そう......", "そう……"),
        ("そう。。。", "そう……"),
        ("そう‥", "そう……"),
        ("海・山・川", "海・山・川"),
        ("・・・\n海", "・・・\n海"),
        ("｜だけ《・・・》", "｜だけ《・・・》"),
    ],
)
def test_leaders_come_in_pairs(text: str, after: str) -> None:
    assert tidied(text, Rule.ELLIPSES) == after


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("その時―彼は", "その時――彼は"),
        ("その時——彼は", "その時――彼は"),
        ("その時─彼は", "その時――彼は"),
        ("その時--彼は", "その時――彼は"),
        ("スーパー", "スーパー"),
        ("10―20頁", "10―20頁"),
        ("foo--bar", "foo--bar"),
        ("―――――\n海", "―――――\n海"),
    ],
)
def test_dashes_come_in_pairs(text: str, after: str) -> None:
    assert tidied(text, Rule.DASHES) == after


@pytest.mark.parametrize(
    ("text", "rules", "after"),
    [
        ("２０２６年３月", {Rule.DIGITS}, "2026年3月"),
        ("１，０００と３．１４", {Rule.DIGITS}, "1,000と3.14"),
        ("Ｆ１の２人", {Rule.DIGITS}, "Ｆ１の2人"),
        ("2026年3月", {Rule.DIGITS, Rule.WIDE_DIGITS}, "2026年３月"),
        ("２０２６年3つ", {Rule.DIGITS, Rule.WIDE_DIGITS}, "2026年３つ"),
        ("B2と5%と1-3", {Rule.DIGITS, Rule.WIDE_DIGITS}, "B2と5%と1-3"),
        ("3人と12人", {Rule.WIDE_DIGITS}, "３人と12人"),
        ("灯２《とうに》", {Rule.DIGITS}, "灯2《とうに》"),
        ("｜灯２《とうに》", {Rule.DIGITS}, "｜灯２《とうに》"),
    ],
)
def test_digits_are_half_width_and_a_lone_one_as_the_author_likes(
    text: str, rules: set[Rule], after: str
) -> None:
    assert tidied(text, *rules) == after


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("待て！そこだ", "待て！\u3000そこだ"),
        ("え？！ 何", "え？！\u3000何"),
        ("待て！」", "待て！」"),
        ("待て！\n海", "待て！\n海"),
        ("待て！\u3000海", "待て！\u3000海"),
        ("待て！と叫んだ", "待て！と叫んだ"),
        ("待て！……", "待て！……"),
    ],
)
def test_a_space_stands_behind_a_mark_within_a_line(text: str, after: str) -> None:
    assert tidied(text, Rule.SPACE_AFTER) == after


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ('"Go," she said. "Now!"', "“Go,” she said. “Now!”"),
        ("She didn't. 'Tis the '90s.", "She didn’t. ’Tis the ’90s."),
        ("\"He said 'no' and left.\"", "“He said ‘no’ and left.”"),
        ('"\'Tis late," he said.', "“’Tis late,” he said."),
        ("the sailors' boat", "the sailors’ boat"),
        ('(“old” and "new")', "(“old” and “new”)"),
        ('he--"wait"--left', "he--“wait”--left"),
        ('"But--"\nHe left.', "“But--”\nHe left."),
        ("rock 'n' roll", "rock ’n’ roll"),
    ],
)
def test_straight_quotes_become_curly(text: str, after: str) -> None:
    assert tidied(text, Rule.QUOTES, language="en") == after


@pytest.mark.parametrize(
    ("language", "after"),
    [
        ("de", "„Geht’s ‚so‘?“"),
        ("fr", "«\u00a0Geht’s “so”?\u00a0»"),
        ("sv", "”Geht’s ’so’?”"),
        ("ru-RU", "«Geht’s „so“?»"),
    ],
)
def test_each_language_has_its_own_quotes(language: str, after: str) -> None:
    assert tidied("\"Geht's 'so'?\"", Rule.QUOTES, language=language) == after


@pytest.mark.parametrize(
    ("text", "language", "after"),
    [
        ("late -- too", "en", "late — too"),
        ("late---too", "en", "late—too"),
        ("spät -- zu", "de", "spät – zu"),
        ("---\n-- * --", "en", "---\n-- * --"),
        ("wait... no....", "en", "wait… no…."),
        ("one  two   three.  Four", "en", "one two three. Four"),
        ("  indent\n* * *  *", "en", "  indent\n* * *  *"),
    ],
)
def test_typewriter_habits_are_set_right(text: str, language: str, after: str) -> None:
    rules = (Rule.DASHES, Rule.ELLIPSES, Rule.SPACES)
    assert tidied(text, *rules, language=language) == after


def test_every_change_is_listed_with_its_place() -> None:
    found = tidy("海…\n「山」", default_options("ja"))
    assert found == Tidied(
        "\u3000海……\n「山」",
        (Change(0, 0, "\u3000", Rule.INDENT), Change(1, 2, "……", Rule.ELLIPSES)),
    )
    assert found.edits == (Edit(0, 0, "\u3000"), Edit(1, 2, "……"))


def test_who_wrote_what_is_kept() -> None:
    text = "海は…静かだ…\n山"
    found = tidy(text, default_options("ja"))
    page = Page("s", text, Provenance.whole(len(text), Origin.IMPORTED), caret=len(text))
    after = with_edits(page, found.edits)
    assert (after.text, after.caret) == (found.text, len(found.text))
    spans = after.provenance.spans
    assert sum(s.length for s in spans if s.origin is Origin.IMPORTED) == len(text) - 2


def test_a_rule_of_another_language_is_passed_over() -> None:
    assert tidied('"海"', Rule.QUOTES) == '"海"'
    assert tidied("late…", Rule.INDENT, language="en") == "late…"
    assert Rule.SPACE_AFTER not in default_options("ja-JP").rules
    assert default_options("en").rules == labels("en").keys()


japanese = st.tuples(
    st.text("海「」！？… ‥.・―—-3３aＡ。\u3000\n《》｜漢*#と", max_size=40), st.just("ja")
)
western = st.tuples(
    st.text("ab \"'-.…—3\n*«“(", max_size=40), st.sampled_from(("en", "de", "fr", "sv"))
)


@given(japanese | western, st.sets(st.sampled_from(Rule)))
def test_tidying_twice_changes_nothing_the_second_time(
    page: tuple[str, str], rules: set[Rule]
) -> None:
    text, language = page
    options = TidyOptions(language, frozenset(rules))
    first = tidy(text, options)
    assert tidy(first.text, options) == Tidied(first.text, ())


@given(japanese | western, st.sets(st.sampled_from(Rule)))
def test_changes_are_in_order_and_lead_to_the_text(page: tuple[str, str], rules: set[Rule]) -> None:
    text, language = page
    found = tidy(text, TidyOptions(language, frozenset(rules)))
    assert all(one.end <= two.start for one, two in pairwise(found.changes))
    rebuilt = text
    for change in reversed(found.changes):
        rebuilt = rebuilt[: change.start] + change.text + rebuilt[change.end :]
    assert rebuilt == found.text


@given(japanese)
def test_readings_are_never_touched(page: tuple[str, str]) -> None:
    text, language = page
    after = tidy(text, TidyOptions(language, frozenset(Rule))).text
    kept = [(r.base, r.reading) for r in annotations(text) if isinstance(r, Ruby)]
    found = [(r.base, r.reading) for r in annotations(after) if isinstance(r, Ruby)]
    assert found[: len(kept)] == kept or set(kept) <= set(found)
