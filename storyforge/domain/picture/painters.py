"""A checkpoint as its author set it up: how it is loaded, how it wants its prompts. Values."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from storyforge.domain.picture.remote import LOCAL, RemotePainterSpec


class Dialect(StrEnum):
    """How a checkpoint wants its prompts."""

    #: sentences and phrases, separated by commas
    NATURAL = "natural"
    #: the same without commas
    NATURAL_PLAIN = "natural, no commas"
    #: Danbooru tags: `original`, copyright, character, content, artist; underscores, spaces between
    TAGS_SPACES = "tags, spaces"
    #: Danbooru tags: spaces inside, commas between, no parentheses
    TAGS_COMMAS = "tags, commas"

    @property
    def is_tags(self) -> bool:
        """Whether only the dictionary's tags may be sent."""
        return self in (Dialect.TAGS_SPACES, Dialect.TAGS_COMMAS)

    @property
    def between(self) -> str:
        """What stands between the parts of a prompt."""
        return ", " if self in (Dialect.NATURAL, Dialect.TAGS_COMMAS) else " "


@dataclass(frozen=True, slots=True)
class PainterProfile:
    """A checkpoint and all that is set for it.

    Attributes:
        name: as the author calls it.
        model: a file or folder.
        quality, negative: what stands before each prompt, and in each negative one.
        ip_adapter, image_encoder: files or names of them by which it draws after pictures; "" takes
            the only ones of its family in the folders.
        more: settings of its loading, by the names of `PainterSpec`.
        remote: how it is asked where a server draws; None where the program itself does.
        0 and "" take the family's usual values.
    """

    name: str
    model: Path
    dialect: Dialect = Dialect.NATURAL
    quality: str = ""
    negative: str = ""
    sampler: str = ""
    schedule: str = ""
    steps: int = 0
    guidance: float = 0.0
    width: int = 0
    height: int = 0
    clip_skip: int = 1
    freeu: bool = False
    ip_adapter: str = ""
    image_encoder: str = ""
    more: tuple[tuple[str, str | int | float | bool], ...] = field(default=())
    remote: RemotePainterSpec | None = None

    @property
    def backend(self) -> str:
        """What draws: "local", or the server's kind."""
        return LOCAL if self.remote is None else self.remote.backend

    @property
    def checkpoint(self) -> str:
        """What it draws with, in a few words: the file's name, or the server's name for it."""
        return self.model.name if self.remote is None else self.remote.model
