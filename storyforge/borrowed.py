"""What others say, in our words: the system, typer, pydantic, readers of TOML and JSON, `regex`.

Their sentences are English whatever the interface speaks. It owns the tables from a sentence of
theirs to a message of our catalogue; one that it does not know stays as it came. It knows no room.
"""

import errno
import re
from collections.abc import Sequence

from storyforge.i18n import N_, _

#: a pattern that a whole sentence matches, and our message; groups fill the placeholders in order
Said = tuple[tuple[str, str], ...]

_SYSTEM = {
    errno.ENOENT: N_("it is not there"),
    errno.EACCES: N_("you are not allowed to"),
    errno.EPERM: N_("the system forbids it"),
    errno.ENOSPC: N_("the disk is full"),
    errno.EDQUOT: N_("your share of the disk is full"),
    errno.EROFS: N_("the disk can only be read"),
    errno.EIO: N_("the disk answers with an error"),
    errno.EISDIR: N_("it is a folder"),
    errno.ENOTDIR: N_("a part of the path is not a folder"),
    errno.EEXIST: N_("something of that name is there already"),
    errno.ENOTEMPTY: N_("the folder is not empty"),
    errno.ENAMETOOLONG: N_("the name is too long"),
    errno.ELOOP: N_("links lead in a circle"),
    errno.EMFILE: N_("too many files are open"),
    errno.ENFILE: N_("too many files are open"),
    errno.EBUSY: N_("something else is using it"),
    errno.ETXTBSY: N_("something else is using it"),
    errno.EXDEV: N_("it lies on another disk"),
    errno.EFBIG: N_("the file is too large"),
    errno.EINVAL: N_("the system does not take such a name or value"),
    errno.ETIMEDOUT: N_("it did not answer in time"),
    errno.ENOMEM: N_("there is not enough memory"),
    errno.EPIPE: N_("nobody reads it any more"),
    errno.ENOEXEC: N_("it is no program"),
}

#: why a value cannot be used: pydantic's and typer's
_VALUES: Said = (
    (r"Field required", N_("it must be set")),
    (r"Input should be a valid integer.*", N_("it must be a whole number")),
    (r"Input should be a finite number", N_("it must be a number")),
    (r"Input should be a valid number.*", N_("it must be a number")),
    (r"Input should be a valid boolean.*", N_("it must be true or false")),
    (r"Input should be a valid string", N_("it must be a text")),
    (r"Input (?:should be|is not) a valid path.*", N_("it must be a path")),
    (r"Input should be a valid dictionary.*", N_("it must be a table")),
    (r"Input should be greater than or equal to (\S+)", N_("it must be {least} or more")),
    (r"Input should be less than or equal to (\S+)", N_("it must be {most} or less")),
    (r"Input should be greater than (\S+)", N_("it must be more than {bound}")),
    (r"Input should be less than (\S+)", N_("it must be less than {bound}")),
    (r"Input should be ('.+') or ('.+')", N_("it must be {names} or {name}")),
    (r"Input should be ('.+')", N_("it must be {name}")),
    (r"String should match pattern '(.+)'", N_("it must be written so: {pattern}")),
    (r"(\S+) is not in the range (.+)\.", N_("{value} is not in the range {range}")),
    (r"'?(.*?)'? is not one of (.+)\.", N_("{value} is none of {names}")),
    (r"'(.+)' is not a valid (?:integer|int)(?: range)?\.", N_("it must be a whole number")),
    (r"'(.+)' is not a valid float(?: range)?\.", N_("it must be a number")),
    (r"error parsing value for field \"(\w+)\".*", N_("“{name}” is not valid JSON")),
)

#: what is wrong in a file: the readers of TOML (tomllib, tomlkit) and JSON, and Unicode
_FILES: Said = (
    (
        r"(?:Cannot (?:overwrite a value|declare .* twice)) \(at end of document\)",
        N_("the same name stands there twice, in its last line"),
    ),
    (r"Key \"(.+)\" already exists\. at line (\d+) col .*", N_("“{name}” stands there twice")),
    (
        r"Expected '=' after a key in a key/value pair \(at line (\d+), column (\d+)\)",
        N_("a “=” is missing in line {line}, column {column}"),
    ),
    (
        r"(?:Unterminated string|Illegal character '\\n') \(at line (\d+), column (\d+)\)",
        N_("a closing quote is missing in line {line}, column {column}"),
    ),
    (
        r"Unclosed (?:array|inline table) \(at (?:line (\d+), column (\d+)|end of document)\)",
        N_("a closing bracket is missing at the end"),
    ),
    (
        r"Cannot (?:overwrite a value|declare .* twice) \(at line (\d+), column (\d+)\)",
        N_("the same name stands there twice, in line {line}, column {column}"),
    ),
    (
        r"Expected newline or end of document after a statement \(at line (\d+), column (\d+)\)",
        N_("nothing more may stand in line {line} from column {column} on"),
    ),
    (r"[^\n]*\(at line (\d+), column (\d+)\)", N_("line {line} cannot be read, column {column}")),
    (r"[^\n]* \(at end of document\)", N_("it breaks off at its end")),
    (r"[^\n]* at line (\d+) col \d+", N_("line {line} cannot be read")),
    (
        r"'(\S+)' codec can't decode bytes? .* in position (\d+).*",
        N_("it is no text in {encoding} from byte {byte} on"),
    ),
    (r"Expecting value", N_("a value is missing.")),
    (r"Expecting ',' delimiter", N_("a comma is missing.")),
    (r"Expecting ':' delimiter", N_("a colon is missing.")),
    (r"Expecting property name enclosed in double quotes", N_("a name in quotes is missing.")),
    (r"Unterminated string starting at", N_("a closing quote is missing.")),
    (r"Invalid control character at", N_("a control character stands in a text.")),
    (r"Invalid \\\w* ?escape.*", N_("a “\\” stands before a letter that it cannot stand before.")),
    (r"Extra data", N_("more stands behind its end.")),
    (r"Illegal trailing comma.*", N_("a comma stands before a closing bracket.")),
    (r"File is not a zip file\.?", N_("it is no zip file.")),
    (r"Bad CRC-32 for file '(.+)'\.?", N_("“{part}” in it is damaged.")),
    (r"File '?(.+?)'? is encrypted, password required.*", N_("“{part}” in it has a password.")),
)

