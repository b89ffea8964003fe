"""Where spelling dictionaries lie on this machine, and which of them fits a story's language.

Dictionaries are Hunspell's: a pair of files, NAME.aff and NAME.dic. What an author put beside the
settings comes first, then what the system and LibreOffice have; for English one always comes along.
It reads no dictionary: the spelling's own process does.
"""

import importlib.util
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from storyforge import paths
from storyforge.domain.spellable import has_spelling
from storyforge.domain.tags import base_language
from storyforge.i18n import _
from storyforge.studio.languages import language_name

# Where a language without a region is spoken by most who write it.
_REGIONS = {
    "cs": "CZ", "da": "DK", "el": "GR", "en": "US", "he": "IL", "hi": "IN", "ko": "KR",
    "nb": "NO", "no": "NO", "pt": "PT", "sv": "SE", "uk": "UA", "vi": "VN",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dictionary:
    """A pair of files.

    Attributes:
        path: without `.aff` and `.dic`.
        tag: the language as the files are named, such as "de_AT".
        came_along: it is the one that is installed with storyforge.
    """

    path: Path
    tag: str
    came_along: bool = False


def dictionaries_dir() -> Path:
    """Where an author may put dictionaries of their own."""
    return paths.config_dir() / "dictionaries"


def folders() -> Iterator[Path]:
    """Every folder that may hold dictionaries, the author's own first."""
    yield dictionaries_dir()
    yield from (Path(part) for part in os.environ.get("DICPATH", "").split(os.pathsep) if part)
    home = Path.home()
    data_home = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    yield data_home / "hunspell"
    yield home / ".config" / "enchant" / "hunspell"
    yield home / "Library" / "Spelling"
    shared = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share:/opt/homebrew/share"
    for part in shared.split(os.pathsep):
        if part:
            yield from (Path(part) / name for name in ("hunspell", "myspell", "myspell/dicts"))
    yield Path("/Library/Spelling")
    yield from _office_folders(home)


def _office_folders(home: Path) -> Iterator[Path]:
    programs = Path(os.environ.get("PROGRAMFILES") or "C:/Program Files")
    inside = "share/extensions/dict-*"
    for root, pattern in (
        (home, ".config/libreoffice/4/user/uno_packages/cache/uno_packages/*/*.oxt"),
        (home, ".config/libreoffice/4/user/uno_packages/cache/uno_packages/*/*.oxt/dictionaries"),
        (Path("/usr/lib/libreoffice"), inside),
        (Path("/usr/lib64/libreoffice"), inside),
        (Path("/opt"), f"libreoffice*/{inside}"),
        (Path("/Applications/LibreOffice.app/Contents/Resources"), "extensions/dict-*"),
        (programs / "LibreOffice", inside),
    ):
        if root.is_dir():
            yield from sorted(root.glob(pattern))


def find(language: str, places: Iterable[Path] | None = None) -> Dictionary | None:
    """The dictionary for a story's language; None where this machine has none.

    The region counts: for "de-AT" de_AT comes before de_DE. Without one the system's own region
    is taken where it speaks the language, then the usual one.
    """
    if not has_spelling(language):
        return None
    names = _names(language)
    available: dict[str, Path] = {}
    for folder in folders() if places is None else places:
        for found in _pairs(folder, names[-1]):
            available.setdefault(found.name.replace("-", "_"), found)
    for name in names:
        if name in available:
            return Dictionary(available[name], name)
    # Any other region's is better than none, but an author of en_GB is not served by en_ZA.
    came_along = _that_came_along() if names[-1] == "en" else None
    if came_along is not None:
        return came_along
    others = sorted(name for name in available if name.startswith(f"{names[-1]}_"))
    return Dictionary(available[others[0]], others[0]) if others else None


def _names(language: str) -> list[str]:
    """What the files may be called, the best name first and the bare language last."""
    base, _dash, rest = language.replace("_", "-").partition("-")
    base = base.lower()
    region = next((part.upper() for part in rest.split("-") if len(part) == 2), "")
    wanted = [region] if region else [_region_of_system(base), _REGIONS.get(base, base.upper())]
    return [*dict.fromkeys(f"{base}_{found}" for found in wanted if found), base]


def _region_of_system(base: str) -> str:
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        spoken, _underscore, rest = os.environ.get(variable, "").partition("_")
        if spoken:
            return rest[:2].upper() if spoken == base else ""
    return ""


def _pairs(folder: Path, base: str) -> Iterator[Path]:
    try:
        for dic in sorted(folder.glob(f"{base}*.dic")):
            pair = dic.with_suffix("")
            if (
                dic.stem.replace("-", "_").split("_")[0] == base
                and pair.with_suffix(".aff").exists()
            ):
                yield pair
    except OSError:
        return


def _that_came_along() -> Dictionary | None:
    """The American English one inside the library that checks."""
    for package, inside in (
        ("hunspell", "dictionaries/en_US"),
        ("spylls", "hunspell/data/en/en_US"),
    ):
        spec = importlib.util.find_spec(package)
        for root in (spec.submodule_search_locations or ()) if spec is not None else ():
            path = Path(root, inside)
            if path.with_suffix(".dic").exists():
                return Dictionary(path, "en_US", came_along=True)
    return None


def why_none(language: str) -> str:
    """Why a story in this language is not checked, and what to do about it."""
    if not has_spelling(language):
        return _("{language} is not checked: its words are not set apart by spaces.").format(
            language=language_name(language)
        )
    return _(
        "No spelling dictionary for {language} was found on this machine. {how} Or put its two "
        "files, .aff and .dic, into {folder}."
    ).format(language=language_name(language), how=how_to_get(language), folder=dictionaries_dir())


def note(dictionary: Dictionary, language: str) -> str:
    """What an author should know of the dictionary that was found; mostly nothing."""
    base, _dash, region = language.replace("_", "-").partition("-")
    if not region or region.upper()[:2] in dictionary.tag:
        return ""
    return _("There is no dictionary for {language} here, so {tag} is used. {how}").format(
        language=language, tag=dictionary.tag, how=how_to_get(f"{base}-{region}")
    )


def how_to_get(language: str) -> str:
    """One sentence: where this system has the dictionary."""
    base = base_language(language)
    package = language.lower().replace("_", "-") if "-" in language else _PACKAGES.get(base, base)
    if sys.platform.startswith("linux"):
        return _(
            "Install one; its package is called hunspell-{name} or similar, as in "
            "“sudo apt install hunspell-{name}”."
        ).format(name=package)
    return _("Install LibreOffice with the language's dictionary.")


# As Debian and Ubuntu name them, where it is not the bare language.
_PACKAGES = {"de": "de-de", "en": "en-us", "pt": "pt-pt"}
