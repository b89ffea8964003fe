"""trash, history and stats on real files."""

from array import array
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from storyforge import paths
from storyforge.domain.counting import Counts
from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.story import Page
from storyforge.engine.kvstore import KvStore
from storyforge.settings import update
from storyforge.store.story_file import StoryFile
from storyforge.studio import shelf, writing_clock
from tests.cli.command import Command, finished
from tests.cli.conftest import FIRST, SECOND


def page(scene: str, text: str) -> Page:
    return Page(scene, text, Provenance.whole(len(text), Origin.TYPED))


@pytest.fixture
def littered(light: Path) -> Path:
    """The light without its second chapter, and without the scene Oil."""
    with StoryFile.open(light) as story:
        outline = story.outline()
        story.binder.delete_scene(outline.scenes[1].id)
        story.binder.delete_chapter(outline.chapters[1].id)
    return light


def test_the_trash_lists_what_was_deleted(storyforge: Command, littered: Path) -> None:
    answer = storyforge("trash", littered)
    assert answer.status == 0
    lines = answer.out.splitlines()
    assert len(lines) == 3
    assert lines[1].startswith("1  20")
    assert lines[1].endswith("7  Chapter “The Boat” with 1 scene")
    assert lines[2].endswith("0  Scene Oil of “The Keeper”")
    told = storyforge("trash", littered, "--json").json
    assert [(one["number"], one["kind"], one["words"]) for one in told] == [
        (1, "chapter", 7),
        (2, "scene", 0),
    ]


def test_an_untitled_scene_is_known_by_how_it_begins(storyforge: Command, light: Path) -> None:
    with StoryFile.open(light) as story:
        chapter = story.outline().chapters[0].id
        for text in (SECOND, ""):
            scene = story.binder.add_scene(chapter, "")
            story.scenes.save(page(scene, text))
            story.binder.delete_scene(scene)
    out = storyforge("trash", light).out
    assert "Scene “The boat came in without a crew.” of “The Keeper”" in out
    assert "Scene (empty) of “The Keeper”" in out


def test_what_is_restored_is_in_the_story_again(storyforge: Command, littered: Path) -> None:
    answer = storyforge("trash", littered, "restore", 2, 1)
    assert (answer.status, answer.out.count("Restored: ")) == (0, 2)
    with StoryFile.open(littered) as story:
        titles = [(c.title, [s.title for s in c.scenes]) for c in story.outline().chapters]
        assert titles == [("The Keeper", ["", "Oil"]), ("The Boat", ["Fog"])]
    assert storyforge("trash", littered).out == "The trash is empty.\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("restore",), "Which one"),
        (("restore", "9"), "There is no 9 in the trash"),
        (("burn",), "nothing the trash can do"),
        (("empty",), "nobody was there to say yes"),
    ],
)
def test_what_the_trash_cannot_do_is_said_and_nothing_changes(
    storyforge: Command, littered: Path, arguments: tuple[str, ...], said: str
) -> None:
    answer = storyforge("trash", littered, *arguments)
    assert (answer.status, said in answer.err) == (1, True)
    assert len(storyforge("trash", littered, "--json").json) == 2


