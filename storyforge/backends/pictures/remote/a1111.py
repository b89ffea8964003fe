"""A painter behind AUTOMATIC1111, Forge or KoboldCpp.

It owns the order of things: what the server has is asked once, what it lacks is named before
anything is drawn, and while it draws it is asked how far it is. What is said is `a1111_api`'s.
"""

import asyncio
import base64
import uuid
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing, suppress
from dataclasses import replace
from typing import Any

from storyforge.backends.pictures.base import Painted
from storyforge.backends.pictures.remote import a1111_api as api
from storyforge.backends.pictures.remote import finishing, missing, pixels
from storyforge.backends.pictures.remote.base import RemotePainter
from storyforge.backends.remote.api import Call, Event
from storyforge.backends.remote.faults import Fault, FaultKind, RemoteFault
from storyforge.backends.remote.patience import Patience
from storyforge.backends.remote.reading import document
from storyforge.domain.generation import Waiting
from storyforge.domain.picture.orders import Ability, Drawing, Drawn, Order, PainterNote, Raster
from storyforge.domain.picture.remote import RemotePainterSpec, ServerHas
from storyforge.engine.pictures.canvases import Canvas
from storyforge.i18n import N_
from storyforge.images.rasters import raster_of

# Seconds between two questions how far it is.
_PACE = 0.5
# So many questions in a row without an answer, and the server is gone.
_SILENT = 3
_GONE = frozenset(
    {
        FaultKind.CONNECTION_REFUSED, FaultKind.CUT_OFF, FaultKind.STALLED, FaultKind.UNREACHABLE,
        FaultKind.NAME_NOT_FOUND,
    }
)  # fmt: skip
# Seconds for telling a server to stop.
_ABORT = 5.0
_KOBOLD = "KoboldCpp"
_LISTS = ("samplers", "schedulers", "loras", "embeddings", "upscalers", "options")


