"""Forms with files go out as the standard has them, and files come back whole."""

from email.parser import BytesParser

import pytest

from storyforge.backends.remote.api import Call, Part
from storyforge.backends.remote.faults import FaultKind, RemoteFault
from storyforge.backends.remote.telling import content_of
from storyforge.backends.remote.wire import Wire
from tests.backends.remote.far_side import Answer, bytewise, document, far_side

PNG = b"\x89PNG\r\n\x1a\n\0\xff--\r\n" * 40


def test_a_form_is_read_back_by_its_parts() -> None:
    form = (Part("prompt", "雨が降る".encode()), Part("image", PNG, "image.png", "image/png"))
    content, kind = content_of(Call("POST", "/edits", form=form))
    head = f"content-type: {kind}\r\n\r\n".encode()
    parts = list(BytesParser().parsebytes(head + (content or b"")).walk())[1:]
    assert [part.get_payload(decode=True) for part in parts] == ["雨が降る".encode(), PNG]
    assert (parts[1].get_content_type(), parts[1].get_filename()) == ("image/png", "image.png")


def test_json_and_nothing_go_out_as_they_did() -> None:
    assert content_of(Call("POST", "/x", {"a": "ü"})) == ('{"a": "ü"}'.encode(), "application/json")
    assert content_of(Call("GET", "/x")) == (None, "")


def wire(url: str) -> Wire:
    return Wire(url, dict)


async def test_a_file_comes_back_as_it_is() -> None:
    async with far_side(Answer(bytewise((PNG[:90],)), kind="image/png")) as far:
        line = wire(far.url)
        assert await line.file(Call("GET", "/view")) == PNG[:90]
        await line.close()
    assert far.asked[0].headers["accept"] == "*/*"


@pytest.mark.parametrize(
    ("answer", "call", "kind"),
    [
        (Answer((b"<html>",), kind="text/html"), Call("GET", "/view"), FaultKind.NOT_AN_API),
        (
            Answer((PNG,), kind="image/png"),
            Call("GET", "/view", limit=100),
            FaultKind.LINE_TOO_LONG,
        ),
    ],
)
async def test_what_is_no_file_or_too_long_is_told(
    answer: Answer, call: Call, kind: FaultKind
) -> None:
    async with far_side(answer) as far:
        line = wire(far.url)
        with pytest.raises(RemoteFault) as caught:
            await line.file(call)
        await line.close()
    assert caught.value.fault.kind is kind


async def test_a_document_may_be_as_long_as_its_call_says() -> None:
    async with far_side(document({"a": "x" * (17 << 20)})) as far:
        line = wire(far.url)
        assert await line.document(Call("GET", "/x", limit=20 << 20)) is not None
        with pytest.raises(RemoteFault):
            await line.document(Call("GET", "/x"))
        await line.close()
