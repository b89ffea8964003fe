"""Painters behind an API on the command line, against a real server on this machine."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from storyforge import settings
from storyforge.domain.plan.forms import Kind
from storyforge.store.story_file import StoryFile
from storyforge.studio import permission
from tests.backends.pictures.remote.far_a1111 import FarA1111, far_a1111
from tests.cli.command import Command


@contextmanager
def served(**told: Any) -> Iterator[FarA1111]:
    """A server in a thread of its own: the verbs have this one's loop."""
    begun, end = threading.Event(), asyncio.Event()
    found: list[FarA1111] = []
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async with far_a1111(**told) as far:
            found.append(far)
            begun.set()
            await end.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    try:
        assert begun.wait(10)
        yield found[0]
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join(10)
        loop.close()


@pytest.fixture
def planned(light: Path) -> Path:
    with StoryFile.open(light) as story:
        first = story.outline().scenes[0].id
        mara = story.plan.add(Kind.CHARACTER, {"name": "Mara", "look_picture": "an old woman"})
        story.plan.put(first, {"cast": mara, "shown_picture": "standing at the lamp"})
    return light


def test_a_server_is_added_checked_and_draws(storyforge: Command, planned: Path) -> None:
    with served() as far:
        added = storyforge(
            "painters", "add", "far", "--a1111", far.url, "width=64", "height=48", "steps=2"
        )
        assert added.status == 0
        assert "The painter “far” is there: AUTOMATIC1111." in added.out
        checked = storyforge("painters", "check", "far")
        for words in ("AUTOMATIC1111", far.url, "old/ink.safetensors", "DPM++ 2M", "mara"):
            assert words in checked.out
        assert storyforge("painters", "check", "--json").json["server"]["loras"] == ["mara"]
        assert "AUTOMATIC1111" in storyforge("painters", "list").out
        drawn = storyforge("illustrate", planned, "--scenes", 1, "--seed", 7)
    assert drawn.status == 0
    assert "seed 7, 64×48" in drawn.out
    assert "by far" in drawn.err
    with StoryFile.open(planned) as story:
        (picture,) = story.pictures.all()
    assert picture.settings["model hash"] == "1a2b3c4d5e"
    checked = storyforge("painters", "check", "far")
    assert checked.status != 0
    assert "No server answers" in checked.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--openai", "--a1111", "http://x"), "one of them"),
        ((), "one of them"),
        (("ink.safetensors", "--openai"), "one of them"),
        (("ink.safetensors", "--model", "m"), "its path is its model"),
        (("--a1111", ""), "it must be set"),
    ],
)
def test_a_painter_is_one_thing(storyforge: Command, arguments: tuple[str, ...], says: str) -> None:
    answer = storyforge("painters", "add", "far", *arguments)
    assert answer.status != 0
    assert says in answer.err
    assert settings.load().painters == {}


def test_where_prompts_go_is_said_and_nothing_is_sent_without_a_yes(
    storyforge: Command, planned: Path
) -> None:
    added = storyforge("painters", "add", "cloud", "--openai", "--model", "gpt-image-1")
    assert "Its pictures are drawn at api.openai.com: prompts are sent there." in added.err
    assert "api.openai.com" in storyforge("painters", "use", "cloud").out
    answer = storyforge("illustrate", planned, "--scenes", 1)
    assert answer.status != 0
    assert "cloud runs at api.openai.com." in answer.err
    assert "--yes" in answer.err
    with StoryFile.open(planned) as story:
        assert list(story.picture_queue.all()) == []
        permission.set_local_only(story, True)
    answer = storyforge("illustrate", planned, "--scenes", 1, "--yes")
    assert "never leave this machine" in answer.err
    assert not permission.is_allowed("painters.cloud", "api.openai.com")


def test_a_yes_is_remembered_and_without_a_key_nothing_is_sent(
    storyforge: Command, planned: Path
) -> None:
    storyforge("painters", "add", "cloud", "--openai")
    answer = storyforge("illustrate", planned, "--scenes", 1, "--yes")
    assert "There is no key for openai" in answer.err
    assert permission.is_allowed("painters.cloud", "api.openai.com")
    assert "openai" in storyforge("keys", "list").out
    storyforge("painters", "remove", "cloud")
    assert not permission.is_allowed("painters.cloud", "api.openai.com")


def test_what_it_cannot_do_is_said_before(storyforge: Command, planned: Path) -> None:
    storyforge("painters", "add", "cloud", "--openai")
    answer = storyforge("illustrate", planned, "--scenes", 1, "--negative", "fog", "--yes")
    assert "goes without: negative prompt" in answer.err
    set_by_hand = ("--seed", 7, "--steps", 9, "--sampler", "Euler")
    answer = storyforge("illustrate", planned, "--scenes", 1, *set_by_hand, "--yes")
    assert "goes without: seed, sampler, steps" in answer.err
    answer = storyforge("illustrate", planned, "--scenes", 1, "--faces", "--yes")
    assert "cannot do this: face pass" in answer.err
    told = storyforge("painters", "check", "cloud").out
    assert "steps" not in told
    assert "sampler" not in told
