"""A prompt that was compiled from the plan, part by part. Frozen values."""

from dataclasses import dataclass
from enum import StrEnum

from storyforge.domain.picture.casting import Casting


class Role(StrEnum):
    """What a part tells, in the order of a prompt."""

    QUALITY = "quality"
    FRAMING = "framing"
    CAST = "cast"
    ACTION = "action"
    PLACE = "place"
    TIME = "time"
    WEATHER = "weather"
    STYLE = "style"
    NEGATIVE = "negative"


@dataclass(frozen=True, slots=True)
class Part:
    """Some words of the prompt and where they come from.

    Attributes:
        text: as it stands in the prompt.
        item_id, field: the fact of the plan; empty where the checkpoint's profile gave it.
        since: the scene from which on a dated look is true; empty where it always is.
        source: the fact's value.
    """

    role: Role
    text: str
    item_id: str = ""
    field: str = ""
    since: str = ""
    source: str = ""


class Why(StrEnum):
    """Why words were not sent as they are."""

    #: in letters that a painter cannot read, and without a picture text
    NO_TEXT = "no picture text"
    NO_TAG = "no tag"
    META_TAG = "meta tag"
    #: no still picture shows it
    INVISIBLE = "invisible"
    #: it comes with a later scene, or with one that is not there
    NOT_YET = "not yet"
    #: of a scene: nothing says which moment of it is shown
    NO_MOMENT = "no moment"
    #: they were sent, but a painter knows English
    NOT_ENGLISH = "not English"
    #: they were sent, as a picture text in letters that most painters cannot read
    NOT_LATIN = "not Latin"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Words that were not sent, or that may not be understood, and why."""

    text: str
    why: Why
    item_id: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A scene's prompt.

    Attributes:
        prompt, negative: what is sent, joined by the dialect's rule.
        left_out: what was not sent.
        noted: what was, although it may not be understood.
        loras: (name, weight) of cast and style.
        cast: who is seen, from left to right where nobody said otherwise.
        hash: of all that it was made from.
        alt: a text for who cannot see the picture, in the plan's language.
    """

    prompt: str
    negative: str = ""
    parts: tuple[Part, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    noted: tuple[LeftOut, ...] = ()
    loras: tuple[tuple[str, float], ...] = ()
    cast: tuple[Casting, ...] = ()
    hash: str = ""
    alt: str = ""

    @property
    def embeddings(self) -> tuple[str, ...]:
        """The words that call those of the cast, each once."""
        return tuple(dict.fromkeys(word for one in self.cast for word in one.embeddings))
