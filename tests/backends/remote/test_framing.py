import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyforge.backends.remote.api import Event, Framing
from storyforge.backends.remote.faults import FaultKind, RemoteFault
from storyforge.backends.remote.framing import LINE_LIMIT, frames

STREAM = (
    "\ufeff: a comment, to keep the connection\r\n"
    "data: eins\r\ndata:  zwei\r\n\r\n"
    'event: delta\rdata: {"t": "größer – 雨が降る 🌧"}\r\r'
    "id: 7\nretry: 10\n\n"
    "data\n\n"
    "event: without data\n\n"
    "data: [DONE]\n\n"
    "data: never ended"
).encode()
EVENTS = [
    Event("eins\n zwei"),
    Event('{"t": "größer – 雨が降る 🌧"}', "delta"),
    Event(""),
    Event("[DONE]"),
]


def read(framing: Framing, pieces: list[bytes]) -> list[Event]:
    reader = frames(framing)
    found = [event for piece in pieces for event in reader.feed(piece)]
    return found + reader.end()


def test_a_stream_of_events_is_read_as_the_standard_says() -> None:
    assert read(Framing.EVENTS, [STREAM]) == EVENTS


@pytest.mark.parametrize("at", range(len(STREAM) + 1))
def test_a_stream_may_be_split_at_any_byte(at: int) -> None:
    assert read(Framing.EVENTS, [STREAM[:at], STREAM[at:]]) == EVENTS


def test_a_stream_may_come_byte_by_byte() -> None:
    assert read(Framing.EVENTS, [bytes([byte]) for byte in STREAM]) == EVENTS


def test_a_separator_of_lines_that_is_none_of_the_standards_splits_no_event() -> None:
    told = "data: a\u2028b\x0bc\x85d\n\n".encode()
    assert read(Framing.EVENTS, [told]) == [Event("a\u2028b\x0bc\x85d")]


def test_lines_are_documents_and_the_last_needs_no_end() -> None:
    told = '{"a": "雨"}\n\r\n{"b": 2}\r\n{"c": 3}'.encode()
    expected = [Event('{"a": "雨"}'), Event('{"b": 2}'), Event('{"c": 3}')]
    for at in range(len(told) + 1):
        assert read(Framing.LINES, [told[:at], told[at:]]) == expected


def test_a_document_is_whole_at_its_end_only() -> None:
    reader = frames(Framing.JSON)
    assert reader.feed(b'\xef\xbb\xbf{"a":') == []
    assert reader.feed(b" 1}") == []
    assert reader.end() == [Event('{"a": 1}')]
    assert frames(Framing.JSON).end() == []


@pytest.mark.parametrize("framing", [Framing.EVENTS, Framing.LINES])
@pytest.mark.parametrize("end", [b"", b"\n\n"])
def test_a_line_that_is_too_long_is_not_gathered(framing: Framing, end: bytes) -> None:
    with pytest.raises(RemoteFault) as caught:
        read(framing, [b"data: " + b"x" * LINE_LIMIT + end])
    assert caught.value.fault.kind is FaultKind.LINE_TOO_LONG


def test_an_event_of_endless_lines_is_not_gathered() -> None:
    line = b"data: " + b"x" * 1000 + b"\n"
    with pytest.raises(RemoteFault):
        read(Framing.EVENTS, [line * 1100])


@given(st.lists(st.text(st.characters(exclude_characters="\r\n"))), st.integers(1, 7))
def test_what_was_written_as_events_is_read_as_them(texts: list[str], size: int) -> None:
    told = "".join(f"data: {text}\n\n" for text in texts).encode("utf-8", "replace")
    pieces = [told[at : at + size] for at in range(0, len(told), size)]
    heard = [event.data for event in read(Framing.EVENTS, pieces)]
    assert heard == [text.encode("utf-8", "replace").decode() for text in texts]
