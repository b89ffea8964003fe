"""What was best, kept by the model's contents and by the machine, for the loader to use.

A home may be shared by several machines, and a model may be moved: so the name says neither path
nor user. What cannot be read is as if it were not there: the defaults are sound.
"""

import contextlib
import json
import platform
from dataclasses import asdict
from pathlib import Path

from storyforge import paths
from storyforge.engine import hardware
from storyforge.engine.model_hash import known_hash, model_hash
from storyforge.small_files import put
from storyforge.studio.tuning.trials import Best


def known(path: Path) -> Best | None:
    """What was best for the model at `path` on this machine; None where it was not tuned.

    The file is not read for it: its hash is remembered since the tuning.
    """
    file = _file()
    if not file.exists():
        return None
    found = known_hash(path, paths.states_dir())
    told = _all().get(_name(found)) if found else None
    try:
        return Best(**told) if isinstance(told, dict) else None
    except TypeError:
        return None  # of another version


def keep(path: Path, best: Best) -> None:
    """Keep it; the model is read once for its hash, which takes 4 s for 5 GB.

    Raises:
        OSError: it cannot be read, or the file cannot be written.
    """
    found = model_hash(path, paths.states_dir())
    assert found is not None
    _write(_all() | {_name(found): asdict(best)})


def forget(path: Path) -> bool:
    """Let the defaults count again; whether there was anything.

    Raises:
        OSError: the file cannot be written.
    """
    found = known_hash(path, paths.states_dir())
    told = _all()
    if found is None or told.pop(_name(found), None) is None:
        return False
    _write(told)
    return True


def _file() -> Path:
    return paths.data_dir() / "tuning.json"


def _name(model: str) -> str:
    cores = hardware.find_cores()
    machine = (
        platform.node(),
        platform.machine(),
        len(cores.performance) or cores.count,
        len(cores.efficiency),
        len(cores.siblings),
        cores.quota,
    )
    return f"{model} {' '.join(map(str, machine))}"


def _all() -> dict[str, object]:
    with contextlib.suppress(OSError, ValueError):
        told = json.loads(_file().read_text("utf-8"))
        return told if isinstance(told, dict) else {}
    return {}


def _write(told: dict[str, object]) -> None:
    put(_file(), json.dumps(told, indent=1))
