"""The verbs about what was read and seen and is kept: cache size, cache clear."""

from pathlib import Path

import typer

from storyforge import paths
from storyforge.borrowed import reason
from storyforge.cli.options import JSON
from storyforge.cli.talk import say, say_json, table
from storyforge.cli.wording import Verbs
from storyforge.errors import StoryforgeError
from storyforge.i18n import _, listed, ngettext


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    cache = Verbs(
        help=_(
            "What local models have read of your scenes, kept so that it is not read again.\n\n"
            "The folder holds your text, though not readable at sight, in files that only you may "
            "open. Of pictures it holds small ones, copies for viewers, and what painters have "
            "seen of references. Nothing is lost when it is cleared: the model reads each scene "
            "once more, and pictures are made small again.\n\n"
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
    from storyforge.studio.pictures import cached

    told = settings.load().cache
    held = saved_states.held(keeping(told).disk_bytes)
    files, seen = cached.held()
    if as_json:
        say_json(
            {
                "folder": str(held.folder),
                "states": held.files,
                "bytes": held.size,
                "limit": held.limit,
                "in_use": told.states and held.limit > 0,
                "of_pictures": {"files": files, "bytes": seen},
            }
        )
        return
    counted = ngettext("{count:,} scene", "{count:,} scenes", held.files)
    rows = [
        [_("readings"), counted.format(count=held.files)],
        [_("size"), sizes.size(held.size)],
        [_("at most"), sizes.size(held.limit)],
        [_("folder"), str(held.folder)],
        [_("of pictures"), _of_pictures(files, sizes.size(seen))],
    ]
    for line in table(rows):
        say(line)
    if not (told.states and held.limit):
        say(_("The settings say that nothing new is kept there."))


def _folder_of(error: OSError) -> Path:
    """Where a file lies that could not be deleted."""
    return Path(error.filename).parent if error.filename else paths.cache_dir()


def _of_pictures(files: int, told: str) -> str:
    counted = ngettext("{count:,} file", "{count:,} files", files).format(count=files)
    return listed((counted, told))


def clear(as_json: JSON = False) -> None:
    """Delete all of it."""
    from storyforge.studio import saved_states, sizes
    from storyforge.studio.pictures import cached

    try:
        files, freed = saved_states.clear()
        pictures, seen = cached.clear()
    except OSError as error:
        raise StoryforgeError(
            _("The folder {folder} could not be cleared: {why}.").format(
                folder=_folder_of(error), why=reason(error)
            ),
            hint=_("Your stories are not in it. Close storyforge, then try again."),
        ) from error
    if as_json:
        of_pictures = {"files": pictures, "bytes": seen}
        say_json({"states": files, "bytes": freed, "of_pictures": of_pictures})
        return
    if files:
        said = ngettext(
            "What was read of {count:,} scene is deleted: {size}.",
            "What was read of {count:,} scenes is deleted: {size}.",
            files,
        )
        say(said.format(count=files, size=sizes.size(freed)))
    if pictures:
        told = _of_pictures(pictures, sizes.size(seen))
        say(_("What was kept of pictures is deleted: {what}.").format(what=told))
    if not files and not pictures:
        say(_("Nothing was kept there."))
