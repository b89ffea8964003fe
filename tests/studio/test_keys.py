"""Whose key goes where, where it lies, and what is said where there is none."""

import os

import pytest

from storyforge.domain.profile import Profile
from storyforge.errors import BadInput, ModelError
from storyforge.settings import Settings
from storyforge.studio import key_file, key_ring, keys
from storyforge.studio.keys import Listed, NoKeyring, Place
from tests.studio.secret_service import SecretService

OPENAI = Profile("gpt", "openai", "gpt-5")
OWN = Profile("own", "openai-compatible", "m", "http://localhost:8080/v1")


@pytest.mark.parametrize(
    ("profile", "name"),
    [
        (OPENAI, "openai"),
        (Profile("c", "anthropic", "claude"), "anthropic"),
        (Profile("g", "gemini", "gemini-3"), "gemini"),
        (Profile("h", "horde"), "horde"),
        (Profile("r", "openai-compatible", "x/y", "https://openrouter.ai/api/v1"), "openrouter"),
        (OWN, "localhost:8080"),
        (Profile("o", "ollama", "qwen3"), "127.0.0.1:11434"),
        (Profile("l", "llama.cpp", "m.gguf"), ""),
        # One provider's key does not follow to another's address.
        (Profile("p", "openai", "gpt-5", "https://proxy.example/v1"), "proxy.example"),
        (Profile("w", "openai", "gpt-5", key="work"), "work"),
        (Profile("s", "openai", "gpt-5", key="openai"), "openai"),
    ],
)
def test_the_address_says_whose_key_it_is(profile: Profile, name: str) -> None:
    assert keys.key_name(profile) == name


