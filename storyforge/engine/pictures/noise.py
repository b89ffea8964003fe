"""The noise that a picture begins as.

It is made on the processor whatever draws, so a seed means the same on every machine.
"""

from typing import TYPE_CHECKING, Any

from storyforge.domain.picture.orders import Variation

if TYPE_CHECKING:
    import torch

# Nearer than this they lie on one line, and the angle between them says nothing.
_ALIKE = 0.9995


def generator(seed: int) -> "torch.Generator":
    """A source of noise that begins at `seed`."""
    import torch

    # torch takes 64 bits; authors type anything
    return torch.Generator("cpu").manual_seed(seed % 2**64)


def mixed(noise: "torch.Tensor", variation: Variation) -> "torch.Tensor":
    """`noise` turned towards that of another seed, as long as before."""
    import torch
    from diffusers.utils.torch_utils import randn_tensor

    source = generator(variation.seed)
    other = randn_tensor(noise.shape, generator=source, device=noise.device, dtype=noise.dtype)
    low, high = noise.float().flatten(), other.float().flatten()
    share = min(1.0, max(0.0, variation.strength))
    across = torch.dot(low / low.norm(), high / high.norm()).clamp(-1, 1)
    if across.abs() > _ALIKE:
        turned = low + share * (high - low)
    else:
        angle = torch.acos(across)
        turned = torch.sin((1 - share) * angle) * low + torch.sin(share * angle) * high
        turned = turned / torch.sin(angle)
    return turned.reshape(noise.shape).to(noise.dtype)


def vary(scheduler: Any, variation: Variation) -> None:
    """Have all noise that `scheduler` adds to a picture turned so; ancestral noise stays."""
    own = scheduler.add_noise

    def add_noise(picture: Any, noise: Any, timesteps: Any) -> Any:
        return own(picture, mixed(noise, variation), timesteps)

    scheduler.add_noise = add_noise
