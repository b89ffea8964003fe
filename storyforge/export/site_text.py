"""Writes a draft as plain text for the sites where Japanese authors publish. Pure; opens no file.

One text a chapter, as the sites take them: an episode's title has a field of its own there, so the
chapter's title is in the file's name, and in the text for `plain` only. `domain.ruby` says how each
site spells readings and dots. Everything else stays as typed, U+3000 at the head of a line too.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, get_args

from storyforge.domain import ruby
from storyforge.domain.counting import counts_characters
from storyforge.export.blocks import ChapterStart, Draft, SceneStart

Site = Literal["plain", "narou", "kakuyomu"]
SITES: tuple[Site, ...] = get_args(Site)

# What a file's name may not hold on one of the systems, and marks that only say where ruby stands.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*｜《》]+')
# Most file systems allow 255 bytes a name; the number and ".txt" come on top of the title.
_LONGEST_TITLE = 120


@dataclass(slots=True)
class _Chapter:
    number: int
    title: str
    scenes: list[tuple[str, str]] = field(default_factory=list)


def to_site_text(
    draft: Draft,
    site: Site,
    *,
    readings: bool = True,
    scene_titles: bool = False,
    scene_break: str | None = None,
) -> tuple[tuple[str, str], ...]:
    """(the file's name, its text) of each chapter that has words, in the story's order.

    Names begin with the chapter's number, so they sort as the story does; texts end in a newline.

    Args:
        readings: for `plain`, whether readings follow their words in brackets or are left out; the
            sites always get them.
        scene_titles: whether a scene's title stands above it; otherwise a break does.
        scene_break: the line between two scenes; None for the custom of the story's language.
    """
    chapters = [chapter for chapter in _chapters(draft) if any(text for _, text in chapter.scenes)]
    digits = max(2, len(str(max((chapter.number for chapter in chapters), default=0))))
    if scene_break is None:
        scene_break = "＊　　＊　　＊" if counts_characters(draft.front.language) else "* * *"
    return tuple(
        (
            file_name(chapter.number, chapter.title, digits),
            _text(chapter, site, readings, scene_titles, scene_break),
        )
        for chapter in chapters
    )


def file_name(number: int, title: str, digits: int = 2) -> str:
    """A name that every system takes and that sorts by number: `07 灯台の夜.txt`."""
    safe = _UNSAFE.sub(" ", ruby.without_readings(unicodedata.normalize("NFC", title)))
    safe = " ".join(safe.split(" ")).strip(" .\u3000")
    while len(safe.encode()) > _LONGEST_TITLE:
        safe = safe[:-1].rstrip(" .\u3000")
    name = f"{number:0{digits}} {safe}".rstrip(" ")
    return f"{name}.txt"


def _chapters(draft: Draft) -> Iterator[_Chapter]:
    chapter: _Chapter | None = None
    number = 0
    title = ""
    for block in draft.blocks:
        if isinstance(block, ChapterStart):
            if chapter is not None:
                yield chapter
            number += 1
            chapter = _Chapter(number, block.title)
        elif isinstance(block, SceneStart):
            title = block.title
        elif chapter is not None:
            chapter.scenes.append((title, block.text.strip("\n")))
    if chapter is not None:
        yield chapter


def _text(
    chapter: _Chapter, site: Site, readings: bool, scene_titles: bool, scene_break: str
) -> str:
    parts = [chapter.title] if site == "plain" and chapter.title else []
    first = True
    for title, text in chapter.scenes:
        if not text:
            continue
        if scene_titles and title:
            parts.append(title)
        elif not first:
            parts.append(scene_break)
        parts.append(text)
        first = False
    return _spelled("\n\n".join(parts), site, readings) + "\n"


def _spelled(text: str, site: Site, readings: bool) -> str:
    if site == "narou":
        return ruby.for_narou(text)
    if site == "kakuyomu":
        return ruby.for_kakuyomu(text)
    return ruby.in_brackets(text) if readings else ruby.without_readings(text)
