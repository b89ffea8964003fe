"""What every test stands on: a home of its own, so that no test reads or writes the author's."""

import gc
import itertools
import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from storyforge import i18n
from tests.lasting import one_engine, session_engine

__all__ = ["one_engine", "session_engine"]

_FOLDERS = ("CONFIG", "DATA", "CACHE", "STORIES")
#: The rooms with the longest files: begun first, none of them keeps one process when the others
#: have nothing left to do.
_FIRST = (
    "terminal", "test_", "engine", "backends", "packaging",
    "cli", "tui", "studio", "export", "importing", "store",
)  # fmt: skip

# How long an example takes is up to whatever else the machine does.
settings.register_profile("gate", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("gate")


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where homes lie. pytest looks through all there are to number one: 4 ms towards the end."""
    street = tmp_path_factory.mktemp("homes")
    return (street / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def home(homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home; child processes inherit it through the environment."""
    home = next(homes)
    home.mkdir()
    for name in list(os.environ):
        if name.startswith(("STORYFORGE_", "XDG_")) or name in ("HF_HOME", "HF_HUB_CACHE"):
            monkeypatch.delenv(name)
        if name.endswith("_API_KEY"):
            monkeypatch.delenv(name)
    # Nor the author's keyring.
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    # New stories are in the locale's language, and a test in nobody's.
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    for name in _FOLDERS:
        monkeypatch.setenv(f"STORYFORGE_{name}_DIR", str(home / name.lower()))
    return home


@pytest.fixture(autouse=True)
def english() -> None:
    """Words as they stand in the source, whatever a test before may have chosen."""
    i18n.use_language("en")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is imported for the tests never becomes garbage: walking it again and again took a third
    of the imports' time, and a fifth of the screen's tests'.
    """
    gc.disable()
    collected = yield
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)
    gc.enable()
    return collected


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the long ones go first; xdist would begin with the files that have the most tests."""
    items.sort(key=lambda item: _turn(item.nodeid.removeprefix("tests/")))


def _turn(place: str) -> int:
    return next((n for n, room in enumerate(_FIRST) if place.startswith(room)), len(_FIRST))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Keep now what a worker covered: it is killed when its end takes more than ten seconds."""
    if not hasattr(session.config, "workerinput"):
        return
    import coverage

    covered = coverage.Coverage.current()
    if covered is not None:
        covered.stop()
        covered.save()
