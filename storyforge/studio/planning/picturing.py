"""What a model is asked for painters: picture texts, moments, sharper prompts; and its answers.

A painter's words are English or tags, name nobody, and are nothing but what is seen. An answer is
held to that as far as it can be mended, and said to be unfit where it cannot.
"""

import re
from collections.abc import Iterator

from storyforge.domain.picture import wording
from storyforge.domain.picture.dialects import TagFinder
from storyforge.domain.picture.facts import PICTURE_TEXTS
from storyforge.domain.picture.grammar import loras_of
from storyforge.domain.picture.naming import Names
from storyforge.domain.plan.fields import Kind
from storyforge.domain.plan.items import Item, Plan
from storyforge.domain.plan.looks import on_stage
from storyforge.domain.plan.proposals import Target
from storyforge.domain.tags import base_language
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.prompting.planning import Planning
from storyforge.settings import Settings

#: the tasks: a picture text, the moment that a picture shows, a compiled prompt
PAINTED, SHOWN, SHARPENED = "picture/text", "picture/shown", "picture/prompt"
_CHATTER = re.compile(
    r"\A(?:(?:sure|certainly|okay|ok|here)\b[^:\n]*:|(?:picture text|prompt|tags|value)\s*:)\s*",
    re.IGNORECASE,
)
_QUOTES = "`\"'* "
_SHOWING = re.compile(r"\A(?:(?:an? |the )?(?:picture|image|photo) (?:shows|of) )", re.IGNORECASE)


def wants_tags(settings: Settings) -> bool:
    """Whether the painter in use knows tags only."""
    from storyforge.studio.pictures.profiles import profile_of

    try:
        return profile_of(settings).dialect.is_tags
    except BadInput:
        return False


def text_target(item: Item, field: str) -> Target | None:
    """The question for the picture text of a field, or for the field that is one; else None."""
    texts = {name: text for (kind, name), text in PICTURE_TEXTS.items() if kind is item.kind}
    name = texts.get(field, field)
    return Target(item.form.stage, PAINTED, item.id, name) if name in texts.values() else None


def shown_target(scene: Item) -> Target | None:
    """The question for the moment that a scene's picture shows; None where nothing happens yet."""
    if scene.kind is not Kind.SCENE or not (scene.fact("beats") or scene.fact("purpose")):
        return None
    return Target(scene.form.stage, SHOWN, scene.id, "shown")


def missing_texts(plan: Plan, *, tags: bool) -> tuple[Target, ...]:
    """The picture texts that a painter needs and nobody has written, in the plan's order.

    English is none to be put into other words, unless the painter knows tags only.
    """
    return tuple(_missing_texts(plan, tags or base_language(plan.plan_language) != "en"))


def missing_moments(plan: Plan) -> tuple[Target, ...]:
    """The scenes of which nobody has said what a picture shows."""
    bare = (one for one in plan.scenes if not (one.fact("shown") or one.fact("shown_picture")))
    return tuple(target for one in bare if (target := shown_target(one)) is not None)


def _missing_texts(plan: Plan, needed: bool) -> Iterator[Target]:
    seen = {one.id for scene in plan.scenes for one in on_stage(plan, scene)}
    for item in plan.items if needed else ():
        if item.kind is Kind.CHARACTER and item.id not in seen and plan.scenes:
            continue  # no picture shows them
        for (kind, field), text in PICTURE_TEXTS.items():
            if kind is item.kind and item.fact(field).strip() and not item.fact(text).strip():
                yield Target(item.form.stage, PAINTED, item.id, text)


def refuse_unseen(planning: Planning) -> None:
    """Let no picture be told of what is not written.

    Raises:
        BadInput: there is nothing to be put before a painter.
    """
    if planning.task.name == PAINTED and not planning.pictured.strip():
        raise BadInput(
            _("Nothing is written there that could be put before a painter."),
            title=_("No picture text"),
            hint=_("Write the look, the moment, the time or the style first, in your own words."),
        )
    if planning.task.name == SHOWN and (
        planning.item is None or shown_target(planning.item) is None
    ):
        raise BadInput(
            _("Nothing happens in this scene yet, so no moment of it can be shown."),
            title=_("No moment"),
            hint=_("Write its beats or its purpose first, or the moment itself."),
        )
    if planning.task.name == SHARPENED and not planning.prompt:
        raise BadInput(
            _("There is no prompt that could be sharpened."),
            title=_("No prompt"),
            hint=_("What the plan says of the scene makes one: who is there, and how they look."),
        )


def trimmed(planning: Planning, told: str) -> str:
    """An answer without chatter, names, and what is no tag where tags are asked for."""
    if planning.task.name not in (PAINTED, SHARPENED):
        return told
    bare = _CHATTER.sub("", wording.cleaned(told).strip(_QUOTES))
    bare = _SHOWING.sub("", bare.strip(_QUOTES)).rstrip(". ")
    # Of what has no tag at all the author sees what came.
    return (", ".join(_tags(bare)) or bare) if planning.tags else bare


def unfit(planning: Planning, told: str) -> str:
    """Why an answer is nothing for a painter, in a sentence; empty where it is fit."""
    if planning.task.name not in (PAINTED, SHARPENED):
        return ""
    bare = trimmed(planning, told)
    if planning.tags and not any(_tags(bare)):
        return _("None of it is a tag of the dictionary.")
    if not wording.is_latin(bare):
        return _("Painters cannot read these letters.")
    # Small models write names small where they begin with them.
    if Names(planning.plan).stands_in(bare[:1].upper() + bare[1:]):
        return _("It names somebody, and no painter knows them.")
    if loras_of(bare)[0] != bare or not wording.is_balanced(bare):
        return _("Its brackets would weigh or call something.")
    return ""


def _tags(told: str) -> Iterator[str]:
    """The tags of an answer, by the dictionary in use."""
    from storyforge.studio.pictures.tag_books import book

    for tag, _weight in TagFinder(book()).of(told).tags:
        yield tag.name.replace("_", " ")