class A1111Painter(RemotePainter):
    """A painter behind `/sdapi/v1`.

    Args:
        pace: seconds between two questions how far it is.
    """

    lacks = frozenset(
        {
            Ability.REFERENCE, Ability.CONTROL, Ability.PEOPLE, Ability.HEAT, Ability.FREEU,
        }
    )  # fmt: skip

    def __init__(
        self,
        spec: RemotePainterSpec,
        *,
        key: Callable[[], str],
        patience: Patience | None = None,
        pace: float = _PACE,
    ) -> None:
        super().__init__(spec, key=key, patience=patience)
        self._pace = pace
        self._model = ""
        self._tells = True

    def headers(self, key: str) -> Mapping[str, str]:
        """Its --api-auth wants a name and a password; what stands before it may want a key."""
        if ":" in key:
            word = base64.b64encode(key.encode("utf-8", "surrogateescape")).decode("ascii")
            return {"authorization": f"Basic {word}"}
        return super().headers(key)

    # What the server has.

    async def greet(self, stop: asyncio.Event) -> tuple[PainterNote, ...]:
        """Ask for its lists.

        Raises:
            RemoteFault: it cannot be asked.
            ModelError: it has no checkpoint of the name that is set.
        """
        models = await self.small.document(api.ask("sd-models"), stop)
        calls = (*map(api.ask, _LISTS), api.kobold())
        told = await asyncio.gather(*(self._list(call, stop) for call in calls))
        if stop.is_set():
            return ()
        samplers, schedules, loras, embeddings, upscalers, options, kobold = told
        is_kobold = isinstance(kobold, dict) and kobold.get("result") == _KOBOLD
        loaded = options.get("sd_model_checkpoint") if isinstance(options, dict) else ""
        self.has = ServerHas(
            server=_KOBOLD if is_kobold else "",
            loaded=loaded if isinstance(loaded, str) else "",
            models=api.names(models, "title", "model_name"),
            samplers=api.names(samplers, "name"),
            schedules=api.names(schedules, "label", "name"),
            loras=api.names(loras, "name", "alias"),
            embeddings=api.embeddings(embeddings),
            upscalers=api.names(upscalers, "name"),
        )
        self._model = missing.model(self.spec, self.has.models)
        if not self.has.upscalers:
            self.tell(lacks=self.lacks | {Ability.HIRES, Ability.VARIATION})
        return ()

    async def _list(self, call: Call, stop: asyncio.Event) -> Any:
        """What it answers; None where it knows no such list."""
        try:
            return await self.small.document(call, stop)
        except RemoteFault as error:
            if error.fault.kind is FaultKind.NO_SUCH_ADDRESS:
                return None
            raise

    # One picture.

    async def draw(self, order: Order, stop: asyncio.Event) -> AsyncGenerator[Painted, None]:
        """Draw one picture, and do to it what is asked for.

        Raises:
            RemoteFault, EngineFault, ModelError: it cannot be drawn.
        """
        missing.refuse(order, self.card)
        drawing = finishing.finished if finishing.passes_of(order) else _alone
        async with aclosing(drawing(order, self._single, stop)) as steps:
            async for step in steps:
                yield step

    async def _single(self, order: Order, stop: asyncio.Event) -> AsyncGenerator[Painted, None]:
        """Draw one picture, and say meanwhile how far it is."""
        await self.settle()
        missing.loras(order, self.has.loras, self.spec)
        missing.schedule(order, self.has.schedules, self.spec)
        named = missing.sampler(order, self.has, self.spec, api.sampler_of)
        if api.may_pass_over(named, self.has.schedules):
            values = {"name": self.card.name, "schedule": order.schedule}
            yield PainterNote(
                N_("The server of {name} lists no schedules: it may not go by “{schedule}”."),
                values,
            )
        named = replace(named, model=self._model, task=f"task(storyforge-{uuid.uuid4().hex})")
        canvas = await asyncio.to_thread(pixels.canvas_for, order)
        beginning = await asyncio.to_thread(_beginning, canvas) if canvas is not None else None
        told: asyncio.Queue[Painted | None] = asyncio.Queue()
        asking = asyncio.create_task(self._ask(api.picture(order, named, beginning), told, stop))
        watching = asyncio.create_task(self._watch(order, told))
        asking.add_done_callback(lambda _done: told.put_nowait(None))
        watching.add_done_callback(lambda done: _failed(done) and asking.cancel())
        answer = None
        try:
            while (event := await told.get()) is not None:
                yield event
            if _failed(watching):
                watching.result()
            answer = asking.result()
        finally:
            watching.cancel()
            asking.cancel()
            await asyncio.wait({asking, watching})
            if answer is None and not _failed(asking) and not _failed(watching):
                self._interrupt(named.task)
        if answer is not None:
            for said in await asyncio.to_thread(self._drawn, answer, order, canvas):
                yield said

    async def _ask(
        self, call: Call, told: "asyncio.Queue[Painted | None]", stop: asyncio.Event
    ) -> Any:
        """The answer with the picture in it; None when stopped."""
        async with aclosing(self.drawing.events(call, stop)) as heard:
            async for event in heard:
                if isinstance(event, Waiting):
                    told.put_nowait(self.waits(event))
                elif isinstance(event, Event) and (answer := document(event.data)) is not None:
                    return answer
        if not stop.is_set():
            raise RemoteFault(Fault(FaultKind.EMPTY))
        return None

    async def _watch(self, order: Order, told: "asyncio.Queue[Painted | None]") -> None:
        """Ask how far it is until there is nobody who wants to know.

        Raises:
            RemoteFault: the server is gone.
        """
        silent, last, shown = 0, api.Step(), 0
        while self._tells:
            await asyncio.sleep(self._pace)
            wanted = bool(order.preview_every) and last.step - shown >= order.preview_every
            try:
                now = api.step_of(await self.small.document(api.progress(preview=wanted)))
                silent = 0
            except RemoteFault as error:
                if error.fault.kind not in _GONE:
                    self._tells = False  # it knows no progress: the picture comes at once
                    return
                silent += 1
                if silent >= _SILENT:
                    raise
                continue
            preview = None
            if now.preview is not None:
                preview = await asyncio.to_thread(_preview, now.preview)
                shown = now.step
            if preview is not None or (now.step and now != last):
                told.put_nowait(Drawing(now.step, now.steps, preview))
            last = replace(now, preview=None)

    def _drawn(self, answer: Any, order: Order, canvas: Canvas | None) -> tuple[Painted, ...]:
        """The picture, and what to say of it.

        Raises:
            RemoteFault: there is none in the answer.
        """
        told = api.image_of(answer)
        if not told:
            raise RemoteFault(Fault(FaultKind.EMPTY))
        picture, info = pixels.opened(pixels.decoded(told)), api.info_of(answer)
        notes = missing.other_size(picture.size, _asked_size(order), self.card)
        if canvas is not None:
            picture = canvas.finished(picture)
        facts = {
            **self.facts(),
            **api.facts_of(info, self.has.server, self._model or self.has.loaded),
        }
        return (*notes, Drawn(raster_of(picture), api.seed_of(info, order), facts=facts))

    # Stopping.

    def _interrupt(self, task: str) -> None:
        """Tell the server to stop, behind; what others have it draw goes on."""

        async def tell() -> None:
            # A server that does not hear it has lost its connection, at least.
            with suppress(RemoteFault, TimeoutError):
                async with asyncio.timeout(_ABORT):
                    if not api.waits(await self._list(api.whose_turn(task), asyncio.Event())):
                        await self.small.document(api.interrupt())

        self.tell_behind(tell())


def _alone(
    order: Order, draw: finishing.Draw, stop: asyncio.Event
) -> AsyncGenerator[Painted, None]:
    """A picture that nothing more is done to."""
    return draw(order, stop)


def _failed(task: "asyncio.Task[Any]") -> bool:
    return task.done() and not task.cancelled() and task.exception() is not None


def _asked_size(order: Order) -> tuple[int, int]:
    scale = order.hires.scale if order.hires is not None and order.redraw is None else 1.0
    return round(order.width * scale), round(order.height * scale)


def _beginning(canvas: Canvas) -> api.Beginning:
    mask = None if canvas.mask is None else pixels.file_of(canvas.mask)
    return api.Beginning(pixels.file_of(canvas.seen), mask)


def _preview(told: str) -> Raster | None:
    try:
        return pixels.preview(pixels.decoded(told))
    except RemoteFault:
        return None  # it is only a preview
