"""What the styles of a Word file mean: headings, slanted and heavy letters. Pure."""

import re
from dataclasses import dataclass, replace

from lxml import etree

from storyforge.importing.formats.xml_names import attribute, child, local

_HEADING_NAME = re.compile(r"heading ([1-9])")
_LONGEST_CHAIN = 20


@dataclass(frozen=True, slots=True)
class Look:
    """How a paragraph or a run is set; None is "as around it".

    Attributes:
        level: the heading's level from 1; 0 is no heading.
        name: the style's own name in lower case, English in every Word.
    """

    italic: bool | None = None
    bold: bool | None = None
    dots: bool | None = None
    hidden: bool | None = None
    level: int | None = None
    page_break: bool | None = None
    name: str = ""

    def over(self, base: "Look") -> "Look":
        """This look where it says something, else `base`."""
        said = {
            field: value
            for field in ("italic", "bold", "dots", "hidden", "level", "page_break")
            if (value := getattr(self, field)) is not None
        }
        return replace(base, **said, name=self.name or base.name)


class Styles:
    """The styles of one file, by their ids."""

    def __init__(self, root: etree._Element | None) -> None:
        self._own: dict[str, Look] = {}
        self._based: dict[str, str] = {}
        self._whole: dict[str, Look] = {}
        self.language = attribute(child(root, "docDefaults", "rPrDefault", "rPr", "lang"), "val")
        for style in root if root is not None else ():
            if local(style) != "style":
                continue
            key = attribute(style, "styleId")
            name = attribute(child(style, "name"), "val").lower()
            look = paragraph_look(child(style, "pPr")).over(run_look(child(style, "rPr")))
            named = _HEADING_NAME.fullmatch(name)
            if named and look.level is None:
                look = replace(look, level=int(named[1]))
            self._own[key] = replace(look, name=name)
            self._based[key] = attribute(child(style, "basedOn"), "val")

    def look(self, key: str) -> Look:
        """What the style `key` says, with all it is based on."""
        if key not in self._whole:
            look, base = Look(), key
            for _step in range(_LONGEST_CHAIN):
                if base not in self._own:
                    break
                look = look.over(self._own[base])
                base = self._based[base]
            self._whole[key] = look
        return self._whole[key]


def run_look(properties: etree._Element | None) -> Look:
    """What a run says of itself."""
    if properties is None:
        return Look()
    dots = child(properties, "em")
    return Look(
        italic=_toggle(properties, "i"),
        bold=_toggle(properties, "b"),
        dots=None if dots is None else attribute(dots, "val") not in ("", "none"),
        hidden=_toggle(properties, "vanish"),
    )


def paragraph_look(properties: etree._Element | None) -> Look:
    """What a paragraph says of itself."""
    if properties is None:
        return Look()
    level = attribute(child(properties, "outlineLvl"), "val")
    number = int(level) if level.isascii() and level.isdecimal() and len(level) < 3 else None
    return Look(
        level=None if number is None else number + 1 if number < 9 else 0,
        page_break=_toggle(properties, "pageBreakBefore"),
    )


def _toggle(properties: etree._Element, name: str) -> bool | None:
    found = child(properties, name)
    if found is None:
        return None
    return attribute(found, "val", "true") not in ("0", "false", "off", "none")