#: what is wrong in a regular expression
_EXPRESSIONS: Said = (
    (r"missing (\S+)", N_("a “{bracket}” is missing")),
    (r"expected (\})", N_("a “{bracket}” is missing")),
    (r"unbalanced parenthesis", N_("a bracket is closed that was not opened")),
    (r"unterminated character set", N_("a “]” is missing")),
    (r"expected character set", N_("a set in “[…]” is missing")),
    (r"bad character range", N_("a range such as “a-z” goes backwards")),
    (r"nothing to repeat", N_("nothing stands before a sign that repeats")),
    (r"multiple repeat", N_("two signs that repeat stand together")),
    (r"min repeat greater than max repeat", N_("a repetition goes backwards")),
    (r"repeat count too big", N_("a repetition is too long")),
    (r"bad escape \(end of pattern\)", N_("a “\\” stands alone at the end")),
    (r"(?:bad|incomplete|bad hex) (?:hex )?escape (.+)", N_("“{sign}” means nothing")),
    (
        r"(?:unknown group|invalid group reference|group reference not allowed).*",
        N_("a group is meant that is not there"),
    ),
    (r"cannot refer to an open group", N_("a group is meant that is not closed yet")),
    (
        r"(?:missing group name|bad character in group name).*",
        N_("the name of a group is missing or cannot be used"),
    ),
    (r"unknown property(?: value)?.*", N_("a property is meant that there is not")),
    (r"undefined character name.*", N_("a character is meant that there is not")),
    (r"(?:unknown extension|unknown verb|bad inline flags).*", N_("“(?…” is used unlawfully")),
    (r"RecursionError", N_("it is nested too deep")),
    (r"OverflowError", N_("a number in it is too large")),
)

#: what is wrong in a prompt's template: jinja2's, and Python's
_TEMPLATES: Said = (
    (r"'(\S+) object' has no attribute (.+)", N_("{kind} has no {name}")),
    (r"'(.+)' is undefined", N_("“{name}” is nothing that it is given")),
    (r"No filter named '(.+)'(?: found)?", N_("there is no filter “{name}”")),
    (r"No test named '(.+)'(?: found)?", N_("there is no test “{name}”")),
    (r"Encountered unknown tag '(\w+)'.*", N_("there is no tag “{name}”")),
    (r"Unexpected end of template.*", N_("a block that is opened is not closed")),
    (r"Missing end of (?:comment tag|raw directive)", N_("a comment is not closed")),
    (r"[Uu]nexpected '(.+)'.*", N_("“{sign}” stands where it cannot stand")),
    (r"unexpected char '(.+)' at \d+", N_("“{sign}” stands where it cannot stand")),
    (r"expected token '(.+)', got '(.+)'", N_("“{expected}” is missing before “{sign}”")),
    (r"Expected an expression, got '(.+)'", N_("a value is missing before “{sign}”")),
    (r"(?:integer )?(?:modulo|division) by zero|division by zero", N_("it divides by zero")),
    (r"Range too big.*", N_("a range in it is too large")),
    (r".*(?:[Rr]ecursion|too many (?:statically )?nested).*", N_("it is nested too deep")),
    (r"MemoryError", N_("it is nested too deep")),
    (r"Exceeds the limit .*", N_("a number in it is too large")),
)
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def system_reason(error: OSError) -> str:
    """Why the system did not do it."""
    known = _SYSTEM.get(error.errno or 0)
    return _(known) if known is not None else (error.strerror or str(error))


def reason(error: BaseException | str) -> str:
    """Why something could not be read or used; an unknown reason as it came."""
    if isinstance(error, OSError) and error.errno:
        return system_reason(error)
    text = str(error).strip(" \n") or type(error).__name__
    found = translated(text, (*_VALUES, *_FILES))
    return text if found is None else found


def expression_reason(said: str) -> str:
    """What is wrong in a regular expression."""
    found = translated(said, _EXPRESSIONS)
    return said if found is None else found


def template_reason(error: BaseException) -> str:
    """What is wrong in a template."""
    said = str(error).split("\n", 1)[0].rstrip(". ") or type(error).__name__
    found = translated(said, _TEMPLATES)
    return said if found is None else found


def translated(said: str, table: Said) -> str | None:
    """Our words for `said` by `table`; None where it is not in it."""
    for pattern, message in table:
        match = re.fullmatch(pattern, said, re.DOTALL)
        if match:
            return filled(message, [group or "" for group in match.groups()])
    return None


def filled(message: str, values: Sequence[str]) -> str:
    """`message` translated, its placeholders filled with `values` in the message's own order.

    Values that the message does not name are left out.
    """
    names = _PLACEHOLDER.findall(message)
    return _(message).format(**dict(zip(names, values, strict=False)))
