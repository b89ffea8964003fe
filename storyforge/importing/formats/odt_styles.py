"""What the styles of an OpenDocument text mean: letters, new pages, lines across. Pure."""

from dataclasses import dataclass, fields, replace

from lxml import etree

from storyforge.importing.formats.xml_names import attribute, child, descendants

_LONGEST_CHAIN = 20


@dataclass(frozen=True, slots=True)
class Look:
    """How a paragraph or a run is set; None is "as around it"."""

    italic: bool | None = None
    bold: bool | None = None
    dots: bool | None = None
    hidden: bool | None = None
    page_break: bool | None = None
    ruled: bool | None = None

    def over(self, base: "Look") -> "Look":
        """This look where it says something, else `base`."""
        names = (one.name for one in fields(self))
        said = {n: value for n in names if (value := getattr(self, n)) is not None}
        return replace(base, **said)


class Styles:
    """The styles of one document, by name."""

    def __init__(self, *roots: etree._Element | None) -> None:
        self._own: dict[str, Look] = {}
        self._based: dict[str, str] = {}
        for root in roots:
            for style in descendants(root, "style") if root is not None else ():
                name = attribute(style, "name")
                self._own[name] = _look(style)
                self._based[name] = attribute(style, "parent-style-name")

    def look(self, name: str) -> Look:
        """What the style `name` says, with all it is based on."""
        look = Look()
        for _step in range(_LONGEST_CHAIN):
            if name not in self._own:
                break
            look = look.over(self._own[name])
            name = self._based[name]
        return look

    def names(self, name: str) -> set[str]:
        """The style's own name and those it is based on, in lower case with spaces."""
        found: set[str] = set()
        while name and len(found) < _LONGEST_CHAIN:
            found.add(name.replace("_20_", " ").lower())
            name = self._based.get(name, "")
        return found


def _look(style: etree._Element) -> Look:
    letters = child(style, "text-properties")
    paragraph = child(style, "paragraph-properties")
    slant, weight = _said(letters, "font-style"), _said(letters, "font-weight")
    dots = attribute(letters, "text-emphasize")
    # In a manuscript an underline is emphasis, the typewriter's italics; of a link it is not.
    lined = attribute(letters, "text-underline-style") not in ("", "none")
    lined = lined and "link" not in attribute(style, "name").lower()
    before = attribute(paragraph, "break-before")
    line = attribute(paragraph, "border-bottom") or attribute(paragraph, "border")
    return Look(
        italic=True if lined else slant in ("italic", "oblique") if slant else None,
        bold=(weight == "bold" or weight[:1] in "6789") if weight else None,
        dots=not dots.startswith("none") if dots else None,
        hidden=attribute(letters, "display") == "none" or None,
        page_break=before == "page" if before else None,
        ruled=line != "none" if line else None,
    )


def _said(letters: etree._Element | None, name: str) -> str:
    """A property; Japanese letters have one of their own."""
    return attribute(letters, name) or attribute(letters, f"{name}-asian")
