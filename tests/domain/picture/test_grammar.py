r"""AUTOMATIC1111's grammar means here what it means there, and no text breaks it."""

import math
import time
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from storyforge.domain.picture.grammar import (
    HypernetTag,
    LoraTag,
    hypernets_of,
    loras_of,
    notes_of,
    schedule,
    weighted,
)

#: what the grammar is made of, more often than chance has it
SIGNS = st.text(alphabet=r"([)]:|\.019-+ab ,<>=" + "\n") | st.lists(
    st.sampled_from(
        ["(", ")", "[", "]", ":", "|", "1.2", "0.5", ":0)", "BREAK", "AND", "\\", "a", " "]
    )
).map("".join)


def shown(prompt: str) -> list[list[tuple[str, float]]]:
    return [[(word.text, round(word.weight, 4)) for word in chunk] for chunk in weighted(prompt)]


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("normal text", [("normal text", 1)]),
        ("an (important) word", [("an ", 1), ("important", 1.1), (" word", 1)]),
        ("(unbalanced", [("unbalanced", 1.1)]),
        (r"\(literal\]", [("(literal]", 1)]),
        ("(unnecessary)(parens)", [("unnecessaryparens", 1.1)]),
        ("[less]", [("less", 0.9091)]),
        ("((more))", [("more", 1.21)]),
        ("(cat:1.3)", [("cat", 1.3)]),
        ("(cat :  1.3 )", [("cat ", 1.3)]),
        ("(a (b:2) c:1.5)", [("a ", 1.5), ("b", 3), (" c", 1.5)]),
        ("(a [b) c]", [("a ", 1.1), ("b", 1), (" c", 0.9091)]),
        ("[a", [("a", 0.9091)]),
        ("a) b]", [("a) b]", 1)]),
        ("a:b:1.3)", [("a:b:1.3)", 1)]),
        ("(a:1.2.3)", [("a:1.2.3", 1.1)]),
        ("(a:-0.5)", [("a", -0.5)]),
        ("(a:0) (b)", [("a", 0), (" ", 1), ("b", 1.1)]),
        (r"a\\b\c", [(r"a\bc", 1)]),
        ("cat AND dog", [("cat AND dog", 1)]),
        ("", []),
        (
            "a (((house:1.3)) [on] a (hill:0.5), sun, (((sky))).",
            [
                ("a ", 1),
                ("house", 1.573),
                (" ", 1.1),
                ("on", 1),
                (" a ", 1.1),
                ("hill", 0.55),
                (", sun, ", 1.1),
                ("sky", 1.4641),
                (".", 1.1),
            ],
        ),
    ],
)
def test_words_have_their_weights(prompt: str, expected: list[tuple[str, float]]) -> None:
    assert shown(prompt) == [expected]


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("a BREAK b", [[("a", 1)], [("b", 1)]]),
        ("(a BREAK b:1.2)", [[("a", 1.2)], [("b", 1.2)]]),
        ("BREAK a", [[], [("a", 1)]]),
        ("a BREAK", [[("a", 1)]]),
        ("a\nBREAK\nBREAK b", [[("a", 1)], [], [("b", 1)]]),
        ("BREAKFAST", [[("BREAKFAST", 1)]]),
    ],
)
def test_break_begins_a_chunk(prompt: str, expected: list[list[tuple[str, float]]]) -> None:
    assert shown(prompt) == expected


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("test", [(10, "test")]),
        ("a [b:3]", [(3, "a "), (10, "a b")]),
        ("a [b: 3 ]", [(3, "a "), (10, "a b")]),
        ("a [[[b]]:2]", [(2, "a "), (10, "a [[b]]")]),
        ("[(a:2):3]", [(3, ""), (10, "(a:2)")]),
        ("a [b : c : 1] d", [(1, "a b  d"), (10, "a  c  d")]),
        ("a[b:[c:d:2]:1]e", [(1, "abe"), (2, "ace"), (10, "ade")]),
        ("a [unbalanced", [(10, "a [unbalanced")]),
        ("a [b:.5] c", [(5, "a  c"), (10, "a b c")]),
        ("a [b::0.5] c", [(5, "a b c"), (10, "a  c")]),
        ("a [{b|d{:.5] c", [(5, "a  c"), (10, "a {b|d{ c")]),
        ("((a][:b:c [d:3]", [(3, "((a][:b:c "), (10, "((a][:b:c d")]),
        ("[a:b:c:3]", [(10, "[a:b:c:3]")]),
        ("[a:b]", [(10, "[a:b]")]),
        ("[a:b:0]", [(10, "b")]),
        ("[a:b:1.0]", [(10, "a")]),
        ("[a:b:99]", [(10, "a")]),
        ("[a:b:-3]", [(10, "b")]),
        (r"\[a:b:3\]", [(10, r"\[a:b:3\]")]),
        (r"[a\:b:c:3]", [(3, r"a\:b"), (10, "c")]),
    ],
)
def test_a_prompt_changes_with_the_steps(prompt: str, expected: list[tuple[int, str]]) -> None:
    assert schedule(prompt, 10) == tuple(expected)


