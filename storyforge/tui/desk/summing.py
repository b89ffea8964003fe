"""Summaries at the desk: the list, the author's own words, and the queue that makes the rest.

The queue works behind everything else of the author's; the status line says how far it is. What it
makes and how is the studio's business, imported when the author first asks for it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from storyforge.domain.profile import Task
from storyforge.i18n import _, listed, ngettext
from storyforge.studio.durations import time_words
from storyforge.tui.desk.area import Area
from storyforge.tui.desk.keeper import Keeper
from storyforge.tui.work import launch, lazily, stood_still

if TYPE_CHECKING:
    from storyforge.domain.model import ModelCard
    from storyforge.store.story_file import StoryFile
    from storyforge.studio.summaries.listing import Entry
    from storyforge.studio.summaries.queue import SummaryQueue
    from storyforge.tui.dialogs.base import Choice
    from storyforge.tui.dialogs.summaries import Summaries
    from storyforge.tui.screens.desk import DeskScreen

_ALL, _PAUSE, _RESUME, _STOP = "all", "pause", "resume", "stop"


@dataclass(frozen=True, slots=True)
class _Own:
    """What the author writes as a summary; None leaves it as it was."""

    of: "Entry"
    text: str | None


class Summing(Area):
    """What the summaries' action does, and the one run of the queue."""

    def __init__(self, desk: "DeskScreen") -> None:
        super().__init__(desk)
        self._queue: SummaryQueue | None = None
        self._stop = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._dialog: Summaries | None = None
        self._own: Keeper[_Own] = Keeper(desk, _write_own)
        self.keepers = (self._own,)

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {"summaries": lambda: self.start(self.summaries)}

    async def opened(self) -> None:
        """Offer what was cut off with the program, or closed with the story."""
        self.start(self._go_on_later)

    async def close(self) -> None:
        """End what is being made; what is done stays, and the rest is offered the next time."""
        self._stop.set()
        if self._queue is not None:
            self._queue.cancel()
        await stood_still(self._idle)

    async def summaries(self) -> None:
        """The list, and from it to everything else; Escape goes back one step."""
        dialogs = await lazily("storyforge.tui.dialogs.summaries")
        studio = await lazily("storyforge.studio.summaries.listing")
        at = ""
        await self.desk.saving.flush()  # the page's own scene is summed up as it stands
        while (story := self.desk.story) is not None:
            found = await asyncio.to_thread(studio.entries, story)
            self._dialog = dialogs.Summaries(found, await self._ways(story, found), at=at)
            answer = await self.ask(self._dialog)
            self._dialog = None
            if answer is None:
                return
            at = answer
            chosen = next((one for one in found if dialogs.key_of(one) == answer), None)
            if chosen is not None:
                await self._one(story, chosen)
            else:
                await self._go_on(story, answer)

    async def _ways(self, story: "StoryFile", found: Sequence["Entry"]) -> list["Choice"]:
        """What can be done with all of them now."""
        from storyforge.tui.dialogs.base import Choice

        queue = await lazily("storyforge.studio.summaries.queue")
        if self._queue is not None:
            progress = self._queue.progress
            step = (
                Choice(_RESUME, _("Go on making them"), queue.progress_words(progress))
                if progress.paused
                else Choice(_PAUSE, _("Pause"), queue.progress_words(progress))
            )
            return [step, Choice(_STOP, _("Stop making them"))]
        if story.read_only or not (count := len(queue.summaries.to_make(found))):
            return []
        backend = await self.desk.house.backend(Task.SUMMARY)
        seconds = await asyncio.to_thread(queue.estimate, story, backend, found)
        cost = await asyncio.to_thread(queue.cost, story, backend, found)
        make = _("Make all that are missing or out of date ({count})").format(count=count)
        costs = cost.brief if cost is not None else ""
        return [Choice(_ALL, make, listed(filter(None, (time_words(seconds), costs))))]

    async def _go_on(self, story: "StoryFile", answer: str) -> None:
        queue = self._queue
        if answer == _ALL and queue is None:
            await self._start(lambda: self._run(story))
        elif queue is not None and answer == _PAUSE:
            queue.pause()
        elif queue is not None and answer == _RESUME:
            queue.resume()
        elif queue is not None and answer == _STOP:
            queue.cancel()
            wanted = await lazily("storyforge.studio.summaries.wanted")
            await asyncio.to_thread(wanted.keep, story, wanted=False)

    async def _go_on_later(self) -> None:
        from storyforge.tui.dialogs.base import Choice, Choose

        story = self.desk.story
        if story is None or story.read_only:
            return
        wanted = await lazily("storyforge.studio.summaries.wanted")
        count: int = await asyncio.to_thread(wanted.left_over, story)
        if not count:
            return
        told = ngettext(
            "{count} summary was still to be made when the story was closed.",
            "{count} summaries were still to be made when the story was closed.",
            count,
        ).format(count=count)
        choices = [
            Choice("yes", _("Go on making them")),
            Choice("later", _("Ask again next time")),
            Choice("no", _("Leave it; what is made stays")),
        ]
        answer = await self.ask(Choose(_("Summaries to go on with"), told, choices))
        if answer == "yes":
            await self._start(lambda: self._run(story))
        elif answer == "no":
            await asyncio.to_thread(wanted.keep, story, wanted=False)

    # One of them.

    async def _one(self, story: "StoryFile", one: "Entry") -> None:
        from storyforge.domain.summary import SummaryState
        from storyforge.studio.summaries.listing import name_of
        from storyforge.tui.dialogs.base import Choice, Choose

        if story.read_only:
            self.desk.house.tell(story.read_only_reason)
            return
        choices = [Choice("write", _("Change it …") if one.text else _("Write it yourself …"))]
        if one.state is not SummaryState.EMPTY:
            again = _("Have it made anew") if one.text else _("Have it made")
            choices.append(Choice("make", again))
        if one.text:
            choices.append(Choice("forget", _("Forget it")))
        answer = await self.ask(Choose(name_of(one), one.text, choices))
        if answer == "write":
            await self._write(story, one)
        elif answer == "make" and await self._may_replace(one):
            await self._start(lambda: self._make(story, one))
        elif answer == "forget" and await self._may_replace(one):
            await self._keep(story, one, "")

    async def _write(self, story: "StoryFile", one: "Entry") -> None:
        from storyforge.studio.summaries.listing import name_of
        from storyforge.tui.dialogs.lines import AskLines

        heard = False

        def hear(text: str | None) -> None:
            nonlocal heard
            heard = True
            self._own.changed(one.id, _Own(one, text))

        written = await self.ask(AskLines(_("Summary"), name_of(one), one.text, hear))
        if written is not None and written.strip() != one.text:
            hear(written)
        elif heard:
            hear(None)
        await self._own.keep()

    async def _keep(self, story: "StoryFile", one: "Entry", text: str) -> None:
        from storyforge.studio.summaries.listing import write

        await asyncio.to_thread(write, story, one, text)

    async def _may_replace(self, one: "Entry") -> bool:
        """The author's own words go only after a yes."""
        from storyforge.tui.dialogs.base import Choice, Choose

        if not one.own:
            return True
        choices = [Choice("no", _("Keep it")), Choice("yes", _("Let it go"))]
        told = _("You wrote this summary yourself:") + "\n" + one.text
        answer: str | None = await self.ask(Choose(_("Your own summary"), told, choices))
        return answer == "yes"

    # Work behind the page.

    async def _start(self, work: Callable[[], Awaitable[None]]) -> None:
        if not self._idle.is_set():
            self.desk.house.tell(_("Summaries are being made already; stop them first."))
            return
        if await self.desk.engine.refuses(Task.SUMMARY):
            return
        if not await self.desk.abroad.may_send(Task.SUMMARY):
            return
        self._idle.clear()
        self._stop = asyncio.Event()

        async def guarded() -> None:
            try:
                await work()
            finally:
                self._queue = None
                self._idle.set()
                self.desk.say(summaries="")
                await self._refresh()

        launch(self.desk.house, guarded(), group="summaries")

    async def _run(self, story: "StoryFile") -> None:
        studio = await lazily("storyforge.studio.summaries.queue")
        spending = await lazily("storyforge.studio.spending")
        backend = await self.desk.house.backend(Task.SUMMARY)
        self._queue = queue = studio.SummaryQueue(story, backend)
        try:
            await self._follow(queue, studio, backend.card)
        except spending.NeedsYes as needs:
            if not await self.desk.abroad.agrees(needs):
                return
            self._queue = queue = studio.SummaryQueue(story, backend, agreed=True)
            await self._follow(queue, studio, backend.card)
        if not self._stop.is_set():
            self.desk.house.tell(studio.ended_words(queue.progress), _("Summaries"))

    async def _follow(self, queue: "SummaryQueue", studio: Any, card: "ModelCard") -> None:
        async for progress in queue.run():
            self._say(studio.progress_words(progress), card)
            await self._refresh()

    def _say(self, told: str, card: "ModelCard") -> None:
        """How far they are, and where they are made if that is another machine."""
        self.desk.say(summaries=told if card.is_local else f"{told} · {card.place}")

    async def _make(self, story: "StoryFile", one: "Entry") -> None:
        studio = await lazily("storyforge.studio.summaries.making")
        name = studio.name_of(one)
        backend = await self.desk.house.backend(Task.SUMMARY)
        self._say(_("summing up: {name}").format(name=name), backend.card)
        summariser = await asyncio.to_thread(studio.Summariser, story, backend)
        made = await summariser.make(one, self._stop, replace=one.own)
        if made is not None:
            self.desk.house.tell(made.text, name)

    async def _refresh(self) -> None:
        """The list follows while it is open."""
        dialog, story = self._dialog, self.desk.story
        if dialog is None or story is None:
            return
        studio = await lazily("storyforge.studio.summaries.listing")
        found = await asyncio.to_thread(studio.entries, story)
        dialog.show(found, await self._ways(story, found))


def _write_own(story: "StoryFile", _name: str, own: _Own) -> None:
    from storyforge.studio.summaries.listing import write

    before = own.of.summary
    if own.text is not None:
        write(story, own.of, own.text)
    elif before is not None:
        story.summaries.put(before)
    else:
        story.summaries.remove(own.of.of, own.of.id)
