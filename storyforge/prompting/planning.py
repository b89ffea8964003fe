"""A question about the plan → Request. Pure: counts and the template come in from outside.

Everything decided is told, the author's own words first; where the window is full, what is far
from the question is told briefly, then not at all. What a template does not show takes no room.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from storyforge.domain.generation import Request, TokenCounter
from storyforge.domain.plan.forms import Kind, asked_field
from storyforge.domain.plan.items import Item, Plan
from storyforge.domain.plan.stages import Stage
from storyforge.domain.plan.staleness import Reason
from storyforge.domain.plan.tasks import Makes, PlanTask
from storyforge.domain.sampling import Sampling
from storyforge.domain.sections import Section, SectionKind
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.prompting.budget import tokens_of
from storyforge.prompting.plan_fitting import LETTERS_A_TOKEN, Granted, granted
from storyforge.prompting.plan_groups import groups_of
from storyforge.prompting.plan_telling import (
    Facts,
    Telling,
    asked_of,
    fields_of,
    language_told,
    one_line,
)
from storyforge.prompting.template import Template

#: how a model is asked that is talked to: a task of prompts/chat
CHAT = "form"
# Fewer tokens beside the template's own words are no use.
_LEAST_ROOM = 32
# Variables that hold one text, one item, lines, or several items.
_TEXTS = ("idea", "wish")
_ITEMS = ("item", "chapter", "premise", "outline")
_LINES = ("kept", "dropped")
_MANY = ("mix", "changes", "cast", "world", "plot_lines", "acts", "chapters", "scenes", "names")
_KEYS = frozenset((*_TEXTS, *_ITEMS, *_LINES, *_MANY))
_ALWAYS = (
    *("title", "language", "prose_language", "structure"),
    *("kind", "fields", "field", "count", "least"),
    *("pictured", "prompt", "tags"),
)
#: all that a template of the plan may ask for
VARIABLES = _KEYS | frozenset(_ALWAYS)


@dataclass(frozen=True, slots=True)
class Planning:
    """What a model is asked about a plan.

    Attributes:
        item: what it is about; None where new ones are asked for.
        field: the item's field that it is about; empty for the whole item.
        wish: the author's line, such as "less grim"; may be empty.
        idea: the author's notes; empty for those that the premise has.
        count: how many items, ideas or questions; 0 for as many as the task wants.
        changes: what changed since the item was made.
        kept, dropped: of ideas that were had before.
        mix: the values that are to become one.
        chapter: where new scenes are to stand.
        prompt: the compiled prompt that is to be sharpened.
        tags: a painter's words are asked for as tags of its dictionary.
    """

    task: PlanTask
    plan: Plan
    item: Item | None = None
    field: str = ""
    wish: str = ""
    idea: str = ""
    count: int = 0
    changes: tuple[Reason, ...] = ()
    kept: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    mix: tuple[Mapping[str, str], ...] = ()
    chapter: Item | None = None
    prompt: str = ""
    tags: bool = False

    @property
    def kind(self) -> Kind | None:
        """The kind of what is asked for; None where it is of none."""
        if self.task.kind is not None:
            return self.task.kind
        return self.item.kind if self.item is not None else None

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the fields that are asked for; empty for all that the form asks."""
        item, kind = self.item, self.kind
        if self.task.renames or item is None or kind is None or not item.name:
            return self.task.fields
        asked = fields_of(kind, self.task.fields)
        return tuple(field.name for field in asked if field.name != item.form.name)

    @property
    def is_in_prose(self) -> bool:
        """Whether the answer is a word of the story's own language, whatever the plan is in."""
        return self.task.makes is Makes.FIELD and self.field == "prose_name"

    @property
    def pictured(self) -> str:
        """The words that are to be put before a painter, where those of a field are."""
        if self.item is None or not self.field:
            return ""
        return self.item.fact(asked_field(self.item.kind, self.field).pictures)

    @property
    def stage(self) -> Stage | None:
        """The stage that the question belongs to."""
        if self.task.stage is not None:
            return self.task.stage
        return self.item.form.stage if self.item is not None else None


def variables(planning: Planning) -> dict[str, object]:
    """All that a template may ask for, with nothing left out; docs/prompts.md has the list."""
    telling = Telling(planning.plan)
    told = {
        group.key: [piece.levels[-1] for piece in group.pieces]
        for group in groups_of(planning, telling, _KEYS)
    }
    return _fixed(planning) | _shaped(told)


