"""Typer in our words: its help and its complaints come from our catalogue and fit the terminal.

Typer 0.2x says most of its own words in English, whatever the language, and measures lines in
letters where Japanese ones take two cells each. It owns the groups, commands and formatter that
every verb is made of; it knows no verb.
"""

import re
import sys
from collections.abc import Sequence
from itertools import accumulate, takewhile
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from storyforge.borrowed import filled, reason
from storyforge.i18n import N_, _

#: what typer and its parser say, as they say it, and the message of our catalogue for it; the
#: groups of the pattern fill the placeholders in their order
_SAID: tuple[tuple[str, str], ...] = (
    (r"Usage: (.*)", N_("Usage: {command}")),
    (r"Options:", N_("Options:")),
    (r"Arguments:", N_("Arguments:")),
    (r"Commands:", N_("Commands:")),
    (r"Show this message and exit\.", N_("Show this message and exit.")),
    (
        r"Install completion for the current shell\.",
        N_("Install completion for the current shell."),
    ),
    (
        r"Show completion for the current shell, to copy it or customize the installation\.",
        N_("Show completion for the current shell, to copy it or customize the installation."),
    ),
    (r"Try '(.+)' for help\.", N_("Try “{command}” for help.")),
    (r"Missing command\.", N_("A verb is missing.")),
    (r"No such command '(.+?)'\.", N_("There is no verb “{name}”.")),
    (
        r"No such command '(.+?)'\. Did you mean (.+)\?",
        N_("There is no verb “{name}”. Did you mean {names}?"),
    ),
    (r"Missing argument '(.+?)'\.", N_("The argument {name} is missing.")),
    (r"Missing option '(.+?)'\.", N_("The option {name} is missing.")),
    (r"No such option: (\S+)", N_("There is no option {name}.")),
    (
        r"No such option: (\S+) Did you mean (.+)\?",
        N_("There is no option {name}. Did you mean {names}?"),
    ),
    (
        r"No such option: (\S+) \(Possible options: (.+)\)",
        N_("There is no option {name}. Did you mean {names}?"),
    ),
    (r"Got unexpected extra arguments?(?:\(s\))? \((.+)\)", N_("This is too much: {what}")),
    (r"Option '(.+?)' requires an argument\.", N_("The option {name} needs a value.")),
    (r"Option '(.+?)' does not take a value\.", N_("The option {name} takes no value.")),
    (r"Invalid value for '?([^' ]+)'?(?: / '[^']+')*: (.+)", N_("{name} cannot be so: {why}")),
    (r"Invalid value: (.+)", N_("This value cannot be used: {why}")),
)
#: marks behind an option or an argument
_MARKS: tuple[tuple[str, str], ...] = (
    (r"\[OPTIONS\]", N_("[OPTIONS]")),
    (r"COMMAND \[ARGS\]\.\.\.", N_("VERB [ARGUMENTS]...")),
    (r"\[required\]", N_("[required]")),
    (r"\[default: ([^\]]+)\]", N_("[default: {value}]")),
    (r"<(?:path|text|str|int|float|file|list\[\w+\])>", ""),
)


def in_our_words(said: str) -> str:
    """What typer said in one line or sentence, by our catalogue; unknown words stay."""
    for pattern, message in _SAID:
        match = re.fullmatch(pattern, said.strip(), re.DOTALL)
        if match:
            return filled(message, [reason(group) for group in match.groups()])
    return said


def _marked(text: str) -> str:
    for pattern, message in _MARKS:
        for match in reversed(list(re.finditer(pattern, text))):
            ours = filled(message, list(match.groups())) if message else ""
            text = text[: match.start()] + ours + text[match.end() :]
    return text


def _wrapped(text: str, width: int) -> list[str]:
    """Lines of at most `width` cells, broken as a page's are: none begins with 、 or 。."""
    from rich.cells import cell_len

    from storyforge.tui.widgets.line_breaks import may_break

    lines: list[str] = []
    while cell_len(text) > width:
        full = len(_that_fits(text, width))
        cut = full
        # An option such as --dry-run is one word.
        while cut and (text[cut - 1] == "-" or not may_break(text, cut)):
            cut -= 1
        lines.append(text[: cut or full].rstrip(" "))
        text = text[cut or full :]
    return [*lines, text.rstrip(" ")]


def _that_fits(text: str, width: int) -> str:
    """As much of the beginning of `text` as `width` cells hold, one character at the least."""
    from rich.cells import cell_len

    ends = accumulate(map(cell_len, text))
    return text[: max(sum(1 for _end in takewhile(width.__ge__, ends)), 1)]


_Context: Any = TyperCommand.context_class


