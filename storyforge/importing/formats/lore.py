"""A file of lore as a story's beginning: the book, and the first message of a card. Pure."""

from storyforge.i18n import _, listed
from storyforge.importing.formats.brought import Brought
from storyforge.importing.formats.passages import Passage, pieces_of
from storyforge.importing.lore_files import KINDS, LoreRead
from storyforge.lorebooks.placeholders import occurring, texts_of

# So many entries are named that have rules without an equal here.
_MOST_NAMED = 12


def as_story(read: LoreRead, file: str) -> Brought:
    """What a story that begins with this file has."""
    card = read.card
    first = card.first_message if card else ""
    entries = read.entries_kept(file) if read.data else read.entries
    notes = []
    if occurring((first, *(text for entry in entries for text in texts_of(entry)))):
        notes.append(
            _(
                "Placeholders for names, {{user}} and {{char}}, stand as they are. “storyforge "
                "lore FILE import” puts names there."
            )
        )
    unequal = read.book.unequal
    for one in unequal[:_MOST_NAMED]:
        notes.append(
            _("“{title}” has rules that have no equal here: {fields}.").format(
                title=one.title, fields=listed(one.fields)
            )
        )
    if len(unequal) > _MOST_NAMED:
        count = len(unequal) - _MOST_NAMED
        notes.append(_("So have {count} entries more.").format(count=count))
    return Brought(
        kind=_(KINDS[read.kind]),
        pieces=pieces_of([Passage(first)], file),
        title=card.name if card else read.book.name,
        lore=entries,
        lore_books={read.kind: read.book.rest} if read.book.rest else {},
        keep=True,
        left_out=(*(card.left_out if card else ()), *read.book.left_out),
        notes=tuple(notes),
    )
