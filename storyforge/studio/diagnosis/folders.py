"""Where things lie, whether they can be written there, and how much space is left."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from storyforge import paths
from storyforge.i18n import _
from storyforge.studio.diagnosis.finding import Finding
from storyforge.studio.sizes import GIB, MIB, size

# A story of 1,000,000 words with its takes stays below 100 MB, and saving needs as much again.
_LITTLE_SPACE = 200 * MIB
# The engine's build needs half of it for its objects.
_SOME_SPACE = 1 * GIB


def examine_folders() -> Iterator[Finding]:
    """Every folder that the program writes to, and its prompts."""
    yield _folder(_("Stories"), paths.stories_dir())
    yield _folder(_("Backups"), paths.backups_dir())
    yield _folder(_("Data"), paths.data_dir())
    yield _folder(_("Models"), paths.data_dir() / "models")
    yield _folder(_("Settings"), paths.config_dir(), shown=paths.config_file())
    yield _folder(_("Cache"), paths.cache_dir())
    yield _folder(_("Log"), paths.log_file().parent, shown=paths.log_file())
    prompts = paths.prompts_dir()
    if prompts.is_dir():
        yield Finding(_("Prompts"), "ok", str(prompts))
    else:
        yield Finding(
            _("Prompts"),
            "problem",
            _("The prompts are missing: {folder}").format(folder=prompts),
            _("Install storyforge again."),
        )


def _folder(topic: str, folder: Path, *, shown: Path | None = None) -> Finding:
    """Where something lies, whether it can be written there and how much space is left."""
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    shown = shown or folder
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        return Finding(
            topic,
            "problem",
            _("{folder} cannot be written.").format(folder=shown),
            _("Give yourself the right to write in {folder}.").format(folder=there),
        )
    free = shutil.disk_usage(there).free
    text = _("{folder} ({free} free)").format(folder=shown, free=size(free))
    if free < _LITTLE_SPACE:
        return Finding(topic, "problem", text, _("The disk is nearly full: make space first."))
    if free < _SOME_SPACE:
        return Finding(topic, "note", text, _("Little space is left on this disk."))
    return Finding(topic, "ok", text)
