"""Spoils files the way disks, transfers and curious people do; the same seed, the same files."""

import contextlib
import copy
import io
import json
import zipfile
from collections.abc import Iterator
from random import Random
from typing import Any

from lxml import etree

from tests.importing.samples import packed
from tests.lorebooks import samples as lore

_ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 10**30, 1e308, "", "x", "\ud800", "\x1b[31m", "\ufdd00\ufdd2", [], {},
    [None], [[]], {"a": None}, ["x", 1], {"text": 5}, "《》｜*_", "{", '{"a": [', "\u2028",
    "../../x",
)  # fmt: skip
_ODD_TEXTS = (
    "", " ", "\u3000", "\n\n", "-1", "0", "99999999999999999999", "٣", "../../x", "《》｜*_", "***",
    "%",
    "\ufdd00\ufdd2", "x" * 3000, "#! a", "@tag:", "None", "日本語", "\u202e", "1 2", "*a **b* c**",
)  # fmt: skip
_PIECES = (
    b"\x00", b"\xff", b"\r", b"<", b">", b"&", b'"', b"{", b"]", b"\\", b"\xe3\x80\x80", b"]]>",
    b"<!--", b"&#0;", b"&x;", b"<w:p>", b"</w:p>", b"PK\x01\x02", b"\xef\xbb\xbf", b"<|entry|>",
    b"<|endofsection|>", b"1e999", b"<ruby>", b"</html>", b"\xed\xa0\x80",
)  # fmt: skip


def mutants(name: str, data: bytes, count: int, seed: int) -> Iterator[bytes]:
    """`count` spoiled versions of the file `name`."""
    random = Random(seed)
    for _number in range(count):
        if zipfile.is_zipfile(io.BytesIO(data)) and random.random() < 0.6:
            yield _within_zip(random, data)
        elif data.startswith(b"\x89PNG") and random.random() < 0.6:
            yield lore.png(chara=json.loads(_swapped(random, lore.data(lore.V2))))
        else:
            yield _changed(random, data)


def _changed(random: Random, data: bytes) -> bytes:
    """A text changed by its own rules, or byte by byte."""
    if random.random() < 0.6:
        with contextlib.suppress(ValueError, etree.XMLSyntaxError):
            if data.startswith(b"{"):
                return _swapped(random, data)
            if data.startswith(b"<"):
                return _rebuilt(random, data)
    return _spoiled(random, data)


def _spoiled(random: Random, data: bytes) -> bytes:
    """Bytes flipped, cut off, doubled, moved, put in."""
    spoiled = bytearray(data)
    for _change in range(random.choice((1, 1, 2, 4, 16))):
        size = len(spoiled)
        at = random.randrange(size + 1)
        end = min(size, at + random.choice((1, 2, 8, 64, 512)))
        kind = random.randrange(6)
        if kind == 0 and size:
            spoiled[random.randrange(size)] ^= 1 << random.randrange(8)
        elif kind == 1:
            del spoiled[at:]
        elif kind == 2:
            del spoiled[at:end]
        elif kind == 3:
            to = random.randrange(size + 1)
            spoiled[to:to] = spoiled[at:end] * random.choice((1, 2, 50))
        elif kind == 4:
            spoiled[at:at] = random.choice(_PIECES) * random.choice((1, 1, 1, 40))
        else:
            spoiled[at:end] = random.randbytes(end - at)
    return bytes(spoiled)


def _within_zip(random: Random, data: bytes) -> bytes:
    """One part of a sound zip spoiled, renamed, taken out or emptied."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts: dict[str, str | bytes] = {n: archive.read(n) for n in archive.namelist()}
    name = random.choice(list(parts))
    kind = random.randrange(10)
    if kind == 0:
        del parts[name]
    elif kind == 1:
        parts[random.choice(("../x", "x", name.upper(), "a/" + name))] = parts.pop(name)
    elif kind == 2:
        parts[name] = b""
    else:
        inside = parts[name]
        assert isinstance(inside, bytes)
        parts[name] = _changed(random, inside)
    return packed(parts)


def _rebuilt(random: Random, data: bytes) -> bytes:
    """Elements of a sound XML text moved, doubled, taken out, renamed; attributes exchanged."""
    root = etree.fromstring(data)
    for _change in range(random.choice((1, 2, 4, 12))):
        elements = list(root.iter("*"))
        one, other = random.choice(elements), random.choice(elements)
        kind = random.randrange(7)
        if kind == 0 and one is not root:
            _parent(one).remove(one)
        elif kind == 1 and one is not root:
            other.append(copy.deepcopy(one))
        elif kind == 2:
            one.tag = other.tag
        elif kind == 3 and one.attrib:
            one.set(random.choice(list(one.attrib)), str(random.choice(_ODD_TEXTS)))
        elif kind == 4:
            one.text = random.choice(_ODD_TEXTS)
        elif kind == 5:
            one.tail = random.choice(_ODD_TEXTS)
        elif one.attrib:
            del one.attrib[random.choice(list(one.attrib))]
    return etree.tostring(root, encoding="utf-8")


def _parent(element: etree._Element) -> etree._Element:
    parent = element.getparent()
    assert parent is not None
    return parent


def _swapped(random: Random, data: bytes) -> bytes:
    """Values of a JSON text given other types, or fields taken out."""
    value = json.loads(data)
    for _change in range(random.choice((1, 1, 2, 5))):
        ways = list(_ways(value))
        if not ways:
            break
        holder, key = random.choice(ways)
        inner = holder[key]
        if isinstance(inner, str) and inner.startswith("{") and random.random() < 0.5:
            holder[key] = _changed(random, inner.encode("ascii", "replace")).decode("latin-1")
        elif random.random() < 0.1:
            del holder[key]
        else:
            holder[key] = copy.deepcopy(random.choice(_ODD))
    return json.dumps(value).encode()


def _ways(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a JSON value at which another value could stand."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, one in list(inner):
        yield value, key
        if isinstance(one, dict | list):
            yield from _ways(one)
