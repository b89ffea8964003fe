"""Reads the `.novel` files of AI Novelist (AIのべりすと). Pure.

Sections parted by `<|endofsection|>`: text, memory, author's note, parameters, character book,
banned words, title, –, scripts, chat template.
"""

import html
import re
from collections.abc import Iterator
from typing import Any

from storyforge.domain.lore import LoreEntry, LorePosition
from storyforge.domain.text import clean, one_line
from storyforge.i18n import _
from storyforge.importing.formats import fields
from storyforge.importing.formats.brought import Brought
from storyforge.importing.formats.passages import Passage, pieces_of
from storyforge.importing.limits import Extent
from storyforge.importing.scripts import guess_language
from storyforge.lorebooks import taking

#: tells such a file from any other
SECTION = "<|endofsection|>"
_ENTRY = "<|entry|>"
# Parameters by their place; a line of the book's of so much or more is behind the text.
_SCAN, _BOOK_LINE, _BEHIND_BODY = 6, 13, 30
_LINE_END = re.compile(r"<br[ \t]{0,9}/?>", re.IGNORECASE)
_COMMAND = re.compile(r"^@(?:_|/\*|break|startpoint|endpoint)", re.MULTILINE)


def read_ai_novelist(text: str, file: str) -> Brought:
    """The story in a `.novel`."""
    sections = [clean(section) for section in text.split(SECTION)]
    sections += [""] * (10 - len(sections))
    body = _page(sections[0])
    others = {
        3: _("parameters"),
        5: _("banned words"),
        7: _("section 7"),
        8: _("scripts"),
        9: _("the chat template"),
    }
    left = [name for index, name in others.items() if sections[index].strip("\n \t<>|entry")]
    left += [_("section {n}").format(n=n) for n in range(10, len(sections)) if sections[n].strip()]
    notes = []
    if _COMMAND.search(body):
        notes.append(_("Lines with commands, such as @break, hide here what they hid there."))
    return Brought(
        kind=_("AI Novelist story"),
        pieces=pieces_of([Passage(body)], file),
        title=one_line(_page(sections[6])),
        language=guess_language(body),
        memory=_page(sections[1]).strip("\n"),
        author_note=_page(sections[2]).strip("\n"),
        lore=tuple(_characters(sections[4], Extent(file), _rules(sections[3]))),
        keep=True,
        left_out=tuple(left),
        notes=tuple(notes),
    )


def _page(section: str) -> str:
    return clean(html.unescape(_LINE_END.sub("\n", section)))


def _rules(parameters: str) -> dict[str, Any]:
    """How far the book's tags are looked for, and where its entries stand: the same for all."""
    told = [_number(one) for one in parameters.strip("\n").split("<>")]
    rules: dict[str, Any] = {}
    if len(told) > _SCAN and (scan := told[_SCAN]) is not None:
        rules["scan"] = scan * 8
    if len(told) > _BOOK_LINE and (line := told[_BOOK_LINE]) is not None:
        rules["position"] = LorePosition.LINES_UP
        rules["depth"] = 0 if line >= _BEHIND_BODY else line * 2
    return rules


def _number(told: str) -> int | None:
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 7 else None


def _characters(section: str, extent: Extent, rules: dict[str, Any]) -> Iterator[LoreEntry]:
    """Tag and content stand in turn."""
    parts = [_page(part).strip("\n") for part in section.split(_ENTRY)]
    if len(parts) % 2 and not parts[0]:
        del parts[0]
    for index in range(0, len(parts), 2):
        tag = one_line(parts[index])
        content = parts[index + 1] if index + 1 < len(parts) else ""
        called_by = taking.keys(tag)
        made = fields.lore_entry(
            "ai_novelist", {}, extent, title=tag, called_by=called_by, content=content, **rules
        )
        if made is not None:
            yield made
