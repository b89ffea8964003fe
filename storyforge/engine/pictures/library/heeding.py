"""What happens while diffusers draws by itself: a stop is heard within a step, and it is seen."""

import functools
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from storyforge.domain.picture.orders import Raster, Saving
from storyforge.engine.pictures.loaded import Loaded
from storyforge.engine.sequence import Interrupted

if TYPE_CHECKING:
    import torch

# A preview is developed from so few latents a side: a hundredth of what a picture costs.
_SEEN = 24


@contextmanager
def heeding(pipes: tuple[Any, ...], stopped: Callable[[], bool]) -> Iterator[None]:
    """Inside, each block of each model asks first whether it is still wanted.

    A step of such a model takes minutes on a processor, and so does reading a prompt.
    """
    import torch

    def ask(_module: Any, _given: Any) -> None:
        if stopped():
            raise Interrupted

    parts = {id(part): part for pipe in pipes for part in pipe.components.values()}
    with ExitStack() as stack:
        for part in parts.values():
            if isinstance(part, torch.nn.Module):
                for block in _blocks(part):
                    stack.callback(block.register_forward_pre_hook(ask).remove)
        yield


def _blocks(part: Any) -> Iterator[Any]:
    import torch

    for each in part.modules():
        if isinstance(each, torch.nn.ModuleList):
            yield from each


@contextmanager
def watching(scheduler: Any, hear: Callable[[Any, Any, Any], None]) -> Iterator[None]:
    """Inside, `hear` is told what a model says, of which latents, and what was made of it."""
    own = scheduler.step

    @functools.wraps(own)
    def step(told: Any, timestep: Any, sample: Any, *more: Any, **others: Any) -> Any:
        made = own(told, timestep, sample, *more, **others)
        hear(told, sample, made)
        return made

    scheduler.step = step
    try:
        yield
    finally:
        del scheduler.step


def glimpse(loaded: Loaded, latents: "torch.Tensor") -> Raster | None:
    """A small picture of `latents`, (1, channels, height, width), by the VAE itself.

    None where parts of the model wait elsewhere: they would come and go for it.
    """
    import torch
    from torch.nn.functional import interpolate

    if loaded.saving not in (Saving.NONE, Saving.TILES):
        return None
    vae = loaded.pipe.vae
    high, wide = latents.shape[-2:]
    share = min(1.0, _SEEN / max(high, wide))
    size = tuple(max(1, round(side * share)) for side in (high, wide))
    with torch.no_grad():
        small = interpolate(latents.to(vae.dtype), size=size, mode="area")
        small = small / vae.config.scaling_factor + (vae.config.shift_factor or 0)
        pixels = vae.decode(small, return_dict=False)[0]
        return raster_of_pixels(interpolate(pixels.float(), size=(high, wide), mode="area"))


def raster_of_pixels(pixels: "torch.Tensor") -> Raster:
    """The picture of `pixels`, (1, 3, height, width), -1 to 1."""
    import torch

    seen = pixels[0].detach().to("cpu", torch.float32).permute(1, 2, 0)
    rgb = seen.add(1).mul_(127.5).nan_to_num_(0.0).clamp_(0, 255).to(torch.uint8).contiguous()
    return Raster(rgb.shape[1], rgb.shape[0], rgb.numpy().tobytes())
