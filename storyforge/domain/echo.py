"""The seam of a reply: what a model that is talked to sends becomes text that goes on. Pure.

Such a model repeats the last words of the page before it goes on, says that it will, wraps all of
it in a block of code, and asks whether it was right. Its words are held back no longer than it
takes to know what they are; in doubt they are story: what is doubled can be seen, what is gone
cannot.
"""

import re

from storyforge.domain.prefaces import (
    may_be_left,
    may_close,
    may_open,
    opens_fence,
    without_ending,
    without_left,
    without_preface,
)
from storyforge.domain.seam import fit_tail

# So much of the page is looked at: models repeat a paragraph, not a chapter.
_PAGE = 4000
# No preface is as long: a model that goes round in signs or line ends is shown, and stopped.
_HELD = 400
# White space and stars before a reply's first word; the patterns are slow on more of them.
_BLANK = 80
_BLANKS = " \t\n\u3000*_"
_QUOTES = {'"': '"', "“": "”", "«": "»", "「": "」", "『": "』"}
_SAME = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "’": "'", "‘": "'", "—": "-", "–": "-", "…": "."}
)
_UNHEARD = re.compile(r"[\s*_]")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_LEAD = re.compile(r"\s*(?P<quote>[\"“«「『])?\s*(?:…|\.+)?\s*")
_ENDED = re.compile(r"[.!?…。！？][\"”’'»」』)）*_]*\s*\Z|\n\s*\Z")
_FENCE_END = re.compile(r"\n\s*```\s*\Z")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# So many letters and words are not said twice on purpose: of whole sentences, which may be a
# refrain, and of one that is still open.
_LEAST, _LEAST_WORDS, _LEAST_OPEN = 14, 4, 6
_LEAST_WIDE, _LEAST_WIDE_OPEN = 7, 4
# "He had had enough": words that stand twice in good prose.
_TWICE = frozenset({"had", "that", "very", "so", "no", "far", "long", "ha"})
# 's and 'll belong to the word before.
_ENCLITIC = re.compile(r"['’](?:s|t|d|m|ll|re|ve)\b")


class Echo:
    """Joins one reply to the page. How the reply is cut into pieces changes nothing.

    Args:
        before: the page up to the caret.
    """

    def __init__(self, before: str) -> None:
        self._front = _Front()
        self._joint = _Joint(before[-_PAGE:])
        self._back = _Back()

    def feed(self, piece: str) -> str:
        """What of the reply is certain to be text now that `piece` has come."""
        return self._on("".join(map(self._front.feed, piece)))

    def end(self, *, whole: bool = True) -> str:
        """What was held back, now that nothing follows.

        Args:
            whole: the reply ended by itself. Of one that was cut off nothing is let out that so far
                was the page's words or the model's own: nobody has seen it yet.
        """
        if not whole:
            return ""
        rest = self._on(self._front.end())
        rest += self._behind(self._joint.end())
        return rest + self._back.end(fenced=self._front.fenced)

    def _on(self, text: str) -> str:
        return self._behind("".join(map(self._joint.feed, text)))

    def _behind(self, text: str) -> str:
        self._back.quote = self._joint.quote
        return "".join(map(self._back.feed, text))


class _Front:
    """Takes the prefaces away.

    Attributes:
        fenced: a block of code was opened.
    """

    def __init__(self) -> None:
        self._held = ""
        self._prefaced = False
        self._over = False
        self.fenced = False

    def feed(self, character: str) -> str:
        if self._over:
            return character
        self._held += character
        if self._held.isspace():
            return "" if len(self._held) < _BLANK else self.end()
        if (rest := without_preface(self._held)) != self._held:
            self.fenced = self.fenced or opens_fence(self._held)
            self._held, self._prefaced = rest, True
        if self._prefaced:
            self._held = without_left(self._held)
            if len(self._held) < _HELD and may_be_left(self._held):
                return ""
        most = _HELD if self._held.strip(_BLANKS) else _BLANK
        return "" if len(self._held) < most and may_open(self._held) else self.end()

    def end(self) -> str:
        self._over = True
        rest, self._held = self._held, ""
        return rest


