"""From a profile to the backend that runs its model."""

from dataclasses import replace
from pathlib import Path

import pytest

from storyforge import settings
from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.generation import Request, Role
from storyforge.domain.model import Price
from storyforge.domain.profile import LOCAL, Profile, Task
from storyforge.errors import BadInput, ModelError
from storyforge.settings import Settings
from storyforge.studio import model_files
from storyforge.studio.models import BUNDLED_NAME
from storyforge.studio.profiles.choosing import (
    backend_of,
    chosen,
    local_spec,
    meant,
    remote_spec,
    transformers_spec,
)
from storyforge.studio.prompt.talking import talk
from tests.models import write_model


def told(**values: object) -> Settings:
    settings.update({name.replace("__", "."): value for name, value in values.items()})
    return settings.load()


def test_without_a_choice_the_small_model_says_what_it_is() -> None:
    card = chosen(told()).card
    assert card.name == BUNDLED_NAME
    assert card.languages == ("en",)
    assert card.note == "A very small model that only shows the keys, in English."
    assert card.is_local


def test_a_model_of_ones_own_goes_by_its_file_name_and_its_languages(tmp_path: Path) -> None:
    file = write_model(tmp_path / "tide-7b.Q4_K_M.gguf", languages=("en", "ja"))
    card = chosen(told(model__path=str(file))).card
    assert (card.name, card.note) == ("tide-7b.Q4_K_M", "")
    assert card.languages == ("en", "ja")


def test_a_file_that_is_no_model_is_left_to_the_engine_to_explain(tmp_path: Path) -> None:
    file = tmp_path / "tide.gguf"
    file.write_bytes(b"GGUF")
    assert chosen(told(model__path=str(file))).card.languages == ()


def test_the_demo_needs_no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_files, "bundled_model", lambda: None)
    assert isinstance(chosen(told(), demo=True), ScriptedBackend)


def test_a_local_profile_is_loaded_as_the_local_model_but_for_what_is_its_own(
    tmp_path: Path,
) -> None:
    file = write_model(tmp_path / "tide.gguf")
    own = told(model__threads=3, model__kv_type="q8_0", model__context_tokens=4096)
    more = (("threads", 1), ("gpu_layers", 0), ("dtype", "float32"))
    spec = local_spec(own, Profile("tide", "llama.cpp", str(file), context_tokens=512, more=more))
    assert (spec.path, spec.context_tokens, spec.threads) == (file, 512, 1)
    assert (spec.gpu_layers, spec.kv_type) == (0, "q8_0")
    assert local_spec(own, Profile("same", "llama.cpp")).path == model_files.bundled_model()


def test_a_local_profile_whose_file_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is not there"):
        backend_of(told(), Profile("tide", "llama.cpp", str(tmp_path / "gone.gguf")))
    with pytest.raises(ModelError, match="is not there"):
        backend_of(told(), Profile("tide", "transformers", str(tmp_path / "gone")))


def test_a_folder_for_transformers_is_loaded_as_its_profile_says(tmp_path: Path) -> None:
    more = (("dtype", "float32"), ("device", "cpu"), ("gpu_layers", 3), ("trust_code", True))
    profile = Profile("salt", "transformers", str(tmp_path), more=more)
    spec = transformers_spec(told(model__threads=2), profile)
    assert (spec.path, spec.dtype, spec.device) == (tmp_path, "float32", "cpu")
    assert (spec.threads, spec.trust_code, spec.context_tokens) == (2, True, 8192)


def test_a_model_behind_an_api_has_what_its_profile_says_and_no_key() -> None:
    profile = Profile(
        "claude",
        "anthropic",
        "claude-sonnet-4-5",
        key="work",
        price=Price(4, 15),
        template="sober",
        reasoning="low",
    )
    spec = remote_spec(profile)
    assert (spec.backend, spec.name, spec.profile) == (
        "anthropic",
        "claude-sonnet-4-5",
        "claude",
    )
    assert spec.url == "https://api.anthropic.com"
    assert (spec.template, spec.reasoning) == ("sober", "low")
    # A prompt is kept for a quarter of its reading, and read again for a tenth.
    assert spec.price == Price(4, 15, 0.4, keeping=1.0)
    own = remote_spec(replace(profile, price=Price(4, 15, 0.5)))
    assert own.price == Price(4, 15, 0.5, keeping=1.0)
    assert remote_spec(replace(profile, backend="openai")).price == Price(4, 15)
    assert "work" not in repr(spec)


@pytest.mark.parametrize(
    ("backend", "model", "name"),
    [
        ("openai-compatible", "mistralai/mistral-small", "mistral-small"),
        ("koboldcpp", "", "mine"),
        ("ollama", "qwen3:8b", "qwen3:8b"),
    ],
)
def test_a_remote_model_has_a_short_name(backend: str, model: str, name: str) -> None:
    assert remote_spec(Profile("mine", backend, model)).name == name


def test_the_status_line_is_told_where_a_remote_model_is() -> None:
    card = backend_of(told(), Profile("claude", "anthropic", "claude-sonnet-4-5")).card
    assert (card.place, card.profile, card.is_local) == ("api.anthropic.com", "claude", False)


def test_a_verb_means_the_profile_of_its_task_unless_it_is_told_another(tmp_path: Path) -> None:
    own = told(profiles__lan__backend="ollama", tasks__summary="lan")
    assert meant(own).name == LOCAL
    assert meant(own, Task.SUMMARY).name == "lan"
    assert meant(own, profile="lan").name == "lan"
    other = meant(own, Task.SUMMARY, model=str(tmp_path / "other.gguf"))
    assert (other.name, other.model) == (LOCAL, str(tmp_path / "other.gguf"))
    with pytest.raises(BadInput, match="has a model already"):
        meant(own, profile="lan", model="other")
    with pytest.raises(BadInput, match="no profile called"):
        meant(own, profile="moon")


def test_a_profile_has_its_own_way_of_asking_for_stories_only(home: Path) -> None:
    folder = home / "config" / "prompts" / "en" / "chat"
    folder.mkdir(parents=True)
    (folder / "sober.md.j2").write_text("{% block user %}Sober: {{ text }}{% endblock %}", "utf-8")
    (turn,) = talk("sober", Request("The tide"))
    assert (turn.role, turn.text) == (Role.USER, "Sober: The tide")
    assert "Sober" not in talk("sober", Request("The tide", chat="document"))[1].text
    with pytest.raises(BadInput, match="chat/gone"):
        talk("gone", Request("The tide"))
