"""The small real model sums a scene up, or is known not to have; how well is not asked of it."""

from benchmarks.stories import scene_text
from storyforge.backends.llama_cpp import LlamaCppBackend
from storyforge.backends.sharing import Shared
from storyforge.domain.chatter import as_summary
from storyforge.domain.degenerate import flaw_of
from storyforge.domain.model import ModelSpec
from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.story import Page
from storyforge.domain.summary import SummaryOf
from storyforge.store.story_file import StoryFile
from storyforge.studio.summaries import listing as summaries
from storyforge.studio.summaries.listing import entries
from storyforge.studio.summaries.queue import SummaryQueue, estimate
from tests.engine.conftest import smollm2_path


async def test_a_real_model_is_asked_in_parts_and_what_it_gives_is_kept_or_named(
    story: StoryFile,
) -> None:
    scene = story.outline().scenes[0].id
    text = scene_text(1, words=220)
    story.scenes.save(Page(scene, text, Provenance.whole(len(text), Origin.TYPED)))
    spec = ModelSpec(smollm2_path(), context_tokens=512, threads=1, threads_batch=1)
    shared = Shared(LlamaCppBackend(spec), rest=0)
    try:
        queue = SummaryQueue(story, shared)
        async for _progress in queue.run():
            pass
        kept = {one.of: one for one in entries(story)}[SummaryOf.SCENE]
        assert bool(kept.text) is not bool(queue.progress.failed)
        if kept.text:
            assert flaw_of(kept.text, summaries.scene_text(story, scene)) is None
            assert as_summary(kept.text) == kept.text
        assert estimate(story, shared, entries(story)) is not None
    finally:
        await shared.close()
