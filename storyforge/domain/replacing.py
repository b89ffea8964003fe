"""Replacing what was found: what comes in the place of each hit, and the page behind it. Pure."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from storyforge.domain.searching import MOST, Query, too_many
from storyforge.domain.story import Page
from storyforge.domain.text import clean
from storyforge.errors import BadInput
from storyforge.i18n import _

if TYPE_CHECKING:
    from regex import Match

# "\1", "$1" and "${name}" stand for a group, "\0" and "$0" for all that was found.
_GROUP = re.compile(r"\\(\d{1,2})|\$(\d{1,2})|\$\{(\w+)\}|\\g<(\w+)>|\\([nt\\])|\$(\$)")
_ESCAPED = {"n": "\n", "t": "\t", "\\": "\\"}


class Edit(NamedTuple):
    """One replacement: `text` for the characters `start` to `end`, offsets in the old text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Replacement:
    r"""What comes in the place of what is found.

    Attributes:
        text: as the author typed it; behind a regular expression "\1" or "$1" is its first group,
            "\n" a new paragraph, "\t" a tab.
        keep_case: a word in capitals, or with a capital in front, stays so.
    """

    query: Query
    text: str
    keep_case: bool = False

    def edits(self, text: str) -> tuple[Edit, ...]:
        """What becomes of `text`: an edit for every hit, in order.

        Raises:
            BadInput: the search cannot be made, finds too much, or there is no such group.
        """
        if not self.query.text:
            return ()
        edits: list[Edit] = []
        for match in self.query.matches(text):
            if len(edits) == MOST:
                raise too_many()
            edits.append(Edit(match.start(), match.end(), self._coming(match)))
        return tuple(edits)

    def _coming(self, match: "Match[str]") -> str:
        came = clean(self.text)
        if self.query.regex:
            came = _GROUP.sub(lambda found: _expanded(found, match), came)
        return _cased(came, match[0]) if self.keep_case else came


def _expanded(found: re.Match[str], match: "Match[str]") -> str:
    number, dollar, named, other, escaped, sign = found.groups()
    if escaped or sign:
        return _ESCAPED[escaped] if escaped else "$"
    name = number or dollar or named or other
    try:
        group = match.group(int(name) if name.isdecimal() else name)
    except IndexError as error:
        raise BadInput(
            _("The expression has no group {name}.").format(name=name),
            title=_("Not replaced"),
            hint=_("Groups are counted by their opening brackets; $$ is a dollar sign."),
        ) from error
    return str(group or "")


def _cased(text: str, found: str) -> str:
    """`text` in the capitals of what was found."""
    if found.isupper() and (len(found) > 1 or len(text) == 1):
        return text.upper()
    first = found[:1]
    return text[:1].upper() + text[1:] if first.isupper() else text


def with_edits(page: Page, edits: Sequence[Edit]) -> Page:
    """The page behind `edits`: the new words are the author's, places and caret move along."""
    if not edits:
        return page
    pieces: list[str] = []
    at = 0
    for start, end, text in edits:
        pieces += (page.text[at:start], text)
        at = end
    pieces.append(page.text[at:])
    told = [(start, end, len(text)) for start, end, text in edits]
    return replace(
        page,
        text="".join(pieces),
        provenance=page.provenance.rewritten(told),
        caret=moved(page.caret, edits),
    )


def moved(offset: int, edits: Sequence[Edit]) -> int:
    """Where an offset stands behind `edits`; inside one, at its end."""
    before = bisect_right(edits, offset, key=lambda edit: edit.start)
    shift = sum(len(edit.text) - (edit.end - edit.start) for edit in edits[:before])
    if before and offset < edits[before - 1].end:
        return edits[before - 1].end + shift
    return offset + shift
