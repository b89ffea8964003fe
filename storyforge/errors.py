"""The errors an author may read.

    StoryforgeError            anything the program can explain
    ├── BadInput               a file or a value that cannot be used as it is
    ├── StoryFileError         a .forge file that cannot be opened or written
    ├── ModelError             a model that cannot be loaded, or an engine that died
    └── Refused                a lawful wish that was not carried out (needs a yes, would overwrite)

Every foreign exception is mapped to one of these once, at the boundary where it arises. The three
parts answer the three questions of a reader: what happened, what is safe, what to do next.
"""

from storyforge.i18n import sentences


class StoryforgeError(Exception):
    """Something went wrong that the program can explain in plain words.

    Attributes:
        message: one sentence: what happened, and what is safe.
        title: a few words for the head of a dialog.
        hint: what to do next; may be empty.
    """

    def __init__(self, message: str, *, title: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.title = title
        self.hint = hint

    def __str__(self) -> str:
        return sentences((self.message, self.hint))


class BadInput(StoryforgeError):
    """A file or value that cannot be used as it is."""


class StoryFileError(StoryforgeError):
    """A story file that cannot be opened, read or written."""


class ModelError(StoryforgeError):
    """A model that cannot be loaded, or an engine that stopped."""


class Refused(StoryforgeError):
    """A lawful wish that was not carried out: it needs a yes first."""
