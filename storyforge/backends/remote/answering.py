"""One answer of an API on its way to the page: its pieces become deltas, and an end. Pure.

It takes stop strings out, ends what goes on for too long, and sums up what it cost. What it said is
counted as the API counts, else estimated.
"""

import time
from collections.abc import Iterator
from dataclasses import replace

from storyforge.backends.remote.api import Ended, Piece
from storyforge.backends.remote.estimating import Estimator
from storyforge.backends.remote.faults import Fault, FaultKind, RemoteFault
from storyforge.backends.remote.talk import Talk
from storyforge.domain.generation import (
    Delta,
    Finish,
    Noted,
    Refusal,
    Request,
    StopReason,
    Text,
    Thought,
    Usage,
)
from storyforge.domain.model import Price
from storyforge.engine.outflow import Outflow
from storyforge.i18n import _

# An estimate may be too high by so much: only what goes on well beyond it is ended by us.
_SLACK = 1.3
_LEAST_SLACK = 16


class Answer:
    """What one take has said so far.

    Attributes:
        ended: how the API says that it ended; None while it has not.

    Args:
        told: all that was sent to the model, for the estimate.
        before: what was paid for this take already, by an attempt that gave no text.
    """

    def __init__(
        self, request: Request, take: int, told: str, estimate: Estimator, before: Usage
    ) -> None:
        self._take = take
        self._before = before
        self._told = told
        self._estimate = estimate
        self._limit = max(request.max_tokens * _SLACK, request.max_tokens + _LEAST_SLACK)
        self._talk = Talk(request)
        self._out = Outflow(request.stop)
        self._seed = request.sampling.seed or 0
        self._began = time.monotonic()
        self._first = 0.0
        self._text = self._thought = self._refusal = ""
        self._heard = False
        self._counted = self._tokens = 0
        self._long = False
        self.ended: Ended | None = None

    @property
    def enough(self) -> bool:
        """Nothing more is wanted of it, whatever the model would still say."""
        return self._out.ended or self._long

    @property
    def thought(self) -> bool:
        """Whether it has thought."""
        return bool(self._thought)

    @property
    def starved(self) -> bool:
        """Whether its thinking took all the room, so that there was none left to write in."""
        cut = self.ended is not None and self.ended.reason is StopReason.LENGTH
        return cut and self.thought and not self._text

    @property
    def said(self) -> bool:
        """Whether anything has come."""
        return self._heard or bool(self._thought or self._refusal)

    @property
    def _whole(self) -> bool:
        return self.ended is not None and self.ended.reason is not StopReason.LENGTH

    def hear(self, piece: Piece) -> Iterator[Delta]:
        """What a piece of the API's is to whoever listens."""
        if isinstance(piece, Ended):
            self.ended = piece
            return
        if isinstance(piece, Text | Thought | Refusal):
            self._first = self._first or time.monotonic()
        if isinstance(piece, Text):
            if not self.enough:
                self._heard = True
                yield from self._talked(self._talk.feed(piece.text))
                self._measure()
            return
        if isinstance(piece, Thought):
            self._thought += piece.text
        elif isinstance(piece, Refusal):
            self._refusal += piece.text
        yield replace(piece, take=self._take) if isinstance(piece, Thought | Refusal) else piece

    def rest(self) -> Iterator[Delta]:
        """What was held back, now that nothing follows."""
        yield from self._talked(self._talk.end(whole=self._whole))
        yield from self._let_out(self._out.close())

    def finish(self, price: Price | None, *, stopped: bool) -> Iterator[Delta]:
        """Its end, when all that came was heard.

        Raises:
            RemoteFault: it ended by itself without a word.
        """
        yield from self.rest()
        reason = self._reason(stopped)
        wordless = not self._text and not self._refusal
        if wordless and reason in (StopReason.END, StopReason.LENGTH):
            if self._heard:
                yield Noted(_("The model only said again what stands on the page. Try again."))
            elif not self._thought:
                raise RemoteFault(Fault(FaultKind.EMPTY))
            else:
                yield Noted(_("The model only thought, and wrote nothing. Have it think less."))
        yield Finish(reason, self.cost(price), self._take)

    def learn(self) -> None:
        """Let the estimate hear what the prompt was in the model's own tokens."""
        if self.ended is not None:
            self._estimate.learn(self._told, self.ended.usage.read + self.ended.usage.reused)

    def _talked(self, pieces: Iterator[Text | Refusal]) -> Iterator[Delta]:
        for piece in pieces:
            if isinstance(piece, Refusal):
                self._refusal += piece.text
                yield replace(piece, take=self._take)
            elif not self.enough:
                self._text += piece.text
                yield from self._let_out(self._out.feed(piece.text.encode("utf-8", "replace")))

    def _let_out(self, text: str) -> Iterator[Delta]:
        if text:
            yield Text(text, self._take)

    def _measure(self) -> None:
        # A few dozen characters at a time: estimating takes ten times as long as hearing.
        if len(self._text) - self._counted >= 64:
            self._tokens += self._estimate.of(self._text[self._counted :])
            self._counted = len(self._text)
            self._long = self._tokens > self._limit

    def _reason(self, stopped: bool) -> StopReason:
        if self._out.ended:
            return StopReason.STOP_STRING
        if self._refusal and not self._text:
            return StopReason.REFUSED
        if self.ended is not None:
            return self.ended.reason
        return StopReason.LENGTH if self._long and not stopped else StopReason.STOPPED

    def cost(self, price: Price | None) -> Usage:
        """What it cost so far, with what was paid before it."""
        usage = self.ended.usage if self.ended is not None else Usage()
        now = time.monotonic()
        first = self._first or now
        if not usage.read + usage.reused or (self.said and not usage.written):
            written = self._estimate.of(self._text + self._refusal)
            thought = usage.thought or self._estimate.of(self._thought)
            read = usage.read or self._estimate.of(self._told)
            usage = replace(
                usage, read=read, written=written + thought, thought=thought, estimated=True
            )
        before = self._before
        usage = replace(
            usage,
            reused=usage.reused + before.reused,
            read=usage.read + before.read,
            written=usage.written + before.written,
            kept=usage.kept + before.kept,
            thought=usage.thought + before.thought,
            estimated=usage.estimated or before.estimated,
            seed=self._seed,
            read_seconds=usage.read_seconds or first - self._began,
            write_seconds=usage.write_seconds or now - first,
        )
        if price is None:
            return usage
        return replace(usage, cost=price.of(usage), currency=price.currency)
