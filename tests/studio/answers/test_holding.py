"""A model is held to a form: what comes, what is asked for again, what is kept when it fails."""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any, cast

import pytest

from storyforge.backends.base import Backend
from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.generation import (
    Delta,
    Finish,
    Loading,
    Request,
    StopReason,
    Text,
    Thought,
)
from storyforge.domain.plan.schemas import schema_of
from storyforge.domain.plan.tasks import TASKS
from storyforge.domain.sampling import Sampling
from storyforge.errors import ModelError
from storyforge.studio.answers import holding
from storyforge.studio.answers.holding import ATTEMPTS, Growing, Held, hold
from storyforge.studio.answers.judging import Fault
from tests.backends.talking import Chats

CAST = schema_of(TASKS["characters/propose"])
ROLES = (
    "She keeps the light that her father let go out.",
    "He brings the letters, and reads them on the way.",
    "She wants the tower for the summer guests.",
    "He was drowned, and does not know it.",
)
ITEMS = [{"name": n, "role": r} for n, r in zip(("Mara", "Jon", "Ilse", "Tam"), ROLES, strict=True)]
GOOD = json.dumps({"items": ITEMS})
ASKED = Request("The cast, as JSON:\n", 400, sampling=Sampling(seed=4))


async def _held(
    backend: Backend, request: Request = ASKED, schema: dict[str, Any] = CAST, **wishes: Any
) -> tuple[Held, list[Growing]]:
    """How it ended, and how it grew."""
    steps = [step async for step in hold(backend, request, schema, asyncio.Event(), **wishes)]
    assert [isinstance(step, Held) for step in steps].index(True) == len(steps) - 1
    return cast("Held", steps[-1]), [step for step in steps if isinstance(step, Growing)]


@pytest.fixture(autouse=True)
def _every_word_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holding, "_BREATH", 0.0)


async def test_an_answer_is_read_while_it_comes() -> None:
    held, grown = await _held(ScriptedBackend((GOOD,)), language="en")
    assert (held.value, held.flaw, held.reason) == ({"items": ITEMS}, "", StopReason.END)
    assert (held.text, held.attempts) == (GOOD, (GOOD,))
    sizes = [len(step.value.get("items", ())) for step in grown]
    assert sorted(set(sizes)) == [0, 1, 2, 3, 4]
    assert sizes == sorted(sizes)
    assert any(step.value == {"items": [{"name": "Mara", "role": "She keeps"}]} for step in grown)


async def test_the_schema_is_told_and_one_answer_asked_for() -> None:
    backend = ScriptedBackend()
    held, _grown = await _held(backend, replace(ASKED, takes=3))
    (told,) = backend.requests
    assert (json.loads(told.schema), told.takes) == (CAST, 1)
    assert held.flaw == ""


async def test_a_banned_word_may_stand_in_the_forms_own_names() -> None:
    backend = ScriptedBackend()
    sampling = Sampling(seed=1, banned=("Role", "Elara", " items "))
    await _held(backend, replace(ASKED, sampling=sampling))
    assert backend.requests[0].sampling.banned == ("Elara",)


async def test_what_a_model_says_around_its_answer_is_not_waited_for() -> None:
    backend = ScriptedBackend(
        (f"Sure! Here you are:\n```json\n{GOOD}\n```\n" + "I hope so. " * 99,)
    )
    held, _grown = await _held(backend)
    assert (held.value, held.reason) == ({"items": ITEMS}, StopReason.END)
    assert len(held.text) < len(GOOD) + 200


async def test_items_that_come_one_by_one_are_waited_for() -> None:
    held, _grown = await _held(ScriptedBackend(("\n".join(map(json.dumps, ITEMS)),)))
    assert held.value == {"items": ITEMS}
    assert held.flaw == ""


def _parts(words: int) -> tuple[str, ...]:
    """A good answer from where each part of so many words begins."""
    told = re.findall(r"\s*\S+", GOOD)
    return tuple("".join(told[at:]) for at in range(0, len(told), words))


async def test_an_answer_that_is_cut_is_gone_on_with() -> None:
    parts = _parts(15)
    backend = ScriptedBackend(parts)
    held, _grown = await _held(backend, replace(ASKED, max_tokens=15))
    first = GOOD.removesuffix(parts[1])
    assert backend.requests[1].prompt == ASKED.prompt + first
    assert backend.requests[1].begun == first
    assert (held.text, held.value, held.flaw) == (GOOD, {"items": ITEMS}, "")
    assert len(held.attempts) == 1


async def test_a_cut_answer_of_a_model_that_keeps_a_form_is_the_same_as_a_whole_one() -> None:
    whole, _grown = await _held(ScriptedBackend())
    cut, grown = await _held(ScriptedBackend(), replace(ASKED, max_tokens=25))
    assert cut.value == whole.value
    assert cut.usage.read > whole.usage.read
    assert len({step.attempt for step in grown}) == 1


async def test_a_model_that_begins_anew_is_read_from_there() -> None:
    few = {"items": ITEMS[:3]}
    backend = Chats((GOOD, json.dumps(few)))
    held, _grown = await _held(backend, replace(ASKED, max_tokens=len(json.dumps(few).split())))
    assert backend.requests[1].schema == ""
    assert held.value == few
    assert held.text.endswith(json.dumps(few))


async def test_what_runs_in_circles_is_ended_and_asked_for_again_with_another_seed() -> None:
    loop = json.dumps({"items": [ITEMS[0]] * 400})
    backend = ScriptedBackend((loop, GOOD))
    held, grown = await _held(backend, replace(ASKED, max_tokens=4000))
    assert held.value == {"items": ITEMS}
    assert [step.attempt for step in grown if step.attempt > 1]
    assert len(held.attempts[0]) < len(loop) / 10
    seeds = {request.sampling.seed for request in backend.requests}
    assert len(seeds) == 2
    assert held.usage.written > len(held.text.split())


