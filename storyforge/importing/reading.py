"""Reads foreign files into an `ImportPreview`. Keeps nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from storyforge.domain.text import clean, count_controls, one_line
from storyforge.errors import BadInput
from storyforge.i18n import _, ngettext
from storyforge.importing import splitting
from storyforge.importing.encodings import read_text
from storyforge.importing.foreign import Break, Heading, part
from storyforge.importing.front_matter import FrontMatter, read_front_matter
from storyforge.importing.returning import read_exported
from storyforge.importing.shaping import Text, plan, shape
from storyforge.importing.sources import MARKDOWN, Gathered, Source, gather
from storyforge.importing.values import (
    OFFER_WORDS,
    ImportedChapter,
    ImportedScene,
    ImportOptions,
    ImportPreview,
)

_KANA = re.compile(r"[ぁ-ヿ]")
_HAN = re.compile(r"[一-鿿]")
_HANGUL = re.compile(r"[가-힣]")
_JAPANESE = ("Shift-JIS", "EUC-JP", "ISO-2022-JP")
_SAMPLE = 20_000


@dataclass(frozen=True, slots=True)
class _Read:
    """One file, read."""

    source: Source
    front: FrontMatter
    text: Text
    sample: str
    encoding: str
    notes: tuple[str, ...]


def preview_import(paths: Sequence[Path], options: ImportOptions | None = None) -> ImportPreview:
    """What importing `paths` (files and folders) would bring.

    Raises:
        BadInput: a file is missing, is no text or cannot be decoded, or nothing is in them.
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
                "{count} other file was left aside: only .txt and .md are read.",
                "{count} other files were left aside: only .txt and .md are read.",
                gathered.left_aside,
            ).format(count=gathered.left_aside)
        )
    return _assemble(gathered, read, options, notes)


def _assemble(
    gathered: Gathered, read: list[_Read], options: ImportOptions, notes: list[str]
) -> ImportPreview:
    texts = [one.text for one in read]
    front = read[0].front.values
    # A file of our own comes back as it was, its empty title too.
    own = len(read) == 1 and bool(read[0].front.exported) and options.chapter_level is None
    planned = plan(texts, options.chapter_level, titled=bool(front.get("title")))
    title = options.title or front.get("title") or ("" if own else planned.title or gathered.title)
    sample = "".join(one.sample for one in read[:20])
    language = options.language or front.get("language", "") or guess_language(sample)
    if language == "zh" and any(one.encoding in _JAPANESE for one in read):
        language = "ja"  # a text without kana, in an encoding of Japan's
    chapters = shape(texts, planned)
    offer = 0
    if _has_no_marks(texts):
        chapters, offer = _split(chapters, options.split_words, language)
    return ImportPreview(
        title=one_line(title),
        author=one_line(front.get("author", "")),
        language=language,
        chapters=chapters,
        sources=tuple(one.source.path for one in read),
        chapter_level=planned.chapter_level if planned.levels else None,
        heading_levels=planned.levels,
        notes=tuple(notes),
        offer=offer,
        exact=own,
    )


def guess_language(sample: str) -> str:
    """The language of a text as far as its script tells; empty for a Latin one."""
    letters = sum(character.isalpha() for character in sample) or 1
    if len(_KANA.findall(sample)) > letters / 20:
        return "ja"
    if len(_HANGUL.findall(sample)) > letters / 3:
        return "ko"
    return "zh" if len(_HAN.findall(sample)) > letters / 3 else ""


def _read(source: Source, options: ImportOptions) -> _Read | None:
    decoded = read_text(source.path, options.encoding)
    text = clean(decoded.text)
    if not text.strip():
        return None
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
    shaped = Text(source.name, source.group)
    if front.exported and options.chapter_level is None:
        chapters = read_exported(body, a_line_a_paragraph=front.values.get("paragraphs") == "lines")
        shaped = replace(shaped, finished=chapters)
    else:
        shaped, said_of_text = _foreign(source, front, body, options)
        notes.extend(said_of_text)
    return _Read(source, front, shaped, text[:_SAMPLE], decoded.encoding, tuple(notes))


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
    size = words or OFFER_WORDS
    cut = tuple(
        replace(
            chapter,
            scenes=tuple(
                ImportedScene(scene.title if index == 0 else "", piece)
                for scene in chapter.scenes
                for index, piece in enumerate(splitting.parts(scene.text, size, language))
            ),
        )
        for chapter in chapters
    )
    if words:
        return cut, 0
    before, after = (sum(len(c.scenes) for c in some) for some in (chapters, cut))
    return chapters, after if after > before else 0


def _shown(path: Path) -> str:
    """A file's name for a note: no file may send the terminal a control sequence by its name."""
    return one_line(path.name)
