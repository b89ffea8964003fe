"""The prompts as files: finds `<language>/<stage>/<task>.md.j2`, and what each of them may show.

A story's own copies come first, then the author's folder (`prompts` beside the settings), then what
ships; a language without a template falls back to English. Compiling it and telling its faults is
`template`'s business; what it is given is `context`'s and `planning`'s.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import jinja2

from storyforge import paths
from storyforge.borrowed import reason
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.prompting.template import ENDING, Compiled, FaultyTemplate, Template, compiled

#: a story's own templates by (language, name)
Own = Mapping[tuple[str, str], str]

_FALLBACK = "en"
# No name leads out of the library's folders.
_NAME = re.compile(r"[\w-][\w. -]*(?:/[\w-][\w. -]*)+")
# A template of so many characters is compiled in half a second, whatever stands in it.
_LONGEST = 50_000


class Origin(StrEnum):
    """Where a template comes from; the first that has one wins."""

    STORY = "this story's"
    YOURS = "yours"
    PACKAGED = "packaged"


@dataclass(frozen=True, slots=True)
class Located:
    """A template as it was found.

    Attributes:
        name: "<stage>/<task>". language: the folder's.
        path: its file; of a story's own copy its name only.
    """

    name: str
    language: str
    origin: Origin
    path: Path

    def source(self, own: Own) -> str:
        """Its text.

        Raises:
            BadInput: it cannot be read.
        """
        if self.origin is Origin.STORY:
            return own[self.language, self.name]
        return _source(self.path)


class _Neighbours(jinja2.BaseLoader):
    """Finds the templates that a template shows: those of the library, nothing else."""

    def __init__(self, language: str, own: Own) -> None:
        self._language = language
        self._own = own

    def load(
        self,
        environment: jinja2.Environment,
        name: str,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002
    ) -> jinja2.Template:
        """The template of that name, for the same rendering."""
        found = located(name, self._language, self._own)
        if found is None:
            raise jinja2.TemplateNotFound(name, _("there is no prompt “{name}”").format(name=name))
        try:
            shown = compiled(found.path, found.source(self._own))
        except BadInput as fault:
            raise jinja2.TemplateError(fault.message) from fault
        made = environment.make_globals(globals)
        return jinja2.Template.from_code(environment, shown.code, made)

    def variables(self, template: Compiled) -> frozenset[str]:
        """What a template and all that it shows ask for, as far as can be read from them."""
        known: set[str] = set()
        found = set(template.variables)
        waiting = [*template.shows]
        while waiting:
            name = waiting.pop()
            place = located(name, self._language, self._own)
            if place is None or name in known:
                continue
            known.add(name)
            shown = compiled(place.path, place.source(self._own))
            found |= shown.variables
            waiting += shown.shows
        return frozenset(found)


def folders(language: str) -> tuple[str, ...]:
    """The folders in which prompts for `language` (a BCP 47 tag) lie, the nearest first."""
    tag = language.replace("_", "-")
    names = (tag, tag.lower(), tag.lower().split("-")[0], _FALLBACK)
    return tuple(name for name in dict.fromkeys(names) if name)


def find(name: str, language: str, own: Own | None = None) -> Template:
    """The template `name` ("draft/continue") for stories in `language` (a BCP 47 tag).

    Args:
        own: the story's own templates.

    Raises:
        BadInput: there is none, it cannot be read, or it is not a lawful template.
    """
    found = located(name, language, own)
    if found is None:
        raise BadInput(
            _("The prompt “{name}” was not found in {folder}.").format(
                name=name, folder=paths.prompts_dir()
            ),
            title=_("Prompt missing"),
            hint=_("Install storyforge again; your stories are not touched by that."),
        )
    return made(found.path, found.source(own or {}), language, own)


def made(path: Path, source: str, language: str, own: Own | None = None) -> Template:
    """A template of that text, among those of a language.

    Raises:
        BadInput: it is not a lawful template, or one that it shows is not.
    """
    if len(source) > _LONGEST:
        why = _("it is longer than {count:,} characters").format(count=_LONGEST)
        raise FaultyTemplate(path, 0, why)
    template = compiled(path, source)
    loader = _Neighbours(language, own or {})
    digest = hashlib.sha256(source.encode()).hexdigest()[:16]
    return Template(path, digest, loader.variables(template), loader, template.code)


def located(name: str, language: str, own: Own | None = None) -> Located | None:
    """Where the template of that name lies; None where there is none."""
    return next(all_located(name, language, own), None)


def all_located(name: str, language: str, own: Own | None = None) -> Iterator[Located]:
    """Every template of that name, the one that wins first."""
    if not _NAME.fullmatch(name):
        return
    for folder in folders(language):
        if (folder, name) in (own or {}):
            yield Located(name, folder, Origin.STORY, Path(folder) / f"{name}{ENDING}")
        for origin, root in _roots().items():
            file = root / folder / f"{name}{ENDING}"
            if file.is_file():
                yield Located(name, folder, origin, file)


def all_names(own: Own | None = None) -> set[tuple[str, str]]:
    """(language, name) of every template there is."""
    found = {
        (file.relative_to(root).parts[0], file.relative_to(root).as_posix())
        for root in _roots().values()
        for file in root.glob(f"*/*/*{ENDING}")
    }
    named = {(first, path.partition("/")[2].removesuffix(ENDING)) for first, path in found}
    return named | set(own or {})


def own_file(name: str, language: str) -> Path:
    """Where the author's copy of a template lies, or would lie."""
    return _roots()[Origin.YOURS] / language / f"{name}{ENDING}"


def is_there(name: str) -> bool:
    """Whether there is a template `name` in any language."""
    return any(
        (folder / f"{name}{ENDING}").is_file()
        for root in _roots().values()
        for folder in root.glob("*")
    )


def _roots() -> dict[Origin, Path]:
    """The author's own templates, then those that ship."""
    return {Origin.YOURS: paths.config_dir() / "prompts", Origin.PACKAGED: paths.prompts_dir()}


def _source(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            _("The prompt {file} cannot be read: {why}.").format(file=file, why=reason(error)),
            title=_("Prompt not read"),
            hint=_("Save it as UTF-8 text, or move it away to use the one that ships."),
        ) from error
