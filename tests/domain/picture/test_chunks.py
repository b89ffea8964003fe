"""A long prompt is cut as AUTOMATIC1111 cuts it, and an embedding's word is as long as it is."""

from hypothesis import given
from hypothesis import strategies as st

from storyforge.domain.picture.chunks import ROOM, chunks

COMMA = 9


def tokenise(text: str) -> list[int]:
    """A token a word, and one a comma."""
    words = text.replace(",", " , ").split()
    return [COMMA if word == "," else 100 + sum(map(ord, word)) for word in words]


def sizes(prompt: str, **vectors: int) -> list[int]:
    return [len(chunk.tokens) for chunk in chunks(prompt, tokenise, vectors)]


def test_words_keep_their_weights() -> None:
    (chunk,) = chunks("a (b c:1.5) d", tokenise, {})
    assert chunk.tokens == tuple(tokenise("a b c d"))
    assert chunk.weights == (1, 1.5, 1.5, 1)


def test_a_chunk_holds_75_tokens() -> None:
    assert sizes("") == [0]
    assert sizes("w " * 75) == [75]
    assert sizes("w " * 76) == [75, 1]
    assert sizes("w " * 200) == [75, 75, 50]


def test_a_chunk_ends_behind_a_near_comma() -> None:
    assert sizes("w " * 60 + ", " + "w " * 30) == [61, 30]
    assert sizes("w " * 40 + ", " + "w " * 50) == [75, 16]  # too far back
    assert sizes("w " * 74 + ", " + "w " * 5) == [75, 5]
    assert sizes("w " * 75 + ", " + "w " * 5) == [75, 6]


def test_break_ends_a_chunk() -> None:
    assert sizes("a b BREAK c") == [2, 1]
    assert sizes("BREAK c") == [0, 1]
    assert sizes("w " * 75 + "BREAK c") == [75, 1]
    assert sizes("a BREAK") == [1]


def test_an_embedding_is_as_long_as_its_vectors() -> None:
    (chunk,) = chunks("a ink wash, (ink:1.2)", tokenise, {"ink": 3, "ink wash": 2})
    assert chunk.embedded == ((1, "ink wash"), (4, "ink"))
    assert len(chunk.tokens) == 1 + 2 + 1 + 3
    assert chunk.weights == (1, 1, 1, 1, 1.2, 1.2, 1.2)


def test_an_embedding_is_not_torn() -> None:
    first, second = chunks("w " * 74 + "ink x", tokenise, {"ink": 4})
    assert (len(first.tokens), len(second.tokens)) == (74, 5)
    assert second.embedded == ((0, "ink"),)
    first, second = chunks("w " * 70 + ", ink " + "w " * 4, tokenise, {"ink": 3})
    assert (len(first.tokens), second.embedded, len(second.tokens)) == (71, ((0, "ink"),), 7)
    assert sizes("ink", ink=200) == [75]


@given(st.lists(st.sampled_from(["w", ",", "ink", "(w:1.3)", "BREAK"]), max_size=400))
def test_nothing_is_lost(words: list[str]) -> None:
    found = chunks(" ".join(words), tokenise, {"ink": 7})
    assert all(len(chunk.tokens) == len(chunk.weights) <= ROOM for chunk in found)
    told = [token for chunk in found for token in chunk.tokens if token]
    plain = " ".join(word for word in words if word not in ("BREAK", "ink"))
    assert told == tokenise(plain.replace("(w:1.3)", "w"))
    calls = [at for chunk in found for at, _word in chunk.embedded]
    assert len(calls) == words.count("ink")


def test_a_large_embedding_behind_a_comma_has_a_chunk_of_its_own() -> None:
    assert sizes("w " * 60 + ", " + "w " * 10 + "ink", ink=70) == [61, 10, 70]
