"""Where pictures are looked at: the painter's own device, as long as there is room."""

from typing import TYPE_CHECKING

from storyforge.engine.pictures.devices import SHARING, free_on
from storyforge.engine.pictures.loaded import Loaded

if TYPE_CHECKING:
    import torch

# Beside the weights, for what is calculated with them.
_RESERVE = 400 << 20


def where(loaded: Loaded, numbers: int) -> "tuple[torch.device, torch.dtype]":
    """Device and dtype for a model of so many numbers: the painter's own where there is room.

    A processor takes a second for it, once a picture; that is better than another saving mode.
    """
    import torch

    device = loaded.device
    if device.type not in SHARING:
        taken = numbers * loaded.dtype.itemsize + _RESERVE
        if free_on(device).free < taken:
            return torch.device("cpu"), torch.float32
    return device, loaded.dtype
