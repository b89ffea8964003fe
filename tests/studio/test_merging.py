"""Two copies of a story become one: nothing an author wrote is lost, and what was done is said."""

from pathlib import Path

import pytest

from storyforge.domain.merge_plan import Event
from storyforge.errors import Refused
from storyforge.store.story_file import StoryFile
from storyforge.studio import merging
from tests.studio.copies import (
    change,
    copied,
    everything,
    make,
    page,
    scene_id,
    texts,
    write,
)


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    return make(tmp_path / "light.forge")


@pytest.fixture
def theirs(ours: Path) -> Path:
    return copied(ours, "other")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "merged.forge"


def events(report: merging.Report) -> list[tuple[Event, str, bool]]:
    return [
        (one.event, report.titles.get(one.key.partition(":")[2], one.key), one.theirs)
        for one in report.findings
    ]


def test_equal_copies_give_the_story_and_nothing_to_say(
    ours: Path, theirs: Path, out: Path
) -> None:
    before = ours.read_bytes(), theirs.read_bytes()
    report = merging.merge(ours, theirs, out)
    assert texts(out) == texts(ours)
    assert report.findings == ()
    assert (ours.read_bytes(), theirs.read_bytes()) == before
    assert sorted(p.name for p in out.parent.iterdir()) == [
        "light.forge",
        "merged.forge",
        "other",
    ]


def test_what_only_one_machine_wrote_is_newer_and_the_older_stays_as_a_snapshot(
    ours: Path, theirs: Path, out: Path
) -> None:
    change(ours, write("Oil", "Oil, written here."))
    change(theirs, write("Fog", "Fog, written there."))
    change(theirs, write("Fog", "Fog, written there twice."))
    report = merging.merge(ours, theirs, out)
    assert texts(out)["The Keeper/Oil"] == "Oil, written here."
    assert texts(out)["The Boat/Fog"] == "Fog, written there twice."
    assert events(report) == [
        (Event.NEWER_TEXT, "Oil", False),
        (Event.NEWER_TEXT, "Fog", True),
    ]
    assert not report.conflicts
    assert {"Oil as it was.\nSecond.\nThird.", "Fog as it was.\nSecond.\nThird."} <= everything(out)


def test_what_both_wrote_stays_twice_the_later_one_as_the_scene(
    ours: Path, theirs: Path, out: Path
) -> None:
    change(ours, write("Oil", "Oil, written here."))
    change(theirs, write("Oil", "Oil, written there, later."))
    report = merging.merge(ours, theirs, out)
    assert list(texts(out).items())[:3] == [
        ("The Keeper/Oil", "Oil, written there, later."),
        ("The Keeper/Oil (other copy)", "Oil, written here."),
        ("The Keeper/Log", "Log as it was.\nSecond.\nThird."),
    ]
    assert events(report) == [(Event.BOTH_TEXTS, "Oil", True)]
    swapped = out.with_name("swapped.forge")
    merging.merge(theirs, ours, swapped)
    assert texts(swapped) == texts(out)


def test_a_merge_is_not_asked_for_twice(ours: Path, theirs: Path, out: Path) -> None:
    change(ours, write("Oil", "Oil, written here."))
    change(theirs, write("Oil", "Oil, written there, later."))
    merging.merge(ours, theirs, out)
    for copy in (ours, theirs):
        again = merging.merge(out, copy, out.with_name(f"{copy.parent.name} again.forge"))
        assert not again.conflicts
        assert not again.took
    other = out.with_name("other way.forge")
    merging.merge(theirs, ours, other)
    met = out.with_name("met.forge")
    assert not merging.merge(out, other, met).conflicts
    assert texts(met) == texts(out)


def test_changes_apart_are_woven_when_that_is_asked_for(
    ours: Path, theirs: Path, out: Path
) -> None:
    def snapshot(story: StoryFile) -> None:
        story.revisions.keep(story.scenes.load(scene_id(story, "Oil")), reason="named", name="x")

    change(ours, snapshot)
    change(ours, write("Oil", "Oil, here.\nSecond.\nThird."))
    change(theirs, write("Oil", "Oil as it was.\nSecond.\nThird, there."))
    report = merging.merge(ours, theirs, out, join=True)
    assert texts(out)["The Keeper/Oil"] == "Oil, here.\nSecond.\nThird, there."
    assert len(texts(out)) == 3
    assert len(report.woven) == 1
    assert {"Oil, here.\nSecond.\nThird.", "Oil as it was.\nSecond.\nThird, there."} <= everything(
        out
    )
    assert not report.conflicts


