"""One take's drawing: sampler, biases, banned phrases, limits, and the text that comes of it.

It owns no sequence: what it draws has to be evaluated by its caller, and where a banned phrase came
up it asks to go back. It draws from one row of logits at a time, so a batch may hold many pens.
Runs in the engine process only.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from storyforge.domain.generation import StopReason
from storyforge.domain.sampling import Sampling
from storyforge.domain.text import clean
from storyforge.engine.banned import BannedPhrases, HeldBack
from storyforge.engine.biases import PhraseBiases
from storyforge.engine.loaded import Grammar, Sampler, Vocabulary
from storyforge.engine.outflow import Outflow

if TYPE_CHECKING:
    from storyforge.engine.loaded import Logits, Mask

# Where the forbidden tokens had so much of the choice, what is left is not worth having: the way
# round begins a token earlier.
_LIKELY = 0.9
# Tries at one spot; then the phrase is only kept from being completed, whatever comes instead.
_TRIES = 24
# Tries in one answer: each costs the evaluation of a few tokens.
_ALL_TRIES = 200
# Tokens refused at one place, one after the other, without evaluating anything.
_REFUSALS = 256
# Tokens of the story whose text a banned phrase may have begun in.
_TAIL = 64

# model → the phrases asked for last and the tokens that hold one alone: looking at every token with
# a hundred phrases takes a tenth of a second, and eight takes ask for the same.
_known: "WeakKeyDictionary[Vocabulary, tuple[tuple[str, ...], Mask]]" = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Back:
    """The last `count` tokens that were drawn do not count (1 or more).

    Drop them from the sequence, evaluate the token before them again, and draw from its logits.
    """

    count: int


class Pen:
    """Draws one answer.

    Draw until `reason` is there; the token that came with it is not to be evaluated. Text that is
    certain is fetched with `text()`; when no more is drawn, for whatever reason, the rest with
    `rest()`. Banned phrases never stand in it, and it ends before a stop string.

    Text is not certain while it may be the beginning of a stop string or of a banned phrase, and
    with banned phrases at hand it lags three tokens behind, so that there is a way round.

    Args:
        sampler: made for `sampling` and the same `story`; the pen closes it.
        story: the tokens before the answer.
        limit: tokens to draw at the most; 1 or more.

    Attributes:
        written: tokens drawn that count.
        reason: why it ended; None while it goes on.
    """

    def __init__(
        self,
        sampling: Sampling,
        vocabulary: Vocabulary,
        sampler: Sampler,
        story: Sequence[int],
        limit: int,
        stop: Sequence[str] = (),
    ) -> None:
        self._vocabulary = vocabulary
        self._limit = limit
        self._shortest = min(sampling.min_tokens, limit)
        self._sampler = sampler
        self._biases = PhraseBiases(sampling.biases, vocabulary)
        self._out = Outflow(stop)
        self._ready = ""
        self.written = 0
        self.reason: StopReason | None = None
        # What stands before the next token, as far back as anybody here looks.
        self._tail = list(story[-max(self._biases.reach, _TAIL) :])
        # The tokens of `_held`, and how many stand before them for good.
        self._tokens: list[int] = []
        self._settled = 0
        self._held: HeldBack | None = None
        # What may never be drawn; None where there is no such token.
        self._never: Mask | None = None
        if any(each.strip() for each in sampling.banned):
            phrases = BannedPhrases(sampling.banned)
            self._never = _hopeless(vocabulary, sampling.banned, phrases)
            self._held = HeldBack(phrases, self._text_of(story[-_TAIL:]))
        # place → the tokens that may not stand there, after what stands before it now
        self._forbidden: dict[int, set[int]] = {}
        self._tries = self._all_tries = 0
        self._grammar: Grammar | None = None

    def keep_to(self, grammar: Grammar | None) -> None:
        """Draw only what `grammar` has, and end where it does; the pen closes it."""
        self._grammar = grammar

    def draw(self, logits: "Logits") -> int | Back:
        """The next token by `logits`, which are the pen's from now on, or a way back."""
        if self._grammar is not None and self._grammar.ended:
            self.reason = StopReason.END
            return -1
        self._biases.lean(logits, self._tail)
        earlier = self._way_round(logits)
        if earlier is not None:
            return earlier
        mask = self._mask(logits)
        for _ in range(_REFUSALS):
            token = self._choose(logits, mask)
            if token is None:
                break
            if self._vocabulary.ends_text(token):
                self.reason = StopReason.END
                return token
            begin = self._offer(token)
            if begin is None:
                self._take(token)
                return token
            back = self._refuse(begin)
            if back is not None:
                return back
            mask = self._mask(logits)
        self.reason = StopReason.BANNED
        return -1

    def text(self) -> str:
        """The text that became certain since it was asked for last."""
        ready, self._ready = self._ready, ""
        return ready

    def rest(self) -> str:
        """All that is left, since no more is drawn."""
        if self._held is not None:
            self._write(self._held.release_all())
            self._tokens.clear()
        return self.text() + self._out.close()

    def close(self) -> None:
        """Free the sampler and the grammar; safe to call twice."""
        self._sampler.close()
        if self._grammar is not None:
            self._grammar.close()

    def _choose(self, logits: "Logits", mask: "Mask | None") -> int | None:
        """A token that the grammar has; the others are only sorted out where one is refused."""
        token = self._sampler.choose(logits, mask)
        if token is None or self._grammar is None or self._grammar.allows(token):
            return token
        refused = self._grammar.refused()
        return self._sampler.choose(logits, refused if mask is None else refused | mask)

    def _mask(self, logits: "Logits") -> "Mask | None":
        """What may not be drawn now; None where everything may."""
        import numpy as np

        here = self._forbidden.get(self.written, ())
        early = self._vocabulary.endings if self.written < self._shortest else ()
        if not (here or early):
            return self._never
        mask = np.zeros(len(logits), bool) if self._never is None else self._never.copy()
        mask[[*here, *early]] = True
        return mask

    def _take(self, token: int) -> None:
        """`token` stands, for now."""
        self._sampler.accept(token)
        if self._grammar is not None:
            self._grammar.accept(token)
        self.written += 1
        self._tail.append(token)
        if self._held is None:
            self._write([self._vocabulary.piece(token)])
            self._sampler.settle(self.written)
        else:
            self._pass_on(self._held)
        if self._out.ended:
            self.reason = StopReason.STOP_STRING
        elif self._grammar is not None and self._grammar.ended:
            self.reason = StopReason.END
        elif self.written >= self._limit:
            self.reason = StopReason.LENGTH

    def _pass_on(self, held: HeldBack) -> None:
        """Let out what is certain; a stop string ends the answer even in what is not."""
        ahead = self._out.copy()
        for piece in held.pieces:
            ahead.feed(piece)
        free = held.release_all() if ahead.ended else held.release()
        self._write(free)
        del self._tokens[: len(free)]
        if free:
            self._tries = 0
            self._settled += len(free)
            self._forbidden = {
                place: each for place, each in self._forbidden.items() if place >= self._settled
            }
            self._sampler.settle(self._settled)

    def _write(self, pieces: Sequence[bytes]) -> None:
        self._ready += "".join(self._out.feed(piece) for piece in pieces)

    def _offer(self, token: int) -> int | None:
        """Hold `token`; where it makes a banned phrase whole, the held token that began it."""
        if self._held is None:
            return None
        self._tokens.append(token)
        return self._held.add(self._vocabulary.piece(token))

    def _refuse(self, begin: int) -> Back | None:
        """A phrase is whole that began with the held token `begin`; None: draw anew here."""
        return self._go_back(begin if self._may_try() else len(self._tokens) - 1)

    def _may_try(self) -> bool:
        """Count another try; False where it is one too many."""
        self._tries += 1
        self._all_tries += 1
        return self._tries <= _TRIES and self._all_tries <= _ALL_TRIES

    def _way_round(self, logits: "Logits") -> Back | None:
        """Back by one more token where nothing likely is left here; None where that is no help."""
        here = self._forbidden.get(self.written)
        if not here or not self._tokens or self._share(logits, here) < _LIKELY:
            return None
        return self._go_back(len(self._tokens) - 1) if self._may_try() else None

    def _share(self, logits: "Logits", tokens: Collection[int]) -> float:
        """How much of the choice `tokens` have, 0 to 1, before any sampler."""
        import numpy as np

        weights = np.exp(logits - logits.max(), dtype="f8")
        if self._never is not None:
            weights[self._never] = 0
        return float(weights[list(tokens)].sum() / weights.sum())

    def _text_of(self, tokens: Sequence[int]) -> str:
        said = b"".join(self._vocabulary.piece(token) for token in tokens)
        return clean(said.decode("utf-8", "ignore"))

    def _go_back(self, index: int) -> Back | None:
        """Forbid the held token `index` where it stands and forget it and all behind it."""
        token, place = self._tokens[index], self._settled + index
        self._forbidden = {n: each for n, each in self._forbidden.items() if n <= place}
        self._forbidden.setdefault(place, set()).add(token)
        count = self.written - place
        del self._tokens[index:]
        assert self._held is not None
        self._held.drop(index)
        if not count:
            return None
        del self._tail[-count:]
        self._sampler.take_back(count)
        if self._grammar is not None:
            self._grammar.take_back(count)
        self.written -= count
        return Back(count)


def _hopeless(vocabulary: Vocabulary, banned: tuple[str, ...], phrases: BannedPhrases) -> "Mask":
    """The tokens that may never be drawn, wherever they stand."""
    import numpy as np

    known = _known.get(vocabulary)
    if known is not None and known[0] == banned:
        return known[1]
    mask = np.zeros(vocabulary.size, bool)
    mask[phrases.alone(vocabulary.pieces)] = True
    _known[vocabulary] = banned, mask
    return mask
