"""Banned phrases in a text that is still being written: where one begins, and what may become one.

Pure; knows no model. A phrase counts whatever the case of its letters, in each spelling that is one
to a reader (kana, widths, curly quotes), across any number of tokens, also inside a longer word,
and where the story's own last words are its beginning.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from storyforge.domain.folding import alike
from storyforge.engine.outflow import Outflow

# Tokens held back even where nothing looks like a phrase: without them there would be no way round
# but through the phrase's own words.
_REACH = 3
_SPACE = re.compile(r"\s+")


class BannedPhrases:
    """Phrases as expressions; white space in one stands for any white space."""

    def __init__(self, phrases: Sequence[str]) -> None:
        import regex

        told = sorted({each for each in phrases if each.strip()}, key=len, reverse=True)
        written = (r"\s+".join(map(alike, _SPACE.split(each))) for each in told)
        flags = regex.IGNORECASE | regex.FULLCASE | regex.V1
        self._pattern: Any = regex.compile("|".join(written) or r"(?!)", flags)
        #: characters that a phrase may reach back over
        self.reach = max((2 * len(each) for each in told), default=0)

    def begins(self, text: str, known: int) -> int | None:
        """Where the first phrase begins that ends behind the first `known` characters."""
        for found in self._pattern.finditer(text, overlapped=True):
            if found.end() > known:
                return int(found.start())
        return None

    def may_begin(self, text: str) -> int:
        """From where on `text` may be the beginning of a phrase; its length if from nowhere."""
        found = self._pattern.search(text, partial=True)
        while found is not None and not found.partial:
            found = self._pattern.search(text, found.start() + 1, partial=True)
        return len(text) if found is None else int(found.start())

    def alone(self, pieces: Sequence[bytes]) -> list[int]:
        """Which of `pieces` hold a phrase all by themselves."""
        texts = [piece.decode("utf-8", "ignore") for piece in pieces]
        ends = list(accumulate(len(text) + 1 for text in texts))
        found = dict.fromkeys(
            (n, match.end() < ends[n])
            for match in self._pattern.finditer("\0".join(texts))
            for n in (bisect_right(ends, match.start()),)
        )
        return [n for n, within in found if within]


class HeldBack:
    """The tokens at the end of an answer that are not certain to stay.

    Args:
        before: the end of the story; a phrase may have begun there.
    """

    def __init__(self, phrases: BannedPhrases, before: str) -> None:
        self._phrases = phrases
        self._before = before[-phrases.reach :] if phrases.reach else ""
        self._reader = Outflow()
        self.pieces: list[bytes] = []

    def add(self, piece: bytes) -> int | None:
        """Take the next token in; where a banned phrase is whole now, the token it began with.

        Counts from 0, in `pieces`; of a phrase that began before them, it is the first.
        """
        self.pieces.append(piece)
        text, ends, whole = self._read()
        begin = self._phrases.begins(text, len(self._before))
        if begin is None:
            return None
        starts = [len(self._before), *ends[:-1]]
        clear = [True, *whole[:-1]]
        return max(
            (n for n, start in enumerate(starts) if clear[n] and start <= begin),
            default=0,
        )

    def drop(self, index: int) -> None:
        """Forget the tokens from `index` on."""
        del self.pieces[index:]

    def release(self) -> list[bytes]:
        """The tokens that are certain now; they are held no longer."""
        text, ends, whole = self._read()
        certain = self._phrases.may_begin(text)
        most = len(self.pieces) - _REACH
        count = max(
            (n + 1 for n in range(most) if ends[n] <= certain and whole[n]),
            default=0,
        )
        return self._let_go(count)

    def release_all(self) -> list[bytes]:
        """Everything, since nothing follows that could make a phrase of it."""
        return self._let_go(len(self.pieces))

    def _let_go(self, count: int) -> list[bytes]:
        free, self.pieces = self.pieces[:count], self.pieces[count:]
        said = "".join(self._reader.feed(piece) for piece in free)
        if self._phrases.reach:
            self._before = (self._before + said)[-self._phrases.reach :]
        return free

    def _read(self) -> tuple[str, list[int], list[bool]]:
        """(the text with what stands before, where each token ends in it, whether whole there)."""
        reader, text = self._reader.copy(), self._before
        ends, whole = list[int](), list[bool]()
        for piece in self.pieces:
            text += reader.feed(piece)
            ends.append(len(text))
            whole.append(reader.is_whole)
        return text, ends, whole
