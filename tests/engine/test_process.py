"""The engine process and the line to it, with tiny models."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psutil
import pytest

from storyforge import paths
from storyforge.domain.generation import Loading, Request, Text
from storyforge.domain.model import ModelSpec
from storyforge.domain.sampling import Sampling
from storyforge.engine import process
from storyforge.engine.faults import EngineFault, FaultKind
from storyforge.engine.messages import (
    Answer,
    Command,
    Count,
    Counted,
    Done,
    Generate,
    Load,
    Loaded,
    Said,
)
from storyforge.engine.process import EngineProcess, Job

DEADLINE = 60.0


@pytest.fixture
async def engine() -> AsyncIterator[EngineProcess]:
    engine = EngineProcess()
    yield engine
    await engine.close()


async def converse(
    engine: EngineProcess, make: Callable[[int], Command], grace: float = DEADLINE
) -> list[Answer]:
    async with engine.job(make, grace=grace) as job:
        return [answer async for answer in job.answers()]


async def failure(engine: EngineProcess, make: Callable[[int], Command]) -> FaultKind:
    with pytest.raises(EngineFault) as caught:
        await converse(engine, make)
    return caught.value.fault.kind


def loading(path: Path) -> Callable[[int], Command]:
    return lambda job: Load(job, ModelSpec(path, context_tokens=512))


def writing(prompt: str = "The sea", max_tokens: int = 8) -> Callable[[int], Command]:
    return lambda job: Generate(job, Request(prompt, max_tokens, sampling=Sampling(seed=1)))


def counting(*texts: str) -> Callable[[int], Command]:
    return lambda job: Count(job, texts)


async def test_a_model_is_loaded_counts_and_writes(
    engine: EngineProcess, tiny_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    answers = await converse(engine, loading(tiny_path))
    loaded = answers[-1]
    assert isinstance(loaded, Loaded)
    assert (loaded.context_tokens, loaded.gpu, loaded.flash_forced) == (512, False, False)
    told = [each.delta for each in answers[:-1] if isinstance(each, Said)]
    assert all(isinstance(each, Loading) for each in told)
    (counted,) = await converse(engine, counting("abc", ""))
    assert isinstance(counted, Counted)
    assert counted.counts[1] == 0
    written = await converse(engine, writing())
    assert any(isinstance(each, Said) and isinstance(each.delta, Text) for each in written)
    await engine.close()
    assert not psutil.pid_exists(engine.pid)
    # Whatever llama.cpp says goes to the log, never to the terminal.
    assert capfd.readouterr() == ("", "")
    assert "llama_model_loader" in paths.log_file().read_text()


async def test_what_is_asked_without_a_model_is_a_fault_and_the_engine_lives(
    engine: EngineProcess, tiny_path: Path
) -> None:
    assert await failure(engine, writing()) is FaultKind.NOT_LOADED
    assert await failure(engine, loading(tiny_path.parent / "none")) is FaultKind.NOT_LOADED
    await converse(engine, loading(tiny_path))
    # What nobody foresaw is told too, and the process goes on.
    assert await failure(engine, lambda job: Count(job, (3,))) is FaultKind.NOT_READ  # type: ignore[arg-type]
    assert "AttributeError" in paths.log_file().read_text()
    assert await converse(engine, counting("a"))
    assert engine.alive


def test_no_key_of_the_environment_is_handed_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-one")
    monkeypatch.setenv("STORYFORGE_KEY_HOME", "sk-secret-two")
    monkeypatch.setenv("GOMP_SPINCOUNT", "300")
    monkeypatch.setattr(process, "_START", "import os; print(dict(os.environ))")
    told, _errors = process._spawn(behind=False).communicate()
    assert b"'GOMP_SPINCOUNT': '300'" in told
    assert b"sk-secret" not in told


async def test_ctrl_c_in_the_terminal_does_not_reach_it(
    engine: EngineProcess, tiny_path: Path
) -> None:
    await converse(engine, loading(tiny_path))
    os.kill(engine.pid, signal.SIGINT)
    assert await converse(engine, counting("a"))


async def test_a_job_left_early_is_stopped(engine: EngineProcess, tiny_path: Path) -> None:
    await converse(engine, loading(tiny_path))
    async with engine.job(writing("x", 100_000), grace=DEADLINE) as job:
        async for _ in job.answers():
            break
    assert job.done.is_set()
    assert await converse(engine, counting("a"))


async def test_a_stop_ends_a_job(engine: EngineProcess, tiny_path: Path) -> None:
    await converse(engine, loading(tiny_path))
    stop = asyncio.Event()
    stop.set()
    async with engine.job(counting(*["x" * 2000] * 2000), stop=stop, grace=DEADLINE) as job:
        answers = [answer async for answer in job.answers()]
    last = answers[-1]
    # Either the stop came first, or it was all counted before.
    assert isinstance(last, Counted | Done)


async def test_a_hung_engine_is_killed_after_its_grace(
    engine: EngineProcess, tiny_path: Path
) -> None:
    await converse(engine, loading(tiny_path))
    os.kill(engine.pid, signal.SIGSTOP)
    stop = asyncio.Event()
    stop.set()

    async def listen() -> None:
        async with engine.job(writing(), stop=stop, grace=0.2) as job:
            async for _ in job.answers():
                continue

    with pytest.raises(EngineFault) as caught:
        await listen()
    assert caught.value.fault.kind is FaultKind.KILLED
    assert not engine.alive


async def test_a_job_that_waits_behind_others_work_is_given_up_and_kills_nothing(
    engine: EngineProcess, tiny_path: Path
) -> None:
    await converse(engine, loading(tiny_path))
    os.kill(engine.pid, signal.SIGSTOP)  # as if the work before took long
    async with engine.job(writing(), grace=DEADLINE) as first:
        async with engine.job(counting("a"), grace=0.01) as behind:
            pass
        assert not behind.done.is_set()
        assert engine.alive
        os.kill(engine.pid, signal.SIGCONT)
        assert isinstance([answer async for answer in first.answers()][-1], Done)
    assert await converse(engine, counting("a"))


async def test_a_dead_engine_says_so_at_once(engine: EngineProcess) -> None:
    os.kill(engine.pid, signal.SIGSEGV)
    assert await failure(engine, counting("a")) is FaultKind.STOPPED_UNEXPECTEDLY
    assert not engine.alive
    assert await failure(engine, counting("a")) is FaultKind.STOPPED_UNEXPECTEDLY


def test_answers_to_a_closed_event_loop_are_dropped() -> None:
    async def ask() -> Job:
        return Job(1)

    job = asyncio.run(ask())
    job.hear(Counted(1, (3,)))
    assert not job.done.is_set()


def stub_engine(folder: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """A llama_cpp that runs `code` when it is imported, in the child only."""
    package = folder / "stub/llama_cpp"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(code)
    monkeypatch.setenv("PYTHONPATH", str(package.parent))


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("raise ModuleNotFoundError('no', name='llama_cpp')", FaultKind.NO_ENGINE),
        ("raise ModuleNotFoundError('no', name='numpy')", FaultKind.ENGINE_UNUSABLE),
        ("raise RuntimeError('Failed to load shared library')", FaultKind.ENGINE_UNUSABLE),
    ],
)
async def test_a_missing_or_broken_engine_is_told(
    tiny_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, kind: FaultKind
) -> None:
    stub_engine(tmp_path, monkeypatch, code)
    engine = EngineProcess()
    assert await failure(engine, loading(tiny_path)) is kind
    await engine.close()


async def test_a_load_that_hangs_is_killed_when_it_is_stopped(
    tiny_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub_engine(tmp_path, monkeypatch, "import time; time.sleep(3600)")
    engine = EngineProcess()
    async with engine.job(loading(tiny_path), grace=0.1) as job:
        assert not job.done.is_set()
    assert await failure(engine, counting("a")) is FaultKind.KILLED
    await engine.close()


async def test_closing_a_hung_engine_ends_it(
    tiny_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_FAREWELL", 0.2)
    stub_engine(tmp_path, monkeypatch, "import time; time.sleep(3600)")
    engine = EngineProcess()
    async with engine.job(loading(tiny_path), grace=0.0):
        os.kill(engine.pid, signal.SIGSTOP)
        await engine.close()
    assert not psutil.pid_exists(engine.pid)


@pytest.mark.parametrize("phase", ["idle", "writing", "hung"])
def test_the_engine_ends_when_its_program_is_killed(
    tiny_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, phase: str
) -> None:
    if phase == "hung":
        stub_engine(tmp_path, monkeypatch, "import time; time.sleep(3600)")
    program = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from storyforge.domain.generation import Request\n"
        "from storyforge.domain.sampling import Sampling\n"
        "from storyforge.domain.model import ModelSpec\n"
        "from storyforge.engine.messages import Generate, Load\n"
        "from storyforge.engine.process import EngineProcess\n"
        "async def main():\n"
        "    engine = EngineProcess()\n"
        "    wish = lambda n: Load(n, ModelSpec(Path(sys.argv[1])))\n"
        "    async with engine.job(wish, grace=9) as job:\n"
        "        if sys.argv[2] != 'hung':\n"
        "            async for answer in job.answers(): pass\n"
        "        print(engine.pid, flush=True)\n"
        "        if sys.argv[2] == 'writing':\n"
        "            request = Request('x', 10**9, sampling=Sampling(seed=1, min_p=0))\n"
        "            wish = lambda n: Generate(n, request)\n"
        "            async with engine.job(wish, grace=9) as job:\n"
        "                async for answer in job.answers(): pass\n"
        "        await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tiny_path), phase], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    gone, alive = psutil.wait_procs([child], timeout=DEADLINE)
    assert gone
    assert not alive


async def test_a_log_that_has_grown_large_is_set_aside(
    engine: EngineProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_LOG_LIMIT", 10)
    log = paths.log_file()
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("old " * 10)
    second = EngineProcess()
    await second.close()
    assert "old old" in log.with_suffix(".old.log").read_text()
    assert "old" not in log.read_text()


async def test_an_engine_without_a_place_for_its_log_works(
    tiny_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("STORYFORGE_CACHE_DIR", str(tmp_path / "file/below"))
    engine = EngineProcess()
    await converse(engine, loading(tiny_path))
    await engine.close()


def test_a_program_that_cannot_be_started_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    with pytest.raises(EngineFault) as caught:
        EngineProcess()
    assert caught.value.fault.kind is FaultKind.ENGINE_UNUSABLE


def test_the_child_imports_nothing_of_the_screen_or_the_story() -> None:
    code = (
        "import sys; import storyforge.engine.child;"
        "bad = {'textual', 'sqlmodel', 'sqlalchemy', 'pydantic', 'jinja2', 'llama_cpp', 'numpy'};"
        "assert not bad & set(sys.modules), bad & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
