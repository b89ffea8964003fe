"""Tiny checkpoints, written once a session."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
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


class Written(Mapping[Family, Path]):
    """What is written when it is first asked for."""

    def __init__(self, write: Callable[[Family], Path]) -> None:
        self._write = cache(write)

    def __getitem__(self, family: Family) -> Path:
        return self._write(family)

    def __iter__(self) -> Iterator[Family]:
        return iter(Family)

    def __len__(self) -> int:
        return len(Family)


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Mapping[Family, Path]:
    """A folder of diffusers a family."""
    where = tmp_path_factory.mktemp("folders")
    return Written(lambda family: tiny.write_folder(where / family.name.lower(), family))


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Mapping[Family, Path]:
    """A single file a family, of the same weights as its folder."""
    where = tmp_path_factory.mktemp("files")
    return Written(
        lambda family: tiny.write_file(where / f"{family.name.lower()}.safetensors", family)
    )
