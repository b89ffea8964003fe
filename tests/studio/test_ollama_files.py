"""Models that Ollama keeps: found by its manifests, called as Ollama calls them."""

import json
from pathlib import Path

import pytest

from storyforge import settings
from storyforge.studio import model_files, ollama_files
from storyforge.studio.models import model_spec
from storyforge.studio.profiles.choosing import chosen
from tests.models import write_model

_WEIGHTS = "application/vnd.ollama.image.model"


def keep(store: Path, name: str, digest: str, kind: str = _WEIGHTS) -> Path:
    """A model in a store of Ollama's; its weights' blob."""
    manifest = store / "manifests" / name
    manifest.parent.mkdir(parents=True, exist_ok=True)
    layers = [
        {"mediaType": "application/vnd.ollama.image.template", "digest": "sha256:00", "size": 1},
        {"mediaType": kind, "digest": f"sha256:{digest}", "size": 1},
    ]
    manifest.write_text(json.dumps({"schemaVersion": 2, "layers": layers}))
    return write_model(store / "blobs" / f"sha256-{digest}")


def test_models_are_listed_and_used_by_ollamas_name(home: Path) -> None:
    store = home / ".ollama/models"
    blob = keep(store, "registry.ollama.ai/library/llama3.1/8b", "aa11")
    keep(store, "registry.ollama.ai/anna/tales/latest", "bb22")
    keep(store, "hf.co/bert/prose-GGUF/Q4_K_M", "cc33")
    names = {model.name: model.path for model in model_files.list_models()}
    assert set(names) >= {"llama3.1:8b", "anna/tales:latest", "hf.co/bert/prose-GGUF:Q4_K_M"}
    assert names["llama3.1:8b"] == blob
    assert model_spec(settings.load(), "llama3.1:8b").path == blob
    model_files.use(blob)
    assert model_files.list_models()[0].name == "llama3.1:8b"
    assert chosen(settings.load()).card.name == "llama3.1:8b"


def test_two_names_of_one_file_are_one_model(home: Path) -> None:
    for tag in ("8b", "latest"):
        keep(home / ".ollama/models", f"registry.ollama.ai/library/llama3.1/{tag}", "aa11")
    assert [model.name for model in model_files.list_models()][1:] == ["llama3.1:8b"]


def test_a_moved_store_is_searched_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blob = keep(tmp_path / "moved", "registry.ollama.ai/library/tales/7b", "aa11")
    monkeypatch.setenv("OLLAMA_MODELS", str(tmp_path / "moved"))
    assert list(ollama_files.find()) == [(blob, "tales:7b")]


def test_what_is_no_model_is_passed_over(home: Path) -> None:
    store = home / ".ollama/models"
    library = store / "manifests/registry.ollama.ai/library/odd"
    keep(store, "registry.ollama.ai/library/odd/adapter", "aa11", "application/other")
    keep(store, "registry.ollama.ai/library/odd/gone", "bb22").unlink()
    keep(store, "registry.ollama.ai/library/odd/outside", "x/../../../secret".replace("/", ":"))
    (library / "text").write_text("no JSON")
    (library / "list").write_text("[]")
    (library / "large").write_text("{" + " " * 200_000 + "}")
    (library / "folder").mkdir()
    found = [name for _blob, name in ollama_files.find()]
    assert found == []
    assert ollama_files.name_of(home / "models/a.gguf") == ""
