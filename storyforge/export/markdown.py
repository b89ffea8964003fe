"""Writes a draft as Markdown. Pure; opens no file.

The file is made so that importing it gives the same story, and any other reader a fair one:

- front matter: title, author, language, date, words (or characters), and `storyforge: 1`, which
  tells the importer that the marks below are meant exactly;
- `# Title` opens a chapter, `## Title` a scene with a title, `***` a scene without one. The first
  chapter needs no heading if it has no title, nor a chapter's first scene its break;
- between two marks stands the scene's text between two blank lines; `domain.markup` says how its
  lines become paragraphs. `paragraphs: lines` is told where a newline alone ends a paragraph;
- a scene's picture stands above its text, as a link into the folder that `pictures:` names.
"""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from storyforge.domain import markup
from storyforge.domain.counting import counts_characters
from storyforge.export.blocks import Block, ChapterStart, Draft, Front, SceneStart

#: the version of these rules, in the front matter
FORMAT = 1

_PLAIN_VALUE = re.compile(r"[^\W\d_](?:[\w ,.!?'’()・「」『』…—-]*[\w.!?'’)」』…])?")
_YAML_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


def to_markdown(draft: Draft, folder: str = "") -> str:
    """The whole draft as one Markdown text, ending in a newline.

    Args:
        folder: where its pictures will lie beside it; empty for none.
    """
    line_paragraphs = lines_are_paragraphs(draft.texts)
    folder = folder if draft.pictures else ""
    head = "\n".join(_front_matter(draft.front, line_paragraphs, folder))
    return "\n\n".join([head, *_body(draft.blocks, line_paragraphs, folder)]) + "\n"


def lines_are_paragraphs(texts: Iterable[str]) -> bool:
    """Whether this author ends a paragraph with one newline rather than with a blank line."""
    alone = parted = 0
    for text in texts:
        lines = text.split("\n")
        for line, below in pairwise(lines):
            if not markup.is_blank(line):
                if markup.is_blank(below):
                    parted += 1
                else:
                    alone += 1
    return alone > parted


def _front_matter(front: Front, line_paragraphs: bool, folder: str) -> Iterator[str]:
    unit = "characters" if counts_characters(front.language) else "words"
    yield "---"
    yield f"title: {_yaml(front.title)}"
    if front.author:
        yield f"author: {_yaml(front.author)}"
    yield f"language: {_yaml(front.language)}"
    yield f"date: {front.date.isoformat()}"
    yield f"{unit}: {front.counts.of(front.language)}"
    if line_paragraphs:
        yield "paragraphs: lines"
    if folder:
        yield f"pictures: {_yaml(folder)}"
    yield f"storyforge: {FORMAT}"
    yield "---"


def _yaml(value: str) -> str:
    """`value` as YAML: bare where that is safe, else in double quotes as JSON writes them."""
    if _PLAIN_VALUE.fullmatch(value) and value.lower() not in _YAML_WORDS:
        return value
    return json.dumps(value, ensure_ascii=False)


def _body(blocks: tuple[Block, ...], line_paragraphs: bool, folder: str) -> Iterator[str]:
    following = (*blocks[1:], None)
    for index, (block, after) in enumerate(zip(blocks, following, strict=True)):
        if isinstance(block, ChapterStart):
            if index > 0 or block.title or not isinstance(after, SceneStart):
                yield markup.heading_line(1, block.title)
        elif isinstance(block, SceneStart):
            if block.title:
                yield markup.heading_line(2, block.title)
            elif not block.opens_chapter or not _has_words(after):
                yield markup.SCENE_BREAK
            if folder and block.picture is not None:
                yield markup.picture_line(block.picture.alt, folder, block.picture.name)
        elif block.text:
            lines = markup.text_lines(block.text, a_line_a_paragraph=line_paragraphs)
            yield "\n".join(lines)


def _has_words(block: Block | None) -> bool:
    """Whether a reader sees that a scene begins here, though no mark says so."""
    return not isinstance(block, ChapterStart | SceneStart | None) and bool(block.text.strip())
