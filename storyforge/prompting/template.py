"""A prompt as a template: compiled once, rendered at will, its faults told by file and line.

Where templates lie and which a template may show is `library`'s, what it may do is `sandbox`'s.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import CodeType, TracebackType

import jinja2
from jinja2 import meta
from jinja2.runtime import Context

from storyforge.borrowed import template_reason
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.prompting.sandbox import Sandbox

#: of a template's file
ENDING = ".md.j2"
# What an expression in a template can raise beside jinja2's own errors.
_RENDER_ERRORS = (
    jinja2.TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
)
# What Python says of a template that it cannot compile: nested too deep, a number too long.
_COMPILE_ERRORS = (SyntaxError, MemoryError, OverflowError, RecursionError, ValueError)


class FaultyTemplate(BadInput):
    """A template that does not work.

    Attributes:
        path: its file; of a story's own copy its name only.
        line: where, 0 where that is not known. why: a few words.
    """

    def __init__(self, path: Path, line: int, why: str) -> None:
        said = _("The prompt {file}, line {line}, does not work: {why}.").format(
            file=path, line=line, why=why
        )
        if not line:
            said = _("The prompt {file} does not work: {why}.").format(file=path, why=why)
        super().__init__(
            said,
            title=_("Prompt not usable"),
            hint=_("Correct that line, or take your copy back to use the one that ships."),
        )
        self.path = path
        self.line = line
        self.why = why


@dataclass(frozen=True, slots=True)
class Template:
    """A prompt that can be rendered.

    Attributes:
        path: the file it came from; of a story's own copy its name only.
        hash: identifies its source; 16 hex digits of SHA-256.
        variables: what it asks for, and the templates that it shows.
    """

    path: Path
    hash: str
    variables: frozenset[str]
    _loader: jinja2.BaseLoader = field(repr=False, compare=False)
    _code: CodeType = field(repr=False, compare=False)

    def render(self, **values: object) -> str:
        """The prompt for `values`.

        Raises:
            BadInput: the template asks for what it is not given, or fails; names file and line.
        """
        try:
            return self._made().render(values)
        except _RENDER_ERRORS as error:
            raise self._failed(error) from error

    def blocks(self, **values: object) -> dict[str, str]:
        """The blocks that the template has, by their names, each for `values`.

        Raises:
            BadInput: as for `render`.
        """
        made = self._made()
        context = made.new_context(values)
        try:
            return {name: _block(made, name, context) for name in made.blocks}
        except _RENDER_ERRORS as error:
            raise self._failed(error) from error

    def _made(self) -> jinja2.Template:
        sandbox = Sandbox(self._loader)
        return jinja2.Template.from_code(sandbox, self._code, sandbox.make_globals(None))

    def _failed(self, error: Exception) -> BadInput:
        if isinstance(error.__cause__, BadInput):
            # A template that it shows is at fault.
            return error.__cause__
        path, line = _place_of(error.__traceback__)
        return FaultyTemplate(path or self.path, line, template_reason(error))


@dataclass(frozen=True, slots=True)
class Compiled:
    """A template's code.

    Attributes:
        variables: what it asks for. shows: the templates that it shows, by their names.
    """

    code: CodeType
    variables: frozenset[str]
    shows: tuple[str, ...]


@lru_cache(maxsize=128)
def compiled(file: Path, source: str) -> Compiled:
    """What that text means, whichever file it stands in.

    Raises:
        FaultyTemplate: it is not a lawful template.
    """
    sandbox = Sandbox()
    try:
        tree = sandbox.parse(source, file.name, str(file))
        shows = tuple(name for name in meta.find_referenced_templates(tree) if name)
        asked = frozenset(meta.find_undeclared_variables(tree))
        return Compiled(sandbox.compile(tree, file.name, str(file)), asked, shows)
    except jinja2.TemplateSyntaxError as error:
        raise FaultyTemplate(file, error.lineno, template_reason(error)) from error
    except _COMPILE_ERRORS as error:
        raise FaultyTemplate(file, 0, template_reason(error)) from error


def _block(made: jinja2.Template, name: str, context: Context) -> str:
    try:
        return made.environment.concat(made.blocks[name](context))
    except _RENDER_ERRORS:
        # Raises it again with the template's lines in its traceback, as `render` does.
        made.environment.handle_exception()


def _place_of(traceback: TracebackType | None) -> tuple[Path | None, int]:
    """The deepest place in a template in a traceback, which jinja2 rewrote to templates' lines."""
    found: tuple[Path | None, int] = (None, 0)
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        if file.endswith(ENDING):
            found = (Path(file), traceback.tb_lineno)
        traceback = traceback.tb_next
    return found
