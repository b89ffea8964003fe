"""A story goes out: as a draft, a manuscript, a book, a page, a text.

Whole or not at all, and never over a file unasked. What the author wants is kept with the story.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from storyforge.errors import BadInput
from storyforge.export import settings as wishes
from storyforge.export.blocks import (
    Book,
    ChapterStart,
    Draft,
    Illustration,
    Progress,
    draft_of,
)
from storyforge.export.book import book_of
from storyforge.export.files import may_write, write_folder, write_whole
from storyforge.export.settings import ExportSettings
from storyforge.export.wording import is_east_asian
from storyforge.i18n import N_, _
from storyforge.store.story_file import StoryFile


@dataclass(frozen=True, slots=True)
class Format:
    """A format that a story goes out in.

    Attributes:
        ending: of its files, with the dot.
        label: what it is, for a list; to be translated.
        as_book: whether it is made of the story as readers see it; else of the page as typed.
    """

    ending: str
    label: str
    as_book: bool = True


#: the formats that `export_story` writes, by their names on the command line
FORMATS: Mapping[str, Format] = {
    "md": Format(".md", N_("Markdown, which comes back as it was"), as_book=False),
    "docx": Format(".docx", N_("Word, as a manuscript")),
    "epub": Format(".epub", N_("EPUB, a book for readers")),
    "html": Format(".html", N_("HTML, one page for browser and printer")),
    "text": Format(".txt", N_("Plain text, or the texts of a site"), as_book=False),
    "odt": Format(".odt", N_("OpenDocument, as a manuscript")),
}

#: files of an earlier export of chapters: 01 Title.txt
_CHAPTER_FILE = re.compile(r"\d{2,}(?: .*)?\.txt")
# Files of an earlier export of pictures.
_PICTURE_FILE = re.compile(r"[0-9a-z]+(?:-\d+)?\.png")
# So much of a scene's id tells it from all others.
_NAME_LENGTH = 12


def settings_of(story: StoryFile) -> ExportSettings:
    """What this story's author wants of an export."""
    return wishes.read_settings(story.recall(wishes.KEY))


def keep_settings(story: StoryFile, settings: ExportSettings) -> None:
    """Keep `settings` with the story; nothing in a read-only one."""
    story.remember(wishes.KEY, wishes.write_settings(settings))


def export_path(story_path: Path, *, form: str = "md", site: str = "") -> Path:
    """Where a story goes unless the author says otherwise: beside it, under its name.

    Args:
        site: for `text`, a folder for the texts of that site instead of one file.
    """
    if form == "text" and site:
        return story_path.with_name(f"{story_path.stem} {site}")
    return story_path.with_suffix(format_of(form).ending)


def format_of(form: str) -> Format:
    """The format of that name.

    Raises:
        BadInput: there is none.
    """
    if form not in FORMATS:
        raise BadInput(
            _("There is no export format “{name}”.").format(name=form),
            title=_("Not exported"),
            hint=_("Known are: {names}.").format(names=", ".join(FORMATS)),
        )
    return FORMATS[form]


def export_story(
    story: StoryFile,
    out: Path,
    *,
    form: str = "md",
    settings: ExportSettings | None = None,
    force: bool = False,
    progress: Progress | None = None,
) -> Path:
    """Write the story to `out`, whole or not at all. Slow: up to some seconds for a long novel.

    `text` goes into one file where `out` ends in .txt, else into a folder, one file a chapter. The
    pictures of `md` go into a folder beside it, `pictures_folder`.

    Args:
        settings: None for those kept with the story.
        progress: hears (chapters done, of how many); what it raises ends the export.

    Raises:
        Refused: something is at `out` and `force` is not set.
        BadInput: it cannot be written there, there is no such format, the cover cannot be used, or
            no chapter is left to go out.
    """
    format_of(form)
    settings = settings_of(story) if settings is None else settings
    if form == "text" and out.suffix.lower() != ".txt":
        from storyforge.export.plain_text import chapter_texts

        texts = chapter_texts(_chosen(_draft(story, settings), settings), settings)
        if not texts:
            raise _nothing_left()
        files = [(name, text.encode("utf-8")) for name, text in texts]
        write_folder(out, files, ours=_CHAPTER_FILE, force=force)
        return out
    # Whoever would be refused in the end need not wait for it.
    may_write(out, force=force)
    if form == "md":
        _write_markdown(story, out, settings, force=force)
        return out
    write_whole(
        out, draft_bytes(story, form=form, settings=settings, progress=progress), force=force
    )
    return out