def test_the_trash_is_emptied_after_a_yes(
    storyforge: Command, littered: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answers(yes: bool) -> None:
        def confirm(question: str, **_: object) -> bool:
            asked.append(question)
            return yes

        monkeypatch.setattr("typer.confirm", confirm)

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    answers(False)
    answer = storyforge("trash", littered, "empty")
    assert (answer.status, "Nothing was changed" in answer.err) == (1, True)
    answers(True)
    answer = storyforge("trash", littered, "empty")
    assert (answer.status, answer.out) == (0, "2 things are gone for good.\n")
    assert asked == ["Let 2 deleted things go for good, with their takes and snapshots?"] * 2
    assert storyforge("trash", littered, "empty", "--yes").out == "The trash is empty.\n"
    with StoryFile.open(littered) as story:
        assert [scene.length for scene in story.outline().scenes] == [len(FIRST)]


def kept(*slots: str) -> KvStore:
    """A folder in which something was read for each of these."""
    store = KvStore(paths.states_dir(), "kind", lambda: 1 << 30)
    for slot in slots:
        assert store.write(slot, array("i", [1, 2]), 0, memoryview(bytes(8)))
    return store


def test_what_models_have_read_of_a_story_goes_with_what_is_gone_for_good(
    storyforge: Command, littered: Path
) -> None:
    with StoryFile.open(littered) as story:
        scenes = tuple(story.scenes.stamps())
    store = kept(*scenes, "of another story")
    assert len(scenes) == 3
    storyforge("trash", littered, "empty", "--yes")
    assert [one.path for one in store.headings()] == [store.path("of another story")]


def test_what_cannot_be_deleted_of_it_is_said(storyforge: Command, littered: Path) -> None:
    with StoryFile.open(littered) as story:
        scene = story.outline().scenes[0].id
    kept().path(scene).mkdir(parents=True)
    answer = storyforge("trash", littered, "empty", "--yes")
    assert answer.out == "2 things are gone for good.\n"
    assert "What models have read of this story could not be deleted" in answer.err
    assert "storyforge cache clear" in answer.err


def test_the_history_tells_of_every_scene_the_newest_first(
    storyforge: Command, light: Path
) -> None:
    assert storyforge("history", light).out == "No snapshots yet.\n"
    with StoryFile.open(light) as story:
        one, oil, fog = (scene.id for scene in story.outline().scenes)
        story.revisions.keep(page(one, FIRST), reason="before continuation")
        story.revisions.keep(page(fog, SECOND), name="landfall", reason="named")
        story.revisions.keep(page(oil, "It ran\nshort."), reason="before split")
        story.binder.delete_scene(oil)
    lines = storyforge("history", light).out.splitlines()
    assert [line.split("  ")[0] for line in lines[1:]] == ["1", "2", "3"]
    assert lines[1].endswith("(in the trash)      3  before splitting")
    assert lines[2].endswith("2  Fog                 7  “landfall”")
    assert lines[3].endswith("8  before a continuation")
    assert len(storyforge("history", light, "--limit", 1).out.splitlines()) == 2
    (kept,) = storyforge("history", light, "--scene", 2, "--json").json
    assert (kept["scene"], kept["name"], kept["reason"]) == (2, "landfall", "named")
    assert storyforge("history", light, "--text", 1, "--limit", 1).out == "It ran\nshort.\n"
    assert storyforge("history", light, "--scene", 2, "--text", 1).out == SECOND + "\n"
    answer = storyforge("history", light, "--text", 4)
    assert (answer.status, "no snapshot 4" in answer.err) == (1, True)


NOW = datetime(2026, 11, 25, 1).astimezone()
TODAY = date(2026, 11, 24)


@pytest.fixture
def written(light: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The light, written in on three days of the last four."""
    monkeypatch.setattr(writing_clock, "local_now", lambda: NOW)
    with StoryFile.open(light) as story:
        for back, own, model in ((0, 400, 100), (1, 1000, 0), (3, 200, 0)):
            key = story.sessions.begin(TODAY - timedelta(days=back))
            amount, by_model = Counts(own, own * 5), Counts(model, model * 5)
            story.sessions.grow(key, active_seconds=3900, own=amount, model=by_model)
    return light


def test_stats_tell_of_days_streaks_and_goals(storyforge: Command, written: Path) -> None:
    update({"goals.day_words": 300})
    out = storyforge("stats", written, "--days", 4).out
    lines = [line.rstrip() for line in out.splitlines()]
    assert lines[:6] == [
        "The Light",
        "",
        "Today       400 words · 100 by a model · 1 h 5 min · goal 300 (133 %)",
        "Seven days  1,600 words · 100 by a model · 3 h 15 min",
        "Streak      2 days in a row · the longest was 2",
        "Altogether  1,600 words · 100 by a model · 3 h 15 min · 3 days",
    ]
    assert lines[-4:] == [
        "2026-11-21  Sa        200  ████████",
        "2026-11-22  Su",
        "2026-11-23  Mo      1,000  " + "█" * 40,
        "2026-11-24  Tu  400 + 100  ████████████████░░░░",
    ]
    monday = next(line for line in lines if line.startswith("Mo "))
    assert monday == "Mo  " + "· " * 15 + "█"
    told = storyforge("stats", written, "--json").json
    assert (told["goal"], told["today"]["own_words"], told["streak"]["current"]) == (300, 400, 2)
    assert (len(told["days"]), told["days"][-1]) == (14, told["today"])


def test_stats_of_all_stories_are_summed_up(storyforge: Command, written: Path) -> None:
    shelf.create_story(written.with_name("other.forge"), title="Other").close()
    shelf.remember_opened(written, "The Light")
    out = storyforge("stats").out
    assert out.startswith("All your stories\n")
    assert "Today       400 words" in out


def test_stats_of_an_unwritten_story_say_so(storyforge: Command, light: Path) -> None:
    assert storyforge("stats", light).out == (
        "The Light\nNo day of writing yet: it begins with the first key.\n"
    )


def test_stats_count_characters_where_the_language_does(storyforge: Command, written: Path) -> None:
    with StoryFile.open(written) as story:
        story.rename(language="ja")
    out = storyforge("stats", written).out
    assert "Today       2,000 characters · 500 by a model" in out
    assert "Characters a day" in out


def test_stats_are_ascii_where_the_terminal_is_not_utf_8(
    written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    answer = finished("stats", written, "--days", 400)
    assert answer.status == 2
    answer = finished("stats", written, "--days", 366)
    assert answer.status == 0
    drawn = [line for line in answer.out.splitlines() if line[:4].isdigit() or line[:3] == "Mo "]
    assert drawn
    assert all(line.isascii() for line in drawn)


@pytest.mark.parametrize("verb", ["trash", "history", "stats"])
def test_help_shows_how(storyforge: Command, verb: str) -> None:
    answer = storyforge(verb, "--help")
    assert answer.status == 0
    assert f"storyforge {verb} light.forge" in answer.out
