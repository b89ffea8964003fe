"""What a step changed, in words. Pure."""

from collections.abc import Iterator, Sequence
from typing import Any

from storyforge.domain.plan.items import OUTLINE_ID, PREMISE_ID, Item, Plan
from storyforge.i18n import N_, _, in_quotes, listed, ngettext
from storyforge.store.plan.reading import LANGUAGE, SETTLED

# So many names are told; of more only how many there are.
_MOST = 3
_SINGLE = {PREMISE_ID: N_("Premise"), OUTLINE_ID: N_("Outline")}


def told(changes: Sequence[Any], *plans: Plan) -> str:
    """What was changed, in one line.

    Args:
        plans: before and behind; what it is about stands in one of them.
    """
    added = {one[2]: None for one in changes if one[0] == "there" and one[3]}
    gone = {one[2]: None for one in changes if one[0] == "there" and not one[3]}
    moved = {one[1]: None for one in changes if one[0] == "place" and one[1] not in added}
    fields: dict[str, dict[str, None]] = {}
    for one in changes:
        if one[0] == "fact" and one[1] not in added:
            fields.setdefault(one[1], {})[one[2]] = None
    parts = [
        *([_("added: {names}").format(names=_names(plans, added))] if added else ()),
        *([_("taken out: {names}").format(names=_names(plans, gone))] if gone else ()),
        *([_("moved: {names}").format(names=_names(plans, moved))] if moved else ()),
        *([_("changed: {names}").format(names=_changed(plans, fields))] if fields else ()),
        *_settings(changes),
    ]
    return "; ".join(parts) or _("marked as still right")


def _changed(plans: Sequence[Plan], fields: dict[str, dict[str, None]]) -> str:
    if len(fields) > 1:
        return _names(plans, fields)
    ((key, names),) = fields.items()
    item = _item(plans, key)
    labels = [_(one.label) for one in item.form.fields if one.name in names] if item else []
    if not labels or len(labels) > _MOST:
        return _names(plans, fields)
    return _("{name} ({fields})").format(name=_name(plans, key), fields=listed(labels))


def _settings(changes: Sequence[Any]) -> Iterator[str]:
    keys = {one[1] for one in changes if one[0] == "setting"}
    if SETTLED in keys:
        yield _("a stage settled or opened again")
    if LANGUAGE in keys:
        yield _("the plan's language")


def _names(plans: Sequence[Plan], keys: dict[str, Any]) -> str:
    if len(keys) > _MOST:
        return ngettext("{count} part of the plan", "{count} parts of the plan", len(keys)).format(
            count=len(keys)
        )
    return listed(_name(plans, key) for key in keys)


def _item(plans: Sequence[Plan], key: str) -> Item | None:
    return next((item for plan in plans if (item := plan.known(key)) is not None), None)


def _name(plans: Sequence[Plan], key: str) -> str:
    if key in _SINGLE:
        return _(_SINGLE[key])
    item = _item(plans, key)
    name = "" if item is None else item.name
    return in_quotes(name) if name else _("(no title)")
