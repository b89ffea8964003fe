"""What the list of the lorebook marks as called is what a prompt at the caret would be told."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storyforge.domain.lore import LoreEntry
from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.story import Page, Passage
from storyforge.store.story_file import StoryFile
from storyforge.studio.lore.watch import LoreWatch, faults, wrong_keys

BOOK = tuple(LoreEntry(key, key, (key,), "It is known.") for key in ("lamp", "boat", "well"))


@pytest.fixture
def story(tmp_path: Path) -> Iterator[StoryFile]:
    with StoryFile.create(tmp_path / "light.forge", title="Light") as story:
        yield story


def scenes(story: StoryFile, first: str) -> tuple[str, str]:
    """The first scene with a text, and an empty second one."""
    chapter = story.outline().chapters[0]
    one = chapter.scenes[0].id
    whole = Provenance.whole(len(first), Origin.TYPED)
    story.scenes.save(Page(one, first, whole, 0))
    return one, story.binder.add_scene(chapter.id, "Two")


def called(story: StoryFile, scene: str, before: str, after: str = "") -> set[str]:
    found, wrong = LoreWatch().called(story, BOOK, Passage(scene, before, after))
    assert not wrong
    return set(found)


def test_the_text_before_the_caret_calls_over_the_borders_of_scenes(story: StoryFile) -> None:
    _one, two = scenes(story, "The lamp was lit.")
    assert called(story, two, "She took the boat. ", "The well was dry.") == {"lamp", "boat"}


def test_what_the_model_does_not_see_calls_nothing(story: StoryFile) -> None:
    one, two = scenes(story, "She sang.\n@_ the lamp comes later\nIt rained.")
    assert called(story, two, "@/* the well @*/ She took the boat.") == {"boat"}
    assert called(story, one, "The lamp.\n@break\nThe boat.") == {"boat"}
    scenes(story, "The lamp was lit.")
    assert called(story, two, "@break\nThe boat.") == {"boat"}


def test_a_scene_that_is_gone_calls_nothing(story: StoryFile) -> None:
    assert called(story, "gone", "The lamp.") == set()


def test_keys_that_cannot_be_used_are_told_by_their_entries(story: StoryFile) -> None:
    scenes(story, "The lamp. " + "x" * 900)
    slow = tuple(LoreEntry(f"s{n}", "Slow", (rf"/(x+x+)+y{{{n}}}/",), "No.") for n in (1, 2, 3))
    broken = LoreEntry("b", "Broken", ("/(/", "/)/"), "No.")
    story.context.set_lore((BOOK[0], broken, *slow))
    # The last scene is empty: what stands before it is looked through.
    told = faults(story)
    assert set(told) == {"b", "s1", "s2", "s3"}
    assert told["b"] == "The key “/(/” of the entry “Broken” is no regular expression."
    assert "took too long" in told["s3"]
    assert "no regular expression" in wrong_keys(broken)
    assert "took too long" in wrong_keys(slow[0])
    assert not wrong_keys(BOOK[0])
