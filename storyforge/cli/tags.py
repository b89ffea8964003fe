"""The verbs about tags: tags import, search, complete, starter."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storyforge.cli.options import JSON
from storyforge.cli.talk import note, say, say_json, table
from storyforge.cli.wording import Verbs
from storyforge.errors import Refused, StoryforgeError
from storyforge.i18n import _, ngettext

if TYPE_CHECKING:
    from storyforge.domain.picture.tag import Tag


class Kind(StrEnum):
    """Categories, as they are typed."""

    GENERAL = "general"
    ARTIST = "artist"
    COPYRIGHT = "copyright"
    CHARACTER = "character"
    META = "meta"


_FILE = Annotated[
    Path, typer.Argument(metavar="LIST.csv", help=_('Lines such as: name,0,1200,"alias,alias"'))
]
_TEXT = Annotated[str, typer.Argument(metavar="TEXT", help=_("A part of a tag, or of an alias."))]
_BEGUN = Annotated[str, typer.Argument(metavar="TEXT", help=_("The beginning of a tag."))]
_CATEGORY = Annotated[
    Kind | None, typer.Option("--category", "-c", help=_("Only tags of this category."))
]
_LIMIT = Annotated[
    int, typer.Option("--limit", "-n", min=1, metavar="N", help=_("At most so many."))
]
_FORCE = Annotated[
    bool, typer.Option("--force", help=_("Replace the list that was imported before."))
]


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    tags = Verbs(
        help=_(
            "Tags: the words that checkpoints were taught on, for completing and compiling.\n\n"
            "A small list ships. The full one of an image board, a CSV file with lines such as "
            'name,category,count,"aliases", is taken in once and used from then on.\n\n'
            "\b\n"
            "  storyforge tags import danbooru.csv\n"
            "  storyforge tags search lighthouse\n"
            "  storyforge tags search sword --category character\n"
            "  storyforge tags complete long_h"
        ),
        rich_markup_mode=None,
        no_args_is_help=True,
    )
    tags.command("import", help=_("Use the tags of a file from now on."))(import_)
    tags.command("search", help=_("Find tags by a part of them."))(search)
    tags.command("complete", help=_("What a beginning may become, as the prompt offers it."))(
        complete
    )
    tags.command("starter", help=_("Go back to the small list that ships."))(starter)
    app.add_typer(tags, name="tags")


def import_(file: _FILE, force: _FORCE = False) -> None:
    """Use the tags of a file from now on."""
    from storyforge.borrowed import reason
    from storyforge.studio.pictures import tag_books

    if tag_books.own_list().is_file() and not force:
        raise Refused(
            _("A list of tags was imported before; it is still in use."),
            title=_("Tags not imported"),
            hint=_("With --force the new one takes its place."),
        )
    try:
        found = tag_books.take_in(file)
    except OSError as error:
        raise StoryforgeError(
            _("The tags cannot be kept: {why}.").format(why=reason(error)),
            title=_("Tags not imported"),
            hint=_("The list in use is as it was."),
        ) from error
    count = len(found.tags)
    say(
        ngettext("{n} tag is in use now.", "{n} tags are in use now.", count).format(n=f"{count:,}")
    )
    if found.skipped:
        note(
            ngettext(
                "{n} line is no tag and was left out: line {first}.",
                "{n} lines are no tags and were left out, the first of them line {first}.",
                found.skipped,
            ).format(n=f"{found.skipped:,}", first=found.first)
        )


def search(
    text: _TEXT, category: _CATEGORY = None, limit: _LIMIT = 30, as_json: JSON = False
) -> None:
    """Find tags by a part of them."""
    from storyforge.domain.picture.tag import Category
    from storyforge.studio.pictures import tag_books

    wanted = Category[category.name] if category is not None else None
    _tell(tag_books.book().search(text, wanted, limit), as_json=as_json)


def complete(text: _BEGUN, limit: _LIMIT = 5, as_json: JSON = False) -> None:
    """What a beginning may become, as the prompt offers it."""
    from storyforge.studio.pictures import tag_books

    found = tag_books.book().complete(text, limit, tag_books.uses())
    _tell(tuple(tag for tag, _alias in found), as_json=as_json)


def starter() -> None:
    """Go back to the small list that ships."""
    from storyforge.borrowed import reason
    from storyforge.studio.pictures import tag_books

    try:
        had = tag_books.forget()
    except OSError as error:
        raise StoryforgeError(
            _("The imported list cannot be taken away: {why}.").format(why=reason(error))
        ) from error
    say(_("The small list is in use now.") if had else _("The small list is in use already."))


def _tell(tags: "tuple[Tag, ...]", *, as_json: bool) -> None:
    if as_json:
        say_json([_json(tag) for tag in tags])
        return
    if not tags:
        say(_("There is no such tag."))
        return
    rows = [[_("tag"), _("category"), _("pictures"), _("other names")]]
    for tag in tags:
        category = Kind[tag.category.name].value
        rows.append([tag.name, category, f"{tag.count:,}", ", ".join(tag.aliases)])
    for line in table(rows, right=(2,)):
        say(line)


def _json(tag: "Tag") -> dict[str, Any]:
    return {
        "name": tag.name,
        "category": Kind[tag.category.name].value,
        "count": tag.count,
        "aliases": list(tag.aliases),
    }
