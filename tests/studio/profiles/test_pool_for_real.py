"""Two local profiles and real engines: one process at a time, and what was read comes back."""

import asyncio
from pathlib import Path

import psutil

from storyforge import settings
from storyforge.backends.sharing import Shared
from storyforge.domain.generation import Finish, Request, Usage
from storyforge.domain.profile import Task
from storyforge.domain.sampling import Sampling
from storyforge.settings import Settings
from storyforge.studio.profiles.pool import Backends
from tests.engine.tiny import write_model

PAGE = "the sea and the stones and the boat. " * 24


async def written(shared: Shared) -> Usage:
    request = Request(PAGE, 4, sampling=Sampling(seed=1), slot="scene")
    deltas = [delta async for delta in shared.stream(request, asyncio.Event())]
    assert isinstance(deltas[-1], Finish)
    return deltas[-1].usage


def engines() -> set[int]:
    """The engine processes that this one has alive."""
    children = psutil.Process().children(recursive=True)
    return {child.pid for child in children if "engine" in " ".join(child.cmdline())}


async def test_the_model_before_is_gone_and_what_it_read_is_not(tmp_path: Path) -> None:
    large, small = (
        write_model(tmp_path / "large.gguf"),
        write_model(tmp_path / "small.gguf", seed=2),
    )
    settings.update(
        {
            "model.path": str(large),
            "model.threads": 1,
            "model.threads_batch": 1,
            "profiles.small.backend": "llama.cpp",
            "profiles.small.model": str(small),
            "tasks.summary": "small",
        }
    )

    async def told() -> Settings:
        return settings.load()

    before = engines()
    pool = Backends(told)
    try:
        writer, other = await pool.of(), await pool.of(Task.SUMMARY)
        first = await written(writer)
        assert first.read > 512
        (large_pid,) = engines() - before
        await written(other)
        (small_pid,) = engines() - before
        assert small_pid != large_pid
        again = await written(writer)
        assert len(engines() - before) == 1
        assert again.reused > first.read // 2
    finally:
        await pool.close()
    assert engines() == before
