"""Parts a long text without marks at paragraph borders, into scenes of about one size. Pure."""

import re

from storyforge.domain.counting import count, counts_characters

_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")
_LINE_END = re.compile(r"\n")


def size_limit(words: int, language: str) -> int:
    """`words` as the unit of `language`: where it has no spaces, twice as many characters."""
    return words * 2 if counts_characters(language) else words


def parts(text: str, words: int, language: str) -> tuple[str, ...]:
    """`text` in pieces of about `words` words, cut where paragraphs end.

    Nothing but the newlines at the cuts is left out. A text below one and a half times the size
    stays whole; so does a single long paragraph.
    """
    limit = size_limit(words, language)
    total = count(text).of(language)
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
