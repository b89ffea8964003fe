"""The verbs find, replace and undo-replace: the same search as on the screen, in plain text."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storyforge.cli.opening import opened, refuse_if_read_only, scene_numbered
from storyforge.cli.options import FILE, JSON
from storyforge.cli.talk import note, say, say_json
from storyforge.domain.replacing import Edit, Replacement
from storyforge.domain.searching import Hit, Query, line_around
from storyforge.errors import BadInput
from storyforge.i18n import _, ngettext

if TYPE_CHECKING:
    from storyforge.domain.story import Outline
    from storyforge.store.story_file import StoryFile
    from storyforge.studio.searching import Searched

_PATTERN = Annotated[str, typer.Argument(metavar="PATTERN", help=_("What to look for."))]
_REGEX = Annotated[bool, typer.Option("--regex", "-e", help=_("PATTERN is a regular expression."))]
_WORD = Annotated[bool, typer.Option("--word", "-w", help=_("Whole words only."))]
_CASE = Annotated[bool, typer.Option("--case", "-c", help=_("Capital and small letters differ."))]
_EXACT = Annotated[
    bool,
    typer.Option(
        "--exact",
        "-x",
        help=_("So do hiragana and katakana, full and half width, straight and curly quotes."),
    ),
]
_SCENE = Annotated[
    int | None,
    typer.Option(
        "--scene", "-s", min=1, metavar="N", help=_("Only this scene, by its number in “show”.")
    ),
]

# Signs of what comes in the place of a hit that are shown.
_LONGEST = 60


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    app.command("find", help=_find_help())(find)
    app.command("replace", help=_replace_help())(replace)
    app.command("undo-replace", help=_undo_help())(undo_replace)


def _find_help() -> str:
    return _(
        "Find text in a story.\n\n"
        "Capital and small letters are alike, and so are ひらがな and カタカナ, full and half "
        "width, straight and curly quotes. A line of the answer is the scene's number in “show”, "
        "the paragraph's number in it, and the text around. A pattern that would take too long is "
        "stopped.\n\n"
        "\b\n"
        "  storyforge find light.forge lantern\n"
        "  storyforge find light.forge 'lan\\w+' --regex --scene 3\n"
        "  storyforge find kaze.forge ランプ --word --json"
    )


def find(
    file: FILE,
    pattern: _PATTERN,
    regex: _REGEX = False,
    word: _WORD = False,
    case: _CASE = False,
    exact: _EXACT = False,
    scene: _SCENE = None,
    as_json: JSON = False,
) -> None:
    """Find text in a story."""
    from storyforge.studio import searching

    query = _query(pattern, regex, word, case, exact)
    with opened(file) as story:
        outline = story.outline()
        found = searching.find(story, query, _scenes(story, scene))
        if as_json:
            say_json([_hit_json(one, hit, outline) for one in found for hit in one.hits])
            return
        count = 0
        for one in found:
            count += len(one.hits)
            for hit in one.hits:
                told = "".join(line_around(one.text, hit)).replace("\n", "⏎")
                say(f"{_place(one, hit, outline)}: {told}")
        note(
            ngettext("{count:,} place.", "{count:,} places.", count).format(count=count)
            if count
            else _("Nothing found.")
        )


def _replace_help() -> str:
    return _(
        "Replace text in a story, all of it in one step.\n\n"
        "Each scene is kept as a snapshot before and behind; “undo-replace” takes the step back. "
        "Behind a regular expression \\1 or $1 in TEXT is its first group, \\n a new paragraph. "
        "--dry-run shows what would change and changes nothing.\n\n"
        "\b\n"
        "  storyforge replace light.forge lantern lamp --dry-run\n"
        "  storyforge replace light.forge lantern lamp --word --keep-case\n"
        "  storyforge replace light.forge '(\\w+) Skerry' '$1 Point' --regex"
    )


def replace(
    file: FILE,
    pattern: _PATTERN,
    text: Annotated[str, typer.Argument(metavar="TEXT", help=_("What comes in its place."))],
    regex: _REGEX = False,
    word: _WORD = False,
    case: _CASE = False,
    exact: _EXACT = False,
    keep_case: Annotated[
        bool, typer.Option("--keep-case", "-k", help=_("Capitals stay where they were."))
    ] = False,
    scene: _SCENE = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help=_("Only show what would change."))
    ] = False,
    as_json: JSON = False,
) -> None:
    """Replace text in a story."""
    from storyforge.studio import searching

    replacement = Replacement(_query(pattern, regex, word, case, exact), text, keep_case)
    with opened(file, to_write=not dry_run) as story:
        if not dry_run:
            refuse_if_read_only(story)
        outline = story.outline()
        looked = searching.preview(story, replacement, _scenes(story, scene))
        found = [one for one in looked if one.edits]
        if found and not dry_run:
            searching.replace(
                story,
                searching.label(replacement),
                {one.scene_id: one.edits for one in found},
                {one.scene_id: one.text for one in found},
            )
        if as_json:
            say_json([_edit_json(one, edit, outline) for one in found for edit in one.edits])
            return
        for one in found if dry_run else ():
            for edit in one.edits:
                say(_edit_line(one, edit, outline))
        _conclude(found, dry_run)


def _conclude(found: Sequence["Searched"], dry_run: bool) -> None:
    count = sum(len(one.edits) for one in found)
    if not count:
        note(_("Nothing found."))
        return
    scenes = ngettext("{count} scene", "{count} scenes", len(found)).format(count=len(found))
    if dry_run:
        told = ngettext(
            "{count:,} place in {scenes} would be replaced; nothing was changed.",
            "{count:,} places in {scenes} would be replaced; nothing was changed.",
            count,
        )
    else:
        told = ngettext(
            "{count:,} place in {scenes} was replaced. “storyforge undo-replace” takes it back.",
            "{count:,} places in {scenes} were replaced. “storyforge undo-replace” takes it back.",
            count,
        )
    note(told.format(count=count, scenes=scenes))


def _undo_help() -> str:
    return _(
        "Take the last replacement in a story back.\n\n"
        "A scene that was written in since is left as it is, and named. --changed-too gives those "
        "back as well; what they hold now is kept as a snapshot.\n\n"
        "\b\n"
        "  storyforge undo-replace light.forge\n"
        "  storyforge undo-replace light.forge --changed-too"
    )


def undo_replace(
    file: FILE,
    changed_too: Annotated[
        bool, typer.Option("--changed-too", help=_("Also in scenes written in since."))
    ] = False,
) -> None:
    """Take the last replacement back."""
    from storyforge.studio import searching

    with opened(file, to_write=True) as story:
        refuse_if_read_only(story)
        batch = story.batches.latest()
        if batch is None:
            raise BadInput(
                _("There is no replacement in the story to take back."), title=_("Nothing to undo")
            )
        undone = searching.undo(story, batch, changed_too=changed_too)
        outline = story.outline()
        say(
            ngettext(
                "Taken back in {count} scene: {what}.",
                "Taken back in {count} scenes: {what}.",
                len(undone.restored),
            ).format(count=len(undone.restored), what=batch.label)
        )
        if undone.changed:
            numbers = ", ".join(str(_number(outline, one)) for one in undone.changed)
            note(
                _("Written in since and left as they are: scenes {numbers}.").format(
                    numbers=numbers
                )
            )
            note(_("To take those back too: --changed-too"))


def _query(pattern: str, regex: bool, word: bool, case: bool, exact: bool) -> Query:
    if not pattern:
        raise BadInput(_("There is nothing to look for."), title=_("Not searched"))
    return Query(pattern, regex, word, case, exact)


def _scenes(story: "StoryFile", scene: int | None) -> list[str] | None:
    return None if scene is None else [scene_numbered(story, scene).id]


def _number(outline: "Outline", scene_id: str) -> int:
    """The scene's number in “show”; 0 for one that is in the trash."""
    return next((n for n, one in enumerate(outline.scenes, start=1) if one.id == scene_id), 0)


def _place(one: "Searched", hit: Hit, outline: "Outline") -> str:
    return f"{_number(outline, one.scene_id)}:{one.text.count(chr(10), 0, hit.start) + 1}"


def _edit_line(one: "Searched", edit: Edit, outline: "Outline") -> str:
    hit = Hit(edit.start, edit.end)
    before, gone, behind = line_around(one.text, hit)
    came = edit.text if len(edit.text) <= _LONGEST else edit.text[: _LONGEST - 1] + "…"
    told = f"{before}[{gone}→{came}]{behind}".replace("\n", "⏎")
    return f"{_place(one, hit, outline)}: {told}"


def _hit_json(one: "Searched", hit: Hit, outline: "Outline") -> dict[str, Any]:
    before, text, behind = line_around(one.text, hit)
    return {
        "scene": _number(outline, one.scene_id),
        "scene_id": one.scene_id,
        "paragraph": one.text.count("\n", 0, hit.start) + 1,
        "start": hit.start,
        "end": hit.end,
        "before": before,
        "text": text,
        "behind": behind,
    }


def _edit_json(one: "Searched", edit: Edit, outline: "Outline") -> dict[str, Any]:
    return {**_hit_json(one, Hit(edit.start, edit.end), outline), "by": edit.text}
