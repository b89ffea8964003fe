"""The few Markdown marks that carry a story's shape, and how a page's own lines keep clear of them.

Pure, and shared by both doors: whatever `escape` protects, `unescape` gives back to the character.
Emphasis, lists and quotes are no business of this module: they are text here.
"""

import re
from urllib.parse import quote

from storyforge.domain.text import one_line

SCENE_BREAK = "***"

# What CommonMark takes for a heading, a thematic break or the underline of a heading.
_MARK = re.compile(
    r"""([ ]{0,3})                      # more indent is text
        (\\*)                           # the backslashes that keep the line text
        ( \#{1,6}(?:[ \t].*)?
        | (?:\*[ \t]*){3,} | (?:-[ \t]*){3,} | (?:_[ \t]*){3,}
        | (?:=+|-+)[ \t]* )""",
    re.VERBOSE,
)
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})")
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t](.*))?")
_BRACKETS = re.compile(r"[\\\[\]]")
_PICTURE = re.compile(r"!\[(?:\\.|[^\\\[\]])*\]\(([^/()\s]+)/[\w-]+\.png\)")
# A closing run of hashes is decoration in a heading, unless a backslash stands before it.
_CLOSING = re.compile(r"(?:^|(?<=[ \t]))(\\*)(#+)\Z")


def is_blank(line: str) -> bool:
    """Whether Markdown sees nothing in `line`; an ideographic space is something."""
    return not line.strip(" \t")


def is_rule(line: str) -> bool:
    """Whether `line` is a thematic break, such as `***` or `---`."""
    return _RULE.fullmatch(line) is not None


def heading(line: str) -> tuple[int, str] | None:
    """The level (1 to 6) and the title of a heading line, or None."""
    match = _HEADING.fullmatch(line)
    if match is None:
        return None
    title = (match[2] or "").strip(" \t")
    closing = _CLOSING.search(title)
    if closing is not None:
        kept = closing[0][1:] if closing[1] else ""
        title = (title[: closing.start()] + kept).rstrip(" \t")
    return len(match[1]), title


def heading_line(level: int, title: str) -> str:
    """The line from which `heading` reads `level` and `title` (one line, no tabs) again."""
    return f"{'#' * level} {_CLOSING.sub(lambda m: chr(92) + m[0], title)}".rstrip(" ")


def picture_line(alt: str, folder: str, name: str) -> str:
    """The line that shows the picture `name` of a folder beside the file."""
    return f"![{_BRACKETS.sub(lambda m: chr(92) + m[0], one_line(alt))}]({quote(folder)}/{name})"


def is_picture(line: str, folder: str) -> bool:
    """Whether `line` is such a line, of that folder."""
    match = _PICTURE.fullmatch(line)
    return match is not None and match[1] == quote(folder)


def escape(line: str) -> str:
    """`line` with a backslash where Markdown would take it for a heading or a break."""
    match = _MARK.fullmatch(line)
    return f"{match[1]}\\{match[2]}{match[3]}" if match else line


def unescape(line: str) -> str:
    """`line` without the backslash that `escape` set."""
    match = _MARK.fullmatch(line)
    return f"{match[1]}{match[2][1:]}{match[3]}" if match and match[2] else line


def text_lines(text: str, *, a_line_a_paragraph: bool) -> list[str]:
    """The lines of a page as Markdown: every paragraph a paragraph, every line break kept.

    Args:
        a_line_a_paragraph: the author ends a paragraph with one newline. Each run of newlines then
            grows by one. Otherwise blank lines part the paragraphs already, and a line directly
            above another one ends in a backslash, Markdown's own hard break.
    """
    if a_line_a_paragraph:
        grown = re.sub(r"\n+", lambda run: run[0] + "\n", text)
        return [escape(line) for line in grown.split("\n")]
    lines = text.split("\n")
    below = [*lines[1:], ""]
    return [
        escape(line) + ("" if is_blank(line) or is_blank(under) else "\\")
        for line, under in zip(lines, below, strict=True)
    ]


def page_text(lines: list[str], *, a_line_a_paragraph: bool) -> str:
    """The page that `text_lines` made `lines` from."""
    below = [*lines[1:], ""]
    text = "\n".join(
        unescape(line[:-1] if line.endswith("\\") and not is_blank(under) else line)
        for line, under in zip(lines, below, strict=False)
    )
    return re.sub(r"\n{2,}", lambda run: run[0][1:], text) if a_line_a_paragraph else text
