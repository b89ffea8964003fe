"""The two copies of a story as a merge sees them, and what it decides: values only. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID, uuid5

from storyforge.domain.ancestry import Grown, Seen, Verdict, short_digest

_COPIES = UUID("9a7f35f0-3f6b-5a52-8f0e-5d1d6c2a9b11")


@dataclass(frozen=True, slots=True)
class Side:
    """One copy of a story, as far as a plan needs it.

    Attributes:
        changed: when anything in it was changed last, ISO 8601 in UTC.
        values: small single values by key, such as `scene.title:ID`; see `store.small_values`.
        pasts: what they once were; a key that is here but not in `values` was taken out.
        texts: the texts of the scenes, those in the trash too, by scene id.
    """

    story_id: str
    changed: str
    values: Mapping[str, str]
    pasts: Mapping[str, tuple[Seen, ...]]
    texts: Mapping[str, Grown]

    def grown(self, key: str) -> Grown:
        """A value with its past."""
        found, past = short_digest(self.values.get(key)), self.pasts.get(key, ())
        known = bool(past) and past[-1].digest == found
        return Grown(found, past, "" if known else self.changed)

    def ids(self, kind: str) -> tuple[str, ...]:
        """The ids that have a value of this kind, in the order of `values`."""
        start = f"{kind}:"
        return tuple(key[len(start) :] for key in self.values if key.startswith(start))

    def once_had(self, key: str) -> bool:
        """Whether it is gone from here: it was taken out, not never there."""
        return key not in self.values and key in self.pasts

    def order(self, key: str) -> tuple[str, ...]:
        """A value that lists ids."""
        return tuple(self.values.get(key, "").split())


class Event(StrEnum):
    """Something that an author should know of a merge."""

    NEWER_TEXT = "newer text"
    BOTH_TEXTS = "both texts"
    JOINED_TEXTS = "joined texts"
    NEW_SCENE = "new scene"
    NEW_CHAPTER = "new chapter"
    TRASHED = "trashed"
    STAYS = "stays"
    NEWER_VALUE = "newer value"
    BOTH_VALUES = "both values"
    BOTH_KEPT = "both values kept"


#: the events that ask the author for a look
CONFLICTS = frozenset({Event.BOTH_TEXTS, Event.STAYS, Event.BOTH_VALUES, Event.BOTH_KEPT})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that happened.

    Attributes:
        key: the value's key, or `scene:ID`, `chapter:ID`.
        theirs: whether what was taken (or is new, or stays) comes from the other copy.
        taken, left: the values, where two stood against each other.
    """

    event: Event
    key: str
    theirs: bool = False
    taken: str = ""
    left: str = ""

    @property
    def conflict(self) -> bool:
        """Whether both copies had changed the same thing."""
        return self.event in CONFLICTS


@dataclass(frozen=True, slots=True)
class ScenePlan:
    """What becomes of a scene's text.

    Attributes:
        there: whether ours, and whether theirs has the scene at all.
        copy_id: the scene that is to hold the text not taken, when both were changed; else empty.
    """

    scene_id: str
    verdict: Verdict
    there: tuple[bool, bool] = (True, True)
    copy_id: str = ""


@dataclass
class MergePlan:
    """Everything that is to be done.

    Attributes:
        values: what every value is to be; None where there is to be none.
        kept_twice: keys whose other value is kept as well, with that value.
        chapters: all chapters in order, the deleted ones in their slots.
        scenes_of: the scenes of each chapter in order, with the copies.
    """

    values: dict[str, str | None] = field(default_factory=dict)
    kept_twice: dict[str, str] = field(default_factory=dict)
    scenes: dict[str, ScenePlan] = field(default_factory=dict)
    chapters: tuple[str, ...] = ()
    scenes_of: dict[str, tuple[str, ...]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def tell(self, event: Event, key: str, **more: bool | str) -> None:
        """Note something for the author."""
        self.findings.append(Finding(event, key, **more))  # type: ignore[arg-type]


def copy_id(scene_id: str, text_digest: str) -> str:
    """The id of the scene that holds another version; the same on every machine."""
    return uuid5(_COPIES, f"{scene_id} {text_digest}").hex
