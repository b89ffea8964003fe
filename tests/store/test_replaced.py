"""The open file replaced, rewritten or taken by another program: nothing of it is lost."""

import os
import shutil
import signal
from pathlib import Path

import pytest

from storyforge.domain.cards import Card, Status
from storyforge.domain.copies import Standing
from storyforge.domain.generation import StopReason, Take, TakeState, Usage
from storyforge.domain.lore import ContextRules, LoreEntry
from storyforge.domain.sampling import Sampling
from storyforge.domain.sections import PromptEdit
from storyforge.domain.summary import Summary, SummaryOf
from storyforge.errors import StoryFileError
from storyforge.store import foreign_logs, holding
from storyforge.store.placing import is_unfolded
from storyforge.store.story_file import StoryFile
from tests.store.helpers import child, only_scene, query, typed


def text_of(path: Path) -> str:
    with StoryFile.look(path) as story:
        return story.scenes.load(only_scene(story)).text


@pytest.fixture
def incoming(story: StoryFile, path: Path, tmp_path: Path) -> Path:
    """The same story as another machine has gone on with it."""
    story.fold()
    other = tmp_path / "elsewhere" / path.name
    other.parent.mkdir()
    story.copy_to(other)
    with StoryFile.open(other) as theirs:
        theirs.scenes.save(typed(only_scene(theirs), "Theirs."))
    return other


def rescued_of(path: Path) -> list[Path]:
    return sorted(path.parent.glob("*(recovered *"))


def begin(story: StoryFile, scene: str) -> Take:
    return story.takes.begin(scene, "p", model="m", request_hash="h", sampling=Sampling())


def finish(story: StoryFile, take: Take, text: str) -> None:
    story.takes.finish(
        take.id,
        text=text,
        kept=len(text),
        state=TakeState.FINISHED,
        reason=StopReason.LENGTH,
        usage=Usage(),
    )


def test_a_file_that_only_we_wrote_is_ours(story: StoryFile) -> None:
    for number in range(30):
        story.scenes.save(typed(only_scene(story), f"{number} " * 3000))
        story.fold()
        assert story.guard.standing() is Standing.OURS


def test_a_touched_file_is_still_ours(story: StoryFile, path: Path) -> None:
    story.scenes.save(typed(only_scene(story), "Mine."))
    story.fold()
    os.utime(path, (1, 1))
    assert story.guard.standing() is Standing.OURS
    story.scenes.save(typed(only_scene(story), "Mine still."))


def test_a_replaced_file_is_not_written_and_ours_is_rescued(
    story: StoryFile, path: Path, incoming: Path
) -> None:
    scene = only_scene(story)
    story.scenes.save(typed(scene, "Mine, saved."))
    incoming.replace(path)
    before = path.read_bytes()
    assert story.guard.standing() is Standing.REPLACED
    with pytest.raises(StoryFileError, match="different file in the place"):
        story.scenes.save(typed(scene, "Mine, unsaved."))
    rescued = story.guard.rescue(typed(scene, "Mine, unsaved."))
    assert story.guard.rescue() == rescued
    story.close()
    assert path.read_bytes() == before
    assert not is_unfolded(path)
    assert text_of(path) == "Theirs."
    assert text_of(rescued) == "Mine, unsaved."
    with StoryFile.open(rescued) as copy:
        past = copy.merging.past_texts(scene)
        assert {"Mine, saved."} <= {text for _at, text in past.values()}


def test_the_second_name_goes_with_the_session(path: Path) -> None:
    with StoryFile.create(path, title="Held"):
        assert holding.held_name(path).samefile(path)
    assert not holding.held_name(path).exists()


def test_closing_a_replaced_story_rescues_what_it_holds_and_says_so(
    story: StoryFile, path: Path, incoming: Path
) -> None:
    story.scenes.save(typed(only_scene(story), "Mine."))
    incoming.replace(path)
    with pytest.raises(StoryFileError, match="whole in") as raised:
        story.close()
    (rescued,) = rescued_of(path)
    assert rescued.name in raised.value.message
    assert (text_of(path), text_of(rescued)) == ("Theirs.", "Mine.")


def test_a_replaced_story_that_nobody_wrote_in_needs_no_rescue(
    path: Path, incoming: Path, story: StoryFile
) -> None:
    story.close()
    reader = StoryFile.open(path)
    incoming.replace(path)
    reader.close()
    assert rescued_of(path) == []
    assert text_of(path) == "Theirs."


def test_a_story_that_was_taken_away_is_rescued(story: StoryFile, path: Path) -> None:
    story.scenes.save(typed(only_scene(story), "Mine."))
    path.unlink()
    assert story.guard.standing() is Standing.GONE
    with pytest.raises(StoryFileError, match="whole in"):
        story.close()
    (rescued,) = rescued_of(path)
    assert text_of(rescued) == "Mine."


