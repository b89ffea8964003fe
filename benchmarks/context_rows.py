"""Assembling a request: a very long story with a very large book of lore, after an edit.

What is counted is the time from the edit being in the file to the request being ready, the model's
counting of new paragraphs included; the model is the scripted one, whose counting costs little.
"""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from benchmarks.sizes import Sizes, median, p95
from benchmarks.stories import long_story
from benchmarks.table import Bar, Row
from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.generation import Request
from storyforge.domain.length import Length
from storyforge.domain.lore import LoreEntry
from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.sampling import Sampling
from storyforge.domain.story import Page, Passage
from storyforge.domain.summary import Summary, SummaryOf, scene_source
from storyforge.store.story_file import StoryFile
from storyforge.studio.prompt.asking import ask

ENTRIES = 5_000
_WINDOW = 8_192
_BAR_MS = 20.0
_EDITS = 40
#: some that the text of `stories` calls; the others are never named
_CALLED = ("lantern", "skiff", "inspector", "seals", "Tamsin", "harbour master")


def context(sizes: Sizes) -> list[Row]:
    """After a word was typed, after an entry and after the memory were changed."""
    with _story(sizes) as story:
        return asyncio.run(_measured(story, sizes))


@contextmanager
def _story(sizes: Sizes) -> Iterator[StoryFile]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.forge"
        long_story(path, words=sizes.story_words, scene_words=sizes.scene_words)
        with StoryFile.open(path) as story:
            story.context.set_lore(_lore())
            story.context.set_text(
                "memory", "Skerry Point, 1893. The supply ship comes twice a year."
            )
            story.context.set_text("author_note", "slow, sensory, no dialogue yet")
            with story.together():
                for head in story.outline().scenes[::2]:
                    source = scene_source(story.scenes.text(head.id))
                    story.summaries.put(_summary(head.id, source))
            yield story


def _lore() -> list[LoreEntry]:
    named = [LoreEntry(f"{n:032x}", key, (key,), f"{key}: known.") for n, key in enumerate(_CALLED)]
    return named + [
        LoreEntry(
            f"{n:032x}",
            f"Entry {n}",
            (f"uncalled{n}", f"never named {n}", f"nobody{n}"),
            "What the model would be told of it, in a sentence or two. " * 3,
        )
        for n in range(len(named), ENTRIES)
    ]


def _summary(scene_id: str, source: str) -> Summary:
    from datetime import UTC, datetime

    text = "She read the log, found a page missing, and went down to the slip. " * 3
    return Summary(SummaryOf.SCENE, scene_id, text, source, datetime.now(UTC), "bench")


async def _measured(story: StoryFile, sizes: Sizes) -> list[Row]:
    backend = ScriptedBackend(context_tokens=_WINDOW)
    scene = story.outline().scenes[-1]
    text = story.scenes.text(scene.id)

    async def asked() -> tuple[float, Request]:
        began = time.perf_counter()
        request, _notes = await ask(
            story, Passage(scene.id, text, ""), backend, Length(), Sampling(seed=1)
        )
        return (time.perf_counter() - began) * 1000, request

    def typed(_n: int) -> None:
        nonlocal text
        text += " lantern" if len(text) % 7 == 0 else " again"
        whole = Provenance.whole(len(text), Origin.TYPED)
        story.scenes.save(Page(scene.id, text, whole, len(text)))

    def told(n: int) -> None:
        entry = story.context.lore()[0]
        story.context.put_entry(replace(entry, content=f"The lantern was lit {n} times."))

    def remembered(n: int) -> None:
        story.context.set_text("memory", f"Skerry Point, {1893 + n}.")

    first, request = await asked()
    named = sum(section.state.value != "left out" for section in request.sections)
    what = f"{sizes.story_words:,} words, {ENTRIES:,} entries of lore"
    note = f"a request of {named} sections; the first one took {first:.0f} ms"
    rows = []
    for name, edit, times, bar in (
        ("a word", typed, _EDITS, _BAR_MS),
        ("the memory", remembered, _EDITS // 4, _BAR_MS),
        ("an entry", told, _EDITS // 8, 0.0),
    ):
        took = await _after(edit, times, asked)
        rows.append(
            Row(
                f"assembling after {name}: {what}",
                p95(took) if bar else median(took),
                bar=Bar.AT_MOST if bar else Bar.NONE,
                limit=bar,
                note=f"{'p95' if bar else 'median'} of {times}; {note}",
            )
        )
    return rows


async def _after(
    edit: Callable[[int], None],
    times: int,
    asked: Callable[[], Awaitable[tuple[float, Request]]],
) -> list[float]:
    took = []
    for n in range(times):
        edit(n)
        milliseconds, _request = await asked()
        took.append(milliseconds)
    return took
