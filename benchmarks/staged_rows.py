"""A short story by stages, from an idea to the draft, beside a single plain prompt.

The same small model and sampler, several seeds; nothing is chosen by hand: of each stage the first
answer is taken. The single prompt is first left to end by itself, and then continued past its end
token to as many words as the staged draft has.
"""

import asyncio
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.engine_rows import model_spec
from benchmarks.sizes import Sizes
from benchmarks.table import Bar, Row
from storyforge.backends.base import Backend
from storyforge.backends.llama_cpp import LlamaCppBackend
from storyforge.backends.sharing import Shared
from storyforge.domain.counting import count
from storyforge.domain.generation import Request, Text
from storyforge.domain.plan.items import PREMISE_ID
from storyforge.domain.plan.stages import Stage
from storyforge.domain.runs import pieces, repeated_share
from storyforge.domain.sampling import Sampling
from storyforge.prompting.scene_plan import cast_names
from storyforge.store.story_file import StoryFile
from storyforge.studio.drafting.page import StorePage
from storyforge.studio.drafting.queue import DraftQueue
from storyforge.studio.drafting.writing import mentions
from storyforge.studio.planning.asking import VariantFinished, Wanted, propose
from storyforge.studio.planning.missing import missing
from storyforge.studio.planning.taking import take

IDEA = (
    "A lighthouse keeper on a bare island finds a boy among the wreckage of a ship. The boy will "
    "not say where he comes from, and an inspector from the harbour asks about a thief."
)
_STAGES = (Stage.PREMISE, Stage.CHARACTERS, Stage.OUTLINE, Stage.SCENES)
_WINDOW = 8192
_BAR_LENGTH, _BAR_RATIO, _BAR_SHARE, _BAR_CAST = 85.0, 0.6, 2.0, 80.0
# Fewer words are a line of dialogue, which may come twice.
_PARAGRAPH = 6


@dataclass(frozen=True, slots=True)
class _Story:
    """What came of one seed.

    Attributes:
        beats, drafted: those that were planned, and those that are drafted.
        named, came: of the cast of each scene that plans them: all, and those who are there.
        again: paragraphs that stand twice.
    """

    text: str
    beats: int
    drafted: int
    named: int
    came: int
    again: int


def staged(sizes: Sizes) -> list[Row]:
    """Length, repetition and cast of a story that was planned first."""
    return asyncio.run(_measured(sizes))


def length_score(words: int, asked: int) -> float:
    """LongWriter's: 100 is as long as it was asked for, 0 is four times as long or a third."""
    if not words:
        return 0.0
    over = (words / asked - 1) / 3 if words > asked else (asked / words - 1) / 2
    return 100 * max(0.0, 1 - over)


async def _measured(sizes: Sizes) -> list[Row]:
    stories, plain, alone = [], [], []
    backend = LlamaCppBackend(replace(model_spec(), context_tokens=_WINDOW), "SmolLM2")
    try:
        for seed in range(1, sizes.staged_seeds + 1):
            made = await _by_stages(backend, sizes.staged_words, seed)
            stories.append(made)
            first, continued = await _at_once(
                backend, sizes.staged_words, count(made.text).words, seed
            )
            plain.append(first)
            alone.append(continued)
    finally:
        await backend.close()
    return _rows(sizes, stories, plain, alone)


