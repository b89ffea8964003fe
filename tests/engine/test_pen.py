"""One take drawn by hand: what may stand in it, how it goes back, and that it always ends."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from storyforge.domain.generation import StopReason
from storyforge.domain.sampling import Bias, Sampling
from storyforge.engine.banned import BannedPhrases, HeldBack
from storyforge.engine.biases import spellings
from storyforge.engine.pen import Back, Pen
from storyforge.engine.sampling import Sampler
from tests.engine.bare import Bare, Logits

GREEDY = Sampling(temperature=0, repeat_penalty=1, seed=1)
PLAIN = Sampling(seed=3, top_k=0, top_p=1, min_p=0, repeat_penalty=1, temperature=1)
PROMPT = "Mara had kept the light at Skerry Point for eleven years."


@pytest.fixture(scope="module")
def small(smollm2: Path) -> Iterator[Bare]:
    bare = Bare(smollm2)
    yield bare
    bare.close()


@pytest.fixture(scope="module")
def bytewise(tiny_path: Path) -> Iterator[Bare]:
    bare = Bare(tiny_path)
    yield bare
    bare.close()


def begin(
    model: Bare,
    sampling: Sampling,
    limit: int = 24,
    *,
    prompt: str = PROMPT,
    stop: tuple[str, ...] = (),
) -> Pen:
    tokens = model.vocabulary.encode_prompt(prompt)
    model.drop(len(model.tokens))
    model.read(tokens)
    sampler = Sampler(sampling, model.vocabulary, model.window, tokens)
    return Pen(sampling, model.vocabulary, sampler, tokens, limit, stop)


def test_without_wishes_it_writes_what_the_model_finds_likeliest(small: Bare) -> None:
    pen = begin(small, GREEDY)
    text, backs = small.write(pen)
    assert (pen.written, pen.reason, backs) == (24, StopReason.LENGTH, 0)
    tokens = small.vocabulary.encode(text)
    assert len(text) > 60
    assert small.tokens[-5:] == tokens[-6:-1], "the last one was not evaluated"


def test_a_banned_phrase_over_several_tokens_never_stands(small: Bare) -> None:
    plain, _ = small.write(begin(small, GREEDY))
    words = plain.split()
    for at in (0, 4, 8):
        phrase = " ".join(words[at : at + 3])
        spelled = (phrase, phrase.upper(), phrase.replace(" ", "\n"))[at // 4]
        text, backs = small.write(begin(small, replace(GREEDY, banned=(spelled,))))
        assert phrase not in text
        assert backs > 0
        before = plain[: plain.index(phrase)].rstrip().rpartition(" ")[0]
        assert text.startswith(before), "what came before stays, but for a word at the most"
        assert len(text) > 60


def test_text_is_said_as_soon_as_it_is_certain(small: Bare) -> None:
    pen = begin(small, replace(GREEDY, banned=("the lighthouse keeper of nowhere",)))
    said, held = "", []
    while pen.reason is None:
        drawn = pen.draw(small.logits())
        assert isinstance(drawn, int)
        said += pen.text()
        held.append(pen.written - len(small.vocabulary.encode(said)))
        if pen.reason is None:
            small.read([drawn])
    assert max(held) < 8
    assert held.count(3) > 12
    assert said + pen.rest() == small.write(begin(small, GREEDY))[0]
    pen.close()


def test_a_phrase_begun_by_the_author_is_not_completed(small: Bare) -> None:
    prompt = "One, two, three, four, five, six, seven, eight, nine, ten. One, two, three, four,"
    plain, _ = small.write(begin(small, GREEDY, 4, prompt=prompt))
    assert plain.startswith(" five")
    text, _ = small.write(
        begin(small, replace(GREEDY, banned=("three, four, five",)), 4, prompt=prompt)
    )
    assert "five" not in text.split(",")[0]


def test_a_japanese_phrase_is_kept_out_byte_by_byte(bytewise: Bare) -> None:
    wish = replace(PLAIN, biases=(Bias("海底の灯", 40.0),))
    plain, _ = bytewise.write(begin(bytewise, wish, 48, prompt="海へ"))
    assert "海底の灯" in plain
    text, backs = bytewise.write(
        begin(bytewise, replace(wish, banned=("海底ﾉ",)), 48, prompt="海へ")
    )
    assert "海底の" not in text
    assert backs > 0
    assert "\ufffd" not in text


def test_letters_can_be_banned(small: Bare) -> None:
    pen = begin(small, replace(PLAIN, banned=("e",), temperature=0.8), 40)
    text, backs = small.write(pen)
    assert "e" not in text.lower()
    assert backs == 0, "tokens that hold a phrase alone are never drawn"
    assert pen.reason in (StopReason.LENGTH, StopReason.END)
    assert len(text) > 60


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_banned_it_ends_and_never_stands(bytewise: Bare, seed: int) -> None:
    random = np.random.default_rng(seed)
    letters = "abcdefgh "
    banned = tuple(
        "".join(random.choice(list(letters), size)) for size in random.integers(1, 4, 12)
    )
    banned = tuple(each for each in banned if each.strip())
    forced = tuple(Bias(each, 60.0) for each in "abcdefgh")
    wish = replace(PLAIN, banned=banned, biases=forced, seed=seed)
    pen = begin(bytewise, wish, 120, prompt="abc")
    text, backs = bytewise.write(pen)
    assert not [each for each in banned if each in text.lower()]
    assert backs <= 200
    assert pen.reason is not None


def test_where_every_way_is_banned_the_take_ends_and_says_so(bytewise: Bare) -> None:
    only = tuple(Bias(each, 100.0) for each in "ab")
    never = tuple(chr(n) for n in range(0x21, 0x7F))
    mask = replace(PLAIN, biases=only, banned=never)
    pen = begin(bytewise, mask, 40, prompt="ab")
    text, _ = bytewise.write(pen)
    assert not set(text) & set(never)
    # Nothing at all is left:
    pen = begin(bytewise, PLAIN, 40, prompt="ab")
    pen._never = np.ones(bytewise.vocabulary.size, bool)
    assert bytewise.write(pen) == ("", 0)
    assert pen.reason is StopReason.BANNED


def test_a_phrase_that_is_all_the_model_wants_is_got_round(bytewise: Bare) -> None:
    wish = replace(PLAIN, biases=(Bias("abcabc", 100.0),), banned=("abcabc",))
    pen = begin(bytewise, wish, 60, prompt="x")
    text, backs = bytewise.write(pen)
    assert "abcabc" not in text
    assert 0 < backs <= 200
    assert pen.reason is not None


def test_it_goes_back_further_where_nothing_likely_is_left(bytewise: Bare) -> None:
    pen = begin(bytewise, replace(PLAIN, banned=("zq",), temperature=0), 8, prompt="x")
    likely = {"x": "k", "k": "m", "m": "z", "z": "q"}
    went: list[int] = []
    text = ["x"]
    logits = np.zeros(bytewise.vocabulary.size, "f4")

    def row() -> Logits:
        made = logits.copy()
        made[bytewise.vocabulary.encode("\n" + likely.get(text[-1], "o"))[-1]] = 20
        return made

    while pen.reason is None:
        drawn = pen.draw(row())
        if isinstance(drawn, Back):
            went.append(drawn.count)
            del text[-drawn.count :]
        else:
            text.append(bytewise.vocabulary.piece(drawn).decode())
    # Before "z" nothing else is likely, nor before "m" and "k".
    assert went[:3] == [1, 1, 1]
    assert "zq" not in "".join(text)
    assert "".join(text) != "xkmz"
    pen.close()


def test_a_stop_string_ends_the_answer_even_in_what_is_held_back(small: Bare) -> None:
    plain, _ = small.write(begin(small, GREEDY))
    word = plain.split()[5]
    banned = (f"{word} and nothing of the kind",)
    pen = begin(small, replace(GREEDY, banned=banned), stop=(word,))
    text, _ = small.write(pen)
    assert text == plain[: plain.index(word)]
    assert pen.reason is StopReason.STOP_STRING


def test_the_text_does_not_end_before_its_shortest_length(bytewise: Bare) -> None:
    ended = []
    for seed in range(4):
        free = begin(bytewise, replace(PLAIN, seed=seed), 400, prompt="a")
        bytewise.write(free)
        ended.append(free.reason is StopReason.END)
        pen = begin(bytewise, replace(PLAIN, seed=seed, min_tokens=400), 400, prompt="a")
        bytewise.write(pen)
        assert (pen.written, pen.reason) == (400, StopReason.LENGTH)
    assert any(ended)


def test_what_is_held_back_is_said_when_the_author_stops(small: Bare) -> None:
    pen = begin(small, replace(GREEDY, banned=("no such phrase",)))
    for _ in range(3):
        drawn = pen.draw(small.logits())
        assert isinstance(drawn, int)
        small.read([drawn])
    assert pen.text() == ""
    assert small.write(begin(small, GREEDY))[0].startswith(pen.rest())
    pen.close()


def test_a_phrase_made_likelier_comes_and_one_made_rare_does_not(small: Bare) -> None:
    wish = replace(GREEDY, biases=(Bias("Captain Ahab", 30.0),))
    assert " Captain Ahab" in small.write(begin(small, wish))[0]
    plain = small.write(begin(small, GREEDY))[0]
    word = plain.split()[3]
    rare = replace(GREEDY, biases=(Bias(word, -100.0),))
    assert f" {word}" not in small.write(begin(small, rare))[0]


def test_a_rare_phrase_does_not_make_its_first_word_rare(small: Bare) -> None:
    prompt = "One two three four five. One two three four five. One two three four"
    rare = replace(GREEDY, biases=(Bias("four five", -100.0),))
    assert len(small.vocabulary.encode(" four five")) == 2
    assert small.write(begin(small, GREEDY, 1, prompt=prompt))[0] == " five"
    assert small.write(begin(small, rare, 1, prompt=prompt))[0] != " five"
    shorter = prompt.removesuffix(" four")
    assert small.write(begin(small, rare, 1, prompt=shorter))[0] == " four"


def test_a_phrase_is_known_with_and_without_a_space(small: Bare, bytewise: Bare) -> None:
    said = {
        b"".join(map(small.vocabulary.piece, tokens))
        for tokens in spellings("Captain", small.vocabulary)
    }
    assert said == {b"Captain", b" Captain"}
    (japanese,) = spellings("海", bytewise.vocabulary)
    assert b"".join(map(bytewise.vocabulary.piece, japanese)) == "海".encode()


def test_a_phrase_is_found_from_where_it_begins() -> None:
    held = HeldBack(BannedPhrases(("shiver ran down",)), "It was a shi")
    assert held.add(b"ver ") is None
    assert held.add(b"RAN\n") is None
    assert held.release() == []
    assert held.add(b"down") == 0
    held = HeldBack(BannedPhrases(("shiver ran", "cold")), "")
    for piece in (b"It", b" was a s", b"hiver"):
        assert held.add(piece) is None
    assert held.add(b" ran") == 1, "the token that its first letter is in"
    held.drop(1)
    assert held.pieces == [b"It"]
    assert held.add(b" so cold") == 1


def test_a_phrase_is_held_from_the_byte_it_begins_with() -> None:
    sea = "海".encode()
    held = HeldBack(BannedPhrases(("海底",)), "x")
    for piece in (b"a", b"b", b"c", b"d", sea[:1], sea[1:2], sea[2:]):
        assert held.add(piece) is None
    assert held.release() == [b"a", b"b", b"c", b"d"]
    depth = "底".encode()
    assert [held.add(each) for each in (depth[:2], depth[2:])] == [None, 0]


def test_what_was_let_go_may_still_be_the_beginning() -> None:
    held = HeldBack(BannedPhrases(("a b c",)), "")
    for piece in (b"a", b" b", b" x", b" y", b" z"):
        assert held.add(piece) is None
    assert held.release() == [b"a", b" b"]
    held.drop(0)
    assert held.add(b" c") == 0


def test_pieces_that_hold_a_phrase_alone_are_told() -> None:
    pieces = [b"the", b"Elara", b"el", b"\xe6", b" ELARA's", b"hell", "エラ".encode()]
    assert BannedPhrases(("elara", "hel", "えら")).alone(pieces) == [1, 4, 5, 6]
    assert BannedPhrases(("z",)).alone(pieces) == []
