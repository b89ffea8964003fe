"""A written story of two chapters, and a model that answers by the prompt."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.generation import Delta, Finish, Request, StopReason, Text, Usage
from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.story import Page
from storyforge.store.story_file import StoryFile

OIL = (
    "Mara counted the oil cans twice. Mr Reed came up the stairs of the tower and asked for the "
    "log. She gave it to him and said nothing of the page that was missing."
)
FOG = (
    "In the fog a boat touched the slip below the tower. Tom Reed held the lantern while Mara "
    "climbed down. There was nobody in the boat but a child."
)

SCENES: Mapping[str, Mapping[str, Any]] = {
    OIL: {
        "cast": ["Mara", "Mr Reed", "Captain Ahab"],
        "point_of_view": "Mara",
        "place": "the tower",
        "time": "evening",
        "beats": ["Mara counts the oil cans.", "Mr Reed asks for the log.", "Mara keeps silent."],
        "change": "Reed has the log.",
    },
    FOG: {
        "cast": ["Tom Reed", "Mara"],
        "point_of_view": "Ishmael",
        "place": "tower",
        "time": "night",
        "beats": ["A boat touches the slip.", "Mara climbs down.", "A child is in the boat."],
        "change": "There is a child at the light.",
    },
}
THINGS = {
    OIL: [
        {"title": "the log", "category": "thing", "content": "A page of it is missing."},
        {"title": "the whale", "category": "thing", "content": "It is white."},
        {"title": "Mara", "category": "thing", "content": "She keeps the light."},
    ],
    FOG: [{"title": "The log", "category": "thing", "content": "Reed has it."}],
}
CHAPTER = {
    "goal": "Mara wants to hide the missing page.",
    "conflict": "Reed asks for the log.",
    "turn": "He takes it.",
    "outcome": "She says nothing.",
}
PREMISE = {
    "logline": "A keeper hides what a page of the log told.",
    "premise": "Mara keeps the light and a secret.",
    "genre": "mystery",
    "tone": "quiet",
    "theme": "silence",
    "setting": "A lighthouse.",
    "point_of_view": "second",
    "tense": "present",
}


class Reads(ScriptedBackend):
    """Answers each question as a model would that understood it.

    Attributes:
        asked: what was asked about, in order.
        says: what is answered to a prompt.

    Args:
        gate: waits in the answer of this number, from 1, until it is stopped.
    """

    def __init__(self, *, gate: int = 0, context_tokens: int = 8192) -> None:
        super().__init__(context_tokens=context_tokens, name="Reader")
        self.asked: list[str] = []
        self.says: Callable[[str], Mapping[str, Any]] = self.answer
        self.gate = gate
        self.arrived = asyncio.Event()

    async def stream(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Delta, None]:
        self.requests.append(request)
        answer = self.says(request.prompt)
        if self.gate and len(self.asked) == self.gate:
            self.gate = 0
            self.arrived.set()
            await stop.wait()
            yield Finish(StopReason.STOPPED, Usage())
            return
        yield Text(json.dumps(answer, ensure_ascii=False))
        usage = Usage(read=200, written=50, read_seconds=0.2, write_seconds=0.5)
        yield Finish(StopReason.END, usage)

    def answer(self, prompt: str) -> Mapping[str, Any]:
        """The answer of one that understood."""
        last = prompt.rstrip().rpartition("\n")[2]
        text = next((text for text in (FOG, OIL) if text[-60:] in prompt), "")
        if last == "Scene:":
            self.asked.append("scene")
            return SCENES[text]
        if last == "Places and things:":
            self.asked.append("world")
            return {"items": THINGS[text]}
        if last == "Chapter:":
            self.asked.append("chapter")
            return CHAPTER
        if last == "Premise:":
            self.asked.append("premise")
            return PREMISE
        name = prompt.rpartition("\nAbout ")[2].partition(",")[0]
        self.asked.append(name)
        return {"items": [{"name": "Somebody", "role": f"{name} has a part in it."}]}


def write(story: StoryFile, scene_id: str, text: str) -> None:
    """Let a scene have this text."""
    story.scenes.save(Page(scene_id, text, Provenance.whole(len(text), Origin.TYPED)))


@pytest.fixture
def story(tmp_path: Path) -> Iterator[StoryFile]:
    """The Keeper (Oil; an empty scene) and The Boat (Fog)."""
    with StoryFile.create(tmp_path / "light.forge", title="The Light") as story:
        (chapter,) = story.outline().chapters
        story.binder.rename_chapter(chapter.id, "The Keeper")
        write(story, chapter.scenes[0].id, OIL)
        story.binder.add_scene(chapter.id, "Later")
        second = story.binder.add_chapter("The Boat")
        write(story, story.binder.add_scene(second, "Fog"), FOG)
        yield story
