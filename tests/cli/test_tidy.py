"""tidy on real files: what it shows, what it changes, and what it keeps."""

from pathlib import Path

import pytest

from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.story import Page
from storyforge.store.story_file import StoryFile
from tests.cli.command import Command

FIRST = "彼は立った…\n「行くぞ」\n２０２６年―そして"
SECOND = "\u3000静かだ。"


@pytest.fixture
def kaze(tmp_path: Path) -> Path:
    path = tmp_path / "kaze.forge"
    with StoryFile.create(path, title="風", language="ja") as story:
        chapter = story.outline().chapters[0]
        scenes = [chapter.scenes[0].id, story.binder.add_scene(chapter.id, "朝")]
        for scene, text in zip(scenes, (FIRST, SECOND), strict=True):
            story.scenes.save(Page(scene, text, Provenance.whole(len(text), Origin.TYPED)))
    return path


def first(path: Path) -> str:
    with StoryFile.open(path) as story:
        return story.scenes.text(story.outline().scenes[0].id)


def test_a_dry_run_shows_every_change_and_makes_none(storyforge: Command, kaze: Path) -> None:
    assert storyforge("tidy", kaze, "--dry-run").out == (
        "Scene 1  彼は立った…: dashes 1, digits 1, ellipses 1, indent 2\n"
        "  1: [→□]彼は立った…\n"
        "  1: 彼は立った[…→……]\n"
        "  3: [→□]２０２６年―そして\n"
        "  3: [２０２６→2026]年―そして\n"
        "  3: ２０２６年[―→――]そして\n"
        "5 changes; none was made.\n"
    )
    assert first(kaze) == FIRST


def test_scenes_are_tidied_and_kept_as_they_were(storyforge: Command, kaze: Path) -> None:
    answer = storyforge("tidy", kaze)
    assert answer.out.splitlines()[-1].startswith("5 changes were made")
    assert first(kaze) == "\u3000彼は立った……\n「行くぞ」\n\u30002026年――そして"
    with StoryFile.open(kaze) as story:
        [scene, other] = story.outline().scenes
        kept = [story.revisions.page(one.id).text for one in story.revisions.list(scene.id)]
        assert FIRST in kept
        assert not story.revisions.list(other.id)
    assert storyforge("tidy", kaze).out == "Nothing to tidy up.\n"


def test_rules_are_switched(storyforge: Command, kaze: Path) -> None:
    wished = ("--without", "indent", "--without", "digits", "--without", "dashes")
    assert storyforge("tidy", kaze, "--scene", 1, *wished).status == 0
    assert first(kaze) == "彼は立った……\n「行くぞ」\n２０２６年―そして"
    answer = storyforge("tidy", kaze, "--with", "quotes")
    assert answer.status == 1
    assert "“quotes” is not for a story in ja" in answer.err
    assert "indent, ellipses" in answer.err


def test_programs_hear_where_each_change_is(storyforge: Command, kaze: Path) -> None:
    told = storyforge("tidy", kaze, "--dry-run", "--json").json
    assert told["done"] is False
    [scene] = told["scenes"]
    assert scene["number"] == 1
    assert {"rule": "ellipses", "start": 5, "end": 6, "old": "…", "new": "……"} in scene["changes"]


def test_a_story_that_another_holds_is_not_tidied(storyforge: Command, kaze: Path) -> None:
    with StoryFile.open(kaze):
        answer = storyforge("tidy", kaze)
        assert answer.status == 1
        assert "can only be read now" in answer.err
    assert first(kaze) == FIRST
