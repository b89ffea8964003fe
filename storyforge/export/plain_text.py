"""Writes a draft as one plain text file. Pure; `export.site_text` makes one file a chapter.

Words stand as typed, emphasis marks too; readings are spelled as the site has them.
"""

from collections.abc import Iterator

from storyforge.export import wording
from storyforge.export.blocks import ChapterStart, Draft, SceneText
from storyforge.export.book import headed
from storyforge.export.settings import ExportSettings
from storyforge.export.site_text import Site, to_site_text

_BETWEEN = "\n\n\n"


def chapter_texts(draft: Draft, settings: ExportSettings) -> tuple[tuple[str, str], ...]:
    """(file name, text) of each chapter that goes out and has words."""
    site: Site = settings.site  # type: ignore[assignment] # read_settings lets no other in
    return to_site_text(
        headed(draft, settings),
        site,
        scene_titles=settings.scene_titles,
        scene_break=settings.scene_break or None,
    )


def to_text(draft: Draft, settings: ExportSettings) -> str:
    """Everything in one text: title page, matter and chapters, three newlines apart."""
    words = wording.words_of(draft.front.language)
    parts = []
    author = settings.byline or draft.front.author
    title_page = "\n".join(line for line in (draft.front.title, author) if line)
    if settings.title_page and title_page:
        parts.append(title_page)
    parts += [text for text in (settings.dedication, settings.copyright) if text]
    titles = (title for title, written in _titles(headed(draft, settings)) if written)
    for title, (_name, text) in zip(titles, chapter_texts(draft, settings), strict=True):
        # The sites' own texts leave the title to a field of its own; here it stands above.
        parts.append(text if settings.site == "plain" or not title else f"{title}\n\n{text}")
    for kind in ("afterword", "about"):
        if text := getattr(settings, kind):
            parts.append(f"{getattr(words, kind)}\n\n{text}")
    return _BETWEEN.join(part.strip("\n") for part in parts) + "\n"


def _titles(draft: Draft) -> Iterator[tuple[str, bool]]:
    """Each chapter's title and whether it has words."""
    title: str | None = None
    written = False
    for block in draft.blocks:
        if isinstance(block, ChapterStart):
            if title is not None:
                yield title, written
            title, written = block.title, False
        elif isinstance(block, SceneText):
            written = written or bool(block.text.strip("\n"))
    if title is not None:
        yield title, written
