"""A run of the model on the desk: what it is, and what the status line says of it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from textual.timer import Timer

from storyforge.domain.counting import counts_characters
from storyforge.domain.generation import (
    Asked,
    Loading,
    Reading,
    Take,
    TakeKind,
    Text,
    Thought,
    Waiting,
)
from storyforge.domain.profile import Task
from storyforge.domain.story import Page, Passage
from storyforge.i18n import _
from storyforge.tui.widgets.model_words import (
    asked_told,
    cost_told,
    silent_told,
    thinking_told,
    tokens_told,
    waiting_told,
)
from storyforge.tui.widgets.status import prompt_cost, reading_told, step_told

if TYPE_CHECKING:
    from storyforge.backends.stopping import TakeStops
    from storyforge.studio.takes.taking import Event
    from storyforge.tui.screens.desk import DeskScreen


#: seconds between two tellings of the speed; each paints the status line
SPEED_EVERY = 0.5
#: seconds between two tellings of how long a model has been waited for
CLOCK_EVERY = 1.0


def _stops() -> "TakeStops":
    from storyforge.backends.stopping import TakeStops

    return TakeStops()


@dataclass
class Run:
    """One running continuation.

    Attributes:
        passage: what stands around the place. page: as it was when the run began.
        asked: how its takes are asked for; how many are `takes`.
        lead: what they begin with; `standing` characters of it are on the page already.
        original: of a rewriting, the author's words.
        agreed: the author knows what it costs.
        kept: a take of it is in the file, be it one of which nothing stands.
        begun: the page's stream is open.
        wrote: words of it are on the page.
        interrupted: the author typed into it, so the page has ended the stream by itself.
        stands: what stood at the place when that happened.
        told: seconds into the writing when its speed was last told.
    """

    place_id: str
    passage: Passage
    page: Page
    asked: Asked = field(default_factory=Asked)
    takes: int = 1
    lead: str = ""
    standing: int = 0
    original: str = ""
    agreed: bool = False
    kept: bool = False
    stop: "TakeStops" = field(default_factory=_stops)
    take: Take | None = None
    begun: bool = False
    wrote: bool = False
    interrupted: bool = False
    stands: str = ""
    told: float = 0.0

    @property
    def task(self) -> Task:
        """What it asks of a model."""
        return Task.REWRITE if self.asked.kind is TakeKind.REWRITE else Task.CONTINUE


class Progress:
    """Tells how far a run is.

    Nothing comes from another machine while a request waits or a model thinks: so the seconds are
    counted here.

    Attributes:
        hears: is told what the model does before its first words, where something lies over the
            desk.
    """

    def __init__(self, desk: "DeskScreen") -> None:
        self.desk = desk
        self.hears: Callable[[str], object] | None = None
        self._noted: set[str] = set()
        self._says: Callable[[float], str] | None = None
        self._since = 0.0
        self._clock: Timer | None = None
        self._answers = False

    def begin(self) -> None:
        """A run begins: until its takes do, what is noted is of the prompt."""
        self._answers = False

    def asked(self) -> None:
        """A model on another machine was asked; the next event says more."""
        self._count(asked_told)

    def told(self, event: "Event") -> None:
        """Say in the status line, or once for all, what is no text."""
        if isinstance(event, Thought):
            if self._says is not thinking_told:
                self._count(thinking_told)
        elif isinstance(event, Waiting):
            self._count(partial(waiting_told, event))
        elif isinstance(event, Loading):
            if self._says is asked_told:
                return  # what is not here is asked, not loaded
            if event.done:
                self._count(asked_told)
            else:
                self.rest()
                self._say(step_told(event))
        elif isinstance(event, Reading):
            if told := reading_told(event):
                self.rest()
                self._say(told)
        elif isinstance(event, Text):
            self._came()
        elif message := getattr(event, "message", ""):
            self._note(message)
        elif isinstance(getattr(event, "take", None), Take):
            self._answers = True

    def _came(self) -> None:
        """Words came; where no more follow, the line does not go on telling their speed."""
        if self._says is silent_told:
            self._since = asyncio.get_running_loop().time()
        else:
            self._count(silent_told)

    def rest(self) -> None:
        """Nothing is waited for."""
        self._says = None
        if self._clock is not None:
            self._clock.stop()
            self._clock = None

    def _count(self, says: Callable[[float], str]) -> None:
        self._says, self._since = says, asyncio.get_running_loop().time()
        if self._clock is None and not self.desk.house.still:
            self._clock = self.desk.set_interval(CLOCK_EVERY, self._tick)
        self._tick()

    def _tick(self) -> None:
        if self._says is not None and (
            told := self._says(asyncio.get_running_loop().time() - self._since)
        ):
            self._say(told)

    def _say(self, activity: str) -> None:
        self.desk.say(activity=activity)
        if self.hears is not None:
            self.hears(activity)

    def usage(self, take: Take) -> None:
        """What a take cost."""
        usage = take.usage
        written = tokens_told(usage.written, estimated=usage.estimated)
        wrote = _("{written} tokens, {speed:.0f}/s").format(
            written=written, speed=usage.tokens_per_second
        )
        self.desk.say(wrote=wrote, cost=cost_told(usage))
        if usage.read or usage.reused:  # of several takes only the first tells
            all_of_it = usage.read + usage.reused
            told = prompt_cost(usage.read, all_of_it, estimated=usage.estimated)
            self.desk.say(prompt=told, slow=False)
        for area in self.desk.hearing:
            area.take_written(take)

    def speed(self, run: Run, characters: int, seconds: float) -> None:
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
        """A note on the prompt is told once for each opening: it would come with every key else."""
        if self._answers or message not in self._noted:
            self._noted.add(message)
            self.desk.house.tell(message)
