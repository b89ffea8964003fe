"""What a request is told beside the story, from the file: lore, hidden text, summaries, edits."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.generation import Request
from storyforge.domain.length import Length
from storyforge.domain.lore import ContextRules, LoreEntry
from storyforge.domain.sampling import Sampling
from storyforge.domain.sections import PromptEdit, Section, SectionKind, SectionState
from storyforge.domain.story import Passage
from storyforge.domain.summary import Summary, SummaryOf, chapter_source, scene_source
from storyforge.store.story_file import StoryFile
from storyforge.studio.lore.memory import LORE_MEMORY, LoreMemory, sent
from storyforge.studio.prompt.asking import ask
from tests.studio.continuation import RAIN, all_of, continued, notes, scene_of, write

BACKEND = ScriptedBackend([RAIN], context_tokens=1024)


async def asked(
    story: StoryFile, passage: Passage, **more: object
) -> tuple[Request, tuple[str, ...]]:
    return await ask(story, passage, BACKEND, Length(), Sampling(seed=1), **more)  # type: ignore[arg-type]


def section(request: Request, name: str) -> Section:
    return next(one for one in request.sections if one.name == name)


def lore(story: StoryFile, *entries: LoreEntry) -> None:
    story.context.set_lore(entries)


LOG = LoreEntry("a" * 32, "The log", ("log",), "The log is bound in sealskin.")
BOAT = LoreEntry("b" * 32, "The boat", ("boat",), "The boat has no name.")


async def test_a_change_of_lore_or_memory_works_at_the_next_request(story: StoryFile) -> None:
    passage = write(story, "She read the log.")
    assert (await asked(story, passage))[0].prompt.endswith("She read the log.")
    story.context.set_text("memory", "Skerry Point.")
    lore(story, LOG)
    prompt = (await asked(story, passage))[0].prompt
    assert prompt.startswith("Skerry Point.\nThe log is bound in sealskin.\n***\n\n")
    story.context.put_entry(LoreEntry(LOG.id, "The log", ("log",), "The log is lost."))
    story.context.set_text("memory", "")
    assert (await asked(story, passage))[0].prompt.startswith("The log is lost.\n***\n\n")


async def test_what_a_scene_was_told_stays_where_it_stood_also_after_reopening(
    tmp_path: Path,
) -> None:
    path = tmp_path / "kept.forge"
    with StoryFile.create(path, title="Salt") as story:
        lore(story, LOG, BOAT)
        passage = write(story, "She read the log.\n\nIt rained.\n\nIt was late.\n\nShe left.")
        top = (await asked(story, passage))[0].prompt
        assert top.startswith("The log is bound in sealskin.\n***\n\n")
        sent(story, passage.scene_id)
        passage = write(story, f"{passage.before}\n\nA boat came.")
        first = (await asked(story, passage))[0].prompt
        assert first.endswith("She left.\n\n[The boat has no name.]\n\nA boat came.")
        assert first.startswith(top[:40])
        sent(story, passage.scene_id)
        passage = write(story, f"{passage.before}\n\nOne.\n\nTwo.\n\nThree.")
        later = (await asked(story, passage))[0].prompt
        assert later == f"{first}\n\nOne.\n\nTwo.\n\nThree."
    with StoryFile.open(path) as story:
        assert (await asked(story, passage))[0].prompt == later


async def test_what_stands_on_top_stands_there_in_one_order(story: StoryFile) -> None:
    lore(story, LOG, BOAT)
    passage = write(story, "She read the log in the boat.")
    await all_of(continued(story, passage, BACKEND))
    first = BACKEND.requests[-1].prompt
    passage = write(story, passage.before + " It rained." * 120 + " The boat")
    request, _told = await asked(story, passage)
    assert section(request, "The log").why == "key “log” (earlier in this scene)"
    assert section(request, "The boat").why == "key “boat”"
    assert request.prompt[:80] == first[:80]


async def test_looking_changes_nothing_and_shows_what_will_be_sent(story: StoryFile) -> None:
    lore(story, LOG, LoreEntry("c" * 32, "Ghost", ("rain",), "A ghost.", chance=50))
    passage = write(story, "She read the log in the rain.")
    looked = [(await asked(story, passage))[0] for _time in range(3)]
    assert len({one.prompt for one in looked}) == 1
    assert story.recall(LORE_MEMORY) == ""
    await all_of(continued(story, passage, BACKEND))
    assert BACKEND.requests[-1].prompt == looked[0].prompt
    assert story.recall(LORE_MEMORY) != ""


async def test_lore_that_was_only_looked_at_goes_with_its_words(story: StoryFile) -> None:
    lore(story, LOG, BOAT)
    await asked(story, write(story, "It rained.\n\nShe read the log."))
    await asked(story, write(story, "It rained.\n\nShe read the log.\n\nThe boat"))
    request, _notes = await asked(story, write(story, "It rained."))
    assert request.prompt.endswith("It rained.")
    assert "sealskin" not in request.prompt + "no name"


async def test_hidden_text_reaches_no_model(story: StoryFile) -> None:
    chapter = story.outline().chapters[0].id
    write(story, "@_ secret\n\nFirst. @/* secret\n\nsecret @*/\n\nSecond.")
    story.binder.add_scene(chapter, "second")
    passage = write(story, "Third. @/* secret |\n\nsecret @*/ Fourth.", 1)
    request, told = await asked(story, passage)
    assert "secret" not in request.prompt
    assert request.prompt.endswith("First.\n\nSecond.\n\n* * *\n\nThird.")
    assert told == (
        "The caret stands in a hidden part: what the model writes there is hidden, too.",
    )
    request, _told = await asked(story, passage, infill=True)
    assert request.suffix == " Fourth."


async def test_a_break_hides_all_above_in_earlier_scenes_too(story: StoryFile) -> None:
    chapter = story.outline().chapters[0].id
    write(story, "Secret.\n\n@break\n\nSecond.")
    story.binder.add_scene(chapter, "second")
    request, _told = await asked(story, write(story, "Third.", 1))
    assert request.prompt == "Second.\n\n* * *\n\nThird."
    request, _told = await asked(story, write(story, "Third.\n\n@break\n\nFourth.", 1))
    assert request.prompt == "Fourth."


async def test_a_block_never_closed_is_told_once(story: StoryFile) -> None:
    passage = write(story, "First. @/* never\n\nSecond.")
    first = notes(await all_of(continued(story, passage, BACKEND)))
    assert first == [
        "A “@/*” in this scene is never closed: it hides the rest of its paragraph only."
    ]
    assert BACKEND.requests[-1].prompt.endswith("First.\n\nSecond.")
    assert notes(await all_of(continued(story, passage, BACKEND))) == []


async def test_a_wish_is_for_this_time_and_calls_lore(story: StoryFile) -> None:
    lore(story, BOAT)
    passage = write(story, "It rained.\n\nShe")
    request, _told = await asked(story, passage, wish="a boat comes")
    assert request.prompt.endswith("[What happens next: a boat comes]\n\nShe")
    assert "no name" in request.prompt
    assert request.slot == passage.scene_id


async def test_an_entry_is_not_told_before_its_scene_in_story_order(story: StoryFile) -> None:
    chapter = story.outline().chapters[0].id
    first = scene_of(story)
    second = story.binder.add_scene(chapter, "The scar")
    lore(story, LoreEntry("d" * 32, "Scar", ("she",), "She has a scar.", from_scene=second))
    request, _told = await asked(story, write(story, "Then she came."))
    assert "scar" not in request.prompt
    assert section(request, "Scar").why == "not yet true: from scene “The scar” on"
    assert "She has a scar." in (await asked(story, write(story, "She", 1)))[0].prompt
    story.binder.move_scene(second, chapter, 0)
    assert "She has a scar." in (await asked(story, Passage(first, "And she", "")))[0].prompt
    story.binder.delete_scene(second)
    request, _told = await asked(story, Passage(first, "And she", ""))
    assert "no longer in the story" in section(request, "Scar").why


async def test_summaries_stand_for_what_is_above_the_window(story: StoryFile) -> None:
    chapter = story.outline().chapters[0].id
    long = "It rained again that night.\n\n" * 150
    write(story, long)
    second = story.binder.add_scene(chapter, "second")
    write(story, long, 1)
    story.binder.add_scene(story.binder.add_chapter("Two"), "third")
    now = datetime.now(UTC)
    for key, text, source in (
        (scene_of(story), "It rained.", scene_source(long)),
        (second, "It rained more.", "another text"),
    ):
        story.summaries.put(Summary(SummaryOf.SCENE, key, text, source, now))
    passage = write(story, long, 2)
    request, _told = await asked(story, passage)
    assert request.prompt.startswith("Earlier in the story:\nIt rained.\nIt rained more.\n***\n\n")
    assert section(request, "Summary: Scene 1").why == "its text is not in the prompt"
    assert "changed since" in section(request, "Summary: second").why
    rolled = Summary(
        SummaryOf.CHAPTER, chapter, "Rain.", chapter_source(["It rained.", "It rained more."]), now
    )
    story.summaries.put(rolled)
    request, _told = await asked(story, passage)
    assert request.prompt.startswith("Earlier in the story:\nRain.\n***\n\n")
    write(story, "Secret.\n\n@break\n\n" + long, 1)
    request, _told = await asked(story, passage)
    assert "Rain.\n" not in request.prompt, "a break hides what summaries tell of above it"


async def test_a_kept_prompt_goes_along_with_the_story(story: StoryFile) -> None:
    passage = write(story, "It rained.")
    base = (await asked(story, passage))[0].prompt
    story.prompt_edits.keep(passage.scene_id, PromptEdit(base, f"Write well.\n\n{base}"))
    passage = write(story, "It rained. And then")
    request, told = await asked(story, passage)
    assert request.prompt == "Write well.\n\nChapter 1\n\nIt rained. And then"
    assert [one.kind for one in request.sections] == [SectionKind.EDITED]
    assert told == ()
    plain, _told = await asked(story, passage, edited=False)
    assert plain.prompt == "Chapter 1\n\nIt rained. And then"


async def test_a_kept_prompt_holds_the_lore_of_its_scene_in_place(story: StoryFile) -> None:
    lore(story, LOG)
    passage = write(story, "She read the log.")
    base = (await asked(story, passage))[0].prompt
    story.prompt_edits.keep(passage.scene_id, PromptEdit(base, f"Write well.\n{base}"))
    await all_of(continued(story, passage, BACKEND))
    passage = write(story, "She read it." + " And then it rained." * 80)
    request, _told = await asked(story, passage)
    assert request.prompt.startswith("Write well.\nThe log is bound in sealskin.\n***\n\n")


async def test_an_opening_can_be_changed_too(story: StoryFile) -> None:
    passage = write(story, "")
    base = (await asked(story, passage))[0].prompt
    edit = PromptEdit(base, base.replace("A. B.", "Nobody"))
    story.prompt_edits.keep(passage.scene_id, edit)
    assert (await asked(story, passage))[0].prompt == "Salt\nby Nobody\n\nChapter 1\n\n"


async def test_a_kept_change_that_fits_no_more_is_let_go_and_told(story: StoryFile) -> None:
    passage = write(story, "It rained. She left. He stayed.")
    base = (await asked(story, passage))[0].prompt
    edit = PromptEdit(base, base.replace("She left", "She ran"))
    story.prompt_edits.keep(passage.scene_id, edit)
    request, told = await asked(story, write(story, "It snowed all day long there."))
    assert request.prompt.endswith("It snowed all day long there.")
    assert told[0].startswith("A part of the prompt that you keep for this scene does not fit")


async def test_a_kept_prompt_that_is_longer_fits_too(story: StoryFile) -> None:
    passage = write(story, "It rained again that night.\n\n" * 300 + "And then")
    base = (await asked(story, passage))[0].prompt
    story.prompt_edits.keep(passage.scene_id, PromptEdit(base, base + " she said" * 60))
    request, _told = await asked(story, passage)
    (tokens,) = await BACKEND.count_tokens((request.prompt,))
    assert tokens + request.max_tokens <= 1024
    assert request.prompt.endswith("And then" + " she said" * 60)


async def test_what_had_no_room_is_told_once(story: StoryFile) -> None:
    story.context.set_text("memory", "Skerry Point is far. " * 400)
    lore(story, LoreEntry("e" * 32, "Sea", (), "The sea is wide. " * 400, always=True))
    passage = write(story, "It rained.")
    assert notes(await all_of(continued(story, passage, BACKEND))) == [
        "The memory is too long for its share: its end is left out.",
        "1 entry of lore that was called had no room, or not for all of it.",
    ]
    assert notes(await all_of(continued(story, passage, BACKEND))) == []


async def test_keys_that_cannot_be_used_are_told(story: StoryFile) -> None:
    lore(story, LoreEntry("f" * 32, "Bad", ("/(/",), "Bad."))
    _request, told = await asked(story, write(story, "It rained."))
    assert told == ("The key “/(/” of the entry “Bad” is no regular expression.",)


async def test_rules_of_nothing_and_a_tiny_window_still_continue(story: StoryFile) -> None:
    story.context.set_rules(ContextRules(0, 0, 0, 0.0, 0.0, 0.0))
    story.context.set_text("memory", "Skerry.")
    story.context.set_text("author_note", "slow")
    lore(story, LOG)
    passage = write(story, "She read the log. " * 400)
    backend = ScriptedBackend([RAIN], context_tokens=256)
    request, told = await ask(story, passage, backend, Length(), Sampling())
    assert request.prompt.endswith("She read the log.")
    assert section(request, "Memory").state is SectionState.LEFT_OUT
    assert "Memory: there is no room for it, and the model is not told of it." in told


@pytest.mark.parametrize(
    "told",
    [
        "",
        "nonsense",
        "[]",
        '{"count": "x", "last": [], "kept": {"a": 1}}',
        '{"kept": {"a": {"b": [1]}}}',
    ],
)
def test_a_memory_that_cannot_be_read_is_as_if_it_had_never_been(told: str) -> None:
    read = LoreMemory.read(told)
    assert (read.count, read.last, read.of_scene("a").kept) == (0, {}, {})


async def test_asking_from_several_places_at_once_is_safe(story: StoryFile) -> None:
    lore(story, LOG, BOAT)
    passage = write(story, "She read the log.")
    requests = await asyncio.gather(*(asked(story, passage) for _n in range(6)))
    assert len({request.prompt for request, _told in requests}) == 1
