"""The verb rewrite: a passage put otherwise by a model, as takes that may stand in its place."""

from dataclasses import replace
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
from storyforge.cli.talk import note, say_json
from storyforge.domain.profile import Task
from storyforge.errors import BadInput
from storyforge.i18n import _, in_quotes

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from storyforge.backends.base import Backend
    from storyforge.cli.appending import Appending
    from storyforge.cli.continuing import Run
    from storyforge.studio.takes.rewording import Order, Selected

_WORDS = Annotated[
    str, typer.Argument(metavar="WORDS", help=_("The passage, by its words or its two ends."))
]
_VERB = Annotated[
    str, typer.Option("--verb", metavar="NAME", help=_("What shall become of the passage."))
]
_TAKES = Annotated[
    int, typer.Option("--takes", min=1, max=8, metavar="N", help=_("So many takes."))
]
_WISH = Annotated[
    str,
    typer.Option(
        "--wish", "-w", metavar="LINE", help=_("Your own words, for a verb that asks for a line.")
    ),
]
_PUT = Annotated[
    bool, typer.Option("--put", help=_("Let the first take stand in the passage's place."))
]


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    app.command("rewrite", help=_help())(rewrite)


def _help() -> str:
    return _(
        "Let the model put a passage of a scene otherwise.\n\n"
        "The passage is named by its words, as they stand there; “first words … last words” takes "
        "in all between. What comes is kept as takes over your own words, which are the first take "
        "of that place, and the page stays as it is unless you say --put. The verbs: rewrite, "
        "expand, shorten, describe, past, present, first_person, third_person, own, and those that "
        "you have added.\n\n"
        "\b\n"
        "  storyforge rewrite light.forge 'The door was open. She went in.'\n"
        "  storyforge rewrite light.forge 'The door … went in.' --verb shorten --takes 3\n"
        "  storyforge rewrite light.forge 'The door … went in.' --verb own --wish 'as a letter'\n"
        "  storyforge rewrite light.forge 'The door … went in.' --scene 3 --put"
    )


def rewrite(
    file: FILE,
    words: _WORDS,
    verb: _VERB = "rewrite",
    wish: _WISH = "",
    takes: _TAKES = 1,
    put: _PUT = False,
    scene: SCENE = None,
    seed: SEED = None,
    temperature: TEMPERATURE = None,
    preset: PRESET = None,
    model: MODEL = None,
    profile: PROFILE = None,
    demo: DEMO = False,
    yes: YES = False,
    as_json: JSON_AT_END = False,
) -> None:
    """Let the model put a passage of a scene otherwise."""
    from storyforge import settings
    from storyforge.cli.appending import Appending
    from storyforge.cli.continuing import Run
    from storyforge.domain.quoted import passage_quoted
    from storyforge.studio.takes.rewording import reword
    from storyforge.studio.writing_clock import reckoned
    from storyforge.studio.writing_days import goals_of

    with opened(file, to_write=True) as story:
        refuse_if_read_only(story)
        head = scene_numbered(story, scene)
        order = _order(verb, wish, story.outline().language)
        span = passage_quoted(story.scenes.load(head.id).text, words)
        own = settings.load()
        say_complaints()
        asked = Task.REWRITE, profile, model, demo
        options = {"preset": preset, "seed": seed, "temperature": temperature}
        sampling = asked_wish(story, asked, **options).sampling
        run = Run(story, quiet=as_json, grows=False, puts=put)
        page = Appending(story, head.id, span)

        def write(backend: "Backend", agreed: bool) -> "Coroutine[None, None, None]":
            full = replace(order, takes=takes, agreed=agreed)
            asks = partial(reword, story, _selected(page), page.place_id, backend)
            return run.carry_out(page, backend, partial(asks, full, sampling))

        with reckoned(story, head.id, goals_of(story, own)):
            ask_model(story, partial(asked_backend, *asked), write, yes=yes)
        if as_json:
            say_json(_json(run, scene_id=head.id, verb=order.verb.name, put=put))
        elif run.first is not None and not put:
            note(_("The page is as it was; “storyforge takes” lists what came beside your words."))
    leave(run.ended_by)


def _order(name: str, wish: str, language: str) -> "Order":
    """What shall become of the passage.

    Raises:
        BadInput: there is no such verb, or it asks for a line.
    """
    from storyforge.prompting.verbs import verbs
    from storyforge.studio.takes.rewording import Order

    known = {verb.name: verb for verb in verbs(language)}
    verb = known.get(name)
    if verb is None:
        raise BadInput(
            _("There is no verb {name}.").format(name=in_quotes(name)),
            title=_("No such verb"),
            hint=_("It is one of these: {known}.").format(known=", ".join(known)),
        )
    if verb.asks and not wish.strip():
        raise BadInput(
            _("The verb {name} asks: {question}").format(name=in_quotes(name), question=verb.asks),
            title=_("A line is missing"),
            hint=_("Answer it with --wish LINE."),
        )
    return Order(verb, wish.strip() if verb.asks else "")


def _selected(page: "Appending") -> "Selected":
    from storyforge.studio.takes.rewording import Selected

    around = page.passage
    return Selected(around.scene_id, around.before, page.original, around.after, page.parent_id)


def _json(run: "Run", **more: str | bool) -> dict[str, Any]:
    """What happened, for a program."""
    takes = [run.first, *run.others] if run.first is not None else list(run.others)
    return {**more, "takes": [told(take) for take in takes]}
