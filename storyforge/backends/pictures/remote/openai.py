"""A painter behind OpenAI's images, or a server that speaks like it.

It reads sentences and draws by chance: seeds, samplers and steps are not its own to set. What is
said is `openai_api`'s.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any

from storyforge.backends.pictures.base import Painted
from storyforge.backends.pictures.remote import missing, pixels
from storyforge.backends.pictures.remote import openai_api as api
from storyforge.backends.pictures.remote.base import RemotePainter
from storyforge.backends.remote.api import Event
from storyforge.backends.remote.faults import Fault, FaultKind, RemoteFault
from storyforge.backends.remote.patience import Patience
from storyforge.backends.remote.reading import document
from storyforge.domain.generation import Waiting
from storyforge.domain.picture.orders import Ability, Drawn, Order, PainterNote
from storyforge.domain.picture.remote import RemotePainterSpec, ServerHas
from storyforge.engine.pictures.canvases import Canvas, canvas_of, flat, opened
from storyforge.i18n import N_
from storyforge.images.rasters import raster_of

# Of the list of models nothing depends: a key may be allowed to draw only.
_UNLISTED = (FaultKind.NO_SUCH_ADDRESS, FaultKind.FORBIDDEN)


class OpenAIPainter(RemotePainter):
    """A painter behind `/images/generations` and `/images/edits`."""

    # The largest pictures take three minutes, in which it says nothing.
    drawing_seconds = 90.0
    lacks = frozenset(Ability) - {Ability.REDRAW, Ability.MASK, Ability.SIZE}

    def __init__(
        self,
        spec: RemotePainterSpec,
        *,
        key: Callable[[], str],
        patience: Patience | None = None,
    ) -> None:
        super().__init__(spec, key=key, patience=patience)
        self._omit: frozenset[str] = frozenset()

    @staticmethod
    def size_for(spec: RemotePainterSpec, width: int, height: int) -> tuple[int, int]:
        """The nearest of its model's sizes."""
        return api.size_for(spec.model, width, height)

    async def greet(self, stop: asyncio.Event) -> tuple[PainterNote, ...]:
        """Ask what models there are.

        Raises:
            RemoteFault: it cannot be asked.
        """
        try:
            listed = await self.small.document(api.models(), stop)
        except RemoteFault as error:
            if error.fault.kind not in _UNLISTED:
                raise
            listed = None
        self.has = ServerHas(models=api.model_names(listed))
        return ()

    async def draw(self, order: Order, stop: asyncio.Event) -> AsyncGenerator[Painted, None]:
        """Draw one picture; a stop closes the connection, and what was begun is paid for.

        Raises:
            RemoteFault, EngineFault, ModelError: it cannot be drawn.
        """
        missing.refuse(order, self.card)
        size = api.size_for(self.spec.model, order.width, order.height)
        canvas = await asyncio.to_thread(_canvas, order, size)
        beginning = await asyncio.to_thread(_beginning, order, canvas)
        answer = None
        while answer is None:
            call = api.picture(order, self.spec.model, self.spec.effort, beginning, self._omit)
            try:
                async with aclosing(self.drawing.events(call, stop)) as heard:
                    async for event in heard:
                        if isinstance(event, Waiting):
                            yield self.waits(event)
                        elif isinstance(event, Event):
                            answer = document(event.data)
            except RemoteFault as error:
                name = api.refused(error.fault.body)
                if not name or name in self._omit:
                    raise
                self._omit |= {name}
                yield PainterNote(
                    N_("{model} takes no “{name}”: it is left out."),
                    {"model": self.spec.model, "name": name},
                )
                continue
            if stop.is_set():
                return
            if answer is None:
                raise RemoteFault(Fault(FaultKind.EMPTY))
        for said in await asyncio.to_thread(self._drawn, answer, order, size, canvas):
            yield said

    def _drawn(
        self, answer: Any, order: Order, size: api.Size, canvas: Canvas | None
    ) -> tuple[Painted, ...]:
        """The picture, and what to say of it.

        Raises:
            RemoteFault: there is none in the answer.
        """
        told = api.image_of(answer)
        if not told:
            raise RemoteFault(Fault(FaultKind.EMPTY))
        picture = pixels.opened(pixels.decoded(told))
        notes = missing.other_size(picture.size, size, self.card)
        if canvas is not None:
            picture = canvas.finished(picture)
        facts = {**self.facts(), **api.facts_of(answer, self.spec.model)}
        drawn = Drawn(raster_of(picture), order.seed, facts=facts, usage=api.usage_of(answer))
        return (*notes, drawn)


def _canvas(order: Order, size: api.Size) -> Canvas | None:
    """What goes out of a picture of which only a part is redrawn; None for all of it, or none."""
    if order.redraw is None or not order.redraw.is_inpaint:
        return None
    return canvas_of(order.redraw, *size)


def _beginning(order: Order, canvas: Canvas | None) -> api.Beginning | None:
    """The files that a picture begins from; None where it begins from words alone.

    They are made anew: what is written in a picture of the story stays here.
    """
    if order.redraw is None:
        return None
    if canvas is None:
        return api.Beginning(pixels.file_of(flat(opened(order.redraw.image), (255, 255, 255))))
    mask = None
    if canvas.mask is not None:
        clear = canvas.seen.convert("RGBA")
        clear.putalpha(canvas.mask.point([255 - grey for grey in range(256)]))
        mask = pixels.file_of(clear)
    return api.Beginning(pixels.file_of(canvas.seen), mask)
