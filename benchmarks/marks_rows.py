"""What is out of date in a very long plan: how long after an edit the marks are known."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.sizes import Sizes, p95
from benchmarks.table import Bar, Row
from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import PREMISE_ID
from storyforge.domain.plan.resting import sources
from storyforge.store.story_file import StoryFile
from storyforge.studio.planning.editing import write
from storyforge.studio.staleness import stale

_WORDS_EACH, _SCENES_EACH = 3_333, 3
_BAR_MS = 50.0


def marks(sizes: Sizes) -> list[Row]:
    """A scene's plan changed by hand, then the plan read anew and its marks found."""
    taken = []
    chapters = max(sizes.story_words // _WORDS_EACH, 3)
    with _planned(chapters) as story:
        scenes = story.plan.read().scenes[1:]  # behind the one that a new story begins with
        stale(story)
        for number in range(3 * sizes.rounds):
            scene = scenes[(number * 97) % len(scenes)]
            write(story, scene.id, {"change": f"She is not alone, {number}."})
            began = time.perf_counter()
            found = stale(story)
            taken.append((time.perf_counter() - began) * 1000)
            assert found, "the scene behind it rests on what changed"
    what = f"marks after an edit, {chapters} chapters, {len(scenes):,} scenes"
    return [Row(what, p95(taken), unit="ms", bar=Bar.AT_MOST, limit=_BAR_MS)]


@contextmanager
def _planned(chapters: int) -> Iterator[StoryFile]:
    with (
        tempfile.TemporaryDirectory() as folder,
        StoryFile.create(Path(folder) / "long.forge", title="The Light") as story,
    ):
        with story.plan.step():
            _plan(story, chapters)
        plan = story.plan.read()
        story.rests.put_all(
            {
                (item.id, name): sources(plan, item, name)
                for item in plan.items
                for name in item.facts
            }
        )
        yield story


def _plan(story: StoryFile, chapters: int) -> None:
    story.plan.put(PREMISE_ID, {"logline": "A keeper finds a child.", "tone": "grim"})
    cast = [
        story.plan.add(Kind.CHARACTER, {"name": f"Mara {number}", "role": "keeper", "want": "rest"})
        for number in range(8)
    ]
    for number in range(chapters):
        told = {"title": f"No. {number}", "goal": f"reach {number}", "outcome": f"at {number}"}
        chapter = story.plan.add(Kind.CHAPTER, told)
        for at in range(_SCENES_EACH):
            beats = f"She rows {number}.\nShe rests {at}."
            facts = {"cast": cast[at], "beats": beats, "change": f"later {number} {at}"}
            story.plan.add(Kind.SCENE, facts, chapter_id=chapter)
