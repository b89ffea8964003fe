"""Parts a long text without marks at paragraph borders, into scenes of about one size. Pure."""

import re
from dataclasses import replace

from storyforge.domain.counting import Counts, count, counts_characters
from storyforge.importing.values import NO_CARD, ImportedScene

_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")
_LINE_END = re.compile(r"\n")


def size_limit(words: int, language: str) -> int:
    """`words` as the unit of `language`: where it has no spaces, twice as many characters."""
    return words * 2 if counts_characters(language) else words


def parts(text: str, words: int, language: str, counted: Counts | None = None) -> tuple[str, ...]:
    """`text` in pieces of about `words` words, cut where paragraphs end.

    Nothing but the newlines at the cuts is left out. A text below one and a half times the size
    stays whole; so does a single long paragraph.
    """
    limit = size_limit(words, language)
    total = (counted or count(text)).of(language)
    number = round(total / limit)
    if number < 2:
        return (text,)
    border = _BLANK_LINES if _BLANK_LINES.search(text) else _LINE_END
    out: list[str] = []
    start = at = done = 0
    for match in border.finditer(text):
        done += count(text[at : match.start()]).of(language)
        at = match.end()
        if done >= total * (len(out) + 1) / number and at < len(text):
            out.append(text[start : match.start()])
            start = at
    return (*out, text[start:])


def scenes_of(scene: ImportedScene, words: int, language: str) -> tuple[ImportedScene, ...]:
    """`scene` in scenes of about `words` words; what belongs to its text goes along.

    The title and the card stay with the first of them.
    """
    cut: list[ImportedScene] = []
    at = 0
    for piece in parts(scene.text, words, language, scene.counts):
        start = scene.text.index(piece, at)
        at = end = start + len(piece)
        comments = tuple(
            replace(c, start=c.start - start, end=min(c.end, end) - start)
            for c in scene.comments
            if start <= c.start < end or (c.start == end == len(scene.text))
        )
        model = tuple(
            (max(low, start) - start, min(high, end) - start)
            for low, high in scene.model
            if low < end and high > start
        )
        cut.append(
            ImportedScene(
                "" if cut else scene.title,
                piece,
                NO_CARD if cut else scene.card,
                comments,
                model,
            )
        )
    return tuple(cut)
