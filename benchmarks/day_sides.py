"""Who lives through the author's day: storyforge as its desk drives it, a bare loop, llama-server.

Each side says how long the author waited: from Shift+Enter to the first text at whoever asked. Ours
saves the page, has the prompt made and goes through process and stream for it; the others are
handed the prompt that ours made.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.bare_llama import Bare
from benchmarks.day import Action, Deed, Desk, new_desk
from storyforge.backends.llama_cpp import LlamaCppBackend
from storyforge.backends.sharing import Shared
from storyforge.domain.generation import Delta, Request, Text, Usage
from storyforge.domain.length import Length, LengthUnit
from storyforge.domain.model import ModelSpec
from storyforge.domain.sampling import Sampling
from storyforge.store.story_file import StoryFile
from storyforge.studio.continuing import TakeFinished, Wish, continue_story
from storyforge.studio.prompt.preparing import Held, bring_back, read_ahead

#: as in the settings: what a pause is
PAUSE = 0.7


@dataclass(frozen=True, slots=True)
class Asked:
    """One Shift+Enter.

    Attributes:
        wait: seconds to the first text.
        usage: what the first take cost; of other sides than ours nothing is known.
        request: what was sent. answer: the text that the author let stand.
    """

    wait: float
    usage: Usage
    request: Request
    answer: str


class _Recording(LlamaCppBackend):
    """Keeps the last request."""

    last = Request("")

    async def stream(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Delta, None]:
        self.last = request
        async with aclosing(super().stream(request, stop)) as deltas:
            async for delta in deltas:
                yield delta


class Ours:
    """storyforge without its screen.

    Args:
        spec: says whether states are kept, and where.
        prepares: whether it reads ahead in pauses.

    Attributes:
        started: seconds that each start took until the model was ready.
    """

    def __init__(
        self, path: Path, page_tokens: int, tokens: int, spec: ModelSpec, *, prepares: bool
    ) -> None:
        self._path = path
        self._tokens = tokens
        self._spec = spec
        self._prepares = prepares
        self.desk: Desk = new_desk(path, page_tokens)
        self._backend = _Recording(spec)
        self._shared = Shared(self._backend)
        self._held = Held()
        self._read: tuple[str, str] | None = None
        self._ahead: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()
        self._behind: set[asyncio.Task[None]] = set()
        self.started: list[float] = []

    async def start(self) -> None:
        """The model is made ready with the story, and the page is read at once."""
        began = time.perf_counter()
        async for _loading in self._shared.load():
            pass
        desk = self.desk
        await bring_back(desk.story, desk.passage(), self._shared, self._wish(0), self._held)
        self.started.append(time.perf_counter() - began)
        self.look()

    async def do(self, action: Action) -> None:
        """What the author changes; keys stop what is read ahead."""
        await self.rest()
        left = self.desk.scenes[self.desk.scene]
        self.desk.do(action)
        self._read = None if action.deed is Deed.NOTE else self._read
        if action.deed is Deed.SWITCH:
            self._in_background(left)
        elif action.deed is Deed.RESTART:
            await self.close()
            began = time.perf_counter()
            self.desk.story = StoryFile.open(self._path)
            self._backend = _Recording(self._spec)
            self._shared = Shared(self._backend)
            self._held, self._read = Held(), None
            opened = time.perf_counter() - began
            await self.start()
            self.started[-1] += opened

    async def pause(self, seconds: float) -> None:
        """The author does nothing; the desk looks once the pause is one."""
        if seconds <= PAUSE:
            await asyncio.sleep(seconds)
            return
        await asyncio.sleep(PAUSE)
        self.look()
        await asyncio.sleep(seconds - PAUSE)

    def look(self) -> None:
        """Read ahead, where nothing is being read."""
        if self._prepares and self._ahead is None:
            self._stop = asyncio.Event()
            self._ahead = asyncio.create_task(self._read_ahead(self._stop))

    async def rest(self) -> None:
        """Stop reading ahead and wait until it has ended."""
        self._stop.set()
        ahead, self._ahead = self._ahead, None
        if ahead is not None:
            await ahead

    async def ask(self, takes: int, seed: int) -> Asked:
        """Shift+Enter: as the desk does it, the reading is told to stop and not waited for."""
        began = time.perf_counter()
        self._stop.set()
        ahead, self._ahead = self._ahead, None
        desk = self.desk
        await asyncio.to_thread(desk.save)
        first, usage, answers = 0.0, Usage(), [""] * takes
        events = continue_story(
            desk.story,
            desk.passage(),
            desk.place,
            self._shared,
            self._wish(seed),
            asyncio.Event(),
            takes=takes,
        )
        async for event in events:
            if isinstance(event, Text) and not first:
                first = time.perf_counter() - began
            elif isinstance(event, TakeFinished):
                answers[event.index] = event.take.standing
                usage = event.take.usage if event.index == 0 else usage
        # For an answer without a word the author has waited to its end.
        first = first or time.perf_counter() - began
        if ahead is not None:
            await ahead
        desk.accept(answers[-1])
        self._held.heard(desk.scenes[desk.scene], usage.reused + usage.read + usage.written)
        return Asked(first, usage, self._backend.last, answers[-1])

    async def close(self) -> None:
        """The way out of the desk."""
        await self.rest()
        await self._leave(self.desk.scenes[self.desk.scene])
        await asyncio.gather(*self._behind)
        await asyncio.to_thread(self.desk.story.close)
        await self._shared.close()

    def _wish(self, seed: int) -> Wish:
        sampling = Sampling(seed=seed, min_tokens=self._tokens)
        return Wish(Length(LengthUnit.TOKENS, self._tokens), sampling, trim_to_sentence=False)

    async def _read_ahead(self, stop: asyncio.Event) -> None:
        desk = self.desk
        state = desk.scenes[desk.scene], desk.texts[desk.scene]
        edited = state != self._read
        passage, wish = desk.passage(), self._wish(0)
        async for _step in read_ahead(
            desk.story, passage, self._shared, wish, self._held, stop, edited=edited
        ):
            pass
        if not stop.is_set():
            self._read = state

    def _in_background(self, scene: str) -> None:
        task = asyncio.create_task(self._leave(scene))
        self._behind.add(task)
        task.add_done_callback(self._behind.discard)

    async def _leave(self, scene: str) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(3.0):
                await self._shared.leave(scene)


class Plain:
    """A plain prefix cache, as llama-cpp-python's `Llama.generate` has; in its own process."""

    def __init__(self, spec: ModelSpec) -> None:
        self._spec = spec
        self._bare = Bare(spec)

    def restart(self) -> None:
        """A new process, and an empty cache."""
        self._bare.close()
        self._bare = Bare(self._spec)

    def ask(self, asked: Asked) -> float:
        """Wait for the same prompt's first token.

        It then writes what ours wrote: the text that stands, so that it has in its cache what it
        would have, had the author used it instead.
        """
        request = asked.request
        sampling = replace(request.sampling, min_tokens=0)
        return self._bare.answer(request.prompt, request.max_tokens, sampling, asked.answer).first

    def close(self) -> None:
        """End the process."""
        self._bare.close()