def pictures_folder(out: Path) -> Path:
    """Where the pictures of a draft lie that is written to `out`."""
    return out.with_name(f"{out.stem}-pictures")


def _write_markdown(story: StoryFile, out: Path, settings: ExportSettings, *, force: bool) -> None:
    from storyforge.export.markdown import to_markdown

    draft = _draft(story, settings, commands=settings.commands, plain=False)
    folder = pictures_folder(out)
    if draft.pictures:
        files = [(one.name, one.load) for one in draft.pictures]
        write_folder(folder, files, ours=_PICTURE_FILE, force=force)
    write_whole(out, to_markdown(draft, folder.name).encode("utf-8"), force=force)


def draft_bytes(
    story: StoryFile,
    *,
    form: str = "md",
    settings: ExportSettings | None = None,
    progress: Progress | None = None,
) -> bytes:
    """The whole story as one file in a format of `FORMATS`.

    Raises:
        BadInput: as `export_story`.
    """
    as_book = format_of(form).as_book
    settings = settings_of(story) if settings is None else settings
    draft = _draft(story, settings, commands=form == "md" and settings.commands)
    if form == "md":
        from storyforge.export.markdown import to_markdown

        return to_markdown(draft).encode("utf-8")
    _chosen(draft, settings)
    if not is_east_asian(draft.front.language):
        settings = settings.changed(vertical=False)
    if not as_book:
        from storyforge.export.plain_text import to_text

        return to_text(draft, settings).encode("utf-8")
    return _book_bytes(book_of(draft, settings), form, settings, progress)


def _book_bytes(
    book: Book, form: str, settings: ExportSettings, progress: Progress | None
) -> bytes:
    if form == "docx":
        from storyforge.export.docx_writer import to_docx

        return to_docx(book, settings, progress)
    if form == "odt":
        from storyforge.export.odt_writer import to_odt

        return to_odt(book, settings, progress)
    if form == "html":
        from storyforge.export.web_page import to_html

        return to_html(book, settings, progress)
    from storyforge.export.covers import read_cover
    from storyforge.export.epub import to_epub

    cover = read_cover(Path(settings.cover).expanduser()) if settings.cover else None
    return to_epub(book, settings, cover=cover, progress=progress)


def _draft(
    story: StoryFile, settings: ExportSettings, *, commands: bool = False, plain: bool = True
) -> Draft:
    """The story; `plain` pictures tell no reader how they were made."""
    pictures = _pictures(story, plain=plain) if settings.pictures else {}
    return draft_of(
        story.outline(),
        lambda scene_id: story.scenes.load(scene_id).text,
        today=date.today(),
        commands=commands,
        picture_of=pictures.get,
    )


def _pictures(story: StoryFile, *, plain: bool) -> dict[str, Illustration]:
    """The scenes' chosen pictures, by scene; they are read when they are written."""
    from storyforge.images.png import without_texts

    def load(key: str) -> bytes:
        data = story.pictures.read(key)
        return without_texts(data) if plain else data

    found: dict[str, Illustration] = {}
    names: set[str] = set()
    for scene, one in story.pictures.chosen().items():
        name = re.sub(r"[^0-9a-z]", "", scene.lower())[:_NAME_LENGTH] or "scene"
        # Two of a stranger's ids may begin alike.
        free = (name, *(f"{name}-{number}" for number in range(2, len(found) + 3)))
        taken = next(each for each in free if each not in names)
        names.add(taken)
        found[scene] = Illustration(
            f"{taken}.png", one.alt, one.width, one.height, partial(load, one.id)
        )
    return found


def _chosen(draft: Draft, settings: ExportSettings) -> Draft:
    """`draft`, if any of the chosen chapters is still in it."""
    there = {block.id for block in draft.blocks if isinstance(block, ChapterStart)}
    if settings.chapters and not there & set(settings.chapters):
        raise _nothing_left()
    return draft


def _nothing_left() -> BadInput:
    return BadInput(
        _("There is no chapter to export; nothing was written."),
        title=_("Not exported"),
        hint=_("Choose other chapters, or write a few words first."),
    )
