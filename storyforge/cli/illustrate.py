"""The verb illustrate: scenes drawn without a screen."""

from typing import Any

import typer

from storyforge.cli import illustrate_wishes
from storyforge.cli.illustrate_options import FOREVER, SHOW
from storyforge.cli.illustrate_wishes import Asked
from storyforge.cli.opening import opened, refuse_if_read_only
from storyforge.cli.option_fields import with_fields_of
from storyforge.cli.options import FILE, JSON_AT_END
from storyforge.cli.progress import leave
from storyforge.cli.talk import say_json
from storyforge.i18n import _


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    app.command("illustrate", help=_help())(with_fields_of(Asked)(illustrate))


def _help() -> str:
    return _(
        "Draw scenes: what their plan says of people, place, light and style.\n\n"
        "A “painter” draws: a checkpoint or a server; “painters add” names one. Each picture is "
        "kept when it is whole, so Ctrl+C loses nothing: --resume goes on from there, after a "
        "crash too. --show tells the prompts without drawing. A part of a picture is redrawn with "
        "--region or --mask.\n\n"
        "\b\n"
        "  storyforge illustrate light.forge\n"
        "  storyforge illustrate light.forge --scenes 3-7 --count 4\n"
        "  storyforge illustrate light.forge --scenes 3 --show\n"
        "  storyforge illustrate light.forge --redraw 3 --region 200,80,160,160 --count 4\n"
        "  storyforge illustrate light.forge --resume"
    )


def illustrate(
    file: FILE,
    forever: FOREVER = False,
    show: SHOW = False,
    as_json: JSON_AT_END = False,
    **options: Any,
) -> None:
    """Draw scenes."""
    from storyforge import settings
    from storyforge.cli.illustrating import Run
    from storyforge.cli.illustrating_words import show_prompts

    own = settings.load()
    asked = Asked(**options)
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