class _Formatter(_Context.formatter_class):  # type: ignore[misc]
    """Typer's formatter, with our words and lines measured in cells."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The first line of a help."""
        self.write(in_our_words(f"Usage: {prog} {_marked(args)}") + "\n")

    def write_heading(self, heading: str) -> None:
        """The name of a section."""
        self.write(f"{'':>{self.current_indent}}{in_our_words(f'{heading}:')}\n")

    def write_text(self, text: str) -> None:
        """Paragraphs; one that begins with a line of `\\b` keeps its lines."""
        indent = " " * self.current_indent
        for number, paragraph in enumerate(re.split(r"\n{2,}", text.strip("\n"))):
            if number:
                self.write("\n")
            if paragraph.startswith("\b"):
                lines = paragraph.split("\n")[1:]
            else:
                lines = _wrapped(_joined(paragraph), self.width - self.current_indent)
            self.write("".join(f"{indent}{line}\n" for line in lines))

    def write_dl(
        self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Options, arguments or verbs, and what each is."""
        told = [(_marked(first).strip(" "), second) for first, second in rows]
        longest = max((len(first) for first, _second in told), default=0)
        column = self.current_indent + min(longest, col_max) + col_spacing
        for first, second in told:
            head = f"{'':>{self.current_indent}}{first}"
            lines = _wrapped(_told(second), max(self.width - column - 2, 10))
            if len(head) + col_spacing > column:
                self.write(f"{head}\n")
                head = ""
            for line in lines:
                self.write(f"{head:<{column}}{line}".rstrip(" ") + "\n")
                head = ""


def _joined(paragraph: str) -> str:
    """A paragraph's lines as one: a blank between them, but none between Japanese ones."""
    return re.sub(r"(?<=[^\x00-\x7f])\n(?=[^\x00-\x7f])", "", paragraph).replace("\n", " ")


def _told(second: str) -> str:
    """An option's help with typer's own sentences and marks in our words."""
    help_, gap, marks = second.partition("  [")
    return in_our_words(help_) + (gap[:-1] + _marked("[" + marks) if gap else "")


class _InOurWords(_Context):  # type: ignore[misc]
    formatter_class = _Formatter


def _short(help_: str | None) -> str:
    """A help's first sentence, whole: what has no room beside the name stands in a second line."""
    first = _joined((help_ or "").strip("\n").split("\n\n")[0])
    sentence = re.split(r"(?<=\.)\s|(?<=。)", first)[0]
    for end in (".", "。", ":"):
        sentence = sentence.removesuffix(end)
    return sentence


class Verb(TyperCommand):
    """A verb whose help is in our words."""

    context_class = _InOurWords

    def get_short_help_str(self, limit: int = 45) -> str:
        """What stands beside the verb's name."""
        del limit
        return _short(self.help)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Arguments and options; those with a panel of their own under its name, first."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for param in sorted(self.get_params(ctx), key=_has_no_panel):
            told = param.get_help_record(ctx)
            if told is not None:
                is_argument = param.param_type_name == "argument"
                usual = "Arguments" if is_argument else "Options"
                panel = getattr(param, "rich_help_panel", None) or usual
                sections.setdefault(panel, []).append(told)
        for name, rows in sections.items():
            with formatter.section(name):
                formatter.write_dl(rows)


def _has_no_panel(param: Any) -> bool:
    is_argument = param.param_type_name == "argument"
    return not is_argument and getattr(param, "rich_help_panel", None) is None


class VerbGroup(TyperGroup):
    """A group of verbs; it also tells what was wrong with a command line."""

    context_class = _InOurWords

    def get_short_help_str(self, limit: int = 45) -> str:
        """What stands beside the group's name."""
        del limit
        return _short(self.help)

    def main(self, args: Any = None, *_rest: Any, **more: Any) -> Any:
        """Run the command line; typer's own errors end the process with status 2."""
        try:
            status = super().main(args, **{**more, "standalone_mode": False})
        except typer.Abort:
            print(_("Stopped."), file=sys.stderr)
            sys.exit(1)
        except _WrongUse as error:
            _complain(error)
            sys.exit(error.exit_code)
        sys.exit(status if isinstance(status, int) else 0)


#: the kind of all complaints of typer's parser; its own name is private
_WrongUse: Any = typer.BadParameter.__mro__[1]


def _complain(error: Any) -> None:
    """The usage, the way to the help, and what was wrong, on stderr."""
    said = str(error.format_message())
    if "\n" in said:
        print(said, file=sys.stderr)  # a group without a verb says its whole help
        return
    if error.ctx is not None:
        print(error.ctx.get_usage(), file=sys.stderr)
        path = f"{error.ctx.command_path} {error.ctx.help_option_names[0]}"
        print(in_our_words(f"Try '{path}' for help."), file=sys.stderr)
        print(file=sys.stderr)
    print(_("Error: {what}").format(what=in_our_words(said)), file=sys.stderr)


class Verbs(typer.Typer):
    """A typer application whose groups and verbs are in our words."""

    def __init__(self, **more: Any) -> None:
        super().__init__(cls=VerbGroup, **more)

    def command(self, name: str | None = None, **more: Any) -> Any:
        """Add a verb."""
        return super().command(name, **{"cls": Verb, **more})
