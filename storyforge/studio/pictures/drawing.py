"""From a scene to orders, and from what was drawn to a picture of the story.

`order_for` looks at plan and folders and loads nothing: what cannot be drawn is named before.
"""

import secrets
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from storyforge.domain.picture.compiled import Compiled
from storyforge.domain.picture.orders import Drawn, Order, PainterCard, Redraw, Variation
from storyforge.domain.picture.painters import PainterProfile
from storyforge.domain.picture.pictures import Picture, QueuedPicture
from storyforge.settings import Settings

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

#: seeds are drawn below this, as in AUTOMATIC1111
SEEDS = 2**32


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted in the place of what plan, profile and family say; None leaves it to them.

    Attributes:
        prompt, negative: the whole of them, LoRAs included.
        seed: None draws one.
        parent_id: the picture that it is redrawn from.
    """

    prompt: str | None = None
    negative: str | None = None
    seed: int | None = None
    width: int | None = None
    height: int | None = None
    steps: int | None = None
    guidance: float | None = None
    sampler: str | None = None
    schedule: str | None = None
    clip_skip: int | None = None
    freeu: bool | None = None
    redraw: Redraw | None = None
    variation: Variation | None = None
    preview_every: int = 0
    parent_id: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """A picture that can be ordered.

    Attributes:
        compiled: the prompt as the plan gives it, whatever is sent.
        text_hash: of the scene's text.
        notes: what the author should read before it is drawn.
    """

    scene_id: str
    painter: str
    order: Order
    compiled: Compiled
    text_hash: str = ""
    parent_id: str = ""
    notes: tuple[str, ...] = ()


def order_for(
    story: "StoryFile",
    scene_id: str,
    profile: PainterProfile,
    settings: Settings,
    wish: Wish = Wish(),
) -> Planned:
    """What a scene's picture is ordered with. Call it in a thread: it reads plan and folders.

    Raises:
        BadInput: a LoRA is not there or for another family, or the scene is not in the story.
    """
    raise NotImplementedError


def tickets(planned: Planned, count: int = 1) -> tuple[QueuedPicture, ...]:
    """`count` orders of it, the seeds counting up from the first's."""
    raise NotImplementedError


def again(story: "StoryFile", picture_id: str) -> QueuedPicture:
    """The order that draws a picture exactly again.

    Raises:
        BadInput: it does not remember how it was drawn, or what it began from is gone.
    """
    raise NotImplementedError


def keep(story: "StoryFile", queued: QueuedPicture, drawn: Drawn, card: PainterCard) -> Picture:
    """Keep what was drawn: the PNG with how it was made in it, beside the story.

    Raises:
        StoryFileError: it cannot be written.
    """
    raise NotImplementedError


def new_seed() -> int:
    """Any seed."""
    return secrets.randbelow(SEEDS)


def new_id() -> str:
    """A new id of a picture or an order."""
    return str(uuid.uuid4())


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)
