"""The one gettext catalogue behind every word on the screen and the command line.

`_` translates now; `N_` only marks a string for the catalogue, for tables that are built at import
and shown later. Plural forms go through `ngettext`. English is what the sources say: it needs no
catalogue.
"""

import gettext
import locale
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

DOMAIN = "storyforge"
#: the languages of the interface: the sources' own, and those with a catalogue
INTERFACES = ("en", "ja")
#: what the setting says where the system shall decide
AUTO = "auto"


def locale_dir() -> Path:
    """The folder of compiled catalogues; `storyforge.pot` in it is the template."""
    return Path(__file__).parent / "locale"


_catalogue: gettext.NullTranslations = gettext.NullTranslations()


def system_languages() -> list[str]:
    """The languages that the system asks for, the best first, such as ["ja_JP", "en"].

    POSIX systems say it in the environment (LANGUAGE counts only beside a locale, as in gettext),
    Windows by the language of its own interface. Empty where nothing is asked for.
    """
    chosen = next(
        (os.environ[n] for n in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(n)), ""
    )
    if not chosen and sys.platform == "win32":
        import ctypes

        number = ctypes.windll.kernel32.GetUserDefaultUILanguage()
        chosen = locale.windows_locale.get(number, "")
    plain = chosen.split(".")[0].split("@")[0]
    if plain in ("", "C", "POSIX"):
        return []
    asked = [tag.split(".")[0] for tag in os.environ.get("LANGUAGE", "").split(":") if tag]
    return asked or [plain]


def interface_language(setting: str = AUTO) -> str:
    """The language of the interface, one of `INTERFACES`: as set, or as the system asks."""
    if setting in INTERFACES:
        return setting
    for tag in system_languages():
        base = tag.replace("-", "_").split("_")[0].lower()
        if base in INTERFACES:
            return base
    return INTERFACES[0]


def story_language() -> str:
    """The language that the system's user writes stories in, most likely, as a BCP 47 tag.

    Regions are kept where the page differs by them: Chinese by its script, Portuguese by its words.
    """
    for tag in system_languages():
        parts = tag.split("@")[0].replace("_", "-").split("-")
        base = parts[0].lower()
        if len(base) in (2, 3) and base.isalpha():
            return "-".join((base, *parts[1:])) if base in ("zh", "pt") else base
    return "en"


def use_language(*languages: str) -> None:
    """Show words in the first of `languages` that has a catalogue; English otherwise."""
    global _catalogue
    _catalogue = _found(languages)


def _found(languages: Sequence[str]) -> gettext.NullTranslations:
    if not languages:
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, locale_dir(), languages, fallback=True)


def _(message: str) -> str:
    return _catalogue.gettext(message)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for a marker
    """Mark `message` for the catalogue; translate it with `_` where it is shown."""
    return message


def in_quotes(text: str) -> str:
    """`text` in the quotation marks of the interface's language."""
    return _("“{text}”").format(text=text)


def listed(parts: Iterable[str]) -> str:
    """`parts` in one line, with the comma of the interface's language."""
    return _(", ").join(parts)


def sentences(parts: Iterable[str]) -> str:
    """`parts` as one text, set apart as the interface's language does; empty ones are nothing."""
    told = ""
    for part in parts:
        told = _("{text} {more}").format(text=told, more=part) if told and part else told or part
    return told


def ngettext(singular: str, plural: str, count: int) -> str:
    """`singular` or `plural`, as the language asks for `count`."""
    return _catalogue.ngettext(singular, plural, count)
