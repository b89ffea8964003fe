"""A story as a folder of Markdown files, one a scene, made for git. Pure; opens no file.

A file is the scene's text under a short head with its ids; the same scene always gives the same
bytes, with no date in them. `base` in the head is the digest of what was written: whether the file,
the story or both have changed since is told by it alone, on any machine. `story.toml` holds the
order. A file's name begins with a number that only sorts; it changes as rarely as can be.
"""

import json
import re
import tomllib
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from storyforge.domain import markup
from storyforge.domain.ancestry import digest
from storyforge.domain.text import clean, one_line

#: the file with the order
STORY_FILE = "story.toml"
SUFFIX = ".md"
#: the version of these rules
FORMAT = 1

_NAME = re.compile(r"(\d{5,})-(?:(.*)-)?([0-9a-f]{8})\.md", re.DOTALL)
_STEP = 10
_SLUG_CHARACTERS = 40
_NO_WORD = re.compile(r"[\W_]+")
_HEAD = re.compile(r"([a-z]+):(?: (.*))?")
_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class SceneFile:
    """One scene as a file.

    Attributes:
        id: the scene's; empty in a file that an author made.
        base: digest of text and head as storyforge wrote them last; empty in a file it never wrote.
    """

    text: str
    id: str = ""
    chapter: str = ""
    title: str = ""
    status: str = ""
    label: str = ""
    base: str = ""

    @property
    def text_mark(self) -> str:
        """The digest of the text, as `base` holds it."""
        return digest(self.text)[:16]

    @property
    def head_mark(self) -> str:
        """The digest of what stands in the head."""
        return digest("\n".join((self.chapter, self.title, self.status, self.label)))[:8]

    @property
    def mark(self) -> str:
        """What `base` is when this is written."""
        return f"{self.text_mark} {self.head_mark}"

    @property
    def text_changed(self) -> bool:
        """Whether the text is another than storyforge wrote."""
        return self.base.partition(" ")[0] != self.text_mark

    @property
    def head_changed(self) -> bool:
        """Whether the head is another than storyforge wrote."""
        return self.base.partition(" ")[2] != self.head_mark


@dataclass(frozen=True, slots=True)
class ChapterList:
    """A chapter in `story.toml`: its scenes' file names in order."""

    id: str
    title: str
    scenes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoryList:
    """What `story.toml` holds.

    Attributes:
        lines: whether a newline alone ends a paragraph in the files.
        folder: the folder's own name, by which a story remembers what it wrote there.
        base: digest of the rest as storyforge wrote it last.
        local_only: the story's text never leaves its author's machines for a model.
    """

    id: str
    title: str
    author: str = ""
    language: str = ""
    lines: bool = False
    chapters: tuple[ChapterList, ...] = field(default_factory=tuple)
    base: str = ""
    folder: str = ""
    local_only: bool = False

    @property
    def mark(self) -> str:
        """What `base` is when this is written; file names count by their ids only."""
        told = [self.title, self.author, self.language]
        for chapter in self.chapters:
            told += [chapter.id, chapter.title, *(short_id(name) for name in chapter.scenes)]
        return digest("\n".join(told))[:16]


def encode(scene: SceneFile, *, lines: bool) -> bytes:
    """The file of a scene, with `base` as it is written now."""
    head = {
        "title": scene.title,
        "id": scene.id,
        "chapter": scene.chapter,
        "status": scene.status,
        "label": scene.label,
        "base": scene.mark,
    }
    told = [f"{key}: {_quoted(value)}" for key, value in head.items() if value]
    body = "\n".join(markup.text_lines(scene.text, a_line_a_paragraph=lines))
    return "\n".join(["---", *told, "---", "", body, ""]).encode("utf-8", "replace")


def decode(data: str, *, lines: bool) -> SceneFile:
    """What a file holds; one without a head is all text, its first heading the title."""
    rows = clean(data.removeprefix("\ufeff")).split("\n")
    head, rest = _head(rows)
    if "id" not in head and "base" not in head:
        return _foreign(head, rest)
    if rest[:1] == [""]:
        rest = rest[1:]
    if rest[-1:] == [""]:
        rest = rest[:-1]
    text = markup.page_text(rest, a_line_a_paragraph=lines)
    scene_id = head.get("id", "")
    return SceneFile(
        text,
        scene_id if _ID.fullmatch(scene_id) else "",
        head.get("chapter", ""),
        head.get("title", ""),
        head.get("status", ""),
        head.get("label", ""),
        head.get("base", ""),
    )


def encode_story(story: StoryList) -> bytes:
    """The file with the order."""
    told = [
        "# The order of the story's scenes. Lines may be moved; “storyforge import” reads them.",
        f"storyforge = {FORMAT}",
        f"id = {_basic(story.id)}",
        f"title = {_basic(story.title)}",
        f"author = {_basic(story.author)}",
        f"language = {_basic(story.language)}",
        f"paragraphs = {_basic('lines' if story.lines else 'blank lines')}",
        f"folder = {_basic(story.folder)}",
        f"base = {_basic(story.mark)}",
        *(["local_only = true"] if story.local_only else []),
    ]
    for chapter in story.chapters:
        told += [
            "",
            "[[chapter]]",
            f"id = {_basic(chapter.id)}",
            f"title = {_basic(chapter.title)}",
        ]
        told += ["scenes = [", *(f"  {_basic(name)}," for name in chapter.scenes), "]"]
    return ("\n".join(told) + "\n").encode("utf-8", "replace")


