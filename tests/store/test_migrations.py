import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from storyforge.domain.ancestry import digest
from storyforge.domain.cards import Card, Status
from storyforge.domain.counting import Counts
from storyforge.domain.generation import Asked, TakeKind, TakeState
from storyforge.domain.lore import ContextRules, LoreEntry
from storyforge.domain.origin import Origin, Place, PlaceKind, Span
from storyforge.domain.plan.items import PREMISE_ID
from storyforge.domain.plan.stages import Stage
from storyforge.domain.summary import SummaryOf
from storyforge.domain.trash import TrashKind
from storyforge.domain.writing import Day
from storyforge.errors import StoryFileError
from storyforge.store import opening
from storyforge.store.migrations import MIGRATIONS, migrate, version_of
from storyforge.store.picture_sources import digest_of
from storyforge.store.plan.drafted import Drafted
from storyforge.store.story_file import StoryFile
from tests.store import kept_story
from tests.store.helpers import png, query

NEWER = (*MIGRATIONS, "ALTER TABLE story ADD COLUMN motto TEXT NOT NULL DEFAULT 'none';")


def test_version_1_opens_with_everything_in_it(kept: Path) -> None:
    with StoryFile.open(kept) as story:
        outline = story.outline()
        assert (outline.title, outline.author) == ("The Light at Skerry Point", "Ana")
        assert [(c.title, [s.title for s in c.scenes]) for c in outline.chapters] == [
            ("The Keeper", ["Oil"]),
            ("船", ["霧"]),
        ]
        scene = outline.scenes[0].id
        page = story.scenes.load(scene)
        assert page.text.startswith("Mara had kept the light")
        take, edited = story.takes.of_scene(scene)
        assert page.provenance.spans == (
            Span(42, Origin.TYPED),
            Span(45, Origin.MODEL, take.id),
        )
        (place,) = page.provenance.places
        assert page.text[place.start : place.end] == take.standing
        assert (take.usage.seed, take.sampling.seed) == (7, 7)
        assert edited.state is TakeState.EDITED
        kept_pages = story.revisions.list(scene)
        assert [revision.name for revision in kept_pages] == ["", "first light", ""]
        texts = [story.revisions.page(revision.id).text for revision in kept_pages]
        assert texts == [page.text.replace("eleven", "twelve"), page.text, page.text[:42]]
        assert story.recall("open_scene") == outline.scenes[1].id
        assert story.recovered is None


def kept_of_version_2(folder: Path) -> Path:
    return Path(shutil.copy(Path(__file__).parent / "data" / "version-2.forge", folder / "2.forge"))


def kept_of_version_3(folder: Path) -> Path:
    return Path(shutil.copy(Path(__file__).parent / "data" / "version-3.forge", folder / "3.forge"))


def kept_of_version_5(folder: Path) -> Path:
    return Path(shutil.copy(Path(__file__).parent / "data" / "version-5.forge", folder / "5.forge"))


def kept_of_version_6(folder: Path) -> Path:
    return Path(shutil.copy(Path(__file__).parent / "data" / "version-6.forge", folder / "6.forge"))


def kept_of_version_7(folder: Path) -> Path:
    return Path(shutil.copy(Path(__file__).parent / "data" / "version-7.forge", folder / "7.forge"))


def made_today(folder: Path) -> Path:
    kept_story.make(folder / "today.forge")
    return folder / "today.forge"


STORIES = [
    kept_of_version_2,
    kept_of_version_3,
    kept_of_version_5,
    kept_of_version_6,
    kept_of_version_7,
    made_today,
]


