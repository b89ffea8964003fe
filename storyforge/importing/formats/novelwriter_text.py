"""The lines of a novelWriter document: headings, what stands beside the text, emphasis. Pure."""

import re

from storyforge.domain.text import one_line
from storyforge.i18n import _

_HEADING = re.compile(r"(#{1,4})(!?)[ \t]+(.*)")
_BESIDE = re.compile(r"%[ \t]{0,9}~?[ \t]{0,9}([A-Za-z]{1,20})(?:\.([^:\s]{1,40}))?:(.*)")
_SLANTED = re.compile(r"(?<![\w\\])_(?=[^\s_])([^_\n]{1,2000})(?<=[^\s])_(?!\w)")
_CODES = re.compile(r"\[/?(?:i|b|u|s|m|sup|sub)\]", re.IGNORECASE)
_FOOTNOTE = re.compile(r"\[footnote:[^\]\n]{1,40}\]", re.IGNORECASE)
_LAYOUT = re.compile(r"\[(?:new ?page|vspace(?::\d{1,4})?)\]", re.IGNORECASE)
_SIGNS = {"i": "*", "b": "**"}


def heading_of(line: str) -> tuple[int, str, bool] | None:
    """The level and title of a heading, and whether it names the novel (`#!`); None otherwise."""
    match = _HEADING.fullmatch(line)
    if match is None or not one_line(match[3]):
        return None
    return len(match[1]), one_line(match[3]), match[1] == "#" and bool(match[2])


def note_of(line: str) -> str:
    """A line that stands beside the text, `@tag` or `%comment`, as a note for the author."""
    if line.startswith("@"):
        return one_line(line)
    match = _BESIDE.fullmatch(line)
    if match is None:
        return one_line(line.lstrip("%~ \t"))
    kind, key, said = match[1].lower(), match[2] or "", one_line(match[3])
    if kind in ("synopsis", "short"):
        return _("Synopsis: {text}").format(text=said)
    if kind == "footnote":
        return _("Footnote {key}: {text}").format(key=key, text=said)
    name = f"{kind}.{key}" if key else kind
    return f"{name}: {said}"


def page_line(line: str) -> str:
    """A line of text as it stands on a page."""
    if _LAYOUT.fullmatch(line.strip(" \t")):
        return ""
    line = _FOOTNOTE.sub("", line).replace("[br]", "\n")
    if line.startswith(">") or line.endswith("<"):
        line = line.removeprefix(">").removeprefix(">").removesuffix("<").removesuffix("<")
        line = line.strip(" \t")
    line = _SLANTED.sub(r"*\1*", line)
    return _CODES.sub(lambda code: _SIGNS.get(code[0].strip("[]/").lower(), ""), line)
