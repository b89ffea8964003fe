"""Reads foreign files into an `ImportPreview`. Keeps nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from storyforge.domain.text import clean, count_controls, one_line
from storyforge.errors import BadInput
from storyforge.i18n import _, ngettext
from storyforge.importing import detecting, splitting
from storyforge.importing.encodings import decode
from storyforge.importing.files import Folder, file_bytes
from storyforge.importing.foreign import Break, Heading, Words, part
from storyforge.importing.formats.brought import Brought
from storyforge.importing.formats.novelwriter import read_novelwriter
from storyforge.importing.front_matter import FrontMatter, read_front_matter
from storyforge.importing.keeping import kept_of, notes_of
from storyforge.importing.limits import Extent
from storyforge.importing.returning import read_exported
from storyforge.importing.scripts import guess_language
from storyforge.importing.shaping import Plan, Text, plan, shape
from storyforge.importing.sources import MARKDOWN, Gathered, Source, gather
from storyforge.importing.values import (
    OFFER_WORDS,
    ImportedAttachment,
    ImportedChapter,
    ImportOptions,
    ImportPreview,
)

_JAPANESE = ("Shift-JIS", "EUC-JP", "ISO-2022-JP")
_SAMPLE = 20_000
_MOST_SCENES = 20_000


@dataclass(frozen=True, slots=True)
class _Read:
    """One file, read.

    Attributes:
        own: a Markdown file of storyforge's own, to come back to the character.
        brought: what a format other than text and Markdown gave.
    """

    source: Source
    text: Text
    sample: str
    notes: tuple[str, ...]
    title: str = ""
    author: str = ""
    language: str = ""
    encoding: str = ""
    own: bool = False
    brought: Brought | None = None
    kept: tuple[ImportedAttachment, ...] = ()


def preview_import(paths: Sequence[Path], options: ImportOptions | None = None) -> ImportPreview:
    """What importing `paths` (files and folders) would bring.

    Raises:
        BadInput: a file is missing, is of no known kind, damaged or dangerous, cannot be decoded,
            or nothing is in them.
    """
    options = options or ImportOptions()
    gathered = gather(paths)
    read: list[_Read] = []
    notes: list[str] = []
    for source in gathered.sources:
        one = _read(source, options)
        if one is None:
            notes.append(_("“{file}” is empty and was skipped.").format(file=_shown(source.path)))
        else:
            read.append(one)
            notes.extend(one.notes)
    if not read:
        raise BadInput(
            _("There are no words in “{path}”.").format(path=_shown(paths[0])),
            title=_("Not imported"),
            hint=_("Choose a file that has text in it."),
        )
    if gathered.left_aside:
        notes.append(
            ngettext(
                "{count} other file was left aside: it is no text.",
                "{count} other files were left aside: they are no texts.",
                gathered.left_aside,
            ).format(count=gathered.left_aside)
        )
    return _assemble(gathered, read, options, notes)


def _assemble(
    gathered: Gathered, read: list[_Read], options: ImportOptions, notes: list[str]
) -> ImportPreview:
    texts = [one.text for one in read]
    first = read[0]
    # A file of our own comes back as it was, its empty title too.
    own = len(read) == 1 and first.own
    planned = plan(texts, options.chapter_level, titled=bool(first.title))
    title = options.title or first.title or ("" if own else planned.title or gathered.title)
    guessed = guess_language("".join(one.sample for one in read[:20]))
    # Word calls every text English until its author says otherwise: the script knows better.
    said = guessed or first.language if first.brought else first.language or guessed
    language = options.language or said
    if language == "zh" and any(one.encoding in _JAPANESE for one in read):
        language = "ja"  # a text without kana, in an encoding of Japan's
    chapters = shape(texts, planned)
    offer = 0
    if _has_no_marks(texts):
        chapters, offer = _split(chapters, options.split_words, language)
    _require_a_story(chapters, first.source)
    brought = [one.brought for one in read if one.brought is not None]
    return ImportPreview(
        title=one_line(title),
        author=one_line(next((one.author for one in read if one.author), "")),
        language=language,
        chapters=chapters,
        sources=tuple(one.source.path for one in read),
        chapter_level=planned.chapter_level if planned.levels else None,
        heading_levels=planned.levels,
        notes=tuple(notes),
        offer=offer,
        exact=own,
        memory="\n\n".join(one.memory for one in brought if one.memory.strip()),
        author_note="\n\n".join(one.author_note for one in brought if one.author_note.strip()),
        lore=tuple(entry for one in brought for entry in one.lore),
        lore_books={kind: told for one in brought for kind, told in one.lore_books.items()},
        attachments=tuple(kept for one in read for kept in one.kept),
    )


def _read(source: Source, options: ImportOptions) -> _Read | None:
    if not source.project:
        return _read_bytes(source, file_bytes(source.path), options)
    folder = Folder(source.path, (".nwx", ".nwd"))
    brought = read_novelwriter(folder, source.path.name)
    return _of_format(source, brought, folder.packed(), options)


def _read_bytes(source: Source, data: bytes, options: ImportOptions) -> _Read | None:
    brought = detecting.bring(data, source.path.name, options.encoding)
    if brought is not None:
        return _of_format(source, brought, data, options)
    return _of_text(source, data, options)


def _of_format(
    source: Source, brought: Brought, data: bytes, options: ImportOptions
) -> _Read | None:
    if not brought.has_words and not brought.notes:
        return None
    pieces = brought.pieces
    if pieces and isinstance(pieces[0], Heading) and pieces[0].title == brought.title:
        pieces = pieces[1:]  # the title above its own story
    if pieces and isinstance(pieces[0], Words) and pieces[0].text == brought.author != "":
        pieces = pieces[1:]  # and its author's name
    text = Text(source.name, source.group, pieces)
    if brought.chapter_level is not None and options.chapter_level is None:
        planned = Plan(brought.chapter_level, None, (brought.chapter_level,))
        text = replace(text, pieces=(), finished=shape([text], planned))
    kept, too_large = kept_of(source, brought, data)
    return _Read(
        source,
        text,
        "".join(getattr(piece, "text", "") for piece in pieces[:40])[:_SAMPLE],
        tuple(notes_of(_shown(source.path), brought, too_large=too_large)),
        title=brought.title,
        author=brought.author,
        language=brought.language,
        brought=brought,
        kept=(*brought.attachments, *kept),
    )


def _of_text(source: Source, data: bytes, options: ImportOptions) -> _Read | None:
    decoded = decode(data, source.path.name, options.encoding)
    text = clean(decoded.text)
    if not text.strip():
        return None
    Extent(source.path.name).add_text(text)
    name = _shown(source.path)
    lines = text.split("\n")
    front = read_front_matter(lines)
    body = lines[front.lines :]
    notes = []
    if options.encoding is None and decoded.encoding != "UTF-8":
        said = _("“{file}” was read as {encoding}.")
        if decoded.guessed:
            said = _("“{file}” was read as {encoding}: a guess, so look for odd letters.")
        notes.append(said.format(file=name, encoding=decoded.encoding))
    controls = count_controls(decoded.text)
    if controls:
        notes.append(
            ngettext(
                "“{file}”: {count} control character was left out.",
                "“{file}”: {count} control characters were left out.",
                controls,
            ).format(file=name, count=controls)
        )
    own = front.exported and options.chapter_level is None
    if own:
        chapters = read_exported(
            body,
            a_line_a_paragraph=front.values.get("paragraphs") == "lines",
            pictures=front.values.get("pictures", ""),
        )
        shaped = Text(source.name, source.group, finished=chapters)
    else:
        shaped, said_of_text = _foreign(source, front, body, options)
        notes.extend(said_of_text)
    return _Read(
        source,
        shaped,
        text[:_SAMPLE],
        tuple(notes),
        title=front.values.get("title", ""),
        author=front.values.get("author", ""),
        language=front.values.get("language", ""),
        encoding=decoded.encoding,
        own=own,
    )


def _foreign(
    source: Source, front: FrontMatter, body: list[str], options: ImportOptions
) -> tuple[Text, list[str]]:
    markdown = source.path.suffix.lower() in MARKDOWN
    parted = part(body, markdown=markdown, join_lines=options.join_lines)
    name = _shown(source.path)
    notes = []
    if parted.joined:
        notes.append(
            ngettext(
                "“{file}”: {count} line that had been broken at the margin was joined.",
                "“{file}”: {count} lines that had been broken at the margin were joined.",
                parted.joined,
            ).format(file=name, count=parted.joined)
        )
    if parted.plain_chapters:
        first = next(p for p in parted.pieces if isinstance(p, Heading))
        notes.append(
            _("“{file}”: lines such as “{line}” were taken as chapter headings.").format(
                file=name, line=first.title
            )
        )
    title = front.values.get("title") or source.name
    return Text(title, source.group, parted.pieces), notes


def _has_no_marks(texts: list[Text]) -> bool:
    return not any(
        text.finished or isinstance(piece, Heading | Break)
        for text in texts
        for piece in (text.pieces or (Break(),))
    )


def _split(
    chapters: tuple[ImportedChapter, ...], words: int | None, language: str
) -> tuple[tuple[ImportedChapter, ...], int]:
    """The chapters cut at `words`, or as they are with the number of scenes that an offer makes."""
    if words is None:
        scenes = [scene for chapter in chapters for scene in chapter.scenes]
        offered = sum(
            len(splitting.parts(scene.text, OFFER_WORDS, language, scene.counts))
            for scene in scenes
        )
        return chapters, offered if offered > len(scenes) else 0
    return tuple(
        replace(
            chapter,
            scenes=tuple(
                piece
                for scene in chapter.scenes
                for piece in splitting.scenes_of(scene, words, language)
            ),
        )
        for chapter in chapters
    ), 0


def _require_a_story(chapters: tuple[ImportedChapter, ...], source: Source) -> None:
    """Refuse what would bury its author under scenes: a mark on every line is no mark."""
    scenes = sum(len(chapter.scenes) for chapter in chapters)
    if scenes > _MOST_SCENES:
        raise BadInput(
            _("“{file}” would become {count:,} scenes, more than {most:,}.").format(
                file=_shown(source.path), count=scenes, most=_MOST_SCENES
            ),
            title=_("Not imported"),
            hint=_("Look which lines of it are taken for headings and breaks."),
        )


def _shown(path: Path) -> str:
    """A file's name for a note: no file may send the terminal a control sequence by its name."""
    return one_line(path.name)
