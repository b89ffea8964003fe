"""Paragraphs as XHTML, for EPUB and the single page. Pure; writes no document.

Everything from the story is escaped here; nothing of it becomes markup.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from markupsafe import Markup, escape

from storyforge.domain.inline import Run
from storyforge.export import wording
from storyforge.export.blocks import Book, Break, Chapter, Illustration, Matter, Paragraph
from storyforge.export.settings import ExportSettings

#: dialogue stands flush left where Japanese paragraphs are indented
OPENING = tuple("「『（〈《【〔“‘\u3000")
# What stands upright in a column, as one character: two digits, two marks.
_UPRIGHT = re.compile(r"(?<![0-9A-Za-z!?#&;])(?:[0-9]{2}|[!?]{2})(?![0-9A-Za-z!?;])")


@dataclass(frozen=True, slots=True)
class Look:
    """How paragraphs are set.

    Attributes:
        sign: between two scenes.
        flush: dialogue is not indented (the style indents the rest).
        by_hand: the author indents, so the style does not.
    """

    sign: str
    east_asian: bool
    vertical: bool
    by_hand: bool

    @classmethod
    def of(cls, book: Book, settings: ExportSettings) -> "Look":
        """The look that `settings` ask for."""
        east_asian = wording.is_east_asian(book.front.language)
        sign = settings.scene_break or ("＊　　＊　　＊" if east_asian else "* * *")
        return cls(sign, east_asian, settings.vertical, book.indented)


#: where a picture is to be found, as an address
Source = Callable[[Illustration], str]


def in_folder(picture: Illustration) -> str:
    """Where a picture lies in an EPUB, beside its pages."""
    return f"images/{picture.name}"


def chapter_body(
    chapter: Chapter, look: Look, level: int = 1, source: Source = in_folder
) -> Markup:
    """A chapter's heading and scenes.

    Args:
        level: of the chapter's heading, 1 to 5; scenes stand one below.
    """
    lines = [f"<h{level}>{escape(chapter.heading)}</h{level}>"] if chapter.heading else []
    for index, scene in enumerate(chapter.scenes):
        if scene.heading:
            lines.append(f"<h{level + 1}>{escape(scene.heading)}</h{level + 1}>")
        elif index:
            lines.append(_break(look.sign))
        if scene.picture is not None:
            address, alt = source(scene.picture), escape(scene.picture.alt)
            lines.append(f'<figure><img src="{address}" alt="{alt}"/></figure>')
        lines.extend(_blocks(scene.body, look))
    return Markup("\n".join(lines))


def matter_body(matter: Matter, look: Look, level: int = 1) -> Markup:
    """What stands before or behind the story, with its heading."""
    lines = [f"<h{level}>{escape(matter.heading)}</h{level}>"] if matter.heading else []
    return Markup("\n".join([*lines, *_blocks(matter.paragraphs, look)]))


def _blocks(blocks: tuple[Paragraph | Break, ...], look: Look) -> Iterator[str]:
    opening = True
    for block in blocks:
        if isinstance(block, Break):
            yield _break(block.sign)
            opening = True
            continue
        kind = ""
        if not look.east_asian:
            kind = "first" if opening or block.gap else ""
        elif not look.by_hand and block.text.startswith(OPENING):
            kind = "flush"
        yield _paragraph(block, kind, look)
        opening = False


def _break(sign: str) -> str:
    return f'<p class="break">{escape(sign)}</p>'


def _paragraph(block: Paragraph, kind: str, look: Look) -> str:
    lines = "<br/>".join("".join(_inline(run, look) for run in line) for line in block.lines)
    kinds = " ".join(name for name in (kind, "gap" if block.gap else "") if name)
    return f'<p class="{kinds}">{lines}</p>' if kinds else f"<p>{lines}</p>"


def _inline(run: Run, look: Look) -> str:
    text = str(escape(run.text))
    if look.vertical:
        text = _UPRIGHT.sub(lambda match: f'<span class="tcy">{match[0]}</span>', text)
    if run.is_plain:
        return text
    if run.ruby:
        text = f"<ruby>{text}<rt>{escape(run.ruby)}</rt></ruby>"
    elif run.dots:
        text = f'<em class="dots">{text}</em>'
    if run.bold:
        text = f"<strong>{text}</strong>"
    return f"<em>{text}</em>" if run.italic else text
