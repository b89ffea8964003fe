"""The verb continue: a model's words to stdout as they come, and onto the end of a scene."""

import asyncio
import sys
from contextlib import aclosing
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storyforge.cli.leaving import YES, ask_model
from storyforge.cli.opening import opened, refuse_if_read_only, scene_numbered
from storyforge.cli.options import DEMO, FILE, JSON_AT_END, MODEL, PRESET
from storyforge.cli.profile_names import PROFILE, say_complaints
from storyforge.cli.progress import Progress, doing, heeding_signals, leave
from storyforge.cli.talk import note, say_json, silence_stdout
from storyforge.domain.counting import count, counts_characters
from storyforge.domain.generation import (
    Asked,
    Loading,
    Reading,
    StopReason,
    Text,
    Thought,
    Waiting,
)
from storyforge.domain.text import clean
from storyforge.errors import StoryFileError
from storyforge.i18n import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from storyforge.backends.base import Backend
    from storyforge.cli.appending import Appending
    from storyforge.domain.generation import Take
    from storyforge.store.story_file import StoryFile
    from storyforge.studio.continuing import Event, Wish


_SCENE = Annotated[
    int | None,
    typer.Option(
        "--scene", "-s", min=1, metavar="N", help=_("The scene, by its number in “show”.")
    ),
]
_MAX_TOKENS = Annotated[
    int | None,
    typer.Option(
        "--max-tokens", "-n", min=1, max=9999, metavar="N", help=_("The most tokens to write.")
    ),
]
_SEED = Annotated[
    int | None,
    typer.Option(
        "--seed", min=0, max=2**32 - 2, metavar="S", help=_("The same seed, the same words.")
    ),
]
_TEMPERATURE = Annotated[
    float | None,
    typer.Option(
        "--temperature", "-t", min=0, max=5, metavar="T", help=_("0 is sober, 1 and more is bold.")
    ),
]
_TAKES = Annotated[
    int,
    typer.Option(
        "--takes", min=1, max=8, metavar="N", help=_("Write so many takes; the first one stands.")
    ),
]
_WISH = Annotated[
    str, typer.Option("--wish", "-w", metavar="LINE", help=_("What comes next, this once."))
]


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    app.command("continue", help=_help())(continue_)


def _help() -> str:
    return _(
        "Let the model continue a scene, from its end.\n\n"
        "The words go to stdout as they come and onto the page; the take is kept whatever happens. "
        "Ctrl+C stops the model and keeps what came. Without --scene the scene goes on that was "
        "open last. The same seed on the same text gives the same words. Of several takes the "
        "first goes onto the page; all are kept in the file as takes of one place.\n\n"
        "\b\n"
        "  storyforge continue light.forge\n"
        "  storyforge continue light.forge --scene 3 --max-tokens 300\n"
        "  storyforge continue light.forge --seed 7 --temperature 0.6\n"
        "  storyforge continue light.forge --takes 3 --wish 'she finds the letter'\n"
        "  storyforge continue light.forge --preset creative\n"
        "  storyforge continue light.forge --profile cloud\n"
        "  storyforge continue light.forge --demo"
    )


def continue_(
    file: FILE,
    scene: _SCENE = None,
    max_tokens: _MAX_TOKENS = None,
    seed: _SEED = None,
    temperature: _TEMPERATURE = None,
    takes: _TAKES = 1,
    wish: _WISH = "",
    preset: PRESET = None,
    model: MODEL = None,
    profile: PROFILE = None,
    demo: DEMO = False,
    yes: YES = False,
    as_json: JSON_AT_END = False,
) -> None:
    """Let the model continue a scene, from its end."""
    from storyforge import settings
    from storyforge.studio.continuing import Wish
    from storyforge.studio.profiles.choosing import chosen, meant
    from storyforge.studio.writing_clock import reckoned
    from storyforge.studio.writing_days import goals_of

    with opened(file, to_write=True) as story:
        refuse_if_read_only(story)
        head = scene_numbered(story, scene)
        own = settings.load()
        say_complaints()
        named = meant(own, profile=profile, model=model)
        told = Wish.from_settings(
            own,
            story=story,
            preset=preset,
            profile=None if demo else named,
            max_tokens=max_tokens,
            seed=seed,
            temperature=temperature,
        )

        def make() -> "Backend":
            now = settings.load()
            return chosen(now, meant(now, profile=profile, model=model), demo=demo)

        run = _Run(story, head.id, quiet=as_json)

        def write(backend: "Backend", agreed: bool) -> "Coroutine[None, None, None]":
            return run.carry_out(backend, told, wish, takes, agreed)

        with reckoned(story, head.id, goals_of(story, own)):
            ask_model(story, make, write, yes=yes)
        if as_json:
            number = [s.id for s in story.outline().scenes].index(head.id) + 1
            say_json(run.told(number))
    leave(run.ended_by)


