"""A run of the model on the desk: what it is, and what the status line says of it."""

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from storyforge.domain.counting import counts_characters
from storyforge.domain.generation import Asked, Loading, Reading, Take, Text
from storyforge.domain.story import Page, Passage
from storyforge.i18n import _
from storyforge.tui.widgets.status import loading_told, prompt_cost, reading_told

if TYPE_CHECKING:
    from storyforge.studio.takes.taking import Event
    from storyforge.tui.screens.desk import DeskScreen


#: seconds between two tellings of the speed; each paints the status line
SPEED_EVERY = 0.5


@dataclass
class Run:
    """One running continuation.

    Attributes:
        passage: what stands around the place. page: as it was when the run began.
        asked: how its takes are asked for; how many are `takes`.
        lead: what they begin with; `standing` characters of it are on the page already.
        original: of a rewriting, the author's words.
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
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    take: Take | None = None
    begun: bool = False
    wrote: bool = False
    interrupted: bool = False
    stands: str = ""
    told: float = 0.0


class Progress:
    """Tells how far a run is."""

    def __init__(self, desk: "DeskScreen") -> None:
        self.desk = desk
        self._noted: set[str] = set()

    def told(self, event: "Event") -> None:
        """Say in the status line, or once for all, what is no text."""
        if isinstance(event, Loading):
            self.desk.say(activity=loading_told(event))
        elif isinstance(event, Reading):
            if told := reading_told(event):
                self.desk.say(activity=told)
        elif not isinstance(event, Text) and (message := getattr(event, "message", "")):
            self._note(message)

    def usage(self, take: Take) -> None:
        """What a take cost."""
        usage = take.usage
        self.desk.say(
            wrote=_("{written} tokens, {speed:.0f}/s").format(
                written=usage.written, speed=usage.tokens_per_second
            ),
        )
        if usage.read or usage.reused:  # of several takes only the first tells
            self.desk.say(prompt=prompt_cost(usage.read, usage.read + usage.reused))
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
        """A note is told once for each opening of the story: it would come with every key else."""
        if message not in self._noted:
            self._noted.add(message)
            self.desk.house.tell(message)
