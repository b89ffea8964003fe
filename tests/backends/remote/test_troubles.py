"""The table of docs/remote.md, row by row, against a server that misbehaves."""

import asyncio
import re
import ssl
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import trustme

from storyforge.backends.remote.faults import Fault, FaultKind, RemoteFault, to_error
from storyforge.backends.remote.wire import Wire
from tests.backends.remote.far_side import (
    EVENTS,
    Answer,
    chat,
    document,
    events,
    far_side,
    words,
)
from tests.backends.remote.hearing import Heard, ask, backend, spec_of

DOCS = Path(__file__).parents[3] / "docs" / "remote.md"
KEY = "sk-secret-0123456789"
MODELS = document({"data": [{"id": "tiny"}]})


def error(message: str, status: int, code: str = "", **headers: str) -> Answer:
    return document({"error": {"message": message, "code": code}}, status, **headers)


@dataclass(frozen=True)
class Row:
    """What the far side does, and what comes of it."""

    title: str
    answers: tuple[Answer, ...]
    text: str = ""
    #: how often the answer itself is asked for
    asked: int = 1
    says: str = ""
    settings: dict[str, object] = field(default_factory=dict)


ROWS = {
    "401": Row("Key not accepted", (error("Wrong key.", 401),), says="Wrong key."),
    "401 without a key": Row("No key", (error("Missing key.", 401),)),
    "402, 403": Row("Not allowed", (error("Not in your country.", 403),), says="your country"),
    "404, the model": Row("No such model", (error("The model `tiny` does not exist", 404),)),
    "404, the address": Row(
        "Not reached", (document({"detail": "Not Found"}, 404),), settings={"chats": True}
    ),
    "413": Row("Too long for the model", (Answer((b"too large",), 413, "text/plain"),)),
    "the context is too long": Row(
        "Too long for the model",
        (error("This model's maximum context length is 2048 tokens", 400),),
        says="2048 tokens",
    ),
    "400, 422": Row("Not understood", (error("temperature: must be below 2", 422),)),
    "429 with Retry-After": Row(
        "Too many requests", (error("Slow down.", 429, retry_after="600"),), says="10 minutes"
    ),
    "429 without": Row("Too many requests", (error("Slow down.", 429),), asked=5),
    "500, 502, 504": Row("Error on the other side", (error("Oh no.", 500),), asked=3),
    "503, loading": Row("Server busy", (error("Loading model", 503),), asked=11),
    "a stream cut in the middle": Row(
        "Answer cut off",
        (Answer(events(*words(" ran", " on", reason=None), done=False), ends="cut"),),
        text=" ran on",
    ),
    "a stream that ends without its end": Row(
        "Answer cut off",
        (Answer(events(*words(" ran", " on", reason=None), done=False)),),
        text=" ran on",
    ),
    "a stalled stream": Row(
        "Answer came to a halt",
        (Answer(events(*words(" ran", reason=None), done=False), ends="never"),),
        text=" ran",
        settings={"stall_seconds": 0.1},
    ),
    "malformed events": Row(
        "Answer not usable",
        (Answer((*events(*words(" ran", reason=None), done=False), b"data: {no JSON\n\n")),),
        text=" ran",
    ),
    "events of another form": Row(
        "Answer not usable", (Answer((b'data: {"choices": [{"text": 7}]}\n\ndata: 8\n\n',)),)
    ),
    "a wrong content type": Row(
        "Answer not usable", (Answer((b"\x89PNG",), kind="image/png"),)
    ),
    "an HTML page": Row(
        "Answer not usable",
        (Answer((b"<!doctype html><title>Log in</title>",), kind="text/html"),),
    ),
    "an HTML page that says it is something else": Row(
        "Answer not usable", (Answer((b"\n <html>Log in",), kind=EVENTS),)
    ),
    "an HTML page with an error": Row(
        "Error on the other side",
        (Answer((b"<html><style>p{}</style><p>Bad <b>gateway</b></html>",), 502, "text/html"),),
        asked=3,
        says="Bad gateway",
    ),
    "an empty answer": Row("Empty answer", (Answer(),)),
    "an answer without a word": Row("Empty answer", (Answer(events(*words(reason="stop"))),)),
    "a content filter, before a word": Row(
        "Held back by a filter", (error("Filtered.", 400, "content_filter"),)
    ),
    "an error within the stream": Row(
        "Server busy",
        (Answer(events(*words(" ran", reason=None),
                       {"error": {"message": "Overloaded", "code": "server_is_overloaded"}})),),
        text=" ran",
    ),
    "a redirect to no address, or in a circle": Row(
        "Sent elsewhere",
        (Answer(status=302, headers=(("location", "mailto:mara"),)),),
        says="no address",
        settings={"chats": True},
    ),
    "a 10 MB line": Row(
        "Answer not usable",
        (Answer((*events(*words(" ran", reason=None), done=False),
                 b"data: ", *(b"x" * 65536 for _ in range(160)))),),
        text=" ran",
    ),
}  # fmt: skip


