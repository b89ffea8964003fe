"""Who is called with a key, profiles and painters alike, and the keys that nobody is called with.

What a key says is not known here.
"""

from storyforge.domain.profile import Profile
from storyforge.errors import ModelError
from storyforge.i18n import _
from storyforge.settings import Settings
from storyforge.studio import key_file, key_ring
from storyforge.studio.key_names import key_name
from storyforge.studio.pictures.remote_painters import keyed
from storyforge.studio.profiles import routing


def users(told: Settings) -> tuple[Profile, ...]:
    """All that may be called with a key: painters too."""
    return (*routing.known(told), *keyed(told))


def left_behind(before: Settings, now: Settings) -> tuple[str, ...]:
    """The keys that lie here still and were of use until now, each as a sentence for the author.

    Those of the environment and of a command are the author's own to keep.
    """
    unused = _names(before) - _names(now)
    try:
        kept = key_ring.noted() | key_file.read().keys()
    except ModelError:
        kept = key_ring.noted()  # the file is said to be unusable when a key is asked for
    told = _("The key of {name} is kept; to remove it too: {command}")
    return tuple(
        told.format(name=name, command=f"storyforge keys remove {name}")
        for name in sorted(unused & kept)
    )


def _names(told: Settings) -> set[str]:
    names = set()
    for profile in users(told):
        try:
            names.add(key_name(profile))
        except ModelError:
            continue  # said when the profile is used
    return names
