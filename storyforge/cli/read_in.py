"""The verb that reads a manuscript in: a model proposes what the plan has no word of yet."""

from typing import TYPE_CHECKING, Annotated

import typer

from storyforge.cli.leaving import YES, ask_model
from storyforge.cli.opening import opened, refuse_if_read_only
from storyforge.cli.options import DEMO, FILE, JSON, MODEL
from storyforge.cli.profile_names import PROFILE, say_complaints
from storyforge.cli.progress import heeding_signals, leave
from storyforge.cli.scene_numbers import ALL, chosen_scenes
from storyforge.cli.talk import note, say, say_json
from storyforge.domain.profile import Task
from storyforge.i18n import _, ngettext

if TYPE_CHECKING:
    from storyforge.backends.base import Backend
    from storyforge.domain.plan.items import Plan
    from storyforge.domain.plan.proposals import Proposal
    from storyforge.store.story_file import StoryFile
    from storyforge.studio.planning.taking import Change

_SCENES = Annotated[
    str,
    typer.Option(
        "--scenes", "-s", metavar="N|N-M|all", help=_("Only these, such as 3-7 or 2,5,9-12.")
    ),
]
_TAKE = Annotated[
    bool, typer.Option("--take", help=_("Take what was read wherever the plan has nothing yet."))
]
_ANEW = Annotated[bool, typer.Option("--anew", help=_("Read what was read before, too."))]


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    app.command("read-in", help=_help())(read_in)


def _help() -> str:
    return _(
        "Read the manuscript and fill the plan: who is there, where, what happens, scene by "
        "scene.\n\n"
        "What is found is proposed and printed; nothing of the plan is changed unless you say "
        "--take, and then only what is empty is filled. What was read is not read again until its "
        "text changes, so a reading that was stopped goes on where it was.\n\n"
        "\b\n"
        "  storyforge read-in light.forge\n"
        "  storyforge read-in light.forge --scenes 3-7 --take"
    )


def read_in(
    file: FILE,
    scenes: _SCENES = ALL,
    take: _TAKE = False,
    anew: _ANEW = False,
    model: MODEL = None,
    profile: PROFILE = None,
    demo: DEMO = False,
    yes: YES = False,
    as_json: JSON = False,
) -> None:
    """Read a manuscript in."""
    from storyforge.studio.reading_in.filling import fill, readings, to_fill

    with opened(file, to_write=True) as story:
        refuse_if_read_only(story)
        chosen = _chosen(story, scenes)
        say_complaints()

        async def run(backend: "Backend", agreed: bool) -> tuple[int, int]:
            return await _run(story, backend, chosen, anew, agreed)

        failed, ended_by = ask_model(story, lambda: _backend(model, profile, demo), run, yes=yes)
        plan = story.plan.read()
        if as_json:
            from storyforge.cli.plan_words import proposal_json

            say_json([proposal_json(one) for one in readings(story)])
        else:
            _print(plan, to_fill(story))
        if take and not ended_by:
            made = len(fill(story))
            note(
                ngettext(
                    "{count} part of the plan was filled.",
                    "{count} parts of the plan were filled.",
                    made,
                ).format(count=made)
            )
    leave(ended_by, failed=bool(failed))


async def _run(
    story: "StoryFile", backend: "Backend", scenes: tuple[str, ...], anew: bool, agreed: bool
) -> tuple[int, int]:
    """(how many steps had no good answer, the signal that stopped it or 0)."""
    from storyforge.backends.sharing import Shared
    from storyforge.studio.reading_in.queue import ReadingQueue, ended_words, progress_words

    shared = Shared(backend, rest=0)
    queue = ReadingQueue(story, shared, scenes=scenes, anew=anew, agreed=agreed)
    heard: list[int] = []

    def end(number: int) -> None:
        heard.append(number)
        queue.cancel()

    try:
        with heeding_signals(end):
            async for progress in queue.run():
                if progress.now is not None:
                    note(f"{progress_words(progress)}: {progress.now.name}")
    finally:
        await shared.close()
    note(ended_words(queue.progress))
    return len(queue.progress.failed), heard[0] if heard else 0


def _chosen(story: "StoryFile", told: str) -> tuple[str, ...]:
    """The ids of the scenes that are meant; none for all of them."""
    if told.strip().casefold() == ALL:
        return ()
    return tuple(head.id for head in chosen_scenes(story, told))


def _backend(model: str | None, profile: str | None, demo: bool) -> "Backend":
    from storyforge import settings
    from storyforge.studio.profiles.choosing import chosen, meant

    own = settings.load()
    return chosen(own, meant(own, Task.READ_IN, profile=profile, model=model), demo=demo)


def _print(plan: "Plan", found: "tuple[tuple[Proposal, tuple[Change, ...]], ...]") -> None:
    """What the plan has no word of yet, item by item."""
    from storyforge.domain.plan.forms import FORMS

    if not found:
        note(_("Nothing was found that the plan does not have."))
    heading = ""
    for _reading, changes in found:
        for change in changes:
            name = _name(plan, change, changes)
            if name != heading:
                say(name if not heading else f"\n{name}")
                heading = name
            field = FORMS[change.kind].field(change.field)
            if change.field != FORMS[change.kind].name:
                say(f"  {_(field.label)}: {_told(plan, change)}")


def _name(plan: "Plan", change: "Change", changes: "tuple[Change, ...]") -> str:
    """What the item is called that a change is about."""
    from storyforge.domain.plan.forms import FORMS, Kind

    item = plan.item(change.item_id)
    if item is not None and item.name:
        return item.name
    if change.kind is Kind.PREMISE:
        return _("The premise")
    if item is not None and change.kind in (Kind.CHAPTER, Kind.SCENE):
        told = _("Chapter {number}") if change.kind is Kind.CHAPTER else _("Scene {number}")
        return told.format(number=plan.of(change.kind).index(item) + 1)
    named = (one.now for one in changes if one.whole == change.whole)
    first = next(named, change.now)
    return first if FORMS[change.kind].name else _(change.kind.value)


def _told(plan: "Plan", change: "Change") -> str:
    """What was found, in one line; references and what there is to choose by their names."""
    from storyforge.studio.planning.telling import choice_told

    now = choice_told(change.kind, change.field, change.now)
    return " / ".join(plan.told(line) for line in now.split("\n"))
