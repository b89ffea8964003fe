"""What a model can be asked at a place of the plan: the likeliest first. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from storyforge.domain.plan.forms import FORMS, Kind, Shape
from storyforge.domain.plan.items import OUTLINE_ID, PREMISE_ID, Item, Plan
from storyforge.domain.plan.proposals import Target
from storyforge.domain.plan.stages import Stage
from storyforge.domain.plan.tasks import TASKS, Makes
from storyforge.i18n import N_, _
from storyforge.studio.planning.telling import field_label, name_of

#: variants of what is asked for, but of ideas and notes
VARIANTS = 3
_ONE = (Makes.IDEAS, Makes.QUESTIONS, Makes.NOTES)
_ALL = N_("all that is missing in the stage")


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be asked for.

    Attributes:
        label: in a few words.
        targets: one after the other; mostly one.
        variants: of each.
    """

    label: str
    targets: tuple[Target, ...]
    variants: int = VARIANTS

    @property
    def id(self) -> str:
        """Unique in its list."""
        first = self.targets[0]
        return f"{len(self.targets)} {first.task} {first.item_id} {first.field}"


def offers(
    plan: Plan, stage: Stage, item: Item | None, field: str, *, tags: bool = False
) -> tuple[Offer, ...]:
    """All that can be asked at a place, the likeliest first; each once.

    Args:
        tags: the painter in use knows tags only.
    """
    from storyforge.studio.planning.missing import missing

    found: dict[str, Offer] = {}
    for offer in _STAGES[stage](plan, item, field) if stage in _STAGES else ():
        found.setdefault(offer.id, offer)
    for offer in _pictures(plan, item, field, tags):
        found.setdefault(offer.id, offer)
    every = missing(plan, stage)
    if len(every) > 1:
        offer = Offer(_(_ALL), every, 1)
        found.setdefault(offer.id, offer)
    return tuple(found.values())


def brainstorm(stage: Stage, item: Item | None, field: str) -> Offer | None:
    """Twenty ideas for a field; None where there is no field to have them for."""
    if item is None:
        item = Item(PREMISE_ID, Kind.PREMISE) if stage is Stage.PREMISE else None
        field = "idea"
    if item is None:
        return None
    form = FORMS[item.kind]
    field = field or form.line
    if form.field(field).shape is Shape.CHOICE or not _is_asked(item.kind, field):
        return None
    if item.kind is Kind.CHARACTER and field == form.name:
        return _one(stage, "characters/names", item.id, field)
    return _one(stage, "field/brainstorm", item.id, field)


def _one(stage: Stage, task: str, item_id: str = "", field: str = "", what: str = "") -> Offer:
    label = _(TASKS[task].label)
    if what:
        label = _("{name}: {value}").format(name=what, value=label)
    variants = 1 if TASKS[task].makes in _ONE else VARIANTS
    return Offer(label, (Target(stage, task, item_id, field),), variants)


def _again(plan: Plan, stage: Stage, item: Item, field: str) -> Iterator[Offer]:
    """The field, and the whole item; a painter's words have questions of their own."""
    known = {one.name: one for one in FORMS[item.kind].fields}
    if field in known and (known[field].pictures or field == "shown"):
        yield from _pictured(item, field)
    elif field and _is_asked(item.kind, field):
        yield _one(stage, "field/again", item.id, field, field_label(item, field))
    if item.kind not in (Kind.PREMISE, Kind.OUTLINE):
        yield _one(stage, "item/again", item.id, "", name_of(plan, item))


def _is_asked(kind: Kind, field: str) -> bool:
    """Whether a model may be asked for it alone: no number, and none of an author's files."""
    known = FORMS[kind].field(field)
    if known.shape in (Shape.NUMBER, Shape.PICTURE):
        return False
    return not (known.pictured and known.shape is Shape.LIST)


def _pictured(item: Item, field: str) -> Iterator[Offer]:
    """A painter's words for a field, or for what it says."""
    from storyforge.studio.planning.picturing import shown_target, text_target

    asked = shown_target(item) if field == "shown" else None
    for target in (asked, text_target(item, field)):
        if target is not None and (target is asked or _says(item, target.field)):
            name = field_label(item, target.field)
            yield _one(target.stage, target.task, target.item_id, target.field, name)


def _says(item: Item, text: str) -> bool:
    """Whether something is written that a picture text could be made from."""
    return bool(item.fact(item.form.field(text).pictures).strip())


