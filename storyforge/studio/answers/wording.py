"""What of a string in an answer is the answer: no label, no mark, no word of the model's own. Pure.

A field holds one line or one paragraph, so white space is folded. What is longer than its bound
ends with a sentence, or with a word and an ellipsis.
"""

import re
from collections.abc import Iterator
from functools import cache

from storyforge.domain.sentences import last_sentence_end
from storyforge.domain.text import clean

_NOTHING = frozenset(
    ("n/a", "na", "none", "null", "nil", "undefined", "tbd", "todo", "unknown",
     "なし", "無し", "未定", "不明", "該当なし")
)  # fmt: skip
_EMPHASIS = re.compile(r"(?<![*_\w])(\*{1,3}|_{2,3})(?=\S)(.+?)(?<=\S)\1(?![*_\w])")
_HEADING = re.compile(r"^(?:#{1,6}\s+|>\s+)+")
_BULLET = re.compile(r"^\s*(?:[-*•・‣–—]\s+|\(?\d{1,3}[.):、．）]\s*|[①-⑳]\s*)")
_QUOTES = {'"': '"', "“": "”", "「": "」", "『": "』", "'": "'", "‘": "’", "«": "»", "`": "`"}
_YES = (
    r"(?:certainly|sure(?:\ thing)?|of\ course|absolutely|okay|ok|alright|all\ right|great"
    r"|understood|got\ it|gladly|yes|no\ problem)"
)
_HERE = r"here(?:['’]s|\ is|\ are)"
_YES_JA = r"(?:はい|もちろん(?:です)?|承知(?:いた)?しました|かしこまりました|[分わ]かりました)"
# “次の朝” begins a sentence of a story.
_HERE_JA = r"(?:以下|こちら)(?:に|は|が|の通り)[^\n。：:「」]{0,60}?"
# A character may say “Sure.”, a logline may begin with “Here is”: what leads to a colon is none.
_OPENING = re.compile(
    rf"""\A(?:
      {_YES}[!.,:]+\s+(?:{_HERE}|i(?:['’]ve|['’]ll|\ have|\ will))\b[^\n:"“”]{{0,120}}:\s*
    | {_HERE}\s+(?:an?|the|your|my|some|one|\d+|twenty|five)\b[^\n:.!?"“”]{{0,100}}:\s+
    | (?:{_YES_JA}[、。！!]\s*){{0,2}}{_HERE_JA}(?:です|ます|ました)?[。：:]\s*
    )(?=\S)""",
    re.IGNORECASE | re.VERBOSE,
)
# A line that only leads to the answer, or so far has only begun to.
_LEADS = re.compile(
    rf"""\A\W*(?:{_YES}\b[!.,:]*(?:\s+{_HERE}\b.*)?|{_HERE}\b.*[:：]\W*
      |(?:{_YES_JA}[、。！!]\s*){{0,2}}(?:{_HERE_JA}(?:です|ます|ました)?[。：:])?)\Z""",
    re.IGNORECASE | re.VERBOSE,
)
_CLOSING = re.compile(
    r"""(?<=[.!?。！？…])\s*(?:
      (?:please\ (?:let|feel)|let\ me\ know\ if|feel\ free\ to|i\ hope\ (?:this|that|these)\ \w+s?\b
        |would\ you\ like\ me\ to|if\ you(?:['’]d|\ would)\ like(?:\ me)?\ to|is\ there\ anything
        |note:|\(note:)[^\n]{0,200}
    | (?:ご不明|ご質問|ご要望|ご希望|いかがでしょうか|以上が|お役に立て)[^\n]{0,100}
    )\Z""",
    re.IGNORECASE | re.VERBOSE,
)
# A cut that leaves less than this share of what may stand there is made within the sentence.
_SENTENCE_SHARE = 0.5


def tidied(text: str, name: str = "", most: int = 1000, language: str = "en") -> str:
    """The answer in a string; empty where it says nothing.

    Args:
        name: of the field, whose name a model likes to repeat before the value.
    """
    told = " ".join(clean(text).split())
    for _round in range(4):
        before = told
        told = _HEADING.sub("", _EMPHASIS.sub(r"\2", told))
        told = _OPENING.sub("", _CLOSING.sub("", told))
        if name:
            told = _label(name).sub("", told, count=1)
        told = _unquoted(told.strip())
        if told == before:
            break
    if told.casefold().rstrip(".。") in _NOTHING or not re.search(r"\w", told):
        return ""
    return _cut(told, most, language)


def leads(line: str) -> bool:
    """Whether a line only says that an answer follows."""
    return _LEADS.match(line.strip()) is not None


def listed(text: str) -> Iterator[str]:
    """The items of a list that was written as one text: a line each, or between semicolons."""
    lines = [line for line in clean(text).split("\n") if line.strip()]
    if len(lines) == 1:
        lines = re.split(r"[;；]", lines[0])
    yield from (without_bullet(line) for line in lines)


def without_bullet(line: str) -> str:
    """A line of a list, without what makes it one."""
    return _BULLET.sub("", line, count=1).strip()


@cache
def _label(name: str) -> re.Pattern[str]:
    words = r"[\s_-]*".join(re.escape(word) for word in name.split("_"))
    return re.compile(rf'\A["“]?(?:the\s+)?{words}["”]?\s*[:：]\s*(?=\S)', re.IGNORECASE)


def _unquoted(text: str) -> str:
    close = _QUOTES.get(text[:1])
    if close is None or len(text) < 3 or not text.endswith(close):
        return text
    inside = text[1:-1]
    return text if text[0] in inside or close in inside else inside.strip()


def _cut(text: str, most: int, language: str) -> str:
    """`text` where it is shorter than its bound; a grammar ends a string at just that many."""
    if len(text) < most:
        return text
    end = last_sentence_end(text[:most], language) or 0
    if end >= most * _SENTENCE_SHARE:
        return text[:end].rstrip()
    if len(text) == most and text[-1] in '.!?。！？…”」』"':
        return text
    cut = text[: most - 1]
    word = cut.rpartition(" ")[0]
    return (word if len(word) >= most * _SENTENCE_SHARE else cut).rstrip(" ,;:、，") + "…"
