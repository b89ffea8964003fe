"""The verbs about pictures that are drawn: pictures list, show, choose, rate and so on."""

from pathlib import Path
from typing import Annotated

import typer

from storyforge.cli.opening import opened
from storyforge.cli.options import FILE, JSON
from storyforge.cli.picture_heat import heat
from storyforge.cli.picture_names import PICTURE, picture_named
from storyforge.cli.picture_queue import queue
from storyforge.cli.picture_reference import reference
from storyforge.cli.picture_staging import staging
from storyforge.cli.picture_words import (
    facts,
    named,
    numbers_of,
    picture_json,
    reading_facts,
    reading_json,
    row,
)
from storyforge.cli.talk import note, say, say_json, table
from storyforge.cli.wording import Verbs
from storyforge.i18n import _, ngettext

_SCENE = Annotated[
    int | None, typer.Option("--scene", "-s", min=1, metavar="N", help=_("Only those of scene N."))
]
_DELETED = Annotated[bool, typer.Option("--deleted", help=_("Those in the trash instead."))]
_OUT = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="OUT", help=_("The file or folder."))
]
_FORCE = Annotated[bool, typer.Option("--force", help=_("Replace a file that is there already."))]
_MOST_STARS = 5
_STARS = Annotated[int, typer.Argument(metavar="STARS", help=_("1 to 5, or 0 for none."))]
_NONE = Annotated[bool, typer.Option("--none", help=_("Let its scene have no picture."))]
_READ = Annotated[
    Path, typer.Argument(metavar="PICTURE", help=_("A PNG, JPEG or WebP file of any program."))
]


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    verbs = Verbs(
        help=_(
            "The pictures of a story: list them, choose, rate, delete, bring one out.\n\n"
            "A picture is named by the beginning of its id, or by its scene's number: then its "
            "chosen one is meant, or the latest. Chosen ones lie in the story file, the others in "
            "the folder NAME.pictures beside it.\n\n"
            "\b\n"
            "  storyforge pictures list light.forge --scene 3\n"
            "  storyforge pictures choose light.forge 7f3a91c2\n"
            "  storyforge pictures export light.forge 3 -o cover.png\n"
            "  storyforge pictures read strange.png"
        ),
        rich_markup_mode=None,
        no_args_is_help=True,
    )
    verbs.command("list", help=_("List a story's pictures."))(list_)
    verbs.command("show", help=_("Show how a picture was made."))(show)
    verbs.command("staging", help=_("Read the staging out of a picture."))(staging)
    verbs.command("reference", help=_("Have somebody drawn after a picture."))(reference)
    verbs.command("queue", help=_("What is still to be drawn; take some of it out."))(queue)
    verbs.command("heat", help=_("Tell where it listened to which word."))(heat)
    verbs.command("choose", help=_("Make it its scene's picture."))(choose)
    verbs.command("rate", help=_("Give it stars."))(rate)
    verbs.command("delete", help=_("Put it into the trash."))(delete)
    verbs.command("back", help=_("Take it out of the trash."))(back)
    verbs.command("export", help=_("Write its file, with all it tells of itself."))(export)
    verbs.command("adopt", help=_("Take in files beside the story that it does not know."))(adopt)
    verbs.command("read", help=_("Read out of any picture how it was made."))(read)
    app.add_typer(verbs, name="pictures")


def list_(
    file: FILE, scene: _SCENE = None, deleted: _DELETED = False, as_json: JSON = False
) -> None:
    """List a story's pictures."""
    from storyforge.cli.opening import scene_numbered

    with opened(file) as story:
        numbers = numbers_of(story)
        found = story.pictures.all(deleted)
        if scene is not None:
            wanted = scene_numbered(story, scene).id
            found = tuple(one for one in found if one.scene_id == wanted)
        found = tuple(sorted(found, key=lambda one: (numbers.get(one.scene_id, 0), one.created)))
        missing = story.pictures.missing()
        if as_json:
            say_json([picture_json(one, numbers, missing) for one in found])
            return
        if not found:
            say(_("There are no pictures."))
        rows = [["", _("scene"), "", _("size"), _("seed"), _("what it shows")]]
        rows += [row(one, numbers, missing) for one in found]
        for line in table(rows, right=(1,)) if found else ():
            say(line)
        _say_loose(len(story.pictures.loose()))


