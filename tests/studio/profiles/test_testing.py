"""A profile tried out: what the model says, how fast, and why it says nothing."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest

from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.generation import (
    Delta,
    Finish,
    Loading,
    Noted,
    Refusal,
    Request,
    StopReason,
    Text,
    Thought,
    Usage,
    Waiting,
)
from storyforge.errors import ModelError
from storyforge.studio.profiles.testing import Trial, try_out


class Says(ScriptedBackend):
    """Answers what it is told to."""

    def __init__(self, *deltas: Delta) -> None:
        super().__init__()
        self.deltas = deltas

    async def stream(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Delta, None]:
        self.requests.append(request)
        for delta in self.deltas:
            yield delta


async def tried(backend: ScriptedBackend) -> tuple[Trial, list[object]]:
    steps: list[object] = [step async for step in try_out(backend, asyncio.Event())]
    trial = steps.pop()
    assert isinstance(trial, Trial)
    return trial, steps


async def test_a_model_says_a_few_words_and_how_fast() -> None:
    usage = Usage(read=12, written=40, write_seconds=1.0)
    said = (Loading(0.0), Loading(1.0), Text("\n“Hello,  "), Text("you.”"))
    model = Says(*said, Finish(StopReason.LENGTH, usage))
    trial, steps = await tried(model)
    assert trial.works
    assert trial.told.startswith("says “Hello, you.”, 40 tokens/s, 0.0 s to the first")
    assert steps == list(said)
    assert trial.loading >= 0
    (request,) = model.requests
    assert "stranger" in request.prompt
    assert ":" in request.slot


async def test_a_window_that_nobody_told_is_said_to_be_a_guess() -> None:
    model = Says(Text("Hello."), Finish(StopReason.END, Usage()))
    assert (await tried(model))[0].note == ""
    model._card = replace(model.card, guessed=True)
    assert "8,192 tokens are taken" in (await tried(model))[0].note


async def test_a_long_answer_is_shown_short() -> None:
    trial, _steps = await tried(Says(Text("word " * 40), Finish(StopReason.LENGTH, Usage())))
    assert trial.told == f"says “{'word ' * 11}word…”, 0.0 s to the first"


@pytest.mark.parametrize(
    ("deltas", "told"),
    [
        ((Finish(StopReason.END, Usage()),), "it answered without a word"),
        ((Text(" \n"), Finish(StopReason.END, Usage())), "it answered without a word"),
        (
            (Thought("Hm"), Finish(StopReason.LENGTH, Usage(written=48, thought=48))),
            "it thought (48 tokens) and wrote nothing in that room",
        ),
        (
            (Refusal("I can't"), Finish(StopReason.REFUSED, Usage())),
            "it would not write: “I can't”",
        ),
        (
            (Finish(StopReason.FILTERED, Usage()),),
            "its provider's filter let nothing through",
        ),
        ((Finish(StopReason.STOPPED, Usage()),), "stopped before the first word"),
    ],
)
async def test_what_went_wrong_is_said(deltas: tuple[Delta, ...], told: str) -> None:
    trial, _steps = await tried(Says(*deltas))
    assert not trial.works
    assert trial.told == told


async def test_thinking_waiting_and_notes_are_passed_on() -> None:
    passed = (Waiting("busy", 3), Noted("Without temperature."), Thought("Hm"), Text("Yes."))
    trial, steps = await tried(Says(*passed, Finish(StopReason.END, Usage())))
    assert steps == list(passed)
    assert trial.works


async def test_a_model_that_fails_is_not_a_trial() -> None:
    with pytest.raises(ModelError):
        await tried(ScriptedBackend(fail_after=0))


async def test_a_trial_can_be_stopped() -> None:
    stop = asyncio.Event()
    steps = []
    async for step in try_out(ScriptedBackend(["One two three four."]), stop):
        steps.append(step)
        stop.set()
    assert isinstance(steps[-1], Trial)
    assert steps[-1].reason is StopReason.STOPPED