class _Run:
    """One continuation on the command line.

    Attributes:
        ended_by: the signal that stopped it, or 0.
    """

    def __init__(self, story: "StoryFile", scene_id: str, *, quiet: bool) -> None:
        self._story = story
        self._scene_id = scene_id
        self._quiet = quiet
        self._progress = Progress(sys.stderr.isatty())
        self._take: Take | None = None
        self._others: list[Take] = []
        self._reader_left = False
        self.ended_by = 0

    async def carry_out(
        self, backend: "Backend", told: "Wish", wish: str, takes: int, agreed: bool
    ) -> None:
        """Continue, keep and show; raises what the studio raises.

        Args:
            agreed: the author knows what it costs.
        """
        from storyforge.cli.appending import Appending
        from storyforge.studio.continuing import continue_story

        stop = asyncio.Event()

        def end(number: int) -> None:
            self.ended_by = number
            stop.set()

        page = Appending(self._story, self._scene_id)
        try:
            with heeding_signals(end):
                async with page:
                    events = continue_story(
                        self._story,
                        page.passage,
                        page.place_id,
                        backend,
                        told,
                        stop,
                        asked=Asked(wish=wish, parent_id=page.parent_id),
                        takes=takes,
                        agreed=agreed,
                    )
                    async with aclosing(events) as stream:
                        async for event in stream:
                            self._take_in(event, page, stop)
        except StoryFileError as error:
            if not page.shown:
                raise
            if self._quiet:
                # A program reads stdout: the words that no file holds go where a person looks.
                note(page.shown)
            raise StoryFileError(
                error.message,
                title=error.title,
                hint=_("The last words above are on this screen only: copy them from here."),
            ) from error
        finally:
            self._end_line(page.shown, stop)
            self._progress.clear()
            await backend.close()
        self._say_what_was_kept(page.shown)
        for take in self._others:
            self._show(f"\n— {take.number} —\n{take.standing.strip()}\n", stop)

    def told(self, scene: int) -> dict[str, Any]:
        """What happened, for a program."""
        take = self._take
        if take is None:
            return {"scene": scene, "scene_id": self._scene_id, "take": None, "text": ""}
        told = {"scene": scene, "scene_id": self._scene_id, "place_id": take.place_id}
        told |= {"wish": take.wish} | _told(take)
        if self._others:
            told["other_takes"] = [_told(other) for other in self._others]
        return told

    def _take_in(self, event: "Event", page: "Appending", stop: asyncio.Event) -> None:
        from storyforge.studio.continuing import Noted, TakeBegan, TakeFinished

        if isinstance(event, Text):
            self._progress.clear()
            if event.take == 0:
                page.append(event.text)
                self._show(event.text, stop)
        elif isinstance(event, Loading | Reading | Waiting | Thought):
            self._progress.show(doing(event))
        elif isinstance(event, TakeBegan):
            if event.index == 0:
                page.begin(event.take)
        elif isinstance(event, Noted):
            self._progress.clear()
            note(event.message)
        elif isinstance(event, TakeFinished):
            if event.index == 0:
                self._take = event.take
                page.settle(event.take.standing)
            else:
                self._others.append(event.take)

    def _show(self, text: str, stop: asyncio.Event) -> None:
        if self._quiet or self._reader_left:
            return
        try:
            sys.stdout.write(clean(text))
            sys.stdout.flush()
        except BrokenPipeError:
            # Nobody reads any more (`| head`): what came is kept, and the model may stop.
            self._reader_left = True
            silence_stdout()
            stop.set()

    def _end_line(self, shown: str, stop: asyncio.Event) -> None:
        if shown and not shown.endswith("\n"):
            self._show("\n", stop)

    def _say_what_was_kept(self, shown: str) -> None:
        take = self._take
        if take is None or not (take.text or shown):
            note(_("Nothing was written."))
            return
        standing = take.standing
        if take.reason is StopReason.REFUSED:
            return  # said already
        if self._quiet or len(standing.rstrip()) >= len(shown.rstrip()):
            return
        language = self._story.outline().language
        cut = count(shown[len(standing) :]).of(language)
        if counts_characters(language):
            message = ngettext(
                "Kept up to the last whole sentence: {count} character shown above is in the take "
                "only.",
                "Kept up to the last whole sentence: {count} characters shown above are in the "
                "take only.",
                cut,
            )
        else:
            message = ngettext(
                "Kept up to the last whole sentence: {count} word shown above is in the take only.",
                "Kept up to the last whole sentence: {count} words shown above are in the take "
                "only.",
                cut,
            )
        note(message.format(count=cut))


def _told(take: "Take") -> dict[str, Any]:
    """A take, for a program."""
    return {
        "take": take.id,
        "number": take.number,
        "state": take.state.value,
        "reason": take.reason.value if take.reason else None,
        "model": take.model,
        "host": take.place,
        "seed": take.usage.seed,
        "prompt_tokens_reused": take.usage.reused,
        "prompt_tokens_read": take.usage.read,
        "tokens": take.usage.written,
        "tokens_thought": take.usage.thought,
        "estimated": take.usage.estimated,
        "cost": take.usage.cost,
        "currency": take.usage.currency,
        "read_seconds": take.usage.read_seconds,
        "write_seconds": take.usage.write_seconds,
        "text": take.standing,
        "left_out": take.text[take.kept :],
        "thinking": take.thinking,
    }