def test_words_take_turns() -> None:
    assert schedule("[a|(b:1.1)]", 4) == ((1, "a"), (2, "(b:1.1)"), (3, "a"), (4, "(b:1.1)"))
    assert schedule("[fe|||]male", 5) == ((1, "female"), (4, "male"), (5, "female"))


def test_loras_are_taken_out() -> None:
    assert loras_of("a <lora:ink:0.8> b<lyco:x>") == ("a  b", (LoraTag("ink", 0.8), LoraTag("x")))
    assert loras_of("<lora:ink v2:0.5:0.7>")[1] == (LoraTag("ink v2", 0.7, 0.5),)
    assert loras_of("<lora:ink:te=0.2:unet=0.9>")[1] == (LoraTag("ink", 0.9, 0.2),)
    assert loras_of("<lora:ink:loud>")[1] == (LoraTag("ink", 1.0),)
    assert loras_of("a <b> <hypernet:old:1>") == ("a <b> ", ())


def test_hypernetworks_are_called_by_name_and_strength() -> None:
    prompt = "a <hypernet:old ink:0.6> <hypernet: x > <lora:y:1><Hypernet:z:loud>"
    assert hypernets_of(prompt) == (
        HypernetTag("old ink", 0.6), HypernetTag("x"), HypernetTag("z"),
    )  # fmt: skip


def test_what_is_not_done_is_said() -> None:
    assert notes_of("a cat, (dog:1.2), <lora:x:1>, ANDROID") == ()
    said = notes_of("cat AND dog <hypernet:old:1> <other:old:1>")
    assert [note.text.partition(" ")[0] for note in said] == ["“AND”", "{tag}"]
    assert said[1].values == {"tag": "<other:old:1>"}


@settings(deadline=None)
@given(SIGNS, st.integers(1, 12))
@example("(" * 50_000 + "a" + "]" * 50_000, 3)
@example("[" * 20_000 + "a:0.5" + "]" * 20_000, 3)
@example("(a:" + "9" * 6000 + ")[a:" + "9" * 6000 + "]", 3)
def test_any_text_is_read(prompt: str, steps: int) -> None:
    told = schedule(prompt, steps)
    assert told[-1][0] == steps
    assert [until for until, _ in told] == sorted({until for until, _ in told})
    assert all(one[1] != other[1] for one, other in pairwise(told))
    for _until, text in told:
        for chunk in weighted(text):
            assert all(word.text and math.isfinite(word.weight) for word in chunk)
    notes_of(loras_of(prompt)[0])


@given(st.text(alphabet="abc xyz,.\n"))
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert "".join(word.text for word in weighted(text)[0]) == text
    assert schedule(text, 7) == ((7, text),)


@given(st.lists(st.floats(0.1, 2).map(lambda number: round(number, 2)), min_size=1, max_size=5))
def test_nested_weights_multiply(weights: list[float]) -> None:
    prompt = "(" * len(weights) + "a" + "".join(f":{weight})" for weight in weights)
    (found,) = weighted(prompt)[0]
    assert found.text == "a"
    assert found.weight == pytest.approx(math.prod(weights))


@given(SIGNS.map(lambda text: text.replace("BREAK", "")))
def test_escaped_brackets_are_text(text: str) -> None:
    escaped = "".join("\\" + sign if sign in "()[]\\" else sign for sign in text)
    assert "".join(word.text for word in weighted(escaped)[0]) == text


@pytest.mark.parametrize(
    "prompt",
    [
        "(" * 100_000,
        "[" * 50_000 + "a|b:0.5" + "]" * 50_000,
        "(a:" + " " * 100_000 + "b",
        "[a:" + "1" * 100_000 + "x]",
        "(a:" + "9" * 100_000 + ")",
        "BREAK " * 50_000,
        "<lora:" * 20_000,
        "\\" * 100_000,
    ],
    ids=lambda prompt: prompt[:5],
)
def test_a_prompt_that_is_made_to_hold_it_up_is_read_at_once(prompt: str) -> None:
    began = time.process_time()
    weighted(loras_of(prompt)[0])
    schedule(prompt, 20)
    assert time.process_time() - began < 5  # those that did took a minute and more
