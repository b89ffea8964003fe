"""Profiles set, removed and named for tasks: each as the dotted settings that are to change.

What can be set is `checking`'s to say. A change is written by whoever asked for it, or by `write`;
`undone` tells what brings it back.
"""

from collections.abc import Mapping
from typing import Any

from storyforge import paths, settings
from storyforge.domain.profile import LOCAL, Task
from storyforge.errors import BadInput
from storyforge.i18n import _, sentences
from storyforge.setting_tables import ProfileSettings
from storyforge.settings import Settings
from storyforge.studio.named_tables import Changes, as_changes, changed, in_file
from storyforge.studio.preset_files import not_written
from storyforge.studio.profiles import routing
from storyforge.studio.profiles.checking import Wrong, fault_of, name_fault
from storyforge.studio.profiles.yeses import withdrawn


def table_of(told: Settings, name: str) -> dict[str, Any]:
    """What is set of a profile, also where that cannot be used; empty where there is none."""
    if name in told.profiles:
        return told.profiles[name].model_dump(exclude_unset=True)
    return in_file("profiles", name) if name in told.unusable else {}


def set_values(told: Settings, name: str, values: Mapping[str, Any]) -> Changes:
    """Set some of a profile's settings; a value of None takes one away. It may be a new profile.

    Args:
        values: also as they are typed: “8192”, “true”.

    Raises:
        BadInput: it cannot be called that, or it could not be used then.
    """
    if wrong := name_fault(name):
        raise BadInput(wrong, title=_("Profile not set"))
    before = table_of(told, name)
    values = {**dict.fromkeys(withdrawn(before, {**before, **values})), **values}
    table = changed(before, values)
    fault = fault_of(table)
    if fault is not None:
        raise _unusable(name, fault)
    read = ProfileSettings.model_validate(table)
    return as_changes(f"profiles.{name}", read, before, values)


def remove(told: Settings, name: str) -> Changes:
    """Remove a profile; what was sent to it goes where it went before.

    Raises:
        BadInput: there is none of that name, or it is the local one.
    """
    if name == LOCAL:
        raise BadInput(
            _("The local profile is always there."),
            title=_("Not removed"),
            hint=_("Another model for it: storyforge models use PATH"),
        )
    if name not in told.unusable:
        routing.named(told, name)
    changes: Changes = {f"profiles.{name}": None}
    changes |= {f"tasks.{task}": None for task, to in told.tasks.items() if to == name}
    if told.profile == name:
        changes["profile"] = None
    return changes


def use(told: Settings, name: str) -> Changes:
    """Have a profile write from now on.

    Raises:
        BadInput: there is no such profile.
    """
    routing.named(told, name)
    changes: Changes = {"profile": None if name == LOCAL else name}
    if Task.CONTINUE in told.tasks:
        changes[f"tasks.{Task.CONTINUE}"] = None
    return changes


def send(told: Settings, task: str, name: str | None) -> Changes:
    """Send a task to a profile; None to the one that writes.

    Raises:
        BadInput: there is no such task, or no such profile.
    """
    if task not in set(Task):
        raise BadInput(
            _("“{name}” is no task that a model is asked for.").format(name=task),
            title=_("No such task"),
            hint=_("Known are: {names}.").format(names=", ".join(Task)),
        )
    if name is not None:
        routing.named(told, name)
    return {f"tasks.{task}": name}


def undone(told: Settings, changes: Changes) -> Changes:
    """What brings back the settings as `told` has them, once `changes` are written."""
    return {dotted: _stands(told, dotted) for dotted in changes}


def write(changes: Changes) -> None:
    """Write changed settings; comments in the file stay.

    Raises:
        BadInput: the file cannot be read or written.
    """
    try:
        settings.update(changes)
    except OSError as error:
        raise not_written(paths.config_file(), error, _("Settings not saved")) from error


def _unusable(name: str, fault: Wrong) -> BadInput:
    said = _("The profile “{name}” could not be used like that.").format(name=name)
    hint = _("Nothing was changed.")
    if fault.setting:
        hint = sentences((_("The setting is “{name}”.").format(name=fault.setting), hint))
    return BadInput(sentences((said, fault.why)), title=_("Profile not set"), hint=hint)


def _stands(told: Settings, dotted: str) -> Any:
    kind, _dot, rest = dotted.partition(".")
    if kind == "tasks":
        return told.tasks.get(rest)
    if kind == "profiles":
        name, _dot, key = rest.partition(".")
        table = table_of(told, name)
        return table.get(key) if key else table or None
    return None if told.profile == LOCAL else told.profile
