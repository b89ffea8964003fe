import asyncio
import ssl
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
import trustme

from storyforge.backends.remote.api import Call, Event, Framing
from storyforge.backends.remote.faults import Fault, FaultKind, RemoteFault
from storyforge.backends.remote.patience import Patience
from storyforge.backends.remote.wire import Wire
from storyforge.domain.generation import Waiting
from tests.backends.remote.far_side import Answer, bytewise, document, events, far_side

HASTE = Patience(first=0.01, most=0.02)
CALL = Call("POST", "/completions", {"prompt": "雨が降る"}, framing=Framing.EVENTS)
KEY = "sk-secret-0123456789"


def wire(url: str, key: str = "", **settings: float) -> Wire:
    def headers() -> Mapping[str, str]:
        return {"authorization": f"Bearer {key}"} if key else {}

    return Wire(url, headers, patience=HASTE, **settings)  # type: ignore[arg-type]


async def heard(
    line: Wire, call: Call = CALL, stop: asyncio.Event | None = None
) -> list[Event | Waiting]:
    found: list[Event | Waiting] = []
    try:
        async for event in line.events(call, stop or asyncio.Event()):
            found.append(event)
    finally:
        await line.close()
    return found


async def fault_of(line: Wire, call: Call = CALL) -> Fault:
    with pytest.raises(RemoteFault) as caught:
        await heard(line, call)
    return caught.value.fault


async def test_a_call_goes_out_with_its_body_and_its_key() -> None:
    async with far_side(Answer(events({"a": 1}))) as far:
        found = await heard(wire(far.url, KEY))
    assert found == [Event('{"a": 1}'), Event("[DONE]")]
    (asked,) = far.asked
    assert (asked.method, asked.path, asked.body) == (
        "POST",
        "/completions",
        {"prompt": "雨が降る"},
    )
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert asked.headers["accept"] == "text/event-stream"


async def test_a_stream_that_comes_byte_by_byte_is_the_same() -> None:
    async with far_side(Answer(bytewise(events({"a": "größer"})))) as far:
        assert await heard(wire(far.url)) == [Event('{"a": "gr\\u00f6\\u00dfer"}'), Event("[DONE]")]


@pytest.mark.parametrize("begun", [True, False])
async def test_a_stop_closes_the_connection_within_a_fifth_of_a_second(begun: bool) -> None:
    stop = asyncio.Event()
    async with far_side(Answer(events({"a": 1}) if begun else (), ends="never")) as far:
        line = wire(far.url)
        asking = asyncio.create_task(heard(line, stop=stop))
        await asyncio.wait_for(far.began.wait(), 5)
        stopped = time.monotonic()
        stop.set()
        await asyncio.wait_for(far.gone.wait(), 5)
        assert time.monotonic() - stopped < 0.2
        await asking


async def test_leaving_early_closes_the_connection() -> None:
    async with far_side(Answer(events({"a": 1}), ends="never")) as far:
        line = wire(far.url)
        source = line.events(CALL, asyncio.Event())
        assert await anext(source) == Event('{"a": 1}')
        await source.aclose()
        await asyncio.wait_for(far.gone.wait(), 5)
        await line.close()


async def test_what_is_stopped_before_it_begins_is_not_sent() -> None:
    stop = asyncio.Event()
    stop.set()
    async with far_side() as far:
        assert await heard(wire(far.url), stop=stop) == []
    assert far.asked == []


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_a_call_is_sent_again_where_nothing_has_come_of_it(status: int) -> None:
    async with far_side(document({}, status), Answer(events({"a": 1}))) as far:
        waiting, *found = await heard(wire(far.url))
    assert isinstance(waiting, Waiting)
    assert waiting.why
    assert found == [Event('{"a": 1}'), Event("[DONE]")]


async def test_a_pause_that_is_asked_for_is_kept_and_can_be_stopped() -> None:
    stop = asyncio.Event()
    async with far_side(document({}, 429, retry_after="30")) as far:
        line = wire(far.url)
        source = line.events(CALL, stop)
        waiting = await anext(source)
        assert isinstance(waiting, Waiting)
        assert waiting.seconds == 30
        stop.set()
        assert [event async for event in source] == []
        await line.close()


async def test_a_pause_that_is_too_long_is_told_instead() -> None:
    async with far_side(document({}, 429, retry_after="3600")) as far:
        fault = await fault_of(wire(far.url))
    assert (fault.kind, fault.retry_after) == (FaultKind.TOO_MANY, 3600)
    assert len(far.asked) == 1


async def test_what_may_not_be_repeated_is_sent_once() -> None:
    call = Call("POST", "/abort", {}, again=False)
    async with far_side(document({}, 503)) as far:
        assert (await fault_of(wire(far.url), call)).kind is FaultKind.BUSY
    assert len(far.asked) == 1


async def test_an_answer_that_has_begun_is_never_asked_for_again() -> None:
    async with far_side(Answer(events({"a": 1}, done=False), ends="cut")) as far:
        line = wire(far.url)
        source = line.events(CALL, asyncio.Event())
        assert await anext(source) == Event('{"a": 1}')
        with pytest.raises(RemoteFault) as caught:
            await anext(source)
        await line.close()
    assert caught.value.fault.kind is FaultKind.CUT_OFF
    assert len(far.asked) == 1


