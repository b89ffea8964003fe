"""The verb about a story's past: the snapshots of all scenes in one line of time."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storyforge.cli.opening import opened, scene_numbered
from storyforge.cli.options import FILE, JSON
from storyforge.cli.talk import say, say_json, shortened, table
from storyforge.domain.counting import counts_characters
from storyforge.domain.reasons import reason_name
from storyforge.errors import BadInput
from storyforge.i18n import _, in_quotes

if TYPE_CHECKING:
    from storyforge.domain.story import Outline, Revision
    from storyforge.store.story_file import StoryFile

_SCENE = Annotated[
    int | None,
    typer.Option("--scene", "-s", metavar="N", min=1, help=_("Only those of scene N.")),
]
_LIMIT = Annotated[
    int, typer.Option("--limit", "-n", metavar="N", min=1, help=_("At most so many."))
]
_TEXT = Annotated[
    int | None,
    typer.Option(
        "--text", "-t", metavar="NUMBER", min=1, help=_("Print the text of this one instead.")
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    app.command("history", help=_history_help())(history)


def _history_help() -> str:
    return _(
        "Show the snapshots of a story, the newest first.\n\n"
        "One is kept before every change that replaces text: a continuation, a replace, a split. "
        "To go back to one, open the story and choose “Snapshots”.\n\n"
        "\b\n"
        "  storyforge history light.forge\n"
        "  storyforge history light.forge --scene 3\n"
        "  storyforge history light.forge --text 2 > before.txt"
    )


def history(
    file: FILE,
    scene: _SCENE = None,
    limit: _LIMIT = 30,
    text: _TEXT = None,
    as_json: JSON = False,
) -> None:
    """Show the snapshots of a story."""
    with opened(file) as story:
        wanted = limit if text is None else max(limit, text)
        if scene is None:
            found = story.revisions.timeline(wanted)
        else:
            found = story.revisions.list(scene_numbered(story, scene).id)[:wanted]
        if text is not None:
            say(_text(story, found, text).removesuffix("\n"))
            return
        outline = story.outline()
        if as_json:
            say_json([_json(n, one, outline) for n, one in enumerate(found, start=1)])
        elif not found:
            say(_("No snapshots yet."))
        else:
            for line in _lines(found, outline):
                say(line)


def _text(story: "StoryFile", found: Sequence["Revision"], number: int) -> str:
    if number > len(found):
        raise BadInput(
            _("There is no snapshot {number}.").format(number=number),
            title=_("No such snapshot"),
            hint=_("Give a number that “storyforge history” lists with the same options."),
        )
    return story.revisions.page(found[number - 1].id).text


def _lines(found: Sequence["Revision"], outline: "Outline") -> list[str]:
    language = outline.language
    numbers = _numbers(outline)
    unit = _("characters") if counts_characters(language) else _("words")
    rows = [["", _("kept"), _("scene"), "", unit, ""]]
    for number, one in enumerate(found, start=1):
        head = outline.scene(one.scene_id)
        rows.append(
            [
                str(number),
                one.created.astimezone().strftime("%Y-%m-%d %H:%M"),
                str(numbers.get(one.scene_id, "–")),
                shortened(head.title, 30) if head else _("(in the trash)"),
                f"{one.counts.of(language):,}",
                in_quotes(shortened(one.name, 40)) if one.name else reason_name(one.reason),
            ]
        )
    return table(rows, right=(0, 2, 4))


def _numbers(outline: "Outline") -> dict[str, int]:
    return {scene.id: index for index, scene in enumerate(outline.scenes, start=1)}


def _json(number: int, one: "Revision", outline: "Outline") -> dict[str, Any]:
    return {
        "number": number,
        "id": one.id,
        "scene": _numbers(outline).get(one.scene_id),
        "scene_id": one.scene_id,
        "created": one.created.isoformat(),
        "name": one.name,
        "reason": one.reason,
        "words": one.counts.words,
        "characters": one.counts.characters,
    }
