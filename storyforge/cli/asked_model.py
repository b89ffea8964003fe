"""The model that a verb asks: what its options and the settings come to."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storyforge.backends.base import Backend
    from storyforge.domain.profile import Profile, Task


def asked_profile(
    task: "Task", profile: str | None, model: str | None, demo: bool
) -> "Profile | None":
    """The profile that a task goes to; None where the scripted writer does it.

    Raises:
        BadInput: there is no such profile, or both a profile and a model are asked for.
    """
    from storyforge import settings
    from storyforge.studio.profiles.choosing import meant

    return None if demo else meant(settings.load(), task, profile=profile, model=model)


def asked_backend(task: "Task", profile: str | None, model: str | None, demo: bool) -> "Backend":
    """What runs it, by the settings as they are now: a yes may have changed them.

    Raises:
        BadInput: there is no such profile, or both a profile and a model are asked for.
        ModelError: there is no such model, or none at all.
    """
    from storyforge import settings
    from storyforge.studio.profiles.choosing import chosen

    named = asked_profile(task, profile, model, demo)
    return chosen(settings.load(), named, demo=demo)
