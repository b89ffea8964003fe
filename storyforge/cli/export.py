"""The verb export: a story as a draft, a manuscript, a book, a page or texts, or a sound copy."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from storyforge.cli import folders
from storyforge.cli.export_wishes import (
    Chapters,
    Cover,
    ExportWishes,
    Form,
    Pictures,
    Set,
    Site,
    Vertical,
)
from storyforge.cli.names import new_story_path
from storyforge.cli.opening import opened
from storyforge.cli.talk import say
from storyforge.errors import Refused
from storyforge.i18n import _

if TYPE_CHECKING:
    from storyforge.export.settings import ExportSettings
    from storyforge.store.story_file import StoryFile

#: seconds before a line of progress is worth it
_PATIENCE = 1.0


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    app.command("export", help=_help())(export)


def _help() -> str:
    return _(
        "Write a story as a draft, a manuscript or a book, or copy it.\n\n"
        "It goes beside the story, under its name: as md (Markdown; importing it gives the same "
        "story again), docx or odt (a manuscript in Shunn's format, Japanese on a grid), epub, "
        "html or text. --site writes one text a chapter into a folder, spelled for that site. "
        "Nothing is ever replaced without --force. The desk's export dialog keeps wishes with "
        "the story, and they hold here too; --set changes one for this time. --copy makes a "
        "sound copy of the story itself, with all takes, even while it is open elsewhere.\n\n"
        "\b\n"
        "  storyforge export light.forge\n"
        "  storyforge export light.forge -f docx -o draft.docx --force\n"
        "  storyforge export light.forge -f epub --cover cover.jpg\n"
        "  storyforge export akari.forge -f epub --vertical\n"
        "  storyforge export akari.forge -f text --site narou\n"
        '  storyforge export light.forge -f odt --set "heading=Chapter {number}: {title}"\n'
        "  storyforge export light.forge -o - | wc -w\n"
        "  storyforge export light.forge --split scene -o light-scenes\n"
        "  storyforge export light.forge --copy -o backup.forge"
    )


def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("The story."))],
    form: Form = "",
    site: Site = None,
    vertical: Vertical = None,
    cover: Cover = None,
    chapters: Chapters = None,
    pictures: Pictures = None,
    wishes: Set = None,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="OUT", help=_("The file or folder; - is stdout.")),
    ] = None,
    split: Annotated[
        str | None,
        typer.Option(
            "--split", metavar="scene", help=_("A folder for git: one Markdown file a scene.")
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help=_("Replace a file that is there already."))
    ] = False,
    copy: Annotated[
        bool, typer.Option("--copy", help=_("Copy the story itself instead of writing a draft."))
    ] = False,
) -> None:
    """Write a story as a draft, a manuscript or a book, or copy it."""
    if split is not None:
        if split != "scene" or copy or (form or "md") != "md" or output == "-":
            raise typer.BadParameter(
                _("is “scene”, and writes Markdown into a folder"), param_hint="--split"
            )
        folders.write(file, output)
        return
    if copy:
        _copy(file, output, force)
        return
    named = form or ("text" if site else "md")
    wish = ExportWishes(named, site, vertical, cover, chapters, pictures)
    wish.check()
    with opened(file) as story:
        settings = wish.settings(story, wishes or [])
        _write(story, wish, settings, output, force=force)


def _write(
    story: "StoryFile",
    wish: ExportWishes,
    settings: "ExportSettings",
    output: str | None,
    *,
    force: bool,
) -> None:
    from storyforge.studio import exporting

    if output == "-":
        sys.stdout.flush()
        sys.stdout.buffer.write(exporting.draft_bytes(story, form=wish.form, settings=settings))
        sys.stdout.buffer.flush()
        return
    beside = exporting.export_path(story.path, form=wish.form, site=wish.site or "")
    with _Counter() as counter:
        written = exporting.export_story(
            story,
            Path(output) if output else beside,
            form=wish.form,
            settings=settings,
            force=force,
            progress=counter.tell,
        )
    say(_("Wrote {path}").format(path=written))


class _Counter:
    """Says on a terminal how far a long export is; silent where it is quick or nobody looks."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._said = False

    def __enter__(self) -> "_Counter":
        return self

    def __exit__(self, *_about: object) -> None:
        if self._said:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def tell(self, done: int, total: int) -> None:
        """`done` of `total` chapters are written."""
        if not sys.stderr.isatty() or time.monotonic() - self._began < _PATIENCE:
            return
        self._said = True
        text = _("Chapter {done} of {total} …").format(done=done, total=total)
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()


def _copy(file: Path, output: str | None, force: bool) -> None:
    if output == "-":
        raise Refused(
            _("A story cannot be copied to stdout."),
            hint=_("Name a file: storyforge export FILE --copy -o COPY.forge"),
        )
    with opened(file) as story:
        if output:
            out = new_story_path(Path(output))
        else:
            out = story.path.with_name(
                _("{name} copy").format(name=story.path.stem) + story.path.suffix
            )
        story.copy_to(out, force=force)
        say(_("Wrote {path}").format(path=out))
