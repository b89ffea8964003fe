"""Has a model answer a schema: read as it comes, and asked for again where it is none.

It asks the model and nobody else: permission and ledger are its caller's business. What an answer
is made into is `fitting`'s, what is wrong with it `judging`'s.
"""

import asyncio
import json
import secrets
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any

from storyforge.backends.base import Backend
from storyforge.backends.stopping import either
from storyforge.domain.generation import (
    Finish,
    Loading,
    Noted,
    Reading,
    Refusal,
    Request,
    StopReason,
    Text,
    Thought,
    Usage,
    Waiting,
)
from storyforge.errors import StoryforgeError
from storyforge.i18n import _
from storyforge.studio.answers.documents import is_over, is_whole
from storyforge.studio.answers.fitting import Fitted, Schema, read
from storyforge.studio.answers.judging import Fault, Verdict, is_stuck, judge

#: attempts in all; then the best is shown with its flaw
ATTEMPTS = 3
# How often an answer that was cut at its limit is gone on with.
_PARTS = 6
# Tokens that must be left of the window for that, and what may be said around a prompt that grew.
_LEAST_ROOM, _AROUND = 32, 256
# Seconds between two readings of an answer that grows; the screen paints as often.
_BREATH = 0.05
# Seeds of two attempts lie so far apart that no other variant has one of them.
_SEEDS_APART = 7919
# At temperature 0 another seed changes nothing.
_WARMER = 0.7


@dataclass(frozen=True, slots=True)
class Growing:
    """An answer on its way.

    Attributes:
        value: what can be read of it so far, within the schema's bounds; required parts may still
            be missing.
        text: all that the model wrote in this attempt, as it came.
        thinking: what it thought meanwhile; never part of the answer.
        attempt: counted from 1; with another one `text` begins anew.
    """

    value: Mapping[str, Any]
    text: str
    thinking: str = ""
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Held:
    """The last that is said: the best there is, also where it was stopped.

    Attributes:
        value: within the schema's bounds; whole where there is no flaw and it was not stopped.
        text: what the model wrote in the attempt that `value` was read from, as it came.
        flaw: why it is no good answer, in a sentence for the author; empty where it is one.
        fault: of what kind the flaw is.
        usage: of all attempts together.
        reason: why the attempt ended.
        attempts: what was written in each attempt, in order.
    """

    value: Mapping[str, Any]
    text: str
    flaw: str = ""
    thinking: str = ""
    usage: Usage = field(default_factory=Usage)
    reason: StopReason = StopReason.END
    attempts: tuple[str, ...] = ()
    fault: Fault = Fault.NONE


Step = Loading | Reading | Waiting | Noted | Growing


async def hold(
    backend: Backend,
    request: Request,
    schema: Schema,
    stop: asyncio.Event,
    *,
    language: str = "",
    check: Callable[[Mapping[str, Any]], str] | None = None,
) -> AsyncGenerator[Step | Held, None]:
    """Ask for an answer to `schema` (an object's); exactly one `Held` comes, as the last.

    Args:
        request: its own schema does not count.
        language: that the answer is to be in, a BCP 47 tag; empty where it may be in any.
        check: what is wrong with a value that holds the schema; an empty string where nothing is.

    Raises:
        ModelError: the model cannot be loaded, or it failed; what had come was said.
    """
    wanted = _formed(request, schema)
    usage, best = Usage(), None
    texts: list[str] = []
    for number in range(ATTEMPTS):
        attempt = _Attempt(backend, _again(wanted, number), schema, language, number + 1)
        async with aclosing(attempt.run(stop)) as steps:
            async for step in steps:
                yield step
        usage += attempt.usage
        texts.append(attempt.text)
        verdict = attempt.verdict(check)
        if best is None or verdict.rank < best[1].rank:
            best = attempt, verdict
        if not verdict.fault or attempt.is_final:
            break
    assert best is not None
    reason = StopReason.STOPPED if attempt.reason is StopReason.STOPPED else best[0].reason
    attempt, verdict = best
    yield Held(
        verdict.value,
        attempt.text,
        verdict.flaw,
        attempt.thinking,
        usage,
        reason,
        tuple(texts),
        verdict.fault,
    )


def _formed(request: Request, schema: Schema) -> Request:
    """`request` for one answer to `schema`, whose own words may stand in it."""
    told = json.dumps(schema, ensure_ascii=False)
    banned = tuple(
        phrase
        for phrase in request.sampling.banned
        if phrase.strip().casefold() not in told.casefold()
    )
    sampling = replace(request.sampling, banned=banned)
    return replace(request, schema=told, sampling=sampling, takes=1)


def _again(request: Request, number: int) -> Request:
    """`request` for the attempt `number`, from 0; with a seed, so that parts of it are one text."""
    sampling = request.sampling
    seed = secrets.randbits(31) if sampling.seed is None else sampling.seed
    sampling = replace(sampling, seed=seed + number * _SEEDS_APART)
    if number and sampling.temperature <= 0:
        sampling = replace(sampling, temperature=_WARMER)
    return replace(request, sampling=sampling)


