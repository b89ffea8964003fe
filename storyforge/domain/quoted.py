"""The passage that an author means by quoting it: its words, or how it begins and ends. Pure."""

import re

from storyforge.domain.searching import Hit, Query
from storyforge.errors import BadInput
from storyforge.i18n import _, ngettext

_BETWEEN = re.compile(r"\s*(?:…+|\.\.\.+)\s*")


def passage_quoted(text: str, words: str) -> Hit:
    """Where `words` stand in a scene; “first words … last words” takes in what is between them.

    Capital letters, kinds of quotes and widths need not be as they stand there.

    Raises:
        BadInput: they do not stand there, or at more than one place.
    """
    words = words.strip()
    found = Query(words).hits(text)
    if found:
        return _only(found, words)
    first, dots, last = _halves(words)
    if not (dots and first and last):
        raise _not_there(words)
    begins = Query(first).hits(text)
    begin = _only(begins, first) if begins else None
    ends = Query(last).hits(text[begin.end :]) if begin is not None else ()
    if begin is None or not ends:
        raise _not_there(last if begin is not None else first)
    return Hit(begin.start, begin.end + ends[0].end)


def _halves(words: str) -> tuple[str, str, str]:
    """What stands before the first dots, the dots, and what stands behind."""
    dots = _BETWEEN.search(words)
    if dots is None:
        return words, "", ""
    return words[: dots.start()], dots[0], words[dots.end() :]


def _only(found: tuple[Hit, ...], words: str) -> Hit:
    if len(found) == 1:
        return found[0]
    raise BadInput(
        ngettext(
            "“{words}” stands in this scene {count:,} time.",
            "“{words}” stands in this scene {count:,} times.",
            len(found),
        ).format(words=words, count=len(found)),
        title=_("Which of them?"),
        hint=_("Give more of the words around it."),
    )


def _not_there(words: str) -> BadInput:
    return BadInput(
        _("“{words}” does not stand in this scene.").format(words=words),
        title=_("Not in the scene"),
        hint=_(
            "Give the words as they stand there; “first words … last words” takes in all between."
        ),
    )