@pytest.mark.parametrize("story_of", STORIES)
def test_version_2_opens_with_everything_in_it(
    tmp_path: Path, story_of: Callable[[Path], Path]
) -> None:
    with StoryFile.open(story_of(tmp_path)) as story:
        outline = story.outline()
        assert [(c.title, [s.title for s in c.scenes]) for c in outline.chapters] == [
            ("The Keeper", ["Oil"]),
            ("船", ["霧", "誰"]),
        ]
        oil, fog, nobody = (scene.id for scene in outline.scenes)
        page = story.scenes.load(oil)
        (take,) = story.takes.of_scene(oil)
        assert page.text == (kept_story.OWN + kept_story.MODELS).replace("eleven", "twelve")
        assert page.provenance.spans == (
            Span(len(kept_story.OWN), Origin.TYPED),
            Span(len(kept_story.MODELS), Origin.MODEL, take.id),
        )
        comment, anchor = page.provenance.places
        assert (comment, anchor.kind) == (Place("c1", 0, 4, PlaceKind.COMMENT), PlaceKind.TAKE)
        assert page.text[anchor.start : anchor.end] == take.standing
        assert story.scenes.load(fog).text + story.scenes.load(nobody).text == kept_story.JAPANESE
        told = [(c.id, c.text, c.resolved) for c in story.comments.of_scene(oil)]
        assert told == [("c1", "Is she called so?", False), ("c2", "Done with.", True)]
        assert story.cards.all() == {oil: Card("Mara", Status.DRAFT, 1500, "　She is alone.")}
        batch = story.batches.latest()
        assert batch is not None
        assert (batch.label, batch.scene_ids) == ("eleven → twelve", (oil,))
        assert {r.reason for r in story.revisions.timeline(99)} == {
            *("named", "after replace", "before split", "before join")
        }
        trash = [one for one in story.binder.trash() if one.kind is TrashKind.SCENE]
        assert {one.title for one in trash} == {"Gone", "Joined"}
        assert story.sessions.days() == (Day(date(2026, 11, 23), 600, Counts(90, 400), Counts()),)
        assert story.words.all() == {"Skerry"}
        (attachment,) = story.attachments.list()
        assert story.attachments.read(attachment.id) == b'{"a": 1}\x00'
        assert set(story.context.texts()) == {"memory", "author_note"}
        assert story.context.lore()[0].extra == {"n": 1}
        assert story.lineage.of(fog)[0] == digest(kept_story.JAPANESE)
        assert story.recall("open_scene") == oil
        assert story.recovered is None
        assert len(story.notes) == (story_of not in STORIES[4:])
        assert story.batches.undo(batch.id).restored == (oil,)
        assert story.scenes.load(oil).text == kept_story.OWN + kept_story.MODELS


@pytest.mark.parametrize("story_of", STORIES[1:])
def test_version_3_opens_with_everything_in_it(
    tmp_path: Path, story_of: Callable[[Path], Path]
) -> None:
    with StoryFile.open(story_of(tmp_path)) as story:
        oil = story.outline().scenes[0].id
        (take,) = story.takes.of_scene(oil)
        asked = Asked(take.kind, take.wish, take.parent_id, take.revision_id, take.prompt)
        assert (asked, take.bookmark) == (kept_story.ASKED, "before the oil")
        plain, ruled = story.context.lore()
        assert plain == LoreEntry(
            "l1", "Skerry Point", ("skerry",), "A rock.", category="places", extra={"n": 1}
        )
        assert ruled == replace(kept_story.RULED, from_scene=oil)
        assert story.context.rules() == kept_story.RULES
        summary = story.summaries.all()[SummaryOf.SCENE, oil]
        assert (summary.text, summary.source, summary.model) == (
            "The oil runs short.",
            "d1",
            "tiny",
        )
        assert story.prompt_edits.of_scene(oil) == kept_story.EDIT


@pytest.mark.parametrize("story_of", STORIES[2:])
def test_version_5_opens_with_everything_in_it(
    tmp_path: Path, story_of: Callable[[Path], Path]
) -> None:
    with StoryFile.open(story_of(tmp_path)) as story:
        plan, oil = story.plan.read(), story.outline().scenes[0].id
        (mara,) = plan.characters
        assert dict(mara.facts) == {"name": "Mara", "role": "the keeper"}
        assert plan.settled == {Stage.PREMISE}
        scene = plan.item(oil)
        assert scene is not None
        assert (plan.told(scene.fact("cast")), scene.list("beats")) == ("Mara", (kept_story.BEAT,))
        assert [one.value for one in story.plan.past(PREMISE_ID, "tone")] == ["grim", ""]
        (proposal,) = story.proposals.about(kept_story.TARGET)
        assert (proposal.wish, proposal.taken, proposal.model) == ("fewer", ("items.0",), "tiny")
        assert proposal.value == {"items": [{"name": "Mara", "role": "the keeper"}]}
        assert story.plan.origins() == dict.fromkeys(
            ((mara.id, "name"), (mara.id, "role")), proposal.id
        )
        assert story.rests.all() == {(mara.id, "role"): {(PREMISE_ID, "tone"): "grim"}}
        drafted = Drafted(oil, 1, kept_story.BEAT, "t1", ({"score": 0.5},))
        assert story.drafted.all() == {oil: (drafted,)}
        assert story.prompt_copies.all() == {("ja", "premise/propose"): "{{ idea }}"}
        undone = [story.plan.undo() for _step in range(6)]
        assert [bool(words) for words in undone] == [True] * 5 + [False]
        assert story.plan.read().premise.is_empty


