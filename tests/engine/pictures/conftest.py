"""Tiny checkpoints, written once a session."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from storyforge.domain.picture.orders import Family
from tests.engine.pictures import tiny


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Threads that wait for each other cost more than a tiny model; and pixels depend on them."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Mapping[Family, Path]:
    """A folder of diffusers a family."""
    where = tmp_path_factory.mktemp("folders")
    return {each: tiny.write_folder(where / each.name.lower(), each) for each in Family}


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Mapping[Family, Path]:
    """A single file a family, of the same weights as its folder."""
    where = tmp_path_factory.mktemp("files")
    return {
        each: tiny.write_file(where / f"{each.name.lower()}.safetensors", each) for each in Family
    }
