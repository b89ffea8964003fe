"""The profiles: which one writes, where its model runs, and which of them cannot be used as set.

And the keys that they, and painters, are called with.
"""

from collections.abc import Iterator

from storyforge import paths, settings
from storyforge.domain.model import TransformersSpec
from storyforge.domain.profile import LOCAL, Profile
from storyforge.engine import preflight
from storyforge.engine.torch import preflight as torch_preflight
from storyforge.errors import StoryforgeError
from storyforge.i18n import _, listed
from storyforge.settings import Settings
from storyforge.studio import keys
from storyforge.studio.diagnosis.finding import Finding
from storyforge.studio.key_users import users
from storyforge.studio.profiles import choosing, routing
from storyforge.studio.profiles.overview import Seen, overview


def examine_profiles() -> Iterator[Finding]:
    """Those that lead nowhere, and who writes where there is a choice."""
    own = settings.load()
    topic, mend = _("Profiles"), _("Correct it in {file}.").format(file=paths.config_file())
    for complaint in routing.complaints(own):
        yield Finding(topic, "problem", complaint, mend)
    seen = overview(own)
    for one in seen:
        if one.profile.name != LOCAL and one.profile.backend and (wrong := _wrong(own, one)):
            told = _("{name}: {why}").format(name=one.profile.name, why=wrong[0])
            yield Finding(topic, "problem", told, wrong[1])
    writer = next((one for one in seen if one.writes), None)
    if len(seen) > 1 and writer is not None and writer.card is not None:
        card = writer.card
        told = _("“{profile}” writes: {model}, on this machine.")
        if not card.is_local:
            told = _("“{profile}” writes: {model}. Your text goes to {host}.")
        told = told.format(profile=writer.profile.name, model=card.name, host=card.place)
        yield Finding(topic, "ok" if card.is_local else "note", told)
    for one in seen:
        if one.tasks:
            tasks = listed(task.value for task in one.tasks)
            told = _("“{profile}” is asked for: {tasks}.")
            yield Finding(topic, "ok", told.format(profile=one.profile.name, tasks=tasks))


def examine_keys() -> Iterator[Finding]:
    """Whose keys there are and which are missing, for painters too; none is told."""
    own = settings.load()
    there = []
    for one in keys.listed(own, users(own)):
        if one.place is not keys.Place.NOWHERE:
            there.append(one.name)
            continue
        yield Finding(
            _("API keys"),
            "problem",
            _("There is no key for {name} yet.").format(name=one.name),
            _("Set it once: storyforge keys set {name}").format(name=one.name),
        )
    if there:
        yield Finding(_("API keys"), "ok", listed(there))


def _wrong(own: Settings, one: Seen) -> tuple[str, str] | None:
    """Why a profile cannot be used as it is set, and what to do; nothing is loaded or asked."""
    if one.card is None:
        return one.fault, ""
    try:
        _look(own, one.profile)
    except StoryforgeError as error:
        return error.message, error.hint
    return None


def _look(own: Settings, profile: Profile) -> None:
    """Look at the files of a profile of this machine.

    Raises:
        StoryforgeError: they cannot be used.
    """
    if not choosing.is_local(profile):
        return
    spec = choosing.spec_of(own, profile)
    if isinstance(spec, TransformersSpec):
        torch_preflight.preflight(spec)
    else:
        preflight.preflight(spec)