def rewrite(path: Path, incoming: Path) -> None:
    """Another program writes: in this one, closing the file would drop SQLite's locks on it."""
    script = "import sys, pathlib; p = pathlib.Path(sys.argv[2]); d = p.read_bytes()\n"
    script += "open(sys.argv[1], 'r+b').write(d)\nopen(sys.argv[1], 'r+b').truncate(len(d))\n"
    with child(script, path, incoming) as process:
        assert process.wait(60) == 0


def test_a_file_rewritten_in_place_gets_nothing_of_our_log(
    story: StoryFile, path: Path, incoming: Path
) -> None:
    scene = only_scene(story)
    story.scenes.save(typed(scene, "Mine, folded in."))
    story.fold()
    story.scenes.save(typed(scene, "Mine, in the log."))
    story.context.set_lore([LoreEntry("a", "Fog", chance=3), LoreEntry("b", "Oil")])
    story.context.remove_entry("b")
    story.context.set_text("memory", "Mara keeps the light.")
    story.context.set_rules(ContextRules(note_lines=1))
    coming = incoming.read_bytes()
    rewrite(path, incoming)
    assert story.guard.standing() is Standing.REWRITTEN
    with pytest.raises(StoryFileError):
        story.scenes.save(typed(scene, "More."))
    rescued = story.guard.rescue(typed(scene, "Mine, on the screen."))
    story.close()
    assert path.read_bytes() == coming
    assert text_of(path) == "Theirs."
    assert text_of(rescued) == "Mine, on the screen."
    with StoryFile.look(rescued) as found:
        assert found.context.lore() == (LoreEntry("a", "Fog", chance=3),)
        assert found.context.texts() == {"memory": "Mara keeps the light."}
        assert found.context.rules().note_lines == 1
    assert list(path.parent.glob("*.aside-*"))


def test_what_stands_beside_the_texts_is_rescued_of_a_rewritten_file(
    story: StoryFile, path: Path, incoming: Path
) -> None:
    """Takes with their bookmarks, summaries, kept prompts, cards, comments, words, settings."""
    scene = only_scene(story)
    kept = begin(story, scene)
    story.takes.grow(kept.id, "It rained")
    finish(story, kept, "It rained.")
    story.takes.bookmark(kept.id, "the fork")
    dropped = begin(story, scene)
    story.takes.discard(dropped.id)
    running = begin(story, scene)
    story.takes.grow(running.id, "Half a")
    for of, text in ((SummaryOf.SCENE, "Mara waits."), (SummaryOf.CHAPTER, "")):
        story.summaries.put(Summary(of, scene, text or "Gone.", "d", kept.created, "model"))
        if not text:
            story.summaries.remove(of, scene)
    story.prompt_edits.keep(scene, PromptEdit("as it was", "as I want it"))
    story.cards.put(scene, status="draft", notes="more fog")
    story.comments.add(scene, "c1", "too long")
    story.comments.change("c1", "far too long")
    story.comments.resolve("c1")
    story.comments.add(scene, "c2", "never mind")
    story.comments.delete("c2")
    story.words.add("Skerry")
    story.words.add("Skery")
    story.words.remove("Skery")
    story.remember("local_only", "yes")
    story.remember("open_scene", scene)
    later = story.binder.add_scene(story.outline().chapters[0].id, "Later")
    afterwards = begin(story, later)
    finish(story, afterwards, "Fog.")
    story.fold()
    rewrite(path, incoming)
    rescued = story.guard.rescue(None, {scene: "less fog"})
    story.close()
    with StoryFile.open(rescued) as found:
        takes = found.takes.of_scene(scene)
        assert [(one.text, one.bookmark) for one in takes] == [
            ("It rained.", "the fork"),
            ("Half a", ""),
        ]
        assert takes[1].state is TakeState.INTERRUPTED
        assert [one.text for one in found.takes.of_scene(later)] == ["Fog."]
        assert [one.text for one in found.summaries.all().values()] == ["Mara waits."]
        assert found.prompt_edits.of_scene(scene) == PromptEdit("as it was", "as I want it")
        assert found.cards.get(scene) == Card(status=Status.DRAFT, notes="less fog")
        assert [(c.text, c.resolved) for c in found.comments.of_scene(scene)] == [
            ("far too long", True)
        ]
        assert found.words.all() == {"Skerry"}
        assert (found.recall("local_only"), found.recall("open_scene")) == ("yes", "")
    with StoryFile.open(path) as theirs:
        assert theirs.takes.of_scene(scene) == ()


def test_what_only_a_queue_made_is_rescued_at_the_end(
    story: StoryFile, path: Path, incoming: Path
) -> None:
    summary = Summary(
        SummaryOf.SCENE, only_scene(story), "Mara waits.", "d", story.outline().created, "model"
    )
    story.summaries.put(summary)
    rewrite(path, incoming)
    with pytest.raises(StoryFileError, match="whole in"):
        story.close()
    (rescued,) = rescued_of(path)
    with StoryFile.look(rescued) as found:
        assert list(found.summaries.all().values()) == [summary]


