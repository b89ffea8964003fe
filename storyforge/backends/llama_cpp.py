"""A GGUF model on this machine, run by llama.cpp in the engine process.

Starts the process when it is needed, and again after it died; keeps the model loaded between
requests. Nothing of llama.cpp is imported here.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from storyforge.domain.generation import (
    Delta,
    Finish,
    Loading,
    Reading,
    Request,
    StopReason,
    Usage,
)
from storyforge.domain.model import ModelCard, ModelSpec
from storyforge.engine import gpu
from storyforge.engine.faults import EngineFault, Fault, FaultKind, to_error
from storyforge.engine.messages import Count, Counted, Generate, Load, Loaded, Said
from storyforge.engine.preflight import preflight
from storyforge.engine.process import EngineProcess
from storyforge.i18n import _

# A load that does not hear its stop (the system maps gigabytes in one call) is killed: nothing is
# lost by it, and a stop must work within 0.2 s.
_LOADING_GRACE = 0.05
# Reading and writing stop within 20 ms; only a hung driver takes longer; a kill loses the cache.
_WORKING_GRACE = 2.0


class LlamaCppBackend:
    """A local model.

    Args:
        spec: the file and how it is loaded.
        name: for the status line; the file's name when empty.
        note: one honest sentence about the model; the engine's own notes follow it.
        languages: the languages it is known to write.
    """

    def __init__(
        self,
        spec: ModelSpec,
        name: str = "",
        note: str = "",
        languages: tuple[str, ...] = (),
    ) -> None:
        self._spec = spec
        self._name = name or spec.path.stem
        self._note = note
        self._languages = languages
        self._engine: EngineProcess | None = None
        self._loaded: Loaded | None = None
        self._notes = ""
        self._loading = asyncio.Lock()
        self._turn = asyncio.Lock()

    @property
    def card(self) -> ModelCard:
        """What to tell the author; `context_tokens` is exact once the model is loaded."""
        return ModelCard(
            name=self._name,
            context_tokens=self._loaded.context_tokens if self._loaded else 0,
            languages=self._languages,
            note=" ".join(filter(None, (self._note, self._notes))),
        )

    @property
    def pid(self) -> int | None:
        """The engine process, while there is one."""
        return self._engine.pid if self._engine is not None else None

    async def load(self) -> AsyncIterator[Loading]:
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
        async for _loading in self.load():
            continue
        counts: tuple[int, ...] = ()
        try:
            async with self._running().job(
                lambda job: Count(job, texts), grace=_WORKING_GRACE
            ) as job:
                async for answer in job.answers():
                    if isinstance(answer, Counted):
                        counts = answer.counts
        except EngineFault as error:
            raise to_error(error.fault) from error
        return counts

    async def stream(self, request: Request, stop: asyncio.Event) -> AsyncIterator[Delta]:
        """Answer `request`; the last delta is a `Finish`, also when `stop` was set.

        Raises:
            ModelError: the model cannot be loaded, the prompt does not fit, or the engine stopped.
        """
        async with self._turn:
            if not stop.is_set():
                async with aclosing(self._load(stop)) as progress:
                    async for loading in progress:
                        yield loading
            if stop.is_set():
                yield Finish(StopReason.STOPPED, Usage(seed=request.sampling.seed or 0))
                return
            async with aclosing(self._generate(request, stop)) as deltas:
                async for delta in deltas:
                    yield delta

    async def close(self) -> None:
        """End the engine process, which gives the model's memory back."""
        engine, self._engine, self._loaded = self._engine, None, None
        if engine is not None:
            await engine.close()

    async def _load(self, stop: asyncio.Event | None) -> AsyncGenerator[Loading, None]:
        async with self._loading:
            if self._loaded is not None and self._engine is not None and self._engine.alive:
                return
            yield Loading(0.0)
            await asyncio.to_thread(preflight, self._spec)
            try:
                engine = await self._start()
                async with engine.job(
                    lambda job: Load(job, self._spec), stop=stop, grace=_LOADING_GRACE
                ) as job:
                    async for answer in job.answers():
                        if isinstance(answer, Loaded):
                            await self._take_in(answer)
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

    async def _take_in(self, loaded: Loaded) -> None:
        self._loaded = loaded
        found = await asyncio.to_thread(gpu.gpu_status, usable=loaded.gpu)
        flash = ""
        if loaded.flash_forced:
            flash = _("Flash attention is on: the KV type {kv_type} needs it.").format(
                kv_type=self._spec.kv_type
            )
        self._notes = " ".join(filter(None, (found.note, flash)))

    async def _generate(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Delta, None]:
        usage = Usage(seed=request.sampling.seed or 0)
        try:
            async with self._running().job(
                lambda job: Generate(
                    job, request.prompt, request.max_tokens, request.stop, request.sampling
                ),
                stop=stop,
                grace=_WORKING_GRACE,
            ) as job:
                async for answer in job.answers():
                    if isinstance(answer, Said):
                        if isinstance(answer.delta, Reading):
                            usage = Usage(answer.delta.reused, answer.delta.done, seed=usage.seed)
                        yield answer.delta
        except EngineFault as error:
            if not stop.is_set():
                raise to_error(error.fault) from error
            # It did not stop by itself and was killed: for the author it has stopped.
            yield Finish(StopReason.STOPPED, usage)

    def _running(self) -> EngineProcess:
        if self._engine is None:
            raise EngineFault(Fault(FaultKind.STOPPED_UNEXPECTEDLY))
        return self._engine
