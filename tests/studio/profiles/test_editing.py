"""Profiles set, removed and named for tasks; what cannot be so is said at its setting."""

from pathlib import Path
from typing import Any

import pytest

from storyforge import paths, settings
from storyforge.domain.profile import LOCAL
from storyforge.errors import BadInput
from storyforge.settings import Settings
from storyforge.studio.profiles import editing
from storyforge.studio.profiles.checking import fault_of, name_fault
from tests.models import write_model

LAN = {"backend": "ollama", "model": "qwen3:8b"}


def written(text: str) -> Settings:
    paths.config_dir().mkdir(parents=True, exist_ok=True)
    paths.config_file().write_text(text, "utf-8")
    return settings.load()


def set_(name: str, **values: Any) -> Settings:
    editing.write(editing.set_values(settings.load(), name, values))
    return settings.load()


def test_what_is_typed_is_kept_as_what_it_means() -> None:
    told = set_("lan", **LAN, context_tokens="4096", chat="true", price_reading="0.25")
    profile = told.profiles["lan"]
    assert (profile.context_tokens, profile.chat, profile.price_reading) == (4096, True, 0.25)
    assert "context_tokens = 4096" in paths.config_file().read_text("utf-8")


def test_comments_and_what_is_not_named_stay() -> None:
    written('# mine\n[profiles.lan]\nbackend = "ollama" # at home\nmodel = "a"\n')
    set_("lan", model="b", reasoning="low")
    told = set_("lan", reasoning=None)
    assert told.profiles["lan"].model == "b"
    assert paths.config_file().read_text("utf-8") == (
        '# mine\n[profiles.lan]\nbackend = "ollama" # at home\nmodel = "b"\n'
    )


def test_a_table_that_cannot_be_used_is_mended() -> None:
    told = written('[profiles.lan]\nbackend = "olama"\nmodel = "a"\n')
    assert editing.table_of(told, "lan") == {"backend": "olama", "model": "a"}
    told = set_("lan", backend="ollama")
    assert told.unusable == {}
    assert told.profiles["lan"].model == "a"


