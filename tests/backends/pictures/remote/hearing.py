"""A painter behind an API against a far side, and everything that it says."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from storyforge.backends.pictures.base import Painted
from storyforge.backends.pictures.remote.base import RemotePainter
from storyforge.backends.pictures.remote.patience import OnceDrawn
from storyforge.domain.picture.orders import Drawing, Drawn, Order, PainterNote
from storyforge.domain.picture.remote import RemotePainterSpec
from storyforge.errors import StoryforgeError

HASTE = OnceDrawn(first=0.01, most=0.02)
ORDER = Order("a quay", negative="fog", width=64, height=48, steps=4, seed=7)
KEY = "sk-secret-0123456789"


def spec_of(backend: str, url: str, **more: Any) -> RemotePainterSpec:
    return RemotePainterSpec(backend, "far", url, **more)


@dataclass
class Heard:
    """What one order said, and the error it ended with."""

    said: list[Painted] = field(default_factory=list)
    error: StoryforgeError | None = None

    @property
    def drawn(self) -> Drawn:
        (one,) = (each for each in self.said if isinstance(each, Drawn))
        return one

    @property
    def steps(self) -> list[Drawing]:
        return [each for each in self.said if isinstance(each, Drawing)]

    @property
    def notes(self) -> list[str]:
        said = (each for each in self.said if isinstance(each, PainterNote))
        return [each.text.format_map(each.values) for each in said]


async def paint(
    painter: RemotePainter,
    order: Order = ORDER,
    stop: asyncio.Event | None = None,
    each: Callable[[Painted], object] = lambda _said: None,
) -> Heard:
    """All that is said to `order`; the painter is closed behind it."""
    heard = Heard()
    try:
        async for said in painter.paint(order, stop or asyncio.Event()):
            heard.said.append(said)
            each(said)
    except StoryforgeError as error:
        heard.error = error
    finally:
        await painter.close()
    return heard
