"""The verb slim: a story with pictures made smaller, after it said what that frees."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from storyforge.cli.opening import opened, refuse_if_read_only
from storyforge.cli.options import FILE
from storyforge.cli.progress import Progress
from storyforge.cli.talk import note, say
from storyforge.errors import Refused
from storyforge.i18n import _, ngettext

if TYPE_CHECKING:
    from storyforge.studio.pictures.keeping import Slimming

_YES = Annotated[bool, typer.Option("--yes", "-y", help=_("Do it without asking."))]
_DROP = Annotated[
    bool,
    typer.Option("--drop", help=_("Also let go for good what is neither chosen nor rated.")),
]
_DRY = Annotated[bool, typer.Option("--dry-run", help=_("Only say what would be done."))]


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    app.command("slim", help=_help())(slim)


def _help() -> str:
    return _(
        "Make a story with pictures smaller.\n\n"
        "Pictures that nobody chose go out of the story file into the folder beside it. With "
        "--drop those that are neither chosen nor rated, and those in the trash, go for good. "
        "What it will free is said first, and nothing goes for good without a yes.\n\n"
        "\b\n"
        "  storyforge slim light.forge --dry-run\n"
        "  storyforge slim light.forge --drop"
    )


def slim(file: FILE, drop: _DROP = False, dry_run: _DRY = False, yes: _YES = False) -> None:
    """Make a story with pictures smaller."""
    from storyforge.studio.pictures import keeping
    from storyforge.studio.sizes import file_size

    with opened(file, to_write=not dry_run) as story:
        found = keeping.foresee(story)
        for line in _foreseen(found):
            say(line)
        if dry_run:
            return
        refuse_if_read_only(story)
        if drop and found.unwanted and not yes:
            _ask(len(found.unwanted))
        story.fold()
        before = story.path.stat().st_size
        progress = Progress(sys.stderr.isatty())

        def tell(done: int, total: int) -> None:
            progress.show(_("{done} of {total}").format(done=done, total=total))

        try:
            keeping.slim(story, drop=drop, progress=tell)
        finally:
            progress.clear()
        story.fold()
        freed = max(before - story.path.stat().st_size, 0)
        say(_("The story file is {size} smaller.").format(size=file_size(freed)))


def _foreseen(found: "Slimming") -> tuple[str, str]:
    from storyforge.studio.sizes import file_size

    inside, unwanted = len(found.out), len(found.unwanted)
    return (
        ngettext(
            "{count} picture that nobody chose lies in the story file: {size}.",
            "{count} pictures that nobody chose lie in the story file: {size}.",
            inside,
        ).format(count=inside, size=file_size(found.out_size)),
        ngettext(
            "{count} picture is neither chosen nor rated, or lies in the trash: {size}.",
            "{count} pictures are neither chosen nor rated, or lie in the trash: {size}.",
            unwanted,
        ).format(count=unwanted, size=file_size(found.unwanted_size)),
    )


def _ask(count: int) -> None:
    """Go on only after a yes; without a terminal there is nobody to ask."""
    if not sys.stdin.isatty():
        raise Refused(
            _("Nothing was let go: nobody was there to say yes."),
            title=_("Not made smaller"),
            hint=_("Add --yes."),
        )
    question = ngettext(
        "Let {count} picture go for good?", "Let {count} pictures go for good?", count
    ).format(count=count)
    if not typer.confirm(question, err=True):
        note(_("Nothing was changed."))
        raise typer.Exit(1)
