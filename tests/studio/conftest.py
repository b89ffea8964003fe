"""A story to continue, closed afterwards whatever the test did, and a keyring of the tests' own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storyforge.store.story_file import StoryFile
from storyforge.studio import key_ring
from tests.studio.secret_service import SecretService, running


@pytest.fixture
def story(tmp_path: Path) -> Iterator[StoryFile]:
    with StoryFile.create(tmp_path / "salt.forge", title="Salt", author="A. B.") as story:
        yield story


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretService]:
    # Other tests may hold the machine's cores for longer than an author's keyring takes.
    monkeypatch.setattr(key_ring, "SECONDS", 30.0)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.SecretService.Keyring")
    with running(tmp_path / "bus") as service:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", service.address)
        yield service
