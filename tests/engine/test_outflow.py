import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyforge.domain.text import clean
from storyforge.engine.outflow import Outflow


def run(pieces: list[bytes], stop: tuple[str, ...] = ()) -> tuple[list[str], bool]:
    out = Outflow(stop)
    texts = [out.feed(piece) for piece in pieces]
    texts.append(out.close())
    return texts, out.ended


STORY = "灯台守は言った。「行こう」👩‍🚀🌊 naïve—\r\nend\r"


def test_text_comes_whole_wherever_its_bytes_are_split() -> None:
    data = STORY.encode()
    for at in range(len(data) + 1):
        texts, _ = run([data[:at], data[at:]])
        assert "".join(texts) == clean(STORY)
        assert not any("\ufffd" in text for text in texts)


def test_text_comes_whole_byte_by_byte() -> None:
    texts, _ = run([bytes([each]) for each in STORY.encode()])
    assert "".join(texts) == clean(STORY)


@given(st.text(), st.integers(min_value=1, max_value=7))
def test_any_text_comes_out_cleaned(text: str, size: int) -> None:
    data = text.encode("utf-8", "ignore")
    texts, _ = run([data[at : at + size] for at in range(0, len(data), size)])
    assert "".join(texts) == clean(data.decode())


def test_half_a_character_at_the_end_is_dropped() -> None:
    texts, _ = run(["海".encode() + "へ".encode()[:2]])
    assert "".join(texts) == "海"


def test_bytes_that_are_no_text_are_left_out() -> None:
    texts, _ = run([b"a\xff\xfeb", b"\xe6\x97c"])
    assert "".join(texts) == "abc"


def test_control_sequences_do_not_pass() -> None:
    texts, _ = run([b"red \x1b", b"[31mink\x00\x07"])
    assert "".join(texts) == "red [31mink"


@pytest.mark.parametrize("stop", ["\n\n", "###", "The End", "。「"])
def test_no_part_of_a_stop_string_reaches_the_stream(stop: str) -> None:
    data = ("before " + stop + " after").encode()
    for at in range(len(data) + 1):
        for second in range(at, len(data) + 1):
            texts, ended = run([data[:at], data[at:second], data[second:]], (stop,))
            assert "".join(texts) == "before "
            assert ended


def test_what_only_began_like_a_stop_string_is_text() -> None:
    texts, ended = run([b"one\n", b"two ##", b" three #"], ("\n\n", "###"))
    assert "".join(texts) == "one\ntwo ## three #"
    assert not ended


def test_the_first_of_several_stop_strings_ends_it() -> None:
    texts, ended = run([b"a END b STOP c"], ("STOP", "END", ""))
    assert (texts[0], ended) == ("a ", True)


def test_only_what_may_become_a_stop_string_is_held_back() -> None:
    out = Outflow(("\n\n",))
    assert out.feed(b"a line") == "a line"
    assert out.feed(b"\n") == ""
    assert out.feed(b"more") == "\nmore"
    assert out.feed(b"\n\nlost") == ""
    assert out.ended
    assert out.feed(b"lost too") == ""
