"""What a model with a price costs: told before, held within the day's limit, written down."""

import asyncio
import os
import subprocess
import sys
from contextlib import aclosing
from datetime import date
from typing import Any, cast

import pytest

from storyforge import paths, settings
from storyforge.backends.scripted import ScriptedBackend
from storyforge.backends.sharing import Shared
from storyforge.domain.generation import Request, Text, Usage
from storyforge.domain.model import Price
from storyforge.domain.money import money
from storyforge.domain.sampling import Sampling
from storyforge.errors import ModelError, Refused
from storyforge.setting_tables import SpendingSettings
from storyforge.store.story_file import StoryFile
from storyforge.studio import ledger, permission
from storyforge.studio.continuing import TakeFinished, continue_story
from storyforge.studio.metering import Metered, metered
from storyforge.studio.spending import Estimate, LimitReached, NeedsYes, ask_first, spent_on
from storyforge.studio.summaries.queue import SummaryQueue
from tests.studio.continuation import all_of, wish, write
from tests.studio.remote_like import PRICE, Elsewhere

REQUEST = Request("Wet. It", max_tokens=10, sampling=Sampling(seed=1))
# Two words of the prompt, ten tokens at the most.
EXPECTED = PRICE.of(Usage(read=2, written=10))


@pytest.fixture
def far(story: StoryFile) -> Elsewhere:
    """A model with a price that the author has allowed."""
    far = Elsewhere(" It rained. The tide was late.", price=PRICE)
    found = permission.objection(story, far.card)
    assert found is not None
    permission.allow(found)
    return far


async def _streamed(backend: Any, request: Request = REQUEST) -> list[Any]:
    return [delta async for delta in backend.stream(request, asyncio.Event())]


# The ledger.


def test_what_a_request_may_cost_counts_until_it_is_known_what_it_did() -> None:
    assert ledger.spent() == {}
    first = ledger.begin(1.0, "USD", "m", "far")
    ledger.begin(2.0, "EUR", "m", "far")
    assert ledger.spent() == {"USD": 1.0, "EUR": 2.0}
    first.settle(0.25)
    assert ledger.spent() == {"USD": 0.25, "EUR": 2.0}


def test_a_day_has_its_own_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "today", lambda: date(2026, 11, 27))
    late = ledger.begin(1.0, "USD", "m", "far")
    monkeypatch.setattr(ledger, "today", lambda: date(2026, 11, 28))
    assert ledger.spent() == {}
    late.settle(0.5)
    assert ledger.spent(date(2026, 11, 27)) == {"USD": 0.5}


def test_lines_that_are_cut_off_or_strange_take_no_other_with_them() -> None:
    ledger.begin(1.0, "USD", "m", "far")
    (file,) = (paths.data_dir() / "spending").iterdir()
    with file.open("ab") as opened:
        opened.write(b'\n{"id": "x", "cost"')
    ledger.begin(2.0, "USD", "m", "far")
    with file.open("ab") as opened:
        opened.write(b'\n[1]\n{"id": "y", "cost": 1e999, "currency": "USD"}\n\xff\n{"cost": "1"}')
        opened.write(b'\n{"id": "z", "currency": "USD", "cost": -3}')
    assert ledger.spent() == {"USD": 3.0}


def test_two_programs_at_once_lose_no_line() -> None:
    code = (
        "from storyforge.studio import ledger\n"
        "for _ in range(200): ledger.begin(0.5, 'USD', 'm' * 200, 'far').settle(0.25)"
    )
    programs = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(2)]
    assert [program.wait() for program in programs] == [0, 0]
    assert ledger.spent() == {"USD": 100.0}


