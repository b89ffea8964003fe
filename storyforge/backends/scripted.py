"""A model that is none: deterministic phrases for the demo and for tests, without any file.

It keeps every promise a real backend keeps (progress, stop strings, limits, seeds, usage), so that
what is written against it holds for the others. It owns no quality of prose.
"""

import asyncio
import hashlib
import os
import re
import secrets
import time
from collections.abc import AsyncIterator, Sequence

from storyforge.backends.phrases import invent, phrases_for
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
from storyforge.domain.model import ModelCard
from storyforge.engine.outflow import Outflow
from storyforge.errors import ModelError
from storyforge.i18n import _

# A token is a word with the white space before it, or one character of a script without spaces.
_WIDE = "\u3000-\u9fff\uf900-\ufaff\uff00-\uffef"
_TOKEN = re.compile(rf"\s*(?:[{_WIDE}]|[^\s{_WIDE}]+)|\s+")


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text)


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
        )
        self._ready = False
        self._known = ""
        self._one_at_a_time = asyncio.Lock()
        self.requests: list[Request] = []

    @property
    def card(self) -> ModelCard:
        """What to tell the author."""
        return self._card

    async def load(self) -> AsyncIterator[Loading]:
        """Ready at once; says so the first time."""
        if not self._ready:
            self._ready = True
            yield Loading(1.0)

    async def count_tokens(self, texts: tuple[str, ...]) -> tuple[int, ...]:
        """Words, and characters of scripts without spaces."""
        return tuple(len(_tokens(text)) for text in texts)

    async def stream(self, request: Request, stop: asyncio.Event) -> AsyncIterator[Delta]:
        """Answer `request` token by token.

        Raises:
            ModelError: the prompt fills the window, or `fail_after` is reached.
        """
        async with self._one_at_a_time:
            async for loading in self.load():
                yield loading
            began = time.monotonic()
            reading = self._read(request)
            yield reading
            seed = request.sampling.seed
            seed = secrets.randbits(32) if seed is None else seed
            answer = self._answer(request, seed)
            self.requests.append(request)
            room = self._card.context_tokens - reading.total - reading.reused
            limit = min(request.max_tokens, room)
            read_seconds = time.monotonic() - began
            out = Outflow(request.stop)
            reason, written = StopReason.END, 0
            for token in _tokens(answer):
                if written >= limit:
                    reason = StopReason.LENGTH
                    break
                await self._pace(stop)
                if stop.is_set():
                    reason = StopReason.STOPPED
                    break
                if self._fail_after is not None and written >= self._fail_after:
                    raise ModelError(
                        _("The demo stopped because it was told to; your text is whole."),
                        title=_("Demo stopped"),
                    )
                written += 1
                if text := out.feed(token.encode()):
                    yield Text(text)
                if out.ended:
                    reason = StopReason.STOP_STRING
                    break
            if text := out.close():
                yield Text(text)
            seconds = time.monotonic() - began - read_seconds
            yield Finish(
                reason,
                Usage(
                    reading.reused,
                    reading.total,
                    written,
                    read_seconds,
                    max(seconds, 1e-6),
                    seed,
                ),
            )

    async def prepare(self, request: Request, stop: asyncio.Event) -> AsyncIterator[Reading]:
        """Read the prompt ahead."""
        if not stop.is_set():
            yield self._read(request)

    async def cached(self, request: Request) -> Cached:
        """What the last prompt and this one share."""
        asked, known = _tokens(request.prompt), _tokens(self._known)
        return Cached(len(os.path.commonprefix((asked, known))), len(asked))

    async def alternatives(
        self, request: Request, count: int, stop: asyncio.Event
    ) -> tuple[Alternative, ...]:
        """The first words of other seeds, each as likely as the others."""
        words = [_tokens(self._answer(request, seed))[0] for seed in range(count)]
        return tuple(Alternative(word, 1 / count) for word in dict.fromkeys(words))

    async def leave(self, slot: str) -> None:
        """Nothing is kept here."""

    async def close(self) -> None:
        """There is nothing to let go."""
        self._ready = False
        self._known = ""

    def _answer(self, request: Request, seed: int) -> str:
        if self._script:
            return self._script[len(self.requests) % len(self._script)]
        told = hashlib.sha256(request.prompt.encode("utf-8", "replace")).hexdigest()
        phrases = phrases_for(request.prompt)
        text = invent(phrases, f"{told}:{seed}", request.max_tokens, lambda t: len(_tokens(t)))
        opens = not request.prompt or request.prompt[-1].isspace()
        return text if opens else phrases.head + text

    def _read(self, request: Request) -> Reading:
        asked = _tokens(request.prompt)
        if len(asked) + 1 > self._card.context_tokens:
            raise ModelError(
                _(
                    "The text to go on from ({tokens:,} tokens) is longer than the model's "
                    "window ({window:,}); your text is whole."
                ).format(tokens=len(asked), window=self._card.context_tokens),
                title=_("Too long for the model"),
            )
        known = _tokens(self._known)
        reused = 0
        while reused < min(len(known), len(asked)) and known[reused] == asked[reused]:
            reused += 1
        self._known = request.prompt
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
