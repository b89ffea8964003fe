"""A chapter as text for the clipboard, and what is known of the way there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.story import Page
from storyforge.store.story_file import StoryFile
from storyforge.studio.clipping import SAFE_BYTES, chapter_text, obstacle


@pytest.fixture
def story(tmp_path: Path) -> Iterator[StoryFile]:
    with StoryFile.create(tmp_path / "light.forge", title="灯台", language="ja") as made:
        first = made.outline().chapters[0]
        made.binder.rename_chapter(first.id, "夜")
        scenes = [first.scenes[0].id, made.binder.add_scene(first.id, "港")]
        for scene, text in zip(
            scenes, ("\u3000灯《ひ》が《《光》》る。", "\u3000朝。"), strict=True
        ):
            made.scenes.save(Page(scene, text, Provenance.whole(len(text), Origin.TYPED)))
        made.binder.add_chapter("空")
        yield made


def test_a_chapter_is_spelled_for_the_place_where_it_goes(story: StoryFile) -> None:
    night, empty = (chapter.id for chapter in story.outline().chapters)
    between = "\n\n＊　　＊　　＊\n\n"
    assert chapter_text(story, night, "narou") == (
        f"\u3000灯《ひ》が｜光《・》る。{between}\u3000朝。\n"
    )
    assert chapter_text(story, night, "plain", readings=False) == (
        f"夜\n\n\u3000灯が光る。{between}\u3000朝。\n"
    )
    assert chapter_text(story, empty, "narou") == ""


@pytest.mark.parametrize(
    ("environ", "answer", "size", "said"),
    [
        ({}, "", 10, ""),
        ({"TMUX": "/tmp/tmux"}, "on", 10, ""),
        ({"TMUX": "/tmp/tmux"}, "external", 10, "set-clipboard on"),
        ({"STY": "1.pts"}, "", 10, "GNU screen"),
        ({}, "", SAFE_BYTES // 4 * 3 + 1, "so long"),
        ({"TMUX": "/tmp/tmux"}, "on", SAFE_BYTES, "so long"),
    ],
)
def test_what_stands_in_the_way_is_said(
    environ: dict[str, str], answer: str, size: int, said: str
) -> None:
    told = obstacle("a" * size, environ, lambda *_arguments: answer)
    assert said in told
    assert bool(said) == bool(told)


def test_in_text_commands_are_not_copied(story: StoryFile) -> None:
    scene = story.outline().scenes[0].id
    text = "\u3000灯る。\n@_ 海の音を\n\u3000消える。"
    story.scenes.save(Page(scene, text, Provenance.whole(len(text), Origin.TYPED)))
    told = chapter_text(story, story.outline().chapters[0].id, "narou")
    assert told.startswith("\u3000灯る。\n\u3000消える。\n")
