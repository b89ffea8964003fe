"""What tests of the screen share."""

from collections.abc import Iterator

import pytest

from storyforge import i18n
from tests import pseudo


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
