"""The verbs about what models have read and is kept: cache size, cache clear."""

import typer

from storyforge.borrowed import reason
from storyforge.cli.options import JSON
from storyforge.cli.talk import say, say_json, table
from storyforge.cli.wording import Verbs
from storyforge.errors import StoryforgeError
from storyforge.i18n import _, ngettext


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    cache = Verbs(
        help=_(
            "What local models have read of your scenes, kept so that it is not read again.\n\n"
            "The folder holds your text, though not readable at sight, in files that only you may "
            "open. Nothing is lost when it is cleared: the model reads each scene once more.\n\n"
            "\b\n"
            "  storyforge cache size\n"
            "  storyforge cache clear"
        ),
        rich_markup_mode=None,
        no_args_is_help=True,
    )
    cache.command("size", help=_("Say how much is kept, and where."))(size)
    cache.command("clear", help=_("Delete all of it."))(clear)
    app.add_typer(cache, name="cache")


def size(as_json: JSON = False) -> None:
    """Say how much is kept, and where."""
    from storyforge import settings
    from storyforge.studio import saved_states, sizes
    from storyforge.studio.models import keeping

    told = settings.load().cache
    held = saved_states.held(keeping(told).disk_bytes)
    if as_json:
        say_json(
            {
                "folder": str(held.folder),
                "states": held.files,
                "bytes": held.size,
                "limit": held.limit,
                "in_use": told.states and held.limit > 0,
            }
        )
        return
    counted = ngettext("{count:,} scene", "{count:,} scenes", held.files)
    rows = [
        [_("readings"), counted.format(count=held.files)],
        [_("size"), sizes.size(held.size)],
        [_("at most"), sizes.size(held.limit)],
        [_("folder"), str(held.folder)],
    ]
    for line in table(rows):
        say(line)
    if not (told.states and held.limit):
        say(_("The settings say that nothing new is kept there."))


def clear(as_json: JSON = False) -> None:
    """Delete all of it."""
    from storyforge import paths
    from storyforge.studio import saved_states, sizes

    try:
        files, freed = saved_states.clear()
    except OSError as error:
        raise StoryforgeError(
            _("The folder {folder} could not be cleared: {why}.").format(
                folder=paths.states_dir(), why=reason(error)
            ),
            hint=_("Your stories are not in it. Close storyforge, then try again."),
        ) from error
    if as_json:
        say_json({"states": files, "bytes": freed})
    elif files:
        said = ngettext(
            "What was read of {count:,} scene is deleted: {size}.",
            "What was read of {count:,} scenes is deleted: {size}.",
            files,
        )
        say(said.format(count=files, size=sizes.size(freed)))
    else:
        say(_("Nothing was kept there."))
