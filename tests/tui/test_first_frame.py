"""What may not be imported before the first frame, nor before the text: it would hold them up."""

import subprocess
import sys
from pathlib import Path

from storyforge.studio import shelf
from tests.store.helpers import only_scene, typed

_HEAVY = (
    "torch", "diffusers", "transformers", "llama_cpp", "typer", "httpx", "jinja2", "tomlkit",
    "markdown_it.main", "pydantic_settings", "lxml", "docx", "odfdo", "sentencex", "uniseg",
    "regex", "hunspell", "spylls",
    "storyforge.settings", "storyforge.export", "storyforge.importing", "storyforge.backends",
    "storyforge.tui.desk.exporting", "storyforge.tui.dialogs.searching",
)  # fmt: skip
#: what the story file itself needs
_STORE = ("sqlmodel", "sqlalchemy", "pydantic", "psutil", "storyforge.store")
#: what of the story file the text does not need
_LATER = ("storyforge.store.side_tables", "storyforge.store.merging", "storyforge.store.binder")

_FIRST_FRAME = """
import sys
from pathlib import Path
from storyforge.tui.app import StoryforgeApp
StoryforgeApp(Path(sys.argv[1])).get_default_screen()
StoryforgeApp(None).get_default_screen()
print(*sorted(sys.modules))
"""
_TEXT = """
import sys
from pathlib import Path
from storyforge.tui.screens.desk import DeskScreen
from storyforge.tui.desk import opening
from storyforge.studio import shelf
opened = opening._open(shelf, Path(sys.argv[1]), False)
loaded = sorted(sys.modules)
assert opened.page.text == "She climbed."
opened.story.close()
print(*loaded)
"""


def _loaded(code: str, path: Path) -> set[str]:
    found = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return set(found.stdout.split())


def test_the_screen_is_there_before_anything_heavy(tmp_path: Path) -> None:
    loaded = _loaded(_FIRST_FRAME, tmp_path / "x.forge")
    assert "storyforge.tui.screens.desk" in loaded
    assert sorted(loaded & {*_HEAVY, *_STORE}) == []


def test_the_text_is_there_before_what_it_does_not_need(tmp_path: Path) -> None:
    path = tmp_path / "light.forge"
    shelf.create_story(path, title="The Light").close()
    with shelf.open_story(path) as story:  # which makes the day's copy too
        story.scenes.save(typed(only_scene(story), "She climbed."))
    loaded = _loaded(_TEXT, path)
    assert "storyforge.store.scenes" in loaded
    assert sorted(loaded & {*_HEAVY, *_LATER}) == []
