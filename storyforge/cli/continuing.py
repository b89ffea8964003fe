"""A model's answer on the command line: its words on stdout, the take in the file and on the page.

It knows neither what is asked nor of which model: it is handed what happens.
"""

import asyncio
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from storyforge.cli.appending import Appending
from storyforge.cli.progress import Progress, doing, heeding_signals
from storyforge.cli.talk import note, silence_stdout
from storyforge.domain.counting import count, counts_characters
from storyforge.domain.generation import Loading, Reading, StopReason, Text, Thought, Waiting
from storyforge.domain.text import clean
from storyforge.errors import StoryFileError
from storyforge.i18n import _, ngettext

if TYPE_CHECKING:
    from storyforge.backends.base import Backend
    from storyforge.domain.generation import Take
    from storyforge.store.story_file import StoryFile
    from storyforge.studio.continuing import Event

Events = Callable[[asyncio.Event], "AsyncGenerator[Event, None]"]


class Run:
    """One answer.

    Attributes:
        ended_by: the signal that stopped it, or 0.

    Args:
        quiet: a program reads stdout, and gets its answer at the end.
        grows: the words go onto the page and to stdout as they come; else they are shown once
            they are whole.
        puts: the first take stands on the page in the end.
    """

    def __init__(
        self, story: "StoryFile", *, quiet: bool, grows: bool = True, puts: bool = True
    ) -> None:
        self._story = story
        self._quiet = quiet
        self._grows = grows
        self._puts = puts
        self._progress = Progress(sys.stderr.isatty())
        self._reader_left = False
        self._ended: dict[int, Take] = {}
        self.ended_by = 0

    @property
    def first(self) -> "Take | None":
        """The take that may stand on the page, once it has come to its end."""
        return self._ended.get(0)

    @property
    def others(self) -> "tuple[Take, ...]":
        """The takes beside it."""
        return tuple(take for index, take in sorted(self._ended.items()) if index)

    async def carry_out(self, page: Appending, backend: "Backend", events: Events) -> None:
        """Ask, keep and show; raises what the studio raises.

        Args:
            events: what happens; is handed the event that stops it.
        """
        stop = asyncio.Event()

        def end(number: int) -> None:
            self.ended_by = number
            stop.set()

        try:
            with heeding_signals(end):
                async with page, aclosing(events(stop)) as stream:
                    try:
                        async for event in stream:
                            self._take_in(event, page, stop)
                    finally:
                        if not (self._grows or self._ended):
                            page.forget()
        except StoryFileError as error:
            if not page.shown:
                raise
            if self._quiet:
                # A program reads stdout: the words that no file holds go where a person looks.
                note(page.shown)
            raise StoryFileError(
                error.message,
                title=error.title,
                hint=_("The last words above are on this screen only: copy them from here."),
            ) from error
        finally:
            if page.shown and not page.shown.endswith("\n"):
                self._show("\n", stop)
            self._progress.clear()
            await backend.close()
        self._say_what_was_kept(page.shown)
        if self.first is not None and self.first.standing and not self._grows:
            self._show(f"{self.first.standing.strip()}\n", stop)
        for take in self.others:
            self._show(f"\n— {take.number} —\n{take.standing.strip()}\n", stop)

    def _take_in(self, event: "Event", page: Appending, stop: asyncio.Event) -> None:
        from storyforge.studio.continuing import Noted, TakeBegan, TakeFinished

        if isinstance(event, Text):
            if not self._grows:
                self._progress.show(_("writing"))
            elif event.take == 0:
                self._progress.clear()
                page.append(event.text)
                self._show(event.text, stop)
        elif isinstance(event, Loading | Reading | Waiting | Thought):
            self._progress.show(doing(event))
        elif isinstance(event, TakeBegan):
            if event.index == 0:
                page.begin(event.take)
        elif isinstance(event, Noted):
            self._progress.clear()
            note(event.message)
        elif isinstance(event, TakeFinished):
            self._ended[event.index] = event.take
            # What a model refused to write takes the place of nothing.
            stands = self._grows or event.take.standing
            if event.index == 0 and self._puts and stands:
                page.settle(event.take.standing)

    def _show(self, text: str, stop: asyncio.Event) -> None:
        if self._quiet or self._reader_left:
            return
        try:
            sys.stdout.write(clean(text))
            sys.stdout.flush()
        except BrokenPipeError:
            # Nobody reads any more (`| head`): what came is kept, and the model may stop.
            self._reader_left = True
            silence_stdout()
            stop.set()

    def _say_what_was_kept(self, shown: str) -> None:
        take = self.first
        if take is None or not (take.text or shown):
            note(_("Nothing was written."))
            return
        standing = take.standing
        if take.reason is StopReason.REFUSED:
            return  # said already
        if self._quiet or len(standing.rstrip()) >= len(shown.rstrip()):
            return
        language = self._story.outline().language
        cut = count(shown[len(standing) :]).of(language)
        if counts_characters(language):
            message = ngettext(
                "Kept up to the last whole sentence: {count} character shown above is in the take "
                "only.",
                "Kept up to the last whole sentence: {count} characters shown above are in the "
                "take only.",
                cut,
            )
        else:
            message = ngettext(
                "Kept up to the last whole sentence: {count} word shown above is in the take only.",
                "Kept up to the last whole sentence: {count} words shown above are in the take "
                "only.",
                cut,
            )
        note(message.format(count=cut))


def told(take: "Take") -> dict[str, Any]:
    """A take, for a program."""
    return {
        "take": take.id,
        "number": take.number,
        "state": take.state.value,
        "reason": take.reason.value if take.reason else None,
        "model": take.model,
        "host": take.place,
        "seed": take.usage.seed,
        "prompt_tokens_reused": take.usage.reused,
        "prompt_tokens_read": take.usage.read,
        "tokens": take.usage.written,
        "tokens_thought": take.usage.thought,
        "estimated": take.usage.estimated,
        "cost": take.usage.cost,
        "currency": take.usage.currency,
        "read_seconds": take.usage.read_seconds,
        "write_seconds": take.usage.write_seconds,
        "text": take.standing,
        "left_out": take.text[take.kept :],
        "thinking": take.thinking,
    }
