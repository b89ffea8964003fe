"""The verb pictures staging: the staging of a picture, looked at, kept for a scene, or let go."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from storyforge import settings
from storyforge.cli.illustrate_wishes import source
from storyforge.cli.opening import opened, refuse_if_read_only, scene_numbered
from storyforge.cli.options import FILE
from storyforge.cli.progress import heeding_signals, leave
from storyforge.cli.staging_options import kind_named
from storyforge.cli.talk import say
from storyforge.errors import BadInput
from storyforge.i18n import _

if TYPE_CHECKING:
    from storyforge.domain.picture.staging import Staging

_SOURCE = Annotated[
    str | None,
    typer.Argument(
        metavar="PICTURE|FILE", help=_("A picture of the story, or a file; none with --none.")
    ),
]
_KEEP = Annotated[
    str | None,
    typer.Option(
        "--keep", metavar="KIND", help=_("What of it: pose, depth, lines, edges or soft-edges.")
    ),
]
_READY = Annotated[
    bool, typer.Option("--ready", help=_("It is a staging already: nothing is read out of it."))
]
_SCENE = Annotated[
    int | None,
    typer.Option("--scene", "-s", min=1, metavar="N", help=_("Keep it for scene N's pictures.")),
]
_WEIGHT = Annotated[
    float,
    typer.Option("--weight", "-w", min=0.05, max=2.0, metavar="W", help=_("How much it counts.")),
]
_NONE = Annotated[bool, typer.Option("--none", help=_("Let go of what scene N keeps."))]
_OUT = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="OUT", help=_("Write it there, a PNG."))
]
_FORCE = Annotated[bool, typer.Option("--force", help=_("Replace a file that is there already."))]


def staging(
    file: FILE,
    picture: _SOURCE = None,
    keep: _KEEP = None,
    scene: _SCENE = None,
    weight: _WEIGHT = 1.0,
    output: _OUT = None,
    ready: _READY = False,
    none: _NONE = False,
    force: _FORCE = False,
) -> None:
    """Read the staging out of a picture: to look at, or for a scene to keep."""
    kind = kind_named(keep)
    if none != (picture is None) or (none and scene is None) or not (none or scene or output):
        raise BadInput(
            _("It is not said what shall be done with which staging."),
            title=_("Not understood"),
            hint=_("PICTURE with --scene N or -o OUT; or --none with --scene N."),
        )
    with opened(file, to_write=scene is not None) as story:
        from storyforge.domain.picture.kept_stagings import KeptStaging, told_of
        from storyforge.studio.pictures import stagings

        if scene is not None:
            refuse_if_read_only(story)
        head = None if scene is None else scene_numbered(story, scene)
        if picture is None:
            if head is not None:
                stagings.keep(story, head.id, None)
            say(_("Scene {number} keeps no staging now.").format(number=scene))
            return
        image, picture_id, _own = source(story, picture)
        found, ended_by = (image, 0) if ready else asyncio.run(_read(kind, image))
        if found is None:
            leave(ended_by)
            return
        if output is not None:
            from storyforge.export.files import write_whole

            write_whole(output, found, force=force)
            say(_("Wrote {path}").format(path=output))
        if head is not None:
            kept = KeptStaging(
                kind, story.picture_sources.put(found), weight=weight, picture_id=picture_id
            )
            stagings.keep(story, head.id, kept)
            told = _("Scene {number} keeps this staging: {staging}.")
            say(told.format(number=scene, staging=told_of(kind, weight)))


async def _read(kind: "Staging", image: bytes) -> tuple[bytes | None, int]:
    """The staging; None where it was stopped, and by which signal."""
    from storyforge.studio.pictures import profiles, staging_pictures

    stop, ended_by = asyncio.Event(), 0

    def end(number: int) -> None:
        nonlocal ended_by
        ended_by = number
        stop.set()

    with heeding_signals(end):
        found = await asyncio.to_thread(profiles.found_in, settings.load())
        return await staging_pictures.read(kind, image, found, stop), ended_by
