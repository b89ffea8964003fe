"""A continuation from the caret to the file, with a real story file and the scripted backend."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing, suppress
from pathlib import Path
from typing import cast

import pytest

from storyforge import paths, settings
from storyforge.backends.base import Backend
from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.generation import (
    Delta,
    Length,
    LengthUnit,
    Loading,
    Reading,
    Request,
    Sampling,
    StopReason,
    Take,
    TakeState,
    Text,
)
from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.story import Page, Passage
from storyforge.errors import BadInput, ModelError, Refused, StoryFileError
from storyforge.store.story_file import StoryFile
from storyforge.studio import take_keeper
from storyforge.studio.continuing import (
    Event,
    Noted,
    TakeBegan,
    TakeFinished,
    Wish,
    continue_story,
)

RAIN = " It rained. The tide was late. Nobody had come."
# What of it a limit of seven tokens lets through.
WRITTEN = " It rained. The tide was late. Nobody"


@pytest.fixture
def story(tmp_path: Path) -> Iterator[StoryFile]:
    with StoryFile.create(tmp_path / "salt.forge", title="Salt", author="A. B.") as story:
        yield story


def scene_of(story: StoryFile, number: int = 0) -> str:
    return story.outline().scenes[number].id


def write(story: StoryFile, text: str, number: int = 0) -> Passage:
    """Save `text` as a scene; the caret stands where its `|` is, or at its end."""
    before, _, after = text.partition("|")
    whole = Provenance.whole(len(before + after), Origin.TYPED)
    scene = scene_of(story, number)
    story.scenes.save(Page(scene, before + after, whole, len(before)))
    return Passage(scene, before, after)


def wish(unit: LengthUnit = LengthUnit.TOKENS, tokens: int = 7, trim: bool = True) -> Wish:
    return Wish(Length(unit, tokens), Sampling(seed=3), trim)


def continued(
    story: StoryFile,
    passage: Passage,
    backend: Backend,
    told: Wish | None = None,
    stop: asyncio.Event | None = None,
) -> AsyncGenerator[Event, None]:
    events = continue_story(
        story, passage, "place", backend, told or wish(), stop or asyncio.Event()
    )
    return cast("AsyncGenerator[Event, None]", events)


async def all_of(events: AsyncIterator[Event]) -> list[Event]:
    return [event async for event in events]


def shown(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, Text))


def finished(events: list[Event]) -> Take:
    last = events[-1]
    assert isinstance(last, TakeFinished)
    return last.take


def notes(events: list[Event]) -> list[str]:
    return [event.message for event in events if isinstance(event, Noted)]


class Gated(ScriptedBackend):
    """Streams its script, but waits before token `at` until the gate is opened or it is stopped."""

    def __init__(self, *script: str, at: int) -> None:
        super().__init__(script)
        self.at = at
        self.gate = asyncio.Event()
        self.waiting = asyncio.Event()

    async def stream(self, request: Request, stop: asyncio.Event) -> AsyncIterator[Delta]:
        tokens = 0
        source = cast("AsyncGenerator[Delta, None]", super().stream(request, stop))
        async with aclosing(source) as deltas:
            async for delta in deltas:
                yield delta
                tokens += isinstance(delta, Text)
                if tokens == self.at:
                    self.waiting.set()
                    wait = [asyncio.ensure_future(e.wait()) for e in (self.gate, stop)]
                    await asyncio.wait(wait, return_when=asyncio.FIRST_COMPLETED)
                    for one in wait:
                        one.cancel()


async def test_a_continuation_is_streamed_trimmed_and_kept_whole(story: StoryFile) -> None:
    passage = write(story, "Wet.")
    backend = ScriptedBackend([RAIN])
    events = await all_of(continued(story, passage, backend))
    kinds = list(dict.fromkeys(type(event) for event in events))
    assert kinds == [Loading, TakeBegan, Reading, Text, TakeFinished]
    assert shown(events) == WRITTEN
    take = finished(events)
    assert take.standing == " It rained. The tide was late."
    assert take.text == WRITTEN
    assert (take.state, take.reason) == (TakeState.FINISHED, StopReason.LENGTH)
    assert take.usage.written == 7
    assert (take.model, take.usage.seed, take.sampling.seed) == (backend.card.name, 3, 3)
    assert take.request_hash == backend.requests[0].hash
    assert story.takes.of_place("place") == (take,)
    assert backend.requests[0].prompt.endswith("Wet.")


async def test_a_snapshot_of_the_scene_is_kept_first(story: StoryFile) -> None:
    passage = write(story, "Wet.|Dry.")
    await all_of(continued(story, passage, ScriptedBackend([RAIN])))
    (revision,) = story.revisions.list(passage.scene_id)
    assert revision.reason == "before continuation"
    assert story.revisions.page(revision.id).text == "Wet.Dry."


async def test_trimming_can_be_turned_off(story: StoryFile) -> None:
    events = await all_of(
        continued(story, write(story, "Wet."), ScriptedBackend([RAIN]), wish(trim=False))
    )
    assert finished(events).standing == WRITTEN


async def test_an_answer_that_ended_by_itself_is_not_trimmed(story: StoryFile) -> None:
    events = await all_of(
        continued(story, write(story, "Wet."), ScriptedBackend([RAIN]), wish(tokens=99))
    )
    take = finished(events)
    assert (take.standing, take.reason) == (RAIN, StopReason.END)


async def test_a_sentence_stops_the_model_and_stands_alone(story: StoryFile) -> None:
    backend = ScriptedBackend([RAIN])
    told = wish(LengthUnit.SENTENCE, tokens=200)
    events = await all_of(continued(story, write(story, "Wet."), backend, told))
    take = finished(events)
    assert shown(events) == take.standing == " It rained."
    assert take.text.startswith(" It rained. The")
    assert take.usage.written < 7
    assert (take.state, take.reason) == (TakeState.FINISHED, StopReason.LENGTH)


async def test_a_paragraph_stops_at_the_newline_that_ends_it(story: StoryFile) -> None:
    backend = ScriptedBackend(["\n\nIt rained. It poured.\n\nThe tide was late that year."])
    told = wish(LengthUnit.PARAGRAPH, tokens=200)
    events = await all_of(continued(story, write(story, "Wet."), backend, told))
    assert shown(events) == finished(events).standing == "\n\nIt rained. It poured."


async def test_in_the_middle_of_a_page_the_seams_are_fitted(story: StoryFile) -> None:
    backend = ScriptedBackend(["  It rained. The tide"])
    passage = write(story, "Wet. |She left.")
    events = await all_of(continued(story, passage, backend, wish(tokens=3)))
    take = finished(events)
    assert shown(events) == "It rained. The"
    assert take.standing == "It rained. "
    assert take.text.startswith(take.standing)
    assert "She left" not in backend.requests[0].prompt
    assert backend.requests[0].prompt.endswith("Wet.")


async def test_takes_of_one_place_are_counted(story: StoryFile) -> None:
    passage = write(story, "Wet.")
    backend = ScriptedBackend([" One.", " Two."])
    for _ in range(2):
        await all_of(continued(story, passage, backend))
    takes = story.takes.of_place("place")
    assert [(take.number, take.text) for take in takes] == [(1, " One."), (2, " Two.")]


async def test_nothing_the_model_writes_is_a_control_sequence(story: StoryFile) -> None:
    backend = ScriptedBackend([" red\x1b[31m \x00rain\r\nand \x9bmore."])
    events = await all_of(continued(story, write(story, "Wet."), backend, wish(tokens=99)))
    assert shown(events) == finished(events).text == " red[31m rain\nand more."


async def test_a_stop_keeps_what_came_untrimmed(story: StoryFile) -> None:
    backend, stop = Gated(RAIN, at=3), asyncio.Event()
    events = []
    async for event in continued(story, write(story, "Wet."), backend, stop=stop):
        events.append(event)
        if backend.waiting.is_set() or shown(events).endswith("The"):
            stop.set()
    take = finished(events)
    assert (take.state, take.reason) == (TakeState.STOPPED, StopReason.STOPPED)
    assert take.standing == take.text == shown(events) == " It rained. The"


async def test_a_stop_before_the_first_word_leaves_no_take(story: StoryFile) -> None:
    stop = asyncio.Event()
    events = []
    async for event in continued(story, write(story, "Wet."), ScriptedBackend([RAIN]), stop=stop):
        events.append(event)
        if isinstance(event, Reading):
            stop.set()
    assert not any(isinstance(event, TakeFinished) for event in events)
    assert story.takes.of_place("place") == ()


async def test_a_stop_while_loading_does_not_wait_for_the_model(story: StoryFile) -> None:
    class Slow(ScriptedBackend):
        closed = False

        async def load(self) -> AsyncIterator[Loading]:
            try:
                yield Loading(0.1)
                await asyncio.Event().wait()
            finally:
                self.closed = True

    backend, stop = Slow([RAIN]), asyncio.Event()
    events = []
    async with asyncio.timeout(20):
        async for event in continued(story, write(story, "Wet."), backend, stop=stop):
            events.append(event)
            asyncio.get_running_loop().call_soon(stop.set)
    assert events == [Loading(0.1)]
    assert backend.closed


async def test_a_model_that_fails_half_way_leaves_what_it_wrote(story: StoryFile) -> None:
    events: list[Event] = []
    passage = write(story, "Wet.|Dry.")

    async def consume() -> None:
        async for event in continued(story, passage, ScriptedBackend([RAIN], fail_after=3)):
            events.append(event)

    with pytest.raises(ModelError):
        await consume()
    take = finished(events)
    assert (take.state, take.reason) == (TakeState.FAILED, StopReason.FAILED)
    assert take.standing == " It rained. The "
    assert story.takes.of_place("place") == (take,)


async def test_a_model_that_fails_at_once_leaves_no_take(story: StoryFile) -> None:
    backend = ScriptedBackend([RAIN], fail_after=0)
    with pytest.raises(ModelError):
        await all_of(continued(story, write(story, "Wet."), backend))
    assert story.takes.of_place("place") == ()


async def test_a_cancelled_continuation_is_kept(story: StoryFile) -> None:
    backend, events = Gated(RAIN, at=2), []
    passage = write(story, "Wet.")

    async def consume() -> None:
        async for event in continued(story, passage, backend):
            events.append(event)

    task = asyncio.create_task(consume())
    await asyncio.wait_for(backend.waiting.wait(), 20)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    (take,) = story.takes.of_place("place")
    assert (take.state, take.reason) == (TakeState.STOPPED, StopReason.STOPPED)
    assert take.standing == take.text == shown(events) == " It rained."


async def test_closing_the_stream_keeps_what_was_shown(story: StoryFile) -> None:
    events = continued(story, write(story, "Wet."), ScriptedBackend([RAIN]))
    async for event in events:
        if isinstance(event, Text):
            break
    await events.aclose()
    (take,) = story.takes.of_place("place")
    assert (take.state, take.standing) == (TakeState.STOPPED, " It")


async def test_closing_before_the_first_word_leaves_no_take(story: StoryFile) -> None:
    events = continued(story, write(story, "Wet."), ScriptedBackend([RAIN]))
    async for event in events:
        if isinstance(event, TakeBegan):
            break
    await events.aclose()
    assert story.takes.of_place("place") == ()


async def test_a_cancellation_while_the_take_is_begun_leaves_none(
    story: StoryFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, begun = story.takes.begin, asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(*args: str, **more: object) -> Take:
        loop.call_soon_threadsafe(begun.set)
        return begin(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(story.takes, "begin", slow)
    task = asyncio.create_task(
        all_of(continued(story, write(story, "Wet."), ScriptedBackend([RAIN])))
    )
    await asyncio.wait_for(begun.wait(), 20)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert story.takes.of_place("place") == ()


async def test_a_fault_of_the_program_still_keeps_the_take(story: StoryFile) -> None:
    class Broken(ScriptedBackend):
        async def stream(self, request: Request, stop: asyncio.Event) -> AsyncIterator[Delta]:
            yield Text(" It")
            raise RuntimeError("a fault")

    with pytest.raises(RuntimeError, match="a fault"):
        await all_of(continued(story, write(story, "Wet."), Broken()))
    (take,) = story.takes.of_place("place")
    assert (take.state, take.standing) == (TakeState.FAILED, " It")


async def test_a_running_take_grows_in_the_file(
    story: StoryFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow, grown = story.takes.grow, asyncio.Event()
    loop = asyncio.get_running_loop()

    def growing(take_id: str, text: str) -> None:
        grow(take_id, text)
        if text == " It rained. The":
            loop.call_soon_threadsafe(grown.set)

    monkeypatch.setattr(take_keeper, "_GROW_EVERY", 0.001)
    monkeypatch.setattr(story.takes, "grow", growing)
    backend = Gated(RAIN, at=3)
    task = asyncio.create_task(all_of(continued(story, write(story, "Wet."), backend)))
    await asyncio.wait_for(grown.wait(), 20)
    (take,) = story.takes.of_place("place")
    assert (take.state, take.text) == (TakeState.RUNNING, " It rained. The")
    backend.gate.set()
    assert finished(await task).text == WRITTEN


async def test_a_disk_that_fails_ends_the_stream_and_is_said(
    story: StoryFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = asyncio.Event()
    loop = asyncio.get_running_loop()

    def full(*_args: object, **_more: object) -> None:
        loop.call_soon_threadsafe(failed.set)
        raise StoryFileError("The disk is full.")

    monkeypatch.setattr(take_keeper, "_GROW_EVERY", 0.001)
    monkeypatch.setattr(story.takes, "grow", full)
    monkeypatch.setattr(story.takes, "finish", full)
    backend = Gated(RAIN, at=2)
    task = asyncio.create_task(all_of(continued(story, write(story, "Wet."), backend)))
    await asyncio.wait_for(failed.wait(), 20)
    backend.gate.set()
    with pytest.raises(StoryFileError, match="full"):
        await task


async def test_an_empty_story_opens_from_its_title(story: StoryFile) -> None:
    backend = ScriptedBackend(["\n\nIt rained."])
    events = await all_of(continued(story, write(story, ""), backend))
    assert backend.requests[0].prompt.startswith("Salt\nby A. B.\n\n")
    assert backend.requests[0].prompt.endswith("\n\n")
    assert finished(events).standing == "It rained."


async def test_an_empty_story_without_a_title_asks_for_a_first_line(story: StoryFile) -> None:
    story.rename(title="")
    with pytest.raises(Refused) as caught:
        await all_of(continued(story, write(story, " \n"), ScriptedBackend()))
    assert "first line" in caught.value.hint
    assert story.takes.of_scene(scene_of(story)) == ()


async def test_an_empty_scene_continues_the_one_before(story: StoryFile) -> None:
    write(story, "Wet.")
    chapter = story.outline().chapters[0].id
    story.binder.add_scene(chapter, "second")
    story.binder.add_scene(story.binder.add_chapter("Dry"), "third")
    backend = ScriptedBackend([RAIN])
    await all_of(continued(story, write(story, "", 1), backend))
    assert backend.requests[0].prompt.endswith("Wet.\n\n* * *\n\n")
    await all_of(continued(story, write(story, "", 2), backend))
    assert backend.requests[1].prompt.endswith("Wet.\n\nDry\n\n")


async def test_earlier_scenes_are_sent_in_story_order(story: StoryFile) -> None:
    write(story, "First.")
    chapter = story.outline().chapters[0].id
    story.binder.add_scene(chapter, "second")
    story.binder.add_scene(chapter, "third")
    write(story, "Second.", 1)
    backend = ScriptedBackend([RAIN])
    await all_of(continued(story, write(story, "Third |fourth.", 2), backend))
    assert backend.requests[0].prompt.endswith("First.\n\n* * *\n\nSecond.\n\n* * *\n\nThird")


async def test_a_scene_that_is_gone_is_refused(story: StoryFile) -> None:
    with pytest.raises(Refused, match="no longer"):
        await all_of(continued(story, Passage("0" * 32, "Wet.", ""), ScriptedBackend([RAIN])))


async def test_what_is_left_out_is_said_in_words(story: StoryFile) -> None:
    write(story, "It rained again.\n" * 200)
    story.binder.add_scene(story.outline().chapters[0].id, "second")
    backend = ScriptedBackend([RAIN], context_tokens=256)
    events = await all_of(continued(story, write(story, "Wet. " * 10, 1), backend))
    (note,) = notes(events)
    prompt = backend.requests[0].prompt
    words = 600 + 10 - len(prompt.replace("* * *", "").split())
    assert note == f"The oldest {words:,} words are left out: the model's window is full."
    kinds = [type(event) for event in events]
    assert kinds.index(Noted) < kinds.index(TakeBegan)


async def test_what_is_left_out_of_a_japanese_story_is_said_in_characters(
    story: StoryFile,
) -> None:
    story.rename(language="ja")
    backend = ScriptedBackend([RAIN], context_tokens=256, name="left out in Japanese")
    events = await all_of(continued(story, write(story, "雨だった。\n" * 200), backend))
    kept = backend.requests[0].prompt.count("雨だった。") * 5
    assert notes(events)[-1] == (
        f"The oldest {1000 - kept:,} characters are left out: the model's window is full."
    )


async def test_a_last_paragraph_larger_than_the_window_still_continues(story: StoryFile) -> None:
    backend = ScriptedBackend([RAIN], context_tokens=256)
    events = await all_of(continued(story, write(story, "rain and " * 900 + "wind"), backend))
    assert len(notes(events)) == 1
    assert backend.requests[0].prompt.endswith("rain and wind")
    assert finished(events).text == WRITTEN


async def test_a_language_the_model_does_not_know_is_said_once(story: StoryFile) -> None:
    story.rename(language="ja")
    backend = ScriptedBackend([RAIN], name="English only")
    passage = write(story, "雨。")
    first = await all_of(continued(story, passage, backend))
    assert notes(first) == [
        "English only knows English only; for Japanese choose another model: "
        "storyforge models use PATH"
    ]
    assert notes(await all_of(continued(story, passage, backend))) == []


async def test_a_regional_english_is_no_foreign_language(story: StoryFile) -> None:
    story.rename(language="en-GB")
    assert notes(await all_of(continued(story, write(story, "Wet."), ScriptedBackend()))) == []


async def test_an_appended_sentence_counts_only_what_is_new(story: StoryFile) -> None:
    asked: list[str] = []

    class Counting(ScriptedBackend):
        async def count_tokens(self, texts: tuple[str, ...]) -> tuple[int, ...]:
            asked.extend(texts)
            return await super().count_tokens(texts)

    backend = Counting([RAIN])
    text = "\n\n".join(f"Paragraph {n} of the rain." for n in range(50))
    await all_of(continued(story, write(story, text), backend))
    assert len(asked) >= 50
    asked.clear()
    await all_of(continued(story, write(story, text + " And more."), backend))
    assert asked == ["\n\nParagraph 49 of the rain. And more."]


async def test_a_broken_prompt_is_said_and_nothing_is_begun(story: StoryFile) -> None:
    file = paths.config_dir() / "prompts/en/draft/continue.md.j2"
    file.parent.mkdir(parents=True)
    file.write_text("{{ nowhere }}")
    with pytest.raises(BadInput, match="line 1"):
        await all_of(continued(story, write(story, "Wet."), ScriptedBackend([RAIN])))
    assert story.takes.of_place("place") == ()


async def test_a_story_that_is_only_read_refuses(story: StoryFile) -> None:
    passage = write(story, "Wet.")
    with StoryFile.open(story.path) as other:
        assert other.read_only
        with pytest.raises(Refused):
            await all_of(continued(other, passage, ScriptedBackend([RAIN])))


@pytest.mark.parametrize(
    ("length", "unit", "tokens"),
    [
        ("sentence", LengthUnit.SENTENCE, 200),
        ("paragraph", LengthUnit.PARAGRAPH, 800),
        ("90", LengthUnit.TOKENS, 90),
    ],
)
def test_the_settings_make_the_wish(length: str, unit: LengthUnit, tokens: int) -> None:
    settings.update({"writing.length": length, "writing.temperature": 0.5, "writing.seed": 7})
    told = Wish.from_settings(settings.load())
    assert told.length == Length(unit, tokens)
    assert (told.sampling.temperature, told.sampling.seed) == (0.5, 7)
    assert told.trim_to_sentence


def test_what_is_asked_on_the_command_line_comes_before_the_settings() -> None:
    settings.update({"writing.length": "sentence", "writing.seed": 7})
    told = Wish.from_settings(settings.load(), max_tokens=5, seed=0, temperature=0.0)
    assert told.length == Length(LengthUnit.TOKENS, 5)
    assert (told.sampling.temperature, told.sampling.seed) == (0.0, 0)


async def test_a_scene_far_larger_than_the_window_is_read_from_its_end(story: StoryFile) -> None:
    chapter = story.outline().chapters[0].id
    write(story, "Long ago.")
    story.binder.add_scene(chapter, "second")
    backend = ScriptedBackend([RAIN], context_tokens=256)
    text = "It rained again that night.\n" * 4_000
    events = await all_of(continued(story, write(story, text, 1), backend))
    prompt = backend.requests[0].prompt
    assert prompt.startswith("It rained")
    left = 2 + 4_000 * 5 - len(prompt.split())
    assert notes(events) == [f"The oldest {left:,} words are left out: the model's window is full."]
    more = await all_of(continued(story, write(story, text + "And then.", 1), backend))
    assert backend.requests[1].prompt == prompt + "And then."
    assert finished(more).text == WRITTEN
