"""The one gettext catalogue behind every word on the screen and the command line.

`_` translates now; `N_` only marks a string for the catalogue, for tables that are built at import
and shown later. Plural forms go through `ngettext`.
"""

import gettext
from pathlib import Path

DOMAIN = "storyforge"


def locale_dir() -> Path:
    """The folder of compiled catalogues; `storyforge.pot` in it is the template."""
    return Path(__file__).parent / "locale"


_catalogue: gettext.NullTranslations = gettext.NullTranslations()


def use_language(*languages: str) -> None:
    """Show words in the first of `languages` that has a catalogue; English otherwise."""
    global _catalogue
    _catalogue = gettext.translation(DOMAIN, locale_dir(), languages or None, fallback=True)


def _(message: str) -> str:
    return _catalogue.gettext(message)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for a marker
    """Mark `message` for the catalogue; translate it with `_` where it is shown."""
    return message


def ngettext(singular: str, plural: str, count: int) -> str:
    """`singular` or `plural`, as the language asks for `count`."""
    return _catalogue.ngettext(singular, plural, count)
