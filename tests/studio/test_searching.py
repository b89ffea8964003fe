"""Searching a whole story, replacing in it as one step, and taking that back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storyforge.domain.origin import Origin, Place, Provenance, Span
from storyforge.domain.replacing import Replacement
from storyforge.domain.searching import Hit, Query
from storyforge.domain.story import Page
from storyforge.errors import BadInput, Refused
from storyforge.store.story_file import StoryFile
from storyforge.studio import searching
from storyforge.studio.searching import Searched

TEXTS = ("Mara lit the lamp.", "Nothing here.", "The lamp of Mara. Mara!")


@pytest.fixture
def story(tmp_path: Path) -> Iterator[StoryFile]:
    with StoryFile.create(tmp_path / "light.forge", title="Light") as made:
        first = made.outline().chapters[0]
        scenes = [first.scenes[0].id, made.binder.add_scene(first.id, "Oil")]
        scenes.append(made.binder.add_scene(made.binder.add_chapter("The Boat"), "Fog"))
        for scene, text in zip(scenes, TEXTS, strict=True):
            made.scenes.save(Page(scene, text, Provenance.whole(len(text), Origin.TYPED)))
        yield made


def texts(story: StoryFile) -> list[str]:
    return [story.scenes.text(scene.id) for scene in story.outline().scenes]


def chosen(looked_at: list[Searched]) -> tuple[dict[str, tuple], dict[str, str]]:  # type: ignore[type-arg]
    found = [one for one in looked_at if one.edits]
    return {one.scene_id: one.edits for one in found}, {one.scene_id: one.text for one in found}


def replaced(story: StoryFile, by: str = "Nora") -> str:
    replacement = Replacement(Query("Mara"), by)
    looked_at = list(searching.preview(story, replacement))
    return searching.replace(story, searching.label(replacement), *chosen(looked_at)).id


def test_every_scene_is_searched_in_story_order(story: StoryFile) -> None:
    found = list(searching.find(story, Query("mara")))
    assert [one.text for one in found] == list(TEXTS)
    assert [one.hits for one in found] == [(Hit(0, 4),), (), (Hit(12, 16), Hit(18, 22))]
    last = story.outline().scenes[2].id
    assert [one.scene_id for one in searching.find(story, Query("mara"), [last])] == [last]


def test_a_search_ends_where_nobody_can_look_any_more(
    story: StoryFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storyforge.studio.searching.MOST", 2)
    found = list(searching.find(story, Query("mara")))
    assert [len(one.hits) for one in found] == [1, 0, 1]
    with pytest.raises(BadInput, match="more than"):
        list(searching.preview(story, Replacement(Query("mara"), "x")))


def test_what_cannot_be_searched_for_is_said_before_anything_is_read(story: StoryFile) -> None:
    with pytest.raises(BadInput, match="no regular expression"):
        next(searching.find(story, Query("(", regex=True)))
    with pytest.raises(BadInput, match="no regular expression"):
        next(searching.preview(story, Replacement(Query("(", regex=True), "")))


def test_a_replacement_in_all_scenes_is_one_step_and_is_taken_back_as_one(story: StoryFile) -> None:
    batch = replaced(story)
    assert texts(story) == ["Nora lit the lamp.", "Nothing here.", "The lamp of Nora. Nora!"]
    latest = story.batches.latest()
    assert latest is not None
    assert (latest.id, latest.label) == (batch, "replace “Mara” by “Nora”")
    assert len(latest.scene_ids) == 2
    undone = searching.undo(story, latest)
    assert len(undone.restored) == 2
    assert texts(story) == list(TEXTS)
    assert story.batches.latest() is None


def test_a_scene_written_in_since_is_left_and_kept_when_it_is_given_back(story: StoryFile) -> None:
    replaced(story)
    first = story.outline().scenes[0].id
    page = story.scenes.load(first)
    written = Page(first, page.text + " More.", page.provenance.typed(18, 18, 6))
    story.scenes.save(written)
    batch = story.batches.latest()
    assert batch is not None
    assert searching.undo(story, batch).changed == (first,)
    assert texts(story)[0] == "Nora lit the lamp. More."
    assert texts(story)[2] == TEXTS[2]
    assert searching.undo(story, batch, changed_too=True).restored == (first,)
    assert texts(story) == list(TEXTS)
    kept = story.revisions.list(first)[0]
    assert kept.reason == "before undo"
    assert story.revisions.page(kept.id).text == "Nora lit the lamp. More."


def test_takes_and_places_move_with_the_words_and_come_back_with_them(story: StoryFile) -> None:
    last = story.outline().scenes[2].id
    spans = (Span(11, Origin.TYPED), Span(len(TEXTS[2]) - 11, Origin.MODEL, "take"))
    before = Page(last, TEXTS[2], Provenance(spans, (Place("p", 12, 22),)), 23)
    story.scenes.save(before)
    replaced(story, "Eleonora")
    page = story.scenes.load(last)
    place = page.provenance.places[0]
    assert page.text[place.start : place.end] == "Eleonora. Eleonora"
    assert {span.origin for span in page.provenance.spans} == {
        Origin.TYPED, Origin.MODEL, Origin.EDITED,
    }  # fmt: skip
    batch = story.batches.latest()
    assert batch is not None
    searching.undo(story, batch)
    assert story.scenes.load(last) == before


def test_a_scene_that_changed_since_the_preview_stops_all_of_it(story: StoryFile) -> None:
    replacement = Replacement(Query("Mara"), "Nora")
    looked_at = list(searching.preview(story, replacement))
    last = story.outline().scenes[2].id
    story.scenes.save(Page(last, "Mara", Provenance.whole(4, Origin.TYPED)))
    with pytest.raises(Refused, match="changed since"):
        searching.replace(story, "x", *chosen(looked_at))
    assert texts(story) == [TEXTS[0], TEXTS[1], "Mara"]
    assert story.batches.latest() is None
