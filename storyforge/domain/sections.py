"""What a prompt is made of, and what an author made of it. Frozen values."""

from dataclasses import dataclass
from enum import StrEnum


class SectionState(StrEnum):
    """What became of a section of the prompt."""

    WHOLE = "whole"
    TRIMMED = "trimmed"
    LEFT_OUT = "left out"


class SectionKind(StrEnum):
    """What a section is made of."""

    MEMORY = "memory"
    STYLE = "style"
    LORE = "lore"
    SUMMARY = "summary"
    STORY = "story"
    NOTE = "author's note"
    WISH = "wish"
    #: what is planned: the premise, chapters, scenes
    PLAN = "plan"
    #: persons of the plan
    CAST = "cast"
    #: what the template itself says to the model
    INSTRUCTIONS = "instructions"
    #: the author's own changed prompt, in the place of all others
    EDITED = "edited"
    #: what is said around it to a model that is talked to
    CHAT = "conversation"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the prompt and what became of it.

    Attributes:
        wanted, given: tokens asked for and granted.
        why: one short sentence for the author: what called it, or why it is not (all) there.
        source: the id of the lorebook entry, scene or chapter it is made of; may be empty.
        reserved: tokens that no other section could take from it.
        start: the offset of `text` in the prompt; -1 where it is not one piece of it.
    """

    name: str
    text: str
    wanted: int
    given: int
    state: SectionState = SectionState.WHOLE
    why: str = ""
    kind: SectionKind = SectionKind.STORY
    source: str = ""
    reserved: int = 0
    start: int = -1


@dataclass(frozen=True, slots=True)
class PromptEdit:
    """What an author made of an assembled prompt.

    Attributes:
        base: the prompt as it was assembled. edited: as the author left it.
    """

    base: str
    edited: str
