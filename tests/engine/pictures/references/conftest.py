"""A cache of each test's own, and adapters that all tests share."""

from pathlib import Path

import pytest

from storyforge.domain.picture.orders import Family
from tests.engine.pictures import tiny
from tests.engine.pictures.references import making


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORYFORGE_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The adapters of both families, with the encoder that they see with beside them."""
    folder = tmp_path_factory.mktemp("adapters") / "models"
    making.write_encoder(folder / "image_encoder")
    for family in (Family.SD1, Family.SDXL):
        pipe = tiny.pipe_of(family)
        making.write_adapter(folder / f"{family.name}.safetensors", pipe)
        making.write_adapter(folder / f"{family.name}-plus.safetensors", pipe, making.plus, seed=6)
    making.write_adapter(
        folder / "SD1-full-face.safetensors", tiny.pipe_of(Family.SD1), making.full_face
    )
    return folder
