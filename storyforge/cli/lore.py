"""The verb lore: the book of lore of a story, entry by entry and as files of other tools."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from storyforge.cli.lore_changes import change, known_texts, remove, set_text
from storyforge.cli.lore_words import (
    brought_json,
    entry_json,
    found_entry,
    found_json,
    show_entry,
    show_found,
    show_list,
    tell_brought,
    tell_unequal,
)
from storyforge.cli.opening import opened, refuse_if_read_only
from storyforge.cli.options import FILE, JSON
from storyforge.cli.talk import note, say, say_json
from storyforge.domain.lore import LoreEntry
from storyforge.errors import BadInput
from storyforge.i18n import _, ngettext

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

_DOINGS = ("list", "show", "import", "take-back", "export", "set", "add", "change", "remove")
_WRITING = ("import", "take-back", "set", "add", "change", "remove")

_DO = Annotated[
    str, typer.Argument(metavar="|".join(_DOINGS), help=_("What to do; without it, the list."))
]
_WHAT = Annotated[
    str | None,
    typer.Argument(
        metavar="WHAT",
        help=_(
            "An entry's number or title; the file to import; memory, note, style or a rule to set."
        ),
    ),
]
_TEXT = Annotated[
    str | None,
    typer.Argument(metavar="TEXT", help=_("What “set” writes; “-” reads it from stdin.")),
]
_PREVIEW = Annotated[
    bool, typer.Option("--preview", "-n", help=_("Only say what the file would bring."))
]
_USER = Annotated[
    str, typer.Option("--user", metavar="NAME", help=_("The name to put for {{user}}."))
]
_CHAR = Annotated[
    str, typer.Option("--char", metavar="NAME", help=_("The name to put for {{char}}."))
]
_REPLACE = Annotated[
    bool, typer.Option("--replace", help=_("In the place of the whole book, which is kept aside."))
]
_SAME = Annotated[
    str,
    typer.Option(
        "--same",
        metavar="both|skip|replace",
        help=_("What becomes of entries whose title is in the book already."),
    ),
]
_OPEN = Annotated[
    bool, typer.Option("--open", help=_("A card's first message opens the story, as a scene."))
]
_FORM = Annotated[
    str,
    typer.Option(
        "--format",
        "-f",
        metavar="FORMAT",
        help=_("storyforge, world_info, character_book (V3), novelai, or card with WHAT."),
    ),
]
_OUTPUT = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="OUT", help=_("The file; else beside the story.")),
]
_FORCE = Annotated[bool, typer.Option("--force", help=_("Replace a file that is there already."))]
_RULE = Annotated[
    list[str] | None,
    typer.Option(
        "--rule",
        "-r",
        metavar="NAME=VALUE",
        help=_("Of an entry: title, keys, content, always, enabled, priority, chance, … as JSON."),
    ),
]
_FROM = Annotated[
    int | None,
    typer.Option("--from-scene", min=0, metavar="N", help=_("True from this scene on; 0 always.")),
]


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    app.command("lore", help=_help())(lore)


def _help() -> str:
    return _(
        "The book of lore: what a model is told when a key is named.\n\n"
        "Files of storyforge, SillyTavern (World Info), NovelAI, V3 lorebooks and character cards "
        "(PNG, JSON, CHARX) come in and go out. {{user}} and {{char}} become names that you give. "
        "What has no equal here is said by entry, and goes out again as it came. The last import "
        "can be taken back.\n\n"
        "\b\n"
        "  storyforge lore light.forge\n"
        "  storyforge lore light.forge show Mara\n"
        "  storyforge lore light.forge import skerry.json --preview\n"
        "  storyforge lore light.forge import mara.png --user Ana --open\n"
        "  storyforge lore light.forge take-back\n"
        "  storyforge lore light.forge export -f world_info -o skerry.json\n"
        "  storyforge lore light.forge export Mara -f card\n"
        "  storyforge lore light.forge add Mara -r keys=Mara,keeper -r 'content=She is forty.'\n"
        "  storyforge lore light.forge change Scar --from-scene 3 -r chance=50\n"
        "  storyforge lore light.forge set memory 'Skerry Point, 1893.'\n"
        "  storyforge lore light.forge set note_lines 5"
    )


def lore(
    file: FILE,
    do: _DO = "list",
    what: _WHAT = None,
    text: _TEXT = None,
    preview: _PREVIEW = False,
    user: _USER = "",
    char: _CHAR = "",
    replace: _REPLACE = False,
    same: _SAME = "both",
    open_story: _OPEN = False,
    form: _FORM = "storyforge",
    output: _OUTPUT = None,
    force: _FORCE = False,
    rules: _RULE = None,
    from_scene: _FROM = None,
    as_json: JSON = False,
) -> None:
    """List, show, change, import or export the book of lore."""
    if do not in _DOINGS:
        raise BadInput(
            _("“{word}” is nothing to be done with lore.").format(word=do),
            title=_("Not understood"),
            hint=_("It is one of these: {known}.").format(known=", ".join(_DOINGS)),
        )
    names = {"user": user, "char": char}
    writes = do in _WRITING and not (do == "import" and preview)
    with opened(file, to_write=writes) as story:
        if writes:
            refuse_if_read_only(story)
        if do == "list":
            show_list(story, as_json)
        elif do == "show":
            _show(story, _needed(what, _("the entry's number or title")), as_json)
        elif do == "import":
            path = Path(_needed(what, _("the file"))).expanduser()
            _import(story, path, names, replace, same, open_story, preview, as_json)
        elif do == "take-back":
            _take_back(story, as_json)
        elif do == "export":
            _export(story, what, form, output, force, as_json)
        elif do == "set":
            set_text(story, _needed(what, known_texts()), text, as_json)
        elif do == "remove":
            remove(story, _needed(what, _("the entry's number or title")), as_json)
        else:
            told = _needed(what, _("the entry's title"))
            fresh = LoreEntry("", told) if do == "add" else None
            change(story, fresh or found_entry(story, told), rules or [], from_scene, as_json)


def _needed(what: str | None, name: str) -> str:
    if what:
        return what
    raise BadInput(
        _("Something is missing: {name}.").format(name=name),
        title=_("Not understood"),
        hint="storyforge lore --help",
    )


def _show(story: "StoryFile", what: str, as_json: bool) -> None:
    from storyforge.studio.lore.watch import faults

    entry = found_entry(story, what)
    fault = faults(story).get(entry.id, "")
    if as_json:
        say_json({**entry_json(story, entry), "fault": fault})
        return
    show_entry(story, entry)
    if fault:
        note(fault)


def _import(
    story: "StoryFile",
    path: Path,
    names: dict[str, str],
    replace: bool,
    same: str,
    open_story: bool,
    preview: bool,
    as_json: bool,
) -> None:
    from storyforge.studio.lore import files as lore_files

    kinds = {kind.value: kind for kind in lore_files.Twins}
    if same not in kinds:
        raise BadInput(
            _("“{word}” is not known for --same.").format(word=same),
            title=_("Not understood"),
            hint=_("It is one of these: {known}.").format(known=", ".join(kinds)),
        )
    found = lore_files.look(path)
    names = {**found.suggested, **{key: name for key, name in names.items() if name}}
    twins = lore_files.twins(story, found, names)
    if preview:
        if as_json:
            say_json(found_json(found, twins))
        else:
            show_found(found, twins)
        return
    told = lore_files.bring(
        story,
        found,
        names=names,
        how=lore_files.How.REPLACE if replace else lore_files.How.ADD,
        same=kinds[same],
        open_with_first_message=open_story,
    )
    missing = [key for key in found.placeholders if not names.get(key)]
    if as_json:
        say_json(brought_json(told))
    else:
        tell_brought(told, path.name)
    tell_unequal(found.unequal, found.left_out)
    for key in missing:
        note(
            _("{mark} stands in it as it is: “--{option} NAME” puts a name there.").format(
                mark=f"{{{{{key}}}}}", option=key
            )
        )


def _take_back(story: "StoryFile", as_json: bool) -> None:
    from storyforge.studio.lore.files import take_back

    told = take_back(story)
    if told is None:
        raise BadInput(
            _("There is no import of lore to take back."),
            title=_("Nothing to take back"),
            hint=_("Earlier books are kept as attachments: “storyforge attachments”."),
        )
    if as_json:
        say_json({"entries": len(told.replaced), "kept": told.kept})
        return
    count = len(told.replaced)
    say(
        ngettext(
            "The book is what it was: {count} entry.", "The book is what it was: {count} entries.",
            count,
        ).format(count=count)
    )  # fmt: skip


def _export(
    story: "StoryFile", what: str | None, form: str, out: Path | None, force: bool, as_json: bool
) -> None:
    from storyforge.studio.lore import out as lore_out

    if form == lore_out.CARD:
        character = found_entry(story, what).id if what else ""
        written = lore_out.write_card(story, character, out, force=force)
    else:
        written = lore_out.write_lore(story, out, form=form, force=force)
    if as_json:
        say_json({"path": str(written.path), "entries": written.count})
    else:
        say(_("Wrote {path}").format(path=written.path))
    tell_unequal(written.unequal, ())
