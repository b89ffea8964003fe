"""Where things lie on this machine. Functions, so that the environment can move them at any time.

Each folder can be moved by an environment variable (`STORYFORGE_CONFIG_DIR`, `…_DATA_DIR`,
`…_CACHE_DIR`, `…_STORIES_DIR`, `…_PROMPTS_DIR`); otherwise the platform's own habits decide.
Nothing here creates a folder: who writes, makes.
"""

import os
import tomllib
from pathlib import Path

from platformdirs import PlatformDirs

_APP = "storyforge"


def _place(variable: str, default: str) -> Path:
    return Path(os.environ.get(variable) or default).expanduser()


def at_home(told: str | Path) -> Path:
    """A path whose `~` is somebody's home; one of nobody's stays as it is, and leads nowhere."""
    path = Path(told)
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def _platform() -> PlatformDirs:
    return PlatformDirs(_APP, appauthor=False)


def config_dir() -> Path:
    """The folder of the author's settings."""
    return _place("STORYFORGE_CONFIG_DIR", _platform().user_config_dir)


def config_file() -> Path:
    """The settings, as TOML."""
    return config_dir() / "settings.toml"


def data_dir() -> Path:
    """The folder of what must not be lost: backups and the list of recent stories."""
    return _place("STORYFORGE_DATA_DIR", _platform().user_data_dir)


def backups_dir() -> Path:
    """Dated copies of stories, kept away from the stories themselves."""
    return data_dir() / "backups"


def models_dir() -> Path:
    """The models that were fetched."""
    return data_dir() / "models"


def cache_dir() -> Path:
    """The folder of what can be made again."""
    return _place("STORYFORGE_CACHE_DIR", _platform().user_cache_dir)


def states_dir() -> Path:
    """What models have read of the stories, in a form that only they understand."""
    return cache_dir() / "states"


def references_dir() -> Path:
    """What reference pictures became in an adapter's words."""
    return cache_dir() / "references"


def thumbnails_dir() -> Path:
    """Pictures made small, for the gallery."""
    return cache_dir() / "thumbnails"


def viewed_dir() -> Path:
    """Copies of pictures that the system's own viewer was given."""
    return cache_dir() / "viewed"


def log_file() -> Path:
    """What the program and its engine wrote for whoever looks for a fault."""
    return cache_dir() / "storyforge.log"


def stories_dir() -> Path:
    """Where a new story lies unless the author says otherwise."""
    return _place("STORYFORGE_STORIES_DIR", str(Path(_platform().user_documents_dir) / "Stories"))


def prompts_dir() -> Path:
    """The templates that ship: beside the package in a checkout, inside it in a wheel."""
    package = Path(__file__).parent
    default = package / "prompts"
    if not default.is_dir():
        default = package.parent / "prompts"
    return _place("STORYFORGE_PROMPTS_DIR", str(default))


def peek_setting(name: str, default: str) -> str:
    """One top-level text setting for the first frame, read without pydantic (a quarter second).

    Anything odd gives `default`: `settings.load` reports what is wrong with the file later.
    """
    from_environment = os.environ.get(f"STORYFORGE_{name.upper()}")
    if from_environment:
        return from_environment
    try:
        value = tomllib.loads(config_file().read_text("utf-8")).get(name, default)
    except (OSError, ValueError):
        return default
    return value if isinstance(value, str) else default