def test_a_scene_deleted_on_one_side_goes_to_the_trash_unless_the_other_went_on(
    ours: Path, theirs: Path, out: Path
) -> None:
    change(ours, lambda story: story.binder.delete_scene(scene_id(story, "Log")))
    change(ours, lambda story: story.binder.delete_scene(scene_id(story, "Oil")))
    change(theirs, write("Oil", "Oil, gone on with."))
    report = merging.merge(ours, theirs, out)
    assert list(texts(out)) == ["The Keeper/Oil", "The Boat/Fog"]
    assert texts(out)["The Keeper/Oil"] == "Oil, gone on with."
    assert (Event.TRASHED, "Log", False) in events(report)
    assert (Event.STAYS, "Oil", True) in events(report)
    with StoryFile.open(out) as story:
        assert [gone.title for gone in story.binder.trash()] == ["Log"]


def test_a_deleted_chapter_goes_unless_something_new_stands_in_it(
    ours: Path, theirs: Path, out: Path
) -> None:
    change(ours, lambda story: story.binder.delete_chapter(story.outline().chapters[1].id))
    assert list(texts(merged(ours, theirs, out))) == ["The Keeper/Oil", "The Keeper/Log"]
    change(theirs, write("Fog", "Fog, gone on with."))
    again = out.with_name("again.forge")
    assert texts(merged(ours, theirs, again))["The Boat/Fog"] == "Fog, gone on with."


def merged(ours: Path, theirs: Path, out: Path) -> Path:
    merging.merge(ours, theirs, out)
    return out


def test_new_scenes_and_chapters_of_both_come_in_in_order(
    ours: Path, theirs: Path, out: Path
) -> None:
    def here(story: StoryFile) -> None:
        chapter = story.outline().chapters[0]
        new = story.binder.add_scene(chapter.id, "Wick", after=chapter.scenes[0].id)
        story.scenes.save(page(new, "Wick, here."))

    def there(story: StoryFile) -> None:
        new = story.binder.add_scene(
            story.binder.add_chapter("The Inspector", after=story.outline().chapters[0].id), "Desk"
        )
        story.scenes.save(page(new, "Desk, there."))
        story.binder.add_scene(story.outline().chapters[0].id, "Rope")

    change(ours, here)
    change(theirs, there)
    report = merging.merge(ours, theirs, out)
    assert list(texts(out)) == [
        "The Keeper/Oil",
        "The Keeper/Wick",
        "The Keeper/Log",
        "The Keeper/Rope",
        "The Inspector/Desk",
        "The Boat/Fog",
    ]
    assert texts(out)["The Inspector/Desk"] == "Desk, there."
    assert not report.conflicts


def test_a_rename_here_and_an_order_there_both_hold(ours: Path, theirs: Path, out: Path) -> None:
    change(ours, lambda story: story.binder.rename_scene(scene_id(story, "Oil"), "Oil and Wick"))

    def there(story: StoryFile) -> None:
        chapter = story.outline().chapters[0]
        story.binder.move_scene(scene_id(story, "Log"), chapter.id, 0)
        story.binder.move_chapter(story.outline().chapters[1].id, 0)

    change(theirs, there)
    change(theirs, write("Fog", "Written later, on the other machine."))
    report = merging.merge(ours, theirs, out)
    assert list(texts(out)) == ["The Boat/Fog", "The Keeper/Log", "The Keeper/Oil and Wick"]
    assert not report.conflicts


def test_two_titles_the_later_one_wins_and_the_other_is_told(
    ours: Path, theirs: Path, out: Path
) -> None:
    change(ours, lambda story: story.rename(title="The Lamp"))
    change(theirs, lambda story: story.rename(title="The Beam"))
    report = merging.merge(ours, theirs, out)
    with StoryFile.look(out) as story:
        taken = story.outline().title
    (told,) = report.conflicts
    assert {taken, told.left} == {"The Lamp", "The Beam"}
    assert told.taken == taken


