"""Summaries: what dates them, what is made of an answer, and that the author's own stay."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

import pytest

from benchmarks.stories import scene_text
from storyforge.backends.scripted import ScriptedBackend
from storyforge.backends.sharing import Shared
from storyforge.domain.degenerate import Flaw
from storyforge.domain.generation import Delta, Finish, Refusal, Request, StopReason, Usage
from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.story import Page
from storyforge.domain.summary import SummaryOf, SummaryState
from storyforge.errors import BadInput, Refused
from storyforge.store.story_file import StoryFile
from storyforge.studio.summaries.listing import Entry, entries, name_of, standing, to_make, write
from storyforge.studio.summaries.making import SLOT, NoSummary, Summariser

FIRST = "Mara finds a boat with nobody in it and locks the door behind her."
SECOND = "The inspector comes and finds that a page of the log is missing."
CHAPTER = "A boat drifts in without a crew, and the log that should tell of it has been cut."


def told(number: int, words: int = 300) -> str:
    return f"{scene_text(number, words=words)}\nNobody was behind the door."


def write_scene(story: StoryFile, text: str, number: int = 0) -> None:
    scene = story.outline().scenes[number].id
    story.scenes.save(Page(scene, text, Provenance.whole(len(text), Origin.TYPED)))


@pytest.fixture
def salt(story: StoryFile) -> StoryFile:
    """A chapter of two long scenes, an empty one, and a chapter of one short scene."""
    chapter = story.outline().chapters[0].id
    story.binder.rename_chapter(chapter, "The Keeper")
    story.binder.add_scene(chapter, "Tide")
    story.binder.add_scene(chapter, "")
    story.binder.add_scene(story.binder.add_chapter("The Boat"), "Fog")
    write_scene(story, told(1), 0)
    write_scene(story, told(2), 1)
    write_scene(story, "Fog.\nNo boat.", 3)
    return story


def states(story: StoryFile) -> list[str]:
    return [standing(one) for one in entries(story)]


def named(found: Sequence[Entry]) -> list[str]:
    return [name_of(one) for one in found]


def one_of(story: StoryFile, number: int, of: SummaryOf = SummaryOf.SCENE) -> Entry:
    return next(one for one in entries(story) if one.of is of and one.number == number)


async def made(story: StoryFile, one: Entry, *script: str, replace: bool = False) -> str:
    summariser = Summariser(story, Shared(ScriptedBackend(script), rest=0))
    summary = await summariser.make(one, asyncio.Event(), replace=replace)
    return "" if summary is None else summary.text


async def all_made(story: StoryFile) -> None:
    for one, answer in zip(to_make(entries(story)), (FIRST, SECOND, CHAPTER, "", ""), strict=True):
        await made(story, one, answer)


def test_what_is_missing_is_made_in_order_and_chapters_behind_their_scenes(
    salt: StoryFile,
) -> None:
    assert named(entries(salt)) == [
        "Chapter 1, The Keeper",
        "Scene 1",
        "Scene 2, Tide",
        "Scene 3",
        "Chapter 2, The Boat",
        "Scene 4, Fog",
    ]
    assert states(salt) == ["missing", "missing", "missing", "no text", "missing", "missing"]
    assert named(to_make(entries(salt))) == [
        "Scene 1",
        "Scene 2, Tide",
        "Chapter 1, The Keeper",
        "Scene 4, Fog",
        "Chapter 2, The Boat",
    ]


async def test_an_edit_dates_only_its_own(salt: StoryFile) -> None:
    await all_made(salt)
    assert states(salt) == ["there", "there", "there", "no text", "there", "there"]
    write_scene(salt, told(2, 420), 1)
    # The chapter's follows when the scene's has been made anew.
    assert states(salt) == ["out of date", "there", "out of date", "no text", "there", "there"]
    assert named(to_make(entries(salt))) == ["Scene 2, Tide", "Chapter 1, The Keeper"]
    await made(salt, one_of(salt, 2), SECOND)
    assert states(salt)[:3] == ["there", "there", "there"]  # it says the same: nothing to roll up
    write(salt, one_of(salt, 1), "Mara is alone.")
    assert states(salt)[:3] == ["out of date", "yours", "there"]


async def test_what_is_hidden_from_the_model_dates_nothing(salt: StoryFile) -> None:
    await all_made(salt)
    write_scene(salt, told(1) + "\n@_ mind the tide\n", 0)
    assert states(salt)[:3] == ["there", "there", "there"]


async def test_the_authors_own_is_never_replaced_unasked(salt: StoryFile) -> None:
    write(salt, one_of(salt, 1), " My own words, and long enough. ")
    assert one_of(salt, 1).text == "My own words, and long enough."
    write_scene(salt, told(1, 420), 0)
    assert standing(one_of(salt, 1)) == "yours, out of date"
    assert "Scene 1" not in named(to_make(entries(salt)))
    with pytest.raises(Refused, match="your own"):
        await made(salt, one_of(salt, 1), FIRST)
    assert await made(salt, one_of(salt, 1), FIRST, replace=True) == FIRST
    assert standing(one_of(salt, 1)) == "there"
    write(salt, one_of(salt, 1), "")
    assert one_of(salt, 1).state is SummaryState.MISSING


async def test_what_the_author_writes_while_the_model_works_stays(salt: StoryFile) -> None:
    class Writing(ScriptedBackend):
        async def stream(self, request: Request, stop: asyncio.Event):  # type: ignore[no-untyped-def]
            write(salt, one_of(salt, 1), "Mine.")
            async for delta in super().stream(request, stop):
                yield delta

    summariser = Summariser(salt, Shared(Writing([FIRST]), rest=0))
    with pytest.raises(Refused):
        await summariser.make(one_of(salt, 1), asyncio.Event())
    assert one_of(salt, 1).text == "Mine."


async def test_a_summary_of_a_text_that_was_changed_meanwhile_is_dated_at_once(
    salt: StoryFile,
) -> None:
    class Writing(ScriptedBackend):
        async def stream(self, request: Request, stop: asyncio.Event):  # type: ignore[no-untyped-def]
            write_scene(salt, told(1, 420), 0)
            async for delta in super().stream(request, stop):
                yield delta

    summariser = Summariser(salt, Shared(Writing([FIRST]), rest=0))
    assert await summariser.make(one_of(salt, 1), asyncio.Event()) is not None
    assert standing(one_of(salt, 1)) == "out of date"


async def test_no_word_of_the_models_own_gets_in(salt: StoryFile) -> None:
    answer = (
        "Certainly! Here is a summary of the scene:\n\n**Summary:** "
        f"{FIRST}\n\nLet me know if you would like any changes!"
    )
    assert await made(salt, one_of(salt, 1), answer) == FIRST
    assert await made(salt, one_of(salt, 2), f"{SECOND}\n\n=== The next scene ===\n") == SECOND


async def test_an_answer_cut_off_ends_at_a_sentence(salt: StoryFile) -> None:
    told = " ".join(f"Keeper{n} meets sailor{n} at tower{n} by {n}." for n in range(60))
    text = await made(salt, one_of(salt, 1), told)
    assert text.endswith(".")
    assert len(text) < len(told)


@pytest.mark.parametrize(
    ("answer", "flaw"),
    [
        ("…", Flaw.EMPTY),
        ("She goes down. " * 30, Flaw.LOOP),
        (scene_text(2, words=60), Flaw.COPY),
        ("I'm sorry, but I can't help with that.", Flaw.REFUSAL),
    ],
)
async def test_what_is_no_summary_is_asked_for_once_more_and_then_named(
    salt: StoryFile, answer: str, flaw: Flaw
) -> None:
    assert await made(salt, one_of(salt, 2), answer, SECOND) == SECOND
    salt.summaries.remove(SummaryOf.SCENE, one_of(salt, 2).id)
    backend = ScriptedBackend([answer])
    summariser = Summariser(salt, Shared(backend, rest=0))
    with pytest.raises(NoSummary, match="Scene 2, Tide") as failed:
        await summariser.make(one_of(salt, 2), asyncio.Event())
    assert failed.value.flaw is flaw
    assert one_of(salt, 2).state is SummaryState.MISSING
    assert len({request.sampling.seed for request in backend.requests}) == 2


class Refusing(ScriptedBackend):
    """Says in the place of an answer that there will be none."""

    def __init__(self, reason: StopReason) -> None:
        super().__init__()
        self._reason = reason

    async def stream(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Delta, None]:
        self.requests.append(request)
        yield Refusal("No.")
        yield Finish(self._reason, Usage())


@pytest.mark.parametrize("reason", [StopReason.REFUSED, StopReason.FILTERED])
async def test_a_refusal_is_not_asked_for_again_and_never_kept(
    salt: StoryFile, reason: StopReason
) -> None:
    backend = Refusing(reason)
    with pytest.raises(NoSummary, match="the model refused"):
        await Summariser(salt, Shared(backend, rest=0)).make(one_of(salt, 2), asyncio.Event())
    assert len(backend.requests) == 1
    assert one_of(salt, 2).state is SummaryState.MISSING


async def test_a_long_scene_is_summed_up_in_parts_and_those_are_rolled_up(
    salt: StoryFile,
) -> None:
    write_scene(salt, told(1, 1_500), 0)
    parts = [
        f"In part {n} Mara meets keeper {n} and hears of storm {n * 7} at sea." for n in range(9)
    ]
    backend = ScriptedBackend([*parts, FIRST], context_tokens=800)
    summariser = Summariser(salt, Shared(backend, rest=0))
    assert await summariser.make(one_of(salt, 1), asyncio.Event()) is not None
    prompts = [request.prompt for request in backend.requests]
    assert len(prompts) > 3
    assert "part 2 of" in prompts[1]
    assert parts[0] in prompts[-1]
    assert parts[1] in prompts[-1]
    counts = await backend.count_tokens(tuple(prompts))
    assert max(counts) < 800
    assert {request.slot for request in backend.requests} == {SLOT}


async def test_a_short_scene_tells_itself_and_a_chapter_of_one_takes_its_words(
    salt: StoryFile,
) -> None:
    assert await made(salt, one_of(salt, 4)) == "Fog. No boat."
    assert await made(salt, one_of(salt, 2, SummaryOf.CHAPTER)) == "Fog. No boat."
    assert await made(salt, one_of(salt, 3)) == ""


async def test_a_window_too_small_is_said(salt: StoryFile) -> None:
    backend = ScriptedBackend([FIRST], context_tokens=80)
    with pytest.raises(BadInput, match="leaves no room"):
        await Summariser(salt, Shared(backend, rest=0)).make(one_of(salt, 1), asyncio.Event())


async def test_a_japanese_story_is_summed_up_by_japanese_prompts(story: StoryFile) -> None:
    story.rename(title="灯台", language="ja")
    write_scene(story, "十一年のあいだ、マラはスケリー岬の灯を守ってきた。" * 12)
    backend = ScriptedBackend(
        ["承知しました。以下がこの場面の要約です。\n\n「マラは灯台を一人で守っている。」"]
    )
    summariser = Summariser(story, Shared(backend, rest=0))
    summary = await summariser.make(one_of(story, 1), asyncio.Event())
    assert summary is not None
    assert summary.text == "マラは灯台を一人で守っている。"
    assert "あらすじ" in backend.requests[0].prompt


async def test_a_deleted_scene_takes_no_summary(salt: StoryFile) -> None:
    one = one_of(salt, 2)
    salt.binder.delete_scene(one.id)
    assert await made(salt, one, SECOND) == ""
    with pytest.raises(BadInput, match="no longer in the story"):
        write(salt, one, "Mine.")
