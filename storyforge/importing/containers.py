"""Opens what foreign files are packed in, zip, XML and JSON, and lets nothing harmful through.

Every reader of a format comes through here. Zip bombs, encrypted and damaged zips, names that
climb out of the archive or stand in it twice, entities in XML, JSON that is nested without end or
has numbers as long as books are refused by name, with the file and the place in it. Nothing is
unpacked to the disk, nothing is fetched. What the contents mean is no business of this module.
"""

import io
import json
import re
import zipfile
import zlib
from typing import Any, NoReturn

from lxml import etree

from storyforge.borrowed import reason
from storyforge.domain.text import one_line
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.importing.limits import (
    DEEPEST_JSON,
    DEEPEST_XML,
    HIGHEST_RATIO,
    LARGEST_PART,
    LARGEST_TOTAL,
    LONGEST_NUMBER,
    MOST_PARTS,
    MOST_XML_ELEMENTS,
    RATIO_FROM,
    broken,
    refused,
)

_ZIP_FAULTS = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError,
    RuntimeError, OverflowError, MemoryError,
)  # fmt: skip


class Archive:
    """The parts of one zip file, by name.

    Attributes:
        file: the name of the file, for errors.
        names: in the order of the archive, folders left out.

    Raises:
        BadInput: it is no sound zip, or one that should not be opened.
    """

    def __init__(self, data: bytes, file: str) -> None:
        self.file = one_line(file)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            parts = self._zip.infolist()
        except _ZIP_FAULTS as error:
            raise broken(file, _("its list of parts"), _spoken(error)) from error
        self._parts: dict[str, zipfile.ZipInfo] = {}
        self._unpacked = 0
        if len(parts) > MOST_PARTS:
            self._refuse(_("“{file}” is a zip bomb: it holds {count:,} parts."), count=len(parts))
        for part in parts:
            self._take_in(part)
        self.names = tuple(self._parts)

    def __contains__(self, name: str) -> bool:
        return name in self._parts

    def read(self, name: str) -> bytes:
        """What the part `name` unpacks to.

        Raises:
            BadInput: it is not there, damaged, encrypted or far too large.
        """
        part = self._parts.get(name)
        if part is None:
            raise broken(self.file, name, _("this part is missing."))
        if part.flag_bits & 0x41:
            raise refused(
                _("“{file}” is encrypted: the part “{part}” cannot be read.").format(
                    file=self.file, part=one_line(name)
                ),
                _("Save it without a password first."),
            )
        self._unpacked += part.file_size
        if self._unpacked > LARGEST_TOTAL:
            self._bomb(part)
        try:
            with self._zip.open(part) as stream:
                data = stream.read(part.file_size + 1)
        except _ZIP_FAULTS as error:
            raise broken(self.file, name, _spoken(error)) from error
        if len(data) != part.file_size:
            raise broken(self.file, name, _("it is shorter or longer than it says."))
        return data

    def _take_in(self, part: zipfile.ZipInfo) -> None:
        name = part.filename
        # Windows' own tools write backslashes; whoever reads them as folders may climb as well.
        steps = re.split(r"[/\\]", part.orig_filename)
        if ".." in steps or not steps[0] or re.match(r"[A-Za-z]:", name) or not name:
            self._refuse(
                _("“{file}” holds a path that climbs out of it: “{part}”."), part=one_line(name)
            )
        if name.endswith("/"):
            return
        if name in self._parts:
            self._refuse(_("“{file}” holds the part “{part}” twice."), part=one_line(name))
        if part.file_size > LARGEST_PART and not _is_picture(name):
            self._bomb(part)
        ratio = part.file_size / max(part.compress_size, 1)
        if part.file_size > RATIO_FROM and ratio > HIGHEST_RATIO:
            self._bomb(part)
        self._parts[name] = part

    def _bomb(self, part: zipfile.ZipInfo) -> NoReturn:
        self._refuse(
            _(
                "“{file}” is a zip bomb: its part “{part}” would unpack from {small:,} to {large:,}"
                " bytes."
            ),
            part=one_line(part.filename),
            small=part.compress_size,
            large=part.file_size,
        )

    def _refuse(self, said: str, **places: object) -> NoReturn:
        raise refused(said.format(file=self.file, **places), _("Nothing of it was read."))


