"""Finds the classes of a style sheet that slant letters, make them heavy or set dots. Pure.

This is no CSS engine: a word processor's own classes and those of e-books are enough.
"""

import re
from dataclasses import dataclass

_CLASS = re.compile(r"\.([A-Za-z_][\w-]*)[ \t\r\n]*(?=,|\Z)")
_MOST = 1 << 20


@dataclass(frozen=True, slots=True)
class Style:
    """How letters are set; None is "as around them"."""

    italic: bool | None = None
    bold: bool | None = None
    dots: bool | None = None
    hidden: bool = False

    def over(self, base: "Style") -> "Style":
        """This style where it says something, else `base`."""
        return Style(
            base.italic if self.italic is None else self.italic,
            base.bold if self.bold is None else self.bold,
            base.dots if self.dots is None else self.dots,
            self.hidden or base.hidden,
        )


PLAIN = Style()


def declared(declarations: str) -> Style:
    """What a list of declarations says."""
    found: dict[str, str] = {}
    for declaration in declarations.lower().split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            name = name.strip(" \t\r\n").removeprefix("-webkit-").removeprefix("-epub-")
            found[name] = value.strip(" \t\r\n")
    slant, weight = found.get("font-style", ""), found.get("font-weight", "")
    dots = found.get("text-emphasis-style", found.get("text-emphasis", ""))
    return Style(
        italic=slant.startswith(("italic", "oblique")) if slant else None,
        bold=weight.startswith(("bold", "6", "7", "8", "9")) if weight else None,
        dots=not dots.startswith("none") if dots else None,
        hidden=found.get("display", "").startswith("none"),
    )


def classes(sheet: str) -> dict[str, Style]:
    """The classes of a style sheet that set letters in some way, by name."""
    found: dict[str, Style] = {}
    # Split, not matched: an expression would look for the end of a rule from every character on.
    for rule in sheet[:_MOST].split("}"):
        selectors, _brace, declarations = rule.rpartition("{")
        style = declared(declarations) if selectors else PLAIN
        if style != PLAIN:
            found |= dict.fromkeys(_CLASS.findall(selectors), style)
    return found