def test_a_program_that_is_killed_leaves_what_its_request_may_have_cost() -> None:
    code = (
        "import os, signal\n"
        "from storyforge.studio import ledger\n"
        "ledger.begin(0.5, 'USD', 'm', 'far')\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode < 0
    assert ledger.spent() == {"USD": 0.5}


# The meter.


def test_a_model_without_a_price_is_left_alone() -> None:
    backend = ScriptedBackend()
    assert metered(backend, SpendingSettings(daily_limit=0.0)) is backend


async def test_what_a_request_cost_is_written_down(far: Elsewhere) -> None:
    deltas = await _streamed(metered(far, SpendingSettings()))
    cost = deltas[-1].usage.cost
    assert 0 < cost < EXPECTED
    assert ledger.spent() == {"USD": pytest.approx(cost)}


async def test_the_days_limit_is_held_before_anything_is_sent(far: Elsewhere) -> None:
    limit = EXPECTED * 1.5
    meter = metered(far, SpendingSettings(daily_limit=limit))
    await _streamed(meter)
    spent = ledger.spent()["USD"]
    far.sent.clear()
    with pytest.raises(LimitReached, match="The day's limit of") as caught:
        await _streamed(meter)
    assert money(spent, "USD") in caught.value.message
    assert REQUEST.prompt not in far.sent[1:]
    assert far.requests == [REQUEST]
    assert ledger.spent() == {"USD": pytest.approx(spent)}
    ledger.begin(5.0, "EUR", "m", "far")  # another currency has a limit of its own
    with pytest.raises(LimitReached):
        await _streamed(meter)


async def test_of_a_request_that_failed_before_its_first_word_nothing_is_charged() -> None:
    meter = Metered(ScriptedBackend(fail_after=0), PRICE, None)
    with pytest.raises(ModelError):
        await _streamed(meter)
    assert ledger.spent().get("USD", 0.0) == 0.0


async def test_of_a_request_whose_end_nobody_heard_what_was_expected_is_charged(
    far: Elsewhere,
) -> None:
    with pytest.raises(ModelError):
        await _streamed(Metered(ScriptedBackend(fail_after=2), PRICE, None))
    assert ledger.spent() == {"USD": pytest.approx(EXPECTED)}
    source = cast("Any", Metered(far, PRICE, None).stream(REQUEST, asyncio.Event()))
    async with aclosing(source) as deltas:
        async for delta in deltas:
            if isinstance(delta, Text):
                break
    assert ledger.spent() == {"USD": pytest.approx(2 * EXPECTED)}


async def test_a_ledger_that_cannot_be_written_stops_only_where_there_is_a_limit(
    far: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = paths.data_dir().parent / "a file"
    blocked.write_text("")
    monkeypatch.setenv("STORYFORGE_DATA_DIR", os.fspath(blocked))
    assert (await _streamed(Metered(far, PRICE, None)))[-1].usage.cost > 0
    with pytest.raises(Refused, match="cannot be written down"):
        await _streamed(Metered(far, PRICE, 100.0))


async def test_all_else_passes_through_the_meter(far: Elsewhere) -> None:
    meter = Metered(far, PRICE, 0.0)
    assert meter.card == far.card
    assert [step.fraction async for step in meter.load()] == [1.0]
    assert await meter.count_tokens(("a b",)) == (2,)
    assert [step.total async for step in meter.prepare(REQUEST, asyncio.Event())] == [2]
    assert (await meter.cached(REQUEST)).total == 2
    assert len(await meter.alternatives(REQUEST, 3, asyncio.Event())) > 0
    await meter.leave("scene")
    await meter.close()
    assert ledger.spent() == {}


# What an author is asked first.


async def test_several_takes_are_asked_about_and_one_is_not(
    story: StoryFile, far: Elsewhere
) -> None:
    passage = write(story, "Wet.")

    def taken(takes: int, agreed: bool = False) -> Any:
        stop = asyncio.Event()
        return all_of(
            continue_story(story, passage, "place", far, wish(), stop, takes=takes, agreed=agreed)
        )

    (one,) = (event for event in await taken(1) if isinstance(event, TakeFinished))
    far.requests.clear()
    with pytest.raises(NeedsYes) as caught:
        await taken(3)
    assert caught.value.estimate.cost == pytest.approx(
        3 * PRICE.of(Usage(read=one.take.usage.read, written=7)), rel=0.2
    )
    assert caught.value.estimate.told.startswith("about ")
    assert far.requests == []
    assert len(story.takes.of_place("place")) == 1
    assert len([e for e in await taken(3, agreed=True) if isinstance(e, TakeFinished)]) == 3
    settings.update({"spending.ask_from": 50.0})
    assert len([e for e in await taken(2) if isinstance(e, TakeFinished)]) == 2


async def test_what_the_days_limit_has_no_room_for_is_not_asked_about() -> None:
    found = Estimate(2.0, "USD")
    settings.update({"spending.daily_limit": 3.0})
    with pytest.raises(NeedsYes):
        await ask_first(found)
    ledger.begin(1.5, "USD", "m", "far")
    with pytest.raises(LimitReached, match=r"3\.00 USD would be passed: 1\.50 USD are spent"):
        await ask_first(found)
    settings.update({"spending.ask_from": 50.0})
    with pytest.raises(LimitReached):
        await ask_first(found)  # rather than to stop in the middle of it
    await ask_first(Estimate(1.0, "USD"))


async def test_of_what_is_made_in_turn_the_days_limit_may_leave_a_part() -> None:
    settings.update({"spending.daily_limit": 3.0, "spending.ask_from": 50.0})
    ledger.begin(1.5, "USD", "m", "far")
    with pytest.raises(NeedsYes) as caught:
        await ask_first(Estimate(2.0, "USD"), parts=2)
    assert caught.value.message == (
        "This costs about 2.00 USD. The day's limit leaves 1.50 USD: it stops there, and what was "
        "made stays. Nothing was sent."
    )
    assert caught.value.estimate.agreed == "1.50 USD at the most"
    assert Estimate(2.0, "USD").brief == "about 2.00 USD"
    assert Estimate(2.0, "USD", tries=3).brief == "2.00 USD to 6.00 USD"
    with pytest.raises(LimitReached):
        await ask_first(Estimate(4.0, "USD"), parts=2)  # not even the first would be made


async def test_what_takes_cost_is_summed_up_for_the_story(story: StoryFile, far: Elsewhere) -> None:
    assert story.takes.costs() == {}
    events = await all_of(
        continue_story(
            story,
            write(story, "Wet."),
            "place",
            far,
            wish(),
            asyncio.Event(),
            takes=3,
            agreed=True,
        )
    )
    takes = [event.take for event in events if isinstance(event, TakeFinished)]
    assert all(take.usage.currency == "USD" for take in takes)
    assert story.takes.costs() == {"USD": pytest.approx(sum(t.usage.cost for t in takes))}


async def test_summaries_count_for_the_story_too(story: StoryFile, far: Elsewhere) -> None:
    write(story, "The light of Skerry Point went out in the night of the storm. " * 12)
    assert spent_on(story) == {}
    far = Elsewhere("The keeper sees that the light of the point is out.", price=PRICE)
    await _queued(
        SummaryQueue(story, Shared(metered(far, SpendingSettings()), rest=0), agreed=True)
    )
    spent = spent_on(story)
    assert spent == {"USD": pytest.approx(ledger.spent()["USD"])}
    story.remember("spent_beside", '{"USD": 0.5, "EUR": "x", "CHF": NaN}')
    assert spent_on(story) == {"USD": 0.5}
    story.remember("spent_beside", "[")
    assert spent_on(story) == {}


async def test_a_queue_is_asked_about_and_stops_at_the_limit(
    story: StoryFile, far: Elsewhere
) -> None:
    scene = "The light of Skerry Point went out in the night of the storm. " * 12
    write(story, scene)
    story.binder.add_scene(story.outline().chapters[0].id, "Two")
    write(story, scene.replace("light", "lamp"), 1)
    with pytest.raises(NeedsYes) as caught:
        await _queued(SummaryQueue(story, Shared(far, rest=0)))
    expected = caught.value.estimate
    assert expected.cost > 1
    assert "up to" in expected.told, "a second attempt is paid for, too"
    assert far.requests == []
    settings.update({"spending.daily_limit": expected.cost * 0.8})
    with pytest.raises(NeedsYes, match="The day's limit leaves"):
        await _queued(SummaryQueue(story, Shared(far, rest=0)))
    meter = Metered(Elsewhere("The point is dark.", price=PRICE), PRICE, expected.cost)
    queue = SummaryQueue(story, Shared(meter, rest=0), agreed=True)
    with pytest.raises(LimitReached):
        await _queued(queue, spent_meanwhile=expected.cost * 0.8)
    assert (queue.progress.done, queue.progress.failed) == (1, ())


async def _queued(queue: SummaryQueue, spent_meanwhile: float = 0.0) -> None:
    """Run a queue; once its first summary is made another program spends so much."""
    async for progress in queue.run():
        if progress.done == 1 and spent_meanwhile:
            ledger.begin(spent_meanwhile, "USD", "m", "far")


@pytest.mark.parametrize(
    ("amount", "told"),
    [
        (0.0, "0.00 USD"),
        (1234.5, "1,234.50 USD"),
        (0.42, "0.42 USD"),
        (0.099, "0.0990 USD"),
        (0.0042, "0.0042 USD"),
        (0.0000042, "0.000004 USD"),
    ],
)
def test_an_amount_has_as_many_places_as_say_something(amount: float, told: str) -> None:
    assert money(amount, "USD") == told


def test_what_was_cached_and_what_is_kept_of_a_prompt_have_prices_of_their_own() -> None:
    price = Price(reading=2.0, writing=10.0, cached=0.5)
    assert price.of(Usage(reused=1_000_000, read=1_000_000, written=0)) == 2.5
    dearer = Price(reading=2.0, writing=10.0, keeping=0.5)
    assert dearer.of(Usage(read=1_000_000, kept=500_000)) == 2.25
    assert dearer.most(read=1_000_000, written=0) == 2.5
    assert Estimate(0.5, "EUR").told == "about 0.50 EUR"
