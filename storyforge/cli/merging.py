"""The verb merge: two copies of one story put together in a third file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storyforge.cli.names import new_story_path, story_path
from storyforge.cli.talk import say, say_json
from storyforge.i18n import _

if TYPE_CHECKING:
    from storyforge.studio.merging import Report


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    app.command("merge", help=_help())(merge)


def _help() -> str:
    return _(
        "Put two copies of one story together in a new file.\n\n"
        "Scenes are matched by their ids. What only one copy changed is taken; where both wrote "
        "in a scene both texts are kept, one behind the other. What is not taken stays as a "
        "snapshot. Both copies are only read.\n\n"
        "\b\n"
        "  storyforge merge light.forge light.sync-conflict-20261123-140211-ABCDEFG.forge "
        "-o both.forge\n"
        "  storyforge merge here.forge there.forge -o both.forge --join --json"
    )


def merge(
    one: Annotated[Path, typer.Argument(metavar="A", help=_("One copy."))],
    other: Annotated[Path, typer.Argument(metavar="B", help=_("The other copy."))],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="C", help=_("The merged story."))
    ],
    join: Annotated[
        bool,
        typer.Option(
            "--join",
            help=_(
                "Where both wrote in a scene but in different paragraphs, make one text of the two."
            ),
        ),
    ] = False,
    force: Annotated[bool, typer.Option("--force", help=_("Replace a file at C."))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=_("Answer in JSON."))] = False,
) -> None:
    """Put two copies of one story together."""
    from storyforge.studio import merge_words, merging

    first, second, out = story_path(one), story_path(other), new_story_path(output)
    report = merging.merge(first, second, out, force=force, join=join)
    if as_json:
        say_json(_json(report, first, second, out))
        return
    say(merge_words.summary(report))
    for line in merge_words.lines(report, *_names(first, second)):
        say(f"  {line}")
    say(_("Made {path}").format(path=out))


def _names(first: Path, second: Path) -> tuple[str, str]:
    if first.name != second.name:
        return first.name, second.name
    return str(first), str(second)


def _json(report: "Report", first: Path, second: Path, out: Path) -> dict[str, Any]:
    from storyforge.studio import merge_words

    names = _names(first, second)
    return {
        "path": str(out),
        "conflicts": len(report.conflicts),
        "joined": sorted(report.woven),
        "findings": [
            {
                "event": one.event.value,
                "what": one.key,
                "title": report.titles.get(one.key.partition(":")[2], ""),
                "from": str(second if one.theirs else first),
                "conflict": one.conflict,
                "taken": one.taken,
                "left": one.left,
                "said": merge_words.sentence(report, one, *names),
            }
            for one in report.findings
        ],
    }
