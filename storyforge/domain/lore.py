"""What a model is told beside the story: texts, and a book of lore. Values only; fires nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from storyforge.i18n import _

#: the kinds of text that a model is told of the whole story
MEMORY, AUTHOR_NOTE, STYLE = "memory", "author_note", "style"


class KeyLogic(StrEnum):
    """How the secondary keys decide, once a key was found; without any they do not."""

    AND_ANY = "and any"
    AND_ALL = "and all"
    NOT_ANY = "not any"
    NOT_ALL = "not all"


class LorePosition(StrEnum):
    """Where an entry stands in the prompt."""

    TOP = "top"
    BEFORE_STORY = "before story"
    #: `depth` lines above the caret
    LINES_UP = "lines up"


@dataclass(frozen=True, slots=True)
class LoreEntry:
    """One entry of the book, in the order of the book.

    Attributes:
        id: stays the same for the entry's whole life.
        keys: the words that call it; a key written `/so/i` is a regular expression.
        content: what the model is told.
        enabled: whether it may be told at all.
        always: told without a key.
        category: the author's own grouping; may be empty.
        extra: fields of the tool it came from that have no place here, for the way back out;
            JSON values only.
        secondary: further keys, as `logic` says.
        whole_words: keys count as whole words only; scripts without word borders have none.
        priority: what is dropped last when room is short has the highest.
        share: the most it may take of the lorebook's tokens, 0 to 1; 0 is no bound of its own.
        depth: lines above the caret, for `LorePosition.LINES_UP`.
        scan: characters before the caret that are searched for the keys; None is the book's own.
        chance: how often it is told when its key is found, in percent.
        sticky: continuations it stays for, once called. cooldown: those it then rests for.
        wakes: what it says may call other entries. woken: what others say may call it.
        from_scene: the id of the scene from which on it is true; empty for the whole story.
    """

    id: str
    title: str
    keys: tuple[str, ...] = ()
    content: str = ""
    enabled: bool = True
    always: bool = False
    category: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
    secondary: tuple[str, ...] = ()
    logic: KeyLogic = KeyLogic.AND_ANY
    whole_words: bool = False
    case_sensitive: bool = False
    priority: int = 0
    share: float = 0.0
    position: LorePosition = LorePosition.BEFORE_STORY
    depth: int = 3
    scan: int | None = None
    chance: int = 100
    sticky: int = 0
    cooldown: int = 0
    wakes: bool = True
    woken: bool = True
    from_scene: str = ""


def name_of(entry: LoreEntry) -> str:
    """What an author knows an entry by: its title, else its first key."""
    return entry.title or (entry.keys[0] if entry.keys else _("(no title)"))


@dataclass(frozen=True, slots=True)
class ContextRules:
    """How a story's prompt is laid out, beside the texts themselves; kept with the story.

    Attributes:
        note_lines: lines above the caret at which the author's note stands.
        scan: characters before the caret that are searched for keys.
        recursion: how many times entries may call further ones; 0 is never.
        memory_share, lore_share, summary_share: the most each may take of the prompt's tokens, 0
            to 1 (KoboldAI Lite: memory 0.8, lore 0.5; SillyTavern: lore 0.25).
        plan_share: the same for the plan; with 0 models are not told of it.
    """

    note_lines: int = 3
    scan: int = 1000
    recursion: int = 2
    memory_share: float = 0.5
    lore_share: float = 0.25
    summary_share: float = 0.2
    plan_share: float = 0.25


#: the rules as an author gives them, shares in percent, and the most each may be
RULES: Mapping[str, int] = {
    "note_lines": 1000,
    "scan": 10_000_000,
    "recursion": 10,
    "memory_share": 100,
    "lore_share": 100,
    "summary_share": 100,
    "plan_share": 100,
}


def is_share(rule: str) -> bool:
    """Whether a rule is given in percent."""
    return isinstance(getattr(ContextRules(), rule), float)


def given(rules: ContextRules, rule: str) -> int:
    """A rule as an author gives it."""
    value = getattr(rules, rule)
    return round(value * 100) if is_share(rule) else int(value)


def ruled(rules: ContextRules, rule: str, number: int) -> ContextRules:
    """`rules` with one of them as an author gives it, brought within its bounds."""
    number = min(max(number, 0), RULES[rule])
    value: float = number / 100 if is_share(rule) else number
    return replace(rules, **{rule: value})  # type: ignore[arg-type]
