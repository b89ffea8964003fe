"""What a model meant by what it wrote: JSON where there is some, cut or whole, else lines. Pure.

Whole JSON is read by pydantic's parser, which also reads what has come of it. What is none but was
to be (single quotes, a comma too many, a fence, words around it) is mended by json_repair: pure
Python, MIT, released every few weeks, 20 ms to import, 9 ms for 9,000 characters.
"""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any

from storyforge.studio.answers.wording import leads, without_bullet

# Some models think aloud where they are not heard doing so.
_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"```[\w-]*\s*\n?")
_OPENS = re.compile(r'[{]\s*(?:["\'“”\w}]|\Z)|\[\s*(?:["\'“{\[\]]|\Z)')
_PAIR = re.compile(r"""^\W{0,6}(?P<name>[^\W\d_][\w\s'’-]{0,40}?)[*_"”\s]*[:：](?P<value>.*)$""")
# Deeper than any answer; what is nested further is noise, and no reader gets to its end.
_DEEPEST = 40


def document(text: str, names: Sequence[str] = ()) -> Any:
    """What is meant by `text`: an object, a list, or a string; None where there is nothing.

    Args:
        names: of the parts that were asked for, for text without any JSON.
    """
    text = _THOUGHT.sub("", text)
    if not _OPENS.search(text):
        return _from_lines(_FENCE.sub("", text), names)
    values = list(_values(text))
    return values if len(values) > 1 else next(iter(values), None)


def is_whole(text: str) -> bool:
    """Whether there is an object or list in `text`, and none that is still open."""
    return _behind(text) is not None


def is_over(text: str) -> bool:
    """Whether a model that has written what it was asked for has begun to talk."""
    behind = (_behind(text) or "").lstrip(", \n")
    return behind != "" and behind[0] not in "{["


def _behind(text: str) -> str | None:
    """What stands behind the last object or list; None where there is none, or it is open."""
    text, at, end = _THOUGHT.sub("", text), 0, None
    while opens := _OPENS.search(text, at):
        end = _end(text, opens.start())
        if end is None:
            return None
        at = end
    return None if end is None else text[end:]


def _values(text: str) -> Iterator[Any]:
    """Each object or list that stands in `text`, as far as it has come."""
    at = 0
    while opens := _OPENS.search(text, at):
        end = _end(text, opens.start())
        at = len(text) if end is None else end
        value = _parsed(text[opens.start() : at])
        if isinstance(value, Mapping | list) and value:
            yield value


def _end(text: str, begin: int) -> int | None:
    """Behind the bracket that closes the one at `begin`; None where it is open."""
    depth, quoted, escaped = 0, False, False
    for at in range(begin, len(text)):
        sign = text[at]
        if escaped:
            escaped = False
        elif sign == "\\":
            escaped = quoted
        elif sign == '"':
            quoted = not quoted
        elif not quoted and sign in "{[":
            depth += 1
        elif not quoted and sign in "}]":
            depth -= 1
            if not depth:
                return at + 1
    return None


def _parsed(text: str) -> Any:
    """JSON as it was meant; None where nothing can be made of it."""
    if re.search(rf"(?:[{{\[]\s*){{{_DEEPEST}}}", text):
        return None
    from pydantic_core import from_json

    try:
        return from_json(text)
    except ValueError as error:
        # Told to take what is cut, it would also take what comes before a mistake for all.
        if "EOF" in str(error):
            return from_json(text, allow_partial="trailing-strings")
        return _mended(text)


def _mended(text: str) -> Any:
    import json_repair

    try:
        return json_repair.loads(text, skip_json_loads=True)
    except (ValueError, RecursionError):
        # Nested without end: noise.
        return None


def _from_lines(text: str, names: Sequence[str]) -> Any:
    """Lines of “name: value”, or of a list, or the text as it is."""
    lines = [line.strip() for line in text.split("\n") if line.strip() and not leads(line)]
    known = {folded(name) for name in names}
    pairs = [_PAIR.match(line) for line in lines]
    told = {folded(pair["name"]) for pair in pairs if pair}
    if not told & known and (len(names) < 2 or len(told) < 2):
        rest = [without_bullet(line) for line in lines]
        return rest if len(rest) > 1 else "".join(rest) or None
    # Names that are not ours may be ours in another language.
    items = list(_items(lines, pairs, known if told & known else told))
    return items if len(items) > 1 else items[0]


def _items(
    lines: Sequence[str], pairs: Sequence[re.Match[str] | None], names: Container[str]
) -> Iterator[dict[str, str]]:
    """The objects that the lines tell: a name that comes again begins another one."""
    item: dict[str, str] = {}
    last = ""
    for line, pair in zip(lines, pairs, strict=True):
        name = folded(pair["name"]) if pair else ""
        if pair and name in names:
            if name in item:
                yield item
                item = {}
            item[name] = pair["value"].strip(" *_")
            last = name
        elif last:
            item[last] = f"{item[last]}\n{line}".strip()
    yield item


def folded(name: str) -> str:
    """A field's name, however it is written: “Point of view”, “point_of_view”."""
    return re.sub(r"[\W_]+", "", name).casefold()
