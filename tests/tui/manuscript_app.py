"""An app with nothing but a manuscript, and words to ask it with."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from textual import events
from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot

from storyforge.domain.origin import Origin, Provenance, Span
from storyforge.domain.story import Page
from storyforge.tui.widgets.manuscript import Manuscript


class Desk(App[None]):
    """Keeps every message that the manuscript posts."""

    def __init__(self) -> None:
        super().__init__()
        self.manuscript = Manuscript(placeholder="Write.")
        self.heard: list[Message] = []
        self.asked: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.manuscript

    def on_mount(self) -> None:
        self.bind("ctrl+j", "ask('ctrl+j')")
        self.bind("shift+enter", "ask('shift+enter')")
        self.bind("f5", "ask('f5')")
        self.bind("f6", "ask('f6')")
        self.bind("f7", "ask('f7')")
        self.bind("ctrl+f", "ask('ctrl+f')")
        self.bind("escape", "ask('escape')")

    def action_ask(self, key: str) -> None:
        self.asked.append(key)

    def on_manuscript_edited(self, message: Manuscript.Edited) -> None:
        self.heard.append(message)

    def on_manuscript_stream_interrupted(self, message: Manuscript.StreamInterrupted) -> None:
        self.heard.append(message)

    def on_manuscript_continue_requested(self, message: Manuscript.ContinueRequested) -> None:
        self.heard.append(message)

    def on_manuscript_paragraph_too_long(self, message: Manuscript.ParagraphTooLong) -> None:
        self.heard.append(message)


def page_of(text: str, caret: int | None = None, *, origin: Origin = Origin.IMPORTED) -> Page:
    """A page of `text`, the caret at its end unless told."""
    return Page(
        "scene", text, Provenance.whole(len(text), origin), len(text) if caret is None else caret
    )


@asynccontextmanager
async def writing(
    text: str = "", caret: int | None = None, *, size: tuple[int, int] = (60, 20)
) -> AsyncIterator[tuple[Pilot[None], Manuscript, Desk]]:
    """A running app whose manuscript shows `text` and has the focus."""
    desk = Desk()
    async with desk.run_test(size=size) as pilot:
        desk.manuscript.show(page_of(text, caret))
        desk.manuscript.focus()
        await pilot.pause()
        yield pilot, desk.manuscript, desk


async def until(pilot: Pilot[None], holds: Callable[[], bool], seconds: float = 10) -> None:
    """Wait for something to hold, at most so many seconds."""
    async with asyncio.timeout(seconds):
        while not holds():
            await pilot.pause()


async def press_at(pilot: Pilot[None], *keys: tuple[float, str, str | None]) -> None:
    """Send keys that arrived at given seconds."""
    for at, key, character in keys:
        event = events.Key(key, character)
        event.time = at
        pilot.app.post_message(event)
    await pilot.pause()


async def paste(pilot: Pilot[None], text: str) -> None:
    """Paste as a terminal with bracketed paste does."""
    pilot.app.post_message(events.Paste(text))
    await pilot.pause()


def origins(manuscript: Manuscript) -> str:
    """Who wrote each character: one letter for each."""
    return letters(manuscript.provenance.spans)


def letters(spans: tuple[Span, ...]) -> str:
    """One letter for each character the spans cover."""
    return "".join(span.origin.value[0] * span.length for span in spans)


def screen_text(manuscript: Manuscript) -> list[str]:
    """The rows of the manuscript as they are drawn, without the spaces at their ends."""
    height = manuscript.size.height
    return [manuscript.render_line(y).text.rstrip() for y in range(height)]
