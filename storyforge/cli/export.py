"""The verb export: a story as a draft, a manuscript, a book, a page or texts, or a sound copy."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storyforge.cli import folders
from storyforge.cli.names import new_story_path
from storyforge.cli.opening import opened
from storyforge.cli.talk import say
from storyforge.errors import BadInput, Refused
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
    form: Annotated[
        str,
        typer.Option(
            "--format", "-f", metavar="FORMAT", help=_("md, docx, epub, html, text or odt.")
        ),
    ] = "",
    site: Annotated[
        str | None,
        typer.Option(
            "--site",
            metavar="SITE",
            help=_("For text: plain, narou or kakuyomu; one file a chapter."),
        ),
    ] = None,
    vertical: Annotated[
        bool | None,
        typer.Option("--vertical/--horizontal", help=_("Set Japanese in columns, or in lines.")),
    ] = None,
    cover: Annotated[
        Path | None,
        typer.Option("--cover", metavar="FILE", help=_("For epub: a JPEG or PNG.")),
    ] = None,
    chapters: Annotated[
        str | None,
        typer.Option("--chapters", metavar="NUMBERS", help=_("Only these, such as 1,3-5.")),
    ] = None,
    wishes: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help=_("A wish for this time, as docs/exporting.md names them; may be repeated."),
        ),
    ] = None,
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
    from storyforge.studio import exporting

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
    form = form or ("text" if site else "md")
    _check(form, site, cover, chapters)
    with opened(file) as story:
        settings = _settings(story, site, vertical, cover, wishes or [])
        if chapters is not None:
            settings = settings.changed(chapters=_chapters(story, chapters))
        if output == "-":
            sys.stdout.flush()
            sys.stdout.buffer.write(exporting.draft_bytes(story, form=form, settings=settings))
            sys.stdout.buffer.flush()
            return
        out = (
            Path(output)
            if output
            else exporting.export_path(story.path, form=form, site=site or "")
        )
        with _Counter() as counter:
            written = exporting.export_story(
                story, out, form=form, settings=settings, force=force, progress=counter.tell
            )
        say(_("Wrote {path}").format(path=written))


def _check(form: str, site: str | None, cover: Path | None, chapters: str | None) -> None:
    """Options that are known, and go together."""
    from storyforge.export.settings import SITES
    from storyforge.studio.exporting import FORMATS

    if form not in FORMATS:
        raise _unknown(", ".join(FORMATS), "--format")
    if site is not None and site not in SITES:
        raise _unknown(", ".join(SITES), "--site")
    if site is not None and form != "text":
        raise typer.BadParameter(_("goes with --format text only"), param_hint="--site")
    if cover is not None and form != "epub":
        raise typer.BadParameter(_("goes with --format epub only"), param_hint="--cover")
    if chapters is not None and form == "md":
        raise typer.BadParameter(_("Markdown is always the whole story"), param_hint="--chapters")


def _unknown(names: str, option: str) -> typer.BadParameter:
    return typer.BadParameter(_("known are: {names}").format(names=names), param_hint=option)


def _settings(
    story: "StoryFile",
    site: str | None,
    vertical: bool | None,
    cover: Path | None,
    wishes: list[str],
) -> "ExportSettings":
    """The wishes kept with the story, with those of this command over them."""
    from storyforge.export.wording import is_east_asian
    from storyforge.studio.exporting import settings_of

    changes: dict[str, Any] = {}
    if site is not None:
        changes["site"] = site
    if vertical is not None:
        changes["vertical"] = vertical
    if cover is not None:
        changes["cover"] = str(cover)
    if vertical and not is_east_asian(story.outline().language):
        raise BadInput(
            _("Only Japanese and Chinese are set in columns; nothing was written."),
            title=_("Not exported"),
            hint=_("The story's language can be changed on the desk, by “details”."),
        )
    settings = settings_of(story).changed(**changes)
    for wish in wishes:
        settings = _with_wish(settings, wish)
    return settings


def _chapters(story: "StoryFile", given: str) -> tuple[str, ...]:
    """The ids of the chapters that `1,3-5` means."""
    known = [chapter.id for chapter in story.outline().chapters]
    chosen: list[str] = []
    for part in given.split(","):
        first, dash, last = (side.strip(" ") for side in part.partition("-"))
        last = last if dash else first
        if not (first.isdecimal() and last.isdecimal()):
            raise typer.BadParameter(
                _("“{value}” names no chapters; write 1,3-5").format(value=given),
                param_hint="--chapters",
            )
        if not 1 <= int(first) <= int(last) <= len(known):
            raise BadInput(
                _("There are no chapters {range} in this story; nothing was written.").format(
                    range=part.strip(" ")
                ),
                title=_("Not exported"),
                hint=_("It has chapters 1 to {count}.").format(count=len(known)),
            )
        chosen += known[int(first) - 1 : int(last)]
    return tuple(chosen)


def _with_wish(settings: "ExportSettings", wish: str) -> "ExportSettings":
    from storyforge.export.settings import names, parsed

    name, equals, value = wish.partition("=")
    name = name.strip(" ").replace("-", "_")
    if not equals or name not in names():
        raise typer.BadParameter(
            _("“{wish}” is no NAME=VALUE; names are: {names}").format(
                wish=wish, names=", ".join(names())
            ),
            param_hint="--set",
        )
    changed = parsed(settings, name, value)
    if changed is None:
        raise typer.BadParameter(
            _("“{value}” is no value for {name}").format(value=value, name=name),
            param_hint="--set",
        )
    return changed


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
