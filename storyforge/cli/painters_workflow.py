"""The verb painters workflow: what storyforge finds in a workflow of ComfyUI's."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storyforge.cli.options import JSON
from storyforge.cli.talk import note, say, say_json, table
from storyforge.errors import Refused
from storyforge.i18n import _, listed

if TYPE_CHECKING:
    from storyforge.studio.pictures.workflows import Seen

_FILE = Annotated[
    Path | None,
    typer.Argument(
        metavar="FILE",
        help=_("A workflow in its API's form, or a picture that ComfyUI saved; else ours."),
    ),
]
_COPY = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="FILE", help=_("Write ours to this file, to begin from.")
    ),
]


def add_to(painters: typer.Typer) -> None:
    """Add this verb."""
    painters.command("workflow", help=_help())(workflow)


def _help() -> str:
    return _(
        "Show where in a workflow of ComfyUI's prompt and settings go; nothing is sent.\n\n"
        "What only one node can be is found by itself. Else call the node in ComfyUI "
        "“storyforge: prompt”, or with several, “storyforge: steps, seed”; or write %prompt% into "
        "a text. Then export it: Workflow, Export (API).\n\n"
        "\b\n"
        "  storyforge painters workflow mine.json\n"
        "  storyforge painters workflow -o mine.json\n"
        "  storyforge painters add flow --comfyui http://127.0.0.1:8188 --workflow mine.json"
    )


def workflow(file: _FILE = None, output: _COPY = None, as_json: JSON = False) -> None:
    """Show what is found in a workflow."""
    from storyforge.paths import at_home
    from storyforge.studio.pictures import workflows

    if output is not None:
        copied = at_home(output)
        if copied.exists():
            raise Refused(
                _("“{name}” is there already, and was left as it is.").format(name=copied.name),
                title=_("Not written"),
                hint=_("Name a file that is not there yet."),
            )
        workflows.copy(copied)
        say(_("Our workflow lies in {file} now.").format(file=copied))
        return
    seen = workflows.seen(None if file is None else at_home(file))
    if as_json:
        say_json(_json(seen))
        return
    rows = [["", _("slot"), _("goes to"), _("found"), _("stands there")]]
    for row in seen.rows:
        mark = "●" if row.where else "?" if row.is_doubtful else " "
        rows.append([mark, str(row.slot), row.where or row.note or "–", row.how, row.value])
    for line in table(rows):
        say(line)
    if seen.lacks:
        from storyforge.domain.picture.wanted import WORDS

        lacking = listed(_(WORDS[one]) for one in sorted(seen.lacks))
        note(_("It cannot do: {what}.").format(what=lacking))
    for told in seen.notes:
        note(told)


def _json(seen: "Seen") -> dict[str, Any]:
    return {
        "name": seen.name,
        "slots": [
            {
                "slot": row.slot.value,
                "where": row.where,
                "found": row.how,
                "value": row.value,
                "note": row.note,
            }
            for row in seen.rows
        ],
        "lacks": sorted(one.value for one in seen.lacks),
        "notes": list(seen.notes),
    }
