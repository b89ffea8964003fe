"""Finding: what is looked for, and where it stands in a text. Pure.

It owns queries, the borders of words and the time that an expression may take. It refuses to know
scenes, files and what becomes of a hit. `regex`, imported when the first query is made, does the
work: unlike Python's own `re` it can be stopped, and it lets other threads run meanwhile.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from storyforge.borrowed import expression_reason
from storyforge.domain.expression_size import is_too_large
from storyforge.domain.folding import alike, alike_expression
from storyforge.errors import BadInput
from storyforge.i18n import _

if TYPE_CHECKING:
    from regex import Match, Pattern

#: seconds that one search of one scene may take; 200 KB take milliseconds
SECONDS = 1.0
#: characters of a query
LONGEST = 1_000
#: hits that are looked at in one search; a query of one letter finds that many in a long novel
MOST = 100_000

# Two characters of one of these runs belong to one word. The mark of a long vowel is in both kana.
_HIRAGANA = "ぁ-ゟーｰ"
_KATAKANA = "ァ-ヺー-ヿㇰ-ㇿｦ-ﾟ\u3099\u309a"
_HAN = r"\p{Han}"
_OTHER = rf"(?![{_HIRAGANA}{_KATAKANA}{_HAN}])\w"
_JOINED = "|".join(f"(?<={run}){run}" for run in (f"[{_HIRAGANA}]", f"[{_KATAKANA}]", _HAN, _OTHER))
_BORDER = f"(?!{_JOINED})"


class Hit(NamedTuple):
    """Where something was found: offsets in code points; equal for a place between two of them."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for.

    Attributes:
        text: as the author typed it.
        regex: it is a regular expression; `^` and `$` are a paragraph's ends.
        word: whole words only. Where a language sets no spaces a word is a run of one script:
            kanji, hiragana or katakana.
        case: capital and small letters differ.
        exact: so do hiragana and katakana, full and half width, straight and curly quotes.
    """

    text: str
    regex: bool = False
    word: bool = False
    case: bool = False
    exact: bool = False

    def matches(self, text: str) -> Iterator["Match[str]"]:
        """What `text` holds of it, in order, none overlapping.

        Raises:
            BadInput: it is no expression, or it took more than `SECONDS`.
        """
        pattern = _compiled(self)
        try:
            yield from pattern.finditer(text, timeout=SECONDS)
        except TimeoutError as error:
            raise BadInput(
                _("The search took longer than {seconds:g} seconds and was stopped.").format(
                    seconds=SECONDS
                ),
                title=_("Search stopped"),
                hint=_("Nothing was changed. Make the expression simpler."),
            ) from error

    def hits(self, text: str) -> tuple[Hit, ...]:
        """Where `text` holds it, up to `MOST` times.

        Raises:
            BadInput: it is no expression, or it took more than `SECONDS`.
        """
        if not self.text:
            return ()
        return tuple(Hit(*match.span()) for match in islice(self.matches(text), MOST))

    def check(self) -> None:
        """Raise what a search would raise before it began.

        Raises:
            BadInput: it is no expression, or too long.
        """
        if self.text:
            _compiled(self)


@lru_cache(maxsize=32)
def _compiled(query: Query) -> "Pattern[str]":
    import regex

    if len(query.text) > LONGEST:
        raise BadInput(
            _("What is looked for has more than {count:,} characters.").format(count=LONGEST),
            title=_("Not searched"),
            hint=_("Look for a part of it."),
        )
    flags = regex.VERSION0 | regex.MULTILINE
    if not query.case:
        flags |= regex.IGNORECASE
    border = _BORDER if query.word else ""
    if not query.regex:
        inner = re.escape(query.text) if query.exact else alike(query.text)
        return regex.compile(f"{border}{inner}{border}", flags)
    try:
        if is_too_large(query.text):
            raise OverflowError
        written = regex.compile(query.text, flags)
        if query.exact and not query.word:
            return written
        inner = query.text if query.exact else alike_expression(query.text)
        return regex.compile(f"{border}(?:{inner}){border}", flags)
    except (regex.error, RecursionError, OverflowError) as error:
        raise _no_expression(error) from error


def _no_expression(error: Exception) -> BadInput:
    why, at = getattr(error, "msg", type(error).__name__), getattr(error, "pos", None)
    told = (
        _("This is no regular expression: {why}.").format(why=expression_reason(why))
        if at is None
        else _("This is no regular expression: {why}, at character {at}.").format(
            why=expression_reason(why), at=at + 1
        )
    )
    return BadInput(
        told,
        title=_("Not searched"),
        hint=_("Without “regular expression” it is looked for as it stands."),
    )


def too_many() -> BadInput:
    """The error for a replacement that nobody could look over."""
    return BadInput(
        _("It stands in more than {count:,} places; nothing was changed.").format(count=MOST),
        title=_("Not replaced"),
        hint=_("Look for something longer, or replace it scene by scene."),
    )


def line_around(text: str, hit: Hit, before: int = 30, after: int = 60) -> tuple[str, str, str]:
    """(before, hit, behind) of the line that a hit begins in, cut to so many characters."""
    start = max(text.rfind("\n", 0, hit.start) + 1, hit.start - before)
    end = text.find("\n", hit.end)
    end = min(len(text) if end < 0 else end, hit.end + after)
    head = text[start : hit.start]
    if start and text[start - 1] != "\n":
        head = "…" + head
    tail = text[hit.end : end]
    if end < len(text) and text[end] != "\n":
        tail += "…"
    return head, text[hit.start : hit.end], tail
