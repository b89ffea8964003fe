"""Who gets how much of the prompt, beside the story itself. Pure; counts are injected.

A quarter of the prompt is the story's, whatever else there is: its last lines always get in. Of
the rest each text takes at most its share, in this order: wish or beat, author's note, memory, the
plan of the scene, lore by priority, style. What does not fit is shortened at its end.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from storyforge.domain.generation import TokenCounter
from storyforge.domain.lore import ContextRules, LorePosition, name_of
from storyforge.domain.sections import Section, SectionKind, SectionState
from storyforge.i18n import _, ngettext
from storyforge.prompting.budget import pieces_of
from storyforge.prompting.lore_calling import ON_TOP, Absent, Called, Calls
from storyforge.prompting.scene_plan import Beat, Person, ScenePlan
from storyforge.prompting.trimming import shortened

#: the story's own part of the prompt
STORY_SHARE = 0.25
# The most that these may take; KoboldAI Lite gives the note 0.6, which leaves little else.
_NOTE_SHARE, _WISH_SHARE, _STYLE_SHARE = 0.25, 0.125, 0.125
# Entries that are named when they are not told; of the others the number is said.
_MOST_NAMED = 100
# Entries are counted so many at a time: with 10,000 that are always on, a few fill the room.
_BATCH = 64
# With less room than this, no entry is told any more.
_LEAST = 8


@dataclass(frozen=True, slots=True)
class Told:
    """What a model is told beside the story.

    Attributes:
        wish: what the author wants of this one continuation.
        calls: the lorebook's entries that are told, and those that are not.
        plan: the plan as this scene is told it.
        beat: what is to be written now, where a scene is drafted.
    """

    memory: str = ""
    note: str = ""
    style: str = ""
    wish: str = ""
    rules: ContextRules = field(default_factory=ContextRules)
    calls: Calls = field(default_factory=Calls)
    plan: ScenePlan = field(default_factory=ScenePlan)
    beat: Beat | None = None


@dataclass(frozen=True, slots=True)
class Granted:
    """A text that gets in, with its section; `called` is there for entries of lore."""

    section: Section
    called: Called | None = None

    @property
    def text(self) -> str:
        """What of it gets in."""
        return self.section.text

    @property
    def on_top(self) -> bool:
        """Whether it stands above the story."""
        return self.called is not None and self.called.up is None and self.called.at == ON_TOP


@dataclass(frozen=True, slots=True)
class Allotted:
    """What gets in and what does not.

    Attributes:
        given: by kind; those of which nothing gets in are not among them.
        lore: in the order of the prompt's places, not of priority.
        plan: the story's, the cast's, the scene's.
        absent: sections for what is not there.
    """

    given: dict[SectionKind, Granted]
    lore: tuple[Granted, ...]
    absent: tuple[Section, ...]
    plan: tuple[Granted, ...] = ()


def allot(told: Told, room: int, count: TokenCounter, language: str) -> Allotted:
    """What of `told` gets into a prompt of `room` tokens."""
    allotting = _Allotting(room, count, language)
    allotting.claim(SectionKind.WISH, _("Wish"), told.wish, _WISH_SHARE, _("for this time only"))
    if told.beat is not None:
        beat, now = told.beat.told, _("to be written now")
        allotting.claim(SectionKind.PLAN, _("Plan: the beat"), beat, _WISH_SHARE, now)
    note = _up(told.rules.note_lines)
    allotting.claim(SectionKind.NOTE, _("Author's note"), told.note, _NOTE_SHARE, note)
    share = told.rules.memory_share
    allotting.claim(SectionKind.MEMORY, _("Memory"), told.memory, share, _("always on"))
    plan = allotting.plan(told.plan, told.rules.plan_share)
    lore = allotting.lore(told.calls.called, told.rules.lore_share)
    allotting.claim(SectionKind.STYLE, _("Style"), told.style, _STYLE_SHARE, _("always on"))
    absent = (*allotting.absent, *_absent(told.calls))
    return Allotted(allotting.given, tuple(sorted(lore, key=_place)), absent, plan)


class _Allotting:
    """The room as it is given away, one after the other."""

    def __init__(self, room: int, count: TokenCounter, language: str) -> None:
        self._room = room
        self._left = room - int(room * STORY_SHARE)
        self._count = count
        self._language = language
        self.given: dict[SectionKind, Granted] = {}
        self.absent: list[Section] = []

    def claim(self, kind: SectionKind, name: str, text: str, share: float, why: str) -> None:
        """Give a text its room, at most so much of the whole."""
        text = text.strip("\n")
        if not text.strip():
            return
        section = self._cut(Section(name, text, 0, 0, why=why, kind=kind), int(self._room * share))
        if section.state is SectionState.LEFT_OUT:
            self.absent.append(section)
        else:
            self.given[kind] = Granted(replace(section, reserved=section.given))

    def plan(self, plan: ScenePlan, share: float) -> tuple[Granted, ...]:
        """Give the plan its room: the scene first, then those on stage, then the story."""
        left = int(self._room * share)
        if left <= 0:
            return ()
        on_stage = [one for one in plan.cast if one.text]
        always, scene_id = _("always on"), plan.scene_id
        wanted = [
            Section(
                *(_("Plan: this scene"), plan.scene, 0, 0),
                why=always, kind=SectionKind.PLAN, source=scene_id,
            ),
            *(_person_section(one) for one in on_stage),
            Section(_("Plan: the story"), plan.story, 0, 0, why=always, kind=SectionKind.PLAN),
        ]  # fmt: skip
        granted = []
        for asked in wanted:
            if not asked.text:
                continue
            section = self._cut(asked, left)
            left -= section.given
            if section.state is SectionState.LEFT_OUT:
                self.absent.append(section)
            else:
                granted.append(Granted(replace(section, reserved=section.given)))
        self.absent += _off_stage(plan.cast)
        # What changes least stands highest.
        return tuple(sorted(granted, key=_by_change))

    def lore(self, called: Sequence[Called], share: float) -> list[Granted]:
        """Give the entries theirs, in the order they come in."""
        most = min(int(self._room * share), self._left)
        floor = self._left - most
        granted = []
        for first in range(0, len(called), _BATCH):
            batch = called[first : first + _BATCH]
            if self._left - floor < _LEAST:
                self.absent += _listed([Absent(one.entry, _("no room")) for one in called[first:]])
                break
            # All at once: each asking of its own begins the assembling anew.
            self._count(tuple(piece for one in batch for piece in pieces_of(_content(one))))
            for one in batch:
                room = self._left - floor
                if one.entry.share > 0:
                    room = min(room, int(most * one.entry.share))
                section = self._cut(_entry_section(one), room)
                if section.state is SectionState.LEFT_OUT:
                    self.absent.append(section)
                else:
                    granted.append(Granted(section, one))
        return granted

    def _cut(self, asked: Section, room: int) -> Section:
        """The section with as much of its text as fits, which is taken from what is left."""
        cut = shortened(asked.text, max(min(room, self._left), 0), self._count, self._language)
        self._left -= cut.given
        made = replace(asked, text=cut.text, wanted=cut.wanted, given=cut.given)
        if cut.given == cut.wanted:
            return made
        if not cut.given:
            return replace(made, state=SectionState.LEFT_OUT, why=_("no room"))
        less = _("{why}; trimmed: {tokens:,} tokens had no room").format(
            why=asked.why, tokens=cut.wanted - cut.given
        )
        return replace(made, state=SectionState.TRIMMED, why=less)


def _person_section(one: Person) -> Section:
    name = _("Cast: {name}").format(name=one.name)
    return Section(
        name, one.text, 0, 0, why=_("on stage"), kind=SectionKind.CAST, source=one.item_id
    )


def _off_stage(cast: Sequence[Person]) -> list[Section]:
    away = [_person_section(one) for one in cast if not one.text][:_MOST_NAMED]
    return [replace(one, state=SectionState.LEFT_OUT, why=_("not on stage")) for one in away]


def _by_change(one: Granted) -> int:
    if one.section.kind is SectionKind.CAST:
        return 1
    return 2 if one.section.source else 0


def _content(one: Called) -> str:
    return one.entry.content.strip("\n")


def _entry_section(one: Called) -> Section:
    why = one.why if one.up is None else f"{one.why} · {_up(one.up)}"
    return Section(
        name_of(one.entry), _content(one), 0, 0, why=why, kind=SectionKind.LORE, source=one.entry.id
    )


def _absent(calls: Calls) -> list[Section]:
    sections = _listed(calls.absent)
    if calls.uncalled:
        name = ngettext(
            "{count:,} entry of lore", "{count:,} entries of lore", calls.uncalled
        ).format(count=calls.uncalled)
        sections.append(_out(name, _("no key was named")))
    return sections


def _listed(absent: Sequence[Absent]) -> list[Section]:
    sections = [_out(name_of(one.entry), one.why, one.entry.id) for one in absent[:_MOST_NAMED]]
    more = len(absent) - _MOST_NAMED
    if more > 0:
        name = ngettext("{count:,} more entry", "{count:,} more entries", more)
        sections.append(_out(name.format(count=more), absent[-1].why))
    return sections


def _out(name: str, why: str, source: str = "") -> Section:
    return Section(name, "", 0, 0, SectionState.LEFT_OUT, why, SectionKind.LORE, source)


def _up(lines: int | None) -> str:
    return ngettext("{count} line up", "{count} lines up", lines or 0).format(count=lines or 0)


def _place(one: Granted) -> tuple[int, int, int]:
    """Sorts the entries as they stand in the prompt, whatever called them this time."""
    called = one.called
    if called is None:
        return (0, 0, 0)
    if one.on_top:
        return (0 if called.entry.position is LorePosition.TOP else 1, 0, called.index)
    place = (2, called.at) if called.up is None else (3, -called.up)
    return (*place, called.index)
