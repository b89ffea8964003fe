"""From latents to a picture, and what is wrong with it: black, or blackened.

What the pipelines do at their end, step by step the same, so that numbers which are none are
noticed, a VAE in half precision gets a second try, and a stop before it saves the work.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from storyforge.domain.picture.orders import Family, Flaw, PainterNote
from storyforge.engine.pictures.loaded import Loaded
from storyforge.i18n import N_

if TYPE_CHECKING:
    import torch
    from PIL.Image import Image


@dataclass(frozen=True, slots=True)
class Developed:
    """A picture.

    Attributes:
        dtype: the VAE's numbers as it was made, for the picture's metadata.
    """

    picture: "Image"
    flaw: Flaw
    dtype: str
    notes: tuple[PainterNote, ...] = ()


def develop(loaded: Loaded, latents: "torch.Tensor") -> Developed:
    """The picture of `latents`, (1, 4, height, width)."""
    import torch

    vae = loaded.pipe.vae
    # The setting stands in every VAE's configuration; only SDXL's pipeline asks for it.
    forced = loaded.family is Family.SDXL and bool(vae.config.get("force_upcast"))
    upcast = forced and vae.dtype == torch.float16
    dtype = torch.float32 if upcast else vae.dtype
    notes: tuple[PainterNote, ...] = ()
    with torch.no_grad():
        pixels = _decoded(loaded, latents, dtype)
        sound = bool(torch.isfinite(latents).all())
        if sound and dtype != torch.float32 and not torch.isfinite(pixels).all():
            dtype = torch.float32
            pixels = _decoded(loaded, latents, dtype)
            notes = (
                PainterNote(
                    N_(
                        "The VAE made a black picture and was used again in float32; "
                        "float32_vae = true in the painter's settings spares the first try."
                    )
                ),
            )
        pixels, blackened = _checked(loaded, pixels.nan_to_num(-1.0, 1.0, -1.0))
    processor = loaded.pipe.image_processor
    (picture,) = processor.postprocess(pixels, "pil", do_denormalize=[not blackened])
    return Developed(picture, _flaw(picture, blackened, sound), _name(dtype), notes)


def _flaw(picture: "Image", blackened: bool, sound: bool) -> Flaw:
    if blackened:
        return Flaw.BLACKENED
    if not sound or picture.convert("L").getextrema()[1] == 0:
        return Flaw.BLACK
    return Flaw.NONE


def _decoded(loaded: Loaded, latents: "torch.Tensor", dtype: "torch.dtype") -> "torch.Tensor":
    """(1, 3, height, width), -1 to 1, by a VAE of `dtype`; the VAE is as before then."""
    vae = loaded.pipe.vae
    before = vae.dtype
    scale = vae.config.scaling_factor
    latents = latents.to(dtype)
    mean, spread = (vae.config.get(name) for name in ("latents_mean", "latents_std"))
    if mean is not None and spread is not None:
        latents = latents * _column(spread, latents) / scale + _column(mean, latents)
    else:
        latents = latents / scale
    if before != dtype:
        vae.to(dtype=dtype)
    try:
        pixels: torch.Tensor = vae.decode(latents.to(loaded.device), return_dict=False)[0]
    finally:
        if before != dtype:
            vae.to(dtype=before)
    return pixels


def _column(values: Any, like: "torch.Tensor") -> "torch.Tensor":
    import torch

    return torch.tensor(values).view(1, -1, 1, 1).to(like)


def _checked(loaded: Loaded, pixels: "torch.Tensor") -> "tuple[torch.Tensor, bool]":
    """What the checkpoint's safety checker leaves, if it has one, and whether it blackened it."""
    if getattr(loaded.pipe, "safety_checker", None) is None:
        return pixels, False
    pixels, found = loaded.pipe.run_safety_checker(pixels, loaded.device, loaded.dtype)
    return pixels, bool(found and found[0])


@contextmanager
def reading_pictures(loaded: Loaded) -> Iterator[None]:
    """Inside, the VAE takes pictures in the painter's numbers, whatever its own are.

    The pipelines give it theirs, and SDXL's leave it in theirs: it is as before then.
    """
    from diffusers.models.autoencoders.vae import DiagonalGaussianDistribution
    from diffusers.models.modeling_outputs import AutoencoderKLOutput

    vae = loaded.pipe.vae
    before = vae.dtype
    if before == loaded.dtype:
        yield
        return
    own = vae.encode

    def encode(pixels: "torch.Tensor") -> AutoencoderKLOutput:
        told = own(pixels.to(vae.dtype)).latent_dist.parameters
        return AutoencoderKLOutput(DiagonalGaussianDistribution(told.to(loaded.dtype)))

    vae.encode = encode
    try:
        yield
    finally:
        del vae.encode
        vae.to(dtype=before)


def _name(dtype: "torch.dtype") -> str:
    return str(dtype).removeprefix("torch.")