async def test_several_calls_have_connections_of_their_own() -> None:
    stop = asyncio.Event()
    async with far_side(Answer(events({"a": 1}, done=False), ends="never")) as far:
        line = wire(far.url)
        sources = [line.events(CALL, stop) for _ in range(8)]
        await asyncio.wait_for(asyncio.gather(*(anext(source) for source in sources)), 10)
        assert len(far.asked) == 8
        stop.set()
        for source in sources:
            assert [event async for event in source] == []
        await line.close()


async def test_a_redirect_within_the_same_address_is_followed() -> None:
    moved = Answer(status=308, headers=(("location", "/v2/completions"),))
    async with far_side(moved, Answer(events({"a": 1}))) as far:
        await heard(wire(far.url, KEY))
    assert [asked.path for asked in far.asked] == ["/completions", "/v2/completions"]
    assert far.asked[1].body == {"prompt": "雨が降る"}


async def test_no_key_and_no_text_follow_a_redirect_to_another_address() -> None:
    async with far_side() as other:
        moved = Answer(status=307, headers=(("location", f"{other.url}/completions"),))
        async with far_side(moved) as far:
            fault = await fault_of(wire(far.url, KEY))
    assert (fault.kind, fault.told) == (FaultKind.REDIRECTED, other.url)
    assert other.asked == []


@pytest.mark.parametrize("location", ["http://[::1", "mailto:mara", "https:"])
async def test_a_redirect_to_what_is_no_address_is_not_followed(location: str) -> None:
    async with far_side(Answer(status=302, headers=(("location", location),))) as far:
        assert (await fault_of(wire(far.url, KEY))).kind is FaultKind.LEADS_NOWHERE
    assert len(far.asked) == 1


async def test_redirects_in_a_circle_end() -> None:
    async with far_side(Answer(status=302, headers=(("location", "/completions"),))) as far:
        assert (await fault_of(wire(far.url))).kind is FaultKind.LEADS_NOWHERE
    assert len(far.asked) == 3


async def test_an_unencrypted_way_to_another_machine_needs_a_yes() -> None:
    assert (await fault_of(wire("http://203.0.113.1:1/v1", KEY))).kind is FaultKind.PLAIN_HTTP


@pytest.mark.parametrize("key", ["sk-line\nbreak-0123", "sk-schlüssel-0123"])
async def test_a_key_that_cannot_be_sent_stands_in_no_error(key: str) -> None:
    async with far_side() as far:
        with pytest.raises(RemoteFault) as caught:
            await heard(wire(far.url, key))
    assert caught.value.fault == Fault(FaultKind.KEY_WRONG)
    assert caught.value.__cause__ is None


async def test_a_key_that_the_other_side_repeats_is_taken_out() -> None:
    told = {"error": {"message": f"Incorrect API key provided: {KEY}, or sk-sec***6789."}}
    async with far_side(document(told, 401)) as far:
        fault = await fault_of(wire(far.url, KEY))
    assert fault.told == "Incorrect API key provided: … or …"
    assert KEY not in repr(fault) + fault.body


async def test_one_document_is_read_where_a_stream_was_asked_for() -> None:
    async with far_side(document({"a": 1})) as far:
        assert await heard(wire(far.url)) == [Event('{"a": 1}')]


async def test_a_document_is_decoded() -> None:
    async with far_side(document({"data": [1]})) as far:
        line = wire(f"{far.url}/v1")
        assert await line.document(Call("GET", "/models")) == {"data": [1]}
        assert await line.document(Call("GET", "/props", above=True)) == {"data": [1]}
        await line.close()
    assert [asked.path for asked in far.asked] == ["/v1/models", "/props"]


async def test_a_wire_that_was_closed_opens_anew() -> None:
    async with far_side(document({"data": 1})) as far:
        line = wire(far.url)
        for _ in range(2):
            assert await line.document(Call("GET", "/models")) == {"data": 1}
            await line.close()


async def test_nothing_on_this_machine_goes_through_a_proxy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    async with far_side(document({"data": 1})) as far:
        line = wire(far.url)
        assert await line.document(Call("GET", "/models")) == {"data": 1}
        await line.close()


@pytest.fixture
def certified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's certificate that the system is told to trust."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


async def test_an_encrypted_way_is_taken_where_the_system_vouches_for_it(
    certified: ssl.SSLContext,
) -> None:
    async with far_side(Answer(events({"a": 1})), tls=certified) as far:
        assert await heard(wire(far.url, KEY)) == [Event('{"a": 1}'), Event("[DONE]")]
    assert far.asked[0].headers["authorization"] == f"Bearer {KEY}"


async def test_a_stop_closes_an_encrypted_connection_as_soon(certified: ssl.SSLContext) -> None:
    stop = asyncio.Event()
    async with far_side(Answer(events({"a": 1}), ends="never"), tls=certified) as far:
        line = wire(far.url)
        asking = asyncio.create_task(heard(line, stop=stop))
        await asyncio.wait_for(far.began.wait(), 5)
        stopped = time.monotonic()
        stop.set()
        await asyncio.wait_for(far.gone.wait(), 5)
        assert time.monotonic() - stopped < 0.2
        await asking


async def test_a_server_that_says_nothing_at_all_is_given_longer_where_it_has_to_read() -> None:
    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(listen, "127.0.0.1", 0) as server:
        url = "http://{}:{}".format(*server.sockets[0].getsockname())
        reads, lists = (
            asyncio.create_task(fault_of(wire(url, stall_seconds=0.1), call))
            for call in (CALL, Call("GET", "/models"))
        )
        assert (await lists).kind is FaultKind.STALLED
        assert not reads.done()
        assert (await reads).kind is FaultKind.STALLED
