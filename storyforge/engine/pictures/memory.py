"""What a painter takes of memory, reckoned before it is loaded, and how it is made to take less.

The reckoning is pure and leans to the high side: `needs` and `choose` need no torch.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from storyforge.domain.picture.orders import Saving
from storyforge.engine.memory import Memory
from storyforge.images.checkpoint_sizes import Sizes

if TYPE_CHECKING:
    from storyforge.engine.pictures.loaded import Loaded

# Pixels a latent, in all families.
_FACTOR = 8
#: pixels a side of a tile that the VAE works on
TILE = 512
# Values that are held at a U-Net's largest moment, by its latents and first width: what all its
# layers on the way down leave for those on the way up. Measured on the families' own sizes: 26.1 of
# Stable Diffusion 1 and 2, 15.9 of SDXL. With guidance two pictures are calculated at once.
_HELD_BY_UNET, _PICTURES = 27, 2
# The same of a transformer by its tokens and width; a token is a patch of latents, or a word.
_HELD_BY_TRANSFORMER, _PATCH, _WORDS = 18, 4, 512
# The same of a VAE by pixels and its widest layer at full size: 3.0 in all families.
_HELD_BY_VAE = 3.1
# A GPU's driver and libraries want some for their own work; the rest of the machine too.
_RESERVE = 400 << 20
# What lies in a GPU of weights that come layer by layer.
_LAYERS = 256 << 20


@dataclass(frozen=True, slots=True)
class Needs:
    """Bytes at the largest moment.

    Attributes:
        device: where it calculates.
        machine: main memory, for what waits there; 0 where nothing does.
    """

    device: int
    machine: int = 0


@dataclass(frozen=True, slots=True)
class Beside:
    """What an order or the settings bring beside a checkpoint.

    Attributes:
        at_steps: numbers that a step needs beside the U-Net: of ControlNets.
        in_turns: numbers of each that takes turns with the others: of a refiner.
        held: values held at a step beside the U-Net's own, as a part of them.
        before: numbers that are gone at the first step: of an IP-Adapter and its image encoder.
    """

    at_steps: int = 0
    in_turns: tuple[int, ...] = ()
    held: float = 0.0
    before: int = 0


#: nothing is beside it
ALONE = Beside()


def needs(
    sizes: Sizes,
    saving: Saving,
    *,
    width: int,
    height: int,
    bytes_each: int,
    vae_bytes: int = 0,
    beside: Beside = ALONE,
) -> Needs:
    """What drawing a picture takes in a saving mode.

    Args:
        width, height: pixels of the picture.
        bytes_each: of a number.
        vae_bytes: of one in the VAE; 0 for the same.
    """
    vae_each = vae_bytes or bytes_each
    latents = (width // _FACTOR) * (height // _FACTOR)
    step = int(_PICTURES * _held(sizes, latents) * (1 + beside.held)) * bytes_each
    tiled = saving is not Saving.NONE
    seen = min(width, TILE) * min(height, TILE) if tiled else width * height
    # A tiled picture is put together beside the tiles.
    whole = width * height * 3 * 2 if tiled else 0
    develop = int(seen * sizes.vae_width * _HELD_BY_VAE + whole) * vae_each
    vae = sizes.vae * vae_each
    most = max(step, develop, beside.before * bytes_each)
    at_steps, turns = beside.at_steps * bytes_each, [each * bytes_each for each in beside.in_turns]
    rest = (sizes.unet + sizes.text + sizes.other) * bytes_each + at_steps + sum(turns)
    if saving in (Saving.NONE, Saving.TILES):
        return Needs(rest + vae + most)
    if saving is Saving.SEQUENTIAL:
        return Needs(_LAYERS + most, rest + vae)
    unet, text = sizes.unet * bytes_each + at_steps, (sizes.text + sizes.other) * bytes_each
    alone = max(text, beside.before * bytes_each)
    return Needs(max(max(unet, *turns, 0) + step, vae + develop, alone), rest + vae)


def _held(sizes: Sizes, latents: int) -> int:
    """Values that are held at a model's largest moment, for each picture that is calculated."""
    if sizes.hidden:
        return int((latents // _PATCH + _WORDS) * sizes.hidden * _HELD_BY_TRANSFORMER)
    return int(latents * sizes.unet_width * _HELD_BY_UNET)


def choose(
    wanted: Saving | None,
    taken: dict[Saving, Needs],
    free: Memory,
    machine: Memory | None,
) -> Saving:
    """The saving mode that costs least time of those that fit into what is free.

    Args:
        wanted: the author's choice, which wins where it can be had.
        taken: what each mode takes.
        free: of the device.
        machine: main memory, for what waits; None where the device has no other.

    Returns:
        the most saving one where none fits.
    """
    modes = modes_of(sharing=machine is None)
    if wanted is not None:
        return wanted if wanted in modes else modes[-1]
    for mode in modes:
        room = machine.free if machine is not None else 0
        if taken[mode].device + _RESERVE <= free.free and taken[mode].machine <= room:
            return mode
    return modes[-1]


def modes_of(*, sharing: bool) -> tuple[Saving, ...]:
    """The modes that save anything: parts cannot wait elsewhere where all memory is the same."""
    return (Saving.NONE, Saving.TILES) if sharing else tuple(Saving)


def further(loaded: "Loaded") -> Saving | None:
    """The next mode that saves more; None after the last."""
    from storyforge.engine.pictures.devices import SHARING

    after = loaded.saving.further
    return after if after in modes_of(sharing=loaded.device.type in SHARING) else None


def apply(loaded: "Loaded", saving: Saving) -> None:
    """Have the painter save memory in that way from now on, and no other."""
    for vae in filter(None, (getattr(pipe, "vae", None) for pipe in loaded.pipes)):
        if saving is Saving.NONE:
            vae.disable_slicing()
            vae.disable_tiling()
        else:
            _tile(vae)
    for pipe in loaded.pipes:
        pipe.remove_all_hooks()
    # The first one's last: what it shares with others belongs to it.
    for pipe in reversed(loaded.pipes):
        if saving is Saving.OFFLOAD:
            pipe.enable_model_cpu_offload(device=loaded.device)
        elif saving is Saving.SEQUENTIAL:
            pipe.enable_sequential_cpu_offload(device=loaded.device)
        else:
            # Those hooks say to whom they belong until they are set anew.
            pipe._all_hooks = []
            pipe.to(loaded.device)
    loaded.saving = saving


def _tile(vae: Any) -> None:
    """SDXL's own tiles are as large as its pictures, which would save nothing."""
    vae.enable_slicing()
    vae.enable_tiling()
    vae.tile_sample_min_size = min(vae.config.sample_size, TILE)
    factor = 2 ** (len(vae.config.block_out_channels) - 1)
    vae.tile_latent_min_size = vae.tile_sample_min_size // factor
