"""What an author wants of an export; kept with the story as JSON. Pure.

Whatever is missing or of the wrong kind stands at its default, and keys that this version does not
know are kept as they came, so a newer program's wishes survive an older one.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from storyforge.domain.kept_json import read_json
from storyforge.domain.text import clean, one_line

#: under which name the story remembers them
KEY = "export"

LAYOUTS = ("modern", "classic", "book")
PAPERS = ("auto", "letter", "a4")
NUMERALS = ("auto", "arabic", "kanji", "roman", "words")
SITES = ("plain", "narou", "kakuyomu")
_CHOICES = {"layout": LAYOUTS, "paper": PAPERS, "numerals": NUMERALS, "site": SITES}
_HEADINGS = ("heading", "untitled_heading")
_PLACEHOLDER = re.compile(r"\{(?!(?:number|title)\})\w*\}")
_MULTILINE = ("dedication", "copyright", "afterword", "about", "contact")


@dataclass(frozen=True, slots=True)
class ExportSettings:
    """The wishes for every format; each format takes those it knows.

    Attributes:
        format: the one chosen last.
        out: where that went, as the author typed it; empty for beside the story.
        chapters: ids of the chapters that go out; empty for all.
        title_page: whether title and author stand before the story.
        chapter_titles: whether chapters have headings.
        pictures: whether the scenes' chosen pictures go along; not into a manuscript or a text.
        scene_titles: whether titled scenes have them too, in place of a break.
        heading: of a chapter with a title; `{number}` and `{title}` are filled in.
        untitled_heading: of one without; empty for the custom of the story's language.
        numerals: how `{number}` is written; auto is kanji in Japanese, else digits.
        scene_break: the sign between scenes; empty for the custom of format and language.
        dedication, copyright: before the story.
        afterword, about: behind it.
        vertical: Japanese in columns from right to left (EPUB, HTML, DOCX, ODT).
        cover: path of a JPEG or PNG for EPUB; empty for none.
        layout: of DOCX: a manuscript in Shunn's modern or classic format, or set like a book.
        contact: name and address at the head of a manuscript, line by line.
        byline: the name the story is published under; empty for the story's author.
        paper: of DOCX and ODT; auto is A4 but for English.
        site: whose spelling `text` takes.
        commands: in-text commands (`@_`, `@/* … @*/`) stay in Markdown, to come back exactly.
        extra: what a newer version keeps here.
    """

    format: str = "md"
    out: str = ""
    chapters: tuple[str, ...] = ()
    title_page: bool = True
    chapter_titles: bool = True
    pictures: bool = True
    scene_titles: bool = False
    heading: str = "{title}"
    untitled_heading: str = ""
    numerals: str = "auto"
    scene_break: str = ""
    dedication: str = ""
    copyright: str = ""
    afterword: str = ""
    about: str = ""
    vertical: bool = False
    cover: str = ""
    layout: str = "modern"
    contact: str = ""
    byline: str = ""
    paper: str = "auto"
    site: str = "plain"
    commands: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)

    def changed(self, **changes: Any) -> "ExportSettings":
        """These with `changes` that are of the right kind."""
        return replace(self, **_fitting(changes))


def names() -> tuple[str, ...]:
    """The settings that can be asked for by name."""
    kept = ("extra", "format", "out", "chapters")
    return tuple(each.name for each in fields(ExportSettings) if each.name not in kept)


def parsed(settings: ExportSettings, name: str, text: str) -> ExportSettings | None:
    """`settings` with `name` as someone typed it; None where `text` is no value for it.

    `yes` and `no` are true and false, `\\n` is a line's end. A heading's `{nummer}` is a slip.
    """
    default = getattr(ExportSettings(), name)
    if name in _HEADINGS and _PLACEHOLDER.search(text):
        return None
    value: Any = text
    if isinstance(default, bool):
        value = {"yes": True, "no": False, "true": True, "false": False}.get(text.lower())
    elif name in _MULTILINE:
        value = text.replace("\\n", "\n")
    return settings.changed(**{name: value}) if name in _fitting({name: value}) else None


def read_settings(text: str) -> ExportSettings:
    """The settings in `text`, as `write_settings` wrote them; defaults where it is no JSON."""
    given = read_json(text)
    if not isinstance(given, dict):
        return ExportSettings()
    known = _fitting(given)
    extra = {key: value for key, value in given.items() if key not in known}
    return ExportSettings(**known, extra=extra)


def write_settings(settings: ExportSettings) -> str:
    """`settings` as JSON in one line of ASCII; what stands at its default is left out."""
    plain = ExportSettings()
    kept: dict[str, Any] = dict(settings.extra)
    for each in fields(ExportSettings):
        value = getattr(settings, each.name)
        if each.name != "extra" and value != getattr(plain, each.name):
            kept[each.name] = list(value) if isinstance(value, tuple) else value
    return json.dumps(kept)


def _fitting(given: Mapping[str, Any]) -> dict[str, Any]:
    """The values of `given` that are settings and of their kind, cleaned."""
    plain = ExportSettings()
    fitting: dict[str, Any] = {}
    for each in fields(ExportSettings):
        if each.name == "extra" or each.name not in given:
            continue
        value, default = given[each.name], getattr(plain, each.name)
        if isinstance(default, tuple):
            if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
                fitting[each.name] = tuple(value)
        elif isinstance(value, type(default)) and value in _CHOICES.get(each.name, (value,)):
            fitting[each.name] = _cleaned(each.name, value)
    return fitting


def _cleaned(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return clean(value).strip("\n") if name in _MULTILINE else one_line(value)