@pytest.mark.parametrize(
    ("table", "setting", "why"),
    [
        ({"model": "a"}, "backend", "what runs the model"),
        ({"backend": "olama"}, "backend", "'ollama'"),
        (LAN | {"modle": "a"}, "modle", "no such setting. Known are: backend, model"),
        (LAN | {"context_tokens": 3}, "context_tokens", "256 or more."),
        (LAN | {"price_reading": -1}, "price_reading", ""),
        ({"backend": "openai"}, "model", "which model"),
        ({"backend": "openai-compatible"}, "url", "where the API is"),
        (LAN | {"style": "chat"}, "style", "one way"),
        ({"backend": "openai", "model": "a", "style": "chats"}, "style", "responses, chat"),
        (LAN | {"url": "lan:11434"}, "url", "no address"),
        (LAN | {"url": "ftp://lan"}, "url", "no address"),
        (LAN | {"url": "http://lan :1"}, "url", "no address"),
        (LAN | {"url": "http://[::1"}, "url", "no address"),
        (LAN | {"url": "https://me:secret@lan"}, "url", "Only the address"),
        (LAN | {"url": "https://lan?key=secret"}, "url", "Only the address"),
        (LAN | {"url": "http://lan:11434"}, "plain_http", "plain_http allows it"),
        (LAN | {"key": "sk-secret-0123456789"}, "key", "no name for a key"),
        (LAN | {"key": "openai"}, "key", "only goes to its own address"),
        (LAN | {"threads": 3}, "threads", "on this machine only"),
        (LAN | {"preset": "gone"}, "preset", "no preset “gone”"),
        (LAN | {"template": "gone"}, "template", "chat/gone.md.j2"),
        ({"backend": "llama.cpp", "url": "https://lan"}, "url", "behind an API only"),
        ({"backend": "llama.cpp", "dtype": "float32"}, "dtype", "transformers only"),
        ({"backend": "llama.cpp", "model": "/gone.gguf"}, "model", "is not there"),
        ({"backend": "llama.cpp", "model": __file__}, "model", ""),
        ({"backend": "transformers"}, "model", "which model"),
        ({"backend": "transformers", "model": "/gone"}, "model", "is not there"),
        ({"backend": "transformers", "model": "/"}, "model", "config.json is missing"),
        (
            {"backend": "transformers", "model": "/", "gpu_layers": 1},
            "gpu_layers",
            "llama.cpp only",
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_setting(
    table: dict[str, Any], setting: str, why: str
) -> None:
    fault = fault_of(table)
    assert fault is not None
    assert fault.setting == setting
    assert why in fault.why
    assert "secret" not in fault.why


def test_what_can_be_used_has_no_fault(tmp_path: Path) -> None:
    own = paths.config_dir() / "prompts/ja/chat"
    own.mkdir(parents=True)
    (own / "静か.md.j2").write_text("{% block user %}{{ text }}{% endblock %}", "utf-8")
    file = write_model(tmp_path / "tide.gguf")
    (tmp_path / "salt").mkdir()
    (tmp_path / "salt" / "config.json").write_text("{}", "utf-8")
    usable: list[dict[str, Any]] = [
        LAN,
        LAN | {"url": "http://192.168.1.5:11434", "plain_http": True},
        LAN | {"url": "http://localhost:11434/", "preset": "creative", "template": "continue"},
        LAN | {"template": "静か"},
        {"backend": "horde"},
        {"backend": "koboldcpp"},
        {"backend": "openai-compatible", "url": "https://openrouter.ai/api/v1", "model": "a/b"},
        {"backend": "llama.cpp", "threads": 2},
        {"backend": "llama.cpp", "model": str(file), "gpu_layers": -1},
        {"backend": "transformers", "model": str(tmp_path / "salt"), "device": "cpu"},
        {"backend": "transformers", "model": str(file)},
    ]
    assert [fault_of(table) for table in usable] == [None] * len(usable)


@pytest.mark.parametrize("name", ["", "a.b", "a/b", " a", "local", "a" * 41, "a\nb", "--all"])
def test_a_name_that_a_profile_cannot_have_is_said(name: str) -> None:
    assert name_fault(name)
    with pytest.raises(BadInput):
        editing.set_values(settings.load(), name, LAN)


@pytest.mark.parametrize("name", ["claude", "mein-Modell 2", "小さい", "a_b"])
def test_a_profile_may_be_called_as_the_author_likes(name: str) -> None:
    assert set_(name, **LAN).profiles[name].backend == "ollama"


def test_nothing_is_changed_by_what_cannot_be_used() -> None:
    before = set_("lan", **LAN)
    with pytest.raises(BadInput, match=r"like that\. This is no address") as caught:
        set_("lan", url="nowhere", model="b")
    assert caught.value.hint == "The setting is “url”. Nothing was changed."
    assert settings.load() == before


def test_a_profile_is_removed_with_all_that_named_it_and_comes_back() -> None:
    set_("lan", **LAN)
    editing.write(editing.use(settings.load(), "lan"))
    editing.write(editing.send(settings.load(), "summary", "lan"))
    editing.write(editing.send(settings.load(), "draft", LOCAL))
    before = settings.load()
    changes = editing.remove(before, "lan")
    back = editing.undone(before, changes)
    editing.write(changes)
    gone = settings.load()
    assert (gone.profile, gone.profiles, gone.tasks) == (LOCAL, {}, {"draft": LOCAL})
    editing.write(back)
    again = settings.load()
    assert again.profiles == before.profiles
    assert (again.profile, again.tasks) == ("lan", before.tasks)


def test_the_local_profile_stays_and_one_that_is_not_there_is_said() -> None:
    with pytest.raises(BadInput, match="always there"):
        editing.remove(settings.load(), LOCAL)
    with pytest.raises(BadInput, match="no profile called"):
        editing.remove(settings.load(), "gone")
    written("[profiles]\nbad = 3\n")
    editing.write(editing.remove(settings.load(), "bad"))
    assert settings.load().unusable == {}


def test_who_is_chosen_to_write_also_continues() -> None:
    set_("lan", **LAN)
    editing.write(editing.send(settings.load(), "continue", "lan"))
    editing.write(editing.use(settings.load(), LOCAL))
    assert (settings.load().profile, settings.load().tasks) == (LOCAL, {})


def test_a_task_goes_to_a_profile_and_back() -> None:
    set_("lan", **LAN)
    editing.write(editing.send(settings.load(), "summary", "lan"))
    assert settings.load().tasks == {"summary": "lan"}
    editing.write(editing.send(settings.load(), "summary", None))
    assert settings.load().tasks == {}
    with pytest.raises(BadInput, match="no task") as caught:
        editing.send(settings.load(), "cook", "lan")
    assert "picture_prompt" in caught.value.hint
    with pytest.raises(BadInput, match="no profile called"):
        editing.send(settings.load(), "summary", "gone")


def test_settings_that_cannot_be_written_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_values: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(settings, "update", refuse)
    with pytest.raises(BadInput) as caught:
        editing.write({"profile": "lan"})
    assert caught.value.title == "Settings not saved"


def test_a_yes_to_an_unencrypted_way_does_not_go_along_to_another_host() -> None:
    near = LAN | {"url": "http://192.168.1.5:11434", "plain_http": True}
    told = Settings.model_validate({"profiles": {"lan": near}})
    same = editing.set_values(told, "lan", {"url": "http://192.168.1.5:8080"})
    assert "profiles.lan.plain_http" not in same
    with pytest.raises(BadInput, match="plain_http allows it"):
        editing.set_values(told, "lan", {"url": "http://far.example"})
    changes = editing.set_values(told, "lan", {"url": "https://far.example"})
    assert changes["profiles.lan.plain_http"] is None
    both = editing.set_values(told, "lan", {"url": "http://far.example", "plain_http": True})
    assert both["profiles.lan.plain_http"] is True


def test_a_yes_to_a_models_code_does_not_go_along_to_another_model(tmp_path: Path) -> None:
    for name in ("salt", "foam"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text("{}", "utf-8")
    salt, foam = str(tmp_path / "salt"), str(tmp_path / "foam")
    loom = {"backend": "transformers", "model": salt, "trust_code": True}
    told = Settings.model_validate({"profiles": {"loom": loom}})
    assert "profiles.loom.trust_code" not in editing.set_values(told, "loom", {"device": "cpu"})
    changes = editing.set_values(told, "loom", {"model": foam})
    assert changes["profiles.loom.trust_code"] is None
    both = editing.set_values(told, "loom", {"model": foam, "trust_code": "true"})
    assert both["profiles.loom.trust_code"] is True
