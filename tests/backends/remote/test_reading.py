from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from storyforge.backends.remote import reading
from storyforge.backends.remote.api import Event, Framing
from storyforge.backends.remote.faults import FaultKind, RemoteFault


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0), ({"retry-after": "7"}, 7), ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "-3"}, 0), ({"retry-after": "soon"}, 0), ({"retry-after": "inf"}, 0),
        ({"retry-after-ms": "250", "retry-after": "1"}, 0.25),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0),
        ({"retry-after": "Fri, 31 Dec 9999 23:59:59 -2359"}, 0),
    ],
)  # fmt: skip
def test_how_long_to_wait_is_asked_for_in_seconds(headers: dict[str, str], seconds: float) -> None:
    assert reading.retry_after(headers) == seconds


def test_how_long_to_wait_is_asked_for_by_a_date() -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=90))
    assert 80 < reading.retry_after({"retry-after": date}) <= 90


@pytest.mark.parametrize("data", ["{", "[1", '{"a": NaN'])
def test_a_document_that_is_broken_is_malformed(data: str) -> None:
    with pytest.raises(RemoteFault) as caught:
        reading.document(data)
    assert caught.value.fault.kind is FaultKind.MALFORMED


def test_a_document_that_is_a_sentence_for_people_is_no_api() -> None:
    with pytest.raises(RemoteFault) as caught:
        reading.document("Ollama is running")
    assert caught.value.fault.kind is FaultKind.NOT_AN_API


def test_a_document_of_another_form_is_malformed() -> None:
    document: Any = {"data": 3}
    with pytest.raises(RemoteFault) as caught:
        reading.read(lambda: document["data"]["id"])
    assert caught.value.fault.kind is FaultKind.MALFORMED


def test_a_body_waits_for_its_first_sign() -> None:
    body = reading.Body(Framing.EVENTS, "application/json")
    assert body.feed(b"\n\n") == []
    assert body.feed(b"data: a\n\n") == [Event("a")]
    assert reading.Body(Framing.EVENTS, "").end() == []


def test_a_number_without_end_is_malformed() -> None:
    with pytest.raises(RemoteFault) as caught:
        reading.read(lambda: int(reading.document('{"value": 1e999}')["value"]))
    assert caught.value.fault.kind is FaultKind.MALFORMED


@pytest.mark.parametrize("start", [b"", b"<html>"])
def test_a_kind_of_content_cannot_command_the_terminal(start: bytes) -> None:
    with pytest.raises(RemoteFault) as caught:
        reading.Body(Framing.EVENTS, "text/html\x9b31m; charset=utf-8").feed(start)
    assert caught.value.fault.told == "text/html31m"


def test_what_a_server_says_again_is_not_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    document: Any = {"value": "sk-secret-0123"}
    with pytest.raises(RemoteFault):
        reading.read(lambda: int(document["value"]))
    assert "ValueError" in caplog.text
    assert "sk-secret" not in caplog.text
