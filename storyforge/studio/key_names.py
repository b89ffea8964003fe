"""Whose key a profile is called with, and what can be a key's name, or a key."""

import re

from storyforge.backends import registry
from storyforge.domain.profile import Profile
from storyforge.domain.providers import PROVIDERS, owner_of
from storyforge.errors import BadInput, ModelError
from storyforge.i18n import _

# What headers can carry and providers give: letters, digits and signs, without spaces.
_KEY = re.compile(r"[\x21-\x7e]{1,4096}")
# What comes along with a copied text and cannot be seen.
_UNSEEN = re.compile("[\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_NAME = re.compile(r"[a-z0-9\[][a-z0-9._:\[\]-]{0,252}")
# How keys begin: what looks so is not taken for a name, and not said again.
_LIKE_A_KEY = re.compile(r"(?:(?:sk|pk|gsk|xai|hf)[-_]|aiza)[^.]{12}")
# In the environment this is a table of the settings.
_NOT_A_NAME = "commands"


def key_name(profile: Profile) -> str:
    """Whose key a profile is called with; "" where it needs none.

    Raises:
        ModelError: what it names is no name for a key, or belongs to another address than its own.
    """
    url = profile.url or registry.home(profile.backend)
    owner = owner_of(url) if url else profile.backend if profile.backend in PROVIDERS else ""
    wanted = profile.key.strip().lower()
    if not wanted or not owner:
        return owner
    if _LIKE_A_KEY.match(wanted) or not _NAME.fullmatch(wanted):
        raise ModelError(
            _("What stands in “key” is no name for a key."),
            title=_("Key not sent"),
            hint=_(
                "If it is a key, take it out of the profile “{profile}” and say: storyforge keys "
                "set PROVIDER"
            ).format(profile=profile.name),
        )
    # A name of the author's own tells two accounts apart; all others are addresses.
    is_address = wanted in PROVIDERS or "." in wanted or ":" in wanted
    if is_address and wanted != owner:
        raise ModelError(
            _(
                "The key of {name} only goes to its own address, and this profile leads to {host}."
            ).format(name=wanted, host=owner),
            title=_("Key not sent"),
            hint=_("Take “key” out of the profile “{profile}”, or correct its address.").format(
                profile=profile.name
            ),
        )
    return wanted


def is_needed(profile: Profile, name: str) -> bool:
    """Whether nothing can be asked of a profile's model without its key."""
    return bool(profile.key) or (name in PROVIDERS and PROVIDERS[name].asks)


def named(word: str, profiles: tuple[Profile, ...] = ()) -> str:
    """The key's name that an author means by a provider, an address, or a profile's name.

    Raises:
        BadInput: that is no name for a key.
        ModelError: a profile of that name is called with none, or with another address's.
    """
    word = word.strip()
    if "://" in word:
        return checked_name(owner_of(word))
    if word.lower() in PROVIDERS:
        return word.lower()
    for profile in profiles:
        if profile.name == word:
            if name := key_name(profile):
                return name
            raise ModelError(
                _("The profile “{name}” needs no key.").format(name=word), title=_("No key needed")
            )
    name = checked_name(word)
    return owner_of(f"https://{name}") or name


def checked_name(name: str) -> str:
    """`name` in small letters, where it can be a key's.

    Raises:
        BadInput: it cannot.
    """
    name = name.strip().lower()
    if _LIKE_A_KEY.match(name):
        raise BadInput(
            _("That looks like a key, where the name of a provider is asked for."),
            title=_("Not understood"),
            hint=_("If it is one, take it out of the shell's history."),
        )
    if _NAME.fullmatch(name) and name != _NOT_A_NAME:
        return name
    raise BadInput(
        _("“{name}” is no name for a key.").format(name=name[:60]),
        title=_("Not understood"),
        hint=_("Name a provider, such as openai, or the host that it goes to."),
    )


def cleaned(key: str, name: str) -> str:
    """A key without what a copied text brings along: spaces and line ends around it.

    Raises:
        ModelError: it cannot be one.
    """
    bare = _UNSEEN.sub("", key).strip()
    if _KEY.fullmatch(bare):
        return bare
    raise ModelError(
        _(
            "What is given as the key of {name} cannot be one: keys are one line of letters, "
            "digits and signs, without spaces."
        ).format(name=name),
        title=_("Not a key"),
        hint=_("Copy it once more from the provider's page; nothing was sent."),
    )