class _Joint:
    """Takes the page's last words away where the reply begins with them, or sets a space.

    Attributes:
        quote: what closes the marks that the whole reply stands in; empty where there are none.
    """

    def __init__(self, page: str) -> None:
        self._page = page
        self._heard = _heard(page)
        self._held = ""
        self._over = False
        self.quote = ""

    def feed(self, character: str) -> str:
        if self._over:
            return character
        self._held += character
        most = _PAGE if self._held.strip(_BLANKS) else _BLANK
        said = (_heard(self._held[lead:]) for lead in self._leads())
        may_echo = len(self._held) < most and any(each in self._heard for each in said)
        return "" if may_echo else self.end()

    def end(self) -> str:
        if self._over:
            return ""
        self._over = True
        for lead in self._leads():
            if end := self._repeated(self._held[lead:]):
                opened = _LEAD.match(self._held)
                if lead and opened and opened["quote"]:
                    self.quote = _QUOTES[opened["quote"]]
                return self._held[lead + end :]
        return self._space() + self._held

    def _leads(self) -> tuple[int, ...]:
        """Where the page's words may begin: at once, or behind a quote or an ellipsis."""
        opened = _LEAD.match(self._held)
        return tuple(dict.fromkeys((0, opened.end() if opened else 0)))

    def _repeated(self, reply: str) -> int:
        """Where `reply` is through with the page's last words; 0 where it has none of them."""
        heard, ends = _heard(reply), _ends(reply)
        page_ends = _ends(self._page)
        for size in range(min(len(heard), len(self._heard)), 0, -1):
            if self._heard.endswith(heard[:size]):
                begins = page_ends[-size] - 1
                if self._is_echo(begins, reply, ends[size - 1]):
                    return ends[size - 1]
        return 0

    def _is_echo(self, begins: int, reply: str, end: int) -> bool:
        """Whether the page's words from `begins` on would not be said twice on purpose."""
        said = self._page[begins:]
        letters = sum(map(str.isalnum, said))
        over = _ENDED.search(said) is not None
        if _WIDE.search(said):
            return letters >= (_LEAST_WIDE if over else _LEAST_WIDE_OPEN)
        if begins and self._page[begins - 1].isalnum() and said[0].isalnum():
            return False
        words = _WORD.findall(said)
        if over:
            return len(words) >= _LEAST_WORDS and letters >= _LEAST
        if len(words) > 1:
            return letters >= _LEAST_OPEN
        # One word: only where it would be glued to itself.
        alone = not reply[end : end + 1].isalnum() and not reply[:1].isspace()
        return alone and said[-1].isalnum() and letters > 1 and said.casefold() not in _TWICE

    def _space(self) -> str:
        last = self._page[-1:]
        if not last or not self._held or last.isspace() or self._held[0].isspace():
            return ""
        return "" if _ENCLITIC.match(self._held) else fit_tail(last, self._held)[1:]


class _Back:
    """Holds back what may be the model's last words to the author.

    Attributes:
        quote: closes the marks that the whole stands in; empty where there are none.
    """

    def __init__(self) -> None:
        self._held = ""
        self.quote = ""

    def feed(self, character: str) -> str:
        text = self._held + character
        self._held = ""
        if text[0] == "\n" or (self.quote and text[0] == self.quote):
            if self._may_close(text):
                self._held = text
            elif character == "\n":
                # The line is story; the next one may not be.
                text, self._held = text[:-1], character
                return text
        return "" if self._held else text

    def end(self, *, fenced: bool) -> str:
        told = without_ending(self._held)
        if fenced:
            told = _FENCE_END.sub("", told)
        if self.quote and told.startswith(self.quote):
            told = told[1:] if told[1:].strip() else ""
        return told

    def _may_close(self, text: str) -> bool:
        rest = text.removeprefix(self.quote) if self.quote else text
        return not rest or (rest[0] == "\n" and len(rest) < _HELD and may_close(rest))


def _heard(text: str) -> str:
    """A text as the ear has it: no space, no case, one kind of quotes."""
    return _UNHEARD.sub("", text).translate(_SAME).casefold()


def _ends(text: str) -> list[int]:
    """For each character of what is heard, the offset behind it in `text`."""
    return [at for at, each in enumerate(text, 1) for _heard_one in _heard(each)]
