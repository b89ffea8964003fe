"""The verbs about hypernetworks: hypernetworks list, show."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from storyforge.cli.loras import your_folders
from storyforge.cli.options import JSON
from storyforge.cli.talk import note, say, say_json, shortened, table
from storyforge.cli.wording import Verbs
from storyforge.i18n import _

if TYPE_CHECKING:
    from storyforge.images.hypernetworks import HypernetworkFile

_COLUMNS = 48

_NAME = Annotated[
    str, typer.Argument(metavar="NAME", help=_("A hypernetwork, as a prompt calls it."))
]


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    verbs = Verbs(
        help=_(
            "Hypernetworks: small networks that bend what a checkpoint attends to.\n\n"
            "They lie in the folders that the settings name, pictures.folders. A prompt calls one "
            "by <hypernet:NAME:0.8>.\n\n"
            "\b\n"
            "  storyforge hypernetworks list\n"
            "  storyforge hypernetworks show old_hand"
        ),
        rich_markup_mode=None,
        no_args_is_help=True,
    )
    verbs.command("list", help=_("List all hypernetworks in your folders."))(list_)
    verbs.command("show", help=_("Show what a hypernetwork's file tells."))(show)
    app.add_typer(verbs, name="hypernetworks")


def list_(as_json: JSON = False) -> None:
    """List all hypernetworks in your folders."""
    from storyforge.images import hypernetworks

    every = [hypernetworks.read(each) for each in your_folders().hypernetworks]
    if as_json:
        say_json([_json(each) for each in every])
        return
    if not every:
        say(_("No hypernetwork was found."))
        note(_("Name the folder that they lie in: pictures.folders in the settings."))
        return
    rows = [[_("name"), _("base"), _("layers"), _("notes")]]
    for each in every:
        told = each.problem or each.notes.split("\n")[0]
        rows.append([each.name, _bases(each), _layers(each), shortened(told, _COLUMNS)])
    for line in table(rows):
        say(line)


def show(name: _NAME, as_json: JSON = False) -> None:
    """Show what a hypernetwork's file tells."""
    from storyforge.images import hypernetworks

    told = hypernetworks.read(hypernetworks.find(your_folders(), name))
    if as_json:
        say_json(_json(told))
        return
    rows = [
        (_("file"), str(told.path)),
        (_("base"), _bases(told)),
        (_("trained on"), told.base),
        (_("layers"), _layers(told)),
        (_("activation"), told.activation),
        (_("steps"), str(told.steps or "")),
        (_("trigger words"), ", ".join(told.words)),
        (_("in a prompt"), f"<hypernet:{told.name}:{told.weight or 1:g}>"),
        (_("preview"), str(told.preview or "")),
    ]
    for line in table([row for row in rows if row[1]]):
        say(line)
    if told.notes:
        say()
        say(told.notes)
    if told.problem:
        note(told.problem)


def _bases(told: "HypernetworkFile") -> str:
    return ", ".join(sorted(each.value for each in told.families)) or _("unknown")


def _layers(told: "HypernetworkFile") -> str:
    return "-".join(f"{each:g}" for each in told.structure)


def _json(told: "HypernetworkFile") -> dict[str, Any]:
    return {
        "name": told.name,
        "file": str(told.path),
        "families": sorted(each.value for each in told.families),
        "base": told.base,
        "layers": list(told.structure),
        "activation": told.activation,
        "steps": told.steps,
        "trigger_words": list(told.words),
        "weight": told.weight,
        "notes": told.notes,
        "preview": str(told.preview) if told.preview else None,
        "size": told.size,
        "problem": told.problem,
    }
