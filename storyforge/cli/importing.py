"""The verb import: a preview of what foreign files bring, then the story."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storyforge.cli import folders
from storyforge.cli.names import new_story_path
from storyforge.cli.options import JSON
from storyforge.cli.talk import note, quoted, say, say_json, table
from storyforge.domain.counting import Counts, counts_characters
from storyforge.i18n import _, ngettext, sentences

if TYPE_CHECKING:
    from storyforge.importing.values import ImportedChapter, ImportPreview

_SOURCE = Annotated[
    list[Path], typer.Argument(metavar="SOURCE", help=_("A file, several, or a folder."))
]
_OUTPUT = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help=_("The story; else named by title.")),
]
_PREVIEW = Annotated[bool, typer.Option("--preview", help=_("Only show what would come in."))]
_TITLE = Annotated[
    str, typer.Option("--title", "-t", metavar="TITLE", help=_("The story's title."))
]
_LANGUAGE = Annotated[
    str, typer.Option("--language", "-l", metavar="TAG", help=_("A tag such as en or ja."))
]
_LEVEL = Annotated[
    int | None,
    typer.Option(
        "--chapter-level",
        metavar="LEVEL",
        min=1,
        max=6,
        help=_(
            "The headings that are chapters: 1 for #, 2 for ##; else the highest that occurs twice."
        ),
    ),
]
_JOIN = Annotated[
    bool | None,
    typer.Option(
        "--join/--no-join",
        help=_("Join lines broken at a margin, or keep them; else the text decides."),
    ),
]
_SPLIT = Annotated[
    int | None,
    typer.Option(
        "--split",
        min=0,
        metavar="WORDS",
        help=_(
            "Split a text without headings and breaks into scenes of about so many words; 0 keeps "
            "it whole."
        ),
    ),
]
_ENCODING = Annotated[
    str | None,
    typer.Option("--encoding", metavar="NAME", help=_("Read every file so, such as shift_jis.")),
]
_INTO = Annotated[
    Path | None,
    typer.Option(
        "--into",
        metavar="STORY",
        help=_("Take the changes of a folder written by “export --split scene” into this story."),
    ),
]
_REMOVE = Annotated[
    bool,
    typer.Option("--remove", help=_("With --into: scenes whose files are gone go to the trash.")),
]
#: scenes that take longer than a second to write
_MANY = 200


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    app.command("import", help=_help())(import_files)


def _help() -> str:
    return _(
        "Make a story of texts and of other programs' files.\n\n"
        "SOURCE is a file, several files or a folder; sub-folders become chapters. What a file is "
        "is found out from its contents: text and Markdown, DOCX, ODT, HTML, EPUB, novelWriter "
        "projects, KoboldAI saves, NovelAI .story and .scenario, AI Novelist .novel, mikupad "
        "sessions. Headings become chapters; ***, ---, # or ◇ on a line of its own parts scenes. "
        "Memory, author's note and lore come along; what has no place is named and kept as an "
        "attachment. What the import brings is shown first; the sources are only read.\n\n"
        "\b\n"
        "  storyforge import draft.docx\n"
        "  storyforge import chapters/ -o light.forge\n"
        "  storyforge import save.json --preview\n"
        "  storyforge import old.txt --split 3000\n"
        "  storyforge import light-scenes --into light.forge"
    )


def import_files(
    source: _SOURCE,
    output: _OUTPUT = None,
    preview: _PREVIEW = False,
    title: _TITLE = "",
    language: _LANGUAGE = "",
    level: _LEVEL = None,
    join: _JOIN = None,
    split: _SPLIT = None,
    encoding: _ENCODING = None,
    into: _INTO = None,
    remove: _REMOVE = False,
    as_json: JSON = False,
) -> None:
    """Make a story of texts and of other programs' files."""
    if not preview and folders.reads(source, into):
        folders.read(source, into, output=output, remove=remove, as_json=as_json)
        return
    from dataclasses import replace

    from storyforge import settings
    from storyforge.importing.values import OFFER_WORDS, ImportOptions
    from storyforge.studio import publishing, shelf

    options = ImportOptions(level, join, split or None, encoding, title, language)
    found = publishing.preview_import(source, options)
    if not as_json:
        _show(found)
    if found.offer and split is None and not as_json:
        if not preview and sys.stdin.isatty():
            if typer.confirm(_offer(found), default=True, err=True):
                found = publishing.preview_import(source, replace(options, split_words=OFFER_WORDS))
                _show(found)
        else:
            how = _("Say --split {words}.").format(words=OFFER_WORDS)
            note(sentences((_offer(found), how)))
    path = None
    if not preview:
        path = new_story_path(output) if output else shelf.new_path(found.title, Path())
        own = settings.load() if not found.language else None
        publishing.import_story(
            found, path, language=own.language if own else "en", progress=_tell_progress
        ).close()
    if as_json:
        say_json(_told(found, path))
    elif path is not None:
        say()
        say(_("Made {path}").format(path=path))
        say(_("To write in it: storyforge {path}").format(path=quoted(path)))


