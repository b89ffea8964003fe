"""The verb illustrate: scenes drawn without a screen."""

from pathlib import Path
from typing import Annotated

import typer

from storyforge.cli import illustrate_wishes
from storyforge.cli.illustrate_wishes import Asked
from storyforge.cli.opening import opened, refuse_if_read_only
from storyforge.cli.options import FILE, JSON_AT_END
from storyforge.cli.painters import PAINTER
from storyforge.cli.progress import leave
from storyforge.cli.talk import say_json
from storyforge.i18n import _

_SCENES = Annotated[
    str | None,
    typer.Option(
        "--scenes",
        "-s",
        metavar="3-7|all",
        help=_("Which, by their numbers in “show”; else those that have no picture yet."),
    ),
]
_COUNT = Annotated[
    int | None,
    typer.Option(
        "--count", "-c", min=1, max=64, metavar="N", help=_("Pictures a scene, by other seeds.")
    ),
]
_SEED = Annotated[
    int | None,
    typer.Option(
        "--seed", min=0, max=2**32 - 1, metavar="S", help=_("The same seed, the same picture.")
    ),
]
_PROMPT = Annotated[
    str | None,
    typer.Option("--prompt", metavar="TEXT", help=_("In the place of what the plan says.")),
]
_NEGATIVE = Annotated[
    str | None, typer.Option("--negative", metavar="TEXT", help=_("What is not to be seen."))
]
_STEPS = Annotated[
    int | None, typer.Option("--steps", min=1, max=150, metavar="N", help=_("Steps a picture."))
]
_SIZE = Annotated[
    str | None, typer.Option("--size", metavar="WxH", help=_("Pixels, such as 768x512."))
]
_REDRAW = Annotated[
    str | None,
    typer.Option(
        "--redraw", metavar="PICTURE|FILE", help=_("Begin from this picture, not from noise.")
    ),
]
_STRENGTH = Annotated[
    float | None,
    typer.Option(
        "--strength", min=0.01, max=1.0, metavar="0-1", help=_("How much is redrawn of it.")
    ),
]
_REGION = Annotated[
    str | None,
    typer.Option("--region", metavar="X,Y,W,H", help=_("Redraw only this part of it, in pixels.")),
]
_MASK = Annotated[
    Path | None,
    typer.Option("--mask", metavar="FILE", help=_("Redraw it only where this picture is white.")),
]
_WHOLE = Annotated[
    bool, typer.Option("--whole", help=_("See all of it while a part is redrawn, not only that."))
]
_AGAIN = Annotated[
    str | None,
    typer.Option("--again", metavar="PICTURE", help=_("Draw a picture exactly again.")),
]
_FOREVER = Annotated[
    bool, typer.Option("--forever", help=_("Again and again by other seeds, until Ctrl+C."))
]
_STALE = Annotated[
    bool,
    typer.Option("--stale", help=_("Scenes whose picture is older than their plan or text.")),
]
_RESUME = Annotated[
    bool, typer.Option("--resume", help=_("Go on with the pictures that were not drawn."))
]
_SHOW = Annotated[bool, typer.Option("--show", help=_("Show the prompts and why; draw nothing."))]
_DEMO = Annotated[bool, typer.Option("--demo", help=_("A made-up painter; no checkpoint needed."))]


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    app.command("illustrate", help=_help())(illustrate)


def _help() -> str:
    return _(
        "Draw scenes: what their plan says of people, place, light and style, on this machine.\n\n"
        "A checkpoint draws, a “painter”: “painters add” names one. Each picture is kept when it "
        "is whole, so Ctrl+C loses nothing: --resume goes on from there, after a crash too. "
        "--show tells the prompts without drawing. A part of a picture is redrawn with --region "
        "or --mask.\n\n"
        "\b\n"
        "  storyforge illustrate light.forge\n"
        "  storyforge illustrate light.forge --scenes 3-7 --count 4\n"
        "  storyforge illustrate light.forge --scenes 3 --show\n"
        "  storyforge illustrate light.forge --redraw 3 --region 200,80,160,160 --count 4\n"
        "  storyforge illustrate light.forge --resume"
    )


def illustrate(
    file: FILE,
    scenes: _SCENES = None,
    count: _COUNT = None,
    seed: _SEED = None,
    painter: PAINTER = None,
    prompt: _PROMPT = None,
    negative: _NEGATIVE = None,
    steps: _STEPS = None,
    size: _SIZE = None,
    redraw: _REDRAW = None,
    strength: _STRENGTH = None,
    region: _REGION = None,
    mask: _MASK = None,
    whole: _WHOLE = False,
    again: _AGAIN = None,
    forever: _FOREVER = False,
    stale: _STALE = False,
    resume: _RESUME = False,
    show: _SHOW = False,
    demo: _DEMO = False,
    as_json: JSON_AT_END = False,
) -> None:
    """Draw scenes."""
    from storyforge import settings
    from storyforge.cli.illustrating import Run
    from storyforge.cli.illustrating_words import show_prompts

    own = settings.load()
    each = own.pictures.count if count is None else count
    asked = Asked(
        scenes, each, seed, painter or "", prompt, negative, steps, size, redraw, strength,
        region, mask, whole, again, stale, resume, demo,
    )  # fmt: skip
    illustrate_wishes.check(asked, show=show, forever=forever)
    with opened(file, to_write=not show) as story:
        if show:
            show_prompts(story, own, asked, as_json)
            return
        refuse_if_read_only(story)
        run = Run(story, own, asked, file, forever=forever, quiet=as_json)
        run.carry_out()
        if as_json:
            say_json(run.told())
    leave(run.ended_by, failed=run.failed)
