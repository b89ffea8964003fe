from dataclasses import replace
from pathlib import Path

import pytest

from storyforge import settings
from storyforge.domain.model import Keeping, ModelSpec
from storyforge.errors import ModelError
from storyforge.settings import Settings
from storyforge.studio import model_files
from storyforge.studio.models import BUNDLED_NAME, model_spec


@pytest.fixture
def gguf(tmp_path: Path) -> Path:
    """Any file: what is inside is the engine's to judge."""
    file = tmp_path / "tide-7b.Q4_K_M.gguf"
    file.write_bytes(b"GGUF")
    return file


def chosen(**values: object) -> Settings:
    settings.update({f"model.{name}": value for name, value in values.items()})
    return settings.load()


def no_bundled_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_files, "bundled_model", lambda: None)


def test_without_a_choice_the_small_model_is_used() -> None:
    spec = model_spec(settings.load())
    assert spec.path == model_files.bundled_model()


def test_the_settings_reach_the_model(gguf: Path) -> None:
    spec = model_spec(
        chosen(path=str(gguf), context_tokens=4096, threads=3, kv_type="q8_0", pin_threads=False)
    )
    assert (spec.path, spec.context_tokens, spec.threads) == (gguf, 4096, 3)
    assert (spec.kv_type, spec.pin_threads, spec.threads_batch) == ("q8_0", False, None)


def test_what_is_not_set_is_what_the_engine_would_take(gguf: Path) -> None:
    spec = model_spec(chosen(path=str(gguf)))
    assert replace(spec, keeping=Keeping()) == ModelSpec(gguf)


def test_a_path_comes_before_the_settings(gguf: Path, tmp_path: Path) -> None:
    other = chosen(path=str(tmp_path / "gone.gguf"))
    assert model_spec(other, str(gguf)).path == gguf


@pytest.mark.parametrize("name", ["smollm2-135m", BUNDLED_NAME])
def test_the_small_model_is_found_by_its_name(gguf: Path, name: str) -> None:
    assert model_spec(chosen(path=str(gguf)), name).path == model_files.bundled_model()


def test_a_listed_model_is_found_by_its_file_name() -> None:
    bundled = model_files.bundled_model()
    assert bundled is not None
    assert model_spec(settings.load(), bundled.stem.upper()).path == bundled


def test_a_listed_model_elsewhere_is_found_by_its_stem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundled = model_files.bundled_model()
    assert bundled is not None
    copy = tmp_path / "My-Small.gguf"
    copy.symlink_to(bundled)
    told = chosen(path=str(copy))
    no_bundled_model(monkeypatch)
    assert model_spec(told, "my-small").path == copy


@pytest.mark.parametrize("model", ["nowhere.gguf", "/no/such/file", "an-unknown-name"])
def test_a_model_that_is_not_there_is_said_with_a_way_out(model: str) -> None:
    with pytest.raises(ModelError) as caught:
        model_spec(settings.load(), model)
    assert model in caught.value.message
    assert "storyforge models" in caught.value.hint


def test_a_chosen_file_that_vanished_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is not there"):
        model_spec(chosen(path=str(tmp_path / "gone.gguf")))


def test_no_model_at_all_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    no_bundled_model(monkeypatch)
    with pytest.raises(ModelError, match="no model"):
        model_spec(settings.load())
