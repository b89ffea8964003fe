"""The verbs put together, and what becomes of their errors."""

import logging
from collections.abc import Sequence
from typing import Annotated

import typer

from storyforge import paths
from storyforge.cli import (
    beside,
    cache,
    context,
    continue_,
    draft,
    embeddings,
    engine,
    export,
    finding,
    history,
    hypernetworks,
    illustrate,
    importing,
    keys,
    loras,
    lore,
    merging,
    models,
    painters,
    pictures,
    plan,
    presets,
    profiles,
    prompts,
    read_in,
    rewrite,
    slimming,
    stale,
    stats,
    story,
    summaries,
    tags,
    takes,
    tidy,
    trash,
)
from storyforge.cli.talk import report
from storyforge.cli.wording import Verbs
from storyforge.errors import StoryforgeError
from storyforge.i18n import _
from storyforge.logs import log_to_file

log = logging.getLogger(__name__)

app = Verbs(
    name="storyforge",
    help=_(
        "Write stories in the terminal with a language model at hand.\n\n"
        "Without a verb the screen opens: on your stories, or on the one you name.\n\n"
        "\b\n"
        "  storyforge                      your stories\n"
        "  storyforge light.forge          one story\n"
        "  storyforge --demo               try it, no model needed\n\n"
        "The verbs below do the same work without a screen."
    ),
    epilog=_("Help for one verb: storyforge VERB --help"),
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _tell_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"storyforge {version('storyforge')}")
        raise typer.Exit


@app.callback()
def program(
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            help=_("Say which version this is."),
            callback=_tell_version,
            is_eager=True,
        ),
    ] = False,
    _demo: Annotated[
        bool,
        typer.Option("--demo", help=_("Open the screen with a scripted writer, no model needed.")),
    ] = False,
) -> None:
    """What every verb shares."""


story.add_to(app)
importing.add_to(app)
context.add_to(app)
beside.add_to(app)
lore.add_to(app)
summaries.add_to(app)
plan.add_to(app)
read_in.add_to(app)
stale.add_to(app)
draft.add_to(app)
illustrate.add_to(app)
continue_.add_to(app)
rewrite.add_to(app)
takes.add_to(app)
history.add_to(app)
trash.add_to(app)
stats.add_to(app)
finding.add_to(app)
export.add_to(app)
merging.add_to(app)
tidy.add_to(app)
models.add_to(app)
profiles.add_to(app)
keys.add_to(app)
presets.add_to(app)
prompts.add_to(app)
painters.add_to(app)
pictures.add_to(app)
slimming.add_to(app)
loras.add_to(app)
embeddings.add_to(app)
hypernetworks.add_to(app)
tags.add_to(app)
engine.add_to(app)
cache.add_to(app)


def call(arguments: Sequence[str]) -> int:
    """Run a verb; the exit status."""
    log_to_file()
    try:
        app(list(arguments), prog_name="storyforge")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(bool(end.code))
    except StoryforgeError as error:
        report(error)
        return 1
    except Exception as error:  # the edge of the process: said in a sentence, kept in the log
        log.exception("A verb failed: %s", arguments)
        report(
            StoryforgeError(
                _("Something went wrong that storyforge did not expect: {what}.").format(
                    what=f"{type(error).__name__}: {error}"
                ),
                hint=_("The details are in {file}").format(file=paths.log_file()),
            )
        )
        return 1
    return 0
