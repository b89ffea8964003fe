"""Reads elements by their local names, whatever namespace a version of a format gives them. Pure.

Word writes two namespaces for one thing (transitional and strict), and what of others looks alike
(the letters of a formula) stands in containers that no reader enters.
"""

from collections.abc import Iterator

from lxml import etree


def local(element: etree._Element) -> str:
    """The element's name without its namespace; empty for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: etree._Element | None, name: str, default: str = "") -> str:
    """An attribute by its local name; in HTML a prefix is a part of the name and no namespace."""
    if element is None:
        return default
    for key, value in element.items():
        if str(key).rpartition("}")[2].rpartition(":")[2] == name:
            return str(value)
    return default


def children(element: etree._Element | None) -> dict[str, etree._Element]:
    """The children by name, the first of each; asked once, it costs less than looking for each."""
    found: dict[str, etree._Element] = {}
    for one in element if element is not None else ():
        found.setdefault(local(one), one)
    return found


def child(element: etree._Element | None, *way: str) -> etree._Element | None:
    """The first child on the way of names, or None."""
    for name in way:
        if element is None:
            return None
        element = element.find(f"{{*}}{name}")
    return element


def descendants(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Every element below of one of the names, in order."""
    for one in element.iterdescendants():
        if local(one) in names:
            yield one


def text_of(element: etree._Element | None) -> str:
    """All characters within an element."""
    return "" if element is None else "".join(str(piece) for piece in element.itertext())
