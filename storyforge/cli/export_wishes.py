"""What the verb export may be told of a story's look: its options, and the settings they make."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storyforge.errors import BadInput
from storyforge.i18n import _

if TYPE_CHECKING:
    from storyforge.export.settings import ExportSettings
    from storyforge.store.story_file import StoryFile

Form = Annotated[
    str,
    typer.Option("--format", "-f", metavar="FORMAT", help=_("md, docx, epub, html, text or odt.")),
]
Site = Annotated[
    str | None,
    typer.Option(
        "--site", metavar="SITE", help=_("For text: plain, narou or kakuyomu; one file a chapter.")
    ),
]
Vertical = Annotated[
    bool | None,
    typer.Option("--vertical/--horizontal", help=_("Set Japanese in columns, or in lines.")),
]
Cover = Annotated[
    Path | None, typer.Option("--cover", metavar="FILE", help=_("For epub: a JPEG or PNG."))
]
Pictures = Annotated[
    bool | None,
    typer.Option("--pictures/--no-pictures", help=_("Take the scenes' pictures along, or not.")),
]
Chapters = Annotated[
    str | None,
    typer.Option("--chapters", metavar="NUMBERS", help=_("Only these, such as 1,3-5.")),
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help=_("A wish for this time, as docs/exporting.md names them; may be repeated."),
    ),
]


@dataclass(frozen=True, slots=True)
class ExportWishes:
    """What was said on the command line; None where nothing was."""

    form: str
    site: str | None
    vertical: bool | None
    cover: Path | None
    chapters: str | None
    pictures: bool | None = None

    def check(self) -> None:
        """Raise BadParameter unless the options are known and go together."""
        from storyforge.export.settings import SITES
        from storyforge.studio.exporting import FORMATS

        if self.form not in FORMATS:
            raise _unknown(", ".join(FORMATS), "--format")
        if self.site is not None and self.site not in SITES:
            raise _unknown(", ".join(SITES), "--site")
        if self.site is not None and self.form != "text":
            raise typer.BadParameter(_("goes with --format text only"), param_hint="--site")
        if self.cover is not None and self.form != "epub":
            raise typer.BadParameter(_("goes with --format epub only"), param_hint="--cover")
        if self.chapters is not None and self.form == "md":
            raise typer.BadParameter(
                _("Markdown is always the whole story"), param_hint="--chapters"
            )

    def settings(self, story: "StoryFile", more: list[str]) -> "ExportSettings":
        """The wishes kept with the story, with those of this command over them.

        Args:
            more: NAME=VALUE each.

        Raises:
            BadInput: the story has no such chapters, or its language is not set in columns.
        """
        from storyforge.export.wording import is_east_asian
        from storyforge.studio.exporting import settings_of

        if self.vertical and not is_east_asian(story.outline().language):
            raise BadInput(
                _("Only Japanese and Chinese are set in columns; nothing was written."),
                title=_("Not exported"),
                hint=_("The story's language can be changed on the desk, by “details”."),
            )
        changes: dict[str, Any] = {
            "site": self.site,
            "vertical": self.vertical,
            "pictures": self.pictures,
            "cover": None if self.cover is None else str(self.cover),
            "chapters": None if self.chapters is None else _chapters(story, self.chapters),
        }
        given = {name: value for name, value in changes.items() if value is not None}
        settings = settings_of(story).changed(**given)
        for wish in more:
            settings = _with_wish(settings, wish)
        return settings


def _unknown(names: str, option: str) -> typer.BadParameter:
    return typer.BadParameter(_("known are: {names}").format(names=names), param_hint=option)


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
    if changed is None and "heading" in name:
        raise typer.BadParameter(
            _("“{value}” is no heading; only {{number}} and {{title}} are filled in").format(
                value=value
            ),
            param_hint="--set",
        )
    if changed is None:
        raise typer.BadParameter(
            _("“{value}” is no value for {name}").format(value=value, name=name),
            param_hint="--set",
        )
    return changed