def _pictures(plan: Plan, item: Item | None, field: str, tags: bool) -> Iterator[Offer]:
    """What is for pictures: of the item at the cursor, and all that is missing of the plan."""
    from storyforge.studio.planning.picturing import missing_moments, missing_texts

    if item is not None:
        names = (one.name for one in item.form.fields if one.pictures or one.name == "shown")
        for name in (field,) if field else names:
            yield from _pictured(item, name)
    for label, targets in (
        (N_("all moments of pictures that are missing"), missing_moments(plan)),
        (N_("all picture texts that are missing"), missing_texts(plan, tags=tags)),
    ):
        if targets:
            yield Offer(_(label), targets, 1)


def _ideas(stage: Stage, item: Item | None, field: str) -> Iterator[Offer]:
    if (offer := brainstorm(stage, item, field)) is not None:
        yield offer


def _premise(plan: Plan, item: Item | None, field: str) -> Iterator[Offer]:
    stage, premise = Stage.PREMISE, plan.premise
    written = any(premise.fact(one.name) for one in premise.form.fields if one.asked)
    propose = _one(stage, "premise/propose", PREMISE_ID)
    if item is not None and field and field != "idea" and written:
        yield from _again(plan, stage, item, field)
    yield propose
    if written:
        yield _one(stage, "premise/sharpen", PREMISE_ID)
    yield _one(stage, "premise/questions", PREMISE_ID)
    yield from _ideas(stage, premise, field or "idea")


def _characters(plan: Plan, item: Item | None, field: str) -> Iterator[Offer]:
    from storyforge.studio.planning.missing import is_one_line

    stage = Stage.CHARACTERS
    if item is not None and item.kind is Kind.LOOK:
        yield from _again(plan, stage, item, field)
        yield from _ideas(stage, item, field)
    elif item is not None:
        deepen = _one(stage, "characters/deepen", item.id, "", name_of(plan, item))
        if not field and is_one_line(item):
            yield deepen
        yield from _again(plan, stage, item, field)
        yield deepen
        yield _one(stage, "characters/names", item.id, "name")
        yield from _ideas(stage, item, field)
    yield _one(stage, "characters/propose")
    yield _one(stage, "characters/missing")


def _world(plan: Plan, item: Item | None, field: str) -> Iterator[Offer]:
    if item is not None:
        yield from _again(plan, Stage.WORLD, item, field)
        yield from _ideas(Stage.WORLD, item, field)
    yield _one(Stage.WORLD, "world/propose")


def _outline(plan: Plan, item: Item | None, field: str) -> Iterator[Offer]:
    stage = Stage.OUTLINE
    if item is not None and item.id != OUTLINE_ID:
        yield from _again(plan, stage, item, field)
        yield from _ideas(stage, item, field)
    if item is not None and item.kind is Kind.CHAPTER:
        ids = [one.id for one in plan.chapters]
        behind = ids[ids.index(item.id) + 1 :] if item.id in ids else []
        if behind:
            label = _(TASKS["outline/mend"].label)
            yield Offer(label, tuple(Target(stage, "outline/mend", one) for one in behind), 1)
    yield _one(stage, "outline/propose")
    if item is not None and item.id == OUTLINE_ID and field == "shape":
        yield from _again(plan, stage, item, field)
        yield from _ideas(stage, item, field)
    yield _one(stage, "outline/check")


def _scenes(plan: Plan, item: Item | None, field: str) -> Iterator[Offer]:
    stage = Stage.SCENES
    chapter = item if item is not None and item.kind is Kind.CHAPTER else None
    if item is not None and item.kind is Kind.SCENE:
        beats = _one(stage, "scenes/beats", item.id, "", name_of(plan, item))
        if not field and not item.fact("beats"):
            yield beats
        yield from _again(plan, stage, item, field)
        yield beats
        yield from _ideas(stage, item, field)
        chapter = plan.item(item.chapter_id)
    if chapter is None:
        begun = {scene.chapter_id for scene in plan.scenes if not scene.is_empty}
        bare = (one for one in plan.chapters if one.id not in begun)
        chapter = next(bare, next(iter(plan.chapters), None))
    if chapter is not None:
        yield _one(stage, "scenes/propose", chapter.id, "", name_of(plan, chapter))


_STAGES = {
    Stage.PREMISE: _premise,
    Stage.CHARACTERS: _characters,
    Stage.WORLD: _world,
    Stage.OUTLINE: _outline,
    Stage.SCENES: _scenes,
}
