"""A model that is none: deterministic phrases for the demo and for tests, without any file.

It keeps every promise a real backend keeps (progress, stop strings, limits, seeds, usage), so that
what is written against it holds for the others. It owns no quality of prose.
"""

import asyncio
import hashlib
import json
import math
import re
import secrets
import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field, replace

from storyforge.backends.made_up import made_up
from storyforge.backends.phrases import invent, phrases_for
from storyforge.backends.stopping import stop_of
from storyforge.domain.common_ends import shared_start
from storyforge.domain.generation import (
    Alternative,
    Cached,
    Delta,
    Finish,
    Loading,
    Reading,
    Request,
    StopReason,
    Text,
    Usage,
)
from storyforge.domain.model import Capabilities, ModelCard
from storyforge.engine.outflow import Outflow
from storyforge.errors import ModelError
from storyforge.i18n import _

# A token is a word with the white space before it, or one character of a script without spaces.
_WIDE = "\u3000-\u9fff\uf900-\ufaff\uff00-\uffef"
_TOKEN = re.compile(rf"\s*(?:[{_WIDE}]|[^\s{_WIDE}]+)|\s+")


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text)


@dataclass(slots=True)
class _Take:
    """One answer on its way; `reason` says that it has ended."""

    number: int
    words: list[str]
    limit: int
    out: Outflow
    usage: Usage
    written: int = 0
    reason: StopReason | None = None
    began: float = field(default_factory=time.monotonic)

    def step(self) -> str:
        """What one more word lets out, if there is one; says why it ended, if it has."""
        text = ""
        if self.written < min(len(self.words), self.limit):
            text = self.out.feed(self.words[self.written].encode())
            self.written += 1
        if self.out.ended:
            self.reason = StopReason.STOP_STRING
        elif self.written == len(self.words):
            self.reason = StopReason.END
        elif self.written >= self.limit:
            self.reason = StopReason.LENGTH
        return text

    def finish(self) -> Finish:
        """The last that is said of it."""
        seconds = max(time.monotonic() - self.began, 1e-6)
        usage = replace(self.usage, written=self.written, write_seconds=seconds)
        return Finish(self.reason or StopReason.STOPPED, usage, self.number)


