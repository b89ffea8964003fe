"""A compiled prompt sharpened by a model: what is asked for, and what becomes of the prompt.

It is asked with `planning.asking.propose`, and its answers are kept among the proposals of the
scene. LoRAs and hypernetworks are no words: they stay where no model sees them.
"""

from storyforge.domain.picture.compiled import Part, Role
from storyforge.domain.picture.dialects import TagFinder, as_tag, joined, natural, ordered
from storyforge.domain.picture.grammar import hypernets_of, loras_of
from storyforge.domain.picture.painters import Dialect
from storyforge.domain.picture.wording import for_painter
from storyforge.domain.plan.forms import PROMPT
from storyforge.domain.plan.items import Item
from storyforge.domain.plan.proposals import Proposal, Target
from storyforge.studio.planning.picturing import SHARPENED
from storyforge.studio.planning.preparing import Wanted


def sharpening(item: Item, prompt: str, dialect: Dialect, wish: str = "") -> Wanted:
    """The question for a sharper prompt of a scene, or of somebody or something alone.

    Args:
        wish: the author's line, such as "more fog".
    """
    target = Target(item.form.stage, SHARPENED, item.id, PROMPT.name)
    bare = loras_of(prompt)[0].strip()
    return Wanted(target, wish=wish, prompt=bare, tags=dialect.is_tags)


def sharpened(prompt: str, proposal: Proposal, dialect: Dialect) -> str:
    """The prompt as an answer has it, in its dialect; LoRAs and hypernetworks stay.

    An answer in which nothing could be read changes nothing.
    """
    told = str(proposal.value.get("value", ""))
    if not told.strip():
        return prompt
    if dialect.is_tags:
        words = _tags(told, dialect)
    else:
        words = natural(for_painter(told), commas=dialect is Dialect.NATURAL)
    loras = [
        f"<lora:{tag.name}:{tag.weight:g}>"
        if tag.text_weight is None
        else f"<lora:{tag.name}:{tag.text_weight:g}:{tag.weight:g}>"
        for tag in loras_of(prompt)[1]
    ]
    nets = [f"<hypernet:{tag.name}:{tag.strength:g}>" for tag in hypernets_of(prompt)]
    return " ".join((words, *loras, *nets)) if words else prompt


def _tags(told: str, dialect: Dialect) -> str:
    from storyforge.studio.pictures.tag_books import book

    finder = TagFinder(book())
    found = [(Part(Role.CAST, as_tag(tag, dialect)), tag) for tag, _w in finder.of(told).tags]
    parts = tuple(part for part, _tag in found)
    if dialect is Dialect.TAGS_SPACES:
        parts = ordered(found, finder.named("original"))
    return joined(parts, dialect)