def test_what_went_for_good_is_not_made_again(story: StoryFile) -> None:
    scene = story.binder.add_scene(story.outline().chapters[0].id, "Later")
    finish(story, begin(story, scene), "Fog.")
    story.cards.put(scene, notes="more fog")
    story.remember(f"prompt_draft:{scene}", "no fog")
    story.remember("open_scene", scene)
    story.binder.delete_scene(scene)
    story.binder.empty_trash()
    assert not story.journal.written


def test_how_a_take_ended_is_in_the_rescued_copy(
    story: StoryFile, path: Path, incoming: Path
) -> None:
    take = story.takes.begin(
        only_scene(story), "p", model="m", request_hash="h", sampling=Sampling()
    )
    story.takes.grow(take.id, "half")
    incoming.replace(path)
    with pytest.raises(StoryFileError):
        story.takes.finish(
            take.id,
            text="half and more",
            kept=0,
            state=TakeState.FAILED,
            reason=StopReason.FAILED,
            usage=Usage(),
        )
    with StoryFile.look(story.guard.rescue()) as copy:
        kept = copy.takes.one(take.id)
    assert (kept.text, kept.state) == ("half and more", TakeState.FAILED)


_WRITER = """
import sys, time
from pathlib import Path
from storyforge.store.placing import is_unfolded
from storyforge.store.story_file import StoryFile
from tests.store.helpers import only_scene, typed
story = StoryFile.open(Path(sys.argv[1]))
story.scenes.save(typed(only_scene(story), "Mine, in the log."))
print("saved", flush=True)
sys.stdin.read()
"""


def killed_writer(path: Path) -> None:
    """A session that dies with its words in the log."""
    with child(_WRITER, path) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "saved\n"
        process.send_signal(signal.SIGKILL)
        process.wait(60)


def test_the_log_of_a_session_that_died_is_joined_as_ever(story: StoryFile, path: Path) -> None:
    story.close()
    killed_writer(path)
    assert foreign_logs.belongs(path)
    with StoryFile.open(path) as again:
        assert again.scenes.load(only_scene(again)).text == "Mine, in the log."
        assert again.recovered


def test_a_log_beside_a_replaced_file_is_joined_to_the_file_it_belongs_to(
    story: StoryFile, path: Path, incoming: Path
) -> None:
    story.close()
    killed_writer(path)
    # As Syncthing does where both sides changed: ours goes aside, theirs takes the name.
    conflict = path.with_name(path.stem + ".sync-conflict-20261123-170102-ABCDEFG.forge")
    path.rename(conflict)
    incoming.replace(path)
    before = path.read_bytes()
    assert not foreign_logs.belongs(path)
    with StoryFile.look(path) as only_looked:
        assert only_looked.scenes.load(only_scene(only_looked)).text == "Theirs."
    assert path.read_bytes() == before
    with StoryFile.open(path) as again:
        assert again.scenes.load(only_scene(again)).text == "Theirs."
        (rescued,) = rescued_of(path)
        assert any(rescued.name in note for note in again.notes)
    assert text_of(rescued) == "Mine, in the log."
    assert query(path, "PRAGMA integrity_check") == [("ok",)]


def test_a_log_whose_file_has_lost_its_name_finds_it(
    story: StoryFile, path: Path, incoming: Path
) -> None:
    story.close()
    killed_writer(path)
    incoming.replace(path)
    with StoryFile.open(path) as again:
        assert again.scenes.load(only_scene(again)).text == "Theirs."
        (rescued,) = rescued_of(path)
    assert text_of(rescued) == "Mine, in the log."


def test_a_log_whose_file_is_nowhere_is_kept_aside(
    story: StoryFile, path: Path, incoming: Path
) -> None:
    story.close()
    killed_writer(path)
    holding.held_name(path).unlink()  # as on a disk without hard links
    log = path.with_name(path.name + "-wal").read_bytes()
    incoming.replace(path)
    with StoryFile.open(path) as again:
        assert again.scenes.load(only_scene(again)).text == "Theirs."
        (aside,) = path.parent.glob("*.aside-*")
        assert any(aside.name in note for note in again.notes)
    assert aside.read_bytes() == log
    assert rescued_of(path) == []


def test_a_log_and_its_file_carried_to_another_place_are_joined(
    story: StoryFile, path: Path, tmp_path: Path
) -> None:
    story.close()
    killed_writer(path)
    moved = tmp_path / "moved.forge"
    shutil.copy(path, moved)
    shutil.copy(path.with_name(path.name + "-wal"), tmp_path / "moved.forge-wal")
    assert text_of(moved) == "Mine, in the log."


def test_a_dated_copy_is_the_file_that_a_log_may_belong_to(
    story: StoryFile, path: Path, incoming: Path, home: Path
) -> None:
    dated = home / "data" / "backups" / "x" / "today.forge"
    dated.parent.mkdir(parents=True)
    story.copy_to(dated)
    story.close()
    shutil.copy(dated, path)
    killed_writer(path)
    holding.held_name(path).unlink()
    incoming.replace(path)
    with StoryFile.open(path):
        (rescued,) = rescued_of(path)
    assert text_of(rescued) == "Mine, in the log."
