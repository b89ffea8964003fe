"""What tests of the screen share."""

from collections.abc import Iterator

import pytest
from textual import _wait

from storyforge import i18n
from tests import pseudo

_LOOK_EVERY = 0.005


@pytest.fixture(scope="session", autouse=True)
def looked_at_often() -> Iterator[None]:
    """Textual's pilot waits after each key until the program rests, twice, and looks every 20 ms
    whether it does. It is asked the same question more often: that is most of what a test waits.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_wait, "SLEEP_IDLE", _LOOK_EVERY * _wait.SLEEP_IDLE / _wait.SLEEP_GRANULARITY)
        patch.setattr(_wait, "SLEEP_GRANULARITY", _LOOK_EVERY)
        yield


@pytest.fixture
def nobodys_language(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, english: None
) -> Iterator[None]:
    """The screen in a language that nobody speaks: what is left in English was not translated."""
    folder = pseudo.write_catalogue(tmp_path_factory.mktemp("locale"))
    monkeypatch.setattr(i18n, "locale_dir", lambda: folder)
    i18n.use_language("ja")
    yield
    i18n.use_language("en")
