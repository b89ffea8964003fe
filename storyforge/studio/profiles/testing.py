"""A profile tried out: it is asked for a few words, and how fast they come is measured.

What is sent is one sentence of ours and nothing of any story.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass

from storyforge.backends.base import Backend
from storyforge.domain.generation import (
    Delta,
    Finish,
    Loading,
    Refusal,
    Request,
    StopReason,
    Text,
    Thought,
    Usage,
)
from storyforge.domain.sampling import Sampling
from storyforge.domain.text import one_line
from storyforge.i18n import _, in_quotes, listed

# Enough to measure by; a model that thinks first spends most of it on that.
_TOKENS = 48
# Characters of the answer that are shown.
_SHOWN = 60
# Tenths of larger numbers mean nothing.
_WHOLE = 10
_QUOTES = '"“”„‟«»「」『』'
# Fewer tokens say nothing of the speed.
_TELLING = 4


@dataclass(frozen=True, slots=True)
class Trial:
    """How a test went.

    Attributes:
        text: what the model wrote.
        loading: seconds until it was ready.
        first: seconds from the question to the first words, its thinking included.
        note: what else the author should know of it; may be empty.
    """

    text: str
    reason: StopReason
    usage: Usage
    loading: float
    first: float
    note: str = ""

    @property
    def works(self) -> bool:
        """Whether the model wrote."""
        return bool(self.text.strip()) and self.reason is not StopReason.REFUSED

    @property
    def told(self) -> str:
        """ "says “Hello …”, 38 tokens/s, 0.4 s to the first", or why it says nothing."""
        if self.reason is StopReason.REFUSED:
            return _("it would not write: {words}").format(words=in_quotes(_shown(self.text)))
        if self.reason is StopReason.FILTERED and not self.works:
            return _("its provider's filter let nothing through")
        if self.reason is StopReason.STOPPED and not self.works:
            return _("stopped before the first word")
        if not self.works and self.usage.thought:
            return _("it thought ({tokens} tokens) and wrote nothing in that room").format(
                tokens=self.usage.thought
            )
        if not self.works:
            return _("it answered without a word")
        parts = [_("says {words}").format(words=in_quotes(_shown(self.text)))]
        if self.usage.written >= _TELLING and self.usage.tokens_per_second:
            parts.append(_("{speed} tokens/s").format(speed=_round(self.usage.tokens_per_second)))
        parts.append(_("{seconds} s to the first").format(seconds=_round(self.first)))
        return listed(parts)


async def try_out(
    backend: Backend, stop: asyncio.Event, language: str = "en"
) -> AsyncIterator[Delta | Trial]:
    """What the model does, and at the end how it went; stopped, it ends with what had come.

    Args:
        language: of the interface, which the sentence is in.

    Raises:
        ModelError: the model cannot be loaded, or it failed.
    """
    began = ready = time.monotonic()
    text, first, finish = "", 0.0, Finish(StopReason.STOPPED, Usage())
    request = Request(
        _("The door opened. The stranger took off his hat and said:"),
        _TOKENS,
        sampling=Sampling(temperature=0.7, seed=1),
        slot=":test",
        language=language,
    )
    async with aclosing(backend.stream(request, stop)) as said:
        async for delta in said:
            if isinstance(delta, Loading):
                ready = time.monotonic()
            elif isinstance(delta, Text | Thought) and not first:
                first = time.monotonic() - ready
            if isinstance(delta, Text | Refusal):
                text += delta.text
            if isinstance(delta, Finish):
                finish = delta
            else:
                yield delta
    note = _guessed(backend.card.context_tokens) if backend.card.guessed else ""
    yield Trial(text, finish.reason, finish.usage, ready - began, first, note)


def _guessed(tokens: int) -> str:
    return _(
        "It does not tell how much it sees at once; {tokens:,} tokens are taken. "
        "Set context_tokens to what its server was started with."
    ).format(tokens=tokens)


def _round(value: float) -> str:
    return f"{value:.1f}" if value < _WHOLE else f"{value:,.0f}"


def _shown(text: str) -> str:
    # It is put in quotation marks of ours: with the model's own they would stand there twice.
    line = one_line(" ".join(text.split())).strip(_QUOTES)
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1].rstrip() + "…"
