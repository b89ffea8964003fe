"""The verb import: a preview of what foreign files bring, then the story."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from storyforge.cli.names import new_story_path
from storyforge.cli.talk import note, quoted, say, table
from storyforge.domain.counting import Counts, counts_characters
from storyforge.i18n import _, ngettext

if TYPE_CHECKING:
    from storyforge.importing.values import ImportPreview


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    app.command("import", help=_help())(import_files)


def _help() -> str:
    return _(
        "Make a story of text or Markdown files.\n\n"
        "SOURCE is a file, several files or a folder; sub-folders become chapters. UTF-8, UTF-16, "
        "Shift-JIS and EUC-JP are told apart. Headings become chapters; ***, ---, # or ◇ on a line "
        "of its own parts scenes. What the import brings is shown first; the sources are only "
        "read.\n\n"
        "\b\n"
        "  storyforge import draft.md\n"
        "  storyforge import chapters/ -o light.forge\n"
        "  storyforge import old.txt --preview\n"
        "  storyforge import old.txt --split 3000"
    )


def import_files(
    source: Annotated[
        list[Path], typer.Argument(metavar="SOURCE", help=_("Text or Markdown, or a folder."))
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help=_("The story; else named by title.")),
    ] = None,
    preview: Annotated[
        bool, typer.Option("--preview", help=_("Only show what would come in."))
    ] = False,
    title: Annotated[
        str, typer.Option("--title", "-t", metavar="TITLE", help=_("The story's title."))
    ] = "",
    language: Annotated[
        str, typer.Option("--language", "-l", metavar="TAG", help=_("A tag such as en or ja."))
    ] = "",
    level: Annotated[
        int | None,
        typer.Option(
            "--chapter-level",
            metavar="LEVEL",
            min=1,
            max=6,
            help=_(
                "The headings that are chapters: 1 "
                "for #, 2 for ##; else the highest that occurs twice."
            ),
        ),
    ] = None,
    join: Annotated[
        bool | None,
        typer.Option(
            "--join/--no-join",
            help=_("Join lines broken at a margin, or keep them; else the text decides."),
        ),
    ] = None,
    split: Annotated[
        int | None,
        typer.Option(
            "--split",
            min=0,
            metavar="WORDS",
            help=_(
                "Split a text without headings and "
                "breaks into scenes of about so many words; 0 keeps it whole."
            ),
        ),
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(
            "--encoding", metavar="NAME", help=_("Read every file so, such as shift_jis.")
        ),
    ] = None,
) -> None:
    """Make a story of text or Markdown files."""
    from dataclasses import replace

    from storyforge import settings
    from storyforge.importing.values import OFFER_WORDS, ImportOptions
    from storyforge.studio import publishing, shelf

    options = ImportOptions(level, join, split or None, encoding, title, language)
    found = publishing.preview_import(source, options)
    if found.offer and split is None and not preview and sys.stdin.isatty():
        _show(found)
        if typer.confirm(_offer(found), default=True, err=True):
            found = publishing.preview_import(source, replace(options, split_words=OFFER_WORDS))
            _show(found)
    else:
        _show(found)
        if found.offer and split is None:
            note(_offer(found) + " " + _("Say --split {words}.").format(words=OFFER_WORDS))
    if preview:
        return
    path = new_story_path(output) if output else shelf.new_path(found.title, Path())
    own = settings.load() if not found.language else None
    publishing.import_story(found, path, language=own.language if own else "en").close()
    say()
    say(_("Made {path}").format(path=path))
    say(_("To write in it: storyforge {path}").format(path=quoted(path)))


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
        name = chapter.title or _("Chapter {n}").format(n=index)
        rows.append([str(index), name, scenes, _amount(chapter.counts, language)])
    for line in table(rows, right=(0, 2, 3)):
        say(line)
    for said in preview.notes:
        note(said)


def _amount(counts: Counts, language: str) -> str:
    return _amount_of(counts.of(language), language)


def _amount_of(number: int, language: str) -> str:
    if counts_characters(language):
        said = ngettext("{count} character", "{count} characters", number)
    else:
        said = ngettext("{count} word", "{count} words", number)
    return said.format(count=f"{number:,}")
