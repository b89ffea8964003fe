"""The verbs about profiles: profiles list, show, set, use, tasks, remove."""

import asyncio
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storyforge.cli import profile_trial
from storyforge.cli.options import JSON
from storyforge.cli.profile_names import MAYBE, names
from storyforge.cli.profile_names import tasks as task_names
from storyforge.cli.talk import note, say, say_json, table
from storyforge.cli.wording import Verbs
from storyforge.domain.profile import LOCAL, Task
from storyforge.errors import BadInput, StoryforgeError
from storyforge.i18n import _, listed, sentences

if TYPE_CHECKING:
    from storyforge.domain.profile import Profile
    from storyforge.studio.profiles.overview import Seen

_NAME = Annotated[str, typer.Argument(metavar="NAME", help=_("A profile."), autocompletion=names)]
_VALUES = Annotated[
    list[str],
    typer.Argument(metavar="KEY=VALUE…", help=_("Settings of the profile; “KEY=” takes one away.")),
]
_TASK = Annotated[
    str | None,
    typer.Argument(metavar="TASK", help=_("A task; without it all."), autocompletion=task_names),
]
_TO = Annotated[
    str | None,
    typer.Argument(
        metavar="NAME",
        help=_("Where it goes; “-” for the profile that writes."),
        autocompletion=names,
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    profiles = Verbs(
        help=_(
            "Profiles: models under a name, on this machine or behind an API.\n\n"
            "“local” is the model that “models use” chose; it is always there. One profile writes; "
            "a task such as the summaries can go to another. A profile on another machine needs "
            "its key once: storyforge keys set PROVIDER\n\n"
            "\b\n"
            "  storyforge profiles list\n"
            "  storyforge profiles set claude backend=anthropic model=claude-sonnet-4-5\n"
            "  storyforge profiles set lan backend=ollama model=qwen3:8b "
            "url=http://192.168.1.5:11434 plain_http=true\n"
            "  storyforge profiles models claude\n"
            "  storyforge profiles test claude\n"
            "  storyforge profiles use claude\n"
            "  storyforge profiles tasks summary local"
        ),
        rich_markup_mode=None,
        no_args_is_help=True,
    )
    profiles.command("list", help=_("List all profiles; ● marks the one that writes."))(
        list_profiles
    )
    profiles.command("show", help=_("Show what is set of a profile."))(show)
    profiles.command("set", help=_("Set a profile, a new one or some of its settings."))(set_)
    profiles.command("use", help=_("Write with this profile from now on."))(use)
    profiles.command("tasks", help=_("Show which task goes where, or send one elsewhere."))(tasks)
    profile_trial.add_to(profiles)
    profiles.command("remove", help=_("Remove a profile."))(remove)
    app.add_typer(profiles, name="profiles")


def list_profiles(as_json: JSON = False) -> None:
    """List all profiles; ● marks the one that writes."""
    from storyforge import settings
    from storyforge.studio.profiles.overview import overview
    from storyforge.studio.profiles.routing import complaints

    own = settings.load()
    seen = overview(own)
    for told in complaints(own):
        note(told)
    if as_json:
        say_json([_json(one) for one in seen])
        return
    rows = [["", _("name"), _("backend"), _("model"), _("where"), _("tasks")]]
    for one in seen:
        model = one.card.name if one.card is not None else one.profile.model
        tasks = listed(task.value for task in one.tasks)
        mark = "●" if one.writes else " "
        rows.append([mark, one.profile.name, one.profile.backend, model, _where(one), tasks])
    for line in table(rows):
        say(line)
    for one in seen:
        if one.card is None and one.profile.backend:
            note(_("{name}: {why}").format(name=one.profile.name, why=one.fault))


def show(name: MAYBE = None, as_json: JSON = False) -> None:
    """Show what is set of a profile."""
    from storyforge import settings
    from storyforge.studio.profiles import overview, routing
    from storyforge.studio.profiles.editing import table_of

    own = settings.load()
    if name is None:
        name = routing.for_task(own, Task.CONTINUE).name
    if name not in own.unusable:
        routing.named(own, name)
    one = next(seen for seen in overview.overview(own) if seen.profile.name == name)
    values = table_of(own, name)
    if as_json:
        say_json(_json(one) | {"settings": values})
        return
    rows = [[_("name"), name], [_("where"), _where(one)]]
    if one.card is not None:
        rows.append([_("model"), one.card.name])
        rows += [[_("note"), one.card.note]] if one.card.note else []
    if one.tasks:
        rows.append([_("tasks"), listed(task.value for task in one.tasks)])
    rows += [[key, _value(value)] for key, value in values.items()]
    for line in table(rows):
        say(line)
    for told in _takes(one.profile) if one.card is not None else ():
        note(told)
    if name == LOCAL:
        note(_("It is the model of [model] in the settings: storyforge models use PATH"))
    if one.fault:
        note(one.fault)


def set_(name: _NAME, values: _VALUES) -> None:
    """Set a profile, a new one or some of its settings."""
    from storyforge import settings
    from storyforge.studio.profiles import editing, routing

    own = settings.load()
    new = name not in own.profiles and name not in own.unusable
    editing.write(editing.set_values(own, name, dict(map(pair, values))))
    for told in _takes(routing.named(settings.load(), name)):
        note(told)
    say(
        _("The profile “{name}” is there; to try it: {command}").format(
            name=name, command=f"storyforge profiles test {name}"
        )
        if new
        else _("The profile “{name}” is changed.").format(name=name)
    )


def use(name: _NAME) -> None:
    """Write with this profile from now on."""
    from storyforge import settings
    from storyforge.studio.profiles import choosing, editing, routing

    own = settings.load()
    card = choosing.backend_of(own, routing.named(own, name)).card
    editing.write(editing.use(own, name))
    if card.is_local:
        say(_("From now on “{name}” writes, on this machine.").format(name=name))
    else:
        say(
            _("From now on “{name}” writes: what it goes on with is sent to {host}.").format(
                name=name, host=card.place
            )
        )


def tasks(task: _TASK = None, to: _TO = None, as_json: JSON = False) -> None:
    """Show which task goes where, or send one elsewhere."""
    from storyforge import settings
    from storyforge.studio.profiles import editing, routing

    own = settings.load()
    if task is not None and to is not None:
        editing.write(editing.send(own, task, None if to == "-" else to))
        goes = routing.for_task(settings.load(), Task(task)).name
        say(_("“{task}” goes to “{name}” from now on.").format(task=task, name=goes))
        return
    if task is not None:
        editing.send(own, task, None)  # says what tasks there are where it is none
    goes_to = {
        one.value: routing.for_task(own, one).name for one in Task if task in (None, one.value)
    }
    if as_json:
        say_json(goes_to)
        return
    for line in table([[one, name] for one, name in goes_to.items()]):
        say(line)
    for told in routing.complaints(own):
        note(told)


def remove(name: _NAME) -> None:
    """Remove a profile."""
    from storyforge import settings
    from storyforge.studio import permission
    from storyforge.studio.key_users import left_behind
    from storyforge.studio.profiles import editing, routing

    own = settings.load()
    editing.write(editing.remove(own, name))
    permission.forget(name)
    say(_("The profile “{name}” is removed.").format(name=name))
    left = settings.load()
    if own.profile == name:
        say(_("From now on “{name}” writes.").format(name=left.profile))
    for task in (task for task in Task if own.tasks.get(task.value) == name):
        goes = routing.for_task(left, task).name
        say(_("“{task}” goes to “{name}” from now on.").format(task=task.value, name=goes))
    for told in left_behind(own, left):
        note(told)


def pair(told: str) -> tuple[str, str | None]:
    """The setting and the value of KEY=VALUE; None where it is taken away.

    Raises:
        BadInput: it sets nothing.
    """
    key, equals, value = told.partition("=")
    if not equals:
        raise BadInput(
            _("“{told}” sets nothing.").format(told=told),
            title=_("Not understood"),
            hint=_("Write it as KEY=VALUE, in quotes where there are spaces."),
        )
    return key.strip(), value.strip() or None


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def _takes(profile: "Profile") -> tuple[str, ...]:
    """What a model of this machine takes of it; or why its files cannot be used."""
    from storyforge import settings
    from storyforge.studio.profiles import weighing

    try:
        return asyncio.run(weighing.takes(settings.load(), profile))
    except StoryforgeError as error:
        return (sentences((error.message, error.hint)),)


def _where(one: "Seen") -> str:
    if one.card is None:
        return _("cannot be used")
    return _("on this machine") if one.card.is_local else one.card.place


def _json(one: "Seen") -> dict[str, Any]:
    card = one.card
    return {
        "name": one.profile.name,
        "backend": one.profile.backend,
        "model": one.profile.model,
        "place": card.place if card is not None else "",
        "local": card.is_local if card is not None else None,
        "writes": one.writes,
        "tasks": [task.value for task in one.tasks],
        "fault": one.fault,
    }
