"""The model that a verb asks, and how: what its options and the settings come to."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from storyforge.backends.base import Backend
    from storyforge.domain.profile import Profile, Task
    from storyforge.store.story_file import StoryFile
    from storyforge.studio.continuing import Wish

    #: the task, a profile and a model in the place of the settings', and whether it is a demo
    _Asked = tuple[Task, str | None, str | None, bool]


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


def asked_wish(story: "StoryFile", asked: "_Asked", **options: Any) -> "Wish":
    """How the author wants it, by the settings, the story and the profile, and by `options`.

    Raises:
        BadInput: there is no such profile or preset, or a value cannot be used.
    """
    from storyforge import settings
    from storyforge.studio.continuing import Wish

    named = asked_profile(*asked)
    return Wish.from_settings(settings.load(), story=story, profile=named, **options)
