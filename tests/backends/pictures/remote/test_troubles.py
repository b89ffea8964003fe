"""The table of docs/pictures-remote.md, row by row, against servers that misbehave."""

import asyncio
import re
import ssl
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import trustme

from storyforge.backends.pictures.base import NotReady
from storyforge.backends.pictures.remote.a1111 import A1111Painter
from storyforge.backends.pictures.remote.faults import to_error
from storyforge.backends.pictures.remote.openai import OpenAIPainter
from storyforge.backends.remote.faults import Fault, FaultKind
from storyforge.domain.picture.remote import RemotePainterSpec
from storyforge.errors import ModelError
from tests.backends.pictures.remote.far_a1111 import FarA1111, base64_of, far_a1111, png
from tests.backends.pictures.remote.hearing import HASTE, KEY, ORDER, Heard, paint, spec_of
from tests.backends.remote.far_side import JSON, Answer, document, far_side, listening

DOCS = Path(__file__).parents[4] / "docs" / "pictures-remote.md"


def error(message: str, status: int, code: str = "", **headers: str) -> Answer:
    return document({"error": {"message": message, "code": code}}, status, **headers)


@dataclass(frozen=True)
class Row:
    """What the far side answers where it is to draw, and what comes of it."""

    title: str
    answer: Answer
    asked: int = 1
    says: str = ""
    shared: bool = False


BIG = Answer((b'{"images": ["', *(b"A" * (1 << 20) for _ in range(92))), kind=JSON)
ROWS = {
    "401": Row("Key not accepted", error("Wrong key.", 401), says="Wrong key.", shared=True),
    "401 without a key": Row("No key", error("Missing key.", 401), shared=True),
    "402, 403": Row("Not allowed", error("Not in your country.", 403), says="country", shared=True),
    "404, the model": Row("No such model", error("Model not found", 404), shared=True),
    "404, the address": Row("Not reached", document({"detail": "Not Found"}, 404), shared=True),
    "413": Row("Too long for the painter", Answer((b"too large",), 413, "text/plain")),
    "400, 422": Row("Not understood", error("width: must be a multiple of 64", 422), says="64"),
    "429 with Retry-After": Row(
        "Too many requests", error("Slow down.", 429, retry_after="600"), says="10 min", shared=True
    ),
    "429 without": Row("Too many requests", error("Slow down.", 429), asked=5, shared=True),
    "500, 502, 504": Row("Error on the other side", error("CUDA out of memory", 500), says="CUDA"),
    "503, loading": Row("Server busy", error("Loading model", 503), asked=11, shared=True),
    "the server dies while it draws": Row(
        "Answer cut off", Answer((b'{"images": ["AAAA',), kind=JSON, ends="cut")
    ),
    "a malformed answer": Row("Answer not usable", Answer((b'{"images": [',), kind=JSON)),
    "a picture that is none": Row(
        "Answer not usable", document({"images": [base64_of(b"no picture")]})
    ),
    "a picture that is damaged": Row(
        "Answer not usable", document({"images": [base64_of(png((1, 2, 3))[:60])]})
    ),
    "more than a picture can have": Row("Answer not usable", BIG),
    "a wrong content type": Row(
        "Answer not usable", Answer((b"\x89PNG",), kind="image/png"), shared=True
    ),
    "an HTML page": Row(
        "Answer not usable", Answer((b"<!doctype html>Log in",), kind="text/html"), shared=True
    ),
    "an answer without a picture": Row("Empty answer", document({"images": [], "info": "{}"})),
    "an empty answer": Row("Empty answer", Answer(kind=JSON)),
    "a content filter": Row(
        "Held back by a filter",
        error("Your request was rejected by the safety system.", 400, "moderation_blocked"),
        says="safety system",
    ),
}  # fmt: skip


async def asked_for(row: Row, *, key: str = KEY) -> tuple[Heard, FarA1111]:
    async with far_a1111(picture=row.answer) as far:
        painter = A1111Painter(
            spec_of("a1111", far.url), key=lambda: key, patience=HASTE, pace=0.01
        )
        heard = await paint(painter)
    return heard, far


@pytest.mark.parametrize("name", ROWS)
async def test_what_goes_wrong_is_told_and_nothing_is_drawn_twice(name: str) -> None:
    row = ROWS[name]
    heard, far = await asked_for(row, key="" if "without a key" in name else KEY)
    assert heard.error is not None
    assert heard.error.title == row.title
    assert row.says in str(heard.error.message) + str(heard.error.hint)
    assert isinstance(heard.error, NotReady) == row.shared
    assert KEY not in f"{heard.error!r} {heard.error.message} {heard.error.hint} {heard.notes}"
    assert sum(each.method == "POST" and "txt2img" in each.path for each in far.asked) == row.asked


