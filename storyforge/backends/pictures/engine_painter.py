"""A checkpoint on this machine, drawn with by diffusers in an engine process of its own.

Starts the process when it is needed, and again after it died; the checkpoint stays loaded between
pictures. Nothing of a library is imported here.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import replace

from storyforge.backends.pictures.base import NotReady, Painted, Readying
from storyforge.domain.generation import Loading
from storyforge.domain.picture.orders import Drawn, Family, Order, PainterCard, PainterSpec, Saving
from storyforge.engine.faults import EngineFault, Fault, FaultKind, to_error
from storyforge.engine.messages import Load, Paint, PainterReady, Said, Shown
from storyforge.engine.pictures.library.kinds import lacks_of
from storyforge.engine.pictures.preflight import preflight
from storyforge.engine.process import EngineProcess
from storyforge.errors import ModelError
from storyforge.i18n import _

# A load that does not hear its stop (gigabytes in one call) is killed: nothing is lost by it.
_LOADING_GRACE = 0.5
# A step of a large picture may take a minute on a processor, its last pixels as long: a kill would
# cost the loaded checkpoint. What takes longer hangs.
_DRAWING_GRACE = 120.0


class EnginePainter:
    """A local checkpoint.

    Args:
        spec: the file or folder and how it is loaded.
        name: as the author calls it.
        family: as the head of its file tells; None where it does not.
    """

    def __init__(self, spec: PainterSpec, name: str, family: Family | None = None) -> None:
        self._spec = spec
        self._name = name
        self._engine: EngineProcess | None = None
        self._card = PainterCard(name, family=family, lacks=lacks_of(family))
        self._ready = False
        self._loading = asyncio.Lock()
        self._turn = asyncio.Lock()

    @property
    def card(self) -> PainterCard:
        """What to tell the author; device, memory and hash are exact once it is loaded."""
        return self._card

    @property
    def pid(self) -> int | None:
        """The engine process, while there is one."""
        return self._engine.pid if self._engine is not None else None

    async def load(self) -> AsyncIterator[Readying]:
        """Make the painter ready; closing the iterator early ends the loading.

        Raises:
            NotReady: it cannot be loaded; what follows tries again.
        """
        async with aclosing(self._load(None)) as steps:
            async for step in steps:
                yield step

    async def paint(self, order: Order, stop: asyncio.Event) -> AsyncIterator[Painted]:
        """Draw one picture.

        Raises:
            NotReady: the checkpoint cannot be loaded.
            ModelError: the picture cannot be drawn, or the engine stopped.
        """
        async with self._turn:
            if stop.is_set():
                return
            async with aclosing(self._load(stop)) as steps:
                async for step in steps:
                    yield step
            if stop.is_set():
                return
            async with aclosing(self._draw(order, stop)) as drawing:
                async for shown in drawing:
                    yield shown

    async def close(self) -> None:
        """End the engine process, which gives the checkpoint's memory back."""
        engine, self._engine, self._ready = self._engine, None, False
        if engine is not None:
            await engine.close()

    async def _load(self, stop: asyncio.Event | None) -> AsyncGenerator[Readying, None]:
        async with self._loading:
            if self._ready and self._engine is not None and self._engine.alive:
                return
            yield Loading(0.0)
            try:
                await asyncio.to_thread(preflight, self._spec)
                async with (await self._start()).job(
                    lambda job: Load(job, self._spec), stop=stop, grace=_LOADING_GRACE
                ) as job:
                    async for answer in job.answers():
                        if isinstance(answer, PainterReady):
                            self._ready = True
                            self._card = replace(answer.card, name=self._name)
                            for note in answer.notes:
                                yield note
                        elif isinstance(answer, Said) and isinstance(answer.delta, Loading):
                            yield answer.delta
            except EngineFault as error:
                await self.close()
                if stop is None or not stop.is_set():
                    told = _told(error.fault)
                    raise NotReady(told.message, title=told.title, hint=told.hint) from error
            except ModelError as error:
                raise NotReady(error.message, title=error.title, hint=error.hint) from error

    async def _start(self) -> EngineProcess:
        """A child that runs: the one there is, or a new one."""
        if self._engine is None or not self._engine.alive:
            await self.close()
            self._engine = await asyncio.to_thread(lambda: EngineProcess(behind=True))
        return self._engine

    async def _draw(self, order: Order, stop: asyncio.Event) -> AsyncGenerator[Painted, None]:
        engine = self._engine
        if engine is None:
            return  # it was closed between: whoever did that wants no picture
        try:
            async with engine.job(
                lambda job: Paint(job, order), stop=stop, grace=_DRAWING_GRACE
            ) as job:
                async for answer in job.answers():
                    if isinstance(answer, Shown):
                        if isinstance(answer.step, Drawn):
                            self._heed(answer.step)
                        yield answer.step
        except EngineFault as error:
            # One that did not stop by itself was killed: for the author it has stopped.
            if not stop.is_set():
                raise _told(error.fault) from error

    def _heed(self, drawn: Drawn) -> None:
        """It may have fallen back to saving more memory meanwhile."""
        saving = drawn.facts.get("saving", "")
        if saving in set(Saving):
            self._card = replace(self._card, saving=Saving(saving))


def _told(fault: Fault) -> ModelError:
    """What an author reads of `fault`; of a process that died, what that means for pictures."""
    if fault.kind is FaultKind.STOPPED_UNEXPECTEDLY:
        return ModelError(
            _("The painter stopped unexpectedly; your text and your pictures are whole."),
            title=_("Painter stopped"),
            hint=_("The next picture starts it again; the log of the engine says more."),
        )
    if fault.kind is FaultKind.KILLED:
        return ModelError(
            _(
                "The painter was ended from outside, perhaps for lack of memory; your text and "
                "your pictures are whole."
            ),
            title=_("Painter stopped"),
            hint=_(
                "The next picture starts it again; if this returns, draw smaller pictures or set "
                'saving = "sequential" for it.'
            ),
        )
    return to_error(fault)
