"""Where a painter calculates, with which numbers, and how much memory is free there.

Engine process only: asking a GPU starts its driver.
"""

from typing import TYPE_CHECKING

from storyforge.domain.picture.orders import Family
from storyforge.engine.memory import Memory, find_memory
from storyforge.engine.pictures.library.kinds import KINDS
from storyforge.engine.torch_devices import named

if TYPE_CHECKING:
    import torch

#: Kinds of devices whose memory is the machine's own: nothing can wait elsewhere.
SHARING = ("cpu", "mps")


def device_of(name: str) -> "torch.device":
    """torch's device of that name; "auto" takes a GPU where there is one.

    Raises:
        EngineFault: this machine has none of that name.
    """
    import torch

    if name == "auto":
        found = (
            torch.accelerator.current_accelerator() if torch.accelerator.is_available() else None
        )
        return torch.device(found.type if found is not None else "cpu")
    return named(name)


def dtype_of(name: str, device: "torch.device", family: Family) -> "torch.dtype":
    """torch's numbers of that name; "auto" takes halves on a GPU.

    A processor works with halves slower than with whole numbers, and not as exactly. On a GPU
    bfloat16 is for Stable Diffusion 2, whose attention leaves float16's range, and for those that
    T5 reads for.
    """
    import torch

    if name != "auto":
        found: torch.dtype = getattr(torch, name)
        return found
    if device.type == "cpu":
        return torch.float32
    if family in (Family.SD2, *KINDS) and device.type != "mps" and _knows_bfloat16(device):
        return torch.bfloat16
    return torch.float32 if _spoils_halves(device) else torch.float16


def free_on(device: "torch.device") -> Memory:
    """The memory of a device: a GPU's own, else the machine's."""
    import torch

    if device.type in SHARING:
        return find_memory()
    free, total = torch.get_device_module(device).mem_get_info(device)
    return Memory(total, free)


def _knows_bfloat16(device: "torch.device") -> bool:
    import torch

    return device.type != "cuda" or bool(torch.cuda.is_bf16_supported(including_emulation=False))


def _spoils_halves(device: "torch.device") -> bool:
    """Whether float16 gives black pictures there: NVIDIA's GTX 16 series, as A1111 found."""
    import torch

    return device.type == "cuda" and "GTX 16" in torch.cuda.get_device_name(device)
