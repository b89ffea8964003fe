"""Reads the Markdown that storyforge exports, to the character. Pure; no other Markdown.

The rules are those of `export.markdown`: `#` opens a chapter, `##` and `***` a scene; words that
stand under no mark open an untitled chapter or scene themselves. Scenes' pictures are not read.
"""

from storyforge.domain import markup
from storyforge.importing.values import ImportedChapter, ImportedScene


def read_exported(
    lines: list[str], *, a_line_a_paragraph: bool, pictures: str = ""
) -> tuple[ImportedChapter, ...]:
    """The chapters in `lines`, the file's lines behind the front matter.

    Args:
        pictures: the folder beside the file that the pictures of its scenes lie in.
    """
    reader = _Reader(a_line_a_paragraph, pictures)
    for line in lines:
        reader.take(line)
    return reader.finish()


class _Reader:
    def __init__(self, a_line_a_paragraph: bool, pictures: str) -> None:
        self._pictures = pictures
        self._a_line_a_paragraph = a_line_a_paragraph
        self._chapters: list[tuple[str, list[ImportedScene]]] = []
        self._open_scene: str | None = None  # the title of a scene that waits for its text
        self._region: list[str] = []

    def take(self, line: str) -> None:
        """Read one more line."""
        found = markup.heading(line)
        if found is not None and found[0] == 1:
            self._close()
            self._chapters.append((found[1], []))
        elif found is not None and found[0] == 2:
            self._close()
            self._open_scene = found[1]
        elif markup.is_rule(line):
            self._close()
            self._open_scene = ""
        else:
            self._region.append(line)

    def finish(self) -> tuple[ImportedChapter, ...]:
        """Everything read."""
        self._close()
        return tuple(ImportedChapter(title, tuple(scenes)) for title, scenes in self._chapters)

    def _close(self) -> None:
        text = self._text()
        if self._open_scene is not None or text.strip():
            if not self._chapters:
                self._chapters.append(("", []))
            self._chapters[-1][1].append(ImportedScene(self._open_scene or "", text))
        self._open_scene = None
        self._region = []

    def _text(self) -> str:
        """The region without the one blank line on each side that parts it from its marks."""
        lines = self._region
        if lines and not lines[0]:
            lines = lines[1:]
        if self._pictures and lines and markup.is_picture(lines[0], self._pictures):
            lines = lines[2:]
        if lines and not lines[-1]:
            lines = lines[:-1]
        return markup.page_text(lines, a_line_a_paragraph=self._a_line_a_paragraph)
