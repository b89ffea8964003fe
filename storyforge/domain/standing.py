"""What stands in a story already, so that a model is caught when it says it again. Pure."""

from collections import deque

from storyforge.domain.runs import pieces, runs
from storyforge.domain.sentences import sentences

# A sentence of which such a share of its runs stands already is said again.
_SAID_AGAIN = 0.5
# Fewer runs than this say nothing: "He shook his head and" may come twice.
_LEAST_RUNS = 3
# A shorter sentence may come again ("No."), but not so often within so many of them.
_TIMES, _WITHIN = 3, 9


class Standing:
    """The runs of words and the paragraphs of a text that grows."""

    def __init__(self, language: str = "en") -> None:
        self._language = language
        # Their hashes: a million runs of four words would take 200 MB.
        self._runs: set[int] = set()
        self._paragraphs: set[int] = set()
        self._short: deque[tuple[str, ...]] = deque(maxlen=_WITHIN)

    def add(self, text: str) -> None:
        """This stands, too."""
        for paragraph in text.split("\n"):
            for sentence in sentences(paragraph, self._language):
                self._take_in(pieces(sentence))
            self._end_paragraph(paragraph)

    def repeats_at(self, text: str) -> int | None:
        """Where `text`, which is to stand behind it, begins to say again what stands; or None.

        It is the beginning of a sentence, or of a paragraph.
        """
        seen = self.copy()
        at = 0
        for paragraph in text.split("\n"):
            if seen._knows(paragraph):
                return at
            here = at
            for sentence in sentences(paragraph, self._language):
                words = pieces(sentence)
                if seen._is_said_again(words):
                    return here
                seen._take_in(words)
                here += len(sentence)
            seen._end_paragraph(paragraph)
            at += len(paragraph) + 1
        return None

    def share(self, text: str) -> float:
        """How much of `text` stands already, or comes twice in it: the share of its runs."""
        found = list(map(hash, runs(pieces(text))))
        return 1 - len(set(found) - self._runs) / len(found) if found else 0.0

    def copy(self) -> "Standing":
        """The same, to add to without it."""
        copied = Standing(self._language)
        copied._runs = set(self._runs)
        copied._paragraphs = set(self._paragraphs)
        copied._short = self._short.copy()
        return copied

    def _knows(self, paragraph: str) -> bool:
        words = tuple(pieces(paragraph))
        return len(runs(words)) >= _LEAST_RUNS and hash(words) in self._paragraphs

    def _is_said_again(self, words: list[str]) -> bool:
        found = runs(words)
        if len(found) < _LEAST_RUNS:
            return self._short.count(tuple(words)) >= _TIMES - 1
        return sum(hash(run) in self._runs for run in found) >= _SAID_AGAIN * len(found)

    def _take_in(self, words: list[str]) -> None:
        self._runs.update(map(hash, runs(words)))
        if words:
            self._short.append(tuple(words))

    def _end_paragraph(self, paragraph: str) -> None:
        self._paragraphs.add(hash(tuple(pieces(paragraph))))