@pytest.mark.parametrize("key", ["openai", "api.openai.com", "other.example:8443"])
def test_a_profile_cannot_send_a_providers_key_elsewhere(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-one")
    profile = Profile("p", "openai", "gpt-5", "https://proxy.example/v1", key=key)
    with pytest.raises(ModelError, match="only goes to its own address"):
        keys.key_of(profile, Settings())


@pytest.mark.parametrize("key", ["sk-proj-0123456789abcdef", "two words", "x" * 300])
def test_a_key_in_the_place_of_its_name_is_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(ModelError, match="no name for a key") as caught:
        keys.key_of(Profile("p", "openai", "gpt-5", key=key), Settings())
    assert key not in str(caught.value)


def test_the_environment_goes_before_a_command_that_before_the_keyring_and_that_before_the_file(
    service: SecretService, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(key_commands={"openai": "echo sk-command"})
    key_file.write({"openai": "sk-file"})
    assert keys.key_of(OPENAI, Settings()) == "sk-file"
    service.keys["openai"] = "sk-ring"
    assert keys.key_of(OPENAI, Settings()) == "sk-ring"
    assert keys.key_of(OPENAI, settings) == "sk-command"
    monkeypatch.setenv("OPENAI_API_KEY", "sk-usual")
    assert keys.key_of(OPENAI, settings) == "sk-usual"
    monkeypatch.setenv("STORYFORGE_KEY_OPENAI", " sk-own\n")
    assert keys.key_of(OPENAI, settings) == "sk-own"


def test_gemini_has_two_variables_and_a_host_has_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_API_KEY", "AIza-two")
    assert keys.key_of(Profile("g", "gemini", "gemini-3"), Settings()) == "AIza-two"
    monkeypatch.setenv("STORYFORGE_KEY_LOCALHOST_8080", "local")
    assert keys.key_of(OWN, Settings()) == "local"


def test_without_a_key_a_provider_is_not_asked_and_a_server_of_ones_own_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "")
    with pytest.raises(ModelError, match="no key for openai") as caught:
        keys.key_of(OPENAI, Settings())
    assert "storyforge keys set openai" in caught.value.hint
    assert keys.key_of(OWN, Settings()) == ""
    assert keys.key_of(Profile("h", "horde"), Settings()) == ""


def test_a_server_of_ones_own_without_a_key_does_not_wait_for_the_keyring(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fetch(name: str) -> str:
        raise AssertionError(name)

    monkeypatch.setattr(key_ring, "fetch", fetch)
    assert keys.key_of(OWN, Settings()) == ""


def test_a_keyring_that_is_locked_or_silent_is_said_where_no_other_key_is(
    service: SecretService, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.locked = True
    with pytest.raises(NoKeyring, match="locked"):
        keys.key_of(OPENAI, Settings())
    key_file.write({"openai": "sk-file"})
    assert keys.key_of(OPENAI, Settings()) == "sk-file"


def test_a_key_lies_in_one_place_only(service: SecretService) -> None:
    keys.set_key("openai", "sk-ring")
    keys.set_key("openai", "sk-file", Place.FILE)
    assert service.keys == {}
    assert key_file.read() == {"openai": "sk-file"}
    keys.set_key("openai", "sk-ring")
    assert key_file.read() == {}
    assert not key_file.key_file().exists()
    assert keys.remove_key("openai")
    assert not keys.remove_key("openai")
    assert service.keys == {}


def test_a_keyring_that_cannot_be_asked_keeps_its_key(
    service: SecretService, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.set_key("openai", "sk-ring")
    service.locked = True
    with pytest.raises(NoKeyring):
        keys.remove_key("openai")
    keys.set_key("openai", "sk-file", Place.FILE)
    assert service.keys == {"openai": "sk-ring"}
    assert keys.remove_key("gemini") is False


def test_whose_keys_there_are_is_listed_and_never_what_they_are(
    service: SecretService, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.set_key("mistral", "sk-ring")
    keys.set_key("localhost:8080", "sk-file", Place.FILE)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-environment")
    settings = Settings(key_commands={"groq": "echo sk-command"})
    wrong = Profile("x", "openai", "m", "https://x.example", key="openai")
    found = keys.listed(settings, (OWN, Profile("c", "anthropic", "claude"), wrong))
    assert found == (
        Listed("anthropic", Place.NOWHERE),
        Listed("groq", Place.COMMAND),
        Listed("localhost:8080", Place.FILE),
        Listed("mistral", Place.KEYRING),
        Listed("openai", Place.ENVIRONMENT, "OPENAI_API_KEY"),
    )
    assert "sk-" not in repr(found)


@pytest.mark.parametrize("key", ["", "  ", "sk one", "sk-\none", "sk-ä", "x" * 5000, "\x1b[31m"])
def test_what_cannot_be_a_key_is_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(ModelError, match="cannot be one") as caught:
        keys.set_key("openai", key, Place.FILE)
    assert not key.strip() or key not in str(caught.value)


def test_what_a_copied_text_brings_along_is_taken_off() -> None:
    keys.set_key(" OpenAI ", "\ufeff \u200bsk-one\r\n", Place.FILE)
    assert key_file.read() == {"openai": "sk-one"}


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("openai", "openai"),
        ("OpenAI", "openai"),
        ("https://api.openai.com/v1", "openai"),
        ("api.openai.com", "openai"),
        ("http://localhost:8080/v1", "localhost:8080"),
        ("localhost:8080", "localhost:8080"),
        ("work", "work"),
        ("My Writer", "anthropic"),
    ],
)
def test_a_key_is_named_by_provider_address_or_profile(word: str, name: str) -> None:
    profiles = (Profile("My Writer", "anthropic", "claude"), Profile("local", "llama.cpp"))
    assert keys.named(word, profiles) == name


def test_what_is_no_name_of_a_key_is_said() -> None:
    with pytest.raises(ModelError, match="needs no key"):
        keys.named("local", (Profile("local", "llama.cpp"),))
    for word in ("", "two words", "commands", "http://"):
        with pytest.raises(BadInput):
            keys.named(word)
    with pytest.raises(BadInput) as caught:
        keys.named("sk-proj-0123456789abcdef")
    assert "0123456789" not in str(caught.value)


# The file.


def test_only_its_owner_can_read_the_file() -> None:
    key_file.write({"openai": "sk-one"})
    assert key_file.key_file().stat().st_mode & 0o777 == 0o600
    for mode in (0o640, 0o604, 0o620):
        key_file.key_file().chmod(mode)
        with pytest.raises(ModelError, match="others on this machine can read") as caught:
            keys.key_of(OPENAI, Settings())
        assert "chmod 600" in caught.value.hint
        with pytest.raises(ModelError):
            keys.set_key("openai", "sk-two", Place.FILE)
    key_file.key_file().chmod(0o400)
    assert keys.key_of(OPENAI, Settings()) == "sk-one"


def test_another_users_file_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    key_file.write({"openai": "sk-one"})
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000)
    with pytest.raises(ModelError, match="another user's"):
        key_file.read()


def test_a_broken_file_is_said_without_what_stands_in_it() -> None:
    key_file.write({"openai": "sk-one"})
    for told in ('openai = "sk-secret', "sk-secret", b"\xff".decode("latin-1") * 3):
        key_file.key_file().write_bytes(told.encode("latin-1"))
        with pytest.raises(ModelError, match="not valid TOML") as caught:
            key_file.read()
        assert "sk-secret" not in str(caught.value)
        assert caught.value.__cause__ is None


def test_a_file_that_is_none_is_said() -> None:
    key_file.key_file().mkdir(parents=True)
    with pytest.raises(ModelError, match="cannot be read: it is a folder"):
        key_file.read()


def test_a_file_that_cannot_be_written_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    key_file.write({"openai": "sk-one"})

    def full(*_arguments: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as during:
        during.setattr(os, "open", full)
        with pytest.raises(ModelError, match="the disk is full"):
            keys.set_key("gemini", "AIza", Place.FILE)
    assert key_file.read() == {"openai": "sk-one"}
