"""One short scene drafted by the small real model."""

from pathlib import Path

from storyforge.backends.llama_cpp import LlamaCppBackend
from storyforge.domain.counting import count
from storyforge.domain.model import ModelSpec
from storyforge.domain.plan.forms import Kind
from storyforge.domain.sampling import Sampling
from storyforge.domain.sentences import last_sentence_end
from storyforge.store.story_file import StoryFile
from tests.engine.conftest import smollm2_path
from tests.studio.drafting.planned import ended, planned, queue


async def test_a_scene_comes_to_its_length_and_says_nothing_twice(tmp_path: Path) -> None:
    spec = ModelSpec(smollm2_path(), context_tokens=1024, threads=1, threads_batch=1)
    backend = LlamaCppBackend(spec)
    with StoryFile.create(tmp_path / "real.forge", title="The Salt Light") as story:
        mara = story.plan.add(Kind.CHARACTER, {"name": "Mara", "role": "keeper of the light"})
        scene = planned(story, "Mara sees a light on the water.", words=30, cast=mara)
        run = queue(story, backend, scene, candidates=2, sampling=Sampling(seed=3))
        try:
            told = await ended(run.run())
        finally:
            await backend.close()
        text = story.scenes.text(scene)
        assert not told.failed
        assert 20 <= count(text).words <= 70
        assert last_sentence_end(text) == len(text)
        assert "[" not in text
        for beat in story.drafted.of_scene(scene):
            assert all(one["tells"] < 0 for one in beat.ranking)
