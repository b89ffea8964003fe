"""What an import takes at most: counted, not timed, so that all machines refuse the same files.

Owns the numbers and the words of a refusal; opens nothing. Within these limits any file is read or
refused in seconds, whatever is in it.
"""

from typing import NoReturn

from storyforge.domain.text import one_line
from storyforge.errors import BadInput
from storyforge.i18n import _

#: the most one file may have on the disk, and one part of an archive may unpack to, in bytes: a
#: million words with Word's marks around every one of them are 30 MB
LARGEST_FILE = 256 << 20
LARGEST_PART = 64 << 20
#: the most that a file may have which is no archive; a million words of Japanese are 11 MB
LARGEST_PLAIN = 16 << 20
#: saves have all their history in them
LARGEST_JSON = 24 << 20
#: what all parts of one archive may unpack to together
LARGEST_TOTAL = 512 << 20
#: more than this many bytes from one is no text: deflate itself ends near 1,030
HIGHEST_RATIO = 250
RATIO_FROM = 1 << 20
MOST_PARTS = 20_000
#: real files nest below 20 (XML: below 60 in tables within tables)
DEEPEST_JSON = 100
DEEPEST_XML = 200
LONGEST_NUMBER = 400
#: a million words are six million characters, 60,000 paragraphs, and 800,000 elements where Word
#: marks its every session; whatever is in a file, reading it takes seconds
MOST_CHARACTERS = 8_000_000
MOST_LINES = 400_000
MOST_ELEMENTS = 200_000
MOST_XML_ELEMENTS = 1_000_000


def refused(what: str, hint: str = "") -> BadInput:
    """The error for a file that is not read."""
    return BadInput(what, title=_("Not imported"), hint=hint)


def broken(file: str, place: str, why: str) -> BadInput:
    """The error for a file that is damaged at `place`."""
    return refused(
        _("“{file}” is broken at {place}: {why}").format(
            file=one_line(file), place=one_line(place), why=one_line(why)
        ),
        _("Export it once more from the program that made it."),
    )


class Extent:
    """Counts what is taken from one file, and refuses what no story can be."""

    def __init__(self, file: str) -> None:
        self._file = one_line(file)
        self._characters = self._lines = self._elements = 0

    def add(self, *, characters: int = 0, lines: int = 0, elements: int = 0) -> None:
        """So much more.

        Raises:
            BadInput: it is more than a file may hold.
        """
        self._characters += characters
        self._lines += lines
        self._elements += elements
        if self._elements > MOST_ELEMENTS:
            self._refuse(_("“{file}” has more than {count:,} elements."), MOST_ELEMENTS)
        if self._characters > MOST_CHARACTERS:
            self._refuse(_("“{file}” has more than {count:,} characters."), MOST_CHARACTERS)
        if self._lines > MOST_LINES:
            self._refuse(_("“{file}” has more than {count:,} lines."), MOST_LINES)

    def add_text(self, text: str) -> None:
        """So much more text, with its lines."""
        self.add(characters=len(text), lines=text.count("\n"))

    def _refuse(self, said: str, count: int) -> NoReturn:
        raise refused(said.format(file=self._file, count=count), _("Import it in parts."))
