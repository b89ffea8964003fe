"""A workflow at ComfyUI by its name: queued, looked for, taken back, its picture fetched.

Its name is ours where the server takes one, so it is found again whatever broke meanwhile.
"""

import asyncio
import uuid
from contextlib import suppress

from storyforge.backends.pictures.remote import comfyui_api as api
from storyforge.backends.remote.faults import Fault, FaultKind, RemoteFault
from storyforge.backends.remote.wire import Wire
from storyforge.backends.stopping import Stopped, unless_stopped
from storyforge.domain.picture.workflows.workflow import Workflow
from storyforge.errors import ModelError
from storyforge.i18n import _

#: after these a server may still answer, and may have heard what was asked
MAY_COME_BACK = frozenset(
    {
        FaultKind.CONNECTION_REFUSED, FaultKind.CUT_OFF, FaultKind.UNREACHABLE,
        FaultKind.NAME_NOT_FOUND, FaultKind.STALLED, FaultKind.SERVER, FaultKind.BUSY,
    }
)  # fmt: skip
# Seconds for taking a picture back.
_ABORT = 5.0


class Job:
    """One workflow that is run.

    Args:
        task: its name, by which it may be there already.
        client: who hears of it on the socket.
        host: as an author knows the server.

    Attributes:
        there: the server has it to do.
        outcome: what became of it; None while that is not known.
    """

    def __init__(
        self, wire: Wire, workflow: Workflow, task: str, *, client: str, host: str, previews: bool
    ) -> None:
        self._wire = wire
        self._client = client
        self._previews = previews
        self._asking: asyncio.Task[str] | None = None
        self.workflow, self.task, self.host = workflow, task, host
        self.there = False
        self.outcome: api.Outcome | None = None

    @property
    def is_left(self) -> bool:
        """Whether the server has, or may have, still to do it."""
        return (self.there or self._asking is not None) and self.outcome is None

    def leave(self) -> str:
        """Let it be finished there; its name, to find it by."""
        self.there, self._asking = False, None
        return self.task

    async def found(self, stop: asyncio.Event) -> bool:
        """Whether the server has it already: it runs, waits, or was finished.

        Raises:
            RemoteFault: it cannot be asked. Stopped: nobody wants to know any more.
        """
        self.outcome = await self.history(stop)
        if self.outcome is not None and not self.outcome.files:
            # It failed there, or was stopped: what is asked for now is another attempt.
            self.afresh()
            return False
        if self.outcome is None:
            standing = await self.standing(stop)
            self.there = standing.running or standing.waiting
        if stop.is_set():
            raise Stopped
        return self.there or self.outcome is not None

    def afresh(self) -> None:
        """Forget what became of it: it is to be run under another name."""
        self.task, self.outcome, self.there = str(uuid.uuid4()), None, False

    async def begin(self, stop: asyncio.Event) -> None:
        """Have it run. A stop does not end the asking, only the waiting: see `take_back`.

        Raises:
            RemoteFault: it was not taken. ModelError: it is not accepted; why is told by node.
            Stopped: nobody waits any more.
        """
        asking = self._asking = asyncio.create_task(self._ask())
        await unless_stopped(_until_done(asking), stop)
        self._asking = None
        self.task, self.there = asking.result(), True

    async def history(self, stop: asyncio.Event) -> api.Outcome | None:
        """What became of it; None while it has not ended.

        Raises:
            RemoteFault: it cannot be asked.
        """
        document = await self._wire.document(api.history(self.task), stop)
        return api.read_history(document, self.task, self.workflow.outputs, self.workflow.graph)

    async def standing(self, stop: asyncio.Event) -> api.Standing:
        """Where it stands in the queue.

        Raises:
            RemoteFault: it cannot be asked.
        """
        return api.read_queue(await self._wire.document(api.queue(), stop), self.task)

    async def fetched(self, stop: asyncio.Event, *, from_before: bool) -> bytes | None:
        """The picture; None where it was drawn long ago, and its file is gone: then it is afresh.

        Raises:
            RemoteFault: it does not come. ModelError: there is none, and why.
            Stopped: nobody waits any more.
        """
        file = _file(self.outcome or api.Outcome(), self.workflow.name, self.host)
        try:
            data = await self._wire.file(api.view(file), stop)
        except RemoteFault as error:
            if not from_before or error.fault.kind is not FaultKind.NO_SUCH_ADDRESS:
                raise
            self.afresh()
            return None
        if stop.is_set():
            raise Stopped
        if data is None:
            raise RemoteFault(Fault(FaultKind.EMPTY))
        return data

    async def take_back(self) -> None:
        """Have it stopped, or taken out of the queue; of others' pictures none is touched."""
        asking = self._asking
        # A server that does not hear it cannot be helped: nobody fetches what it draws.
        with suppress(RemoteFault, ModelError, TimeoutError):
            async with asyncio.timeout(_ABORT):
                if asking is not None:
                    self.task = await asking
                standing = await self.standing(asyncio.Event())
                if standing.waiting:
                    await self._wire.document(api.take_out(self.task))
                elif standing.running:
                    await self._wire.document(api.interrupt(self.task))

    async def _ask(self) -> str:
        """Its name, once the server has taken it."""
        call = api.ask(self.workflow.sent(), self._client, self.task, previews=self._previews)
        try:
            task = api.read_asked(await self._wire.document(call))
        except RemoteFault as error:
            if not await self._was_taken(error.fault):
                raise
            return self.task
        if not task:
            raise RemoteFault(Fault(FaultKind.MALFORMED))
        return task

    async def _was_taken(self, fault: Fault) -> bool:
        """Whether it was taken although the answer did not come.

        Raises:
            ModelError: it is not accepted.
        """
        if fault.status == 400 and (why := api.complaint(fault.body, self.workflow.graph)):
            raise ModelError(
                _("{host} does not take the workflow “{name}”: {why}").format(
                    host=self.host, name=self.workflow.name, why=why
                ),
                title=_("Workflow not accepted"),
                hint=_("Run it in ComfyUI itself once, mend it there, and export it again."),
            )
        if fault.kind in MAY_COME_BACK:
            with suppress(RemoteFault):
                return await self.found(asyncio.Event())
        return False


def _file(outcome: api.Outcome, name: str, host: str) -> api.File:
    """The picture's file.

    Raises:
        ModelError: there is none, and why.
    """
    if outcome.interrupted:
        raise ModelError(
            _("It was stopped at {host}, not from here.").format(host=host),
            title=_("Stopped there"),
            hint=_("Draw it again; what was drawn before is kept."),
        )
    if outcome.why:
        raise ModelError(
            _("{host} could not draw it: {why}").format(host=host, why=outcome.why),
            title=_("Drawing failed there"),
            hint=_("Its own window says more; your pictures are whole."),
        )
    if not outcome.files:
        raise ModelError(
            _("The workflow “{name}” ended without a picture.").format(name=name),
            title=_("No picture"),
            hint=_("Call the node that saves it “storyforge: picture”, and export it again."),
        )
    return outcome.files[0]


async def _until_done(task: "asyncio.Task[str]") -> None:
    """Wait for a task that goes on where the waiting ends."""
    await asyncio.wait({task})
