"""What a page was right after a take, and which takes stand on a page now."""

import asyncio

import pytest

from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.generation import Take
from storyforge.domain.origin import Origin, Place, Provenance, Span
from storyforge.domain.sampling import Sampling
from storyforge.domain.story import Page, Passage
from storyforge.errors import Refused
from storyforge.store.story_file import StoryFile
from storyforge.studio.continuing import continue_story
from storyforge.studio.takes.past import page_after, standing_takes
from tests.studio.continuation import all_of, finished, scene_of, wish


async def continued_at(story: StoryFile, before: str, text: str, place_id: str) -> Take:
    """Continue the first scene at its end and let the take stand there."""
    scene = scene_of(story)
    at = len(before)
    page = story.scenes.load(scene)
    kept = page.provenance if page.text == before else Provenance.whole(at, Origin.TYPED)
    kept = kept.with_place(Place(place_id, at, at))
    story.scenes.save(Page(scene, before, kept, at))
    stream = continue_story(
        story, Passage(scene, before, ""), place_id, ScriptedBackend([text]), wish(tokens=99),
        asyncio.Event(),
    )  # fmt: skip
    take = finished(await all_of(stream))
    spans = (Span(len(take.standing), Origin.MODEL, take.id),)
    stands = kept.replaced(at, at, spans, into=place_id)
    story.scenes.save(Page(scene, before + take.standing, stands, at + len(take.standing)))
    return take


async def test_a_page_comes_back_as_it_was_with_who_wrote_it(story: StoryFile) -> None:
    first = await continued_at(story, "Wet.", " It rained.", "one")
    second = await continued_at(story, "Wet. It rained.", " It poured.", "two")
    scene = scene_of(story)
    story.scenes.save(Page(scene, "Gone.", Provenance.whole(5, Origin.TYPED)))
    page = page_after(story, second)
    assert page.text == "Wet. It rained. It poured."
    assert page.caret == len(page.text)
    assert [span.take for span in page.provenance.spans] == [None, first.id, second.id]
    earlier = page_after(story, first)
    assert (earlier.text, earlier.scene_id) == ("Wet. It rained.", scene)
    heads = story.takes.heads(scene)
    assert standing_takes(page, heads) == {first.id, second.id}
    assert standing_takes(earlier, heads) == {first.id}


async def test_the_place_comes_back_where_the_same_text_was_continued_twice(
    story: StoryFile,
) -> None:
    await continued_at(story, "Wet.", " It rained.", "one")
    other = await continued_at(story, "Wet.", " It poured.", "two")
    assert page_after(story, other).text == "Wet. It poured."


def test_a_take_from_before_snapshots_says_so(story: StoryFile) -> None:
    take = story.takes.begin(scene_of(story), "p", model="m", request_hash="h", sampling=Sampling())
    with pytest.raises(Refused, match="was not kept"):
        page_after(story, take)


def test_takes_are_listed_by_their_heads(story: StoryFile) -> None:
    scene = scene_of(story)
    with story.together():
        for n in range(300):
            story.takes.keep_edited(scene, f"p{n}", f"Take {n}. " + "word " * 100)
    heads = story.takes.heads(scene)
    assert len(heads) == story.takes.numbers()[scene] == 300
    assert all(len(head.opening) <= 160 for head in heads)
    story.takes.bookmark(heads[7].id, "here")
    assert [head.bookmark for head in story.takes.bookmarked()] == ["here"]
