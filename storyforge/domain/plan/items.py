"""The plan as its author sees it: items with facts. Frozen values."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from storyforge.domain.plan.forms import FORMS, Form, Kind
from storyforge.domain.plan.stages import Stage

#: the ids of the two items of which a plan has one
PREMISE_ID, OUTLINE_ID = "premise", "outline"
SINGLE = {PREMISE_ID: Kind.PREMISE, OUTLINE_ID: Kind.OUTLINE}

#: a fact: (the item's id, the field's name)
FactKey = tuple[str, str]

# No story is longer, no seed larger, and Python reads no number of thousands of digits.
_DIGITS = 10


def lines(value: str) -> tuple[str, ...]:
    """The items of a list's value."""
    return tuple(line.strip() for line in value.split("\n") if line.strip())


def whole_number(value: str) -> int | None:
    """A number as an author writes it, in any digits; None for what is none."""
    digits = "".join(value.split()).replace(",", "")
    return int(digits) if digits.isdecimal() and len(digits) <= _DIGITS else None


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of the plan.

    Attributes:
        id: stays the same for its whole life; a chapter's and a scene's are the binder's, that of
            a thing of the world is its lorebook entry's.
        facts: by the names of the form's fields; an empty one is not among them.
        chapter_id: of a scene, the chapter that it stands in.
    """

    id: str
    kind: Kind
    facts: Mapping[str, str] = field(default_factory=dict)
    chapter_id: str = ""

    @property
    def form(self) -> Form:
        """Its form."""
        return FORMS[self.kind]

    def fact(self, name: str) -> str:
        """The value of a field; empty where nothing is written."""
        return self.facts.get(name, "")

    def list(self, name: str) -> tuple[str, ...]:
        """The value of a list's field, item by item."""
        return lines(self.fact(name))

    def number(self, name: str) -> int:
        """The value of a number's field; 0 where there is none."""
        return whole_number(self.fact(name)) or 0

    @property
    def name(self) -> str:
        """What it is known by; empty where it has no name."""
        return self.fact(self.form.name) if self.form.name else ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written but its name."""
        return not any(value for key, value in self.facts.items() if key != self.form.name)


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is planned, in the order of the plan; chapters and scenes in the binder's.

    Attributes:
        language: the story's prose, a BCP 47 tag.
        plan_language: what the plan is written in.
        settled: the stages that the author has settled.
        gone: what was taken out, by its id: what refers to it still tells its name.
    """

    items: tuple[Item, ...] = ()
    title: str = ""
    language: str = "en"
    plan_language: str = "en"
    settled: frozenset[Stage] = frozenset()
    gone: Mapping[str, Item] = field(default_factory=dict)
    _by_id: Mapping[str, Item] = field(init=False, repr=False, compare=False)
    _by_name: Mapping[tuple[Kind, str], Item] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Who draws or checks a plan of 1,000 scenes asks for items by the thousand.
        object.__setattr__(self, "_by_id", {item.id: item for item in reversed(self.items)})
        named = {(item.kind, name): item for item in reversed(self.items) for name in _names(item)}
        object.__setattr__(self, "_by_name", named)

    def of(self, kind: Kind) -> tuple[Item, ...]:
        """The items of a kind, in their order."""
        return tuple(item for item in self.items if item.kind is kind)

    def item(self, item_id: str) -> Item | None:
        """The item of that id."""
        return self._by_id.get(item_id)

    def known(self, item_id: str) -> Item | None:
        """The same; the premise and the outline are known before anything is written in them."""
        found = self.item(item_id)
        return Item(item_id, SINGLE[item_id]) if found is None and item_id in SINGLE else found

    @property
    def premise(self) -> Item:
        """The premise; an empty one where nothing is written."""
        return self.item(PREMISE_ID) or Item(PREMISE_ID, Kind.PREMISE)

    @property
    def outline(self) -> Item:
        """How the outline is built; an empty one where nothing is written."""
        return self.item(OUTLINE_ID) or Item(OUTLINE_ID, Kind.OUTLINE)

    @property
    def characters(self) -> tuple[Item, ...]:
        """The cast."""
        return self.of(Kind.CHARACTER)

    @property
    def chapters(self) -> tuple[Item, ...]:
        """The chapters."""
        return self.of(Kind.CHAPTER)

    @property
    def scenes(self) -> tuple[Item, ...]:
        """The scenes."""
        return self.of(Kind.SCENE)

    def scenes_of(self, chapter_id: str) -> tuple[Item, ...]:
        """The scenes of a chapter."""
        return tuple(scene for scene in self.scenes if scene.chapter_id == chapter_id)

    def of_stage(self, stage: Stage) -> tuple[Item, ...]:
        """The items of a stage."""
        return tuple(item for item in self.items if item.form.stage is stage)

    def named(self, kind: Kind, name: str) -> Item | None:
        """The item of a kind that is known by a name, in the plan or in the prose."""
        return self._by_name.get((kind, _folded(name)))

    def meant(self, reference: str, kind: Kind | None) -> Item | None:
        """The item of `kind` that a reference means: by its id, or a name written before it was."""
        found = self.item(reference)
        return self.named(kind, reference) if found is None and kind is not None else found

    def told(self, reference: str) -> str:
        """What a reference is called: the name of its item, else what was written."""
        item = self.item(reference) or self.gone.get(reference)
        return reference if item is None else item.name

    def told_in_prose(self, reference: str, kind: Kind | None = None) -> str:
        """What a reference, to an item of `kind`, is called in the story's own language."""
        item = self.meant(reference, kind) or self.gone.get(reference)
        return reference if item is None else item.fact("prose_name") or item.name

    def referred(self, item: Item, name: str) -> Iterator[Item]:
        """The items that a field of `item` refers to; what is only a name is passed over."""
        of = item.form.field(name).of
        for reference in item.list(name):
            found = self.meant(reference, of)
            if found is not None:
                yield found

    def references(self, kind: Kind, names: Iterable[str]) -> str:
        """The value of a field that refers to items of `kind` by their names; each once."""
        found: dict[str, None] = {}
        for name in names:
            item = self.meant(name, kind)
            reference = item.id if item is not None else " ".join(name.split())
            if reference:
                found[reference] = None
        return "\n".join(found)


def _names(item: Item) -> set[str]:
    return {_folded(item.name), _folded(item.fact("prose_name"))} - {""}


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
