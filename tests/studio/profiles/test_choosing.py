"""From a profile to the backend that runs its model."""

from pathlib import Path

import pytest

from storyforge import settings
from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.profile import LOCAL
from storyforge.studio import model_files
from storyforge.studio.models import BUNDLED_NAME
from storyforge.studio.profiles.choosing import chosen
from storyforge.studio.profiles.routing import named
from tests.models import write_model


def test_without_a_choice_the_small_model_says_what_it_is() -> None:
    card = chosen(settings.load()).card
    assert card.name == BUNDLED_NAME
    assert card.languages == ("en",)
    assert card.note == "A very small model that only shows the keys, in English."
    assert card.is_local


def test_a_model_of_ones_own_goes_by_its_file_name_and_its_languages(tmp_path: Path) -> None:
    file = write_model(tmp_path / "tide-7b.Q4_K_M.gguf", languages=("en", "ja"))
    settings.update({"model.path": str(file)})
    card = chosen(settings.load()).card
    assert (card.name, card.note) == ("tide-7b.Q4_K_M", "")
    assert card.languages == ("en", "ja")


def test_a_file_that_is_no_model_is_left_to_the_engine_to_explain(tmp_path: Path) -> None:
    file = tmp_path / "tide.gguf"
    file.write_bytes(b"GGUF")
    settings.update({"model.path": str(file)})
    assert chosen(settings.load()).card.languages == ()


def test_the_demo_needs_no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_files, "bundled_model", lambda: None)
    assert isinstance(chosen(settings.load(), demo=True), ScriptedBackend)


def test_the_local_profile_is_always_there() -> None:
    assert named(settings.load(), LOCAL).backend == "llama.cpp"
