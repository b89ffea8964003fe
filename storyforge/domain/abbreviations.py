"""Whether a full stop belongs to an abbreviation. Pure; the lists by language are sentencex's.

sentencex (Wikimedia's segmenter) knows some forty languages' abbreviations, initials and ordinals.
It is asked about one stop at a time, with the few words before it and the word behind: as a whole
it reads quotes in pairs and lists over many lines, and so would change its mind about a stream's
first sentence when the tenth comes. One answer takes 5 µs; the library is loaded (4 ms) with the
first one.
"""

import re
from functools import lru_cache

from storyforge.domain.tags import base_language

# Titles and letters that no sentence ends with in any of our languages; "I" may.
_ALWAYS = re.compile(
    r"\b(?:Mr|Mrs|Ms|Mx|Dr|St|Jr|Sr|Prof|Rev|Hon|Capt|Col|Gen|Lt|Maj|Sgt|Mme|Mlle|MM|Mt|vs|cf"
    r"|e\.g|i\.e|[A-HJ-Z])$"
)
# The lists are made for encyclopaedias. In prose these end a sentence ("“No.” She left.", "with
# me.") and are short for something only before a number ("No. 4", "art. 12").
_ENGLISH = (
    "no i me may art miss ill ma pa ok ark ore id fig sen al jan kan tex mar dec con ga la del min"
)
_WORDS = {
    "en": frozenset(_ENGLISH.split()),
    "de": frozenset(("art", "jan", "gen")),
    "fr": frozenset(("art",)),
    "es": frozenset(("no", "mar", "art", "cap")),
    "it": frozenset(("no", "me", "te", "art", "col")),
    "pt": frozenset(("no", "mar", "art")),
}
# Where "3." is "third" and the months have capitals, the whole next word decides.
_ORDINALS = ("de", "lb")
_QUOTES = re.compile("[\"'“”„‘’‚«»‹›()\\[\\]*_]+")
_LAST_WORD = re.compile(r"[^\W\d_]+$")
#: how many characters before a stop are looked at
REACH = 32


def abbreviates(before: str, after: str, language: str) -> bool:
    """Whether the stop between `before` and `after` belongs to an abbreviation or a number.

    Args:
        before: what stands on the line up to the stop; its last `REACH` characters are enough.
        after: the next word, as far as `needs_the_word` asks for it, else its first letter.
    """
    if _ALWAYS.search(before[-8:]):
        return True
    tongue = base_language(language)
    last = _LAST_WORD.search(before)
    if last and last[0].lower() in _WORDS.get(tongue, ()) and not after[:1].isdigit():
        return False
    words = _QUOTES.sub(" ", before[-REACH:]).split(" ")
    return _listed(tongue, " ".join(words[-3:]).strip(), after if after[:1].isalnum() else "X")


def needs_the_word(before: str, language: str) -> bool:
    """Whether the whole next word must be known, not only its first letter."""
    return before[-1:].isdecimal() and base_language(language) in _ORDINALS


@lru_cache(maxsize=4096)
def _listed(language: str, before: str, after: str) -> bool:
    from sentencex import get_sentence_boundaries

    ends = len(before) + 1
    found = get_sentence_boundaries(language, f"{before}. {after}")
    return not any(boundary["end_index"] in (ends, ends + 1) for boundary in found)
