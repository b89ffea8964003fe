"""The verbs about prompt templates: prompts list, show, edit, check, back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storyforge.cli.options import JSON
from storyforge.cli.talk import note, say, say_json, table
from storyforge.cli.wording import Verbs
from storyforge.errors import BadInput, Refused
from storyforge.i18n import N_, _, interface_language

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile
    from storyforge.studio.prompts import Prompt

_NAME = Annotated[
    str, typer.Argument(metavar="NAME", help=_("A template, such as premise/propose."))
]
_STORY = Annotated[
    Path | None,
    typer.Option("--story", metavar="FILE", help=_("With this story's own templates and data.")),
]
_FOR = Annotated[
    Path | None,
    typer.Option("--story", metavar="FILE", help=_("For this story only, and kept with it.")),
]
_FILE = Annotated[
    Path | None,
    typer.Argument(metavar="FILE", help=_("A story, with its own templates and data.")),
]
_LANGUAGE = Annotated[
    str,
    typer.Option(
        "--language", metavar="TAG", help=_("The language it is written in, such as en or ja.")
    ),
]
_RENDERED = Annotated[
    bool, typer.Option("--rendered", help=_("Show what it makes of the story, with its tokens."))
]
_DIFF = Annotated[
    bool, typer.Option("--diff", help=_("Show what differs from the one that comes along."))
]
_ORIGINS = {
    "packaged": N_("packaged"),
    "yours": N_("yours"),
    "this story's": N_("this story's"),
}


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    prompts = Verbs(
        help=_(
            "Prompts: what models are asked with, as files that you can change.\n\n"
            "A copy of yours wins over the one that comes along; a story's own wins over both.\n\n"
            "\b\n"
            "  storyforge prompts list\n"
            "  storyforge prompts show premise/propose --rendered --story light.forge\n"
            "  storyforge prompts edit characters/deepen\n"
            "  storyforge prompts edit characters/deepen --story light.forge\n"
            "  storyforge prompts check light.forge\n"
            "  storyforge prompts back characters/deepen"
        ),
        rich_markup_mode=None,
        no_args_is_help=True,
    )
    prompts.command("list", help=_("List all templates and whose each is."))(list_prompts)
    prompts.command("show", help=_("Show a template, what it makes of a story, or its changes."))(
        show
    )
    prompts.command("edit", help=_("Change a template in your editor: a copy is made."))(edit)
    prompts.command("check", help=_("Say what is wrong with any template."))(check)
    prompts.command("back", help=_("Go back to the one that comes along; your copy is put away."))(
        back
    )
    app.add_typer(prompts, name="prompts")


def list_prompts(story: _STORY = None, language: _LANGUAGE = "", as_json: JSON = False) -> None:
    """List all templates and whose each is; “!” marks one that does not work."""
    from storyforge.studio import prompts

    with _maybe(story) as file:
        found = prompts.prompts(file, language)
        if not found:
            raise BadInput(
                _("There are no templates in “{language}”.").format(language=language),
                hint=_("There are some in: {languages}.").format(
                    languages=", ".join(prompts.languages(file))
                ),
            )
    if as_json:
        say_json([_json(each) for each in found])
        return
    rows = [["", _("name"), _("language"), _("whose")]]
    rows += [
        ["!" if each.flaw else " ", each.name, each.language, _(_ORIGINS[each.origin])]
        for each in found
    ]
    for line in table(rows):
        say(line)


def show(
    name: _NAME,
    story: _STORY = None,
    language: _LANGUAGE = "",
    rendered: _RENDERED = False,
    diff: _DIFF = False,
    as_json: JSON = False,
) -> None:
    """Show a template, what it makes of a story, or what differs from the one that comes along."""
    from storyforge.studio import prompts
    from storyforge.studio.prompt.trying import render

    with _maybe(story) as file:
        found = prompts.prompt(name, language or _language(file), file)
        made = render(name, found.language, found.text, file) if rendered or as_json else None
    changes = prompts.difference(found)
    if as_json:
        told = {} if made is None else {"rendered": made.text, "tokens": made.tokens}
        say_json({**_json(found), "text": found.text, "diff": changes, **told})
        return
    if diff:
        say(changes.rstrip("\n") or _("Nothing differs from the one that comes along."))
    elif made is None:
        say(found.text.rstrip("\n"))
    elif made.flaw is None:
        say(made.text.rstrip("\n"))
        note(_("About {tokens:,} tokens.").format(tokens=made.tokens))
    if found.flaw is not None:
        note(found.flaw.sentence)


def edit(name: _NAME, story: _FOR = None, language: _LANGUAGE = "") -> None:
    """Change a template in your editor; what is wrong with it then is said."""
    from storyforge.cli.opening import refuse_if_read_only
    from storyforge.prompting.library import Origin
    from storyforge.studio import outside, prompts

    words = outside.command()
    if not words:
        raise BadInput(
            _("There is no editor to change it in."),
            hint=_("Set EDITOR to one that is installed, as in: export EDITOR=nano"),
        )
    with _maybe(story, to_write=True) as file:
        if file is not None:
            refuse_if_read_only(file)
        found = prompts.prompt(name, language or _language(file), file)
        text = outside.edited(name.rpartition("/")[2], found.text, words)
        if text == found.text:
            say(_("“{name}” is as it was.").format(name=name))
            return
        origin = Origin.YOURS if file is None else Origin.STORY
        kept = prompts.write(name, found.language, text, origin, file)
    said = _("Your copy of “{name}” is used from now on: {path}")
    if file is not None:
        said = _("This story's own copy of “{name}” is used from now on.")
    say(said.format(name=name, path=kept.path))
    if kept.flaw is not None:
        raise Refused(
            _("It does not work yet: {flaw}").format(flaw=kept.flaw.sentence),
            hint=_("Change it again, or go back: storyforge prompts back {name}").format(name=name),
        )


def check(story: _FILE = None, as_json: JSON = False) -> None:
    """Say what is wrong with any template, each as “file:line: what”; 1 where anything is."""
    from storyforge.studio import prompts

    with _maybe(story) as file:
        flaws = prompts.check_all(file)
        count = len(prompts.prompts(file))
    if as_json:
        say_json([{"path": str(one.path), "line": one.line, "why": one.why} for one in flaws])
    else:
        for one in flaws:
            say(one.sentence)
        if not flaws:
            said = _("All {count} templates work.").format(count=count)
            say(said)
    if flaws:
        raise typer.Exit(1)


def back(name: _NAME, story: _FOR = None, language: _LANGUAGE = "") -> None:
    """Go back to the template that comes along; your copy is put away, not deleted."""
    from storyforge.cli.opening import refuse_if_read_only
    from storyforge.prompting.library import Origin
    from storyforge.studio import prompts

    with _maybe(story, to_write=True) as file:
        if file is not None:
            refuse_if_read_only(file)
        origin = Origin.YOURS if file is None else Origin.STORY
        taken = prompts.take_back(name, language or _language(file), origin, file)
        used = prompts.prompt(name, taken.language, file)
    say(_("Your copy lies in {file}").format(file=taken.file))
    say(_("Used from now on: {whose}.").format(whose=_(_ORIGINS[used.origin])))


@contextmanager
def _maybe(story: Path | None, *, to_write: bool = False) -> Iterator["StoryFile | None"]:
    from storyforge.cli.opening import opened

    if story is None:
        yield None
        return
    with opened(story, to_write=to_write) as file:
        yield file


def _language(story: "StoryFile | None") -> str:
    """The story's, that of its plan; else the interface's."""
    from storyforge.studio import prompts

    there = prompts.languages(story)
    return there[0] if story is not None and there else interface_language()


def _json(found: "Prompt") -> dict[str, Any]:
    return {
        "name": found.name,
        "language": found.language,
        "whose": found.origin.value,
        "path": str(found.path),
        "flaw": found.flaw.sentence if found.flaw is not None else "",
    }
