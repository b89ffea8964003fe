"""A LoRA put to use: as words of a prompt, or as a line of the plan."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from storyforge.domain.picture.casting import LINE
from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import Item, lines
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.images.loras import LoraFile
from storyforge.studio.planning.editing import write

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

#: of kinds of items, the field that has their LoRAs, one a line
FIELDS = {Kind.CHARACTER: "loras", Kind.PREMISE: "style_loras"}


def call_of(lora: LoraFile, words: Sequence[str], between: str = ", ") -> str:
    """What calls it in a prompt, with its words behind."""
    return between.join((f"<lora:{lora.name}:{weight_of(lora):g}>", *words))


def set_apart(prompt: str, caret: int, text: str, between: str = ", ") -> str:
    """`text` as it is put into `prompt` at `caret`, apart from what stands on both sides."""
    before, after = prompt[:caret].rstrip(), prompt[caret:].lstrip()
    sign = between.strip()
    in_front = behind = ""
    if before:
        in_front = between if not sign or not before.endswith(sign) else " "
        if prompt[:caret] != before:
            in_front = in_front.lstrip()
    if after and not (sign and after.startswith(sign)):
        behind = between
    return f"{in_front}{text}{behind}"


def weight_of(lora: LoraFile) -> float:
    """The weight that its author likes best; 1 where none is said."""
    return 1.0 if lora.weight is None else lora.weight


def characters(story: "StoryFile") -> tuple[Item, ...]:
    """Those who can have LoRAs."""
    return tuple(story.plan.read().of(Kind.CHARACTER))


def use_for(story: "StoryFile", item_id: str, lora: LoraFile) -> str:
    """Have the pictures of a character, or (the premise's) of the whole book, use a LoRA.

    One step of the plan; its id. A line of the same LoRA gives way.

    Raises:
        BadInput: the item is not in the plan, or can have none.
        Refused: the story is read-only.
    """
    item = story.plan.read().known(item_id)
    field = FIELDS.get(item.kind) if item is not None else None
    if item is None or field is None:
        raise BadInput(_("There is nobody in the plan whom this LoRA could be for."))
    others = [line for line in lines(item.fact(field)) if _name(line) != lora.name.casefold()]
    facts = {field: "\n".join((*others, f"{lora.name}:{weight_of(lora):g}"))}
    return write(story, item_id, facts)


def _name(line: str) -> str:
    """The LoRA that a line of the plan names."""
    found = LINE.fullmatch(line)
    return (found["name"] if found else line).casefold()