class _Attempt:
    """One attempt: an answer in as many parts as its limit cuts it into.

    Attributes:
        text: all that the model wrote.
        refusal: what it said in the place of an answer.
    """

    def __init__(
        self, backend: Backend, request: Request, schema: Schema, language: str, number: int
    ) -> None:
        self._backend = backend
        self._request = request
        self._schema = schema
        self._language = language
        self._number = number
        self._structured = backend.card.can.structured
        self._fitted = Fitted({})
        # Where in the text the answer begins: a model may have begun it anew.
        self._begins = self._part_begins = 0
        self.text = self.thinking = self.refusal = ""
        self.usage = Usage()
        self.reason = StopReason.END

    @property
    def is_final(self) -> bool:
        """Whether no other attempt is to be made: one that is refused would be paid for, too."""
        return self.reason in (StopReason.STOPPED, StopReason.REFUSED, StopReason.FILTERED)

    def verdict(self, check: Callable[[Mapping[str, Any]], str] | None) -> Verdict:
        """What it is worth; one that was stopped is what there is of it."""
        value = self._fitted.value
        match self.reason:
            case StopReason.STOPPED:
                return Verdict(value, Fault.NONE if value else Fault.EMPTY)
            case StopReason.REFUSED:
                return Verdict(value, Fault.REFUSED, _("The model refused to answer."))
            case StopReason.FILTERED:
                return Verdict(value, Fault.REFUSED, _("The provider's filter cut the answer off."))
        found = judge(self._fitted, self._whole_text, self._schema, self._language)
        if not found.fault and check is not None and (flaw := check(found.value)):
            return replace(found, fault=Fault.OBJECTION, flaw=flaw)
        return found

    async def run(self, stop: asyncio.Event) -> AsyncGenerator[Step, None]:
        """Write it; part after part, as long as it is cut and there is room."""
        request = self._request
        for part in range(_PARTS):
            self._part_begins = len(self.text) if part and not request.schema else 0
            async with aclosing(self._write(request, stop)) as steps:
                async for step in steps:
                    yield step
            if self.reason is not StopReason.LENGTH or self._is_stuck:
                return
            if stop.is_set():
                self.reason = StopReason.STOPPED
                return
            longer = self._gone_on(request)
            if longer is None or not await self._has_room(longer):
                return
            request = longer

    async def _write(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Step, None]:
        """Have one part written, and read it while it comes."""
        read_at, done = 0.0, False
        try:
            async with (
                either(stop) as ended,
                aclosing(self._backend.stream(request, ended)) as deltas,
            ):
                async for delta in deltas:
                    if isinstance(delta, Loading | Reading | Waiting | Noted):
                        yield delta
                    elif isinstance(delta, Finish):
                        self.usage += delta.usage
                        cut = done and delta.reason is StopReason.STOPPED
                        self.reason = StopReason.END if cut else delta.reason
                    elif not done:
                        self._hear(delta)
                        if time.monotonic() - read_at < _BREATH:
                            continue
                        done = self._read()
                        yield self._growing
                        read_at = time.monotonic()
                        if done:
                            ended.set()
        except StoryforgeError:
            # What came with its last breath is said, too.
            self._read()
            yield self._growing
            raise
        self._read()
        if stop.is_set() and not is_whole(self._whole_text):
            self.reason = StopReason.STOPPED
        yield self._growing

    def _hear(self, delta: Text | Thought | Refusal) -> None:
        match delta:
            case Text():
                self.text += delta.text
            case Thought():
                self.thinking += delta.text
            case Refusal():
                self.refusal += delta.text

    def _read(self) -> bool:
        """Read what has come; whether that is all that is waited for."""
        self._fitted = read(self._whole_text, self._schema, self._language or "en")
        if self._part_begins:
            anew = read(self.text[self._part_begins :], self._schema, self._language or "en")
            if len(str(anew.value)) > len(str(self._fitted.value)):
                self._begins, self._fitted = self._part_begins, anew
        if self._is_stuck:
            return True
        # What keeps a form ends by itself, and then tells what it cost. Another one may go on to
        # talk, or with the next item of a list.
        if self._structured or not is_over(self._whole_text):
            return False
        return not judge(self._fitted, self._whole_text, self._schema).fault

    @property
    def _is_stuck(self) -> bool:
        """Whether it is no use to hear more; the last attempt comes to its end, if it has one."""
        last = self._structured and self._number == ATTEMPTS
        return not last and is_stuck(self._fitted, self._schema)

    @property
    def _growing(self) -> Growing:
        return Growing(self._fitted.value, self.text or self.refusal, self.thinking, self._number)

    @property
    def _whole_text(self) -> str:
        return self.text[self._begins :] if self._begins else self._request.begun + self.text

    def _gone_on(self, request: Request) -> Request | None:
        """The request that goes on where the answer was cut; None where there is no going on."""
        if not self.text or is_whole(self._whole_text):
            return None
        told = replace(
            request,
            prompt=self._request.prompt + self.text,
            begun=self._request.begun + self.text,
        )
        if self._backend.card.can.continues:
            return told
        # A model that is talked to would begin the form anew.
        return replace(told, schema="", begun="")

    async def _has_room(self, request: Request) -> bool:
        card = self._backend.card
        (tokens,) = await self._backend.count_tokens((request.prompt,))
        around = 0 if card.can.continues else _AROUND
        return tokens + around + _LEAST_ROOM <= card.context_tokens