@pytest.mark.parametrize("story_of", STORIES[3:])
def test_version_6_opens_with_everything_in_it(
    tmp_path: Path, story_of: Callable[[Path], Path]
) -> None:
    with StoryFile.open(story_of(tmp_path)) as story:
        oil = story.outline().scenes[0].id
        chosen, beside = story.pictures.all()
        made = replace(kept_story.PICTURE, scene_id=oil, chosen=True, beside=False)
        assert chosen == replace(made, size=chosen.size, digest=chosen.digest)
        assert story.pictures.chosen() == {oil: chosen}
        assert story.pictures.read(chosen.id) == png(1)
        assert (beside.beside, beside.parent_id, beside.flaw) == (True, chosen.id, "black")
        (gone,) = story.pictures.all(deleted=True)
        assert (gone.item_id, gone.scene_id) == ("mara", "")
        (waiting,) = story.picture_queue.all()
        assert (waiting.scene_id, waiting.state, waiting.why, waiting.order) == (
            oil,
            "failed",
            "No memory was left.",
            '{"order": {}}',
        )


@pytest.mark.parametrize("story_of", STORIES[4:])
def test_version_7_opens_with_everything_in_it(
    tmp_path: Path, story_of: Callable[[Path], Path]
) -> None:
    with StoryFile.open(story_of(tmp_path)) as story:
        (gone,) = story.pictures.all(deleted=True)
        assert story.picture_sources.read(digest_of(kept_story.SOURCE)) == kept_story.SOURCE
        assert digest_of(kept_story.SOURCE) in gone.settings["order"]


def test_what_is_new_in_version_3_has_its_default_in_an_older_file(tmp_path: Path) -> None:
    with StoryFile.open(kept_of_version_2(tmp_path)) as story:
        oil = story.outline().scenes[0].id
        (take,) = story.takes.of_scene(oil)
        assert (take.kind, take.wish, take.bookmark) == (TakeKind.CONTINUE, "", "")
        (entry,) = story.context.lore()
        assert entry == LoreEntry(
            entry.id,
            entry.title,
            entry.keys,
            entry.content,
            category=entry.category,
            extra=entry.extra,
        )
        assert (story.context.rules(), story.summaries.all()) == (ContextRules(), {})
        assert story.prompt_edits.of_scene(oil) is None


@pytest.mark.parametrize(
    ("story_of", "count"),
    [
        (kept_of_version_2, 18),
        (kept_of_version_3, 20),
        (kept_of_version_5, 29),
        (kept_of_version_6, 32),
        (kept_of_version_7, 33),
    ],
)
def test_every_table_of_a_kept_version_holds_something(
    tmp_path: Path, story_of: Callable[[Path], Path], count: int
) -> None:
    path = story_of(tmp_path)
    tables = query(path, "SELECT name FROM sqlite_schema WHERE type = 'table'")
    assert len(tables) == count
    for (name,) in tables:
        assert query(path, f"SELECT count(*) FROM {name}") != [(0,)], name


def test_an_older_file_is_copied_aside_and_brought_up(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "MIGRATIONS", NEWER)
    old_bytes = kept.read_bytes()
    for aside in ("kept.version-1.forge", "kept.version-1-2.forge"):
        kept.write_bytes(old_bytes)
        with StoryFile.open(kept) as story:
            assert aside in story.notes[0]
            assert story.outline().title == "The Light at Skerry Point"
        assert query(kept, "SELECT motto FROM story") == [("none",)]
        assert query(kept, "PRAGMA user_version") == [(len(NEWER),)]
        old = kept.with_name(aside)
        assert query(old, "PRAGMA user_version") == [(1,)]
        assert query(old, "PRAGMA integrity_check") == [("ok",)]


def test_a_step_that_fails_leaves_the_file_as_the_step_before_made_it(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = (*MIGRATIONS, "DELETE FROM take; ALTER TABLE nothing ADD COLUMN x;")
    monkeypatch.setattr(opening, "MIGRATIONS", broken)
    with pytest.raises(StoryFileError):
        StoryFile.open(kept)
    assert query(kept, "PRAGMA user_version") == [(len(MIGRATIONS),)]
    assert query(kept, "SELECT count(*) FROM take") == [(2,)]
    assert not kept.with_name(kept.name + ".lock").exists()


def test_steps_are_taken_one_by_one(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "x", isolation_level=None)) as raw:
        migrate(raw, MIGRATIONS)
        assert version_of(raw) == len(MIGRATIONS)
        migrate(raw, NEWER)
        assert version_of(raw) == len(NEWER)


def test_an_older_file_open_elsewhere_is_read_in_a_migrated_copy(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with StoryFile.open(kept) as writer:
        monkeypatch.setattr(opening, "MIGRATIONS", NEWER)
        with StoryFile.open(kept) as reader:
            assert reader.read_only
            assert reader.outline() == writer.outline()
            scratch = reader._scratch
            assert scratch is not None
            assert scratch.is_dir()
        assert not scratch.exists()
        broken = (*MIGRATIONS, "ALTER TABLE nothing ADD COLUMN x;")
        monkeypatch.setattr(opening, "MIGRATIONS", broken)
        with pytest.raises(StoryFileError):
            StoryFile.open(kept)
    assert query(kept, "PRAGMA user_version") == [(len(MIGRATIONS),)]
