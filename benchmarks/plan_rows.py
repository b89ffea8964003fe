"""Planning: whether every answer holds its form, and what it costs beside the model.

Both ask as the planner does, by `studio.planning.asking`, of a story in a temporary folder. Whether
an answer holds its schema is said by jsonschema, which has no part in making it.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from unittest.mock import patch

from benchmarks.engine_rows import model_spec
from benchmarks.sizes import Sizes, p95
from benchmarks.table import Bar, Row
from storyforge.backends.base import Backend
from storyforge.backends.llama_cpp import LlamaCppBackend
from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.generation import Delta, Request, Text
from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import PREMISE_ID
from storyforge.domain.plan.proposals import Proposal, Target
from storyforge.domain.plan.stages import Stage
from storyforge.domain.sampling import Sampling
from storyforge.store.story_file import StoryFile
from storyforge.studio.planning.asking import VariantFinished, Wanted, propose
from storyforge.studio.planning.editing import add, write
from storyforge.studio.planning.preparing import prepare

IDEA = (
    "A lighthouse keeper finds a letter in a bottle, written in her own hand and dated next year."
)
_STAGES = {
    Stage.PREMISE: "premise/propose",
    Stage.CHARACTERS: "characters/propose",
    Stage.WORLD: "world/propose",
    Stage.OUTLINE: "outline/propose",
    Stage.SCENES: "scenes/propose",
}
_BAR_MS = 50.0


@dataclass(slots=True)
class _Told:
    """What came of the runs."""

    valid: int = 0
    flaws: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def forms(sizes: Sizes) -> list[Row]:
    """The share of answers that hold their schema, over all stages, with the small model."""
    runs = 100 if sizes.whole_day else max(1, 12 * (sizes.rounds - 1))
    with _story(items=4) as story:
        told = asyncio.run(_formed(story, runs))
    note = f"{runs} runs, {len(told.flaws)} shown with a word"
    if told.wrong:
        note += f"; not: {', '.join(told.wrong)}"
    share = 100 * told.valid / runs
    what = "plans that hold their schema"
    return [Row(what, share, unit="%", bar=Bar.AT_LEAST, limit=100, note=note)]


async def _formed(story: StoryFile, runs: int) -> _Told:
    import jsonschema

    told = _Told()
    backend = LlamaCppBackend(replace(model_spec(), context_tokens=4096))
    asked = _every_task(story)
    try:
        for run in range(runs):
            wanted = asked[run % len(asked)]
            proposal = await _proposed(story, backend, wanted, Sampling(temperature=0.8, seed=run))
            prepared = prepare(story, wanted)
            schema = prepared.schema(prepared.count)
            if jsonschema.Draft202012Validator(schema).is_valid(proposal.value):
                told.valid += 1
            else:
                told.wrong.append(wanted.target.task)
            if proposal.flaw:
                told.flaws.append(proposal.flaw)
    finally:
        await backend.close()
    return told


def overhead(sizes: Sizes) -> list[Row]:
    """What a stage takes where the model takes no time: from the wish to its answer in the file."""
    times = 20 if sizes.whole_day else max(2, sizes.rounds * 2)
    with _story(items=30) as story:
        return asyncio.run(_timed(story, times))


async def _timed(story: StoryFile, times: int) -> list[Row]:
    rows = []
    for stage, task in _STAGES.items():
        took, backend = [], _AtOnce(context_tokens=32_768)
        for run in range(times + 1):
            backend.milliseconds = 0.0
            began = time.perf_counter()
            await _proposed(story, backend, _wanted(story, stage, task), Sampling(seed=run))
            took.append((time.perf_counter() - began) * 1000 - backend.milliseconds)
        # The first reads templates and the file.
        note = f"p95 of {times}, the first took {took[0]:.0f} ms; 30 items of each kind"
        rows.append(
            Row(f"planning beside the model: {stage.value}", p95(took[1:]), bar=Bar.AT_MOST,
                limit=_BAR_MS, note=note)
        )  # fmt: skip
    return rows


class _AtOnce(ScriptedBackend):
    """Its answers come whole.

    Attributes:
        milliseconds: what its answers took to be made.
    """

    milliseconds = 0.0

    async def stream(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Delta, None]:
        began = time.perf_counter()
        deltas = [delta async for delta in super().stream(request, stop)]
        text = "".join(delta.text for delta in deltas if isinstance(delta, Text))
        self.milliseconds += (time.perf_counter() - began) * 1000
        yield Text(text)
        yield deltas[-1]


async def _proposed(
    story: StoryFile, backend: Backend, wanted: Wanted, sampling: Sampling
) -> Proposal:
    async for event in propose(story, backend, wanted, sampling, asyncio.Event()):
        if isinstance(event, VariantFinished):
            return event.proposal
    raise RuntimeError(f"no answer to {wanted.target.task}")


def _wanted(story: StoryFile, stage: Stage, task: str, item_id: str = "", name: str = "") -> Wanted:
    plan = story.plan.read()
    if stage is Stage.PREMISE and not item_id:
        item_id = PREMISE_ID
    if task == "scenes/propose":
        item_id = plan.chapters[0].id
    return Wanted(Target(stage, task, item_id, name), agreed=True)


def _every_task(story: StoryFile) -> list[Wanted]:
    """All stages, and what is asked of single items and fields; the shortest first, for one run."""
    plan = story.plan.read()
    person, chapter = plan.characters[0].id, plan.chapters[0].id
    scene = plan.scenes[0].id
    return [
        _wanted(story, Stage.SCENES, "field/again", scene, "change"),
        *(_wanted(story, stage, task) for stage, task in _STAGES.items()),
        _wanted(story, Stage.PREMISE, "premise/questions"),
        _wanted(story, Stage.CHARACTERS, "characters/deepen", person),
        _wanted(story, Stage.CHARACTERS, "field/brainstorm", person, "want"),
        _wanted(story, Stage.OUTLINE, "outline/mend", chapter),
        _wanted(story, Stage.OUTLINE, "outline/check"),
        _wanted(story, Stage.SCENES, "scenes/beats", scene),
    ]


@contextmanager
def _story(items: int) -> Iterator[StoryFile]:
    """A story with a plan of so many items of each kind."""
    with tempfile.TemporaryDirectory() as folder:
        kept = {f"STORYFORGE_{name}_DIR": folder for name in ("CACHE", "CONFIG", "DATA")}
        with (
            patch.dict(os.environ, kept),
            StoryFile.create(Path(folder) / "plan.forge", title="The Light") as story,
        ):
            write(story, PREMISE_ID, {"idea": IDEA, "premise": IDEA, "length": "3000"})
            for n in range(1, items + 1):
                _add(story, n)
            yield story


def _add(story: StoryFile, n: int) -> None:
    chapter = {"title": f"Night {n}", "goal": "To keep the light burning.", "conflict": "A storm."}
    place = {"title": f"The {n}. stair", "category": "place", "content": "Wet, and too steep."}
    add(story, Kind.CHARACTER, {"name": f"Mara {n}", "role": "She keeps the light."})
    add(story, Kind.WORLD, place)
    chapter_id = add(story, Kind.CHAPTER, chapter)
    add(
        story,
        Kind.SCENE,
        {"title": f"Watch {n}", "purpose": "She reads the letter.", "cast": f"Mara {n}"},
        chapter_id=chapter_id,
    )
