"""The verbs about what lies beside a story's text: context and attachments."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storyforge.cli.opening import opened
from storyforge.cli.talk import say, say_json, table
from storyforge.errors import BadInput
from storyforge.i18n import _, listed

if TYPE_CHECKING:
    from storyforge.domain.attachment import Attachment
    from storyforge.domain.lore import LoreEntry
    from storyforge.store.story_file import StoryFile

_FILE = Annotated[Path, typer.Argument(metavar="FILE", help=_("The story."))]
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
_JSON = Annotated[bool, typer.Option("--json", help=_("Answer in JSON, for programs."))]


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    app.command("context", help=_context_help())(context)
    app.command("attachments", help=_attachments_help())(attachments)


def beside_line(story: "StoryFile") -> str:
    """What lies beside the text, in one line; empty for nothing."""
    from storyforge.importing.keeping import beside

    texts = story.context.texts()
    along = beside(
        texts.get("memory", ""),
        texts.get("author_note", ""),
        len(story.context.lore()),
        len(story.attachments.list()),
    )
    return _("Beside the text: {along}").format(along=along) if along else ""


def beside_json(story: "StoryFile") -> dict[str, Any]:
    """The same for a program: whether there are texts, and how much else."""
    texts = story.context.texts()
    return {
        "memory": bool(texts.get("memory")),
        "author_note": bool(texts.get("author_note")),
        "lore": len(story.context.lore()),
        "attachments": len(story.attachments.list()),
    }


def _context_help() -> str:
    return _(
        "Show what a model is told about the whole story: memory, author's note, style, lore.\n\n"
        "An entry of lore is told when one of its keys is named, or always.\n\n"
        "\b\n"
        "  storyforge context light.forge\n"
        "  storyforge context light.forge --json"
    )


def context(file: _FILE, as_json: _JSON = False) -> None:
    """Show memory, author's note, style and the book of lore."""
    with opened(file) as story:
        texts, lore = story.context.texts(), story.context.lore()
    if as_json:
        say_json({"texts": texts, "lore": [_lore_json(entry) for entry in lore]})
        return
    names = {"memory": _("Memory"), "author_note": _("Author's note"), "style": _("Style")}
    for kind in (*names, *(kind for kind in texts if kind not in names)):
        if texts.get(kind):
            say(names.get(kind, kind))
            say(_indented(texts[kind]))
            say()
    if lore:
        say(_("Lore"))
    for entry in lore:
        say(f"  {_lore_head(entry)}")
        say(_indented(entry.content, "    "))
    if not texts and not lore:
        say(_("Nothing yet: no memory, no author's note, no lore."))


def _lore_head(entry: "LoreEntry") -> str:
    marks = []
    if entry.always:
        marks.append(_("always"))
    elif entry.keys:
        marks.append(_("keys: {keys}").format(keys=listed(entry.keys)))
    if entry.category:
        marks.append(entry.category)
    if not entry.enabled:
        marks.append(_("off"))
    return " · ".join([entry.title or _("(no title)"), *marks])


def _indented(text: str, by: str = "  ") -> str:
    return "\n".join(f"{by}{line}" if line else "" for line in text.split("\n"))


def _lore_json(entry: "LoreEntry") -> dict[str, Any]:
    return {
        "id": entry.id,
        "title": entry.title,
        "keys": list(entry.keys),
        "content": entry.content,
        "enabled": entry.enabled,
        "always": entry.always,
        "category": entry.category,
        "extra": dict(entry.extra),
    }


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
    file: _FILE,
    do: _DO = "list",
    name: _NAME = None,
    output: _OUTPUT = None,
    force: _FORCE = False,
    as_json: _JSON = False,
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
