from pathlib import Path

import pytest

from storyforge.domain.origin import Origin, Place, Provenance, Span
from storyforge.domain.story import Page
from storyforge.errors import BadInput
from storyforge.store.story_file import StoryFile
from tests.store.helpers import only_scene, query, typed


def test_a_snapshot_gives_the_whole_page_back(story: StoryFile, path: Path) -> None:
    page = Page(
        only_scene(story),
        "Fog. A boat.",
        Provenance((Span(5, Origin.TYPED), Span(7, Origin.MODEL, "t")), (Place("p", 5, 12),)),
        5,
    )
    kept = story.revisions.keep(page, name="the\x1b boat", reason="named")
    story.close()
    with StoryFile.open(path) as again:
        assert again.revisions.page(kept.id) == page
        assert again.revisions.list(page.scene_id) == (kept,)
    assert (kept.name, kept.reason, kept.counts.words) == ("the boat", "named", 3)


def test_the_newest_come_first(story: StoryFile) -> None:
    scene = only_scene(story)
    for text in ("one", "two", "three"):
        story.revisions.keep(typed(scene, text), reason="before continuation")
    found = story.revisions.list(scene)
    assert [story.revisions.page(r.id).text for r in found] == ["three", "two", "one"]


def test_an_unchanged_text_is_kept_once_unless_it_is_named(story: StoryFile) -> None:
    page = typed(only_scene(story), "one")
    first = story.revisions.keep(page, reason="before continuation")
    assert story.revisions.keep(page, reason="before continuation") == first
    named = story.revisions.keep(page, name="mine", reason="named")
    assert named.id != first.id
    assert story.revisions.keep(page, reason="before restore") == named
    other = story.binder.add_scene(story.outline().chapters[0].id, "other")
    assert story.revisions.keep(typed(other, "one"), reason="named").scene_id == other


def test_unknown_snapshots_and_scenes_are_named(story: StoryFile) -> None:
    with pytest.raises(BadInput, match="snapshot is not in the story"):
        story.revisions.page("nobody")
    with pytest.raises(BadInput, match="scene is not in the story"):
        story.revisions.keep(typed("nobody", "x"), reason="named")
    assert story.revisions.list("nobody") == ()


@pytest.mark.parametrize("odd", ["", "{}", "[1, [2]]", '[["x", 1, 2]]', "[" * 9999])
def test_an_odd_record_still_gives_its_text(story: StoryFile, path: Path, odd: str) -> None:
    kept = story.revisions.keep(typed(only_scene(story), "Fog."), reason="named")
    query(path, "UPDATE revision SET spans = ?, places = ?, text = ?", odd, odd, "Fog\x1b.")
    page = story.revisions.page(kept.id)
    assert page.text == "Fog."
    assert page.provenance.length == 4
