"""The program itself, and the language its terminal speaks."""

import importlib.metadata
import locale
import os
import platform
import sys
from collections.abc import Iterator

from storyforge.i18n import _
from storyforge.studio.diagnosis.finding import Finding


def examine_program() -> Iterator[Finding]:
    """Versions, and which Python runs it."""
    yield Finding(
        _("Program"),
        "ok",
        _("storyforge {version}, Python {python}, Textual {textual}, {system}").format(
            version=_version("storyforge"),
            python=platform.python_version(),
            textual=_version("textual"),
            system=f"{platform.system()} {platform.machine()}",
        ),
    )
    yield Finding(_("Python"), "ok", sys.executable)


def examine_language() -> Iterator[Finding]:
    """Whether letters arrive as they are."""
    encoding = (sys.stdout.encoding or locale.getencoding()).upper().replace("UTF8", "UTF-8")
    named = next(
        (os.environ[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if os.environ.get(name)), ""
    )
    if encoding == "UTF-8":
        yield Finding(_("Language"), "ok", f"{named} UTF-8" if "UTF" not in named else named)
        return
    yield Finding(
        _("Language"),
        "problem",
        _("The terminal's text is {encoding}, not UTF-8: letters may be lost.").format(
            encoding=encoding
        ),
        _("Set a UTF-8 locale, such as: export LANG=C.UTF-8"),
    )


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return _("missing")
