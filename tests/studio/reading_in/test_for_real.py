"""A scene read in by the small real model: of whatever it says, what the text bears out is kept."""

import asyncio
from functools import partial

import pytest

from storyforge.backends.llama_cpp import LlamaCppBackend
from storyforge.backends.sharing import Shared
from storyforge.domain.model import ModelSpec
from storyforge.domain.plan.schemas import schema_of
from storyforge.domain.plan.tasks import TASKS
from storyforge.prompting import library
from storyforge.store.story_file import StoryFile
from storyforge.studio.answers import holding
from storyforge.studio.reading_in.asking import Asking, Question
from storyforge.studio.reading_in.gathering import borne_out
from storyforge.studio.reading_in.naming import folded, stands_in
from tests.engine.conftest import smollm2_path
from tests.studio.reading_in.conftest import OIL


async def test_a_scene_is_read_and_names_only_whom_it_has(
    story: StoryFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What it says the first time is what is looked at here.
    monkeypatch.setattr(holding, "ATTEMPTS", 1)
    scene = story.outline().scenes[0].id
    template = library.find("read_in/scene", "en")
    prompt = template.render(text=OIL, title="The Light", part=1, parts=1, names=("Mara",))
    spec = ModelSpec(smollm2_path(), context_tokens=768, threads=1, threads_batch=1)
    shared = Shared(LlamaCppBackend(spec), rest=0)
    question = Question("read_in/scene", OIL, scene, clean=partial(borne_out, text=OIL))
    try:
        async for _loading in shared.load():
            continue
        found = await Asking(story, shared, "en").ask(question, template, prompt, asyncio.Event())
    finally:
        await shared.close()
    assert story.proposals.one(found.id) == found
    assert found.target.item_id == scene
    assert set(found.value) <= set(schema_of(TASKS["read_in/scene"])["properties"])
    assert all(stands_in(name, folded(OIL)) for name in found.value.get("cast", ()))
    assert found.text
    assert found.usage.written > 0
