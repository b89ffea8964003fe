"""After runs that went well and runs that failed, a key is nowhere but where it was put."""

import asyncio
import gc
import logging
import traceback
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import pytest

from storyforge import logs, settings
from storyforge.backends.base import Backend
from storyforge.backends.sharing import Shared
from storyforge.domain.plan.items import PREMISE_ID
from storyforge.domain.plan.proposals import Target
from storyforge.domain.plan.stages import Stage
from storyforge.domain.sampling import Sampling
from storyforge.errors import StoryforgeError
from storyforge.store.story_file import StoryFile
from storyforge.studio import keys
from storyforge.studio.exporting import FORMATS, export_story
from storyforge.studio.folders import write_folder
from storyforge.studio.keys import Place
from storyforge.studio.planning.asking import Wanted, propose
from storyforge.studio.profiles import routing
from storyforge.studio.profiles.choosing import backend_of
from storyforge.studio.reading_in.queue import ReadingQueue
from tests.backends.remote.far_side import Answer, chat, document, events, far_side
from tests.backends.remote.replaying import replaying
from tests.studio.continuation import all_of, continued, wish, write
from tests.studio.drafting.planned import planned, queue

SECRET = "sk-never-to-be-seen-0123456789abcdef"
SAID = f"Incorrect API key provided: {SECRET}. Bearer {SECRET}"
_Verb = Callable[[StoryFile, Backend], Awaitable[list[object]]]
CHAT = "/v1/chat/completions"

#: what the far side says; a careless one says the key again
ANSWERS: Mapping[str, Answer] = {
    "well": Answer(events(*chat(" It rained.", reason="stop"))),
    "401": document({"error": {"message": SAID}}, 401),
    "403": document({"detail": SAID}, 403),
    "400": document({"error": {"message": SAID, "param": SECRET}}, 400),
    "500": document({"error": SAID}, 500),
    "a page": Answer((f"<html><body>{SAID}</body></html>".encode(),), kind="text/html"),
    "malformed": Answer((f"data: {SAID}\n\n".encode(),)),
    "an error event": Answer(events({"error": {"message": SAID}})),
    "a redirect": Answer(status=302, headers=(("location", f"https://far.example/?key={SECRET}"),)),
}


async def _continue(story: StoryFile, backend: Backend) -> list[object]:
    return [*await all_of(continued(story, write(story, "Wet."), backend, wish()))]


async def _propose(story: StoryFile, backend: Backend) -> list[object]:
    story.plan.put(PREMISE_ID, {"idea": "A keeper finds a child."})
    target = Target(Stage.PREMISE, "premise/propose", PREMISE_ID)
    events = propose(story, backend, Wanted(target, 2), Sampling(), asyncio.Event())
    return [event async for event in events]


async def _draft(story: StoryFile, backend: Backend) -> list[object]:
    scene = planned(story, "She climbs down.")
    return [step async for step in queue(story, backend, scene, candidates=2).run()]


async def _read_in(story: StoryFile, backend: Backend) -> list[object]:
    write(story, "Mara climbed down the wet stair to the boat. " * 9)
    return [step async for step in ReadingQueue(story, Shared(backend, rest=0)).run()]


@pytest.mark.parametrize(
    ("said", "verb"),
    [
        *((said, _continue) for said in ANSWERS),
        *((said, verb) for said in ("401", "an error event") for verb in (_propose, _draft)),
        ("well", _propose),
        ("an error event", _read_in),
    ],
)
async def test_a_key_is_in_no_story_export_log_cache_or_error(
    said: str, verb: _Verb, story: StoryFile, tmp_path: Path, home: Path
) -> None:
    own = logging.getLogger("storyforge")
    before = list(own.handlers), own.level, own.propagate
    own.handlers.clear()
    logs.log_to_file()
    own.setLevel(logging.DEBUG)
    try:
        seen = await _ran(ANSWERS[said], story, verb)
    finally:
        for handler in own.handlers:
            handler.close()
        own.handlers[:], own.level, own.propagate = before
    story.close()
    # After a failure the story is as it was.
    for form in FORMATS if said == "well" and verb is _continue else ():
        with StoryFile.look(story.path) as closed:
            export_story(closed, tmp_path / f"out-{form}", form=form)
    with StoryFile.open(story.path) as opened:
        write_folder(opened, tmp_path / "folder")
    kept = [path for folder in (tmp_path, home) for path in folder.rglob("*") if path.is_file()]
    holding = [path.name for path in kept if SECRET.encode() in path.read_bytes()]
    assert holding == ["keys.toml"]
    assert SECRET not in seen


async def _ran(answer: Answer, story: StoryFile, verb: _Verb) -> str:
    """What a verb leaves to be read: events, errors with all their causes, values."""
    models = document({"data": [{"id": "m"}]})
    async with replaying({CHAT: answer, "/v1/models": models}) as far:
        host = far.url.removeprefix("http://")
        keys.set_key(host, SECRET, Place.FILE)
        settings.update(
            {
                "profiles.far.backend": "openai-compatible",
                "profiles.far.url": f"{far.url}/v1",
                "profiles.far.model": "m",
                "profiles.far.chat": True,
            }
        )
        own = settings.load()
        profile = routing.named(own, "far")
        backend = backend_of(own, profile)
        seen = [repr(profile), repr(own), repr(keys.listed(own, (profile,)))]
        try:
            seen += map(repr, await verb(story, backend))
        except StoryforgeError as error:
            seen += [str(error), *traceback.format_exception(error)]
        seen += [repr(backend), repr(backend.card)]
        await backend.close()
        assert any(asked.headers.get("authorization") == f"Bearer {SECRET}" for asked in far.asked)
    gc.collect()
    return "\n".join(seen)


async def test_a_key_does_not_follow_a_redirect_to_another_address(story: StoryFile) -> None:
    async with far_side(document({"data": []})) as other:
        away = Answer(status=307, headers=(("location", f"{other.url}/v1/chat/completions"),))
        async with replaying({CHAT: away, "/v1/models": away}) as far:
            keys.set_key(far.url.removeprefix("http://"), SECRET, Place.FILE)
            settings.update(
                {"profiles.far.backend": "openai-compatible", "profiles.far.url": f"{far.url}/v1"}
            )
            own = settings.load()
            backend = backend_of(own, routing.named(own, "far"))
            with pytest.raises(StoryforgeError):
                await all_of(continued(story, write(story, "Wet."), backend, wish()))
            await backend.close()
        assert [asked.headers.get("authorization") for asked in other.asked] == []
