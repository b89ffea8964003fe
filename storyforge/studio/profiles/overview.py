"""The profiles at a glance: which one writes, where each model runs, what goes to it.

No model is asked and nothing is loaded: what is told here, settings and the heads of files say.
"""

from dataclasses import dataclass

from storyforge.domain.model import ModelCard
from storyforge.domain.profile import Profile, Task
from storyforge.errors import StoryforgeError
from storyforge.settings import Settings
from storyforge.studio.profiles import routing
from storyforge.studio.profiles.choosing import backend_of


@dataclass(frozen=True, slots=True)
class Seen:
    """One profile as a list shows it.

    Attributes:
        card: what there is to say of its model; None where it cannot be used, `fault` says why.
        tasks: those that the settings send to it by name.
        writes: it is the one that continues.
    """

    profile: Profile
    card: ModelCard | None
    fault: str = ""
    tasks: tuple[Task, ...] = ()
    writes: bool = False


def overview(settings: Settings) -> tuple[Seen, ...]:
    """All profiles, also those whose tables cannot be read: they come last."""
    writer = routing.for_task(settings, Task.CONTINUE).name
    seen = [_seen(settings, profile, writer) for profile in routing.known(settings)]
    seen += [Seen(Profile(name, ""), None, why) for name, why in settings.unusable.items()]
    return tuple(seen)


def _seen(settings: Settings, profile: Profile, writer: str) -> Seen:
    tasks = tuple(task for task in Task if settings.tasks.get(task.value) == profile.name)
    try:
        card, fault = backend_of(settings, profile).card, ""
    except StoryforgeError as error:
        card, fault = None, str(error)
    return Seen(profile, card, fault, tasks, profile.name == writer)
