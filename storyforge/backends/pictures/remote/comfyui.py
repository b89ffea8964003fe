"""A painter behind ComfyUI: an author's own workflow draws, with prompt and settings put into it.

It owns the order of things: what the server lacks is named before anything is sent, pictures to
begin from are put there, a workflow is run and followed, and its picture is fetched.
"""

import asyncio
import json
import uuid
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from functools import partial

from storyforge.backends.pictures.base import Painted
from storyforge.backends.pictures.remote import comfyui_orders as orders
from storyforge.backends.pictures.remote import finishing, missing, pixels
from storyforge.backends.pictures.remote.base import RemotePainter
from storyforge.backends.pictures.remote.comfyui_following import GONE, PACE, Following
from storyforge.backends.pictures.remote.comfyui_has import Has, asked
from storyforge.backends.pictures.remote.comfyui_job import Job
from storyforge.backends.pictures.remote.comfyui_pictures import put_there
from storyforge.backends.pictures.remote.comfyui_socket import listening
from storyforge.backends.remote.faults import RemoteFault
from storyforge.backends.remote.patience import Patience
from storyforge.backends.stopping import Stopped, unless_stopped
from storyforge.domain.hosts import host_of
from storyforge.domain.picture.orders import Ability, Drawing, Drawn, Order, PainterNote
from storyforge.domain.picture.remote import RemotePainterSpec, ServerHas
from storyforge.domain.picture.workflows.names import their_sampler
from storyforge.domain.picture.workflows.slots import Slot
from storyforge.domain.picture.workflows.workflow import Workflow, Workflows, require
from storyforge.engine.pictures.canvases import Canvas
from storyforge.errors import BadInput, ModelError
from storyforge.i18n import _, listed
from storyforge.images import workflow_files
from storyforge.images.infotext import name_of
from storyforge.images.rasters import raster_of

_FEW = 5