async def asked_for(row: Row, folder: Path, *, keyed: bool) -> tuple[Heard, int]:
    async with far_side(MODELS, *row.answers) as far:
        spec = spec_of(far.url, **row.settings)
        heard = await ask(backend(spec, folder, key=KEY if keyed else ""))
    return heard, sum(asked.method == "POST" for asked in far.asked)


@pytest.mark.parametrize("name", ROWS)
async def test_what_goes_wrong_is_told_and_what_had_come_stays(name: str, tmp_path: Path) -> None:
    row = ROWS[name]
    heard, asked = await asked_for(row, tmp_path, keyed="without a key" not in name)
    assert heard.error is not None
    assert heard.error.title == row.title
    assert heard.error.hint
    assert row.says in str(heard.error)
    assert KEY not in str(heard.error)
    assert heard.text() == row.text
    assert heard.finishes == []
    assert asked == row.asked


async def test_split_events_are_no_trouble(tmp_path: Path) -> None:
    told = b"".join(events(*words(" ran", " on")))
    pieces = tuple(told[at : at + 3] for at in range(0, len(told), 3))
    async with far_side(MODELS, Answer(pieces)) as far:
        heard = await ask(backend(spec_of(far.url), tmp_path))
    assert (heard.text(), heard.error) == (" ran on", None)


async def test_a_filter_within_the_answer_keeps_what_had_come(tmp_path: Path) -> None:
    answer = Answer(events(*chat("She ran", reason="content_filter")))
    async with far_side(MODELS, answer) as far:
        heard = await ask(backend(spec_of(far.url, chats=True), tmp_path))
    assert heard.error is None
    assert heard.finish.reason == "content filter"


async def test_a_name_that_is_not_found() -> None:
    assert await kind_of("https://storyforge.invalid/v1") is FaultKind.NAME_NOT_FOUND


async def test_a_port_where_nobody_answers(tmp_path: Path, unused_tcp_port: int) -> None:
    heard = await ask(backend(spec_of(f"http://127.0.0.1:{unused_tcp_port}/v1"), tmp_path))
    assert heard.error is not None
    assert heard.error.title == "Not reached"
    assert f"127.0.0.1:{unused_tcp_port}" in heard.error.message


async def test_a_certificate_that_nobody_vouches_for(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    async with far_side(tls=context) as far:
        heard = await ask(backend(spec_of(far.url), tmp_path, key=KEY))
    assert heard.error is not None
    assert heard.error.title == "Connection not safe"
    assert far.asked == []


async def test_a_server_without_encryption_where_there_should_be_one() -> None:
    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    assert await kind_of(f"https://127.0.0.1:{port}/v1") is FaultKind.TLS
    server.close()


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_proxy_that_wants_a_password(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with far_side(Answer((b"no",), 407, "text/plain")) as far:
        monkeypatch.setenv(f"{scheme}_proxy", far.url)
        monkeypatch.delenv("no_proxy", raising=False)
        assert await kind_of(f"{scheme}://storyforge.invalid/v1") is FaultKind.PROXY


async def test_a_proxy_that_is_not_there(
    monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int
) -> None:
    monkeypatch.setenv("https_proxy", f"http://user:password@127.0.0.1:{unused_tcp_port}")
    fault = await fault_of("https://storyforge.invalid/v1")
    assert (fault.kind, fault.told) == (FaultKind.PROXY, "127.0.0.1")


async def test_a_proxy_whose_address_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "nonsense://127.0.0.1")
    assert await kind_of("https://storyforge.invalid/v1") is FaultKind.PROXY


async def test_an_address_that_is_none() -> None:
    assert await kind_of("gopher://storyforge.invalid/v1") is FaultKind.PLAIN_HTTP
    assert await kind_of("https://[::storyforge/v1") is FaultKind.NO_SUCH_ADDRESS


async def fault_of(url: str) -> Fault:
    from storyforge.backends.remote.api import Call

    wire = Wire(url, dict, plain_http=url.startswith("http:"))
    try:
        with pytest.raises(RemoteFault) as caught:
            await wire.document(Call("GET", "/models", again=False), asyncio.Event())
    finally:
        await wire.close()
    return caught.value.fault


async def kind_of(url: str) -> FaultKind:
    return (await fault_of(url)).kind


@pytest.mark.parametrize("kind", FaultKind)
def test_each_kind_has_a_sentence_and_an_advice(kind: FaultKind) -> None:
    told = to_error(Fault(kind, "It rains."), spec_of("https://api.example.com/v1"))
    assert told.title
    assert told.hint.endswith(".")
    assert re.search(r"“It rains\.”$|It rains\.", told.message)
    assert "{" not in str(told)


def test_the_table_in_the_docs_has_a_row_for_each_of_them() -> None:
    text = DOCS.read_text("utf-8")
    for name in ROWS:
        assert f"| {name} |" in text, name
    for kind in FaultKind:
        title = to_error(Fault(kind), spec_of("https://api.example.com/v1")).title
        assert f"| {title} |" in text, title
