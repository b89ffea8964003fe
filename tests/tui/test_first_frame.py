"""What may not be imported before the first frame: each of it would hold the screen up."""

import subprocess
import sys

_CHECK = """
import sys
from pathlib import Path
from storyforge.tui.app import StoryforgeApp
StoryforgeApp(Path("x.forge")).get_default_screen()
StoryforgeApp(None).get_default_screen()
heavy = {"sqlmodel", "sqlalchemy", "pydantic", "jinja2", "httpx", "psutil", "typer", "llama_cpp",
         "torch", "diffusers", "transformers", "markdown_it.main", "storyforge.settings"}
print(",".join(sorted(heavy & set(sys.modules))))
"""


def test_the_screen_is_there_before_anything_heavy() -> None:
    found = subprocess.run(
        [sys.executable, "-c", _CHECK], capture_output=True, text=True, timeout=60, check=True
    )
    assert found.stdout.strip() == ""
