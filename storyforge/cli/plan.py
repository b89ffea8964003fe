"""The verb plan: from an idea to scenes, stage by stage, without a screen."""

import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from storyforge.cli.leaving import YES, ask_model
from storyforge.cli.names import exists, new_story_path, story_path
from storyforge.cli.opening import opened, refuse_if_read_only
from storyforge.cli.options import DEMO, JSON, MODEL
from storyforge.cli.plan_words import plan_json, plan_lines
from storyforge.cli.profile_names import PROFILE, say_complaints
from storyforge.cli.talk import note, say, say_json
from storyforge.domain.plan.proposals import Target
from storyforge.domain.plan.stages import Stage
from storyforge.domain.plan.tasks import TASKS
from storyforge.errors import BadInput
from storyforge.i18n import _

if TYPE_CHECKING:
    from storyforge.backends.base import Backend
    from storyforge.cli.planning import Wishes
    from storyforge.store.story_file import StoryFile

_STAGES = "premise|characters|world|outline|scenes"
_FILE = Annotated[
    Path, typer.Argument(metavar="FILE", help=_("The story; with an idea it is made."))
]
_STAGE = Annotated[
    str | None, typer.Option("--stage", "-s", metavar=_STAGES, help=_("What is planned."))
]
_IDEA = Annotated[
    str | None,
    typer.Option(
        "--idea",
        metavar="TEXT",
        help=_("Whatever is in your head; “-” reads it from stdin."),
    ),
]
_WISH = Annotated[
    str,
    typer.Option("--wish", "-w", metavar="LINE", help=_("How you want it, such as “less grim”.")),
]
_VARIANTS = Annotated[
    int, typer.Option("--variants", min=1, max=8, metavar="N", help=_("Ask for so many of each."))
]
_COUNT = Annotated[
    int | None,
    typer.Option(
        "--count", min=1, max=300, metavar="N", help=_("So many chapters, scenes, people or ideas.")
    ),
]
_TASK = Annotated[
    str,
    typer.Option("--task", metavar="NAME", help=_("Ask for this alone, such as premise/sharpen.")),
]
_ITEM = Annotated[
    str,
    typer.Option("--item", metavar="NAME", help=_("What it is about: a name, a title, a number.")),
]
_FIELD = Annotated[
    str, typer.Option("--field", metavar="NAME", help=_("The field that it is about."))
]
_SET = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="FIELD=VALUE", help=_("Write into a field yourself; may be given often.")
    ),
]
_TAKE = Annotated[
    int | None,
    typer.Option(
        "--take",
        min=0,
        metavar="N",
        help=_("Take variant N; by itself of those that there are. 0 takes none."),
    ),
]
_PART = Annotated[
    list[str] | None,
    typer.Option("--part", metavar="PATH", help=_("Take this alone, such as items.2 or logline.")),
]
_REPLACE = Annotated[bool, typer.Option("--replace", help=_("What is written may be replaced."))]
_PRINT = Annotated[bool, typer.Option("--print", help=_("Only show what is planned."))]
_TITLE = Annotated[
    str | None,
    typer.Option("--title", metavar="TITLE", help=_("Of a new story; else the file's name.")),
]
_LANGUAGE = Annotated[
    str | None,
    typer.Option("--language", "-l", metavar="TAG", help=_("Of a new story; else the settings'.")),
]
_PLAN_LANGUAGE = Annotated[
    str | None,
    typer.Option(
        "--plan-language", metavar="TAG", help=_("What the plan is written in; else the story's.")
    ),
]
_PROMPT_LANGUAGE = Annotated[
    str | None,
    typer.Option(
        "--prompt-language", metavar="TAG", help=_("What the model is asked in; else the plan's.")
    ),
]
_SEED = Annotated[
    int | None,
    typer.Option(
        "--seed", min=0, max=2**32 - 2, metavar="S", help=_("The same seed, the same words.")
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    app.command("plan", help=_help())(plan)


def _help() -> str:
    return _(
        "Plan a story: its premise, characters, world, outline and scenes.\n\n"
        "A stage asks for whatever of it nobody has planned yet, and takes the first variant where "
        "nothing is written. What you or a model wrote before is replaced with --replace only. "
        "All variants are kept in the file: --take 2 takes another one later. Ctrl+C stops the "
        "model and keeps what came. Without a stage you see what is planned.\n\n"
        "\b\n"
        "  storyforge plan light.forge --stage premise --idea 'A keeper finds a child'\n"
        "  storyforge plan light.forge --stage premise --variants 3 --wish 'less grim'\n"
        "  storyforge plan light.forge --stage premise --take 2 --replace\n"
        "  storyforge plan light.forge --stage characters\n"
        "  storyforge plan light.forge --task field/brainstorm --item Mara --field wound\n"
        "  storyforge plan light.forge --task picture/text\n"
        "  storyforge plan light.forge --stage premise --set length=3000\n"
        "  storyforge plan light.forge --json"
    )


def plan(
    file: _FILE,
    stage: _STAGE = None,
    idea: _IDEA = None,
    wish: _WISH = "",
    variants: _VARIANTS = 1,
    count: _COUNT = None,
    task: _TASK = "",
    item: _ITEM = "",
    field: _FIELD = "",
    facts: _SET = None,
    take: _TAKE = None,
    part: _PART = None,
    replace: _REPLACE = False,
    only_print: _PRINT = False,
    title: _TITLE = None,
    language: _LANGUAGE = None,
    plan_language: _PLAN_LANGUAGE = None,
    prompt_language: _PROMPT_LANGUAGE = None,
    seed: _SEED = None,
    model: MODEL = None,
    profile: PROFILE = None,
    demo: DEMO = False,
    yes: YES = False,
    as_json: JSON = False,
) -> None:
    """Plan a story, stage by stage."""
    from storyforge.cli.planning import Wishes

    which, idea = _stage(stage, task, item, idea), _idea(idea)
    wishes = Wishes(
        which or Stage.PREMISE,
        task=task,
        item=item,
        field=field,
        wish=wish,
        variants=variants,
        count=count or 0,
        take=take,
        parts=tuple(part or ()),
        replace=replace,
        seed=seed,
        fresh=idea is not None,
    )
    if idea is not None or wish:
        _make(file, title, language)
    hand = _ByHand(which, item, idea, tuple(facts or ()), plan_language, prompt_language)
    # What is written by hand needs no model, unless something else was asked for, too.
    asks = not only_print and bool(task or which) and (wishes.asks or not hand.only_facts)
    with opened(file, to_write=asks or hand.changes) as story:
        hand.write(story)
        if asks:
            refuse_if_read_only(story)
            ended_by = _ask(story, wishes, model, profile, demo=demo, yes=yes, as_json=as_json)
            if ended_by:
                raise typer.Exit(ended_by)
        elif as_json:
            say_json(plan_json(story.plan.read()))
        elif only_print or not hand.changes:
            _show(story, which)


@dataclass(frozen=True, slots=True)
class _ByHand:
    """What the author writes into the plan without a model."""

    stage: Stage | None
    item: str
    idea: str | None
    facts: tuple[str, ...]
    plan_language: str | None
    prompt_language: str | None

    @property
    def changes(self) -> bool:
        """Whether there is anything."""
        return bool(self.idea or self.facts) or self._languages != (None, None)

    @property
    def only_facts(self) -> bool:
        """Whether there are fields, and no idea that a model is to begin with."""
        return bool(self.facts) and self.idea is None

    @property
    def _languages(self) -> tuple[str | None, str | None]:
        return self.plan_language, self.prompt_language

    def write(self, story: "StoryFile") -> None:
        """Write it."""
        from storyforge.cli.plan_items import set_languages, write_by_hand

        if self.changes:
            refuse_if_read_only(story)
            set_languages(story, *self._languages)
            write_by_hand(story, self.stage, self.item, self.idea, self.facts)


def _ask(
    story: "StoryFile",
    wishes: "Wishes",
    model: str | None,
    profile: str | None,
    *,
    demo: bool,
    yes: bool,
    as_json: bool,
) -> int:
    """Ask for what is wanted, and take of it; the exit status."""
    from storyforge import settings
    from storyforge.cli.planning import Planner
    from storyforge.studio.presets import sampling_of
    from storyforge.studio.profiles.choosing import chosen, meant

    planner = Planner(story, wishes, quiet=as_json)
    if wishes.take and not wishes.asks:
        planner.take_known()
    else:
        asked, own = Target(wishes.stage, wishes.task).asks, settings.load()
        say_complaints()
        preset = "" if demo else meant(own, asked, profile=profile, model=model).preset
        planner.sampling = sampling_of(own, preset=preset or None, story=story, seed=wishes.seed)

        def make() -> "Backend":
            now = settings.load()
            return chosen(now, meant(now, asked, profile=profile, model=model), demo=demo)

        ask_model(story, make, planner.carry_out, yes=yes)
    if as_json:
        say_json(planner.told())
    return planner.ended_by


def _stage(named: str | None, task: str, item: str, idea: str | None) -> Stage | None:
    """The stage that is meant; an idea alone begins the premise."""
    stages = {stage.value: stage for stage in Stage if stage is not Stage.DRAFT}
    if named is None and task in TASKS:
        return TASKS[task].stage
    if named is None:
        return Stage.PREMISE if idea is not None and not (task or item) else None
    if named not in stages:
        raise BadInput(
            _("“{word}” is no stage of a plan.").format(word=named),
            title=_("Not understood"),
            hint=_("It is one of these: {known}.").format(known=", ".join(stages)),
        )
    return stages[named]


def _idea(told: str | None) -> str | None:
    if told is None:
        return None
    idea = (sys.stdin.read() if told == "-" else told).strip()
    if not idea:
        raise BadInput(
            _("The idea is empty; nothing was asked."),
            title=_("No idea yet"),
            hint=_("Whatever is in your head will do, be it one word."),
        )
    return idea


def _make(file: Path, title: str | None, language: str | None) -> None:
    """Make the story where it is not there yet."""
    from storyforge import settings
    from storyforge.studio.shelf import create_story

    path = new_story_path(file)
    if exists(story_path(file)) or exists(path):
        return
    own = settings.load()
    name = path.stem.replace("_", " ") if title is None else title
    tongue = own.language if language is None else language
    with closing(create_story(path, title=name, author=own.author, language=tongue)):
        note(_("Made {path}").format(path=path))


def _show(story: "StoryFile", stage: Stage | None) -> None:
    from storyforge.studio.staleness import states

    lines = list(plan_lines(story.plan.read(), states(story), stage))
    for line in lines[:-1]:
        say(line)
    if not lines:
        note(_("Nothing is planned yet. Begin with an idea: storyforge plan FILE --idea TEXT"))