def _rows(sizes: Sizes, stories: list[_Story], plain: list[str], alone: list[str]) -> list[Row]:
    asked = sizes.staged_words
    lengths = [count(one.text).words for one in stories]
    scores = [length_score(words, asked) for words in lengths]
    beside = [length_score(count(text).words, asked) for text in plain]
    ours = 100 * _mean([repeated_share(one.text) for one in stories])
    theirs = 100 * _mean([repeated_share(text) for text in alone])
    named, came = sum(one.named for one in stories), sum(one.came for one in stories)
    beats, drafted = sum(one.beats for one in stories), sum(one.drafted for one in stories)
    seeds = f"{len(stories)} seeds"
    told = f"{seeds}: {', '.join(f'{words:,}' for words in lengths)} words"
    again = sum(one.again for one in stories)
    repeats = (Bar.AT_MOST, _BAR_SHARE) if ours <= _BAR_SHARE else (Bar.RATIO_AT_MOST, _BAR_RATIO)
    return [
        Row(
            f"length score, {asked:,} words asked: staged draft | single plain prompt",
            _mean(scores),
            _mean(beside),
            "points",
            Bar.AT_LEAST,
            _BAR_LENGTH,
            f"{told}; {drafted} of {beats} beats drafted; paragraphs that stand twice: {again}",
        ),
        Row(
            "repeated 4-grams: staged draft | single prompt of as many words",
            ours,
            theirs,
            "%",
            *repeats,
            note=f"{seeds}; the single prompt is continued past its end token",
        ),
        Row(
            "cast who appear in the scenes that plan them",
            100 * came / named if named else 0.0,
            None,
            "%",
            Bar.AT_LEAST,
            _BAR_CAST,
            f"{came} of {named}",
        ),
    ]


async def _by_stages(backend: Backend, words: int, seed: int) -> _Story:
    with (
        tempfile.TemporaryDirectory() as folder,
        StoryFile.create(Path(folder) / "staged.forge", title="The Boy") as story,
    ):
        story.plan.put(PREMISE_ID, {"idea": IDEA, "length": str(words)})
        for stage in _STAGES:
            await _plan(story, backend, stage, seed)
        scenes = [scene.id for scene in story.plan.read().scenes]
        shared = Shared(backend, rest=0)
        sampling = Sampling(seed=seed)
        queue = DraftQueue(story, shared, StorePage(story), scenes=scenes, sampling=sampling)
        async for _progress in queue.run():
            continue
        return _found(story)


async def _plan(story: StoryFile, backend: Backend, stage: Stage, seed: int) -> None:
    """Ask for what the stage lacks, and take the first answer, once each."""
    asked = set()
    while targets := [one for one in missing(story.plan.read(), stage) if one not in asked]:
        target = targets[0]
        asked.add(target)
        events = propose(story, backend, Wanted(target), Sampling(seed=seed), asyncio.Event())
        async for event in events:
            if isinstance(event, VariantFinished) and event.proposal.value:
                take(story, event.proposal.id, empty_only=True)
        if stage is Stage.CHARACTERS:
            return  # a line each is enough for a short story


def _found(story: StoryFile) -> _Story:
    plan, texts = story.plan.read(), []
    beats = drafted = named = came = 0
    for scene in plan.scenes:
        text = story.scenes.text(scene.id)
        texts.append(text)
        names = cast_names(plan, scene)
        named += len(names)
        came += sum(mentions(text, name) for name in names)
        beats += len(scene.list("beats"))
        drafted += len(story.drafted.of_scene(scene.id))
    text = "\n\n".join(texts)
    paragraphs = [tuple(pieces(line)) for line in text.split("\n")]
    long = [one for one in paragraphs if len(one) >= _PARAGRAPH]
    return _Story(text, beats, drafted, named, came, len(long) - len(set(long)))


async def _at_once(backend: Backend, asked: int, words: int, seed: int) -> tuple[str, str]:
    """(what a plain prompt gives by itself, the same continued to so many words)."""
    prompt = f"Write a story of {asked:,} words.\n\n{IDEA}\n\n"
    first = await _answer(backend, prompt, asked, Sampling(seed=seed))
    text = first
    while (left := words - count(text).words) > 0:
        more = Sampling(seed=seed, min_tokens=left)
        grown = text + await _answer(backend, prompt + text, left, more)
        if grown == text:
            break
        text = grown
    return first, " ".join(text.split(" ")[: max(words, 1)])


async def _answer(backend: Backend, prompt: str, words: int, sampling: Sampling) -> str:
    told = ""
    request = Request(prompt, max(words * 2, 16), sampling=sampling)
    async for delta in backend.stream(request, asyncio.Event()):
        if isinstance(delta, Text):
            told += delta.text
    return told


def _mean(values: list[float]) -> float:
    return sum(values) / max(len(values), 1)
