"""One Shift+Enter, seen from the desk: page → studio → stream → page.

The desk hands the passage down and puts the events that come up on the page. It knows no prompt and
no model. A stop lets the last words arrive (200 ms at the most), so that the page and the kept take
say the same.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from storyforge.domain.common_ends import shared_start
from storyforge.domain.generation import Asked, Take, TakeKind, Text
from storyforge.domain.origin import Place
from storyforge.domain.profile import Task
from storyforge.domain.seam import fit_tail
from storyforge.errors import Refused, StoryforgeError
from storyforge.i18n import _
from storyforge.tui.desk.progress import Progress, Run
from storyforge.tui.work import Idle, launch, lazily

if TYPE_CHECKING:
    from storyforge.backends.base import Backend
    from storyforge.studio.continuing import Wish
    from storyforge.studio.takes.taking import Event
    from storyforge.tui.screens.desk import DeskScreen


class Continuing:
    """Asks for text and puts it on the page.

    Attributes:
        ended: how many continuations have ended since the desk was opened.
        verb_again: asks for one more take of a verb on a selection.
    """

    def __init__(self, desk: "DeskScreen") -> None:
        self.desk = desk
        self.run: Run | None = None
        self.ended = 0
        self._idle = Idle()
        self.verb_again: Callable[[Place, Asked, str], None] = lambda *_: None
        self.progress = Progress(desk)

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "continue": self.ask,
            "retry": self.retry,
        }

    @property
    def running(self) -> bool:
        """Whether a continuation is on its way."""
        return self.run is not None

    @property
    def just_ended(self) -> bool:
        """Whether a continuation ended in this moment, so that Esc may be meant for it."""
        return self._idle.just_now

    def ask(self, asked: Asked | None = None) -> None:
        """Shift+Enter; with more said about the take than that where `asked` says it."""
        if self.running or not self.desk.may_write():
            return
        self.desk.hint.hush()
        # Now, not in the worker: a letter typed right behind must not move it.
        place = self.desk.manuscript.new_place()
        launch(self.desk.house, self.continue_at(place.id, asked or Asked()), group="continue")

    def choose(self, place_id: str, asked: Asked, lead: str, standing: int) -> None:
        """Go on from another choice of a word in what stands at a place.

        Args:
            lead: what the take begins with, the word included; `standing` characters stand already.
        """
        if self.running or not self.desk.may_write():
            return
        run = self.begin(place_id, asked, lead=lead, standing=standing)
        launch(self.desk.house, self._follow(run), group="continue")

    def retry(self) -> None:
        """F6."""
        if self.desk.may_write():
            launch(self.desk.house, self._retry(), group="turn")

    def stop(self) -> bool:
        """Escape; False when there is nothing to stop."""
        missed = self._idle.missed()
        if self.run is None:
            return missed
        self.run.stop.set()
        self.progress.rest()
        self.desk.say(activity=_("stopping"))
        return True

    def interrupted(self, place_id: str, standing: str) -> None:
        """The author typed into the stream: it has ended on the page; the model shall stop."""
        if self.run is not None and self.run.place_id == place_id:
            self.run.interrupted = True
            self.run.stands = standing
            self.run.stop.set()

    async def rest(self) -> None:
        """Wait until nothing runs."""
        await self._idle.wait()

    async def halt(self) -> None:
        """Stop and wait until everything that came is kept."""
        self.stop()
        await self._idle.wait()

    async def continue_at(
        self, place_id: str, asked: Asked, hears: "Callable[[Event], object] | None" = None
    ) -> None:
        """Continue at a place that was made for it; `hears` is told of all that happens."""
        async with self.desk.turn:
            manuscript = self.desk.manuscript
            if manuscript.provenance.place(place_id) is None:
                return  # another scene was opened meanwhile
            if self.running:
                manuscript.forget_place(place_id)
                return
            run = self.begin(place_id, asked)
        await self._follow(run, hears)

    async def _retry(self) -> None:
        run = await self._begin_again()
        if run is not None:
            launch(self.desk.house, self._follow(run), group="continue")

    async def retry_with(self, prompt: str, hears: "Callable[[Event], object]") -> None:
        """Another take of what stands at the caret, by the author's own prompt."""
        run = await self._begin_again(prompt)
        if run is not None:
            await self._follow(run, hears)

    async def _begin_again(self, prompt: str = "") -> Run | None:
        async with self.desk.turn:
            await self.halt()
            place = await self.desk.walking.place_here()
            if place is None:
                return None
            await self.desk.walking.keep_changed(place)
            takes = await self.desk.walking.takes_of(place.id)
            studio = await lazily("storyforge.studio.takes.walking")
            asked = studio.asked_again(takes)
            if asked.kind is TakeKind.REWRITE:
                # What a verb makes is looked at before it stands on the page.
                self.verb_again(place, asked, takes[0].text)
                return None
            return self.begin(place.id, replace(asked, prompt=prompt or asked.prompt))

    # What whoever lets a model write has in common: they begin, are ready, hear events, and end.

    def begin(
        self,
        place_id: str,
        asked: Asked,
        *,
        takes: int = 1,
        lead: str = "",
        standing: int = 0,
        original: str = "",
    ) -> Run:
        """A run at a place of the page; it must be ended, whatever happens."""
        manuscript = self.desk.manuscript
        passage = manuscript.passage(place_id)
        page = manuscript.page()
        self.run = Run(place_id, passage, page, asked, takes, lead, standing, original)
        self._idle.clear()
        self.desk.abroad.begun()
        self.progress.begin()
        self.desk.say(activity=_("getting ready"), wrote="", cost="", prompt="")
        return self.run

    async def ready(self, task: Task = Task.CONTINUE) -> bool:
        """Whether the model may be asked: what it is told is on the disk; says why not."""
        # The place must be on disk before a take refers to it.
        self.desk.saving.changed()
        if await self.desk.engine.refuses(task) or not await self.desk.abroad.may_send(task):
            return False
        if await self.desk.saving.flush_all():
            return True
        self.desk.house.tell(
            _("The page could not be saved, so the model was not asked. It is tried again.")
        )
        return False

    async def wish(self, task: Task = Task.CONTINUE) -> "Wish":
        """How the author wants it now: by the profile's preset, the story's, the settings."""
        studio = await lazily("storyforge.studio.continuing")
        settings = await self.desk.house.ready_settings()
        profile = await (await self.desk.house.backends()).profile_of(task)
        told = await asyncio.to_thread(
            studio.Wish.from_settings, settings, story=self.desk.story, profile=profile
        )
        return cast("Wish", told)

    async def events(self, run: Run) -> "AsyncGenerator[Event, None]":
        """What happens from here on; the model is asked with the first look at it.

        What costs much is asked about first; with a no nothing happens.
        """
        spending = await lazily("storyforge.studio.spending")
        taking = await lazily("storyforge.studio.takes.taking")
        while True:
            try:
                async with aclosing(await self._events(run)) as events:
                    async for event in events:
                        run.kept = run.kept or isinstance(event, taking.TakeFinished)
                        yield event
                return
            except spending.NeedsYes as needs:
                if not await self.desk.abroad.agrees(needs):
                    return
                run.agreed = True

    async def _events(self, run: Run) -> "AsyncGenerator[Event, None]":
        desk, story = self.desk, self.desk.story
        assert story is not None
        studio = await lazily("storyforge.studio.continuing")
        wish = await self.wish(run.task)
        backend: Backend = await desk.house.backend(run.task)
        desk.telling.model(backend.card)
        if not backend.card.is_local:
            self.progress.asked()
        walking = await lazily("storyforge.studio.takes.walking")
        at = len(run.passage.before)
        parent = await asyncio.to_thread(walking.parent_at, story, run.page, at)
        run.asked = replace(run.asked, parent_id=parent)
        if run.asked.kind is not TakeKind.REWRITE:
            return cast(
                "AsyncGenerator[Event, None]",
                studio.continue_story(
                    story,
                    run.passage,
                    run.place_id,
                    backend,
                    wish,
                    run.stop,
                    asked=run.asked,
                    takes=run.takes,
                    lead=run.lead,
                    standing=run.standing,
                    agreed=run.agreed,
                ),
            )
        rewording = await lazily("storyforge.studio.takes.rewording")
        order = await asyncio.to_thread(rewording.order_of, run.asked.wish, desk.language)
        if order is None:
            raise Refused(
                _("The verb “{name}” is gone: its prompt is not there any more.").format(
                    name=run.asked.wish
                ),
                title=_("Not written again"),
            )
        passage = run.passage
        selected = rewording.Selected(
            passage.scene_id, passage.before, run.original, passage.after, run.asked.parent_id
        )
        return cast(
            "AsyncGenerator[Event, None]",
            rewording.reword(
                story,
                selected,
                run.place_id,
                backend,
                replace(order, takes=run.takes, agreed=run.agreed),
                wish.sampling,
                run.stop,
            ),
        )

    async def _follow(self, run: Run, hears: "Callable[[Event], object] | None" = None) -> None:
        """Put everything that happens on the page; whatever happens, the stream is closed."""
        try:
            if await self.ready(run.task):
                await self._stream(run, hears)
        except StoryforgeError as error:
            await self.desk.abroad.failed(run, error)
            raise
        finally:
            self.end(run)

    async def _stream(self, run: Run, hears: "Callable[[Event], object] | None") -> None:
        desk = self.desk
        studio = await lazily("storyforge.studio.takes.taking")
        began = 0.0
        written = 0
        loop = asyncio.get_running_loop()
        async for event in self.events(run):
            self.progress.told(event)
            if hears is not None:
                hears(event)
            if isinstance(event, Text):
                began = began or loop.time()
                written += len(event.text)
                self._put(run, event.text)
                self.progress.speed(run, written, loop.time() - began)
            elif isinstance(event, studio.TakeBegan):
                run.take = event.take
                desk.walking.look_again()
            elif isinstance(event, studio.TakeFinished):
                await self._finish(run, event.take)

    def _put(self, run: Run, text: str) -> None:
        if run.interrupted or run.take is None:
            return
        if not run.begun:
            # Only now, so that a model that fails before its first word changes nothing.
            run.begun = run.wrote = True
            self.desk.manuscript.begin_stream(run.place_id, run.take.id, keep=run.standing)
            self.desk.saving.streaming(True)
        self.desk.manuscript.stream(text)

    async def _finish(self, run: Run, take: Take) -> None:
        if run.interrupted:
            kept = shared_start(take.text, run.stands)
            if self.desk.story is not None and kept != take.kept:
                await asyncio.to_thread(self.desk.story.takes.set_kept, take.id, kept)
        elif run.begun:
            run.begun = False
            self.desk.manuscript.end_stream(take.standing, gap=self._gap(run, take))
        self.progress.usage(take)

    def _gap(self, run: Run, take: Take) -> str:
        """The space before what the author wrote behind the place while the model was reading."""
        behind = self.desk.manuscript.passage(run.place_id).after
        return " " if fit_tail(take.standing, behind) == take.standing + " " else ""

    def end(self, run: Run) -> None:
        """It is over: the page is the author's again."""
        if run.begun and not run.interrupted:
            self.desk.manuscript.end_stream(None)
        self.desk.saving.streaming(False)
        if not (run.wrote or run.kept) and self.desk.manuscript.text_at(run.place_id) == "":
            self.desk.manuscript.forget_place(run.place_id)
        self.desk.saving.touched()
        self.run = None
        self.ended += 1
        self._idle.set()
        self.progress.rest()
        self.desk.abroad.ended(run)
        self.desk.say(activity="")
        self.desk.walking.look_again()
