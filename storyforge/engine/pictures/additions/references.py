"""Reference pictures: somebody is drawn as a picture shows them, by IP-Adapter."""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from storyforge.domain.picture.adapters import Reference
from storyforge.domain.picture.orders import Drawing, Order, PainterNote
from storyforge.engine.faults import FaultKind
from storyforge.engine.pictures.additions.base import Added, Asked
from storyforge.engine.pictures.canvases import flat, opened
from storyforge.engine.pictures.loaded import Loaded
from storyforge.engine.pictures.reading import faulted
from storyforge.engine.pictures.references import masks, seeing, speaking
from storyforge.engine.pictures.references.listening import Listening, Voice
from storyforge.engine.pictures.references.remembering import Remembered
from storyforge.engine.pictures.references.speaking import Speech
from storyforge.engine.sequence import Interrupted
from storyforge.i18n import N_
from storyforge.images import checkpoints
from storyforge.images.ip_adapters import Sight

if TYPE_CHECKING:
    import torch

# Changes where the same files would give other words.
_VERSION = 1
# Of a picture's SHA-256, in what is told of it.
_DIGITS = 12
_LOOKING = N_("looking at a reference picture")
# Bytes of what layers listen to, where the painter calculates; a picture takes 1 to 12 MB.
_MOST_SPOKEN = 64 << 20


@dataclass(frozen=True, slots=True)
class _Seen:
    """A reference, looked at as far as its files' heads tell.

    Attributes:
        adapter, encoder: their hashes.
        key: of all that its words come from.
    """

    reference: Reference
    sight: Sight
    adapter: str
    encoder: str
    image: str
    key: str

    @property
    def fact(self) -> dict[str, object]:
        """For a picture's metadata."""
        return {
            "adapter": self.sight.adapter.path.name,
            "adapter hash": self.adapter,
            "encoder hash": self.encoder,
            "image": self.image[:_DIGITS],
            "scale": self.reference.scale,
        }


class References:
    """`Addition`: what a picture is drawn after; keeps what was seen."""

    def __init__(self, loaded: Loaded) -> None:
        self._loaded = loaded
        self._words = Remembered()
        self._spoken: OrderedDict[str, Speech] = OrderedDict()

    def wanted(self, order: Order) -> bool:
        """Whether one of its references counts."""
        return any(each.scale for each in order.references)

    @contextmanager
    def put(self, asked: Asked) -> Iterator[Added]:
        """Inside, the layers listen to them."""
        order, stopped = asked.order, asked.stopped
        counting = [each for each in order.references if each.scale]
        seen = [self._seen(each, stopped) for each in counting]
        factor = self._loaded.pipe.vae_scale_factor
        latents = (order.height // factor, order.width // factor)
        listening = Listening([*self._voices(asked, seen)], latents)
        facts = {"references": json.dumps([each.fact for each in seen], ensure_ascii=False)}
        with listening.at(speaking.listeners(self._loaded.pipe.unet)):
            yield Added(facts=facts)

    def let_go(self) -> None:
        """Forget what lies where the painter calculates."""
        self._spoken.clear()

    def _seen(self, reference: Reference, stopped: Callable[[], bool]) -> _Seen:
        sight = seeing.look(reference, self._loaded.family)
        speaking.check(self._loaded, sight.adapter)
        with faulted(reference.adapter):
            adapter = _hash(sight.adapter.path, stopped)
            encoder = _hash(sight.encoder.path, stopped)
        image = hashlib.sha256(reference.image).hexdigest()
        kind = (str(self._loaded.dtype), self._loaded.device.type)
        told = json.dumps([_VERSION, image, adapter, encoder, *kind])
        key = hashlib.sha256(told.encode()).hexdigest()
        return _Seen(reference, sight, adapter, encoder, image, key)

    def _voices(self, asked: Asked, seen: Sequence[_Seen]) -> Iterator[Voice]:
        """Pictures that count alike everywhere are one voice, as in diffusers; others one each."""
        groups: dict[tuple[object, ...], list[_Seen]] = {}
        for number, each in enumerate(seen):
            one = each.reference
            own = number if one.region is not None else None
            groups.setdefault((one.adapter, one.scale, own), []).append(each)
        size = (asked.order.width, asked.order.height)
        for group in groups.values():
            one = group[0].reference
            mask = masks.mask_of(one.region, size, asked.canvas)
            if mask is not None and not mask.any():
                continue  # what is drawn shows nothing of its region
            if mask is not None:
                mask = mask.to(self._loaded.device)
            yield Voice([self._speech(each, asked) for each in group], one.scale, mask)

    def _speech(self, seen: _Seen, asked: Asked) -> Speech:
        if seen.key not in self._spoken:
            words = self._words.get(seen.key)
            if words is None:
                words = self._looked_at(seen, asked)
                self._words.put(seen.key, words)
            spoken = speaking.speak(self._loaded, seen.sight.adapter, words, asked.stopped)
            self._spoken[seen.key] = spoken
        self._spoken.move_to_end(seen.key)
        said = self._spoken[seen.key]
        while sum(each.size for each in self._spoken.values()) > _MOST_SPOKEN:
            if len(self._spoken) == 1:
                break
            self._spoken.popitem(last=False)
        return said

    def _looked_at(self, seen: _Seen, asked: Asked) -> "torch.Tensor":
        picture = flat(opened(seen.reference.image, FaultKind.NO_REFERENCE), (255, 255, 255))
        asked.say(Drawing(0, asked.steps, doing=PainterNote(_LOOKING)))
        sight = seen.sight
        with seeing.opened(self._loaded, sight.adapter, sight.encoder, asked.stopped) as eyes:
            return eyes.words(picture)


def _hash(path: Path, stopped: Callable[[], bool]) -> str:
    found = checkpoints.autov2(path, stopped)
    if not found:
        raise Interrupted
    return found
