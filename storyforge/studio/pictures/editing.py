"""Painters set, removed and chosen: each as the dotted settings that are to change.

A change is written by whoever asked for it, or by `profiles.editing.write`.
"""

from collections.abc import Collection, Mapping
from typing import Any

from storyforge.domain.picture.remote import LOCAL
from storyforge.errors import BadInput
from storyforge.i18n import _, listed
from storyforge.paths import at_home
from storyforge.setting_tables import PainterSettings
from storyforge.settings import Settings, table_fault
from storyforge.studio.named_tables import Changes, as_changes, changed, in_file
from storyforge.studio.pictures import profiles

_LONGEST_NAME = 40
# Settings that are paths: as they are typed they mean the folder one stands in.
_PATHS = ("model", "vae", "config", "workflow")


def table_of(told: Settings, name: str) -> dict[str, Any]:
    """What is set of a painter, also where that cannot be used; empty where there is none."""
    if name in told.painters:
        return told.painters[name].model_dump(exclude_unset=True)
    return in_file("painters", name) if name in told.unusable_painters else {}


def set_values(told: Settings, name: str, values: Mapping[str, Any]) -> Changes:
    """Set some of a painter's settings; a value of None takes one away. It may be a new painter.

    Args:
        values: also as they are typed: “30”, “true”.

    Raises:
        BadInput: it cannot be called that, or it could not be used then.
    """
    _check_name(name)
    before = table_of(told, name)
    is_local = changed(before, values).get("backend", LOCAL) == LOCAL
    paths = _PATHS if is_local else tuple(key for key in _PATHS if key != "model")
    values = {key: _absolute(paths, key, value) for key, value in values.items()}
    table = changed(before, values)
    for key in table:
        if key not in PainterSettings.model_fields:
            known = listed(PainterSettings.model_fields)
            why = _("There is no such setting. Known are: {names}.").format(names=known)
            raise _not_set(name, f"{key}: {why}")
    fault = table_fault(PainterSettings, table)
    if fault is not None:
        raise _not_set(name, ": ".join(filter(None, fault)))
    read = PainterSettings.model_validate(table)
    return as_changes(f"painters.{name}", read, before, values)


def remove(told: Settings, name: str) -> Changes:
    """Remove a painter; its files stay.

    Raises:
        BadInput: there is none of that name.
    """
    if name not in told.unusable_painters:
        profiles.profile_of(told, name)
    changes: Changes = {f"painters.{name}": None}
    if told.pictures.painter == name:
        changes["pictures.painter"] = None
    return changes


def use(told: Settings, name: str) -> Changes:
    """Have a painter draw from now on.

    Raises:
        BadInput: there is none of that name.
    """
    profiles.profile_of(told, name)
    return {"pictures.painter": name}


def _absolute(paths: Collection[str], key: str, value: Any) -> Any:
    """A path that is there, from the root on; a bare name is looked for in the folders later."""
    if key not in paths or not isinstance(value, str):
        return value
    path = at_home(value)
    return str(path.resolve()) if path.exists() else value


def _check_name(name: str) -> None:
    letters = name.replace("-", "").replace("_", "").replace(" ", "")
    lawful = letters.isalnum() and name[0].isalnum() and name == name.rstrip()
    if not lawful or len(name) > _LONGEST_NAME:
        raise BadInput(
            _(
                "A painter's name is made of letters, digits, spaces, “-” and “_”, "
                "{count} at the most."
            ).format(count=_LONGEST_NAME),
            title=_("Painter not set"),
        )


def _not_set(name: str, why: str) -> BadInput:
    return BadInput(
        _("The painter “{name}” could not be used like that: {why}").format(name=name, why=why),
        title=_("Painter not set"),
        hint=_("Nothing was changed."),
    )
