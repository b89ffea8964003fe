"""The verbs about keys: a key comes by stdin or unseen, and is never said."""

import io
import sys
from pathlib import Path

import pytest

from storyforge import settings
from storyforge.studio import key_file, key_ring
from tests.cli.command import Command
from tests.studio.secret_service import running

SECRET = "sk-very-secret-0123456789"


def _said(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(line))


def test_a_key_is_read_from_stdin_kept_in_the_keyring_listed_and_removed(
    storyforge: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_ring, "SECONDS", 30.0)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.SecretService.Keyring")
    with running(tmp_path / "bus") as service:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", service.address)
        _said(monkeypatch, f"{SECRET}\nlogin: mara\n")
        answer = storyforge("keys", "set", "openai")
        assert (answer.status, answer.err) == (0, "")
        assert answer.out == "The key of openai is kept: in the keyring.\n"
        assert service.keys == {"openai": SECRET}
        assert storyforge("keys", "list").out == "openai  in the keyring\n"
        assert storyforge("keys", "list", "--json").json == [{"name": "openai", "place": "keyring"}]
        assert storyforge("keys", "remove", "openai").status == 0
        assert service.keys == {}
    assert "no keys" in storyforge("keys", "list").err


def test_without_a_keyring_a_file_is_used_only_after_a_yes(
    storyforge: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    _said(monkeypatch, SECRET)
    answer = storyforge("keys", "set", "openai")
    assert answer.status == 1
    assert "There is no keyring here" in answer.err
    assert "--file" in answer.err
    assert not key_file.key_file().exists()
    _said(monkeypatch, SECRET)
    assert storyforge("keys", "set", "openai", "--file").status == 0
    assert key_file.read() == {"openai": SECRET}
    monkeypatch.setenv("OPENAI_API_KEY", "sk-other")
    _said(monkeypatch, SECRET)
    answer = storyforge("keys", "set", "openai", "--file")
    assert "goes before it: in the environment, OPENAI_API_KEY" in answer.err
    answer = storyforge("keys", "remove", "openai")
    assert "was removed" in answer.out
    assert "only you can remove: in the environment" in answer.err


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("said", "kept"), [("y\n", {"openai": SECRET}), ("n\n", {}), ("\n", {})])
def test_on_a_terminal_the_key_is_not_shown_and_the_file_is_asked_about(
    storyforge: Command, monkeypatch: pytest.MonkeyPatch, said: str, kept: dict[str, str]
) -> None:
    monkeypatch.setattr("getpass.getpass", lambda prompt: SECRET)
    monkeypatch.setattr(sys, "stdin", _Terminal(said))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    answer = storyforge("keys", "set", "openai")
    assert answer.status == (0 if kept else 1)
    assert key_file.read() == kept
    assert SECRET not in answer.out + answer.err


def test_a_key_on_the_command_line_is_refused_and_not_repeated(storyforge: Command) -> None:
    answer = storyforge("keys", "set", "openai", SECRET)
    assert answer.status == 1
    assert "history" in answer.err
    assert SECRET not in answer.out + answer.err
    answer = storyforge("keys", "set", SECRET)
    assert "looks like a key" in answer.err
    assert SECRET not in answer.out + answer.err


@pytest.mark.parametrize("key", ["two words", "x" * 9000])
def test_what_is_no_key_is_refused(
    storyforge: Command, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    _said(monkeypatch, key)
    answer = storyforge("keys", "set", "openai", "--file")
    assert (answer.status, answer.out) == (1, "")
    assert "cannot be one" in answer.err


@pytest.mark.parametrize("given", ["", " \n"])
def test_no_key_is_told_as_such(
    storyforge: Command, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    _said(monkeypatch, given)
    answer = storyforge("keys", "set", "openai")
    assert (answer.status, answer.out) == (1, "")
    assert "No key was given." in answer.err
    assert "| storyforge keys set openai" in answer.err


def test_a_profile_stands_for_the_key_it_is_called_with(
    storyforge: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.update({"profiles.writer.backend": "anthropic", "profiles.writer.model": "claude"})
    assert storyforge("keys", "list").out == "anthropic  nowhere yet\n"
    _said(monkeypatch, SECRET)
    assert storyforge("keys", "set", "writer", "--file").status == 0
    assert key_file.read() == {"anthropic": SECRET}
    assert storyforge("keys", "remove", "nobody").status == 1


def test_the_last_profile_that_is_called_with_a_key_tells_that_it_stays(
    storyforge: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("writer", "thinker"):
        settings.update({f"profiles.{name}.backend": "openai", f"profiles.{name}.model": "gpt"})
    assert storyforge("painters", "add", "drawn", "--openai").status == 0
    _said(monkeypatch, SECRET)
    assert storyforge("keys", "set", "openai", "--file").status == 0
    assert storyforge("profiles", "remove", "writer").err == ""
    assert storyforge("profiles", "remove", "thinker").err == ""
    answer = storyforge("painters", "remove", "drawn")
    assert answer.err == (
        "The key of openai is kept; to remove it too: storyforge keys remove openai\n"
    )
    assert key_file.read() == {"openai": SECRET}
