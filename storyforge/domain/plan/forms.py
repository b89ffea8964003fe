"""The forms of the plan: which fields an item has, and how large each may become. Values.

A value is text, whatever its field: a list has an item a line, a number its digits, a reference the
id of what it refers to or, where there is no such item, the name that was written. The bounds are
those of a model's answer; what an author writes has none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from storyforge.domain.plan.stages import Stage
from storyforge.i18n import N_


class Kind(StrEnum):
    """What an item of the plan is."""

    PREMISE = "premise"
    CHARACTER = "character"
    #: a place, thing or rule: an entry of the lorebook
    WORLD = "world"
    #: how the outline is built, of which there is one
    OUTLINE = "outline"
    PLOT_LINE = "plot line"
    ACT = "act"
    #: a chapter of the binder
    CHAPTER = "chapter"
    #: a scene of the binder
    SCENE = "scene"


class Shape(StrEnum):
    """What a field holds."""

    LINE = "line"
    TEXT = "text"
    #: lines, each an item
    LIST = "list"
    NUMBER = "number"
    CHOICE = "choice"
    #: a reference to an item of the field's `of`
    ONE = "one"
    #: references, each on a line
    MANY = "many"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form.

    Attributes:
        name: in the file, in templates and in a model's answer.
        label, help: for the author; marked for translation.
        most: characters of a model's answer, of each item where there are several; at most 1,000
            (a longer bound makes llama.cpp refuse the grammar).
        items: how many items a model may give at the most.
        choices: the values of a `CHOICE`, as the file has them.
        of: the kind that a reference refers to.
        asked: a model is asked for it with the whole item; else only by itself.
    """

    name: str
    label: str
    help: str = ""
    shape: Shape = Shape.LINE
    most: int = 120
    items: int = 1
    choices: tuple[str, ...] = ()
    of: Kind | None = None
    asked: bool = True

    @property
    def is_list(self) -> bool:
        """Whether its value has an item a line."""
        return self.shape in (Shape.LIST, Shape.MANY)


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a kind of item, in the order in which they are shown and asked for.

    Attributes:
        name: the field that an item is known by; empty where there is one item only.
        line: the field that tells it in one line.
    """

    kind: Kind
    stage: Stage
    fields: tuple[Field, ...]
    name: str = ""
    line: str = ""

    def field(self, name: str) -> Field:
        """The field of that name.

        Raises:
            KeyError: the form has none.
        """
        return self._by_name[name]

    @property
    def _by_name(self) -> Mapping[str, Field]:
        return {field.name: field for field in self.fields}


def _text(name: str, label: str, help: str = "", most: int = 400) -> Field:  # noqa: A002
    return Field(name, label, help, Shape.TEXT, most)


def _list(name: str, label: str, help: str, items: int, most: int = 160) -> Field:  # noqa: A002
    return Field(name, label, help, Shape.LIST, most, items)


#: structures to choose from; their beats are in prompts/<language>/outline/structures
STRUCTURES = ("none", "three acts", "hero's journey", "save the cat", "kishōtenketsu")
STRUCTURE_NAMES = {
    "none": N_("none"),
    "three acts": N_("three acts"),
    "hero's journey": N_("hero's journey"),
    "save the cat": N_("save the cat"),
    "kishōtenketsu": N_("kishōtenketsu"),
}
POINTS_OF_VIEW = ("", "first person", "third person, close", "third person, all-knowing", "second")
POINT_OF_VIEW_NAMES = {
    "": N_("(not decided)"),
    "first person": N_("first person"),
    "third person, close": N_("third person, close"),
    "third person, all-knowing": N_("third person, all-knowing"),
    "second": N_("second person"),
}
TENSES = ("", "past", "present")
TENSE_NAMES = {"": N_("(not decided)"), "past": N_("past"), "present": N_("present")}
#: categories of lore that the stage “world” has; an entry of another category is shown there too
WORLD_CATEGORIES = ("place", "thing", "rule")
WORLD_CATEGORY_NAMES = {"place": N_("place"), "thing": N_("thing"), "rule": N_("rule")}

PREMISE = Form(
    Kind.PREMISE,
    Stage.PREMISE,
    (
        Field(
            "idea",
            N_("Idea"),
            N_("Whatever is in your head. Models are given it; it stays as it is."),
            Shape.TEXT,
            1000,
            asked=False,
        ),
        Field(
            "logline", N_("Logline"), N_("Who wants what, and what stands against it."), most=240
        ),
        _text("premise", N_("Premise"), N_("The story in a paragraph."), 700),
        Field("genre", N_("Genre"), most=60),
        Field("tone", N_("Tone"), most=80),
        Field("theme", N_("Theme"), N_("What it is about below its events."), most=160),
        _text("setting", N_("Setting"), N_("Where and when."), 240),
        Field(
            "point_of_view",
            N_("Point of view"),
            shape=Shape.CHOICE,
            choices=POINTS_OF_VIEW,
        ),
        Field("tense", N_("Tense"), shape=Shape.CHOICE, choices=TENSES),
        Field(
            "length",
            N_("Length"),
            N_("What the whole is aimed at, in words; in characters where a language has none."),
            Shape.NUMBER,
            asked=False,
        ),
    ),
    line="logline",
)
CHARACTER = Form(
    Kind.CHARACTER,
    Stage.CHARACTERS,
    (
        Field("name", N_("Name"), most=60),
        Field(
            "prose_name",
            N_("Name in the story"),
            N_("Where the plan is in another language than the story."),
            most=60,
            asked=False,
        ),
        Field("role", N_("Role"), N_("What the story needs them for, in a line."), most=160),
        Field("want", N_("Want"), N_("What they are after."), most=160),
        Field("need", N_("Need"), N_("What they lack and do not see."), most=160),
        Field("wound", N_("Wound"), N_("What was done to them."), most=200),
        _text("arc", N_("Arc"), N_("How they are another one at the end."), 300),
        _list("voice", N_("Voice"), N_("Lines that only they would say."), 4),
        _list("relations", N_("Relations"), N_("“Name: what they are to each other”."), 8),
        _text("look", N_("Look"), N_("What a picture would show of them."), 300),
    ),
    name="name",
    line="role",
)
WORLD = Form(
    Kind.WORLD,
    Stage.WORLD,
    (
        Field("title", N_("Name"), most=80),
        Field("prose_name", N_("Name in the story"), most=80, asked=False),
        Field("category", N_("Kind"), shape=Shape.CHOICE, choices=WORLD_CATEGORIES),
        _list("keys", N_("Keys"), N_("Words that call it into a prompt."), 6, 40),
        _text("content", N_("What is true of it"), most=500),
    ),
    name="title",
    line="content",
)
OUTLINE = Form(
    Kind.OUTLINE,
    Stage.OUTLINE,
    (
        Field("structure", N_("Structure"), shape=Shape.CHOICE, choices=STRUCTURES, asked=False),
        _text("shape", N_("How it goes"), N_("The whole in a few sentences."), 700),
    ),
    line="shape",
)
PLOT_LINE = Form(
    Kind.PLOT_LINE,
    Stage.OUTLINE,
    (
        Field("name", N_("Name"), most=60),
        _text("about", N_("What it is about"), most=240),
    ),
    name="name",
    line="about",
)
ACT = Form(
    Kind.ACT,
    Stage.OUTLINE,
    (
        Field("name", N_("Name"), most=80),
        _text("purpose", N_("What it is for"), most=300),
    ),
    name="name",
    line="purpose",
)
CHAPTER = Form(
    Kind.CHAPTER,
    Stage.OUTLINE,
    (
        Field("title", N_("Title"), most=80),
        Field("act", N_("Act"), shape=Shape.ONE, of=Kind.ACT, asked=False),
        _text("goal", N_("Goal"), N_("What somebody tries to reach in it."), 240),
        _text("conflict", N_("Conflict"), N_("What stands against it."), 240),
        _text("turn", N_("Turn"), N_("What changes everything."), 240),
        _text("outcome", N_("Outcome"), N_("How it is at the end."), 240),
    ),
    name="title",
    line="goal",
)
SCENE = Form(
    Kind.SCENE,
    Stage.SCENES,
    (
        Field("title", N_("Title"), most=80),
        Field("purpose", N_("Purpose"), N_("Why the story needs it."), most=200),
        Field("cast", N_("Cast"), N_("Who is there."), Shape.MANY, 60, items=8, of=Kind.CHARACTER),
        Field("point_of_view", N_("Seen by"), shape=Shape.ONE, of=Kind.CHARACTER, most=60),
        Field("place", N_("Place"), shape=Shape.ONE, of=Kind.WORLD, most=80),
        Field("time", N_("Time"), most=80),
        _list("beats", N_("Beats"), N_("What happens, one step a line."), 12, 200),
        Field("change", N_("What changes"), most=200),
        Field("words", N_("Length"), N_("Aimed at."), Shape.NUMBER),
        Field(
            "plot_lines",
            N_("Plot lines"),
            shape=Shape.MANY,
            of=Kind.PLOT_LINE,
            most=60,
            items=6,
            asked=False,
        ),
    ),
    name="title",
    line="purpose",
)
FORMS = {
    form.kind: form for form in (PREMISE, CHARACTER, WORLD, OUTLINE, PLOT_LINE, ACT, CHAPTER, SCENE)
}
