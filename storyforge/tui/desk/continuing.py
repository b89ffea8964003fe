"""One Shift+Enter, seen from the desk: page → studio → stream → page.

The desk hands the passage down and puts the events that come up on the page. It knows no prompt and
no model. A stop lets the last words arrive (200 ms at the most), so that the page and the kept take
say the same.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyforge.domain.counting import counts_characters
from storyforge.domain.generation import Loading, Reading, Take, Text
from storyforge.domain.seam import fit_tail
from storyforge.domain.story import Passage
from storyforge.i18n import _
from storyforge.tui.work import launch, lazily

if TYPE_CHECKING:
    from storyforge.tui.screens.desk import DeskScreen


#: seconds between two tellings of the speed; each paints the status line
SPEED_EVERY = 0.5


@dataclass
class Run:
    """One running continuation.

    Attributes:
        begun: the page's stream is open.
        wrote: words of it are on the page.
        interrupted: the author typed into it, so the page has ended the stream by itself.
        stands: what stood at the place when that happened.
        told: seconds into the writing when its speed was last told.
    """

    place_id: str
    stop: asyncio.Event
    take: Take | None = None
    begun: bool = False
    wrote: bool = False
    interrupted: bool = False
    stands: str = ""
    told: float = 0.0


class Continuing:
    """Asks for text and puts it on the page.

    Attributes:
        ended: how many continuations have ended since the desk was opened.
    """

    def __init__(self, desk: "DeskScreen") -> None:
        self.desk = desk
        self.run: Run | None = None
        self.ended = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._noted: set[str] = set()

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

    def ask(self) -> None:
        """Shift+Enter."""
        if self.running or not self.desk.may_write():
            return
        self.desk.hint.hush()
        # Now, not in the worker: a letter typed right behind must not move it.
        place = self.desk.manuscript.new_place()
        launch(self.desk.house, self._continue(place.id), group="continue")

    def retry(self) -> None:
        """F6."""
        if self.desk.may_write():
            launch(self.desk.house, self._retry(), group="turn")

    def stop(self) -> bool:
        """Escape; False when there is nothing to stop."""
        if self.run is None:
            return False
        self.run.stop.set()
        self.desk.say(activity=_("stopping"))
        return True

    def interrupted(self, place_id: str, standing: str) -> None:
        """The author typed into the stream: it has ended on the page; the model shall stop."""
        if self.run is not None and self.run.place_id == place_id:
            self.run.interrupted = True
            self.run.stands = standing
            self.run.stop.set()

    async def halt(self) -> None:
        """Stop and wait until everything that came is kept."""
        self.stop()
        await self._idle.wait()

    async def _continue(self, place_id: str) -> None:
        async with self.desk.turn:
            manuscript = self.desk.manuscript
            if manuscript.provenance.place(place_id) is None:
                return  # another scene was opened meanwhile
            if self.running:
                manuscript.forget_place(place_id)
                return
            passage = manuscript.passage(place_id)
            run = self._begin(place_id)
        await self._follow(run, passage)

    async def _retry(self) -> None:
        async with self.desk.turn:
            await self.halt()
            place = await self.desk.walking.place_here()
            if place is None:
                return
            await self.desk.walking.keep_changed(place)
            passage = self.desk.manuscript.passage(place.id)
            run = self._begin(place.id)
        launch(self.desk.house, self._follow(run, passage), group="continue")

    def _begin(self, place_id: str) -> Run:
        self.run = Run(place_id, asyncio.Event())
        self._idle.clear()
        self.desk.say(activity=_("getting ready"), wrote="", prompt="")
        return self.run

    async def _follow(self, run: Run, passage: Passage) -> None:
        """Put everything that happens on the page; whatever happens, the stream is closed."""
        try:
            # The place must be on disk before a take refers to it.
            self.desk.saving.changed()
            if await self.desk.engine.refuses():
                return
            if await self.desk.saving.flush():
                await self._stream(run, passage)
            else:
                self.desk.house.tell(
                    _("The page could not be saved, so the model was not asked. It is tried again.")
                )
        finally:
            self._end(run)

    async def _stream(self, run: Run, passage: Passage) -> None:
        desk = self.desk
        story = desk.story
        assert story is not None
        studio = await lazily("storyforge.studio.continuing")
        settings = await desk.house.ready_settings()
        backend = await desk.house.backend()
        wish = studio.Wish.from_settings(settings)
        desk.telling.model(backend.card)
        began = 0.0
        written = 0
        loop = asyncio.get_running_loop()
        happened = studio.continue_story(story, passage, run.place_id, backend, wish, run.stop)
        async for event in happened:
            if isinstance(event, Text):
                began = began or loop.time()
                written += len(event.text)
                self._put(run, event.text)
                self._say_speed(run, written, loop.time() - began)
            elif isinstance(event, Loading):
                desk.say(
                    activity=_("loading {percent} %").format(percent=round(event.fraction * 100))
                )
            elif isinstance(event, Reading):
                self._say_reading(event)
            elif isinstance(event, studio.TakeBegan):
                run.take = event.take
                desk.walking.look_again()
            elif isinstance(event, studio.TakeFinished):
                await self._finish(run, event.take)
            elif isinstance(event, studio.Noted):
                self._note(event.message)

    def _put(self, run: Run, text: str) -> None:
        if run.interrupted or run.take is None:
            return
        if not run.begun:
            # Only now, so that a model that fails before its first word changes nothing.
            run.begun = run.wrote = True
            self.desk.manuscript.begin_stream(run.place_id, run.take.id)
            self.desk.saving.streaming(True)
        self.desk.manuscript.stream(text)

    async def _finish(self, run: Run, take: Take) -> None:
        if run.interrupted:
            kept = _common(take.text, run.stands)
            if self.desk.story is not None and kept != take.kept:
                await asyncio.to_thread(self.desk.story.takes.set_kept, take.id, kept)
        elif run.begun:
            run.begun = False
            self.desk.manuscript.end_stream(take.standing, gap=self._gap(run, take))
        usage = take.usage
        self.desk.say(
            wrote=_("{written} tokens, {speed:.0f}/s").format(
                written=usage.written, speed=usage.tokens_per_second
            ),
            prompt=_("prompt: {read:,} new of {total:,}").format(
                read=usage.read, total=usage.read + usage.reused
            ),
        )

    def _gap(self, run: Run, take: Take) -> str:
        """The space before what the author wrote behind the place while the model was reading."""
        behind = self.desk.manuscript.passage(run.place_id).after
        return " " if fit_tail(take.standing, behind) == take.standing + " " else ""

    def _end(self, run: Run) -> None:
        if run.begun and not run.interrupted:
            self.desk.manuscript.end_stream(None)
        self.desk.saving.streaming(False)
        if not run.wrote and self.desk.manuscript.text_at(run.place_id) == "":
            self.desk.manuscript.forget_place(run.place_id)
        self.desk.saving.touched()
        self.run = None
        self.ended += 1
        self._idle.set()
        self.desk.say(activity="")
        self.desk.walking.look_again()

    def _say_reading(self, reading: Reading) -> None:
        if reading.total:
            self.desk.say(
                activity=_("reading {done:,} of {total:,}").format(
                    done=reading.done, total=reading.total
                )
            )

    def _say_speed(self, run: Run, characters: int, seconds: float) -> None:
        """An estimate from the characters that came: only the end knows the tokens.

        Four characters make a token of English; in scripts without spaces one is one at the least.
        """
        if run.stop.is_set() or 0 < run.told > seconds - SPEED_EVERY:
            return
        run.told = max(seconds, 0.001)
        each = 1 if counts_characters(self.desk.language) else 4
        if seconds > 0.5:
            self.desk.say(
                activity=_("writing  about {speed:.0f} tokens/s").format(
                    speed=characters / each / seconds
                )
            )
        else:
            self.desk.say(activity=_("writing"))

    def _note(self, message: str) -> None:
        """A note is told once for each opening of the story: it would come with every key else."""
        if message not in self._noted:
            self._noted.add(message)
            self.desk.house.tell(message)


def _common(one: str, other: str) -> int:
    """How many characters `one` and `other` share from the start."""
    length = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        length += 1
    return length