def _say_loose(count: int) -> None:
    if count:
        told = ngettext(
            "{count} file beside the story is not in it: “storyforge pictures adopt” takes it in.",
            "{count} files beside the story are not in it: “storyforge pictures adopt” takes them "
            "in.",
            count,
        )
        note(told.format(count=count))


def show(file: FILE, picture: PICTURE, as_json: JSON = False) -> None:
    """Show how a picture was made."""
    with opened(file) as story:
        one = picture_named(story, picture)
        numbers, missing = numbers_of(story), story.pictures.missing()
        if as_json:
            more = {"prompt": one.prompt, "negative": one.negative}
            settings = {"settings": dict(one.settings)}
            say_json(picture_json(one, numbers, missing) | more | settings)
            return
        for line in table([fact for fact in facts(one, numbers, missing) if fact[1]]):
            say(line)


def choose(file: FILE, picture: PICTURE, none: _NONE = False) -> None:
    """Make it its scene's picture."""
    with opened(file, to_write=True) as story:
        one = picture_named(story, picture)
        if none:
            story.pictures.unchoose(one.id)
            say(_("Its scene has no picture now; this one is kept."))
            return
        story.pictures.choose(one.id)
        say(_("Chosen: {picture}").format(picture=named(one)))


def rate(file: FILE, picture: PICTURE, stars: _STARS) -> None:
    """Give it stars."""
    if not 0 <= stars <= _MOST_STARS:
        raise typer.BadParameter(_("is a number from 0 to 5"), param_hint="STARS")
    with opened(file, to_write=True) as story:
        one = story.pictures.rate(picture_named(story, picture).id, stars)
        say(f"{named(one)} {'★' * one.rating}".rstrip())


def delete(file: FILE, picture: PICTURE) -> None:
    """Put it into the trash."""
    with opened(file, to_write=True) as story:
        one = story.pictures.delete(picture_named(story, picture).id)
        say(_("In the trash: {picture}").format(picture=named(one)))
        note(_("“storyforge pictures back” takes it out again."))


def back(file: FILE, picture: PICTURE) -> None:
    """Take it out of the trash."""
    with opened(file, to_write=True) as story:
        one = story.pictures.bring_back(picture_named(story, picture).id)
        say(_("Restored: {what}").format(what=named(one)))


def export(file: FILE, picture: PICTURE, output: _OUT = None, force: _FORCE = False) -> None:
    """Write its file, with all it tells of itself."""
    from storyforge.studio.pictures.keeping import bring_out

    with opened(file) as story:
        written = bring_out(story, picture_named(story, picture), output, force=force)
        say(_("Wrote {path}").format(path=written))


def adopt(file: FILE) -> None:
    """Take in files beside the story that it does not know."""
    from storyforge.studio.pictures import keeping

    with opened(file, to_write=True) as story:
        found = keeping.find_lost(story)
        taken = [keeping.adopt(story, one.key) for one in keeping.orphans(story) if one.picture]
        for one in taken:
            say(_("Taken in: {picture}").format(picture=named(one)))
        if found:
            told = ngettext("{count} lost file is back.", "{count} lost files are back.", found)
            say(told.format(count=found))
        if not found and not taken:
            say(_("There is nothing to take in."))


def read(picture: _READ, as_json: JSON = False) -> None:
    """Read out of any picture how it was made."""
    from storyforge.images.reading import read_file

    found = read_file(picture)
    if as_json:
        say_json(reading_json(found))
        return
    for line in table([fact for fact in reading_facts(found) if fact[1]]):
        say(line)