def own_words(planning: Planning, template: Template) -> str:
    """What a template says of nobody's story: its instructions, and the example in them.

    Raises:
        BadInput: the template fails.
    """
    nothing = {"title": "", "structure": "none", "pictured": "", "prompt": ""}
    return template.render(**_fixed(planning) | nothing | _shaped({}))


def assemble_plan(
    planning: Planning,
    template: Template,
    window: int,
    answer: int,
    sampling: Sampling,
    count: TokenCounter,
) -> Request:
    """The request for what is asked about the plan; the prompt always fits.

    Args:
        window: the model's context window in tokens; the answer comes out of it too.
        answer: tokens that it may take; at most half of the window is kept for it.

    Raises:
        BadInput: the template fails, or what it adds leaves no room for the plan.
    """
    answer = min(answer, window // 2)
    # As for continuations, a hundredth is kept back for how a tokenizer joins pieces.
    whole = window - answer - window // 100 - 2
    fixed, language = _fixed(planning), planning.plan.plan_language
    letters = window * LETTERS_A_TOKEN // 2
    groups = groups_of(planning, Telling(planning.plan), template.variables, letters)
    frame = tokens_of(template.render(**fixed | _shaped({})), count)
    room, less = whole - frame, 1
    while room >= _LEAST_ROOM:
        found = granted(groups, room, count, language)
        told = _shaped({key: one.pieces for key, one in found.items()})
        prompt = template.render(**fixed | told)
        over = tokens_of(prompt, count) - whole
        if over <= 0:
            return Request(
                prompt,
                max_tokens=answer,
                sampling=sampling,
                sections=tuple(_sections(template, frame, found)),
                template_hash=template.hash,
                language=language,
                chat=CHAT,
            )
        # The template's words around what it is given are only known by measuring. One that may
        # take half a second, and is too long whatever it is given, is soon given up.
        room -= max(over, less)
        less *= 2
    raise BadInput(
        _("The prompt {file} leaves no room for the plan in a window of {window:,} tokens.").format(
            file=template.path, window=window
        ),
        title=_("Prompt too long"),
        hint=_("Shorten it, or give the model a larger window."),
    )


def _fixed(planning: Planning) -> dict[str, object]:
    """What a template is told whatever the room."""
    plan, task, kind = planning.plan, planning.task, planning.kind
    fields = fields_of(kind, planning.fields) if kind is not None else ()
    if planning.item is not None and planning.field:
        fields = (asked_field(planning.item.kind, planning.field),)
    asked = [asked_of(field) for field in fields]
    return {
        "title": one_line(plan.title),
        "language": language_told(plan.language if planning.is_in_prose else plan.plan_language),
        "prose_language": language_told(plan.language),
        "count": planning.count or task.most,
        "least": planning.count or task.least,
        "kind": kind.value if kind is not None else "",
        "fields": asked,
        "field": asked[0] if planning.field and asked else None,
        "structure": planning.plan.outline.fact("structure") or "none",
        "pictured": one_line(planning.pictured),
        "prompt": one_line(planning.prompt),
        "tags": planning.tags,
    }


def _shaped(told: Mapping[str, Sequence[Mapping[str, str]]]) -> dict[str, object]:
    """What is told, as templates have it: nothing of it is missing, though it may be empty."""
    made: dict[str, object] = {}
    for key in _TEXTS:
        made[key] = "".join(value for one in told.get(key, ()) for value in one.values())
    for key in _ITEMS:
        made[key] = Facts(next(iter(told.get(key, ())), {}))
    for key in _LINES:
        made[key] = [value for one in told.get(key, ()) for value in one.values()]
    return made | {key: [*map(Facts, told.get(key, ()))] for key in _MANY}


def _sections(template: Template, frame: int, found: Mapping[str, Granted]) -> Iterator[Section]:
    """The template's own words, then what it is told, as it was granted."""
    yield Section(
        _("Instructions"),
        "",
        frame,
        frame,
        why=_("from {file}").format(file=template.path.name),
        kind=SectionKind.INSTRUCTIONS,
    )
    yield from (one.section for one in found.values())
