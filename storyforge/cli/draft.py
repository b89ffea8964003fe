"""The verb draft: scenes written from their beats, without a screen."""

import sys
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from storyforge.cli.leaving import YES, ask_model
from storyforge.cli.opening import opened, refuse_if_read_only
from storyforge.cli.options import DEMO, FILE, JSON_AT_END, MODEL, PRESET
from storyforge.cli.profile_names import PROFILE, say_complaints
from storyforge.cli.progress import Progress as Line
from storyforge.cli.progress import doing, heeding_signals, leave
from storyforge.cli.scene_numbers import ALL, chosen_scenes
from storyforge.cli.talk import note, quoted, say_json
from storyforge.domain.profile import Task
from storyforge.errors import BadInput, Refused
from storyforge.i18n import _, listed, ngettext

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Coroutine

    from storyforge.backends.base import Backend
    from storyforge.domain.sampling import Sampling
    from storyforge.store.story_file import StoryFile
    from storyforge.studio.drafting.order import Order
    from storyforge.studio.drafting.queue import DraftQueue, Progress

_SCENES = Annotated[
    str | None,
    typer.Option(
        "--scenes", "-s", metavar="3-7|all", help=_("Which, by their numbers in “show”; else all.")
    ),
]
_RESUME = Annotated[
    bool, typer.Option("--resume", help=_("Go on with the draft that was stopped."))
]
_CANDIDATES = Annotated[
    int,
    typer.Option(
        "--candidates",
        "-c",
        min=1,
        max=8,
        metavar="N",
        help=_("Write each beat so many times; the best stands, all are kept."),
    ),
]
_WORDS = Annotated[
    int,
    typer.Option(
        "--words",
        min=0,
        max=100_000,
        metavar="N",
        help=_("The length of each scene; else what its plan says."),
    ),
]
_WRITTEN = Annotated[
    bool,
    typer.Option("--behind", help=_("Also scenes that have text: the draft goes on behind it.")),
]
_SEED = Annotated[
    int | None,
    typer.Option(
        "--seed", min=0, max=2**31 - 1, metavar="S", help=_("The same seed, the same words.")
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    app.command("draft", help=_help())(draft)


def _help() -> str:
    return _(
        "Write scenes from their beats, a beat at a time, to the length they are aimed at.\n\n"
        "What a scene is written from is its plan; “plan --stage scenes” finds one. Scenes that "
        "have text are left alone. Each beat is kept when it is whole, so Ctrl+C loses nothing: "
        "--resume goes on from there, after a crash too. With several candidates the model itself "
        "ranks them.\n\n"
        "\b\n"
        "  storyforge draft light.forge\n"
        "  storyforge draft light.forge --scenes 3-7 --words 800\n"
        "  storyforge draft light.forge --candidates 3\n"
        "  storyforge draft light.forge --resume"
    )


def draft(
    file: FILE,
    scenes: _SCENES = None,
    resume: _RESUME = False,
    candidates: _CANDIDATES = 1,
    words: _WORDS = 0,
    behind: _WRITTEN = False,
    seed: _SEED = None,
    preset: PRESET = None,
    model: MODEL = None,
    profile: PROFILE = None,
    demo: DEMO = False,
    yes: YES = False,
    as_json: JSON_AT_END = False,
) -> None:
    """Write scenes from their beats."""
    from storyforge import settings
    from storyforge.studio.drafting.order import Order
    from storyforge.studio.presets import sampling_of
    from storyforge.studio.profiles.choosing import chosen, meant

    with opened(file, to_write=True) as story:
        refuse_if_read_only(story)
        own = settings.load()
        say_complaints()
        named = meant(own, Task.DRAFT, profile=profile, model=model)
        told = sampling_of(
            own, preset=preset or (named.preset if named and not demo else "") or None,
            story=story, seed=seed,
        )  # fmt: skip
        if resume:
            order = _stopped(story, scenes)
        else:
            ids = tuple(head.id for head in chosen_scenes(story, ALL if scenes is None else scenes))
            order = Order(ids, candidates, words, behind)
        run = _Run(story, order, told, file)

        def make() -> "Backend":
            now = settings.load()
            which = meant(now, Task.DRAFT, profile=profile, model=model)
            return chosen(now, which, demo=demo)

        def write(backend: "Backend", agreed: bool) -> "Coroutine[None, None, None]":
            return run.carry_out(backend, agreed)

        ask_model(story, make, write, yes=yes)
        if as_json:
            say_json(run.told())
    leave(run.ended_by, failed=run.failed)


def _stopped(story: "StoryFile", scenes: str | None) -> "Order":
    """The order that was not done yet."""
    from storyforge.studio.drafting.order import kept

    if scenes is not None:
        raise BadInput(
            _("--resume goes on with the scenes of the draft that was stopped."),
            title=_("Either or"),
            hint=_("Leave one of --scenes and --resume away."),
        )
    order = kept(story)
    if order is None:
        raise Refused(
            _("No draft was stopped here: there is nothing to go on with."),
            title=_("Nothing to resume"),
            hint=_("Say which scenes are to be drafted: --scenes 3-7, or all."),
        )
    return order


class _Run:
    """One draft on the command line.

    Attributes:
        ended_by: the signal that stopped it, or 0.
        failed: whether a scene was passed over.
    """

    def __init__(
        self, story: "StoryFile", order: "Order", sampling: "Sampling", file: Path
    ) -> None:
        self._story = story
        self._order = order
        self._sampling = sampling
        self._file = file
        self._line = Line(sys.stderr.isatty())
        self._told: Progress | None = None
        self.ended_by = 0

    @property
    def failed(self) -> bool:
        """Whether a scene was passed over."""
        return self._told is not None and bool(self._told.failed)

    async def carry_out(self, backend: "Backend", agreed: bool) -> None:
        """Draft and show; raises what the studio raises.

        Args:
            agreed: the author knows what it costs.
        """
        from storyforge.backends.sharing import Shared
        from storyforge.studio.drafting.order import survey
        from storyforge.studio.drafting.page import StorePage
        from storyforge.studio.drafting.queue import DraftQueue
        from storyforge.studio.drafting.words import survey_words

        found = survey(self._story, backend.card, self._order)
        if not found.scenes:
            await backend.close()
            raise _nothing_to_do(self._story, self._order)
        language = self._story.outline().language
        note(_("To be drafted: {what}.").format(what=survey_words(found, language)))
        shared = Shared(backend, rest=0)
        order = self._order
        queue = DraftQueue(
            self._story,
            shared,
            StorePage(self._story),
            scenes=order.scenes,
            candidates=order.candidates,
            words=order.words,
            written=order.written,
            sampling=self._sampling,
            agreed=agreed,
        )

        def end(number: int) -> None:
            self.ended_by = number
            queue.cancel()

        try:
            with heeding_signals(end):
                await self._follow(backend, queue)
        finally:
            self._line.clear()
            await shared.close()
        self._say_how_it_ended(queue.progress)

    def told(self) -> dict[str, Any]:
        """What there is of each scene now, for a program."""
        from storyforge.studio.drafting.scenes import scene_now

        scenes = []
        for key in self._order.scenes:
            one = scene_now(self._story, key, self._order.words)
            if one is None:
                continue
            beats = self._story.drafted.of_scene(key)
            scenes.append(
                {
                    "scene": one.number,
                    "scene_id": key,
                    "title": one.title,
                    "aim": one.aim,
                    "written": one.written,
                    "beats": len(one.beats),
                    "drafted": [
                        {
                            "number": b.number,
                            "beat": b.beat,
                            "take": b.take_id,
                            "ranking": b.ranking,
                        }
                        for b in beats
                    ],
                }
            )
        failed = self._told.failed if self._told is not None else ()
        return {
            "scenes": scenes,
            "passed_over": [{"scene": one.scene, "why": one.why} for one in failed],
            "stopped": bool(self.ended_by),
        }

    async def _follow(self, backend: "Backend", queue: "DraftQueue") -> None:
        from storyforge.studio.drafting.queue import progress_words

        async for loading in backend.load():
            self._line.show(doing(loading))
        heard, scene = 0, 0
        async with aclosing(cast("AsyncGenerator[Progress, None]", queue.run())) as steps:
            async for progress in steps:
                self._told = progress
                for told in progress.notes[heard:]:
                    self._line.clear()
                    note(told)
                heard = len(progress.notes)
                now = progress.now
                if now is not None and now.scene != scene and not sys.stderr.isatty():
                    scene = now.scene
                    note(listed(filter(None, (progress_words(progress), now.title))))
                self._line.show(progress_words(progress))

    def _say_how_it_ended(self, progress: "Progress") -> None:
        from storyforge.studio.drafting.queue import ended_words

        note(ended_words(progress))
        if self.ended_by:
            note(
                _("All of it is kept. To go on: storyforge draft {file} --resume").format(
                    file=quoted(self._file)
                )
            )


def _nothing_to_do(story: "StoryFile", order: "Order") -> Refused:
    """Why none of the scenes can be drafted."""
    from storyforge.studio.drafting.scenes import scene_now

    found = [scene_now(story, key, order.words) for key in order.scenes]
    begun = sum(one is not None and one.begun for one in found)
    if begun == len(found):
        return Refused(
            ngettext("This scene is drafted already.", "These scenes are drafted already.", begun),
            title=_("Nothing to draft"),
        )
    return Refused(
        _("These scenes have text already, and it was left as it is."),
        title=_("Nothing to draft"),
        hint=_("With --behind the draft goes on behind it."),
    )
