"""Reads the front matter of a Markdown file: the few keys a story has use for. Pure.

This is no YAML parser: `key: value` lines are enough, anything else between the fences is left out.
"""

import json
import re
from dataclasses import dataclass, field

from storyforge.domain.text import one_line

_KEY = re.compile(r"([A-Za-z][\w-]*):(?:[ \t]+(.*))?")
_INNER = re.compile(r"[ \t#-].*|")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The head of a file.

    Attributes:
        values: by lower-case key.
        lines: how many lines of the file it took, both fences included; 0 where there is none.
    """

    values: dict[str, str] = field(default_factory=dict)
    lines: int = 0

    @property
    def exported(self) -> bool:
        """Whether storyforge wrote this file by the rules that it knows how to read."""
        return self.values.get("storyforge") == "1"


def read_front_matter(lines: list[str]) -> FrontMatter:
    """The front matter at the head of `lines`; an empty one where the file opens otherwise."""
    if not lines or lines[0].rstrip(" \t") != "---":
        return FrontMatter()
    values: dict[str, str] = {}
    for index, line in enumerate(lines[1:_LONGEST], start=1):
        if line.rstrip(" \t") in ("---", "..."):
            return FrontMatter(values, index + 1) if values else FrontMatter()
        match = _KEY.fullmatch(line)
        if match:
            values[match[1].lower()] = _value(match[2] or "")
        elif not _INNER.fullmatch(line):
            return FrontMatter()
    return FrontMatter()


def _value(written: str) -> str:
    written = written.strip(" \t")
    if len(written) >= 2 and written[0] == written[-1] == '"':
        try:
            return one_line(str(json.loads(written)))
        except ValueError:
            return one_line(written[1:-1])
    if len(written) >= 2 and written[0] == written[-1] == "'":
        return one_line(written[1:-1].replace("''", "'"))
    return one_line(re.split(r"[ \t]#", written, maxsplit=1)[0])
