"""Reads the `.novel` files of AI Novelist (AIのべりすと). Pure.

Sections parted by `<|endofsection|>`: text, memory, author's note, parameters, character book,
banned words, title, –, scripts, chat template.
"""

import html
import re
from collections.abc import Iterator

from storyforge.domain.lore import LoreEntry
from storyforge.domain.text import clean, one_line
from storyforge.i18n import _
from storyforge.importing.formats import fields
from storyforge.importing.formats.brought import Brought
from storyforge.importing.formats.passages import Passage, pieces_of
from storyforge.importing.limits import Extent
from storyforge.importing.scripts import guess_language

SECTION = "<|endofsection|>"
_ENTRY = "<|entry|>"
_LINE_END = re.compile(r"<br[ \t]{0,9}/?>", re.IGNORECASE)
_COMMAND = re.compile(r"^@(?:_|/\*|break|startpoint|endpoint)", re.MULTILINE)


def is_ai_novelist(text: str) -> bool:
    """Whether a text is such a file."""
    return SECTION in text


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
        notes.append(_("Lines with commands, such as @break, stand in the text as they are."))
    return Brought(
        kind=_("AI Novelist story"),
        pieces=pieces_of([Passage(body)], file),
        title=one_line(_page(sections[6])),
        language=guess_language(body),
        memory=_page(sections[1]).strip("\n"),
        author_note=_page(sections[2]).strip("\n"),
        lore=tuple(_characters(sections[4], Extent(file))),
        keep=True,
        left_out=tuple(left),
        notes=tuple(notes),
    )


def _page(section: str) -> str:
    return clean(html.unescape(_LINE_END.sub("\n", section)))


def _characters(section: str, extent: Extent) -> Iterator[LoreEntry]:
    """Tag and content stand in turn."""
    parts = [_page(part).strip("\n") for part in section.split(_ENTRY)]
    if len(parts) % 2 and not parts[0]:
        del parts[0]
    for index in range(0, len(parts), 2):
        tag = one_line(parts[index])
        content = parts[index + 1] if index + 1 < len(parts) else ""
        made = fields.lore_entry(
            {}, frozenset(), extent, title=tag, called_by=_tags(tag), content=content
        )
        if made is not None:
            yield made


def _tags(tag: str) -> tuple[str, ...]:
    return fields.keys(tag)
