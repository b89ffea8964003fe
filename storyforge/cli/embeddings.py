"""The verb about embeddings: embeddings list."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from storyforge.cli.loras import BASE, PART, base_label, is_for, your_folders
from storyforge.cli.options import JSON
from storyforge.cli.talk import note, say, say_json, shortened, table
from storyforge.cli.wording import Verbs
from storyforge.i18n import _

if TYPE_CHECKING:
    from storyforge.images.embeddings import EmbeddingFile

_COLUMNS = 48

_NEGATIVE = Annotated[
    bool, typer.Option("--negative", help=_("Only those for the negative prompt."))
]


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    embeddings = Verbs(
        help=_(
            "Embeddings: words that a small file teaches a checkpoint.\n\n"
            "They lie in the folders that the settings name, pictures.folders. Written in a prompt "
            "the name of one calls it; many are for the negative prompt.\n\n"
            "\b\n"
            "  storyforge embeddings list\n"
            "  storyforge embeddings list --negative --base sdxl"
        ),
        rich_markup_mode=None,
        no_args_is_help=True,
    )
    embeddings.command("list", help=_("List all embeddings in your folders."))(list_)
    app.add_typer(embeddings, name="embeddings")


def list_(
    negative: _NEGATIVE = False, base: BASE = None, find: PART = None, as_json: JSON = False
) -> None:
    """List all embeddings in your folders."""
    from storyforge.images import embeddings

    found = your_folders()
    wanted = (find or "").casefold()
    every = [
        each
        for each in embeddings.every(found)
        if is_for(each.family, base)
        and (each.negative or not negative)
        and wanted in f"{each.name} {each.notes}".casefold()
    ]
    if as_json:
        say_json([_json(each) for each in every])
        return
    if not every:
        say(_("There is no such embedding in your folders."))
        if not found.embeddings:
            note(_("Name the folder that they lie in: pictures.folders in the settings."))
        return
    rows = [[_("name"), _("base"), _("tokens"), _("for"), _("notes")]]
    for each in every:
        use = _("negative prompt") if each.negative else _("prompt")
        told = each.notes.split("\n")[0] if each.vectors else _("cannot be read")
        label, count = base_label(each.family), str(each.vectors or "")
        rows.append([each.name, label, count, use, shortened(told, _COLUMNS)])
    for line in table(rows, right=(2,)):
        say(line)


def _json(each: "EmbeddingFile") -> dict[str, Any]:
    return {
        "name": each.name,
        "file": str(each.path),
        "family": each.family.value if each.family else None,
        "tokens": each.vectors,
        "negative": each.negative,
        "trigger_words": list(each.words),
        "notes": each.notes,
        "preview": str(each.preview) if each.preview else None,
    }
