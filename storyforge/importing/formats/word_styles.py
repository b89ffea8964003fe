"""What the styles of a Word file mean: headings, slanted and heavy letters. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from lxml import etree

from storyforge.importing.formats.xml_names import attribute, child, children, local

_HEADING_NAME = re.compile(r"heading ([1-9])")
# Half a line and more: in twips, in hundredths of a line.
_ROOM, _ROOM_LINES = 200, 50
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
        if base is NO_LOOK or base is self:
            return self
        # Written out: `dataclasses.replace` costs four times as much, and every run asks.
        return Look(
            base.italic if self.italic is None else self.italic,
            base.bold if self.bold is None else self.bold,
            base.dots if self.dots is None else self.dots,
            base.hidden if self.hidden is None else self.hidden,
            base.level if self.level is None else self.level,
            base.page_break if self.page_break is None else self.page_break,
            self.name or base.name,
        )


NO_LOOK = Look()


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
            look = paragraph_look(children(child(style, "pPr"))).over(
                run_look(children(child(style, "rPr")))
            )
            named = _HEADING_NAME.fullmatch(name)
            if named and look.level is None:
                look = replace(look, level=int(named[1]))
            if "hyperlink" in name:
                look = replace(look, italic=None)
            self._own[key] = replace(look, name=name)
            self._based[key] = attribute(child(style, "basedOn"), "val")

    def look(self, key: str) -> Look:
        """What the style `key` says, with all it is based on."""
        if not key:
            return NO_LOOK
        if key not in self._whole:
            look, base = NO_LOOK, key
            for _step in range(_LONGEST_CHAIN):
                if base not in self._own:
                    break
                look = self._own[base] if look is NO_LOOK else look.over(self._own[base])
                base = self._based[base]
            self._whole[key] = look
        return self._whole[key]


def run_look(said: Mapping[str, etree._Element]) -> Look:
    """What a run's properties say of it."""
    if not said:
        return NO_LOOK
    dots = said.get("em")
    # In a manuscript an underline is emphasis: the typewriter's italics.
    underlined = attribute(said.get("u"), "val") not in ("", "none")
    return Look(
        italic=True if underlined else _toggle(said, "i"),
        bold=_toggle(said, "b"),
        dots=None if dots is None else attribute(dots, "val") not in ("", "none"),
        hidden=_toggle(said, "vanish"),
    )


def paragraph_look(said: Mapping[str, etree._Element]) -> Look:
    """What a paragraph's properties say of it."""
    if not said:
        return NO_LOOK
    level = attribute(said.get("outlineLvl"), "val")
    number = int(level) if level.isascii() and level.isdecimal() and len(level) < 3 else None
    return Look(
        level=None if number is None else number + 1 if number < 9 else 0,
        page_break=_toggle(said, "pageBreakBefore"),
    )


def is_roomy(said: Mapping[str, etree._Element]) -> bool:
    """Whether a paragraph's own properties set it off from the one above it by a line or so."""
    spacing = said.get("spacing")
    for name, least in (("before", _ROOM), ("beforeLines", _ROOM_LINES)):
        given = attribute(spacing, name)
        if given.isascii() and given.isdecimal() and len(given) < 7 and int(given) >= least:
            return True
    return False


def _toggle(said: Mapping[str, etree._Element], name: str) -> bool | None:
    found = said.get(name)
    if found is None:
        return None
    return attribute(found, "val", "true") not in ("0", "false", "off", "none")
