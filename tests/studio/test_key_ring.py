"""The system's keyring, over real D-Bus where there is a bus; on the way there nothing may hang."""

import sys
import time
from pathlib import Path

import pytest

from storyforge.studio import key_ring
from storyforge.studio.key_ring import NoKeyring, Trouble
from tests.studio.secret_service import SecretService


def test_a_key_is_kept_found_and_removed(service: SecretService) -> None:
    assert key_ring.fetch("openai") is None
    key_ring.keep("openai", "sk-one")
    key_ring.keep("localhost:8080", "two")
    assert service.keys == {"openai": "sk-one", "localhost:8080": "two"}
    assert key_ring.fetch("openai") == "sk-one"
    assert key_ring.noted() == {"openai", "localhost:8080"}
    assert key_ring.drop("openai")
    assert not key_ring.drop("openai")
    assert service.keys == {"localhost:8080": "two"}
    assert key_ring.noted() == {"localhost:8080"}


def test_a_locked_keyring_is_said_to_be_locked_and_not_asked_where_nobody_could_answer(
    service: SecretService, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    service.locked = True
    with pytest.raises(NoKeyring) as caught:
        key_ring.fetch("openai")
    assert caught.value.trouble is Trouble.LOCKED
    with pytest.raises(NoKeyring):
        key_ring.keep("openai", "sk-one")
    assert service.keys == {}
    assert key_ring.noted() == frozenset()
    assert "Unlock" not in service.asked


@pytest.mark.parametrize("opens", [True, False])
def test_at_a_screen_the_keyrings_owner_is_asked_for_its_password(
    service: SecretService, monkeypatch: pytest.MonkeyPatch, opens: bool
) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    service.keys["openai"] = "sk-one"
    service.locked, service.opens = True, opens
    if opens:
        assert key_ring.fetch("openai") == "sk-one"
    else:
        with pytest.raises(NoKeyring, match="locked"):
            key_ring.fetch("openai")
    assert "Unlock" in service.asked


def test_a_password_that_nobody_types_holds_nobody(
    service: SecretService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(key_ring, "_TYPING", 0.3)
    service.locked = service.waits = True
    with pytest.raises(NoKeyring) as caught:
        key_ring.fetch("openai")
    assert caught.value.trouble is Trouble.SILENT


def test_a_keyring_that_never_answers_holds_nobody(
    service: SecretService, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.silent = True
    monkeypatch.setattr(key_ring, "SECONDS", 0.3)
    began = time.monotonic()
    with pytest.raises(NoKeyring) as caught:
        key_ring.fetch("openai")
    assert caught.value.trouble is Trouble.SILENT
    assert time.monotonic() - began < 20  # for jeepney it would have been for ever


def test_without_a_bus_there_is_no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_ring, "SECONDS", 30.0)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus")
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND")
    with pytest.raises(NoKeyring) as caught:
        key_ring.fetch("openai")
    assert caught.value.trouble is Trouble.NONE
    assert "[key_commands]" in caught.value.hint


@pytest.mark.parametrize("name", ["keyring.backends.null.Keyring", "plain.Ring", "nowhere.Ring"])
def test_only_the_systems_own_keyrings_are_used(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """keyring takes any class that a setting names, and some write keys down as they are."""
    (tmp_path / "plain.py").write_text(
        "from keyring.backend import KeyringBackend\n"
        "class Ring(KeyringBackend):\n"
        "    priority = 9\n"
        "    def set_password(self, service, name, key):\n"
        f"        open({str(tmp_path / 'kept')!r}, 'w').write(key)\n"
        "    def get_password(self, service, name): return None\n"
        "    def delete_password(self, service, name): pass\n"
    )
    monkeypatch.setattr(key_ring, "SECONDS", 30.0)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", name)
    with pytest.raises(NoKeyring) as caught:
        key_ring.keep("openai", "sk-one")
    assert caught.value.trouble in (Trouble.NONE, Trouble.FAILED)
    assert not (tmp_path / "kept").exists()


def test_what_cannot_be_started_is_a_fault_and_no_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(NoKeyring) as caught:
        key_ring.fetch("openai")
    assert caught.value.trouble is Trouble.FAILED


def test_names_that_cannot_be_noted_keep_no_key_out_of_the_keyring(
    service: SecretService, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "a file").write_text("")
    monkeypatch.setenv("STORYFORGE_DATA_DIR", str(home / "a file"))
    key_ring.keep("openai", "sk-one")
    assert service.keys == {"openai": "sk-one"}
    assert key_ring.noted() == frozenset()


def test_notes_that_are_broken_are_no_notes() -> None:
    assert key_ring.noted() == frozenset()
    key_ring._notes().parent.mkdir(parents=True)
    for told in (b"{", b'{"a": 1}', b"\xff"):
        key_ring._notes().write_bytes(told)
        assert key_ring.noted() == frozenset()
