"""Witnesses of what llama.cpp was really told: every cell of every sequence, every row drawn from.

`watch` puts them between a loaded model and its cache; what the engine believes is held against
them at each token that is drawn.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest import mock

import llama_cpp.llama_cpp as lib
import numpy as np
import numpy.typing as npt

from storyforge.domain.generation import Request
from storyforge.domain.sampling import Sampling
from storyforge.engine import generation, llama, reading
from storyforge.engine.cells import LlamaSequence
from storyforge.engine.lanes import Kind
from storyforge.engine.loaded import Sampler, Vocabulary
from storyforge.engine.pen import Back, Pen

Logits = npt.NDArray[np.float32]


class RecordingSequence(LlamaSequence):
    """Keeps, cell by cell, what llama.cpp was told to hold."""

    def __init__(self, context: Any, block: int, kind: Kind) -> None:
        self.cells: dict[int, dict[int, int]] = defaultdict(dict)
        self.copies = 0
        super().__init__(context, block, kind)

    def adopt(self, tokens: Sequence[int], exact: int) -> None:
        super().adopt(tokens, exact)
        self.cells[0] = dict(enumerate(tokens))

    def holds(self, lane: int = 0) -> list[int]:
        """The tokens at 0 … n−1; llama.cpp's own bounds must agree."""
        cells = self.cells[lane]
        count = len(cells)
        assert sorted(cells) == list(range(count))
        assert lib.llama_memory_seq_pos_max(self._memory, lane) == count - 1
        if count and not (self._kind.recurrent or self._kind.sliding):
            assert lib.llama_memory_seq_pos_min(self._memory, lane) == 0
        return [cells[at] for at in range(count)]

    def check(self) -> None:
        """Every lane holds what its record says, and nothing else is held."""
        for number in range(self._kind.sequences):
            assert self.holds(number) == (self.lane(number) if number in self._lanes else [])

    def _decode(self, rows: Sequence[tuple[int, int, int]], outputs: int) -> int:
        code = super()._decode(rows, outputs)
        if code == 0:
            for lane, position, token in rows:
                assert position not in self.cells[lane]
                self.cells[lane][position] = token
        return code

    def _copy(self, source: int, lane: int) -> None:
        super()._copy(source, lane)
        assert not self.cells[lane]
        self.cells[lane] = dict(self.cells[source])
        self.copies += 1

    def _remove_from(self, lane: int, position: int) -> bool:
        done = super()._remove_from(lane, position)
        if done:
            kept = {at: token for at, token in self.cells[lane].items() if at < position}
            self.cells[lane] = kept
        return done

    def _empty(self) -> None:
        super()._empty()
        self.cells.clear()


class Watch:
    """What was seen.

    Attributes:
        rows: the logits of every draw of the last request, by take.
        drawn: the tokens that counted, by take.
    """

    def __init__(self, model: llama.LlamaModel, sequence: RecordingSequence) -> None:
        self.model = model
        self.sequence = sequence
        self.rows: list[list[Logits]] = []
        self.drawn: list[list[int]] = []

    def enter(
        self, model: llama.LlamaModel, request: Request, stopped: Callable[[], bool]
    ) -> list[int]:
        """A new request: what the one before drew is let go."""
        self.rows, self.drawn = [], []
        return reading.enter(model, request, stopped)

    def pen(
        self,
        sampling: Sampling,
        vocabulary: Vocabulary,
        sampler: Sampler,
        story: Sequence[int],
        limit: int,
        stop: Sequence[str] = (),
    ) -> Pen:
        """A pen that proves its lane at each draw; takes are made in their order."""
        watch, take, prompt = self, len(self.drawn), list(story)
        self.rows.append([])
        self.drawn.append([])

        class WatchedPen(Pen):
            def draw(self, logits: Logits) -> int | Back:
                at_once = watch.model.takes_at_once(len(prompt), limit)
                lane = 0 if sampling.repeatable else take % at_once
                assert watch.sequence.holds(lane) == prompt + watch.drawn[take]
                watch.rows[take].append(logits.copy())
                drawn = super().draw(logits)
                if isinstance(drawn, Back):
                    del watch.drawn[take][-drawn.count :]
                else:
                    watch.drawn[take].append(drawn)
                return drawn

        return WatchedPen(sampling, vocabulary, sampler, story, limit, stop)


@contextmanager
def watching(model: llama.LlamaModel) -> Iterator[Watch]:
    """Put witnesses between `model` and its cache, which is empty before and afterwards."""
    plain = model.sequence
    plain.clear()
    sequence = RecordingSequence(model.context, model.spec.batch_tokens, model.kind)
    watch = Watch(model, sequence)
    model.sequence = sequence
    try:
        with mock.patch.multiple(generation, Pen=watch.pen, enter=watch.enter):
            yield watch
            sequence.check()
    finally:
        sequence.clear()
        sequence.close()
        model.sequence = plain


def odds(logits: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """How likely each token is, at temperature 1."""
    raised: npt.NDArray[np.float64] = np.exp(logits.astype("f8") - logits.max())
    raised /= raised.sum()
    return raised


def apart(one: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> float:
    """The total variation between two rows of logits: 0 is the same, 1 has nothing in common."""
    return float(np.abs(odds(one) - odds(other)).sum() / 2)


def cold_row(model: llama.LlamaModel, tokens: Sequence[int]) -> Logits:
    """The logits behind `tokens`, read from an empty cache."""
    model.sequence.clear()
    model.turn_to_reading()
    model.sequence.read(tokens, lambda: False, lambda _: None)
    row = lib.llama_get_logits_ith(model.context, -1)
    return np.ctypeslib.as_array(row, (model.vocabulary.size,)).copy()