class ScriptedBackend:
    """Answers from `script` in turn, over and over; without one it invents from prompt and seed.

    Attributes:
        requests: every request that was streamed, in order.

    Args:
        script: whole answers; limits and stop strings still apply to them.
        delay: seconds a token takes.
        fail_after: raise `ModelError` after so many tokens of every answer.
    """

    def __init__(
        self,
        script: Sequence[str] = (),
        *,
        delay: float = 0.0,
        fail_after: int | None = None,
        context_tokens: int = 8192,
        name: str = "",
    ) -> None:
        self._script = tuple(script)
        self._delay = delay
        self._fail_after = fail_after
        self._card = ModelCard(
            name=name or _("Demo (no model)"),
            context_tokens=context_tokens,
            languages=("en", "ja"),
            note=_("No model is running: this text is made from a list of phrases."),
            can=Capabilities(
                frozenset({"seed", "repeatable"}),
                8,
                alternatives=True,
                prepares=True,
                # A script is answered as it stands.
                structured=not script,
            ),
        )
        self._ready = False
        self._known: list[str] = []
        self._answers = 0
        self._one_at_a_time = asyncio.Lock()
        self.requests: list[Request] = []

    @property
    def card(self) -> ModelCard:
        """What to tell the author."""
        return self._card

    async def load(self) -> AsyncGenerator[Loading, None]:
        """Ready at once; says so the first time."""
        if not self._ready:
            self._ready = True
            yield Loading(1.0)

    async def count_tokens(self, texts: tuple[str, ...]) -> tuple[int, ...]:
        """Words, and characters of scripts without spaces."""
        return tuple(len(_tokens(text)) for text in texts)

    async def stream(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Delta, None]:
        """Answer `request` token by token, its takes in turn.

        Raises:
            ModelError: the prompt fills the window, or `fail_after` is reached.
        """
        async with self._one_at_a_time:
            async for loading in self.load():
                yield loading
            began = time.monotonic()
            reading = self._read(request)
            yield reading
            takes = self._takes(request, reading)
            self.requests.append(request)
            takes[0].usage = replace(
                takes[0].usage,
                reused=reading.reused,
                read=reading.total,
                read_seconds=time.monotonic() - began,
            )
            while live := [take for take in takes if take.reason is None]:
                await self._pace(stop)
                for take in live:
                    text = self._next(take, stop)
                    if take.reason is not None:
                        text += take.out.close()
                    if text:
                        yield Text(text, take.number)
                    if take.reason is not None:
                        yield take.finish()

    async def prepare(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Reading, None]:
        """Read the prompt ahead, all at once; one that is too long is left to the request."""
        if self._ready and not stop.is_set() and self._fits(_tokens(request.prompt)):
            yield self._read(request)

    async def cached(self, request: Request) -> Cached:
        """What the last prompt and this one share."""
        asked = _tokens(request.prompt)
        return Cached(shared_start(self._known, asked), len(asked))

    async def alternatives(
        self, request: Request, count: int, stop: asyncio.Event
    ) -> tuple[Alternative, ...]:
        """The first words of other seeds, each as likely as the others."""
        words = dict.fromkeys(_tokens(self._invent(request, seed))[0] for seed in range(count))
        return tuple(Alternative(word, 1 / len(words)) for word in words if not stop.is_set())

    async def score(self, request: Request, text: str, stop: asyncio.Event) -> float | None:
        """The share of the text's words that stand in the prompt, as a logarithm."""
        words = _tokens(text.lower())
        if stop.is_set() or not words:
            return None
        known = {word.strip() for word in _tokens(request.prompt.lower())}
        hits = sum(word.strip() in known for word in words)
        return math.log((hits + 1) / (len(words) + 1))

    async def leave(self, slot: str) -> None:
        """Nothing is kept here."""

    async def forget(self, slots: tuple[str, ...]) -> None:
        """Nothing is kept here."""

    async def close(self) -> None:
        """There is nothing to let go."""
        self._ready = False
        self._known = []

    def _takes(self, request: Request, reading: Reading) -> list[_Take]:
        """One for each that is asked for; their seeds count up from the first's."""
        first = request.sampling.seed
        first = secrets.randbits(32) if first is None else first
        room = self._card.context_tokens - reading.total - reading.reused
        limit = min(request.max_tokens, room)
        takes = list[_Take]()
        for number in range(request.takes):
            seed = first + number
            text = self._script[self._answers % len(self._script)] if self._script else None
            self._answers += 1
            words = _tokens(self._invent(request, seed) if text is None else text)
            takes.append(_Take(number, words, limit, Outflow(request.stop), Usage(seed=seed)))
        return takes

    def _next(self, take: _Take, stop: asyncio.Event) -> str:
        """What one more token of `take` lets out; its reason is set when it is at its end."""
        if stop_of(stop, take.number).is_set():
            take.reason = StopReason.STOPPED
            return ""
        if self._fail_after is not None and take.written >= self._fail_after:
            raise ModelError(
                _("The demo stopped because it was told to; your text is whole."),
                title=_("Demo stopped"),
            )
        return take.step()

    def _invent(self, request: Request, seed: int) -> str:
        if request.schema:
            return self._answer(request, seed)
        told = hashlib.sha256(request.prompt.encode("utf-8", "replace")).hexdigest()
        phrases = phrases_for(request.prompt)
        tokens = max(1, request.max_tokens)
        text = invent(phrases, f"{told}:{seed}", tokens, lambda t: len(_tokens(t)))
        opens = not request.prompt or request.prompt[-1].isspace()
        return text if opens else phrases.head + text

    def _answer(self, request: Request, seed: int) -> str:
        """What answers a schema; of an answer that was begun the rest."""
        prompt = request.prompt.removesuffix(request.begun)
        told = hashlib.sha256(prompt.encode("utf-8", "replace")).hexdigest()
        answer = made_up(json.loads(request.schema), prompt, f"{told}:{seed}")
        return answer.removeprefix(request.begun)

    def _fits(self, asked: list[str]) -> bool:
        return len(asked) + 1 <= self._card.context_tokens

    def _read(self, request: Request) -> Reading:
        asked = _tokens(request.prompt)
        if not self._fits(asked):
            raise ModelError(
                _(
                    "The text to go on from ({tokens:,} tokens) is longer than the model's "
                    "window ({window:,}); your text is whole."
                ).format(tokens=len(asked), window=self._card.context_tokens),
                title=_("Too long for the model"),
            )
        reused = shared_start(self._known, asked)
        self._known = asked
        return Reading(len(asked) - reused, len(asked) - reused, reused)

    async def _pace(self, stop: asyncio.Event) -> None:
        """Let others run; with a delay, wait for it or for the stop, whichever is first."""
        if not self._delay:
            await asyncio.sleep(0)
            return
        try:
            await asyncio.wait_for(stop.wait(), self._delay)
        except TimeoutError:
            return
