"""What the tests of drafting share: a story with planned scenes, and a queue over it."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from storyforge.backends.base import Backend
from storyforge.backends.scripted import ScriptedBackend
from storyforge.backends.sharing import Shared
from storyforge.domain.plan.forms import Kind
from storyforge.domain.sampling import Sampling
from storyforge.store.story_file import StoryFile
from storyforge.studio.drafting.page import StorePage
from storyforge.studio.drafting.queue import DraftQueue, Progress

#: answers of which none says what another says; each has some eleven words
LINES = (
    "The rope burned in her hands all the way down.",
    "Below her the sea broke over stones as black as iron.",
    "Somebody had left one boot beside a heap of wet weed.",
    "He was younger than his coat, and colder than both of them.",
    "They climbed by counting, since neither had breath for any word.",
    "At the top a gull looked at them and found nothing.",
    "Her brother's blanket still smelled of tar and of old smoke.",
    "When morning came the window was white with dried salt spray.",
)


def planned(story: StoryFile, *beats: str, words: int = 20, **facts: str) -> str:
    """Plan the story's first scene; its id."""
    scene = story.plan.read().scenes[0]
    told = {"title": "Storm", "beats": "\n".join(beats), "words": str(words)}
    story.plan.put(scene.id, told | facts)
    return scene.id


def more(story: StoryFile, *beats: str, words: int = 20, **facts: str) -> str:
    """Plan another scene behind the others; its id."""
    told = {"title": "After", "beats": "\n".join(beats), "words": str(words)}
    (chapter,) = story.plan.read().chapters
    return story.plan.add(Kind.SCENE, told | facts, chapter_id=chapter.id)


def queue(
    story: StoryFile, backend: Backend, *scenes: str, rest: float = 0, **wishes: Any
) -> DraftQueue:
    """A queue over these scenes, with a seed."""
    shared = Shared(backend, rest=rest)
    wishes.setdefault("sampling", Sampling(seed=1))
    return DraftQueue(story, shared, StorePage(story), scenes=scenes, **wishes)


def writer(answers: Sequence[str] = LINES, **more: Any) -> ScriptedBackend:
    """A model that writes these, one after the other."""
    return ScriptedBackend(answers, **more)


async def ended(steps: AsyncIterator[Progress]) -> Progress:
    """The last word of a run."""
    told = Progress()
    async for progress in steps:
        told = progress
    return told
