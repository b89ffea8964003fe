"""What the model is asked, seen through whole continuations, and what the author hears of it."""

import pytest

from storyforge import paths
from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.story import Passage
from storyforge.errors import BadInput, Refused
from storyforge.store.story_file import StoryFile
from storyforge.studio.continuing import (
    Noted,
    TakeBegan,
)
from tests.studio.continuation import (
    RAIN,
    WRITTEN,
    all_of,
    continued,
    finished,
    notes,
    scene_of,
    write,
)


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
    story.rename(language="de")
    backend = ScriptedBackend([RAIN], name="Two only")
    passage = write(story, "Regen.")
    first = await all_of(continued(story, passage, backend))
    assert notes(first) == [
        "Two only knows English, Japanese only; for German choose another model: "
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
