"""What an author is asked before pictures are ordered of a painter behind an API.

A painter on this machine asks nothing. Whoever orders asks here first; the queue refuses what was
not asked. How a yes is asked for is the screen's.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from storyforge.domain.picture.orders import Order, PainterCard
from storyforge.domain.picture.pictures import QueuedPicture
from storyforge.domain.picture.remote import RemotePainterSpec
from storyforge.errors import BadInput
from storyforge.studio.permission import check_painter
from storyforge.studio.pictures import order_files
from storyforge.studio.pictures.painters import Painters
from storyforge.studio.pictures.spending import estimate
from storyforge.studio.spending import ask_first

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile


async def may_draw(
    story: "StoryFile", painters: Painters, queued: Sequence[QueuedPicture], *, paid: bool = False
) -> None:
    """Let nothing be ordered that the author was not told of.

    Args:
        paid: the author knows what it costs.

    Raises:
        NotAllowed: the prompts may not go there, or nobody was asked yet.
        NeedsYes, LimitReached: it costs so much.
    """
    for name, orders in _by_painter(queued).items():
        try:
            spec = (await painters.profile(name)).remote
        except BadInput:
            continue  # it says so itself when it is its turn
        if spec is None:
            continue
        await check_painter(story, card_of(spec))
        if not paid:
            expected = await asyncio.to_thread(estimate, spec, tuple(orders))
            await ask_first(expected, parts=len(orders))


def card_of(spec: RemotePainterSpec) -> PainterCard:
    """Where a painter draws, without making one."""
    return PainterCard(spec.profile, place=spec.place, unencrypted=spec.unencrypted)


def _by_painter(queued: Sequence[QueuedPicture]) -> dict[str, list[Order]]:
    """The orders by the names of their painters; what cannot be read is left out."""
    found = defaultdict[str, list[Order]](list)
    for one in queued:
        try:
            told = order_files.outline(one.order)
        except BadInput:
            continue  # it says so itself when it is its turn
        found[told.painter].append(told.order)
    return found
