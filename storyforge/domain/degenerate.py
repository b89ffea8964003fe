"""Whether an answer to "sum this up" is none: empty, a loop, a copy, foreign, a refusal. Pure.

The measures are shares of runs of words (of characters where a script sets no spaces). Prose
repeats hardly any run of four words within a paragraph, and a summary shares few runs of eight with
its text; a small model that goes round in circles or reads the text out has most of them. One that
has lost the thread shares no words with the text at all.
"""

from enum import StrEnum

from storyforge.domain.refusals import is_refusal
from storyforge.domain.runs import is_wide, pieces, runs

# Lengths of the runs: of words, and of characters of a script without spaces.
_COPY_RUN, _COPY_RUN_WIDE = 8, 20
# Fewer runs than this say nothing.
_LEAST_RUNS = 8
# Below this share of different runs it goes round in circles.
_LOOP_SHARE = 0.6
# Above this share of runs that stand in the text it is read out.
_COPY_SHARE = 0.5
_LEAST_WORDS, _LEAST_WIDE = 4, 8
# Below this share of signs that are letters it is a table or a row of numbers.
_LETTER_SHARE = 0.7
# Words by their first letters, as inflection leaves them; a share below this is chance.
_STEM = 5
_LEAST_STEM, _LEAST_STEMS = 5, 6
_KNOWN_SHARE = 0.15


class Flaw(StrEnum):
    """Why an answer is no summary."""

    EMPTY = "empty"
    LOOP = "loop"
    COPY = "copy"
    #: in another language, or about something else
    FOREIGN = "foreign"
    REFUSAL = "refusal"


def flaw_of(summary: str, text: str) -> Flaw | None:
    """What is wrong with `summary` as one of `text`; None where it can be kept."""
    if is_refusal(summary):
        return Flaw.REFUSAL
    words = pieces(summary)
    wide = is_wide(words)
    if len(words) < (_LEAST_WIDE if wide else _LEAST_WORDS):
        return Flaw.EMPTY
    signs = "".join(summary.split())
    if sum(sign.isalpha() for sign in signs) < _LETTER_SHARE * len(signs):
        return Flaw.LOOP
    said = runs(words)
    if len(said) >= _LEAST_RUNS and len(set(said)) < _LOOP_SHARE * len(said):
        return Flaw.LOOP
    length = min(_COPY_RUN_WIDE if wide else _COPY_RUN, len(words))
    told = runs(words, length)
    known = set(runs(pieces(text), length))
    if sum(run in known for run in told) > _COPY_SHARE * len(told):
        return Flaw.COPY
    stems = _stems(words, wide)
    if len(stems) >= _LEAST_STEMS:
        there = _stems(pieces(text), wide)
        if len(stems & there) < _KNOWN_SHARE * len(stems):
            return Flaw.FOREIGN
    return None


def _stems(words: list[str], wide: bool) -> set[str]:
    """What tells words apart: their beginnings; of scripts without spaces all but hiragana."""
    if wide:
        return {piece for piece in words if not "\u3040" <= piece <= "\u309f"}
    return {piece[:_STEM] for piece in words if len(piece) >= _LEAST_STEM}