def decode_story(data: str) -> StoryList | None:
    """What `story.toml` holds; None where it is none of ours."""
    try:
        read: dict[str, Any] = tomllib.loads(data.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return None
    if read.get("storyforge") != FORMAT or not _ID.fullmatch(str(read.get("id", ""))):
        return None
    chapters = read.get("chapter", [])
    return StoryList(
        str(read["id"]),
        one_line(str(read.get("title", ""))),
        one_line(str(read.get("author", ""))),
        one_line(str(read.get("language", ""))),
        read.get("paragraphs") == "lines",
        tuple(
            ChapterList(
                one_line(str(chapter.get("id", ""))),
                one_line(str(chapter.get("title", ""))),
                tuple(one_line(str(name)) for name in _listed(chapter.get("scenes"))),
            )
            for chapter in _listed(chapters)
            if isinstance(chapter, dict)
        ),
        one_line(str(read.get("base", ""))),
        one_line(str(read.get("folder", ""))),
        read.get("local_only") is True,
    )


def short_id(name: str) -> str:
    """The part of the scene's id in a file's name; empty in a name of another kind."""
    match = _NAME.fullmatch(name)
    return match[3] if match else ""


def names(scenes: Sequence[tuple[str, str]], known: Mapping[str, str]) -> dict[str, str]:
    """The files' names by scene id, each as it is where that keeps the order.

    Args:
        scenes: (id, title) in story order.
        known: the names that files have now, by scene id.
    """
    numbers = _numbers([_number(known.get(scene, "")) for scene, _title in scenes])
    return {
        scene: "-".join(part for part in (f"{number:05}", slug(title), scene[:8]) if part) + SUFFIX
        for (scene, title), number in zip(scenes, numbers, strict=True)
    }


def slug(title: str) -> str:
    """A title as a piece of a file's name that every system takes."""
    told = unicodedata.normalize("NFC", title).casefold()
    return _NO_WORD.sub("-", told).strip("-")[:_SLUG_CHARACTERS].strip("-")


def _number(name: str) -> int:
    match = _NAME.fullmatch(name)
    return int(match[1]) if match else 0


def _numbers(now: Sequence[int]) -> list[int]:
    """Rising numbers, those kept that rise already; all anew only where there is no room."""
    kept = _rising(now)
    out: list[int] = []
    for index, number in enumerate(now):
        if index in kept:
            out.append(number)
            continue
        low = out[-1] if out else 0
        behind = next((i for i in range(index, len(now)) if i in kept), None)
        if behind is None:
            out.append(low // _STEP * _STEP + _STEP)
            continue
        room = (now[behind] - low) // (behind - index + 1)
        if room < 1:
            return [_STEP * place for place in range(1, len(now) + 1)]
        out.append(low + room)
    return out


def _rising(now: Sequence[int]) -> set[int]:
    """The indices of a longest rising run of numbers above 0."""
    tails: list[int] = []
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for index, number in enumerate(now):
        if number <= 0:
            continue
        at = bisect_left(tails, number)
        before[index] = ends[at - 1] if at else None
        tails[at : at + 1] = [number]
        ends[at : at + 1] = [index]
    found: set[int] = set()
    one: int | None = ends[-1] if ends else None
    while one is not None:
        found.add(one)
        one = before[one]
    return found


def _head(rows: list[str]) -> tuple[dict[str, str], list[str]]:
    if rows[:1] != ["---"]:
        return {}, rows
    head: dict[str, str] = {}
    for index, row in enumerate(rows[1:], start=1):
        if row.rstrip(" \t") == "---":
            return head, rows[index + 1 :]
        match = _HEAD.fullmatch(row)
        if match is None:
            break
        head[match[1]] = _unquoted(match[2] or "")
    return {}, rows


def _foreign(head: Mapping[str, str], rows: list[str]) -> SceneFile:
    """A file that an author made by hand."""
    body = list(rows)
    while body and markup.is_blank(body[0]):
        body.pop(0)
    while body and markup.is_blank(body[-1]):
        body.pop()
    title = head.get("title", "")
    found = markup.heading(body[0]) if body else None
    if found is not None and not title:
        title = found[1]
        body.pop(0)
        while body and markup.is_blank(body[0]):
            body.pop(0)
    text = markup.page_text(body, a_line_a_paragraph=False)
    return SceneFile(
        text,
        chapter=head.get("chapter", ""),
        title=one_line(title),
        status=head.get("status", ""),
        label=head.get("label", ""),
    )


_BARE = re.compile(r"[\w](?:[\w ,.!?'’()・—-]*[\w.!?)])?")


def _quoted(value: str) -> str:
    """A value of the head: bare where YAML takes it for text, else in double quotes."""
    if _BARE.fullmatch(value) and not value[0].isdigit() and ": " not in value:
        return value
    return json.dumps(value, ensure_ascii=False)


def _unquoted(told: str) -> str:
    told = told.strip(" \t")
    if len(told) >= 2 and told[0] == told[-1] == '"':
        try:
            return one_line(str(json.loads(told)))
        except ValueError:
            return one_line(told[1:-1])
    return one_line(told)


def _basic(value: str) -> str:
    """A TOML string; JSON's escapes are TOML's."""
    return json.dumps(value, ensure_ascii=False)


def _listed(value: object) -> Iterator[Any]:
    if isinstance(value, list):
        yield from value
