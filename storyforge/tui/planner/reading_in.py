"""Reading the manuscript in: what of it, the one run of the queue, and taking what is empty.

The queue works behind everything else of the author's, and goes on while they are at the desk. What
it finds stands among the variants of each item until it is taken.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from storyforge.domain.plan.forms import Kind
from storyforge.domain.profile import Task
from storyforge.i18n import _, listed, ngettext, sentences
from storyforge.tui.planner.area import Area
from storyforge.tui.widgets.model_words import goes_to, short_name
from storyforge.tui.work import launch, lazily, stood_still

if TYPE_CHECKING:
    from storyforge.domain.model import ModelCard
    from storyforge.studio.reading_in.queue import Progress, ReadingQueue
    from storyforge.tui.screens.planner import PlannerScreen

_ALL, _CHAPTER, _SCENE, _ANEW = "all", "chapter", "scene", "anew"
_FILL = "fill"


class ReadingIn(Area):
    """What the reading's actions do, and the one run of the queue."""

    def __init__(self, planner: "PlannerScreen") -> None:
        super().__init__(planner)
        self._queue: ReadingQueue | None = None
        self._idle = asyncio.Event()
        self._idle.set()
        self._offered = False

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "plan_read_in": lambda: self.start(self.open),
            "plan_fill": lambda: self.start(self.fill),
        }

    def planned(self) -> None:
        """Say once, where it is so, that a reading was cut off."""
        if not self._offered and self.planner.looks:
            self._offered = True
            if not self.planner.story.read_only:
                launch(self.planner.house, self._offer(), group="planner-offers")

    async def close(self) -> None:
        """End the run; what was read stays, and the rest can be read the next time."""
        if self._queue is not None:
            self._queue.cancel(leaving=True)
        await stood_still(self._idle)

    # What is asked.

    async def open(self) -> None:
        """What can be read, or done with the reading that runs."""
        if self._queue is not None:
            await self._go_on(self._queue)
        elif self.may_change():
            await self.planner.desk.saving.flush()  # the open scene is read as it stands
            await self._choose()

    async def fill(self) -> None:
        """Take all that was read wherever the plan has nothing; one step that can be undone."""
        if not self.may_change():
            return
        planner = self.planner
        await planner.save()
        studio = await lazily("storyforge.studio.reading_in.filling")
        made = await asyncio.to_thread(studio.fill, planner.story)
        await planner.look_again()
        if not made:
            left = await asyncio.to_thread(studio.left_out, planner.story)
            key = planner.house.key_of("plan_read_in")
            planner.house.tell(_no_good(left) if left else _nothing_new(key))
            return
        told = ngettext(
            "{count} part of the plan was filled; {key} takes it back.",
            "{count} parts of the plan were filled; {key} takes it back.",
            len(made),
        )
        planner.house.tell(
            told.format(count=len(made), key=planner.house.key_of("plan_undo")), _("Reading in")
        )

    async def _go_on(self, queue: "ReadingQueue") -> None:
        from storyforge.tui.dialogs.pausing import PauseOrStop, obey

        studio = await lazily("storyforge.studio.reading_in.queue")
        told = studio.progress_words(queue.progress)
        resume, stop = _("Go on reading"), _("Stop; what was read stays")
        answer = await self.ask(PauseOrStop(_("Reading in"), told, queue, resume=resume, stop=stop))
        obey(queue, answer)

    async def _choose(self) -> None:
        from storyforge.tui.dialogs.base import Choice, Choose

        backend = await self.planner.house.backend(Task.READ_IN)
        scopes = await asyncio.to_thread(self._scopes)
        if not scopes:
            self.planner.house.tell(_("There is no text to be read yet."))
            return
        ways = []
        for key, label, scenes, anew in scopes:
            ways.append(Choice(key, label, await self._takes(backend.card, scenes, anew=anew)))
        ways.append(Choice(_FILL, _("Take all that was read wherever the plan has nothing")))
        who = _("{model} reads.").format(model=short_name(backend.card.name))
        told = sentences(
            (
                _("Who is there, where, when, what happens, scene by scene; it is only proposed."),
                who,
                goes_to(backend.card),
            )
        )
        answer = await self.ask(Choose(_("Read the manuscript in"), told, ways))
        if answer == _FILL:
            await self.fill()
            return
        for key, _label, scenes, anew in scopes:
            if key == answer:
                await self._begin(scenes, anew=anew)

    def _scopes(self) -> list[tuple[str, str, tuple[str, ...], bool]]:
        """(id, label, the scenes that are meant, whether what is known is read again)."""
        planner = self.planner
        outline = planner.story.outline()
        written = {scene.id for scene in outline.scenes if scene.length}
        if not written:
            return []
        found = [(_ALL, _("The whole story"), tuple[str, ...](), False)]
        item = planner.item
        if item is not None and item.kind in (Kind.CHAPTER, Kind.SCENE):
            chapter_id = item.chapter_id or item.id
            inside = tuple(
                scene.id for scene in planner.plan.scenes_of(chapter_id) if scene.id in written
            )
            if inside:
                found.append((_CHAPTER, _("The marked chapter"), inside, False))
            if item.id in written:
                found.append((_SCENE, _("The marked scene"), (item.id,), False))
        found.append((_ANEW, _("All of it once more"), (), True))
        return found

    async def _takes(self, card: "ModelCard", scenes: Sequence[str], *, anew: bool) -> str:
        """How long that takes at the measured speed, and what it costs."""
        studio = await lazily("storyforge.studio.reading_in.steps")
        durations = await lazily("storyforge.studio.durations")
        story = self.planner.story

        def estimated() -> str:
            left = studio.steps(story, scenes, anew=anew)
            if all(one.known for one in left):
                return _("read already")
            language = story.plan.read().plan_language
            cost = studio.cost(card, left, language)
            seconds = studio.seconds(card, left, language)
            told = durations.time_words(seconds) or _("how long is not known yet")
            return listed(filter(None, (told, cost.brief if cost is not None else "")))

        return await asyncio.to_thread(estimated)

    async def _offer(self) -> None:
        planner = self.planner
        studio = await lazily("storyforge.studio.reading_in.queue")
        if await asyncio.to_thread(studio.was_begun, planner.story):
            told = _("The reading of the manuscript was cut off; {key} goes on with it.")
            key = planner.house.key_of("plan_read_in")
            planner.house.tell(told.format(key=key), _("Reading in"))

    # The run.

    async def _begin(self, scenes: Sequence[str], *, anew: bool) -> None:
        desk = self.planner.desk
        if not self._idle.is_set():
            return
        if await desk.engine.refuses(Task.READ_IN):
            return
        if not await desk.abroad.may_send(Task.READ_IN) or not self._idle.is_set():
            return
        self._idle.clear()
        launch(self.planner.house, self._run(tuple(scenes), anew), group="reading-in")

    async def _run(self, scenes: tuple[str, ...], anew: bool) -> None:
        planner = self.planner
        try:
            await planner.desk.abroad.carry(
                Task.READ_IN,
                lambda agreed: self._follow(scenes, anew, agreed=agreed),
                lambda: self.start(lambda: self._begin(scenes, anew=anew)),
            )
        finally:
            planner.saying.other()
            self._queue = None
            self._idle.set()
            self._say("")
            if not planner.closing:
                await planner.look_again()

    async def _follow(self, scenes: tuple[str, ...], anew: bool, *, agreed: bool) -> None:
        planner = self.planner
        studio = await lazily("storyforge.studio.reading_in.queue")
        backend = await planner.house.backend(Task.READ_IN)
        self._queue = queue = studio.ReadingQueue(
            planner.story, backend, scenes=scenes, anew=anew, agreed=agreed
        )
        done = 0
        async for progress in queue.run():
            self._tell(progress, studio.progress_words(progress), backend.card)
            if progress.done != done and not planner.closing:
                done = progress.done
                await planner.look_again()
        if not planner.closing:
            fills = _("{key} takes all that finds an empty place.").format(
                key=planner.house.key_of("plan_fill")
            )
            told = studio.ended_words(queue.progress)
            if queue.progress.done:
                told = sentences((told, fills))
            planner.house.tell(told, _("Reading in"))

    def _tell(self, progress: "Progress", told: str, card: "ModelCard") -> None:
        if progress.now is not None and not progress.paused:
            told = f"{told} · {progress.now.name}"
        self._say(told if card.is_local or not told else f"{told} · {card.place}")

    def _say(self, told: str) -> None:
        """On both screens: the author may be at the desk."""
        self.planner.saying.say(reading_in=told)
        self.planner.desk.say(reading_in=told)


def _nothing_new(key: str) -> str:
    told = _("Nothing was read that the plan does not have. {key} reads the manuscript.")
    return told.format(key=key)


def _no_good(count: int) -> str:
    told = ngettext(
        "{count} answer is marked as no good and is not taken unseen; it stands among the variants "
        "(◇).",
        "{count} answers are marked as no good and are not taken unseen; they stand among the "
        "variants (◇).",
        count,
    )
    return told.format(count=count)
