"""A compiled prompt in words: what is sent, which line of the plan each part is from, what is not.

Pure.
"""

from collections.abc import Iterator

from storyforge.domain.picture.casting import Casting
from storyforge.domain.picture.compiled import Compiled, LeftOut, Part, Role, Why
from storyforge.domain.plan.forms import FORMS
from storyforge.domain.plan.items import Plan
from storyforge.i18n import N_, _, listed
from storyforge.studio.planning.telling import name_of, source_told

_BY_PROFILE = {
    Role.QUALITY: N_("set for the painter, before each prompt"),
    Role.NEGATIVE: N_("set for the painter, in each negative prompt"),
    Role.STYLE: N_("the rule of the tags: no source work"),
}
WHY = {
    Why.NO_TEXT: N_("no picture text"),
    Why.NO_TAG: N_("no tag of the dictionary"),
    Why.META_TAG: N_("a tag about files, not about what is seen"),
    Why.INVISIBLE: N_("no picture shows it"),
    Why.NOT_YET: N_("not yet true in this scene"),
    Why.NO_MOMENT: N_("nothing says which moment is shown: write it, or have it proposed"),
    Why.NOT_ENGLISH: N_("sent, but painters know English"),
    Why.NOT_LATIN: N_("sent, but most painters cannot read it"),
}


def from_where(plan: Plan, part: Part) -> str:
    """The line of the plan that a part is from, and since when it is so."""
    if not part.item_id:
        return _(_BY_PROFILE.get(part.role, _BY_PROFILE[Role.QUALITY]))
    told = source_told(plan, (part.item_id, part.field))
    if not part.since:
        return told
    scene = plan.item(part.since)
    since = name_of(plan, scene) if scene is not None else plan.told(part.since)
    return _("{what}, since “{scene}”").format(what=told, scene=since)


def left_out_told(plan: Plan, one: LeftOut) -> str:
    """What was not sent, why, and where it stands."""
    told = _("{text}: {why}").format(text=one.text or "–", why=_(WHY[one.why]))
    if not one.item_id:
        return told
    return _("{what} ({where})").format(what=told, where=_where(plan, one))


def cast_told(one: Casting) -> str:
    """By what somebody is drawn beside words."""
    what = [f"{name} {weight:g}" for name, weight in one.loras] + [*one.embeddings]
    if one.reference:
        what.append(_("a reference picture at {share}").format(share=f"{one.weight:.0%}"))
    if one.seed is not None:
        what.append(_("seed {seed}").format(seed=one.seed))
    return _("{name}: {value}").format(name=one.name, value=listed(what))


def told(plan: Plan, compiled: Compiled) -> Iterator[str]:
    """All of it, line by line."""
    yield compiled.prompt or _("Nothing in the plan can be shown of this scene yet.")
    if compiled.negative:
        yield _("Not: {prompt}").format(prompt=compiled.negative)
    if compiled.loras:
        yield _("LoRAs: {names}").format(
            names=listed([f"{name} {weight:g}" for name, weight in compiled.loras])
        )
    yield from (cast_told(one) for one in compiled.cast if one.has_own)
    parts = [one for one in compiled.parts if one.text]
    if parts:
        yield ""
        yield _("Where each part is from")
        for part in parts:
            yield f"  {part.text}"
            yield f"    {from_where(plan, part)}"
    for title, several in (
        (_("Not sent"), compiled.left_out),
        (_("May not be understood"), compiled.noted),
    ):
        if several:
            yield ""
            yield title
            yield from (f"  {left_out_told(plan, one)}" for one in several)


def _where(plan: Plan, one: LeftOut) -> str:
    item = plan.known(one.item_id)
    if item is None or one.field not in {field.name for field in FORMS[item.kind].fields}:
        return name_of(plan, item) if item is not None else plan.told(one.item_id)
    return source_told(plan, (one.item_id, one.field))
