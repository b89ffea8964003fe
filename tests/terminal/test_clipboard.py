"""The chapter on its way to a real clipboard: tmux's own buffer, which a terminal would get too."""

from pathlib import Path

import pytest

from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.story import Page
from storyforge.store.story_file import StoryFile
from tests.terminal.terminal import Terminal, wait_for

TEXT = "\u3000灯台《とうだい》が《《光》》る。\n「誰だ」"


@pytest.fixture
def story(tmp_path: Path) -> Path:
    file = tmp_path / "kaze.forge"
    with StoryFile.create(file, title="風", language="ja") as made:
        scene = made.outline().scenes[0].id
        made.scenes.save(Page(scene, TEXT, Provenance.whole(len(TEXT), Origin.TYPED)))
    return file


@pytest.mark.parametrize("allowed", ["on", "external"])
def test_a_chapter_reaches_tmux_where_tmux_lets_it(
    tmp_path: Path, story: Path, allowed: str
) -> None:
    with Terminal(tmp_path, str(story), "--demo") as desk:
        desk.tmux("set-option", "-s", "set-clipboard", allowed)
        desk.see("Chapter 1", "saved")
        desk.keys("C-p")
        desk.see("Esc")
        desk.type("copy this chapter")
        desk.see("Copy this chapter")
        desk.keys("Enter")
        desk.see("Where will you paste it?")
        desk.keys("Enter")
        desk.see("was sent to")
        if allowed == "on":
            # Sequences and what the screen says go through one pipe: it was there before the words.
            wait_for(lambda: desk.tmux("list-buffers"), lambda: "nothing came")
            assert desk.tmux("show-buffer") == (
                "\u3000灯台《とうだい》が｜光《・》る。\n「誰だ」\n"
            )
        else:
            desk.see("set-clipboard on")
            assert desk.tmux("list-buffers") == ""