async def test_a_server_that_falls_silent_while_it_draws_is_not_waited_for_any_longer() -> None:
    """Its connection stays open, but it answers nothing any more."""

    class Mute(FarA1111):
        def _progress(self, query: dict[str, list[str]]) -> dict[str, object]:
            raise ConnectionResetError

    async with listening(Mute([], steps=-1)) as far:
        spec = spec_of("a1111", far.url)
        painter = A1111Painter(spec, key=lambda: "", patience=HASTE, pace=0.01)
        heard = await asyncio.wait_for(paint(painter), 10)
    assert heard.error is not None
    assert heard.error.title == "Answer cut off"


async def test_nobody_is_there() -> None:
    async with far_side() as far:
        url = far.url
    heard = await paint(A1111Painter(spec_of("a1111", url), key=lambda: "", patience=HASTE))
    assert isinstance(heard.error, NotReady)
    assert heard.error.title == "Not reached"
    assert "--api" in heard.error.hint


async def test_a_server_nobody_vouches_for_gets_neither_prompt_nor_key() -> None:
    ca = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1").configure_cert(context)
    async with far_side(tls=context) as far:
        heard = await paint(OpenAIPainter(spec_of("openai", far.url), key=lambda: KEY))
    assert heard.error is not None
    assert heard.error.title == "Connection not safe"
    assert far.asked == []


async def test_a_redirect_to_another_host_is_not_followed() -> None:
    async with far_side(Answer(kind="")) as other:
        moved = Answer(status=307, headers=(("location", f"{other.url}/x"),))
        heard, _far = await asked_for(Row("Sent elsewhere", moved))
        assert other.asked == []
    assert heard.error is not None
    assert heard.error.title == "Sent elsewhere"


async def test_an_unencrypted_way_to_another_machine_is_not_taken() -> None:
    spec = RemotePainterSpec("openai", "far", "http://gpu.example:7860")
    heard = await paint(OpenAIPainter(spec, key=lambda: KEY, patience=HASTE))
    assert heard.error is not None
    assert heard.error.title == "Not encrypted"


async def test_without_the_key_that_it_needs_nothing_is_asked() -> None:
    def no_key() -> str:
        raise ModelError("There is no key.", title="No key")

    async with far_side() as far:
        heard = await paint(OpenAIPainter(spec_of("openai", far.url), key=no_key))
    assert isinstance(heard.error, NotReady)
    assert far.asked == []


async def test_a_key_that_was_refused_is_fetched_anew_for_the_next_picture() -> None:
    keys = ["sk-old-0123456789", "sk-new-0123456789"]
    async with far_a1111(picture=error("Wrong key.", 401)) as far:
        painter = A1111Painter(
            spec_of("a1111", far.url), key=lambda: keys.pop(0), patience=HASTE, pace=0.01
        )
        with pytest.raises(NotReady):
            async for _said in painter.paint(ORDER, asyncio.Event()):
                pass
        far.picture = None
        heard = await paint(painter)
    assert heard.error is None
    assert far.asked[-1].headers["authorization"].endswith("sk-new-0123456789")


async def test_what_is_asked_again_is_said() -> None:
    heard, _far = await asked_for(ROWS["429 without"])
    assert "127.0.0.1: too many requests; it is asked again." in heard.notes


def test_every_fault_has_words_and_the_document_has_every_row() -> None:
    spec = replace(spec_of("openai", "https://x.example/v1"), model="m")
    for kind in FaultKind:
        told = to_error(Fault(kind, "why", retry_after=9.0), spec)
        assert "{" not in f"{told.message}{told.hint}"
    rows = re.findall(r"^\| (.+?) \| (.+?) \|", DOCS.read_text("utf-8"), re.MULTILINE)
    told_rows = dict(rows)
    for name, row in ROWS.items():
        assert told_rows.get(name) == row.title, name


async def test_an_answer_of_nothing_is_no_stop() -> None:
    heard, _far = await asked_for(Row("Empty answer", document(None)))
    assert heard.error is not None
    assert heard.error.title == "Empty answer"


async def test_a_password_is_not_told_though_the_server_says_it_back() -> None:
    row = Row("Key not accepted", error("Wrong: ida, quay-and-fog.", 401))
    heard, _far = await asked_for(row, key="ida:quay-and-fog")
    assert heard.error is not None
    assert "quay-and-fog" not in f"{heard.error!r} {heard.error.message} {heard.error.hint}"