class ComfyPainter(RemotePainter):
    """A painter behind ComfyUI.

    Args:
        pace: seconds without a word until queue and history are asked.
        gone: seconds for which a server that does not answer may come back.
    """

    lacks = frozenset(
        {
            Ability.HYPERNETWORK, Ability.REFERENCE, Ability.CONTROL, Ability.PEOPLE, Ability.HEAT,
            Ability.FREEU, Ability.VARIATION,
        }
    )  # fmt: skip

    def __init__(
        self,
        spec: RemotePainterSpec,
        *,
        key: Callable[[], str],
        patience: Patience | None = None,
        pace: float = PACE,
        gone: float = GONE,
    ) -> None:
        super().__init__(spec, key=key, patience=patience)
        self._pace, self._gone = pace, gone
        self._client = uuid.uuid4().hex
        self._there = Has()
        self._model = ""
        self._state: object = None
        self._workflows: Workflows | None = None
        # By its workflow, what an older server calls a picture whose end was not heard.
        self._unheard: dict[str, str] = {}

    # What the server has.

    async def greet(self, stop: asyncio.Event) -> tuple[PainterNote, ...]:
        """Read the workflow, and ask whether the server has what it needs.

        Raises:
            RemoteFault: it cannot be asked.
            ModelError: the workflow cannot be used, or the server lacks something of it.
        """
        workflows = await asyncio.to_thread(self._read_files)
        self._there = there = await asked(self.small, workflows, stop)
        if stop.is_set():
            return ()
        self.has = ServerHas(
            server=there.server,
            models=there.models,
            samplers=there.samplers,
            schedules=there.schedules,
            loras=tuple(dict.fromkeys(there.loras.values())),
            embeddings=there.embeddings,
        )
        self._model = self._chosen_model(workflows.draw)
        self._workflows = workflows
        self.tell(lacks=self.lacks | orders.lacks(workflows), device=there.device)
        return orders.notes_of(workflows.draw)

    def _read_files(self) -> Workflows:
        """The author's workflows, as the files have them now.

        Raises:
            ModelError: one of them cannot be used.
        """
        self._state = workflow_files.state(self.spec.workflow)
        try:
            workflows = workflow_files.read_all(self.spec.workflow)
            if self.spec.model:
                require(workflows.draw, [Slot.CHECKPOINT])
        except BadInput as error:
            raise ModelError(error.message, title=error.title, hint=error.hint) from error
        return workflows

    def _chosen_model(self, workflow: Workflow) -> str:
        """The checkpoint by the server's name; "" leaves the workflow's own.

        Raises:
            ModelError: it has none, or not that one, or several and none is set.
        """
        models = self.has.models
        if self.spec.model or Slot.CHECKPOINT not in workflow.slots:
            return missing.model(self.spec, models)
        if workflow.value(Slot.CHECKPOINT) != "":
            return ""
        if len(models) == 1:
            return models[0]
        if not models:
            raise ModelError(
                _("The ComfyUI there has no checkpoint."),
                title=_("No such model"),
                hint=_("Put one into its folder models/checkpoints."),
            )
        raise ModelError(
            _("It is not said which checkpoint of the server draws."),
            title=_("Which checkpoint?"),
            hint=_("storyforge painters set {name} model=NAME. It has: {models}.").format(
                name=self.spec.profile, models=listed(models[:_FEW])
            ),
        )

    # One picture.

    async def draw(self, order: Order, stop: asyncio.Event) -> AsyncGenerator[Painted, None]:
        """Draw one picture, and do to it what is asked for.

        Raises:
            RemoteFault, EngineFault, ModelError: it cannot be drawn.
        """
        # A workflow may enlarge in a way of its own, but none is told to: it is done from here.
        drawing = self._single
        if finishing.passes_of(order, own_hires=False):
            missing.refuse(order, self.card)
            drawing = partial(finishing.finished, draw=self._single, own_hires=False)
        async with aclosing(drawing(order, stop=stop)) as steps:
            async for step in steps:
                yield step

    async def _single(self, order: Order, stop: asyncio.Event) -> AsyncGenerator[Painted, None]:
        """Draw one picture, and say meanwhile how far it is."""
        try:
            await unless_stopped(self.settle(), stop)
        except Stopped:
            return
        if await asyncio.to_thread(workflow_files.state, self.spec.workflow) != self._state:
            # The author has exported it again: what it needs may be another thing now.
            for note in await self.greet(stop):
                yield note
        if self._workflows is None or stop.is_set():
            return
        workflow = orders.chosen(self._workflows, order)
        self._check(order, workflow)
        canvas = await asyncio.to_thread(pixels.canvas_for, order)
        pictures = await put_there(self.small, canvas, workflow, stop)
        if stop.is_set():
            return
        server = orders.Server(self._model, self._there.loras, self._there.embeddings)
        ready, notes = orders.told(workflow, order, server, pictures)
        for note in notes:
            yield note
        key = _key_of(ready)
        job = Job(
            self.small,
            ready,
            self._unheard.pop(key, key),
            client=self._client,
            host=self.card.place or host_of(self.spec.url),
            previews=order.preview_every > 0,
        )
        picture = None
        async with aclosing(self._followed(job, order.preview_every, stop)) as told:
            async for said in told:
                picture = said if isinstance(said, bytes) else picture
                if not isinstance(said, bytes):
                    yield said
        if picture is not None:
            for last in await asyncio.to_thread(self._drawn, picture, order, canvas, ready):
                yield last

    async def _followed(
        self, job: Job, every: int, stop: asyncio.Event
    ) -> AsyncGenerator[Drawing | bytes, None]:
        """How far it is, and at last its picture; one that nobody waits for is taken back."""
        headers = self.headers(self._key or "")
        async with listening(self.spec.url, self._client, headers) as ear:
            following = Following(job, ear, every, pace=self._pace, gone=self._gone)
            try:
                async with aclosing(following.run(stop)) as drawings:
                    async for drawing in drawings:
                        yield drawing
            except RemoteFault:
                # What is finished meanwhile is found by this name, and not drawn once more.
                self._unheard[_key_of(job.workflow)] = job.leave()
                raise
            finally:
                if job.is_left:
                    self.tell_behind(job.take_back())
        if following.picture is not None:
            yield following.picture

    def _check(self, order: Order, workflow: Workflow) -> None:
        """See that the server has what an order names.

        Raises:
            ModelError: it has not.
        """
        missing.refuse(order, self.card)
        missing.loras(order, tuple(self._there.loras), self.spec)
        if Slot.SAMPLER in workflow.slots:
            missing.sampler(order, self.has, self.spec, _sampler)

    def _drawn(
        self, data: bytes, order: Order, canvas: Canvas | None, ready: Workflow
    ) -> tuple[Painted, ...]:
        """The picture, and what to say of it.

        Raises:
            RemoteFault: it is none that can be read.
        """
        picture = pixels.opened(data)
        notes = missing.other_size(picture.size, (order.width, order.height), self.card)
        if canvas is not None:
            picture = canvas.finished(picture)
        model = str(ready.value(Slot.CHECKPOINT) or "")
        facts = {
            **self.facts(),
            "server": self._there.server,
            "server model": model,
            "model": name_of(model),
            "workflow": ready.name,
            "workflow hash": ready.digest,
        }
        facts = {name: told for name, told in facts.items() if told or name == "RNG"}
        return (*notes, Drawn(raster_of(picture), order.seed, facts=facts))


def _key_of(ready: Workflow) -> str:
    """The name of a picture in queue and history: the same for the same workflow."""
    told = json.dumps(ready.sent(), sort_keys=True)
    return str(uuid.uuid5(uuid.NAMESPACE_URL, told))


def _sampler(order: Order, samplers: tuple[str, ...], _schedules: tuple[str, ...]) -> str | None:
    """ComfyUI's name for an order's sampler; None where it has none of that name."""
    name = their_sampler(order.sampler)
    return name if name in samplers or not samplers else None
