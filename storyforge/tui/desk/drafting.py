"""Drafting at the desk: what is to be drafted, the one run of the queue, and how far it is.

The queue works behind everything else of the author's (`studio.drafting`); its beats come to the
page by `draft_page`. What was stopped is offered again when the story is opened. The planner asks
for the same: the run is the story's, whichever screen is in front.
"""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.css.scalar import Scalar

from storyforge.domain.profile import Task
from storyforge.i18n import _
from storyforge.tui.desk.area import Area
from storyforge.tui.desk.by_plan import planned_of
from storyforge.tui.desk.draft_orders import DraftOrders
from storyforge.tui.desk.draft_page import DeskPage
from storyforge.tui.dialogs.pausing import PauseOrStop, obey
from storyforge.tui.widgets.coming import Coming, bar
from storyforge.tui.work import launch, lazily, stood_still

if TYPE_CHECKING:
    from storyforge.domain.model import ModelCard
    from storyforge.store.story_file import StoryFile
    from storyforge.studio.drafting.order import Order
    from storyforge.studio.drafting.queue import DraftQueue, Progress
    from storyforge.tui.screens.desk import DeskScreen


class Drafting(Area):
    """What the draft's actions do, and the one run of the queue.

    Attributes:
        hears: is told of each step of a run, and with None of its end.
    """

    def __init__(self, desk: "DeskScreen") -> None:
        super().__init__(desk)
        self.hears: Callable[[Progress | None], object] = lambda _progress: None
        self._orders = DraftOrders(self)
        self._coming = Coming()
        self._queue: DraftQueue | None = None
        self._idle = asyncio.Event()
        self._idle.set()
        self._noted = 0
        self._beat: tuple[str, int] | None = None

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "draft": lambda: self.start(self.open),
            "draft_ranking": lambda: self.start(self.ranking),
        }

    # What is heard.

    async def opened(self) -> None:
        """Offer what was stopped, or was cut off with the program."""
        self.start(self._go_on_later)

    def page_edited(self) -> None:
        """The text takes other rows."""
        if self._queue is not None:
            self._fit_page()

    def page_shown(self) -> None:
        """What comes is shown where its scene is."""
        if self._queue is not None:
            self._show(self._queue.progress)

    async def close(self) -> None:
        """End the run; what is drafted stays, and the rest is offered the next time."""
        if self._queue is not None:
            self._queue.cancel()
        await stood_still(self._idle)

    # What is asked.

    @property
    def progress(self) -> "Progress | None":
        """How far the run is; None where nothing is drafted."""
        return self._queue.progress if self._queue is not None else None

    async def open(self, scene_id: str = "", at: str = "") -> None:
        """What can be drafted from here, or done with what is being drafted.

        Args:
            scene_id: the scene that is meant; empty for the one on the page.
            at: the id of the scope that is likeliest meant.
        """
        story = self.desk.story
        if story is None:
            return
        if self._queue is not None:
            await self._go_on(self._queue)
        elif story.read_only:
            self.desk.house.tell(story.read_only_reason)
        else:
            order = await self._orders.wanted(story, scene_id or self.desk.scene_id, at)
            if order is not None:
                await self.begin(story, order)

    async def _go_on_later(self) -> None:
        story = self.desk.story
        order = await self._orders.left_over(story) if story is not None else None
        if story is not None and order is not None:
            await self.begin(story, order)

    async def _go_on(self, queue: "DraftQueue") -> None:
        words = await lazily("storyforge.studio.drafting.words")
        told = words.progress_words(queue.progress)
        resume, stop = _("Go on drafting"), _("Stop; what is drafted stays")
        answer = await self.ask(PauseOrStop(_("Drafting"), told, queue, resume=resume, stop=stop))
        obey(queue, answer)

    # What was drafted.

    async def ranking(self) -> None:
        """The candidates of the open scene's beats; another one may take the place of the best."""
        desk, story = self.desk, self.desk.story
        if story is None:
            return
        beats = [
            beat
            for beat in await asyncio.to_thread(story.drafted.of_scene, desk.scene_id)
            if len(beat.ranking) > 1
        ]
        if not beats:
            desk.house.tell(_("No beat of this scene was drafted in several candidates."))
            return
        from storyforge.tui.dialogs.ranking import Ranking

        found = await asyncio.to_thread(story.takes.of_scene, desk.scene_id)
        takes = {take.id: take for take in found}
        standing = frozenset(span.take for span in desk.manuscript.provenance.spans if span.take)
        take = takes.get(await self.ask(Ranking(beats, takes, standing)) or "")
        if take is None or not desk.may_write():
            return
        async with desk.turn:
            await desk.continuing.halt()
            if desk.manuscript.provenance.place(take.place_id) is None:
                desk.house.tell(_("The place of this beat is no longer on the page."))
                return
            desk.manuscript.put_take(take.place_id, take.id, take.standing)
            desk.saving.touched()

    # The run.

    async def begin(self, story: "StoryFile", order: "Order") -> None:
        """Draft what is ordered, behind the author."""
        if not self._idle.is_set():
            self.desk.house.tell(_("A draft is being written already; stop it first."))
            return
        if await self.desk.engine.refuses(Task.DRAFT):
            return
        if not await self.desk.abroad.may_send(Task.DRAFT) or not await self.desk.saving.flush():
            return
        if not self._coming.is_mounted:
            await self.desk.query_one("#page").mount(self._coming, after=self.desk.manuscript)
        self._idle.clear()
        launch(self.desk.house, self._run(story, order), group="draft")

    async def _run(self, story: "StoryFile", order: "Order") -> None:
        try:
            await self.desk.abroad.carry(
                Task.DRAFT,
                lambda agreed: self._follow(story, order, agreed=agreed),
                lambda: self.start(lambda: self.begin(story, order)),
            )
        finally:
            self._queue = None
            self._idle.set()
            self._hide()
            self.desk.say(draft="", drafting="")
            self.hears(None)

    async def _follow(self, story: "StoryFile", order: "Order", *, agreed: bool) -> None:
        studio = await lazily("storyforge.studio.drafting.queue")
        backend = await self.desk.house.backend(Task.DRAFT)
        wish = await self.desk.continuing.wish(Task.DRAFT)
        self._queue = queue = studio.DraftQueue(
            story,
            backend,
            DeskPage(self.desk, story),
            scenes=order.scenes,
            candidates=order.candidates,
            words=order.words,
            written=order.written,
            sampling=wish.sampling,
            agreed=agreed,
        )
        self._noted, self._beat = 0, None
        words = await lazily("storyforge.studio.drafting.words")
        async for progress in queue.run():
            told = words.progress_words(progress)
            self._tell(progress, told, backend.card)
        if self.desk.story is story:
            ended = words.ended_words(queue.progress)
            self.desk.house.tell(ended, _("Draft"))
            self.desk.walking.look_again()

    def _tell(self, progress: "Progress", told: str, card: "ModelCard") -> None:
        """One step of the run, on the status line and under the page."""
        where = "" if card.is_local or not told else f" · {card.place}"
        self.desk.say(
            draft=bar(progress.words, progress.total_words),
            drafting=told + where,
            draft_key=self.desk.house.key_of("draft"),
        )
        for note in progress.notes[self._noted :]:
            self.desk.house.tell(note, _("Draft"))
        self._noted = len(progress.notes)
        self._show(progress)
        beat = None if progress.now is None else (progress.now.scene_id, progress.now.beat)
        if beat != self._beat:
            self._beat = beat
            planned_of(self.desk).beat_done()
        self.hears(progress)
        if progress.paused:
            self.desk.walking.look_again()

    def _show(self, progress: "Progress") -> None:
        """The beat as it comes, while its scene is on the page."""
        now = progress.now
        if now is None or now.scene_id != self.desk.scene_id or not self._coming.is_mounted:
            self._hide()
            return
        head = _("Beat {number} of {all}: {told}").format(
            number=now.beat, all=now.beats, told=now.told
        )
        if now.candidates > 1:
            which = _("{number} of {all} candidates").format(
                number=now.candidate, all=now.candidates
            )
            head = f"{which} · {head}"
        if progress.paused and now.text:
            head = _("Paused. This is kept as a take; the beat is written again.")
        self._coming.show(now.text, head)
        self._fit_page()

    def _fit_page(self) -> None:
        """Let the page be no higher than its text, so that what comes stands right behind it."""
        manuscript, shown = self.desk.manuscript, self._coming.has_class("-shown")
        planned_of(self.desk).comes(is_coming=shown)
        rows = manuscript.page_wrap.height + manuscript.styles.padding.height if shown else None
        if rows is not None:
            self._coming.leave(rows)
        if manuscript.styles.max_height != (None if rows is None else Scalar.from_number(rows)):
            manuscript.styles.max_height = rows

    def _hide(self) -> None:
        self._coming.hide()
        self._fit_page()
