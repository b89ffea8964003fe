"""What a model has read outlives its process, whatever ends it; and stands in nobody's way."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from storyforge import paths
from storyforge.backends.llama_cpp import LlamaCppBackend
from storyforge.domain.generation import Cached, Request
from storyforge.domain.model import Keeping, ModelSpec
from storyforge.domain.sampling import Sampling
from storyforge.engine import kvstore
from tests.backends.listening import answer, finish_of, text_of
from tests.engine.conftest import smollm2_path
from tests.engine.tiny import write_model

PAGE = "Mara had kept the light at Skerry Point for eleven years, and nobody had come. " * 10


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "states"


def backend_of(path: Path, folder: Path) -> LlamaCppBackend:
    keeping = Keeping(folder=folder)
    spec = ModelSpec(path, context_tokens=2048, threads=1, threads_batch=1, keeping=keeping)
    return LlamaCppBackend(spec)


def asked(text: str = PAGE, slot: str = "one") -> Request:
    return Request(text, 8, sampling=Sampling(temperature=0, seed=7), slot=slot)


def written(folder: Path) -> list[Path]:
    return list(folder.glob("*.state"))


async def loaded(backend: LlamaCppBackend) -> LlamaCppBackend:
    async for _loading in backend.load():
        continue
    return backend


async def test_reopening_reads_nothing_again_and_goes_on_with_the_same_words(folder: Path) -> None:
    first = backend_of(smollm2_path(), folder)
    total = finish_of(await answer(first, asked())).usage.read
    retried = await answer(first, asked())
    await first.close()
    assert kvstore.held(folder)[0] == 1
    again = await loaded(backend_of(smollm2_path(), folder))
    assert await again.cached(asked()) == Cached(total - 1, total)
    after = await answer(again, asked())
    await again.close()
    assert finish_of(after).usage.read == 1
    assert text_of(after) == text_of(retried)


async def test_a_scene_that_was_left_survives_the_death_of_its_engine(
    tmp_path: Path, folder: Path
) -> None:
    path = write_model(tmp_path / "tiny.gguf")
    backend = backend_of(path, folder)
    await answer(backend, asked("The tide. " * 40))
    await backend.leave("one")
    async with asyncio.timeout(20):
        while not await asyncio.to_thread(written, folder):
            await answer(backend, asked("Another. " * 40, "two"))
    assert backend.pid is not None
    os.kill(backend.pid, signal.SIGKILL)
    finish = finish_of(await answer(backend, asked("The tide. " * 40)))
    assert finish.usage.read == 1
    await backend.close()


async def test_what_is_gone_for_good_is_neither_gone_on_from_nor_kept_at_the_end(
    tmp_path: Path, folder: Path
) -> None:
    backend = backend_of(write_model(tmp_path / "tiny.gguf"), folder)
    for slot in ("one", "two", "three"):
        await answer(backend, asked(f"{slot}: " + "The tide. " * 40, slot))
    await backend.forget(("one", "three"))
    for slot in ("one", "three"):
        assert (await backend.cached(asked(f"{slot}: " + "The tide. " * 40, slot))).reused == 0
    await backend.close()
    (left,) = kvstore.all_headings(folder)
    assert left.path == kvstore.KvStore(folder, left.kind, lambda: 0).path("two")


async def test_an_author_hears_nothing_of_a_folder_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    backend = backend_of(write_model(tmp_path / "tiny.gguf"), tmp_path / "file" / "states")
    await answer(backend, asked("The tide. " * 40))
    await backend.leave("one")
    again = finish_of(await answer(backend, asked("The tide. " * 40)))
    await backend.close()
    assert again.usage.read == 1
    assert "could not be saved" in paths.log_file().read_text("utf-8")


async def test_an_engine_that_ends_meanwhile_has_let_go_of_all(
    tmp_path: Path, folder: Path
) -> None:
    backend = backend_of(write_model(tmp_path / "tiny.gguf"), folder)
    await answer(backend, asked("The tide. " * 40))
    assert backend.pid is not None
    os.kill(backend.pid, signal.SIGSTOP)
    asyncio.get_running_loop().call_soon(os.kill, backend.pid, signal.SIGKILL)
    await backend.forget(("one",))
    assert finish_of(await answer(backend, asked("The tide. " * 40))).usage.read > 1
    await backend.close()


async def test_a_scene_is_left_without_a_word_where_no_engine_runs(
    tmp_path: Path, folder: Path
) -> None:
    backend = backend_of(write_model(tmp_path / "tiny.gguf"), folder)
    await backend.leave("one")
    assert backend.pid is None
