"""Reading ahead while the author pauses, seen from the desk: when, and what is said of it.

A key costs a comparison and a time. Whether it pays, and what is read, is the studio's to say; a
model that nobody has asked for anything is left alone, but where the settings have it made ready.
"""

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from textual.timer import Timer

from storyforge.domain.generation import Cached, Reading, Take, Usage
from storyforge.errors import StoryforgeError
from storyforge.i18n import _
from storyforge.tui.desk.area import Area
from storyforge.tui.widgets.status import WORTH_SAYING, edit_cost, loading_told, prompt_cost
from storyforge.tui.work import launch, lazily, stood_still

if TYPE_CHECKING:
    from storyforge.backends.base import Backend
    from storyforge.tui.screens.desk import DeskScreen

log = logging.getLogger(__name__)

#: seconds between two tellings of how far it is; each paints the status line
TELL_EVERY = 0.3
#: seconds that the way out waits for a state to be taken
_LEAVING = 3.0


class Preparing(Area):
    """Has the model read what Shift+Enter would ask.

    Attributes:
        looked: how many pauses have been made use of since the desk was opened.
        settled: the model is loaded, or it is known that it waits until it is asked.
    """

    def __init__(self, desk: "DeskScreen") -> None:
        super().__init__(desk)
        self.looked = 0
        self.settled = asyncio.Event()
        self._pause = 0.0
        self._timer: Timer | None = None
        self._touched = 0.0
        self._stop: asyncio.Event | None = None
        self._idle = asyncio.Event()
        self._idle.set()
        self._read: object = None
        self._scene = ""
        self._failed = -1
        self._held: Any = None
        self._pace: Any = None
        self._estimates = False

    def verbs(self) -> dict[str, Any]:
        """It is nobody's to ask for."""
        return {}

    # What is heard.

    def page_edited(self) -> None:
        """A key: the model gives way, and the pause begins anew."""
        self._put_off()

    def caret_moved(self) -> None:
        """The author looks elsewhere."""
        self._put_off()

    def outlined(self) -> None:
        """After each save: a take may have come, or another area may have changed the page."""
        if self._timer is None and self._state != self._read:
            self._put_off()

    def context_changed(self) -> None:
        """What stands beside the text is another: the prompt is, too."""
        self._read = None
        self._put_off()

    async def model_changed(self) -> None:
        """Another model: it has read nothing of this, and its pace is its own."""
        if self._pace is not None:
            studio = await self._studio()
            self._held, self._pace = studio.Held(), studio.Pace()
        self._failed = -1
        self.desk.say(prompt="", wrote="", cost="")
        self.context_changed()

    def page_shown(self) -> None:
        """Another scene: what was read of the one before goes to the disk."""
        left, self._scene = self._scene, self.desk.scene_id
        if left and left != self._scene:
            launch(self.desk.house, self._leave(left), group="leaving-scene")
        self._put_off()

    async def reread(self) -> None:
        """The story is another."""
        self.context_changed()

    async def opened(self) -> None:
        """Learn what the author wants; make the model ready where that is wished."""
        settings = await self.desk.house.ready_settings()
        self._pause = settings.cache.prepare_after_ms / 1000
        launch(self.desk.house, self._make_ready(), group="preparing")

    async def close(self) -> None:
        """Stop, and bring to the disk what was read of this scene."""
        self._forget_timer()
        self.give_way()
        await stood_still(self._idle)
        if self._scene:
            await self._leave(self._scene)

    def give_way(self) -> None:
        """Stop reading; what was read stays."""
        if self._stop is not None:
            self._stop.set()

    def take_written(self, take: Take) -> None:
        """So fast was its prompt read, and so much is in the cache now."""
        if self._pace is not None:
            self._pace.learn(take.usage.read, take.usage.read_seconds)
            self._held.written(take)

    def take_chosen(self) -> None:
        """Of the takes in the cache this one is gone on from: what is kept of a scene is its."""
        self.look()

    # The pause.

    @property
    def _state(self) -> object:
        """What the prompt hangs on, but for the caret."""
        return self.desk.scene_id, self.desk.manuscript.edits, self.desk.continuing.ended

    def _put_off(self) -> None:
        self.give_way()
        if not self._pause or self.desk.house.still:
            return
        self._touched = asyncio.get_running_loop().time()
        if self._timer is None:
            self._timer = self.desk.set_timer(self._pause, self._pause_over)

    def _pause_over(self) -> None:
        """One timer for many keys: it looks again where one came since it was set."""
        self._timer = None
        rest = self._pause - (asyncio.get_running_loop().time() - self._touched)
        if rest > 0.01:
            self._timer = self.desk.set_timer(rest, self._pause_over)
        else:
            self.look()

    def _forget_timer(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._pause = 0.0

    def look(self) -> None:
        """The author pauses: read ahead, if there is a model to do so."""
        story = self.desk.story
        if self._failed == self.desk.continuing.ended:
            return
        if self._idle.is_set() and story is not None and not story.read_only:
            launch(self.desk.house, self._look(), group="preparing")

    # The work.

    async def _look(self) -> None:
        self._idle.clear()
        stop = self._stop = asyncio.Event()
        try:
            backend = await self.desk.house.backend()
            # Before it is loaded a model does not know its window.
            if backend.card.context_tokens and not self.desk.continuing.running:
                await self._read_ahead(backend, stop)
        except StoryforgeError as error:
            # Nobody has asked; who asks hears it, and until then it is not tried again: an engine
            # that died of too little memory would do so in each pause.
            log.info("Nothing was read ahead: %s", error.message)
            self._failed = self.desk.continuing.ended
        finally:
            self._stop = None
            self._idle.set()
            self.looked += 1
            self.desk.say(reading="")

    async def _read_ahead(self, backend: "Backend", stop: asyncio.Event) -> None:
        desk, story = self.desk, self.desk.story
        assert story is not None
        studio = await self._studio()
        speeds = await lazily("storyforge.studio.speeds")
        if not self._pace.speed:
            self._pace = studio.Pace(await asyncio.to_thread(speeds.reading, backend.card))
        settings = await desk.house.ready_settings()
        wish = await desk.continuing.wish()
        reads = await asyncio.to_thread(studio.may_prepare, settings, backend.card)
        self._estimates = not backend.card.can.counts
        state = self._state
        happened = studio.read_ahead(
            story,
            desk.manuscript.passage(),
            backend,
            wish,
            self._held,
            stop,
            edited=state != self._read,
            reads=reads,
        )
        loop = asyncio.get_running_loop()
        began, told = loop.time(), 0.0
        total, whole = 0, False
        async for step in happened:
            if isinstance(step, Cached):
                total = step.total
                self._say_cost(step, self._held.behind(desk.scene_id, step))
            elif isinstance(step, Reading):
                if loop.time() - told >= TELL_EVERY:
                    told = loop.time()
                    self._say_reading(step)
                whole = step.done >= step.total
                if whole:
                    took = loop.time() - began
                    self._pace.learn(step.total, took)
                    usage = Usage(read=step.total, read_seconds=took)
                    await asyncio.to_thread(speeds.note, backend.card, usage)
                    self._say_cost(Cached(step.reused + step.done, total))
                elif not step.done:
                    began = loop.time()
        if reads and (whole or not stop.is_set()):
            self._read = state

    async def _make_ready(self) -> None:
        """Load the model with the story, where that is wished, and read the page at once.

        What was read of the page before is back when the model is shown ready.
        """
        try:
            loaded = await self._load()
        except StoryforgeError as error:
            log.info("The model was not made ready: %s", error.message)
            loaded = False
        finally:
            self.desk.say(reading="")
            self.settled.set()
        if loaded:
            self.look()

    async def _load(self) -> bool:
        """Whether the model was to be loaded, and is."""
        desk, story = self.desk, self.desk.story
        if story is None or story.read_only or not await desk.engine.ready():
            return False
        studio = await self._studio()
        settings = await desk.house.ready_settings()
        backend = await desk.house.backend()
        if not await asyncio.to_thread(studio.may_load, settings, backend.card, story):
            return False
        async for loading in backend.load():
            desk.say(reading=loading_told(loading))
        if not desk.continuing.running:
            wish = await desk.continuing.wish()
            passage = desk.manuscript.passage()
            await studio.bring_back(story, passage, backend, wish, self._held)
        return True

    async def _leave(self, scene_id: str) -> None:
        try:
            async with asyncio.timeout(_LEAVING):
                await (await self.desk.house.backend()).leave(scene_id)
        except (StoryforgeError, TimeoutError) as error:
            log.info("What was read of a scene was not kept: %s", error)

    async def _studio(self) -> Any:
        studio = await lazily("storyforge.studio.prompt.preparing")
        if self._pace is None:
            self._held, self._pace = studio.Held(), studio.Pace()
        return studio

    # What is told.

    def _say_cost(self, cached: Cached, behind: int = 0) -> None:
        new = cached.total - cached.reused
        lost, seconds = self._pace.seconds(behind), self._pace.seconds(new)
        if lost >= WORTH_SAYING > seconds:
            told = edit_cost(behind, cached.reused + behind, lost)
        else:
            told = prompt_cost(new, cached.total, seconds, estimated=self._estimates)
        self.desk.say(prompt=told, slow=max(lost, seconds) >= WORTH_SAYING)

    def _say_reading(self, reading: Reading) -> None:
        if reading.total:
            told = _("read ahead: {done:,} of {total:,}")
            self.desk.say(reading=told.format(done=reading.done, total=reading.total))
