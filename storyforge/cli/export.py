"""The verb export: a draft as Markdown, or a sound copy of the story."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from storyforge.cli.names import new_story_path
from storyforge.cli.opening import opened
from storyforge.cli.talk import say
from storyforge.errors import Refused
from storyforge.i18n import _


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    app.command("export", help=_help())(export)


def _help() -> str:
    return _(
        "Write a story as Markdown, or copy it.\n\n"
        "The draft goes to NAME.md beside the story; importing it gives the same story again. "
        "Nothing is ever replaced without --force. --copy makes a sound copy of the story itself, "
        "with all takes, even while it is open elsewhere.\n\n"
        "\b\n"
        "  storyforge export light.forge\n"
        "  storyforge export light.forge -o draft.md --force\n"
        "  storyforge export light.forge -o - | wc -w\n"
        "  storyforge export light.forge --copy -o backup.forge"
    )


def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("The story."))],
    form: Annotated[
        str, typer.Option("--format", "-f", metavar="FORMAT", help=_("The format; Markdown is md."))
    ] = "md",
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="OUT", help=_("The file; - is stdout.")),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help=_("Replace a file that is there already."))
    ] = False,
    copy: Annotated[
        bool, typer.Option("--copy", help=_("Copy the story itself instead of writing a draft."))
    ] = False,
) -> None:
    """Write a story as Markdown, or copy it."""
    from storyforge.studio import publishing

    if copy:
        _copy(file, output, force)
        return
    if form not in publishing.FORMATS:
        raise typer.BadParameter(
            _("known are: {names}").format(names=", ".join(publishing.FORMATS)),
            param_hint="--format",
        )
    with opened(file) as story:
        if output == "-":
            sys.stdout.flush()
            sys.stdout.buffer.write(publishing.draft_bytes(story, form=form))
            sys.stdout.buffer.flush()
            return
        out = Path(output) if output else publishing.export_path(story.path, form=form)
        say(
            _("Wrote {path}").format(
                path=publishing.export_story(story, out, form=form, force=force)
            )
        )


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
