"""Two machines that both told the model something: nothing of either is lost."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storyforge.domain.generation import Asked, StopReason, TakeKind, TakeState, Usage
from storyforge.domain.lore import ContextRules, KeyLogic, LoreEntry
from storyforge.domain.merge_plan import Event
from storyforge.domain.sampling import Sampling
from storyforge.domain.sections import PromptEdit
from storyforge.domain.summary import Summary, SummaryOf
from storyforge.store.story_file import StoryFile
from storyforge.studio import merging, permission
from storyforge.studio.merge_words import lines
from tests.studio.copies import change, copied, make, scene_id

SCAR = LoreEntry("l1", "The scar", ("scar",), "It is new.", logic=KeyLogic.NOT_ANY, chance=40)


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    path = make(tmp_path / "light.forge")
    change(path, lambda story: story.context.set_lore([SCAR]))
    change(path, summarize("Oil", "The oil runs short."))
    change(path, begin_take)
    return path


@pytest.fixture
def theirs(ours: Path) -> Path:
    return copied(ours, "other")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "merged.forge"


def summarize(title: str, text: str, model: str = "tiny") -> Callable[[StoryFile], object]:
    return lambda story: story.summaries.put(
        Summary(SummaryOf.SCENE, scene_id(story, title), text, "d", datetime.now(UTC), model)
    )


def begin_take(story: StoryFile, **asked: object) -> str:
    told = {"model": "tiny", "request_hash": "x", "sampling": Sampling()}
    take = story.takes.begin(
        scene_id(story, "Oil"),
        "p1",
        asked=Asked(**asked),  # type: ignore[arg-type]
        **told,  # type: ignore[arg-type]
    )
    story.takes.finish(
        take.id, text="Fog.", kept=4, state=TakeState.FINISHED, reason=StopReason.END, usage=Usage()
    )
    return take.id


def test_lore_that_each_added_is_there_with_all_its_rules(
    ours: Path, theirs: Path, out: Path
) -> None:
    mine = LoreEntry("l2", "Mara", secondary=("light",), priority=7, scan=50, from_scene="s1")
    change(ours, lambda story: story.context.put_entry(mine))
    change(theirs, lambda story: story.context.put_entry(replace(mine, id="l3", title="Ana")))
    change(theirs, lambda story: story.context.put_entry(replace(SCAR, sticky=2)))
    change(ours, lambda story: story.context.set_rules(ContextRules(note_lines=9)))
    report = merging.merge(ours, theirs, out)
    assert not report.conflicts
    with StoryFile.look(out) as story:
        found = {entry.id: entry for entry in story.context.lore()}
        assert found == {
            "l1": replace(SCAR, sticky=2),
            "l2": mine,
            "l3": replace(mine, id="l3", title="Ana"),
        }
        assert story.context.rules().note_lines == 9


def test_an_entry_that_both_changed_is_there_twice_the_other_one_off(
    ours: Path, theirs: Path, out: Path
) -> None:
    change(ours, lambda story: story.context.put_entry(replace(SCAR, chance=1)))
    change(theirs, lambda story: story.context.put_entry(replace(SCAR, chance=2)))
    report = merging.merge(ours, theirs, out)
    assert [one.event for one in report.conflicts] == [Event.BOTH_KEPT]
    with StoryFile.look(out) as story:
        book = story.context.lore()
        assert {(entry.chance, entry.logic) for entry in book} == {
            (1, KeyLogic.NOT_ANY),
            (2, KeyLogic.NOT_ANY),
        }
        assert sorted(entry.enabled for entry in book) == [False, True]


def test_takes_come_along_with_how_they_were_asked_for_and_bookmarks_of_both(
    ours: Path, theirs: Path, out: Path
) -> None:
    with StoryFile.open(theirs) as story:
        (known,) = story.takes.of_place("p1")
        fresh = begin_take(story, kind=TakeKind.INFILL, wish="fog", parent_id=known.id, prompt="P")
        story.takes.bookmark(fresh, "there")
        story.takes.bookmark(known.id, "the oil")
    report = merging.merge(ours, theirs, out)
    assert not report.conflicts
    with StoryFile.look(out) as story:
        taken = {take.id: take for take in story.takes.of_place("p1")}
        assert taken[known.id].bookmark == "the oil"
        new = taken[fresh]
        told = (new.kind, new.wish, new.parent_id, new.prompt, new.bookmark)
        assert told == (TakeKind.INFILL, "fog", known.id, "P", "there")


def test_takes_come_along_with_where_they_were_written_and_what_was_thought(
    ours: Path, theirs: Path, out: Path, tmp_path: Path
) -> None:
    def begun(story: StoryFile, thinking: str) -> str:
        take = story.takes.begin(
            scene_id(story, "Oil"),
            "p2",
            model="Far",
            request_hash="x",
            sampling=Sampling(),
            place="far.example",
        )
        story.takes.grow(take.id, "", thinking)
        return take.id

    # The one copy was made while the model still thought; the other has gone on.
    with StoryFile.open(ours) as story:
        shared = begun(story, "Fog")
        story.copy_to(theirs, force=True)
        story.takes.grow(shared, "", "Fog, or")
    with StoryFile.open(theirs) as story:
        fresh = begun(story, "Rain.")
    merging.merge(ours, theirs, out)
    with StoryFile.open(out) as story:
        story.copy_to(tmp_path / "doubled.forge", as_new=True)
    for path in (out, tmp_path / "doubled.forge"):
        with StoryFile.look(path) as story:
            taken = {take.id: take for take in story.takes.of_place("p2")}
        assert (taken[fresh].place, taken[fresh].thinking) == ("far.example", "Rain.")
        assert (taken[shared].place, taken[shared].thinking) == ("far.example", "Fog, or")


def test_a_mark_that_keeps_a_story_here_is_in_the_merged_one_whoever_set_it(
    ours: Path, theirs: Path, out: Path
) -> None:
    change(theirs, lambda story: permission.set_local_only(story, True))
    merging.merge(ours, theirs, out)
    with StoryFile.look(out) as story:
        assert permission.is_local_only(story)


def test_a_bookmark_that_was_taken_away_stays_away(ours: Path, theirs: Path, out: Path) -> None:
    with StoryFile.open(ours) as story:
        (take,) = story.takes.of_place("p1")
        story.takes.bookmark(take.id, "here")
    theirs.write_bytes(ours.read_bytes())
    change(theirs, lambda story: story.takes.bookmark(take.id, ""))
    merging.merge(ours, theirs, out)
    with StoryFile.look(out) as story:
        assert story.takes.of_place("p1")[0].bookmark == ""


@pytest.mark.parametrize("own", ["ours", "theirs"])
def test_the_authors_own_summary_goes_before_a_models(
    ours: Path, theirs: Path, out: Path, own: str
) -> None:
    change(ours, summarize("Oil", "ours", model="" if own == "ours" else "tiny"))
    change(theirs, summarize("Oil", "theirs", model="" if own == "theirs" else "tiny"))
    change(theirs, summarize("Fog", "Only there."))
    report = merging.merge(ours, theirs, out)
    assert report.findings == ()
    with StoryFile.look(out) as story:
        told = {key: one.text for (_of, key), one in story.summaries.all().items()}
        assert told == {scene_id(story, "Oil"): own, scene_id(story, "Fog"): "Only there."}
        assert story.attachments.list() == ()


def test_of_two_own_summaries_and_prompts_the_other_is_kept_as_an_attachment(
    ours: Path, theirs: Path, out: Path
) -> None:
    for path, words in ((ours, "ours"), (theirs, "theirs")):
        change(path, summarize("Oil", words, model=""))
        with StoryFile.open(path) as story:
            story.prompt_edits.keep(scene_id(story, "Oil"), PromptEdit("as it was", f"P {words}"))
    report = merging.merge(ours, theirs, out)
    assert [one.event for one in report.conflicts] == [Event.BOTH_KEPT] * 2
    assert all("both texts are kept" in line for line in lines(report, "a", "b"))
    with StoryFile.look(out) as story:
        scene = scene_id(story, "Oil")
        kept = {story.attachments.read(one.id).decode() for one in story.attachments.list()}
        told = story.summaries.all()[SummaryOf.SCENE, scene].text
        edit = story.prompt_edits.of_scene(scene)
        assert edit is not None
        assert {told, edit.edited} | kept == {"ours", "theirs", "P ours", "P theirs"}


def test_the_merge_made_on_the_other_machine_comes_to_the_same(
    ours: Path, theirs: Path, out: Path, tmp_path: Path
) -> None:
    change(ours, summarize("Oil", "ours", model=""))
    change(theirs, summarize("Oil", "theirs", model=""))
    change(theirs, lambda story: story.context.remove_entry("l1"))
    change(ours, lambda story: story.context.put_entry(LoreEntry("l9", "Nine", depth=9)))
    merging.merge(ours, theirs, out)
    other = tmp_path / "other.forge"
    merging.merge(theirs, ours, other)
    told = []
    for path in (out, other):
        with StoryFile.look(path) as story:
            told.append((story.context.lore(), story.summaries.all()))
    assert told[0] == told[1]
    assert [entry.id for entry in told[0][0]] == ["l9"]
