"""From a picture to an IP-Adapter's words: CLIP's other half looks, the adapter puts it into words.

Both are in memory for that long only. What diffusers does at each step is done once here, in the
same numbers.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyforge.borrowed import reason
from storyforge.domain.picture.adapters import Reference
from storyforge.domain.picture.orders import Family
from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.pictures import parts
from storyforge.engine.pictures.loaded import Loaded
from storyforge.engine.pictures.reading import faulted
from storyforge.engine.pictures.references.room import where
from storyforge.engine.pictures.weights import read_tensors
from storyforge.engine.sequence import Interrupted
from storyforge.images import ip_adapters, weight_files
from storyforge.images.image_encoders import EncoderFacts
from storyforge.images.ip_adapters import SEES, AdapterFacts, Kind, Sight

if TYPE_CHECKING:
    import torch
    from PIL.Image import Image

# Of what CLIP has of a picture's parts, the layer before the last.
_LAYER = -2


def look(reference: Reference, family: Family) -> Sight:
    """A reference's adapter and encoder, by their heads.

    Raises:
        EngineFault: they cannot be read or used, or do not go together or with the family.
    """
    with faulted(reference.adapter):
        try:
            return ip_adapters.sight(reference.adapter, reference.encoder, family)
        except OSError as error:
            name = Path(error.filename or reference.adapter).name
            fault = Fault(FaultKind.REFERENCE_UNREAD, name, more=reason(error))
            raise EngineFault(fault) from error


class Eyes:
    """An image encoder and an adapter's way of putting what it sees."""

    def __init__(self, encoder: Any, adapter: AdapterFacts, projection: Any) -> None:
        self._encoder = encoder
        self._adapter = adapter
        self._projection = projection

    def words(self, picture: "Image") -> "torch.Tensor":
        """(2, words, width): what is said where nothing is seen, and what is seen."""
        import torch
        from transformers import CLIPImageProcessorPil

        side = self._encoder.config.image_size
        prepare = CLIPImageProcessorPil(size=side, crop_size=side)
        pixels = prepare(picture, return_tensors="pt").pixel_values
        pixels = pixels.to(self._encoder.device, self._encoder.dtype)
        with torch.no_grad():
            if self._adapter.kind is Kind.PLAIN:
                seen = self._encoder(pixels).image_embeds
                nothing = torch.zeros_like(seen)
            else:
                seen, nothing = map(self._parts, (pixels, torch.zeros_like(pixels)))
            own = next(self._projection.parameters())
            both = torch.cat([nothing, seen]).to(own.device, own.dtype)
            said: torch.Tensor = self._projection(both)
        return said

    def _parts(self, pixels: "torch.Tensor") -> "torch.Tensor":
        told: torch.Tensor = self._encoder(pixels, output_hidden_states=True).hidden_states[_LAYER]
        return told


@contextmanager
def opened(
    loaded: Loaded, adapter: AdapterFacts, facts: EncoderFacts, stopped: Callable[[], bool]
) -> Iterator[Eyes]:
    """Inside, an adapter sees; its memory is free again then.

    Raises:
        EngineFault: one of the files is damaged.
        Interrupted: it was stopped.
    """

    def told(_read: int) -> None:
        if stopped():
            raise Interrupted

    device, dtype = where(loaded, facts.numbers + adapter.numbers)
    encoder = _encoder(facts, dtype, told).to(device)
    for layer in encoder.vision_model.encoder.layers:
        # A processor takes seconds for all of them.
        layer.register_forward_pre_hook(lambda *_: told(0))
    projection = _projection(loaded, adapter, told).to(device, dtype)
    yield Eyes(encoder, adapter, projection)


def _encoder(facts: EncoderFacts, dtype: "torch.dtype", told: Callable[[int], None]) -> Any:
    from transformers import CLIPVisionModelWithProjection

    weights: dict[str, Any] = {}
    for file in facts.files:
        weights |= read_tensors(file, dtype=dtype, told=told)
    name = facts.path.name
    try:
        return parts.build(CLIPVisionModelWithProjection, facts.config, weights, name)
    except (ValueError, TypeError, LookupError, RuntimeError) as error:
        raise EngineFault(Fault(FaultKind.NO_IMAGE_ENCODER, name)) from error


def _projection(loaded: Loaded, adapter: AdapterFacts, told: Callable[[int], None]) -> Any:
    with faulted(adapter.path):
        tensors = weight_files.look(adapter.path).tensors
    names = (name for name in tensors if name.startswith(SEES))
    weights = read_tensors(adapter.path, names, told=told)
    own = {name.removeprefix(SEES): each for name, each in weights.items()}
    try:
        made = loaded.pipe.unet._convert_ip_adapter_image_proj_to_diffusers(
            own, low_cpu_mem_usage=False
        )
    # as diffusers and torch say it of sizes that do not fit
    except (LookupError, ValueError, ArithmeticError, RuntimeError) as error:
        raise EngineFault(Fault(FaultKind.NOT_WHOLE, adapter.path.name)) from error
    return made.eval().requires_grad_(False)
