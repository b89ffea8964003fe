"""A model on this machine, run in the engine process: what all libraries that do it share.

Starts the process when it is needed, and again after it died; keeps the model loaded between
requests. Nothing of a library is imported here.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import fields

from storyforge.backends.engine_writing import all_stopped, bare, written
from storyforge.domain.generation import (
    Alternative,
    Cached,
    Delta,
    Loading,
    Reading,
    Request,
    Usage,
)
from storyforge.domain.model import Capabilities, ModelCard, ModelSpec, TransformersSpec
from storyforge.domain.sampling import Sampling
from storyforge.engine import fit_words
from storyforge.engine.faults import EngineFault, Fault, FaultKind, to_error
from storyforge.engine.fitting import Plan
from storyforge.engine.lanes import Kind
from storyforge.engine.messages import (
    Answer,
    Command,
    Count,
    Counted,
    Forget,
    Leave,
    Load,
    Loaded,
    Measure,
    Measured,
    Prepare,
    Said,
    Score,
    Scored,
    Weigh,
    Weighed,
)
from storyforge.engine.process import EngineProcess

# A load that does not hear its stop (the system maps gigabytes in one call) is killed: nothing is
# lost by it, and a stop must work within 0.2 s.
_LOADING_GRACE = 0.05
# Reading and writing stop within 20 ms; only a hung driver takes longer; a kill loses the cache.
_WORKING_GRACE = 2.0
# All of them: they are llama.cpp's own, and for transformers the engine does as that does.
_SAMPLERS = frozenset(each.name for each in fields(Sampling))
# The ends of a process that nobody has asked to end.
_DEATHS = (FaultKind.STOPPED_UNEXPECTEDLY, FaultKind.KILLED)


class EngineBackend(ABC):
    """A local model.

    Args:
        spec: the model and how it is loaded.
        name: for the status line.
        note: one honest sentence about the model; the library's own notes follow it.
        languages: the languages it is known to write.
    """

    #: whether the library keeps an answer to a JSON Schema
    _structured = False

    def __init__(
        self,
        spec: ModelSpec | TransformersSpec,
        name: str,
        note: str,
        languages: tuple[str, ...],
    ) -> None:
        self._spec = spec
        self._name = name
        self._note = note
        self._languages = languages
        self._engine: EngineProcess | None = None
        self._loaded: Loaded | None = None
        self._notes = ""
        self._loading = asyncio.Lock()
        self._turn = asyncio.Lock()

    @abstractmethod
    def _preflight(self) -> None:
        """Refuse what cannot be loaded before a process touches it; called in a thread.

        Raises:
            ModelError: why.
        """

    @abstractmethod
    def _notes_on(self, loaded: Loaded) -> str:
        """What to tell of the model that was loaded; called in a thread, and may be empty."""

    @property
    def card(self) -> ModelCard:
        """What to tell the author; `context_tokens` is exact once the model is loaded."""
        return ModelCard(
            name=self._name,
            context_tokens=self._loaded.context_tokens if self._loaded else 0,
            languages=self._languages,
            note=" ".join(filter(None, (self._note, self._notes))),
            can=Capabilities(
                samplers=_SAMPLERS,
                takes=self._loaded.takes if self._loaded else Kind().takes,
                infill=self._loaded is not None and self._loaded.infill,
                alternatives=True,
                prepares=True,
                structured=self._structured,
            ),
            layers=fit_words.told(self.plan) if self.plan else "",
        )

    @property
    def plan(self) -> Plan | None:
        """Where the layers of the loaded model lie; None where there is no GPU, or no model yet."""
        return self._loaded.plan if self._ready() and self._loaded else None

    @property
    def pid(self) -> int | None:
        """The engine process, while there is one."""
        return self._engine.pid if self._engine is not None else None

    async def load(self) -> AsyncGenerator[Loading, None]:
        """Make the model ready; yields progress, or nothing when it is ready already.

        Closing the iterator early ends the loading.

        Raises:
            ModelError: the model cannot be loaded; what follows tries again.
        """
        async with aclosing(self._load(None)) as progress:
            async for loading in progress:
                yield loading

    async def count_tokens(self, texts: tuple[str, ...]) -> tuple[int, ...]:
        """The tokens of each text; loads the model first where needed.

        Raises:
            ModelError: the model cannot be loaded, or the engine stopped.
        """
        answer = await self._ask_loaded(lambda job: Count(job, texts))
        return answer.counts if isinstance(answer, Counted) else ()

    async def stream(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Delta, None]:
        """Answer `request`; the last delta is a `Finish`, also when `stop` was set.

        An engine that has died before it said anything is begun again, once.

        Raises:
            ModelError: the model cannot be loaded, the prompt does not fit, or the engine stopped.
        """
        async with self._turn:
            again = True
            while True:
                if not stop.is_set():
                    async with aclosing(self._load(stop)) as progress:
                        async for loading in progress:
                            yield loading
                if stop.is_set():
                    for finish in all_stopped(request, Usage()):
                        yield finish
                    return
                try:
                    source = written(self._running(), request, stop, _WORKING_GRACE)
                    async with aclosing(source) as deltas:
                        async for delta in deltas:
                            again = False
                            yield delta
                    return
                except EngineFault as error:
                    if not (again and self._died(error.fault)):
                        raise to_error(error.fault) from error
                    again = False

    async def prepare(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Reading, None]:
        """Read the prompt ahead, if the model is loaded; any other work but counting ends it.

        Raises:
            ModelError: the engine stopped, or could not read.
        """
        if not self._ready() or stop.is_set():
            return
        wanted = bare(request)
        try:
            async with self._running().job(
                lambda job: Prepare(job, wanted), stop=stop, grace=_WORKING_GRACE
            ) as job:
                async for answer in job.answers():
                    if isinstance(answer, Said) and isinstance(answer.delta, Reading):
                        yield answer.delta
        except EngineFault as error:
            if not stop.is_set():
                raise to_error(error.fault) from error

    async def cached(self, request: Request) -> Cached:
        """How much of the prompt would not be read again, were it asked for now.

        Raises:
            ModelError: the model is not loaded, or the engine stopped.
        """
        wanted = bare(request)
        answer = await self._ask(lambda job: Measure(job, wanted))
        return answer.cached if isinstance(answer, Measured) else Cached(0, 0)

    async def alternatives(
        self, request: Request, count: int, stop: asyncio.Event
    ) -> tuple[Alternative, ...]:
        """The likeliest tokens behind the prompt, the likeliest first; empty when stopped.

        Raises:
            ModelError: the model cannot be loaded, the prompt does not fit, or the engine stopped.
        """
        wanted = bare(request)
        async with self._turn:
            answer = await self._ask_loaded(lambda job: Weigh(job, wanted, count), stop)
        return answer.alternatives if isinstance(answer, Weighed) else ()

    async def score(self, request: Request, text: str, stop: asyncio.Event) -> float | None:
        """The mean logarithm of the probabilities of `text`'s tokens; None when stopped.

        Raises:
            ModelError: the model cannot be loaded, the prompt does not fit, or the engine stopped.
        """
        wanted = bare(request)
        async with self._turn:
            answer = await self._ask_loaded(lambda job: Score(job, wanted, text), stop)
        return answer.score if isinstance(answer, Scored) else None

    async def leave(self, slot: str) -> None:
        """Bring what is kept under `slot` to the disk; nothing where no engine runs."""
        if self._ready():
            await self._ask(lambda job: Leave(job, slot))

    async def forget(self, slots: tuple[str, ...]) -> None:
        """Let go of all that was read for these; an engine that ends has let go of all.

        Raises:
            ModelError: the engine could not.
        """
        if self._ready():
            try:
                await self._last_answer(lambda job: Forget(job, slots))
            except EngineFault as error:
                if error.fault.kind not in _DEATHS:
                    raise to_error(error.fault) from error

    async def close(self) -> None:
        """End the engine process, which gives the model's memory back."""
        engine, self._engine, self._loaded = self._engine, None, None
        if engine is not None:
            await engine.close()

    def _ready(self) -> bool:
        """Whether a model is loaded in an engine that runs."""
        return self._loaded is not None and self._engine is not None and self._engine.alive

    async def _load(self, stop: asyncio.Event | None) -> AsyncGenerator[Loading, None]:
        async with self._loading:
            if self._ready():
                return
            yield Loading(0.0)
            await asyncio.to_thread(self._preflight)
            try:
                engine = await self._start()
                async with engine.job(
                    lambda job: Load(job, self._spec), stop=stop, grace=_LOADING_GRACE
                ) as job:
                    async for answer in job.answers():
                        if isinstance(answer, Loaded):
                            self._loaded = answer
                            self._notes = await asyncio.to_thread(self._notes_on, answer)
                        elif isinstance(answer, Said) and isinstance(answer.delta, Loading):
                            yield answer.delta
            except EngineFault as error:
                await self.close()
                if stop is None or not stop.is_set():
                    raise to_error(error.fault) from error

    async def _start(self) -> EngineProcess:
        """A child that runs: the one there is, or a new one."""
        if self._engine is None or not self._engine.alive:
            await self.close()
            self._engine = await asyncio.to_thread(EngineProcess)
        return self._engine

    async def _ask_loaded(
        self, make: Callable[[int], Command], stop: asyncio.Event | None = None
    ) -> Answer:
        """The last answer of a model that is loaded first; as with `stream`, once more.

        Raises:
            ModelError: it cannot be loaded, it could not, or the engine stopped.
        """
        again = True
        while True:
            async for _loading in self.load():
                continue
            try:
                return await self._last_answer(make, stop)
            except EngineFault as error:
                stopped = stop is not None and stop.is_set()
                if stopped or not (again and self._died(error.fault)):
                    raise to_error(error.fault) from error
                again = False

    async def _ask(self, make: Callable[[int], Command]) -> Answer:
        """The last answer to a command.

        Raises:
            ModelError: the engine could not, or is not there.
        """
        try:
            return await self._last_answer(make)
        except EngineFault as error:
            raise to_error(error.fault) from error

    async def _last_answer(
        self, make: Callable[[int], Command], stop: asyncio.Event | None = None
    ) -> Answer:
        async with self._running().job(make, stop=stop, grace=_WORKING_GRACE) as job:
            return [answer async for answer in job.answers()][-1]

    def _died(self, fault: Fault) -> bool:
        """Whether the engine has ended by itself: nobody has let the model go."""
        return self._engine is not None and fault.kind in _DEATHS

    def _running(self) -> EngineProcess:
        if self._engine is None:
            raise EngineFault(Fault(FaultKind.STOPPED_UNEXPECTEDLY))
        return self._engine
