"""The steps in which a manuscript is read, and what they will take. No model is asked here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from storyforge.domain.counting import counts_characters
from storyforge.domain.model import ModelCard
from storyforge.domain.plan.schemas import schema_of
from storyforge.domain.plan.tasks import TASKS
from storyforge.i18n import _
from storyforge.studio import speeds
from storyforge.studio.answers.holding import ATTEMPTS
from storyforge.studio.planning.measures import usual_tokens
from storyforge.studio.reading_in.asking import Question, answers, key_of
from storyforge.studio.spending import Estimate
from storyforge.studio.spending import estimate as estimate_cost
from storyforge.studio.summaries.listing import scene_text

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

# Characters of a token of prose, and tokens of the words around a text.
_CHARACTERS, _FRAME = 4, 450
# How many people a story has is not known before; what is told of each takes so many tokens.
_PEOPLE, _PASSAGES = 8, 250
# What a chapter, and the premise, is made from.
_LINES = 600


class StepOf(StrEnum):
    """What is read in one step."""

    SCENE = "scene"
    CHAPTER = "chapter"
    CAST = "cast"
    PREMISE = "premise"


@dataclass(frozen=True, slots=True)
class Step:
    """One of them.

    Attributes:
        id: the scene's or chapter's.
        name: what an author calls it.
        characters: of its text.
        known: it was read before, and has not changed since.
    """

    of: StepOf
    id: str = ""
    name: str = ""
    characters: int = 0
    known: bool = False


def steps(
    story: "StoryFile", scenes: Sequence[str] = (), *, anew: bool = False
) -> tuple[Step, ...]:
    """What there is to be read: scenes that have text, their chapters, the cast, the premise."""
    language = story.plan.read().plan_language
    known = {} if anew else answers(story)
    chapters = {one.target.item_id for one in known.values()}
    first: list[Step] = []
    then: list[Step] = []
    number = 0
    for at, chapter in enumerate(story.outline().chapters, start=1):
        read = []
        for head in chapter.scenes:
            number += 1
            text = scene_text(story, head.id) if head.length else ""
            if not text or (scenes and head.id not in scenes):
                continue
            key = key_of(Question("read_in/scene", text, head.id), language)
            name = _named(_("Scene {number}").format(number=number), head.title)
            read.append(Step(StepOf.SCENE, head.id, name, len(text), key in known))
        if read:
            name = _named(_("Chapter {number}").format(number=at), chapter.title)
            done = chapter.id in chapters and all(one.known for one in read)
            then.append(Step(StepOf.CHAPTER, chapter.id, name, known=done))
        first += read
    if not first:
        return ()
    done = all(one.known for one in (*first, *then))
    then.append(Step(StepOf.CAST, name=_("The cast"), known=done))
    if not scenes:
        then.append(Step(StepOf.PREMISE, name=_("The premise"), known=done))
    return (*first, *then)


def seconds(card: ModelCard, left: Sequence[Step], language: str) -> float | None:
    """How long the model takes for all of `left`; None until its speed is known."""
    read, written = _tokens(left, language)
    return speeds.seconds(card, read, written)


def cost(card: ModelCard, left: Sequence[Step], language: str) -> Estimate | None:
    """What all of `left` costs; None where no price is set."""
    found = estimate_cost(card, *_tokens(left, language))
    return None if found is None else replace(found, tries=ATTEMPTS)


def _named(number: str, title: str) -> str:
    return (
        number
        if title in ("", number)
        else _("{number}, {title}").format(number=number, title=title)
    )


def _tokens(left: Sequence[Step], language: str) -> tuple[int, int]:
    """(tokens to be read, tokens to be written) for what is not known yet."""
    a_token = 1 if counts_characters(language) else _CHARACTERS

    def usual(task: str) -> int:
        return usual_tokens(schema_of(TASKS[task]), language)

    read = written = 0
    for step in left:
        if step.known:
            continue
        if step.of is StepOf.SCENE:
            # Both questions have the text in common, which is read once.
            read += _FRAME + step.characters // a_token
            written += usual("read_in/scene") + usual("read_in/world")
        elif step.of is StepOf.CAST:
            read += _PEOPLE * (_FRAME + _PASSAGES)
            written += _PEOPLE * usual("read_in/cast")
        else:
            read += _FRAME + _LINES
            written += usual(f"read_in/{step.of.value}")
    return read, written
