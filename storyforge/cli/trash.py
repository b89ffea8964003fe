"""The verb about what was deleted: list it, bring it back, let it go."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storyforge.cli.opening import opened
from storyforge.cli.options import FILE, JSON
from storyforge.cli.talk import note, say, say_json, shortened, table
from storyforge.domain.counting import counts_characters
from storyforge.domain.trash import Trashed, TrashKind
from storyforge.errors import BadInput, Refused
from storyforge.i18n import _, in_quotes, ngettext

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

_DO = Annotated[
    str,
    typer.Argument(
        metavar="list|restore|empty",
        help=_("List what was deleted, bring some of it back, or let all of it go."),
    ),
]
_NUMBERS = Annotated[
    list[int] | None, typer.Argument(metavar="NUMBER", help=_("Which of the list to restore."))
]
_YES = Annotated[bool, typer.Option("--yes", "-y", help=_("Empty it without asking."))]


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    app.command("trash", help=_trash_help())(trash)


def _trash_help() -> str:
    return _(
        "Show what was deleted from a story, bring it back, or let it go for good.\n\n"
        "Deleted scenes and chapters stay in the story file until you empty the trash. What is "
        "restored stands where it stood.\n\n"
        "\b\n"
        "  storyforge trash light.forge\n"
        "  storyforge trash light.forge restore 2\n"
        "  storyforge trash light.forge empty"
    )


def trash(
    file: FILE,
    do: _DO = "list",
    numbers: _NUMBERS = None,
    yes: _YES = False,
    as_json: JSON = False,
) -> None:
    """Show what was deleted, bring it back, or let it go."""
    if do not in ("list", "restore", "empty"):
        raise BadInput(
            _("“{word}” is nothing the trash can do.").format(word=do),
            title=_("Not understood"),
            hint=_("It is one of these: {known}.").format(known="list, restore, empty"),
        )
    with opened(file, to_write=do != "list") as story:
        found = story.binder.trash()
        if do == "restore":
            _restore(story, found, numbers or [])
        elif do == "empty":
            _empty(story, found, yes)
        elif as_json:
            say_json([_json(number, one) for number, one in enumerate(found, start=1)])
        else:
            _list(found, story.outline().language)


def _list(found: Sequence[Trashed], language: str) -> None:
    if not found:
        say(_("The trash is empty."))
        return
    unit = _("characters") if counts_characters(language) else _("words")
    rows = [["", _("deleted"), unit, ""]]
    for number, one in enumerate(found, start=1):
        when = one.deleted.astimezone().strftime("%Y-%m-%d %H:%M")
        rows.append([str(number), when, f"{one.counts.of(language):,}", _named(one)])
    for line in table(rows, right=(0, 2)):
        say(line)


def _named(one: Trashed) -> str:
    """A deleted thing as an author knows it again."""
    if one.kind is TrashKind.CHAPTER:
        return ngettext(
            "Chapter “{title}” with {count} scene",
            "Chapter “{title}” with {count} scenes",
            one.scenes,
        ).format(title=shortened(one.title, 40), count=one.scenes)
    if one.kind is TrashKind.PICTURE:
        return _("Picture {name}").format(name=in_quotes(shortened(one.beginning, 60)))
    name = shortened(one.title, 40) or in_quotes(shortened(one.beginning, 40))
    if not one.title and not one.beginning:
        name = _("(empty)")
    return _("Scene {name} of “{chapter}”").format(
        name=name, chapter=shortened(one.chapter_title, 30)
    )


def _restore(story: "StoryFile", found: Sequence[Trashed], numbers: Sequence[int]) -> None:
    if not numbers:
        raise BadInput(
            _("Which one is to be restored?"),
            title=_("No number"),
            hint=_("Give the numbers that “storyforge trash” lists."),
        )
    for number in numbers:
        if not 1 <= number <= len(found):
            raise BadInput(
                _("There is no {number} in the trash.").format(number=number),
                title=_("No such number"),
                hint=_("Give the numbers that “storyforge trash” lists."),
            )
    # Chapters first: a scene comes back into its chapter.
    wanted = sorted((found[n - 1] for n in set(numbers)), key=lambda one: one.kind)
    with story.together():
        for one in wanted:
            if one.kind is TrashKind.CHAPTER:
                story.binder.restore_chapter(one.id)
            elif one.kind is TrashKind.PICTURE:
                story.pictures.bring_back(one.id)
            else:
                story.binder.restore_scene(one.id)
    for one in wanted:
        say(_("Restored: {what}").format(what=_named(one)))


def _empty(story: "StoryFile", found: Sequence[Trashed], yes: bool) -> None:
    from storyforge.studio.letting_go import let_go

    if not found:
        say(_("The trash is empty."))
        return
    if not yes:
        _ask(story, len(found))
    gone = let_go(story, found, all_of_it=True)
    said = ngettext(
        "{count} thing is gone for good.", "{count} things are gone for good.", gone.count
    )
    say(said.format(count=gone.count))
    if gone.note:
        note(gone.note)


def _ask(story: "StoryFile", count: int) -> None:
    """Go on only after a yes; without a terminal there is nobody to ask."""
    question = ngettext(
        "Let {count} deleted thing go for good, with its takes and snapshots?",
        "Let {count} deleted things go for good, with their takes and snapshots?",
        count,
    ).format(count=count)
    if not sys.stdin.isatty():
        raise Refused(
            _("The trash was not emptied: nobody was there to say yes."),
            title=_("Not emptied"),
            hint=_("Add --yes."),
        )
    if not typer.confirm(question, err=True):
        note(_("Nothing was changed in “{name}”.").format(name=story.path.name))
        raise typer.Exit(1)


def _json(number: int, one: Trashed) -> dict[str, Any]:
    return {
        "number": number,
        "kind": one.kind.value,
        "id": one.id,
        "title": one.title,
        "beginning": one.beginning,
        "chapter": one.chapter_title,
        "scenes": one.scenes,
        "deleted": one.deleted.isoformat(),
        "words": one.counts.words,
        "characters": one.counts.characters,
    }
