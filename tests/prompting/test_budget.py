import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyforge.prompting.budget import Block, fit, tokens_of

_TOKEN = re.compile(r"\s?\w{1,6}|\s|[^\w\s]")


def count(texts: tuple[str, ...]) -> tuple[int, ...]:
    """About four characters a token, a newline and punctuation one each, as models count."""
    return tuple(len(_TOKEN.findall(text)) for text in texts)


def kept(blocks: list[Block], room: int) -> str:
    fitted = fit(blocks, room, count)
    return blocks[fitted.block].text[fitted.offset :] + "".join(
        block.text for block in blocks[fitted.block + 1 :]
    )


def story(paragraphs: int, start: int = 0) -> Block:
    sentence = "The tide was late and nobody had come. "
    text = "\n\n".join(f"{n} " + (sentence * (1 + n % 5)).strip() for n in range(paragraphs))
    return Block(text, start)


def test_a_story_that_fits_is_kept_whole() -> None:
    blocks = [story(3), story(2, 1000)]
    fitted = fit(blocks, 1000, count)
    assert (fitted.block, fitted.offset) == (0, 0)
    assert fitted.given == fitted.wanted == tuple(count((b.text,))[0] for b in blocks)


def test_the_cut_falls_at_a_paragraph_and_fills_two_thirds() -> None:
    block = story(80)
    text = kept([block], 300)
    assert block.text.endswith("\n\n" + text)
    assert 200 <= tokens_of(text, count) <= 300


def test_a_paragraph_larger_than_the_room_is_cut_at_a_sentence() -> None:
    block = Block("The tide was late and nobody had come. " * 200, 0)
    text = kept([block], 120)
    assert text.startswith("The tide")
    assert 80 <= tokens_of(text, count) <= 120


def test_a_sentence_larger_than_the_room_is_cut_at_a_word() -> None:
    block = Block("words and more words " * 500, 0)
    text = kept([block], 90)
    assert re.match(r"words |and |more ", text)
    assert 60 <= tokens_of(text, count) <= 90


def test_a_word_larger_than_the_room_is_cut_anywhere() -> None:
    text = kept([Block("あ" * 5_000, 0)], 60)
    assert len(text) > 100
    assert tokens_of(text, count) <= 60


def test_a_japanese_paragraph_keeps_its_indent_and_is_cut_at_a_sentence() -> None:
    block = Block("\n".join(["\u3000彼は立った。波の音がした。" * 3] * 40), 0)
    assert kept([block], 100).startswith("\u3000彼は")


def test_a_german_date_is_no_place_to_cut() -> None:
    block = Block("Er kam am 3. Mai aus Köln und blieb. " * 60, 0)
    kept_text = block.text[fit([block], 100, count, "de").offset :]
    assert kept_text.startswith("Er kam")


def test_a_block_kept_from_its_beginning_keeps_its_heading() -> None:
    blocks = [story(20), Block("It rained.", 2000, heading=30)]
    fitted = fit(blocks, 40, count)
    assert fitted.given[1] in (0, 30 + count(("It rained.",))[0])
    assert fitted.wanted[1] == 30 + count(("It rained.",))[0]


def test_where_nothing_fits_nothing_is_kept() -> None:
    fitted = fit([Block("word " * 100, 0, heading=5), Block("", 500, heading=50)], 20, count)
    assert (fitted.block, fitted.offset) == (1, 0)
    assert fitted.given == (0, 0)


texts = st.lists(st.text("ab .\n\u3000。彼!", max_size=120), min_size=1, max_size=5)


@given(texts, st.integers(16, 80))
def test_what_is_kept_is_the_end_and_fits(pieces: list[str], room: int) -> None:
    blocks, at = [], 0
    for piece in pieces:
        blocks.append(Block(piece, at))
        at += len(piece)
    fitted = fit(blocks, room, count)
    text = kept(blocks, room)
    assert "".join(pieces).endswith(text)
    assert sum(fitted.given) <= room
    assert sum(fitted.wanted) <= room or len(text) < at
    if sum(fitted.wanted) <= room:
        assert text == "".join(pieces)


@pytest.mark.parametrize("characters", [1, 4, 9])
def test_an_appended_sentence_seldom_moves_the_cut(characters: int) -> None:
    """However many characters a token has, the prefix outlives a good part of the window."""

    def counted(texts: tuple[str, ...]) -> tuple[int, ...]:
        return tuple(-(-len(text) // characters) for text in texts)

    room = 400
    sentence = "The tide was late and nobody had come. "
    text, starts, appended, length = "", [], 0, 0
    while length < 12 * room:
        text += sentence if appended % 6 else "\n\n" + sentence
        appended += 1
        length = counted((text,))[0]
        if length > room:
            fitted = fit([Block(text, 0)], room, counted)
            assert room * 0.6 <= sum(fitted.given) <= room
            starts.append(fitted.offset)
    assert starts == sorted(starts), "the cut never goes back"
    moves = len(set(starts)) - 1
    assert 11 * 3 <= moves + 1 <= 11 * 7, "one in a third to a seventh of the room"
