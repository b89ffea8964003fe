"""A continuation from the caret to the file, with a real story file and the scripted backend."""

import pytest

from storyforge import settings
from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.generation import Loading, Reading, StopReason, TakeState, Text
from storyforge.domain.length import Length, LengthUnit
from storyforge.errors import Refused
from storyforge.store.story_file import StoryFile
from storyforge.studio import speeds
from storyforge.studio.continuing import (
    TakeBegan,
    TakeFinished,
    Wish,
)
from tests.studio.continuation import (
    RAIN,
    WRITTEN,
    all_of,
    continued,
    finished,
    shown,
    wish,
    write,
)


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


async def test_how_fast_a_model_was_is_remembered(story: StoryFile) -> None:
    backend = ScriptedBackend(["It rained. " * 20])
    await all_of(continued(story, write(story, "Wet. " * 20), backend, wish(tokens=99)))
    assert speeds.reading(backend.card) > 0
    assert speeds.seconds(backend.card, 0, 10) is not None


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
