"""How many tokens a text will be to a model that cannot be asked. Pure.

An estimate by scripts, a little too high rather than too low: what is too long costs a request.
Answers tell how many tokens their prompts were, and the estimate learns from that.
"""

import re

# Tokens a character, by rules of thumb (four letters of English, one kanji), rounded up: it errs on
# the side that fits.
_LETTER = 0.24
_ACCENTED = 0.6
_KINDS: tuple[tuple[re.Pattern[str], float], ...] = (
    (re.compile(r"[A-Za-z ]"), _LETTER),
    # Latin with accents, Greek and Cyrillic
    (re.compile(r"[\u00c0-\u024f\u1e00-\u1eff]"), _ACCENTED),
    (re.compile(r"[\u0370-\u052f]"), 0.42),
    # kana and their marks, and what Chinese and Japanese share
    (re.compile(r"[\u3000-\u30ff\uff00-\uffef]"), 0.85),
    (re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"), 1.1),
    (re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7ff]"), 0.9),
    # Hebrew, Arabic, the scripts of India, Thai and its neighbours
    (re.compile(r"[\u0590-\u10ff]"), 0.65),
)
_REST = 0.75
# An estimate that is off by less stays: with each change all of a page would be laid out anew.
_STEP = 0.05
_LEAST, _MOST = 0.5, 2.0


class Estimator:
    """The tokens of texts for one model."""

    def __init__(self) -> None:
        self._factor = 1.0

    def of(self, text: str) -> int:
        """About how many tokens `text` is; 0 for an empty one."""
        return max(1, round(_plain(text) * self._factor)) if text else 0

    def learn(self, text: str, tokens: int) -> None:
        """`text` was `tokens` tokens; short texts, of which most is packaging, teach nothing."""
        plain = _plain(text)
        if plain < 100 or tokens <= 0:
            return
        found = min(_MOST, max(_LEAST, tokens / plain))
        if abs(found - self._factor) > _STEP * self._factor:
            self._factor = found


def _plain(text: str) -> float:
    tokens, left = 0.0, len(text)
    for kind, weight in _KINDS:
        found = len(kind.findall(text))
        tokens += found * weight
        left -= found
    return tokens + left * _REST
