"""What a model says around its text costs nothing of it."""

from pathlib import Path

from storyforge.backends.remote.backend import RemoteBackend
from storyforge.backends.remote.compatible import API
from storyforge.domain.generation import Request, StopReason
from tests.backends.remote.far_side import Answer, FarSide, chat, document, events, far_side
from tests.backends.remote.hearing import ask, backend, spec_of

PAGE = "It was raining. She carried the lantern down to the slip."
MODELS = document({"data": [{"id": "tiny"}]})


def talking(far: FarSide, folder: Path) -> RemoteBackend:
    return backend(spec_of(far.url, chats=True), folder, api=API)


async def test_a_stop_string_within_a_preface_ends_nothing(tmp_path: Path) -> None:
    reply = ("Sure! Here's the continuation:", "\n\n", "The boat was gone.", "\n\nShe sat down.")
    async with far_side(MODELS, Answer(events(*chat(*reply)))) as far:
        heard = await ask(talking(far, tmp_path), Request(PAGE, 40, ("\n\n",)))
    assert heard.text() == " The boat was gone."
    assert heard.finish.reason is StopReason.STOP_STRING
    assert "stop" not in far.asked[-1].body


async def test_a_reply_that_is_the_page_again_is_told_as_that(tmp_path: Path) -> None:
    async with far_side(MODELS, Answer(events(*chat(PAGE, reason="stop")))) as far:
        heard = await ask(talking(far, tmp_path), Request(PAGE, 40))
    assert heard.text() == ""
    assert heard.notes == ["The model only said again what stands on the page. Try again."]
    assert heard.finish.reason is StopReason.END
