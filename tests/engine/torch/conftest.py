"""Tiny models that transformers runs, and the real small one, read from the starter's GGUF once."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from storyforge.domain.model import TransformersSpec
from storyforge.engine.torch import loading
from storyforge.engine.torch.model import TorchModel
from tests.engine.torch.folders import write_folder

Load = Callable[..., TorchModel]


def spec_of(path: Path) -> TransformersSpec:
    """Loaded as tests want it: threads that wait for each other cost more than a tiny model."""
    return TransformersSpec(path, context_tokens=512, threads=1, threads_batch=1)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folder(tmp_path_factory.mktemp("hub") / "tiny")


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> dict[str, Path]:
    """One of each kind: attention, sliding windows, a state."""
    others = tmp_path_factory.mktemp("kinds")
    return {
        "llama": folder,
        **{kind: write_folder(others / kind, kind) for kind in ("gemma3", "mamba")},
    }


@pytest.fixture
def load() -> Iterator[Load]:
    """Loads models and lets them go again."""
    loaded: list[TorchModel] = []

    def made(path: Path, **settings: object) -> TorchModel:
        spec = replace(spec_of(path), **settings)  # type: ignore[arg-type]
        loaded.append(loading.load(spec, lambda _: True))
        return loaded[-1]

    yield made
    for model in loaded:
        model.close()


@pytest.fixture
def tiny(load: Load, folder: Path) -> TorchModel:
    return load(folder)


@pytest.fixture(scope="session")
def smollm2_hub(smollm2: Path) -> Iterator[TorchModel]:
    """SmolLM2 as transformers reads it from the GGUF: 5 s, half of it unpacking the weights."""
    spec = TransformersSpec(smollm2, context_tokens=1024, threads=1, threads_batch=1)
    model = loading.load(spec, lambda _: True)
    yield model
    model.close()