def _tell_progress(done: int, total: int) -> None:
    """One line on a terminal that comes and goes; a small story is there before it is read."""
    if total >= _MANY and sys.stderr.isatty() and (done % 50 == 0 or done == total):
        said = _("{done} of {total} scenes").format(done=done, total=total)
        sys.stderr.write("\r\x1b[K" + (said if done < total else ""))
        sys.stderr.flush()


def _told(preview: "ImportPreview", path: Path | None) -> dict[str, Any]:
    """The preview for a program; `path` is null where nothing was made."""
    return {
        "path": None if path is None else str(path),
        "title": preview.title,
        "author": preview.author,
        "language": preview.language,
        "sources": [str(source) for source in preview.sources],
        "chapter_level": preview.chapter_level,
        "heading_levels": list(preview.heading_levels),
        "split_would_make": preview.offer,
        "words": preview.counts.words,
        "characters": preview.counts.characters,
        "chapters": [
            {
                "title": chapter.title,
                "scenes": [
                    {
                        "title": scene.title,
                        "words": scene.counts.words,
                        "characters": scene.counts.characters,
                        "comments": len(scene.comments),
                        "notes": scene.card.notes,
                    }
                    for scene in chapter.scenes
                ],
            }
            for chapter in preview.chapters
        ],
        "memory": preview.memory,
        "author_note": preview.author_note,
        "lore": [
            {"title": entry.title, "keys": list(entry.keys), "content": entry.content}
            for entry in preview.lore
        ],
        "attachments": [
            {"name": kept.name, "media_type": kept.media_type, "size": len(kept.data)}
            for kept in preview.attachments
        ],
        "notes": list(preview.notes),
    }


def _offer(preview: "ImportPreview") -> str:
    return _(
        "The text has no headings and no scene breaks. Split it into {count} scenes of about "
        "{size}?"
    ).format(count=preview.offer, size=_size(preview))


def _size(preview: "ImportPreview") -> str:
    from storyforge.importing.splitting import size_limit
    from storyforge.importing.values import OFFER_WORDS

    return _amount_of(size_limit(OFFER_WORDS, preview.language), preview.language)


def _show(preview: "ImportPreview") -> None:
    from storyforge.importing.keeping import beside

    language = preview.language
    say(preview.title or _("(no title)"))
    facts = [
        preview.author,
        language,
        ngettext("{count} chapter", "{count} chapters", len(preview.chapters)).format(
            count=len(preview.chapters)
        ),
        ngettext("{count} scene", "{count} scenes", len(preview.scenes)).format(
            count=len(preview.scenes)
        ),
        _amount(preview.counts, language),
    ]
    say(" · ".join(fact for fact in facts if fact))
    say()
    rows = []
    for index, chapter in enumerate(preview.chapters, start=1):
        scenes = ngettext("{count} scene", "{count} scenes", len(chapter.scenes)).format(
            count=len(chapter.scenes)
        )
        name = _name(preview.chapters, index - 1)
        rows.append([str(index), name, scenes, _amount(chapter.counts, language)])
    for line in table(rows, right=(0, 2, 3)):
        say(line)
    along = beside(preview.memory, preview.author_note, len(preview.lore), len(preview.attachments))
    if along:
        say(_("Beside the text: {along}").format(along=along))
    for said in preview.notes:
        note(said)


def _name(chapters: "Sequence[ImportedChapter]", index: int) -> str:
    """What to call a chapter: one without a title before others that have one is no chapter 1."""
    if chapters[index].title:
        return chapters[index].title
    if not any(chapter.title for chapter in chapters):
        return _("Chapter {n}").format(n=index + 1)
    return _("(before the first chapter)") if index == 0 else _("(no title)")


def _amount(counts: Counts, language: str) -> str:
    return _amount_of(counts.of(language), language)


def _amount_of(number: int, language: str) -> str:
    if counts_characters(language):
        said = ngettext("{count} character", "{count} characters", number)
    else:
        said = ngettext("{count} word", "{count} words", number)
    return said.format(count=f"{number:,}")
