"""How a beat gets into its scene in the file."""

from pathlib import Path

from storyforge.domain.generation import StopReason, Take, TakeState, Usage
from storyforge.domain.origin import Origin, Span
from storyforge.domain.sampling import Sampling
from storyforge.store.story_file import StoryFile
from storyforge.studio.drafting.page import Spot, StorePage
from storyforge.studio.takes.walking import place_to_retry, walkable
from tests.studio.continuation import write


def taken(story: StoryFile, spot: Spot, text: str) -> Take:
    begun = story.takes.begin(
        spot.passage.scene_id, spot.place_id, model="m", request_hash="h", sampling=Sampling()
    )
    return story.takes.finish(
        begun.id,
        text=text,
        kept=len(text),
        state=TakeState.FINISHED,
        reason=StopReason.LENGTH,
        usage=Usage(),
    )


async def test_a_beat_stands_behind_what_is_there_as_the_models(story: StoryFile) -> None:
    scene = write(story, "It rained.").scene_id
    page = StorePage(story)
    spot = await page.spot(scene)
    assert (spot.passage.before, spot.passage.after) == ("It rained.", "")
    take = taken(story, spot, "\n\nShe went.")
    await page.put(spot, take)
    kept = story.scenes.load(scene)
    assert kept.text == "It rained.\n\nShe went."
    assert kept.provenance.spans[-1] == Span(11, Origin.MODEL, take.id)
    assert (await page.spot(scene)).parent_id == take.id
    # As any take: the author can walk to others from there.
    place = place_to_retry(story, kept.provenance, len(kept.text))
    assert place is not None
    assert walkable(story.takes.of_place(place.id)) == (take,)


async def test_the_place_of_a_beat_that_never_came_is_used_again(story: StoryFile) -> None:
    scene = write(story, "It rained.").scene_id
    page = StorePage(story)
    first = await page.spot(scene)
    assert (await page.spot(scene)).place_id == first.place_id
    await page.put(first, taken(story, first, "\n\nShe went."))
    assert (await page.spot(scene)).place_id != first.place_id


async def test_a_spot_survives_the_story_being_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "again.forge"
    with StoryFile.create(path, title="Salt") as story:
        scene = write(story, "It rained.").scene_id
        spot = await StorePage(story).spot(scene)
    with StoryFile.open(path) as story:
        assert (await StorePage(story).spot(scene)).place_id == spot.place_id


async def test_where_the_anchor_is_gone_it_stands_at_the_end(story: StoryFile) -> None:
    scene = write(story, "It rained.").scene_id
    page = StorePage(story)
    spot = await page.spot(scene)
    write(story, "Written anew.")
    await page.put(spot, taken(story, spot, "\n\nShe went."))
    assert story.scenes.text(scene) == "Written anew.\n\nShe went."
