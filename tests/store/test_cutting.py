"""Splitting and joining: no character, span, take, anchor or comment is lost on the way."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storyforge.domain.cards import Card, Status
from storyforge.domain.generation import StopReason, TakeState, Usage
from storyforge.domain.origin import Origin, Place, PlaceKind, Provenance, Span
from storyforge.domain.sampling import Sampling
from storyforge.domain.story import Page
from storyforge.errors import BadInput
from storyforge.store.story_file import StoryFile
from tests.store.helpers import only_scene, typed


def a_take(story: StoryFile, scene_id: str, place_id: str, text: str) -> str:
    sampling = Sampling()
    take = story.takes.begin(scene_id, place_id, model="m", request_hash="", sampling=sampling)
    story.takes.finish(
        take.id,
        text=text,
        kept=len(text),
        state=TakeState.FINISHED,
        reason=StopReason.END,
        usage=Usage(),
    )
    return take.id


def written(story: StoryFile) -> Page:
    """A page with two takes and two comments: the first of each before the second paragraph."""
    scene = only_scene(story)
    first, second = a_take(story, scene, "p1", "Fog."), a_take(story, scene, "p2", "A boat.")
    spans = (
        *(Span(4, Origin.MODEL, first), Span(8, Origin.TYPED)),
        *(Span(7, Origin.MODEL, second), Span(3, Origin.TYPED)),
    )
    places = (
        *(Place("c1", 5, 8, PlaceKind.COMMENT), Place("c2", 20, 22, PlaceKind.COMMENT)),
        *(Place("p1", 0, 4), Place("p2", 12, 19)),
    )
    page = Page(scene, "Fog. Night.\nA boat. It", Provenance(spans, places), 14)
    assert len(page.text) == page.provenance.length == 22
    story.scenes.save(page)
    story.comments.add(scene, "c1", "one")
    story.comments.add(scene, "c2", "two")
    return page


def test_what_belongs_to_a_text_goes_along_with_it(story: StoryFile) -> None:
    page = written(story)
    story.cards.put(page.scene_id, label="Mara", status="draft", goal=900, notes="mine")
    new = story.binder.split_scene(page.scene_id, 12, "The boat")
    heads = story.outline().scenes
    assert [(head.id, head.title) for head in heads] == [(page.scene_id, ""), (new, "The boat")]
    first, second = story.scenes.load(page.scene_id), story.scenes.load(new)
    assert (first.text, second.text) == ("Fog. Night.\n", "A boat. It")
    assert {p.id: (p.start, p.end) for p in first.provenance.places} == {"p1": (0, 4), "c1": (5, 8)}
    assert {p.id: (p.start, p.end) for p in second.provenance.places} == {
        "p2": (0, 7),
        "c2": (8, 10),
    }
    assert (first.caret, second.caret) == (12, 2)
    for scene, take, comment in ((page.scene_id, "Fog.", "one"), (new, "A boat.", "two")):
        assert [t.text for t in story.takes.of_scene(scene)] == [take]
        assert [c.text for c in story.comments.of_scene(scene)] == [comment]
    assert story.cards.get(new) == Card("Mara", Status.DRAFT)
    (kept,) = story.revisions.list(page.scene_id)
    assert kept.reason == "before split"
    assert story.revisions.page(kept.id).text == page.text
    assert heads[0].counts.words == 2


def test_a_take_that_is_cut_in_two_can_be_walked_in_both(story: StoryFile) -> None:
    page = written(story)
    new = story.binder.split_scene(page.scene_id, 14)
    first, second = story.scenes.load(page.scene_id), story.scenes.load(new)
    assert first.provenance.place("p2") == Place("p2", 12, 14)
    assert second.provenance.place("p2") == Place("p2", 0, 5)
    assert [take.text for take in story.takes.of_place("p2")] == ["A boat."]
    story.binder.join_scenes(page.scene_id, new, between="")
    assert story.scenes.load(page.scene_id).provenance.place("p2") == Place("p2", 12, 19)


def test_a_joined_scene_lies_in_the_trash_whole(story: StoryFile) -> None:
    page = written(story)
    new = story.binder.add_scene(story.outline().chapters[0].id, "Later")
    take = a_take(story, new, "p9", "Dawn.")
    late = Place("c9", 0, 3, PlaceKind.COMMENT)
    dawn = Page(
        new, "Dawn.", Provenance((Span(5, Origin.MODEL, take),), (late, Place("p9", 0, 5))), 1
    )
    story.scenes.save(dawn)
    story.comments.add(new, "c9", "so soon?")
    story.cards.put(page.scene_id, notes="mine")
    story.cards.put(new, notes="yours")

    story.binder.join_scenes(page.scene_id, new)
    joined = story.scenes.load(page.scene_id)
    assert joined.text == page.text + "\nDawn."
    assert joined.provenance.spans == (
        *page.provenance.spans[:3],
        Span(4, Origin.TYPED),
        Span(5, Origin.MODEL, take),
    )
    assert joined.provenance.place("p9") == Place("p9", 23, 28)
    assert joined.caret == 23
    assert take in {one.id for one in story.takes.of_scene(page.scene_id)}
    copied = story.comments.of_scene(page.scene_id)[-1]
    assert (copied.text, copied.id != "c9") == ("so soon?", True)
    place = joined.provenance.place(copied.id)
    assert place is not None
    assert joined.text[place.start : place.end] == "Daw"
    assert story.cards.get(page.scene_id).notes == "mine\n\nyours"
    assert [scene.id for scene in story.outline().scenes] == [page.scene_id]

    story.binder.restore_scene(new)
    assert story.scenes.load(new) == dawn
    assert [comment.id for comment in story.comments.of_scene(new)] == ["c9"]
    assert story.cards.get(new).notes == "yours"
    assert [one.id for one in story.takes.of_place("p9")] == [take]


def test_a_join_taken_back_is_the_same_scene_with_what_was_added_since(story: StoryFile) -> None:
    page = written(story)
    new = story.binder.add_scene(story.outline().chapters[0].id, "Later")
    take = a_take(story, new, "p9", "Dawn.")
    places = (Place("c9", 0, 3, PlaceKind.COMMENT), Place("p9", 0, 5))
    story.scenes.save(Page(new, "Dawn.", Provenance((Span(5, Origin.MODEL, take),), places), 1))
    story.comments.add(new, "c9", "so soon?")
    story.cards.put(new, label="Tom")
    before = story.comments.of_scene(page.scene_id)

    story.binder.join_scenes(page.scene_id, new, "\n")
    story.comments.change(story.comments.of_scene(page.scene_id)[-1].id, "so late?")
    story.binder.part_scenes(page.scene_id, new, len(page.text))
    assert story.scenes.load(page.scene_id).text == page.text
    back = story.scenes.load(new)
    assert back.text == "\nDawn."
    assert back.provenance.place("p9") == Place("p9", 1, 6)
    assert [one.id for one in story.takes.of_scene(new)] == [take]
    (comment,) = story.comments.of_scene(new)
    assert comment.text == "so late?"
    place = back.provenance.place(comment.id)
    assert place is not None
    assert back.text[place.start : place.end] == "Daw"
    assert story.comments.of_scene(page.scene_id) == before
    assert story.cards.get(new).label == "Tom"
    assert "before join" in {one.reason for one in story.revisions.list(new)}
    assert story.binder.trash() == ()
    with pytest.raises(BadInput):
        story.binder.part_scenes(page.scene_id, new, 0)


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [("One.", "Two.", "One.\nTwo."), ("One.\n", "Two.", "One.\nTwo."), ("", "Two.", "Two.")],
)
def test_joined_texts_are_parted_by_a_paragraphs_end(
    story: StoryFile, first: str, second: str, whole: str
) -> None:
    scene = only_scene(story)
    other = story.binder.add_scene(story.outline().chapters[0].id, "")
    story.scenes.save(typed(scene, first))
    story.scenes.save(typed(other, second))
    story.cards.put(other, notes="hers")
    story.binder.join_scenes(scene, other)
    assert story.scenes.load(scene).text == whole
    assert story.cards.get(scene) == Card(notes="hers")


def test_what_cannot_be_split_or_joined_is_refused_and_nothing_changed(story: StoryFile) -> None:
    page = written(story)
    gone = story.binder.add_scene(story.outline().chapters[0].id, "gone")
    story.binder.delete_scene(gone)
    before = story.outline()
    with pytest.raises(BadInput, match="joined with itself"):
        story.binder.join_scenes(page.scene_id, page.scene_id)
    for unknown in (gone, "nobody"):
        with pytest.raises(BadInput, match="scene is not in the story"):
            story.binder.split_scene(unknown, 0)
        with pytest.raises(BadInput, match="scene is not in the story"):
            story.binder.join_scenes(page.scene_id, unknown)
    assert story.outline() == before
    assert story.scenes.load(page.scene_id) == page
    assert story.revisions.list(page.scene_id) == ()


def test_a_split_inside_a_larger_change_is_undone_with_it(story: StoryFile) -> None:
    page = written(story)

    def fails() -> None:
        with story.together():
            story.binder.split_scene(page.scene_id, 12)
            story.scenes.save(typed(page.scene_id, "other"))
            story.binder.split_scene("nobody", 0)

    with pytest.raises(BadInput):
        fails()
    assert [scene.id for scene in story.outline().scenes] == [page.scene_id]
    assert story.scenes.load(page.scene_id) == page
    story.scenes.save(page)
    assert story.scenes.load(page.scene_id) == page


_PIECES = st.lists(
    st.tuples(st.text("ab \n船", min_size=1, max_size=9), st.sampled_from(["typed", "take"])),
    max_size=6,
)


@settings(max_examples=40, deadline=None)
@given(_PIECES, st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=4), st.data())
def test_whatever_is_split_and_joined_again_is_what_it_was(
    tmp_path_factory: pytest.TempPathFactory,
    pieces: list[tuple[str, str]],
    comments: list[tuple[int, int]],
    data: st.DataObject,
) -> None:
    path: Path = tmp_path_factory.mktemp("cut") / "light.forge"
    with StoryFile.create(path, title="Light") as story:
        scene = only_scene(story)
        page, takes = Page(scene, "", Provenance()), {}
        for index, (text, kind) in enumerate(pieces):
            end = len(page.text)
            take = a_take(story, scene, f"p{index}", text) if kind == "take" else None
            span = Span(len(text), Origin.MODEL if take else Origin.TYPED, take)
            provenance = page.provenance
            if take:
                provenance = provenance.with_place(Place(f"p{index}", end, end))
                takes[f"p{index}"] = take
            provenance = provenance.replaced(end, end, (span,), f"p{index}" if take else None)
            page = Page(scene, page.text + text, provenance)
        for index, (one, other) in enumerate(comments):
            start, end = sorted((min(one, len(page.text)), min(other, len(page.text))))
            place = Place(f"c{index}", start, end, PlaceKind.COMMENT)
            page = Page(scene, page.text, page.provenance.with_place(place))
            story.comments.add(scene, f"c{index}", f"about {index}")
        story.scenes.save(page)

        at = data.draw(st.integers(0, len(page.text)))
        new = story.binder.split_scene(scene, at)
        first, second = story.scenes.load(scene), story.scenes.load(new)
        assert first.text + second.text == page.text
        both = {p.id for p in (*first.provenance.places, *second.provenance.places)}
        assert both == {p.id for p in page.provenance.places}
        assert {t.id for s in (scene, new) for t in story.takes.of_scene(s)} == set(takes.values())
        for one_page in (first, second):
            anchored = {p.id for p in one_page.provenance.places if p.id.startswith("c")}
            assert {c.id for c in story.comments.of_scene(one_page.scene_id)} == anchored

        story.binder.join_scenes(scene, new, between="")
        joined = story.scenes.load(scene)
        assert joined.text == page.text
        assert joined.provenance.spans == page.provenance.spans
        stood = {p.id: p for p in page.provenance.places if p.kind is PlaceKind.TAKE}
        assert {p.id: p for p in joined.provenance.places if p.kind is PlaceKind.TAKE} == stood
        assert {t.id for t in story.takes.of_scene(scene)} == set(takes.values())
        told = sorted(c.text for c in story.comments.of_scene(scene))
        assert told == sorted(f"about {index}" for index in range(len(comments)))
