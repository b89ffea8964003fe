"""Whether a reply says that the model will not, in the place of a text. Pure.

Only the beginning of a reply is looked at, and only of a model that is talked to. A refusal that is
missed can be seen and taken back; a sentence of the story that is taken for one is lost. So what
stands in quotation marks is story, and so is what somebody could tell: “I'm sorry, but I can't help
with that” is a refusal only where nothing follows, or an offer to write something else.
"""

import re

from storyforge.domain.refusal_words import APOLOGY, MANNERS, TOLD, Manner

# Characters of a sentence that is waited for, of two at the most.
_SENTENCE = 240
# Lines of the text before: a passage that is to be put otherwise is among them.
_LINES = 12
_AROUND = " \t\r\n\u3000*_#>"
_STRAIGHT = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "\u00a0": " ", "\u202f": " "})
_ENDS = re.compile(r"[。！？]+|[.!?…]+(?=\s)|\n")
_QUOTES = re.compile('["“”„«»「」『』]')
_BRACKETS = (("「", "」"), ("『", "』"))
# No apostrophe: nothing of a word follows it.
_CLOSES = re.compile(r"’(?!\w)")


class Refusals:
    """Hears one reply from its beginning; what is no refusal is let out as soon as that is plain.

    Args:
        before: what the reply goes on from: in the middle of a speech nothing is a refusal, nor
            where its last lines have one themselves.

    Attributes:
        refused: the model said that it would not.
        said: what it said in the place of a text.
    """

    def __init__(self, before: str = "") -> None:
        self.refused = False
        self.said = ""
        self._held = ""
        self._decided = _speaks(before) or _tells(before)

    def feed(self, piece: str) -> str:
        """What of the reply is certainly text; the next call continues it."""
        if self.refused:
            self.said += piece
            return ""
        if self._decided:
            return piece
        self._held += piece
        return self._settle(_verdict(self._held, whole=False))

    def end(self, *, whole: bool = True) -> str:
        """What was held back, now that nothing follows.

        Args:
            whole: the reply ended by itself; one that was cut off may have gone on as a story.
        """
        if self._decided or self.refused:
            return ""
        return self._settle(_verdict(self._held, whole=True) if whole else False)

    def _settle(self, verdict: bool | None) -> str:
        if verdict is None:
            return ""
        self._decided = True
        held, self._held = self._held, ""
        if not verdict:
            return held
        self.refused = True
        self.said = held
        return ""


def is_refusal(answer: str) -> bool:
    """Whether a whole answer is one."""
    return _verdict(answer, whole=True) is True


def _verdict(text: str, *, whole: bool) -> bool | None:
    """Whether `text` begins as a refusal; None where that cannot be told yet."""
    head = text.translate(_STRAIGHT).casefold().lstrip(_AROUND)
    manners = [each for each in MANNERS if _opens(head, each, whole=whole)]
    if not manners:
        return False if head or whole else None
    sentence, rest = _first(head, whole=whole)
    if _QUOTES.search(head):
        return False
    if sentence and rest is not None and APOLOGY.fullmatch(sentence):
        # “I'm sorry.”: what for, the next one says.
        following, rest = _first(rest.lstrip(_AROUND), whole=whole)
        sentence = None if following is None else sentence + following
    if sentence is None:
        return None
    if TOLD.search(sentence):
        return False
    if any(each.certain.search(sentence) for each in manners):
        return True
    manners = [each for each in manners if each.possible.search(sentence)]
    if not manners or rest is None:
        return False
    following, _rest = _first(rest.lstrip(_AROUND), whole=whole)
    if following is None:
        return None
    return not following or any(each.offer.search(following) for each in manners)


def _opens(head: str, manner: Manner, *, whole: bool) -> bool:
    """Whether `head` begins as a refusal does; if it is not whole, whether it still may."""
    return any(
        head.startswith(opening) or (not whole and opening.startswith(head))
        for opening in manner.openings
    )


def _first(text: str, *, whole: bool) -> tuple[str | None, str | None]:
    """The first sentence and what follows it; None for what cannot be told yet.

    Of a sentence that is too long to be waited for, what follows is never told.
    """
    if found := _ENDS.search(text, 0, _SENTENCE):
        return text[: found.end()], text[found.end() :]
    if whole:
        return text, ""
    return (text, None) if len(text) >= _SENTENCE else (None, None)


def _tells(before: str) -> bool:
    """Whether one of the last lines of `before` says that somebody will not."""
    return any(map(is_refusal, before.splitlines()[-_LINES:]))


def _speaks(before: str) -> bool:
    """Whether a speech has been opened in the last paragraph of `before`, and not closed."""
    line = before.rstrip(" ").rpartition("\n")[2]
    count = line.count
    closed = max((found.start() for found in _CLOSES.finditer(line)), default=-1)
    if line.rfind("‘") > closed or count('"') % 2 or count("«") != count("»"):
        return True
    if any(count(opens) > count(closes) for opens, closes in _BRACKETS):
        return True
    if "„" in line:
        # German closes with what opens in English.
        return count("„") > count("“") + count("”")
    if "“" in line:
        return count("“") > count("”")
    # Finnish and Swedish open with what closes in English.
    return count("”") % 2 == 1
