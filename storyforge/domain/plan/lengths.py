"""How long the parts of a story are to be, and how many there are. Pure.

Words, or characters where a language has no words; what an author has set is never overruled.
"""

from storyforge.domain.counting import counts_characters
from storyforge.domain.plan.items import Item, Plan

# A novel's chapter has some 3,000 words. A short story has chapters too, but shorter ones.
_CHAPTER, _SHORTEST = 3_000, 1_000
_FEWEST, _MOST = 3, 300
# Where nobody has said how long the story is to be.
_USUAL = 6
#: words of a scene where nothing is known
SCENE = 900
_SCENES = 6
# Characters for a word, where they are what is counted.
_WIDE = 2


def aimed_at(plan: Plan) -> int:
    """The whole story's length; 0 where the author has set none."""
    return plan.premise.number("length")


def chapters_for(plan: Plan) -> int:
    """How many chapters an outline of the story wants."""
    length = aimed_at(plan) // (_WIDE if counts_characters(plan.language) else 1)
    if not length:
        planned = sum(not chapter.is_empty for chapter in plan.chapters)
        return planned or _USUAL
    chapter = min(max(length / 12, _SHORTEST), _CHAPTER)
    return min(max(round(length / chapter), _FEWEST), _MOST)


def chapter_length(plan: Plan) -> int:
    """A chapter's share of the whole; 0 where that is not known."""
    return round(aimed_at(plan) / len(plan.chapters)) if plan.chapters else 0


def scenes_for(plan: Plan) -> int:
    """How many scenes a chapter wants; 0 where a model may decide."""
    share = chapter_length(plan)
    return min(max(round(share / _usual(plan)), 1), _SCENES) if share else 0


def scene_length(plan: Plan, scene: Item) -> int:
    """The length that a scene is aimed at: its own, else its share of what is left of its chapter.

    Where the story's length is not known it is a usual one.
    """
    if own := scene.number("words"):
        return own
    scenes = plan.scenes_of(scene.chapter_id)
    told = [one.number("words") for one in scenes]
    open_ones = told.count(0)
    share = chapter_length(plan)
    if not share or not open_ones:
        return _usual(plan)
    # What the others have taken leaves it a third of an even share at the least.
    even = share / len(scenes)
    return round(max((share - sum(told)) / open_ones, even / 3))


def _usual(plan: Plan) -> int:
    return SCENE * (_WIDE if counts_characters(plan.language) else 1)
