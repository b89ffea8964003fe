from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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


def test_a_snapshot_keeps_only_what_is_new(story: StoryFile, path: Path) -> None:
    scene = only_scene(story)
    whole = "Fog lay on the water. " * 400
    texts = [whole, whole + "A boat.", whole[:99] + "船が来た。" + whole[99:], whole[:-50], "Gone."]
    kept = [story.revisions.keep(typed(scene, text), reason="before restore") for text in texts]
    assert [story.revisions.page(one.id).text for one in kept] == texts
    rows = query(path, "SELECT base, text FROM revision ORDER BY number")
    assert rows == [(None, whole), (1, "A boat."), (1, "船が来た。"), (1, ""), (None, "Gone.")]
    # As the document on the file format tells it.
    read = query(
        path,
        "SELECT substr(b.text, 1, r.shared_start) || r.text"
        " || substr(b.text, length(b.text) - r.shared_end + 1)"
        " FROM revision r JOIN revision b ON b.number = r.base ORDER BY r.number",
    )
    assert read == [(text,) for text in texts[1:4]]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text("ab\n船", max_size=30), max_size=8), st.text("ab船", max_size=300))
def test_whatever_changes_every_snapshot_comes_back(
    tmp_path_factory: pytest.TempPathFactory, changes: list[str], common: str
) -> None:
    path = tmp_path_factory.mktemp("snapshots") / "light.forge"
    with StoryFile.create(path, title="Light") as story:
        scene = only_scene(story)
        texts = [common + change + common for change in changes]
        kept = [story.revisions.keep(typed(scene, text), reason="by hand") for text in texts]
        assert [story.revisions.page(one.id).text for one in kept] == texts


@pytest.mark.parametrize(
    ("base", "start", "end", "text"),
    [(99, 3, 1, "Fox."), (1, -4, "x", "Fox."), (1, 999, 0, "Fog.Fox."), (None, 9, 9, "Fox.")],
)
def test_an_odd_share_still_gives_what_is_there(
    story: StoryFile, path: Path, base: int | None, start: int, end: object, text: str
) -> None:
    scene = only_scene(story)
    story.revisions.keep(typed(scene, "Fog."), reason="named")
    kept = story.revisions.keep(typed(scene, "Boats."), reason="named")
    query(
        path,
        "UPDATE revision SET base = ?, shared_start = ?, shared_end = ?, text = ? WHERE number = 2",
        *(base, start, end, "Fox."),
    )
    assert story.revisions.page(kept.id).text == text
    story.revisions.keep(typed(scene, "On it goes."), reason="named")


def test_a_snapshot_may_get_another_name_and_holds_what_it_held(story: StoryFile) -> None:
    kept = story.revisions.keep(typed(only_scene(story), "one"), reason="before continuation")
    story.revisions.rename(kept.id, "the\nfirst")
    (named,) = story.revisions.list(kept.scene_id)
    assert (named.id, named.name, named.reason) == (kept.id, "the first", "before continuation")
    assert story.revisions.page(kept.id).text == "one"
    story.revisions.rename(kept.id, "")
    assert story.revisions.list(kept.scene_id) == (kept,)
    with pytest.raises(BadInput, match="snapshot is not in the story"):
        story.revisions.rename("nobody", "x")


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
