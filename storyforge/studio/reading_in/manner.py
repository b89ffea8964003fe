"""How a story is told: by whom and in which tense, counted in its text. Pure.

Models guess at it; small ones say what the example said. Speech does not count: who narrates in the
past speaks in the present.
"""

import re

from storyforge.domain.tags import base_language

_SPEECH = re.compile(r"“[^”]*”|\"[^\"\n]*\"|«[^»]*»|„[^“]*“|「[^」]*」|『[^』]*』")
_I = re.compile(r"\b(?:I|my|me|myself|we|our)\b")
_YOU = re.compile(r"\b(?:you|your)\b", re.IGNORECASE)
_THEY = re.compile(r"\b(?:he|she|they|his|her|their|him|them)\b", re.IGNORECASE)
_WAS = re.compile(r"\b(?:was|were|had|did|said|went|came|could|would)\b", re.IGNORECASE)
_IS = re.compile(r"\b(?:is|are|am|has|does|says|goes|comes|can|will)\b", re.IGNORECASE)
_I_JA = re.compile("私|僕|ぼく|俺|わたし|あたし")
_THEY_JA = re.compile("彼女|彼")
_WAS_JA = re.compile("た[。！？]")
_IS_JA = re.compile("(?:[うくぐすつぬぶむる]|である|です)[。！？]")
# Fewer words that tell say nothing, and neither do two kinds that are about as many.
_LEAST, _CLEAR = 6, 2.0


def manner_of(text: str, language: str) -> dict[str, str]:
    """`point_of_view` and `tense` of the premise, where the text decides them.

    Whether a narrator in the third person knows all is not to be counted: that is left to others.
    """
    told = _SPEECH.sub(" ", text)
    tag = base_language(language)
    found: dict[str, str] = {}
    if tag not in ("en", "ja"):
        return found
    first, second, third, past, present = (
        (_I, _YOU, _THEY, _WAS, _IS) if tag == "en" else (_I_JA, None, _THEY_JA, _WAS_JA, _IS_JA)
    )
    mine, theirs = _count(first, told), _count(third, told)
    yours = _count(second, told) if second is not None else 0
    if _is_clear(mine, max(yours, theirs // 4)):
        found["point_of_view"] = "first person"
    elif _is_clear(yours, max(mine, theirs)):
        found["point_of_view"] = "second"
    was, now = _count(past, told), _count(present, told)
    if _is_clear(was, now):
        found["tense"] = "past"
    elif _is_clear(now, was):
        found["tense"] = "present"
    return found


def _count(pattern: re.Pattern[str], text: str) -> int:
    return len(pattern.findall(text))


def _is_clear(one: int, other: int) -> bool:
    return one >= _LEAST and one >= _CLEAR * other
