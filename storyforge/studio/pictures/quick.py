"""An order as a LoRA wants it that draws in few steps; what the author set stays."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from storyforge.domain.picture import few_steps
from storyforge.domain.picture.orders import Order
from storyforge.domain.picture.painters import PainterProfile
from storyforge.i18n import _
from storyforge.images import few_steps as files
from storyforge.images import loras
from storyforge.images.folders import FoundFile
from storyforge.settings import Settings

if TYPE_CHECKING:
    from storyforge.studio.pictures.drawing import Wish


def quickened(
    order: Order, profile: PainterProfile, settings: Settings, wish: "Wish"
) -> tuple[Order, tuple[str, ...]]:
    """The order, and what to say of it. It reads heads: call it in a thread."""
    strongest = sorted(order.loras, key=lambda use: -abs(use.weight))
    for use in strongest if profile.remote is None else ():
        habit = files.of_lora(loras.read(FoundFile(use.name, use.path))) if use.weight else None
        if habit is None:
            continue
        wished = {name for name in few_steps.NAMES if getattr(wish, name) is not None}
        mine = wished | set_in(settings, profile.name)
        values: dict[str, Any] = few_steps.wanted(habit, mine)
        new = replace(order, **values)
        if new == order:
            return order, ()
        said = _(
            "The LoRA “{name}” draws in few steps: {steps} steps, guidance {guidance}, {sampler}."
        )
        told = said.format(
            name=use.name, steps=new.steps, guidance=f"{new.guidance:g}", sampler=new.sampler
        )
        return new, (told,)
    return order, ()


def set_in(settings: Settings, painter: str) -> set[str]:
    """What the author has set for a painter, of what such a LoRA would say."""
    table = settings.painters.get(painter)
    return {name for name in few_steps.NAMES if table is not None and getattr(table, name)}
