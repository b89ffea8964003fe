"""What the facts of two copies' plans are called, for what is told of a merge. Pure."""

import json
from collections.abc import Mapping

from storyforge.domain.plan.forms import FORMS, Kind
from storyforge.domain.plan.items import OUTLINE_ID, PREMISE_ID
from storyforge.i18n import N_, _

_SINGLE = {PREMISE_ID: (Kind.PREMISE, N_("Premise")), OUTLINE_ID: (Kind.OUTLINE, N_("Outline"))}
_KINDS = {kind.value: kind for kind in Kind}


def plan_titles(values: Mapping[str, str]) -> dict[str, str]:
    """“Mara (Want)” by “the item's id, the field's name”; of what is not known, nothing."""
    found = {}
    for key in values:
        kind, _sign, of = key.partition(":")
        if kind == "plan.fact":
            item, _space, field = of.partition(" ")
            name, label = _named(values, item), _label(_kind_of(values, item), field)
            found[of] = _("{name} ({fields})").format(name=name or _("(no title)"), fields=label)
    return found


def _named(values: Mapping[str, str], item: str) -> str:
    if item in _SINGLE:
        return _(_SINGLE[item][1])
    for key in (f"chapter.title:{item}", f"scene.title:{item}", f"plan.fact:{item} name"):
        if key in values:
            return values[key]
    entry = values.get(f"lore:{item}")
    return str(json.loads(entry)[0]) if entry else ""


def _kind_of(values: Mapping[str, str], item: str) -> Kind | None:
    if item in _SINGLE:
        return _SINGLE[item][0]
    if f"chapter.title:{item}" in values:
        return Kind.CHAPTER
    if f"scene.title:{item}" in values:
        return Kind.SCENE
    return _KINDS.get(values.get(f"plan.kind:{item}", ""))


def _label(kind: Kind | None, field: str) -> str:
    form = FORMS[kind] if kind is not None else FORMS[Kind.WORLD]
    return next((_(one.label) for one in form.fields if one.name == field), field)
