"""One engine process for the pictures of many tests: a new one imports torch for six seconds."""

import asyncio
from collections.abc import Iterator

import pytest

from storyforge.backends.pictures import engine_painter, staging_reader
from storyforge.engine.process import EngineProcess


class _Lasting(EngineProcess):
    """Outlives whoever closes it; each loads what it wants anew."""

    async def close(self) -> None:
        """It is wanted again."""

    async def end(self) -> None:
        await super().close()


class OneEngine:
    """Stands where an engine process is started: the one there is, or a new one after its death."""

    def __init__(self) -> None:
        self._engine: _Lasting | None = None

    def __call__(self, *, behind: bool) -> EngineProcess:
        if self._engine is None or not self._engine.alive:
            self._engine = _Lasting(behind=behind)
        return self._engine

    def lend(self, patch: pytest.MonkeyPatch) -> None:
        """Let painters and readers of stagings use it until `patch` is undone."""
        for room in (engine_painter, staging_reader):
            patch.setattr(room, "EngineProcess", self)

    async def end(self) -> None:
        if self._engine is not None:
            await self._engine.end()


@pytest.fixture(scope="session")
def session_engine() -> Iterator[OneEngine]:
    """Started by the first test that draws: it has a home by then."""
    engine = OneEngine()
    yield engine
    asyncio.run(engine.end())


@pytest.fixture
def one_engine(session_engine: OneEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test draws or reads in an engine process, it draws and reads in the session's."""
    session_engine.lend(monkeypatch)
