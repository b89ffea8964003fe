"""Takes a proposal, or parts of it, into the plan: nothing written is replaced without a yes.

Prose is never touched, and nothing is ever removed. Calls block; what they change is one step.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace as changed
from typing import TYPE_CHECKING

from storyforge.domain.plan.forms import FORMS, Kind, Shape
from storyforge.domain.plan.items import FactKey, Plan, lines
from storyforge.domain.plan.proposals import Proposal
from storyforge.domain.plan.resting import sources
from storyforge.domain.plan.tasks import Makes
from storyforge.errors import BadInput, Refused
from storyforge.i18n import _, ngettext
from storyforge.studio.planning.reading import Change, changes_of, meant_by

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

__all__ = ["Change", "WouldReplace", "changes", "preview", "take"]

# Acts stand before the chapters that refer to them, and so on.
_ORDER = (
    Kind.PREMISE,
    Kind.OUTLINE,
    Kind.CHARACTER,
    Kind.WORLD,
    Kind.ACT,
    Kind.PLOT_LINE,
    Kind.CHAPTER,
    Kind.SCENE,
    Kind.LOOK,
)


class WouldReplace(Refused):
    """Nothing was taken: something that is written would be replaced; `changes` says what."""

    def __init__(self, changes: Sequence[Change]) -> None:
        super().__init__(
            ngettext(
                "{count} field that something is written in would be replaced; nothing was taken.",
                "{count} fields that something is written in would be replaced; nothing was taken.",
                len(changes),
            ).format(count=len(changes)),
            title=_("Something stands there"),
            hint=_("Say yes to it, or take other parts; on the command line: --replace."),
        )
        self.changes = tuple(changes)


def changes(
    plan: Plan, proposal: Proposal, parts: Sequence[str] = (), written: Collection[str] = ()
) -> tuple[Change, ...]:
    """What taking these parts (none: all of them) would change. Pure; for scenes see `preview`.

    Args:
        parts: paths, such as "logline", "items.2", "chapters.4.goal" or "ideas.3".
        written: the scenes that have a text: a proposed scene takes the place of none of them.
    """
    return changes_of(plan, proposal, parts, written)


def preview(
    story: "StoryFile", proposal: Proposal, parts: Sequence[str] = ()
) -> tuple[Change, ...]:
    """The same for a story as it is now."""
    return changes(story.plan.read(), proposal, parts, story.outline().written)


def take(
    story: "StoryFile",
    proposal_id: str,
    parts: Sequence[str] = (),
    *,
    replace: bool = False,
    empty_only: bool = False,
) -> tuple[str, ...]:
    """Take parts of a proposal (none: all of it); the ids of what was made or changed.

    Args:
        replace: the author has said that what is written may be replaced.
        empty_only: take what finds an empty field, and leave the rest.

    Raises:
        WouldReplace: something that is written would be replaced.
        BadInput: there is nothing in it that could be taken.
        Refused: the story is read-only.
    """
    with story.plan.step():
        proposal = story.proposals.one(proposal_id)
        _refuse_untakeable(proposal, parts)
        found = preview(story, proposal, parts)
        if empty_only:
            found = tuple(change for change in found if not change.replaces)
        replaced = [change for change in found if change.replaces]
        if replaced and not replace:
            raise WouldReplace(replaced)
        made = _Taking(story, proposal).take(found)
        if made:
            story.proposals.take(proposal_id, parts or _parts(found))
    return made


class _Taking:
    """One proposal on its way into the plan."""

    def __init__(self, story: "StoryFile", proposal: Proposal) -> None:
        self._story = story
        self._proposal = proposal
        self._meant = meant_by(story.plan.read(), proposal, story.outline().written)
        self._touched: dict[str, set[str]] = {}

    def take(self, found: Iterable[Change]) -> tuple[str, ...]:
        """Make and change what is to be; the ids."""
        kind, plan = None, self._story.plan.read()
        for changes in sorted(_by_item(found), key=lambda one: _ORDER.index(one[0].kind)):
            first = changes[0]
            if first.kind is not kind:
                # References to what was made a moment ago become ids; none is to its own kind.
                kind, plan = first.kind, self._story.plan.read()
            facts = _resolved(plan, changes)
            if first.item_id:
                self._story.plan.put(first.item_id, facts, origin=self._proposal.id)
                self._note(first.item_id, facts)
            elif facts := _whole(first.kind, facts):
                self._note(self._add(first, facts), facts)
        self._rest()
        return tuple(self._touched)

    def _add(self, change: Change, facts: Mapping[str, str]) -> str:
        """A new item, behind the one that it stands behind in the proposal."""
        made = self._story.plan.add(
            change.kind,
            facts,
            after=self._before(change.whole),
            chapter_id=self._proposal.target.item_id if change.kind is Kind.SCENE else "",
            origin=self._proposal.id,
        )
        self._meant[change.whole] = made
        return made

    def _before(self, path: str) -> str | None:
        """The item of the part before this one; None where there is none in the plan."""
        name, _point, number = path.rpartition(".")
        if path not in self._meant:
            return None
        return self._meant.get(f"{name}.{int(number) - 1}") or None

    def _note(self, item_id: str, facts: Mapping[str, str]) -> None:
        self._touched.setdefault(item_id, set()).update(facts)

    def _rest(self) -> None:
        """What was taken rests on what the prompt was made from, not on what stands there now."""
        asked_with = self._proposal.rests
        plan = _as_asked(self._story.plan.read(), asked_with)
        rests: dict[FactKey, dict[FactKey, str]] = {}
        for item_id, fields in self._touched.items():
            item = plan.item(item_id)
            if item is None:
                continue
            for name in fields:
                now = sources(plan, item, name)
                rests[item_id, name] = {key: asked_with.get(key, now[key]) for key in now}
        self._story.rests.put_all(rests)


def _as_asked(plan: Plan, asked_with: Mapping[FactKey, str]) -> Plan:
    """The plan with what was emptied since a prompt was made from it.

    What is empty is not rested on; but the answer does rest on what stood there.
    """
    known = {item.id: item for item in plan.items}
    for (item_id, name), value in asked_with.items():
        item = known.get(item_id) or plan.known(item_id)
        if item is not None and not item.fact(name):
            known[item_id] = changed(item, facts={**item.facts, name: value})
    return changed(plan, items=tuple(known.values()))


def _refuse_untakeable(proposal: Proposal, parts: Sequence[str]) -> None:
    makes = proposal.target.makes
    if makes in (Makes.QUESTIONS, Makes.NOTES):
        raise BadInput(
            _("Questions and notes are for reading; there is nothing in them to be taken."),
            title=_("Nothing to take"),
        )
    if makes is Makes.IDEAS and not parts:
        raise BadInput(
            _("Of ideas you take one, not all of them."),
            title=_("Which idea?"),
            hint=_("Mark it first; on the command line: --part ideas.1"),
        )
    if not proposal.value:
        raise BadInput(
            _("Nothing could be read in this answer, so there is nothing to take."),
            title=_("Nothing to take"),
        )


def _by_item(found: Iterable[Change]) -> list[list[Change]]:
    items: dict[tuple[str, str], list[Change]] = {}
    for change in found:
        items.setdefault((change.item_id, "" if change.item_id else change.whole), []).append(
            change
        )
    return list(items.values())


def _resolved(plan: Plan, changes: Iterable[Change]) -> dict[str, str]:
    facts = {}
    for change in changes:
        field = FORMS[change.kind].field(change.field)
        now = change.now
        if field.shape in (Shape.ONE, Shape.MANY) and field.of is not None:
            now = plan.references(field.of, lines(now))
        facts[change.field] = now
    return facts


def _whole(kind: Kind, facts: Mapping[str, str]) -> dict[str, str]:
    """A new item's facts; none where it has no name to be known by."""
    form = FORMS[kind]
    if form.name and not facts.get(form.name) and kind not in (Kind.CHAPTER, Kind.SCENE):
        return {}
    if kind is Kind.WORLD and not facts.get("keys"):
        # Without a key no prompt would ever tell of it.
        return {**facts, "keys": facts["title"]}
    return dict(facts)


def _parts(found: Iterable[Change]) -> tuple[str, ...]:
    """The parts that these changes are of: whole items where there are several."""
    return tuple(dict.fromkeys(change.whole or change.part for change in found))
