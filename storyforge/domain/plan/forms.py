"""The forms of the plan: which fields an item has, and how large each may become. Values."""

from typing import Any

from storyforge.domain.plan.choices import (
    FRAMINGS,
    INSTEAD,
    POINTS_OF_VIEW,
    STRUCTURES,
    TENSES,
    WORLD_CATEGORIES,
)
from storyforge.domain.plan.fields import Field, Form, Kind, Shape
from storyforge.domain.plan.stages import Stage
from storyforge.i18n import N_

__all__ = ["FORMS", "PROMPT", "Field", "Form", "Kind", "Shape", "asked_field"]


def _text(name: str, label: str, help: str = "", most: int = 400) -> Field:  # noqa: A002
    return Field(name, label, help, Shape.TEXT, most)


def _list(name: str, label: str, help: str, items: int, most: int = 160) -> Field:  # noqa: A002
    return Field(name, label, help, Shape.LIST, most, items)


def _painted(name: str, label: str, help: str, shape: Shape, **more: Any) -> Field:  # noqa: A002
    """A field that only pictures are made from."""
    return Field(name, label, help, shape, asked=False, pictured=True, told=False, **more)


def _picture_text(name: str, of: str, label: str = N_("Picture text")) -> Field:
    """What a field says, in the words of a painter."""
    told = N_("The same for a painter: in English or as tags, without names.")
    return _painted(name, label, told, Shape.TEXT, most=300, made=(of,), pictures=of)


def _loras(name: str, help: str) -> Field:  # noqa: A002
    return _painted(name, N_("LoRAs"), help, Shape.LIST)


def _drawn_by(loras: str) -> tuple[Field, ...]:
    """What a painter draws somebody by, beside words."""
    return (
        _loras("loras", loras),
        _painted(
            "embeddings",
            N_("Embeddings"),
            N_("The words that call those that know them, a line each."),
            Shape.LIST,
        ),
        _painted(
            "reference",
            N_("Reference"),
            N_("They are drawn after it, by an IP-Adapter. “B” in the pictures makes one theirs."),
            Shape.PICTURE,
        ),
        _painted(
            "reference_weight",
            N_("Its weight"),
            N_("How much it counts, in percent: 60 where nothing is said."),
            Shape.NUMBER,
        ),
    )


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
        Field(
            "style",
            N_("Style of pictures"),
            N_("How all pictures of the story are made, such as “watercolour, soft light”."),
            Shape.TEXT,
            200,
            asked=False,
            pictured=True,
            told=False,
        ),
        _picture_text("style_picture", "style"),
        _loras("style_loras", N_("For all pictures: “name:0.8” a line.")),
        _painted(
            "avoid",
            N_("Never in a picture"),
            N_("What no picture may show, in English or as tags."),
            Shape.TEXT,
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
        _picture_text("look_picture", "look"),
        *_drawn_by(N_("That know them: “name:0.8” a line.")),
        _painted(
            "noise_seed",
            N_("Seed"),
            N_("Pictures of them alone begin from its noise; so does their part of others."),
            Shape.NUMBER,
        ),
    ),
    name="name",
    line="role",
)
LOOK = Form(
    Kind.LOOK,
    Stage.CHARACTERS,
    (
        Field("name", N_("Name"), N_("Such as “the scar”."), most=60),
        Field("who", N_("Who"), shape=Shape.ONE, of=Kind.CHARACTER, most=60, asked=False),
        Field(
            "since",
            N_("Since scene"),
            N_("Before it nobody is told of it; without one it has not come yet."),
            Shape.ONE,
            80,
            of=Kind.SCENE,
            asked=False,
        ),
        Field(
            "instead",
            N_("What it does"),
            shape=Shape.CHOICE,
            choices=INSTEAD,
            asked=False,
        ),
        _text("look", N_("Look"), N_("What a picture would show of them from then on."), 300),
        _picture_text("picture", "look"),
        *_drawn_by(N_("From then on: “name:0.8” a line.")),
    ),
    name="name",
    line="look",
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
        Field(
            "look",
            N_("Look"),
            N_("What a picture would show of it."),
            Shape.TEXT,
            300,
            asked=False,
            made=("content",),
            pictured=True,
        ),
        _picture_text("look_picture", "look"),
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
        Field(
            "shown",
            N_("Moment of the picture"),
            N_("The one moment that a picture shows: only what could be seen in it."),
            Shape.TEXT,
            300,
            asked=False,
            made=("beats", "cast", "place"),
            pictured=True,
            told=False,
        ),
        _picture_text("shown_picture", "shown"),
        Field(
            "weather",
            N_("Weather and light"),
            N_("Such as “fog, first light”."),
            most=80,
            asked=False,
            pictured=True,
        ),
        _picture_text("weather_picture", "weather", N_("Weather, for pictures")),
        _picture_text("time_picture", "time", N_("Time, for pictures")),
        _painted("framing", N_("Framing"), "", Shape.CHOICE, choices=FRAMINGS),
    ),
    name="title",
    line="purpose",
)
FORMS = {
    form.kind: form
    for form in (PREMISE, CHARACTER, LOOK, WORLD, OUTLINE, PLOT_LINE, ACT, CHAPTER, SCENE)
}
#: a prompt that was compiled: it is asked for as a field is, but is no fact of the plan
PROMPT = Field("prompt", N_("Prompt"), shape=Shape.TEXT, most=900, asked=False)


def asked_field(kind: Kind, name: str) -> Field:
    """The field that a model is asked for alone.

    Raises:
        KeyError: there is none of that name.
    """
    return PROMPT if name == PROMPT.name else FORMS[kind].field(name)
