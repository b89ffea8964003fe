"""The verb continue: a model's words to stdout as they come, and onto a scene."""

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storyforge.cli.asked_model import asked_backend, asked_wish
from storyforge.cli.continuing import told
from storyforge.cli.leaving import YES, ask_model
from storyforge.cli.opening import opened, refuse_if_read_only, scene_numbered
from storyforge.cli.options import DEMO, FILE, JSON_AT_END, MODEL, PRESET, SCENE, SEED, TEMPERATURE
from storyforge.cli.profile_names import PROFILE, say_complaints
from storyforge.cli.progress import leave
from storyforge.cli.talk import say_json
from storyforge.domain.generation import Asked, TakeKind
from storyforge.domain.profile import Task
from storyforge.i18n import _

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from storyforge.backends.base import Backend
    from storyforge.cli.continuing import Run
    from storyforge.store.story_file import StoryFile

_MAX_TOKENS = Annotated[
    int | None,
    typer.Option(
        "--max-tokens", "-n", min=1, max=9999, metavar="N", help=_("The most tokens to write.")
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
_INFILL = Annotated[
    str | None,
    typer.Option(
        "--infill",
        metavar="WORDS",
        help=_("Write what is missing before these words of the scene, and lead to them."),
    ),
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
        "first goes onto the page; all are kept in the file as takes of one place. With --infill "
        "it writes within the scene, from what stands before the words you name up to them.\n\n"
        "\b\n"
        "  storyforge continue light.forge\n"
        "  storyforge continue light.forge --scene 3 --max-tokens 300\n"
        "  storyforge continue light.forge --seed 7 --temperature 0.6\n"
        "  storyforge continue light.forge --takes 3 --wish 'she finds the letter'\n"
        "  storyforge continue light.forge --infill 'The letter lay'\n"
        "  storyforge continue light.forge --preset creative\n"
        "  storyforge continue light.forge --profile cloud\n"
        "  storyforge continue light.forge --demo"
    )


def continue_(
    file: FILE,
    scene: SCENE = None,
    max_tokens: _MAX_TOKENS = None,
    seed: SEED = None,
    temperature: TEMPERATURE = None,
    takes: _TAKES = 1,
    wish: _WISH = "",
    infill: _INFILL = None,
    preset: PRESET = None,
    model: MODEL = None,
    profile: PROFILE = None,
    demo: DEMO = False,
    yes: YES = False,
    as_json: JSON_AT_END = False,
) -> None:
    """Let the model continue a scene."""
    from storyforge import settings
    from storyforge.cli.appending import Appending
    from storyforge.cli.continuing import Run
    from storyforge.studio.continuing import continue_story
    from storyforge.studio.writing_clock import reckoned
    from storyforge.studio.writing_days import goals_of

    with opened(file, to_write=True) as story:
        refuse_if_read_only(story)
        head = scene_numbered(story, scene)
        own = settings.load()
        say_complaints()
        asked = Task.CONTINUE, profile, model, demo
        options = {"preset": preset, "seed": seed, "temperature": temperature}
        wished = asked_wish(story, asked, max_tokens=max_tokens, **options)
        span = _missing_before(story, head.id, infill)
        kind = TakeKind.CONTINUE if span is None else TakeKind.INFILL
        run, page = Run(story, quiet=as_json), Appending(story, head.id, span)

        def write(backend: "Backend", agreed: bool) -> "Coroutine[None, None, None]":
            how = Asked(kind, wish, page.parent_id)
            asks = partial(continue_story, story, page.passage, page.place_id, backend, wished)
            events = partial(asks, asked=how, takes=takes, agreed=agreed)
            return run.carry_out(page, backend, events)

        with reckoned(story, head.id, goals_of(story, own)):
            ask_model(story, partial(asked_backend, *asked), write, yes=yes)
        if as_json:
            say_json(_json(story, head.id, run))
    leave(run.ended_by)


def _missing_before(story: "StoryFile", scene_id: str, words: str | None) -> tuple[int, int] | None:
    """The place before `words` in a scene; None for the scene's end."""
    from storyforge.domain.quoted import passage_quoted

    if words is None:
        return None
    start = passage_quoted(story.scenes.load(scene_id).text, words).start
    return start, start


def _json(story: "StoryFile", scene_id: str, run: "Run") -> dict[str, Any]:
    """What happened, for a program."""
    number = [scene.id for scene in story.outline().scenes].index(scene_id) + 1
    take = run.first
    if take is None:
        return {"scene": number, "scene_id": scene_id, "take": None, "text": ""}
    found = {"scene": number, "scene_id": scene_id, "place_id": take.place_id}
    found |= {"wish": take.wish} | told(take)
    if run.others:
        found["other_takes"] = [told(other) for other in run.others]
    return found
