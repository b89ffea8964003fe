"""torch's devices by their names, for all that calculates with torch."""

from typing import TYPE_CHECKING

from storyforge.engine.faults import EngineFault, Fault, FaultKind

if TYPE_CHECKING:
    import torch


def named(name: str) -> "torch.device":
    """torch's own device of that name.

    Raises:
        EngineFault: this machine has none.
    """
    import torch

    try:
        device = torch.device(name)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise EngineFault(Fault(FaultKind.NO_DEVICE, name)) from error
    return device
