"""The prompts as files: finds `<language>/<stage>/<task>.md.j2`, compiles it, says what is wrong.

The author's own folder (`prompts` beside the settings) comes before the one that ships; a language
without a template falls back to English. What a template is given is `context`'s business.
"""

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import TracebackType

import jinja2
from jinja2 import meta
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from storyforge import paths
from storyforge.borrowed import reason
from storyforge.errors import BadInput
from storyforge.i18n import _

_FALLBACK = "en"
# What an expression in a template can raise beside jinja2's own errors.
_RENDER_ERRORS = (
    jinja2.TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled prompt.

    Attributes:
        path: the file it came from.
        hash: identifies its source; 16 hex digits of SHA-256.
        variables: what it asks for.
    """

    path: Path
    hash: str
    variables: frozenset[str]
    _compiled: jinja2.Template = field(repr=False)

    def render(self, **values: object) -> str:
        """The prompt for `values`.

        Raises:
            BadInput: the template asks for what it is not given, or fails; names file and line.
        """
        try:
            return self._compiled.render(values)
        except _RENDER_ERRORS as error:
            raise self._failed(error) from error

    def blocks(self, **values: object) -> dict[str, str]:
        """The blocks that the template has, by their names, each for `values`.

        Raises:
            BadInput: as for `render`.
        """
        context = self._compiled.new_context(values)
        try:
            return {name: self._block(name, context) for name in self._compiled.blocks}
        except _RENDER_ERRORS as error:
            raise self._failed(error) from error

    def _block(self, name: str, context: Context) -> str:
        try:
            return "".join(self._compiled.blocks[name](context))
        except _RENDER_ERRORS:
            # Raises it again with the template's lines in its traceback, as `render` does.
            self._compiled.environment.handle_exception()

    def _failed(self, error: Exception) -> BadInput:
        return _faulty(self.path, _line_in(self.path, error.__traceback__), error)


def folders(language: str) -> tuple[str, ...]:
    """The folders in which prompts for `language` (a BCP 47 tag) lie, the nearest first."""
    tag = language.replace("_", "-")
    names = (tag, tag.lower(), tag.lower().split("-")[0], _FALLBACK)
    return tuple(name for name in dict.fromkeys(names) if name)


def find(name: str, language: str) -> Template:
    """The template `name` ("draft/continue") for stories in `language` (a BCP 47 tag).

    Raises:
        BadInput: there is none, it cannot be read, or it is not a lawful template.
    """
    for folder in folders(language):
        for root in _roots():
            file = root / folder / f"{name}.md.j2"
            if file.is_file():
                return _read(file)
    raise BadInput(
        _("The prompt “{name}” was not found in {folder}.").format(
            name=name, folder=paths.prompts_dir()
        ),
        title=_("Prompt missing"),
        hint=_("Install storyforge again; your stories are not touched by that."),
    )


def is_there(name: str) -> bool:
    """Whether there is a template `name` in any language."""
    return any(
        (folder / f"{name}.md.j2").is_file() for root in _roots() for folder in root.glob("*")
    )


def _roots() -> tuple[Path, Path]:
    """The author's own templates, then those that ship."""
    return paths.config_dir() / "prompts", paths.prompts_dir()


def _read(file: Path) -> Template:
    try:
        source = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            _("The prompt {file} cannot be read: {why}.").format(file=file, why=reason(error)),
            title=_("Prompt not read"),
            hint=_("Save it as UTF-8 text, or move it away to use the one that ships."),
        ) from error
    return _compile(file, source)


@lru_cache(maxsize=64)
def _compile(file: Path, source: str) -> Template:
    # One environment a template: nothing is shared, and there is no loader to wander with.
    environment = ImmutableSandboxedEnvironment(
        undefined=jinja2.StrictUndefined, keep_trailing_newline=True, autoescape=False
    )
    try:
        code = environment.compile(source, name=file.name, filename=str(file))
        asked = frozenset(meta.find_undeclared_variables(environment.parse(source)))
    except jinja2.TemplateSyntaxError as error:
        raise _faulty(file, error.lineno, error) from error
    compiled = jinja2.Template.from_code(environment, code, environment.make_globals(None))
    return Template(file, hashlib.sha256(source.encode()).hexdigest()[:16], asked, compiled)


def _line_in(file: Path, traceback: TracebackType | None) -> int:
    """The deepest line of `file` in a traceback, which jinja2 rewrote to template lines; or 0."""
    line = 0
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == str(file):
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def _faulty(file: Path, line: int, error: Exception) -> BadInput:
    why = str(error).rstrip(".") or type(error).__name__
    return BadInput(
        _("The prompt {file}, line {line}, does not work: {why}.").format(
            file=file, line=line, why=why
        ),
        title=_("Prompt not usable"),
        hint=_("Correct that line, or move the file away to use the one that ships."),
    )
