"""The keys of models behind an API: where each lies, and how it gets there and from there.

A key is never in a story, an export, the log, an error or a cache: it is handed to whoever calls
the API, and kept by the environment, a command, the system's keyring or a file that only its owner
can read.
"""

import logging
import os
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from storyforge.domain.profile import Profile
from storyforge.domain.providers import OWN_VARIABLE, PROVIDERS
from storyforge.errors import ModelError
from storyforge.i18n import _
from storyforge.studio import key_commands, key_file, key_ring
from storyforge.studio.key_names import checked_name, cleaned, is_needed, key_name, named
from storyforge.studio.key_ring import NoKeyring, Trouble

if TYPE_CHECKING:
    from storyforge.settings import Settings

__all__ = [
    "Listed",
    "NoKeyring",
    "Place",
    "key_name",
    "key_of",
    "listed",
    "named",
    "remove_key",
    "set_key",
]

log = logging.getLogger(__name__)


class Place(StrEnum):
    """Where a key lies, in the order in which they are asked."""

    ENVIRONMENT = "environment"
    COMMAND = "command"
    KEYRING = "keyring"
    FILE = "file"
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class Listed:
    """A key that is known of; what it says, nothing here tells.

    Attributes:
        variable: of the environment, where it lies there.
    """

    name: str
    place: Place
    variable: str = ""


def key_of(profile: Profile, settings: "Settings") -> str:
    """The key to call a profile's model with; "" where it needs none and has none. It may block.

    Raises:
        ModelError: there is none, or it cannot be read; nothing was sent.
    """
    name = key_name(profile)
    if not name:
        return ""
    if found := _in_environment(name):
        return cleaned(os.environ[found], name)
    if name in settings.key_commands:
        return cleaned(key_commands.printed(settings.key_commands[name]), name)
    needed = is_needed(profile, name)
    key, trouble = None, None
    # A machine without a keyring, or a server of one's own without a key, need not wait for one.
    if needed or name in key_ring.noted():
        try:
            key = key_ring.fetch(name)
        except NoKeyring as error:
            trouble = error
    if key is None:
        key = key_file.read().get(name)
    if key is not None:
        return cleaned(key, name)
    if needed or trouble is not None:
        raise _no_key(name, trouble)
    return ""


def set_key(name: str, key: str, place: Place = Place.KEYRING) -> None:
    """Keep a key, in the keyring or, after the author's yes, in the file; the only one of its name.

    Raises:
        BadInput: that is no name for a key.
        NoKeyring: there is none to keep it in.
        ModelError: it is no key, or the file cannot be used; what was kept before is as it was.
    """
    name = checked_name(name)
    key = cleaned(key, name)
    if place is Place.KEYRING:
        key_ring.keep(name, key)
        _out_of_file(name)
        return
    key_file.write({**key_file.read(), name: key})
    if name in key_ring.noted():
        _out_of_ring(name)


def remove_key(name: str) -> bool:
    """Take a key out of keyring and file; whether there was one.

    Raises:
        BadInput: that is no name for a key.
        NoKeyring: it lies in the keyring, and that cannot be asked.
        ModelError: the file cannot be used.
    """
    name = checked_name(name)
    in_file = _out_of_file(name)
    try:
        return key_ring.drop(name) or in_file
    except NoKeyring:
        if name in key_ring.noted():
            raise
        return in_file


def listed(settings: "Settings", profiles: tuple[Profile, ...] = ()) -> tuple[Listed, ...]:
    """The keys that are known of, by name, each where it would be taken from.

    Args:
        profiles: what they are called with is listed too, where it lies nowhere.

    Raises:
        ModelError: the file with keys cannot be read.
    """
    ring, file = key_ring.noted(), key_file.read()
    names = {*PROVIDERS, *settings.key_commands, *ring, *file}
    needed = set[str]()
    for profile in profiles:
        try:
            name = key_name(profile)
        except ModelError:
            continue  # said when the profile is used
        names.add(name)
        if is_needed(profile, name):
            needed.add(name)
    found = []
    for name in sorted(names - {""}):
        if variable := _in_environment(name):
            found.append(Listed(name, Place.ENVIRONMENT, variable))
        elif name in settings.key_commands:
            found.append(Listed(name, Place.COMMAND))
        elif name in ring:
            found.append(Listed(name, Place.KEYRING))
        elif name in file:
            found.append(Listed(name, Place.FILE))
        elif name in needed:
            found.append(Listed(name, Place.NOWHERE))
    return tuple(found)


def _in_environment(name: str) -> str:
    """The variable that holds the key of that name; "" where none does."""
    own = OWN_VARIABLE + re.sub(r"[^A-Z0-9]+", "_", name.upper()).strip("_")
    usual = PROVIDERS[name].variables if name in PROVIDERS else ()
    return next((each for each in (own, *usual) if os.environ.get(each, "").strip()), "")


def _out_of_file(name: str) -> bool:
    kept = key_file.read()
    if name in kept:
        key_file.write({other: key for other, key in kept.items() if other != name})
    return name in kept


def _out_of_ring(name: str) -> None:
    try:
        key_ring.drop(name)
    except NoKeyring:
        # It is why the key was put into the file: the old one stays behind, and is asked first.
        log.warning("A key in the keyring could not be removed")


def _no_key(name: str, trouble: NoKeyring | None) -> ModelError:
    if trouble is not None and trouble.trouble is not Trouble.NONE:
        return trouble
    return ModelError(
        _("There is no key for {name}; nothing was sent, and your text is whole.").format(
            name=name
        ),
        title=_("No key"),
        hint=_("Set it once: storyforge keys set {name}").format(name=name),
    )
