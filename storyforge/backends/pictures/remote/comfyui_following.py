"""One picture at ComfyUI, from its order to its pixels.

The socket tells how far it is; queue and history tell what is so, whenever the socket is silent. So
a connection that breaks costs nothing: what was finished meanwhile is found by its name.
"""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

from storyforge.backends.pictures.remote import comfyui_api as api
from storyforge.backends.pictures.remote import comfyui_events as events
from storyforge.backends.pictures.remote import pixels
from storyforge.backends.pictures.remote.comfyui_job import MAY_COME_BACK, Job
from storyforge.backends.pictures.remote.comfyui_socket import Ear
from storyforge.backends.remote.faults import RemoteFault
from storyforge.backends.stopping import Stopped, unless_stopped
from storyforge.domain.picture.orders import Drawing, PainterNote
from storyforge.errors import ModelError
from storyforge.i18n import N_, _

#: seconds without a word until it is asked how things are
PACE = 2.0
#: seconds for which a server that does not answer may still come back
GONE = 60.0
# History has a picture a moment after it was said to be finished.
_MOMENT = 0.1
# So often in neither queue nor history, and the server has forgotten it.
_FORGOTTEN = 3


class Following:
    """A job that is followed to its end.

    Args:
        every: steps between two previews; 0 for none.
        pace: seconds without a word until queue and history are asked.
        gone: seconds for which a server that does not answer may come back.

    Attributes:
        picture: what was drawn, a file's bytes; None before, and where it was stopped.
    """

    def __init__(self, job: Job, ear: Ear, every: int, *, pace: float, gone: float) -> None:
        self._job, self._ear = job, ear
        self._every, self._pace, self._gone = every, pace, gone
        self._steps = events.Steps(job.workflow.graph)
        self._shown = self._missed = 0
        self._silent_since: float | None = None
        self.picture: bytes | None = None

    async def run(self, stop: asyncio.Event) -> AsyncGenerator[Drawing, None]:
        """Have it run, and tell how far it is, until `picture` is there or it is stopped.

        Raises:
            RemoteFault: the server does not answer. ModelError: it cannot be drawn there.
        """
        job = self._job
        with suppress(Stopped):
            await unless_stopped(self._ear.tried.wait(), stop)
            from_before = await job.found(stop)
            while self.picture is None:
                if not job.there and job.outcome is None:
                    await job.begin(stop)
                async with aclosing(self._follow(stop)) as drawings:
                    async for drawing in drawings:
                        yield drawing
                self.picture = await job.fetched(stop, from_before=from_before)
                from_before = False

    async def _follow(self, stop: asyncio.Event) -> AsyncGenerator[Drawing, None]:
        """How far it is, until it has ended.

        Raises:
            RemoteFault: the server does not answer for good. ModelError: it knows nothing of it.
            Stopped: nobody waits any more.
        """
        while self._job.outcome is None:
            if stop.is_set():  # where there is always a message, only this hears it
                raise Stopped
            try:
                async with asyncio.timeout(self._pace):
                    message = await unless_stopped(self._ear.messages.get(), stop)
            except TimeoutError:
                message = None
            if message is None:
                doing = await self._look(stop)
                if doing is not None:
                    yield Drawing(self._steps.step, self._steps.steps, doing=doing)
                continue
            for heard in events.read(message, self._job.task, self._job.workflow.graph):
                if isinstance(heard, events.Ended):
                    await self._ended(heard, stop)
                elif (drawing := await self._heard(heard)) is not None:
                    yield drawing

    async def _heard(
        self, heard: "events.Stepped | events.Skipped | events.Previewed"
    ) -> Drawing | None:
        if isinstance(heard, events.Previewed):
            return await self._preview(heard.data)
        self._steps.hear(heard)
        if isinstance(heard, events.Skipped):
            return None
        node, doing = self._job.workflow.graph.get(heard.node), None
        if node is not None and self._steps.several:
            doing = PainterNote(N_("at “{node}”"), {"node": node.title})
        return Drawing(self._steps.step, self._steps.steps, doing=doing)

    async def _preview(self, data: bytes) -> Drawing | None:
        step = self._steps.step
        if not self._every or not step or step - self._shown < self._every:
            return None
        picture = await asyncio.to_thread(pixels.preview, data)
        if picture is None:
            return None
        self._shown = step
        return Drawing(step, self._steps.steps, picture)

    async def _ended(self, heard: events.Ended, stop: asyncio.Event) -> None:
        if heard.why or heard.interrupted:
            self._job.outcome = api.Outcome(why=heard.why, interrupted=heard.interrupted)
            return
        await self._look(stop)
        if self._job.outcome is None:
            await asyncio.sleep(_MOMENT)
            await self._look(stop)

    async def _look(self, stop: asyncio.Event) -> PainterNote | None:
        """Ask history, then the queue; what to say meanwhile.

        Raises:
            RemoteFault: the server has not answered for too long.
            ModelError: it knows nothing of it. Stopped: nobody wants to know any more.
        """
        job = self._job
        try:
            job.outcome = await job.history(stop)
            if job.outcome is not None:
                return None
            standing = await job.standing(stop)
        except RemoteFault as error:
            self._bear(error)
            return PainterNote(
                N_("the connection to {host} is broken, and tried again"), {"host": job.host}
            )
        if stop.is_set():
            raise Stopped
        self._silent_since = None
        # Between queue and history it is in neither for a moment.
        self._missed = 0 if standing.running or standing.waiting else self._missed + 1
        if self._missed >= _FORGOTTEN:
            raise _forgotten(job.host)
        if not standing.waiting:
            return None
        return PainterNote(
            N_("in the queue of {host}, {count} before it"),
            {"host": job.host, "count": str(standing.ahead)},
        )

    def _bear(self, error: RemoteFault) -> None:
        """Let a fault pass while the server may come back."""
        now = time.monotonic()
        self._silent_since = self._silent_since or now
        if error.fault.kind not in MAY_COME_BACK or now - self._silent_since >= self._gone:
            raise error


def _forgotten(host: str) -> ModelError:
    return ModelError(
        _("{host} knows nothing of the picture any more; your pictures are whole.").format(
            host=host
        ),
        title=_("Picture lost there"),
        hint=_("It was restarted, or its queue was emptied: draw it again."),
    )
