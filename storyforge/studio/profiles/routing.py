"""The profiles that the settings tell of, and which one a task goes to. Nothing is opened here.

A name that leads nowhere is no reason to stop: its tasks go to the local model, and `complaints`
says so. A table that cannot be read was kept apart when the settings were (`Settings.unusable`).
"""

from storyforge.domain.model import Price
from storyforge.domain.profile import LOCAL, Profile, Task
from storyforge.errors import BadInput
from storyforge.i18n import _, listed
from storyforge.setting_tables import ProfileSettings
from storyforge.settings import Settings

#: the settings of a profile that only mean something on this machine
LOAD_SETTINGS = (
    "threads", "threads_batch", "gpu_layers", "dtype", "quantise", "device", "trust_code",
)  # fmt: skip


def known(settings: Settings) -> tuple[Profile, ...]:
    """All profiles: the local one first, then those of the settings in their order."""
    tables = settings.profiles.items()
    return (_local(settings), *(of_table(name, told) for name, told in tables if name != LOCAL))


def named(settings: Settings, name: str) -> Profile:
    """The profile of that name.

    Raises:
        BadInput: there is none.
    """
    for profile in known(settings):
        if profile.name == name:
            return profile
    names = listed(profile.name for profile in known(settings))
    raise BadInput(
        _("There is no profile called “{name}”.").format(name=name),
        title=_("No such profile"),
        hint=_("Known are: {names}.").format(names=names),
    )


def for_task(settings: Settings, task: Task) -> Profile:
    """Where a task goes: to the profile named for it, else to the one that writes.

    Where that one cannot be used, to the local one: a name mistyped sends nothing elsewhere.
    """
    profiles = {profile.name: profile for profile in known(settings)}
    return profiles.get(settings.tasks.get(task.value, settings.profile), profiles[LOCAL])


def of_table(name: str, told: ProfileSettings) -> Profile:
    """What a table of the settings says."""
    values = told.model_dump(exclude_unset=True)
    return Profile(
        name=name,
        backend=told.backend,
        model=told.model,
        url=told.url.rstrip("/"),
        key=told.key,
        preset=told.preset,
        context_tokens=told.context_tokens,
        template=told.template,
        price=_price(told),
        plain_http=told.plain_http,
        reasoning=told.reasoning,
        style=told.style,
        chats=told.chat,
        more=tuple((each, values[each]) for each in LOAD_SETTINGS if values.get(each) is not None),
    )


def complaints(settings: Settings) -> tuple[str, ...]:
    """What of profiles and tasks leads nowhere, each a sentence for the author."""
    names = {profile.name for profile in known(settings)}
    told = [
        _("The profile “{name}” cannot be used: {why}.").format(name=name, why=why)
        for name, why in settings.unusable.items()
    ]
    told += [
        _("“{name}” in the settings means nothing: look whether it is mistyped.").format(name=name)
        for name in settings.unknown
    ]
    if LOCAL in settings.profiles:
        told.append(
            _("The profile “local” is the model of [model]: [profiles.local] is passed over.")
        )
    if settings.profile not in names:
        told.append(
            _("There is no profile “{name}” that can be used: the local model writes.").format(
                name=settings.profile
            )
        )
    for task, name in settings.tasks.items():
        if task not in set(Task):
            told.append(_("“{name}” is no task that a model is asked for.").format(name=task))
        elif name not in names:
            told.append(
                _(
                    "The task “{task}” goes to “{name}”, which is no profile that can be used."
                ).format(task=task, name=name)
            )
    return tuple(told)


def _local(settings: Settings) -> Profile:
    path = settings.model.path
    return Profile(
        LOCAL,
        "llama.cpp",
        model="" if path is None else str(path),
        context_tokens=settings.model.context_tokens,
    )


def _price(told: ProfileSettings) -> Price | None:
    if told.price_reading is None and told.price_writing is None:
        return None
    return Price(
        told.price_reading or 0.0, told.price_writing or 0.0, told.price_cached, told.currency
    )
