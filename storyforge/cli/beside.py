"""What lies beside a story's text, in one line, and the verb about the files among it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storyforge.cli.opening import opened
from storyforge.cli.options import FILE, JSON
from storyforge.cli.talk import say, say_json, table
from storyforge.domain.lore import AUTHOR_NOTE, MEMORY
from storyforge.errors import BadInput
from storyforge.i18n import _, ngettext

if TYPE_CHECKING:
    from storyforge.domain.attachment import Attachment
    from storyforge.store.story_file import StoryFile

_DO = Annotated[
    str, typer.Argument(metavar="list|save", help=_("List them, or save one as a file."))
]
_NAME = Annotated[
    str | None, typer.Argument(metavar="NAME", help=_("Its name, or its number in the list."))
]
_OUTPUT = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="OUT", help=_("The file; else its own name, here.")),
]
_FORCE = Annotated[bool, typer.Option("--force", help=_("Replace a file that is there already."))]


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    app.command("attachments", help=_attachments_help())(attachments)


def beside_line(story: "StoryFile") -> str:
    """What lies beside the text, in one line; empty for nothing."""
    from storyforge.importing.keeping import beside

    texts = story.context.texts()
    along = beside(
        texts.get(MEMORY, ""),
        texts.get(AUTHOR_NOTE, ""),
        len(story.context.lore()),
        len(story.attachments.list()),
    )
    return _("Beside the text: {along}").format(along=along) if along else ""


def beside_json(story: "StoryFile") -> dict[str, Any]:
    """The same for a program: whether there are texts, and how much else."""
    texts = story.context.texts()
    return {
        "memory": bool(texts.get(MEMORY)),
        "author_note": bool(texts.get(AUTHOR_NOTE)),
        "lore": len(story.context.lore()),
        "attachments": len(story.attachments.list()),
        "pictures": len(story.pictures.all()),
    }


def pictures_line(story: "StoryFile") -> str:
    """How many pictures there are and what they take, in one line; empty for none."""
    from storyforge.studio.sizes import file_size

    weight = story.pictures.weigh()
    if not weight.count:
        return ""
    return ngettext(
        "{count} picture: {inside} in the story file, {beside} beside it",
        "{count} pictures: {inside} in the story file, {beside} beside it",
        weight.count,
    ).format(count=weight.count, inside=file_size(weight.inside), beside=file_size(weight.beside))


def _attachments_help() -> str:
    return _(
        "List the files kept within a story, or save one.\n\n"
        "An import keeps here what has no place in a story: the file itself, to the byte. Nothing "
        "is ever replaced without --force.\n\n"
        "\b\n"
        "  storyforge attachments light.forge\n"
        "  storyforge attachments light.forge save save.json\n"
        "  storyforge attachments light.forge save 1 -o old.json"
    )


def attachments(
    file: FILE,
    do: _DO = "list",
    name: _NAME = None,
    output: _OUTPUT = None,
    force: _FORCE = False,
    as_json: JSON = False,
) -> None:
    """List the files kept within a story, or save one."""
    from storyforge.studio.keepsakes import find_attachment, save_attachment

    with opened(file) as story:
        if do == "save" and name is not None:
            kept = find_attachment(story, name)
            path = save_attachment(story, kept, output, force=force)
            if as_json:
                say_json({"path": str(path), **_attachment_json(kept)})
            else:
                say(_("Saved {path}").format(path=path))
        elif do == "list" and name is None:
            _list(story, as_json)
        else:
            raise BadInput(
                _("Say “list”, or “save” and the attachment's name."),
                title=_("Attachments"),
                hint="storyforge attachments --help",
            )


def _list(story: "StoryFile", as_json: bool) -> None:
    kept = story.attachments.list()
    if as_json:
        say_json([_attachment_json(one) for one in kept])
        return
    rows = [
        [str(number), one.name, _size(one.size), one.source, one.media_type]
        for number, one in enumerate(kept, start=1)
    ]
    for line in table(rows, right=(0, 2)):
        say(line)
    if not kept:
        say(_("No attachments."))


def _size(size: int) -> str:
    return f"{size:,} B" if size < 10_000 else f"{size / 1000:,.0f} kB"


def _attachment_json(kept: "Attachment") -> dict[str, Any]:
    return {
        "id": kept.id,
        "name": kept.name,
        "media_type": kept.media_type,
        "source": kept.source,
        "created": kept.created.isoformat(),
        "size": kept.size,
    }