def is_zip(data: bytes) -> bool:
    """Whether `data` begins as a zip file does."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def _is_picture(name: str) -> bool:
    """Parts that no reader asks for may be of any size."""
    return name.lower().endswith((".png", ".jpg", ".jpeg", ".gif", ".tif", ".tiff", ".emf", ".wmf"))


def _spoken(error: BaseException) -> str:
    said = one_line(reason(error))
    return said if said.endswith(".") else f"{said}."


def xml_root(data: bytes, file: str, part: str = "") -> etree._Element:
    """The root element of an XML text; entities but the five of XML itself are refused.

    Raises:
        BadInput: it is not well-formed, declares entities or nests too deep; says where.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    place = part or _("its beginning")
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, MemoryError) as error:
        if re.search(rb"<!ENTITY", data) or b"<\x00!\x00E\x00N\x00T\x00I\x00T\x00Y" in data:
            raise _entities(file, place) from error
        raise broken(file, _line_of(error, place), _spoken(error)) from error
    inside: Any = root.getroottree().docinfo.internalDTD
    if inside is not None and next(iter(inside.iterentities()), None) is not None:
        raise _entities(file, place)
    _measure(root, file, place)
    return root


def _entities(file: str, place: str) -> BadInput:
    return refused(
        _("“{file}” declares XML entities in {place}, which can be a bomb or open files.").format(
            file=one_line(file), place=one_line(place)
        ),
        _("Nothing of it was read."),
    )


def _line_of(error: Exception, place: str) -> str:
    line = getattr(error, "lineno", None)
    return _("{part}, line {line}").format(part=place, line=line) if line else place


def _measure(root: etree._Element, file: str, place: str) -> None:
    depth = count = 0
    for event, _element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        count += 1
        if depth > DEEPEST_XML:
            raise broken(file, place, _("elements are nested too deep."))
    if count > 2 * MOST_XML_ELEMENTS:
        raise refused(
            _("“{file}” has more than {count:,} elements.").format(
                file=one_line(file), count=MOST_XML_ELEMENTS
            ),
            _("Import it in parts."),
        )


class _OddNumber(ValueError):
    """A number no tool wrote; carries its first digits."""


class _Twice(ValueError):
    """A field that stands twice in one object; carries its name."""


def json_value(text: str, file: str, part: str = "") -> Any:
    """The value of a JSON text. NaN and the infinities are null; strings are not yet cleaned.

    Raises:
        BadInput: it is no JSON, nested too deep, or has numbers or fields nobody writes.
    """
    where = one_line(part)
    try:
        value = json.loads(
            text,
            parse_int=_integer,
            parse_float=_decimal,
            parse_constant=lambda _name: None,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        spot = _("line {line}, column {column}").format(line=error.lineno, column=error.colno)
        raise broken(file, _joined(where, spot), _spoken(ValueError(error.msg))) from error
    except _OddNumber as error:
        line = text.count("\n", 0, text.find(str(error))) + 1
        spot = _joined(where, _("line {line}").format(line=line))
        raise broken(file, spot, _("a number is far too long.")) from error
    except _Twice as error:
        spot = _joined(where, f"“{error}”")
        raise broken(file, spot, _("this field stands there twice.")) from error
    except RecursionError as error:
        spot = where or _("its beginning")
        raise broken(file, spot, _("values are nested too deep.")) from error
    deep = _too_deep(value)
    if deep is not None:
        raise broken(file, _joined(where, deep), _("values are nested too deep."))
    return value


def _joined(first: str, then: str) -> str:
    return f"{first}, {then}" if first else then


def _integer(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise _OddNumber(digits[:40])
    return int(digits)


def _decimal(digits: str) -> float | None:
    if len(digits) > LONGEST_NUMBER:
        raise _OddNumber(digits[:40])
    value = float(digits)
    return value if abs(value) != float("inf") else None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        for name, _value in pairs:
            if name in seen:
                raise _Twice(one_line(name)[:80])
            seen.add(name)
    return made


def _too_deep(value: Any) -> str | None:
    """The first fields on the way to a value nested deeper than `DEEPEST_JSON`, or None.

    Goes by levels, not by calls: a nest may be as deep as the parser lets it.
    """
    level = [("", value)] if isinstance(value, dict | list) else []
    for depth in range(DEEPEST_JSON):
        inside: list[tuple[str, Any]] = []
        for way, outer in level:
            inner = outer.items() if isinstance(outer, dict) else enumerate(outer)
            # Only the first fields are told: a name a container, for ten thousands of them.
            inside += [
                (f"{way}.{name}" if depth < 2 else way, one)
                for name, one in inner
                if isinstance(one, dict | list)
            ]
        if not inside:
            return None
        level = inside
    return one_line(level[0][0].removeprefix("."))[:80]