def test_cards_comments_words_lore_and_notes_of_both_are_there(
    ours: Path, theirs: Path, out: Path
) -> None:
    def here(story: StoryFile) -> None:
        oil = scene_id(story, "Oil")
        story.cards.put(oil, label="Mara", notes="Written here.")
        story.comments.add(oil, "c1", "Too slow?")
        story.words.add("Skerry")
        story.context.set_text("memory", "Here.")
        story.attachments.add("a.txt", "text/plain", "here", b"here")

    def there(story: StoryFile) -> None:
        oil = scene_id(story, "Oil")
        story.cards.put(oil, status="draft", notes="Written there.")
        story.comments.add(oil, "c2", "Lovely.")
        story.words.add("Mara")
        story.context.set_text("memory", "There.")
        story.attachments.add("b.txt", "text/plain", "there", b"there")

    change(ours, here)
    change(theirs, there)
    report = merging.merge(ours, theirs, out)
    with StoryFile.look(out) as story:
        oil = scene_id(story, "Oil")
        card = story.cards.get(oil)
        assert (card.label, card.status) == ("Mara", "draft")
        assert sorted(card.notes.split("\n\n")) == ["Written here.", "Written there."]
        assert {one.text for one in story.comments.of_scene(oil)} == {"Too slow?", "Lovely."}
        assert story.words.all() == {"Skerry", "Mara"}
        kept = [story.attachments.read(one.id) for one in story.attachments.list()]
        assert {b"here", b"there"} <= set(kept)
        memory = story.context.text("memory")
        assert memory in ("Here.", "There.")
        assert {"Here.", "There."} <= {memory, *(data.decode() for data in kept)}
    assert {one.event for one in report.conflicts} == {Event.BOTH_KEPT}


def test_what_was_taken_out_on_one_machine_stays_out(ours: Path, theirs: Path, out: Path) -> None:
    def both(story: StoryFile) -> None:
        story.words.add("Skerry")
        story.comments.add(scene_id(story, "Oil"), "c1", "Too slow?")
        story.comments.add(scene_id(story, "Oil"), "c2", "Why?")

    change(ours, both)
    theirs.write_bytes(ours.read_bytes())

    def here(story: StoryFile) -> None:
        story.words.remove("Skerry")
        story.comments.delete("c1")
        story.comments.delete("c2")

    change(ours, here)
    change(theirs, lambda story: story.comments.change("c2", "Why now?"))
    merging.merge(ours, theirs, out)
    with StoryFile.look(out) as story:
        assert story.words.all() == frozenset()
        assert [c.text for c in story.comments.of_scene(scene_id(story, "Oil"))] == ["Why now?"]


def test_two_stories_are_refused(ours: Path, tmp_path: Path, out: Path) -> None:
    with StoryFile.create(tmp_path / "b.forge", title="The Boat"):
        pass
    with pytest.raises(Refused, match="two different stories"):
        merging.merge(ours, tmp_path / "b.forge", out)
    assert not out.exists()


def test_nothing_is_written_over_without_a_yes(ours: Path, theirs: Path, out: Path) -> None:
    out.write_text("mine")
    with pytest.raises(Refused, match="already something"):
        merging.merge(ours, theirs, out)
    assert out.read_text() == "mine"
    with pytest.raises(Refused, match="one of the two"):
        merging.merge(ours, theirs, theirs, force=True)
    merging.merge(ours, theirs, out, force=True)
    assert texts(out) == texts(ours)


def test_each_deleted_what_the_other_kept_a_scene_is_left(tmp_path: Path, out: Path) -> None:
    ours = make(tmp_path / "light.forge")
    change(ours, lambda story: story.binder.delete_chapter(story.outline().chapters[1].id))
    theirs = copied(ours, "other")
    change(ours, lambda story: story.binder.delete_scene(scene_id(story, "Oil")))
    change(theirs, lambda story: story.binder.delete_scene(scene_id(story, "Log")))
    assert texts(merged(ours, theirs, out))
