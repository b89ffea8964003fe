"""The verb about summaries of scenes and chapters: list them, make them, show or set one."""

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storyforge.cli.leaving import YES, ask_model
from storyforge.cli.opening import opened, refuse_if_read_only
from storyforge.cli.options import DEMO, FILE, JSON, MODEL
from storyforge.cli.profile_names import PROFILE, say_complaints
from storyforge.cli.talk import note, say, say_json, shortened, table
from storyforge.domain.profile import Task
from storyforge.domain.summary import SummaryOf, SummaryState
from storyforge.errors import BadInput
from storyforge.i18n import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from storyforge.backends.base import Backend
    from storyforge.store.story_file import StoryFile
    from storyforge.studio.summaries.listing import Entry

_DO = Annotated[
    str,
    typer.Argument(
        metavar="list|make|show|set", help=_("List them, make some, show one, or write one.")
    ),
]
_TEXT = Annotated[
    str | None,
    typer.Argument(metavar="TEXT", help=_("What “set” writes; “-” reads it from stdin.")),
]
_SCENE = Annotated[
    int | None,
    typer.Option("--scene", "-s", min=1, metavar="N", help=_("Of this scene.")),
]
_CHAPTER = Annotated[
    int | None,
    typer.Option("--chapter", "-c", min=1, metavar="N", help=_("Of this chapter.")),
]
_ALL = Annotated[
    bool, typer.Option("--all", "-a", help=_("Make all that are missing or out of date."))
]
_REPLACE = Annotated[
    bool, typer.Option("--replace", help=_("Replace one that you wrote yourself."))
]

_COLUMNS = 48


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    app.command("summaries", help=_help())(summaries)


def _help() -> str:
    return _(
        "Sum scenes and chapters up: what a model is told of what its window does not hold.\n\n"
        "A chapter's summary is made from those of its scenes. What is changed in a scene dates "
        "its summary; “make --all” makes those anew and those that are missing. What you wrote "
        "yourself stays until you say --replace.\n\n"
        "\b\n"
        "  storyforge summaries light.forge\n"
        "  storyforge summaries light.forge make --all\n"
        "  storyforge summaries light.forge show --scene 3\n"
        "  storyforge summaries light.forge set --chapter 2 'Mara finds the boat.'"
    )


def summaries(
    file: FILE,
    do: _DO = "list",
    text: _TEXT = None,
    scene: _SCENE = None,
    chapter: _CHAPTER = None,
    everything: _ALL = False,
    replace: _REPLACE = False,
    model: MODEL = None,
    profile: PROFILE = None,
    demo: DEMO = False,
    yes: YES = False,
    as_json: JSON = False,
) -> None:
    """List, make, show or set summaries."""
    from storyforge.studio.summaries.listing import entries

    if do not in ("list", "make", "show", "set"):
        raise BadInput(
            _("“{word}” is nothing to be done with summaries.").format(word=do),
            title=_("Not understood"),
            hint=_("It is one of these: {known}.").format(known="list, make, show, set"),
        )
    with opened(file, to_write=do in ("make", "set")) as story:
        if do in ("make", "set"):
            refuse_if_read_only(story)
        if do == "make":
            one = None if everything else _chosen(story, scene, chapter)
            say_complaints()

            def make(backend: "Backend", agreed: bool) -> "Coroutine[None, None, int]":
                if one is None:
                    return _make_all(story, backend, agreed)
                return _make(story, one, backend, replace)

            if ask_model(story, lambda: _backend(model, profile, demo), make, yes=yes):
                raise typer.Exit(1)
        elif do == "set":
            _set(story, _chosen(story, scene, chapter), text)
        found = (_chosen(story, scene, chapter),) if do == "show" else entries(story)
        if as_json:
            say_json([_json(one) for one in found])
        elif do == "show":
            say(found[0].text or _("There is no summary yet."))
        elif do == "list":
            _list(found)


def _chosen(story: "StoryFile", scene: int | None, chapter: int | None) -> "Entry":
    from storyforge.studio.summaries.listing import entries

    if (scene is None) == (chapter is None):
        raise BadInput(
            _("Say which one: --scene N or --chapter N."), title=_("Which summary is meant?")
        )
    of, number = (SummaryOf.CHAPTER, chapter) if scene is None else (SummaryOf.SCENE, scene)
    for one in entries(story):
        if one.of is of and one.number == number:
            return one
    raise BadInput(
        (
            _("There is no chapter {number}.")
            if of is SummaryOf.CHAPTER
            else _("There is no scene {number}.")
        ).format(number=number),
        title=_("Not in the story"),
        hint=_("“storyforge summaries” lists what there is."),
    )


def _set(story: "StoryFile", one: "Entry", text: str | None) -> None:
    from storyforge.studio.summaries.listing import name_of, write

    if text is None:
        raise BadInput(
            _("There is no text to set."),
            title=_("No text"),
            hint=_("Give it behind “set”, or “-” to read it from stdin; '' forgets the summary."),
        )
    told = sys.stdin.read() if text == "-" else text
    write(story, one, told)
    note(
        (_("The summary of {name} is kept.") if told.strip() else _("{name} has none now.")).format(
            name=name_of(one)
        )
    )


async def _make(story: "StoryFile", one: "Entry", backend: "Backend", replace: bool) -> int:
    from storyforge.backends.sharing import Shared
    from storyforge.studio.summaries.making import Summariser

    shared = Shared(backend, rest=0)
    try:
        made = await Summariser(story, shared).make(one, asyncio.Event(), replace=replace)
    finally:
        await shared.close()
    note(made.text if made is not None else _("There is nothing to be summed up."))
    return 0


async def _make_all(story: "StoryFile", backend: "Backend", agreed: bool) -> int:
    """How many could not be made."""
    from storyforge.backends.sharing import Shared
    from storyforge.studio.summaries.listing import name_of
    from storyforge.studio.summaries.queue import SummaryQueue, ended_words, progress_words

    shared = Shared(backend, rest=0)
    queue = SummaryQueue(story, shared, agreed=agreed)
    try:
        async for progress in queue.run():
            if progress.now is not None:
                note(f"{progress_words(progress)}: {name_of(progress.now)}")
    finally:
        await shared.close()
    note(ended_words(queue.progress))
    return len(queue.progress.failed)


def _backend(model: str | None, profile: str | None, demo: bool) -> "Backend":
    from storyforge import settings
    from storyforge.studio.profiles.choosing import chosen, meant

    own = settings.load()
    return chosen(own, meant(own, Task.SUMMARY, profile=profile, model=model), demo=demo)


def _list(found: "tuple[Entry, ...]") -> None:
    from storyforge.studio.summaries.listing import name_of, standing, to_make

    rows = [
        [
            ("" if one.of is SummaryOf.CHAPTER else "  ") + shortened(name_of(one), _COLUMNS),
            standing(one),
            shortened(one.text, _COLUMNS),
        ]
        for one in found
    ]
    for line in table(rows):
        say(line)
    if left := len(to_make(found)):
        told = ngettext(
            "{count} is missing or out of date: storyforge summaries FILE make --all",
            "{count} are missing or out of date: storyforge summaries FILE make --all",
            left,
        )
        note(told.format(count=left))


def _json(one: "Entry") -> dict[str, Any]:
    summary = one.summary
    return {
        "of": one.of.value,
        "number": one.number,
        "id": one.id,
        "title": one.title,
        "state": one.state.value,
        "own": one.own,
        "text": one.text,
        "model": summary.model if summary is not None else "",
        "changed": summary.changed.isoformat() if summary is not None else None,
        "up_to_date": one.state is SummaryState.THERE,
    }