async def test_after_three_attempts_the_best_is_shown_with_a_word() -> None:
    few = json.dumps({"items": ITEMS[:2]})
    backend = ScriptedBackend(("", few, "I'm sorry, but I can't help with that."))
    held, _grown = await _held(backend)
    assert (held.value, held.flaw) == ({"items": ITEMS[:2]}, "There are too few items.")
    assert held.text == few
    assert len(held.attempts) == len(backend.requests) == ATTEMPTS


async def test_of_attempts_that_are_as_bad_the_most_whole_one_is_shown() -> None:
    again = {"name": "Mara", "role": "A ghost."}
    told = [json.dumps({"items": items}) for items in ([ITEMS[0], again], [*ITEMS[:2], again])]
    held, _grown = await _held(ScriptedBackend((told[0], told[1], told[0])))
    assert held.value == {"items": [*ITEMS[:2], again]}
    assert (held.flaw, held.fault) == ("The model repeated itself.", Fault.CIRCLES)


async def test_the_wrong_language_and_the_callers_objection_are_asked_for_again() -> None:
    foreign = [
        {"name": n, "role": "父が消した灯りを守りつづける灯台守である。" + n} for n in "澪凪暁"
    ]
    script = (json.dumps({"items": foreign}, ensure_ascii=False), json.dumps({"items": ITEMS[:3]}))
    held, _grown = await _held(
        ScriptedBackend((*script, GOOD)),
        language="en",
        check=lambda value: "" if len(value["items"]) == 4 else "Tam is missing.",
    )
    assert held.value == {"items": ITEMS}
    assert len(held.attempts) == 3


async def test_at_temperature_zero_another_attempt_is_another() -> None:
    backend = ScriptedBackend(("", GOOD))
    await _held(backend, replace(ASKED, sampling=Sampling(temperature=0)))
    assert [request.sampling.temperature > 0 for request in backend.requests] == [False, True]


async def test_a_stop_leaves_what_there_is() -> None:
    stop = asyncio.Event()
    backend = ScriptedBackend((GOOD,))
    last: Held | None = None
    async for step in hold(backend, ASKED, CAST, stop, language="en"):
        if isinstance(step, Growing) and len(step.value.get("items", ())) == 2:
            stop.set()
        last = step if isinstance(step, Held) else None
    assert last is not None
    assert (last.reason, last.flaw) == (StopReason.STOPPED, "")
    assert len(last.value["items"]) == 2
    assert len(backend.requests) == 1


async def test_a_stop_before_the_first_word_is_an_end_too() -> None:
    stop = asyncio.Event()
    stop.set()
    steps = [step async for step in hold(ScriptedBackend((GOOD,)), ASKED, CAST, stop)]
    held = steps[-1]
    assert isinstance(held, Held)
    assert (held.value, held.reason) == ({}, StopReason.STOPPED)


async def test_a_model_that_fails_had_said_what_came() -> None:
    backend = ScriptedBackend((GOOD,), fail_after=12)
    grown: list[Growing] = []

    async def ask() -> None:
        async for step in hold(backend, ASKED, CAST, asyncio.Event()):
            if isinstance(step, Growing):
                grown.append(step)

    with pytest.raises(ModelError):
        await ask()
    assert GOOD.startswith(grown[-1].text)
    assert grown[-1].value["items"][0]["name"] == "Mara"


async def test_where_the_window_is_full_what_is_whole_is_kept() -> None:
    window = len(ASKED.prompt.split()) + 30
    held, _grown = await _held(ScriptedBackend((GOOD,), context_tokens=window))
    assert (held.value, held.flaw) == ({"items": ITEMS[:2]}, "There are too few items.")
    assert len(held.attempts) == ATTEMPTS


class _Thinks(ScriptedBackend):
    """Thinks aloud before each answer, and refuses where it is told to."""

    def __init__(self, script: Sequence[str], reason: StopReason | None = None) -> None:
        super().__init__(script)
        self._reason = reason

    async def stream(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Delta, None]:
        yield Thought('{"items": [{"name": "Nobody"')
        async with aclosing(super().stream(request, stop)) as deltas:
            async for delta in deltas:
                if self._reason is None or isinstance(delta, Loading):
                    yield delta
                elif isinstance(delta, Finish):
                    yield replace(delta, reason=self._reason)
                elif isinstance(delta, Text) and self._reason is StopReason.FILTERED:
                    yield delta


async def test_what_a_model_thinks_is_kept_and_is_no_answer() -> None:
    held, grown = await _held(_Thinks((GOOD,)))
    assert held.value == {"items": ITEMS}
    assert "Nobody" in held.thinking
    assert grown[0].value == {}


async def test_a_refusal_is_told_and_not_asked_again() -> None:
    held, _grown = await _held(_Thinks((GOOD,), StopReason.REFUSED))
    assert (held.value, held.flaw) == ({}, "The model refused to answer.")
    assert len(held.attempts) == 1


async def test_what_a_providers_filter_left_is_shown() -> None:
    held, _grown = await _held(_Thinks((GOOD,), StopReason.FILTERED))
    assert held.value == {"items": ITEMS}
    assert held.flaw == "The provider's filter cut the answer off."


@pytest.mark.parametrize("task", [t.name for t in TASKS.values() if t.kind or t.stage])
async def test_the_demo_answers_every_task(task: str) -> None:
    schema = schema_of(TASKS[task])
    for seed in range(3):
        request = replace(ASKED, max_tokens=4000, sampling=Sampling(seed=seed))
        held, _grown = await _held(ScriptedBackend(), request, schema, language="en")
        assert (held.flaw, len(held.attempts)) == ("", 1)
