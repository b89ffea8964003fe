"""One pipeline a family: each test leaves its weights as they were, which is checked."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from storyforge.domain.picture.orders import Family
from storyforge.engine.pictures.families import ROWS
from storyforge.engine.pictures.loras.merging import Loras
from tests.engine.pictures import tiny
from tests.engine.pictures.loras import making


@pytest.fixture(scope="session")
def pipes() -> Mapping[Family, Any]:
    return {family: tiny.pipe_of(family) for family in ROWS}


@pytest.fixture(params=list(ROWS), ids=lambda family: family.name)
def family(request: pytest.FixtureRequest) -> Family:
    """Each of them."""
    of: Family = request.param
    return of


@pytest.fixture
def pipe(pipes: Mapping[Family, Any], family: Family) -> Iterator[Any]:
    before = making.weights_of(pipes[family])
    yield pipes[family]
    assert not making.changed(before, making.weights_of(pipes[family]))


@pytest.fixture
def loras(pipe: Any, family: Family) -> Iterator[Loras]:
    made = Loras(making.loaded_of(pipe, family), None)
    yield made
    made.remove()
