"""The engine's build, watched from the desk: it takes minutes and happens once.

Asked once a second and only while it is under way; with the demo, a backend given by a test, or a
model that llama.cpp does not run, there is nothing to watch.
"""

import asyncio
from typing import TYPE_CHECKING

from storyforge.domain.profile import Task
from storyforge.i18n import _
from storyforge.tui.work import launch, lazily

if TYPE_CHECKING:
    from storyforge.engine.build import BuildStatus
    from storyforge.tui.screens.desk import DeskScreen

#: seconds between two looks
LOOK_EVERY = 1.0


class EngineWatch:
    """Says in the status line how far the build is."""

    def __init__(self, desk: "DeskScreen") -> None:
        self.desk = desk
        self.status: BuildStatus | None = None

    def start(self) -> None:
        """Watch until it is ready or has failed."""
        if self.desk.house.needs_engine:
            launch(self.desk.house, self._watch(), group="engine", exclusive=True)

    async def refuses(self, task: Task = Task.CONTINUE) -> bool:
        """Whether the model of a task cannot be asked yet; says so."""
        if not await self._needed(task):
            return False
        await self._look()
        if self.status is None or self.status.state != "building":
            return False
        self.desk.house.tell(
            _(
                "The engine that runs the model is still being built ({percent} %). It happens "
                "once; you can write meanwhile."
            ).format(percent=round(self.status.fraction * 100)),
            _("Not yet"),
        )
        self.start()
        return True

    async def ready(self) -> bool:
        """Whether a model could be loaded; says nothing."""
        if not await self._needed(Task.CONTINUE):
            return True
        await self._look()
        return self.status is not None and self.status.state == "ready"

    async def _needed(self, task: Task) -> bool:
        house = self.desk.house
        if not house.needs_engine:
            return False
        profile = await (await house.backends()).profile_of(task)
        return profile.backend == "llama.cpp"

    async def _watch(self) -> None:
        if not await self._needed(Task.CONTINUE):
            return
        was_building = False
        while True:
            await self._look()
            assert self.status is not None
            if self.status.state != "building":
                break
            was_building = True
            percent = round(self.status.fraction * 100)
            self.desk.say(engine=_("engine being built {percent} %").format(percent=percent))
            await asyncio.sleep(LOOK_EVERY)
        self.desk.say(engine="")
        await self._look_for_gpu()
        if was_building and self.status.state == "ready":
            self.desk.house.tell(
                _("The engine is built. {key} continues the text.").format(
                    key=self.desk.house.key_of("continue")
                )
            )
        elif self.status.state == "failed":
            self.desk.house.tell(f"{self.status.message} {self.status.hint}".strip())

    async def _look_for_gpu(self) -> None:
        """A GPU that lies idle is named in the status line, once with the command that helps."""
        gpu = await lazily("storyforge.engine.gpu")
        note = (await asyncio.to_thread(gpu.gpu_status)).note
        self.desk.house.engine_note = note
        if note:
            self.desk.say(gpu=_("GPU not used"))
            await self.desk.hinting.once(note)

    async def _look(self) -> None:
        build = await lazily("storyforge.engine.build")
        self.status = await asyncio.to_thread(build.status)
