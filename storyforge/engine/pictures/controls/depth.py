"""What is near and what is far in a picture, by a model of transformers (Depth Anything, DPT).

controlnet-aux's own readers of depth want torchvision and timm, and pickles of theirs.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.pictures import parts
from storyforge.engine.pictures.reading import faulted
from storyforge.images import diffusers_folders, heads, readers

if TYPE_CHECKING:
    import numpy
    import torch
    from PIL.Image import Image

    Pixels = numpy.ndarray[Any, Any]

_CONFIG = "config.json"
# A part that would come from the network, or by another library.
_FROM_ELSEWHERE = ("backbone", "use_timm_backbone", "use_pretrained_backbone")
_EYES = "preprocessor_config.json"
_SIDE = 384
# Pixels of a side that a model may want to see; 518 is usual, and a tall picture's is longer.
_WIDEST = 8192
_HALF = (0.5, 0.5, 0.5)


def depth(picture: "Image", folder: Path, device: "torch.device") -> "Pixels":
    """How near each pixel of `picture` is: 255 is the nearest.

    Raises:
        EngineFault: the folder holds no such model.
    """
    import torch
    from torch.nn import functional

    model = _loaded(folder).to(device)
    try:
        seen = _seen(picture, _eyes(folder)).to(device)
    except (ValueError, TypeError, ArithmeticError) as error:
        raise _unfit(folder, _EYES) from error
    with torch.no_grad():
        told = model(pixel_values=seen).predicted_depth[:, None].float()
        size = (picture.height, picture.width)
        near = functional.interpolate(told, size, mode="bicubic", align_corners=False)[0, 0]
    if getattr(model.config, "depth_estimation_type", "") == "metric":
        near = -near
    near = near - near.min()
    most = near.max()
    # What is flat has no depth.
    grey = (near / most * 255).round() if most > 0 else near
    found: Pixels = grey.to("cpu", torch.uint8).numpy()
    return found


def _loaded(folder: Path) -> Any:
    import transformers

    kind = readers.kind_of(folder)
    if kind not in readers.DEPTH_KINDS:
        raise _unfit(folder, kind or _CONFIG)
    with faulted(folder):
        files = diffusers_folders.files_of(folder)
    if not all(file.suffix == heads.SUFFIX for file in files) or not files:
        raise _unfit(folder, heads.SUFFIX)
    with faulted(folder):
        config = diffusers_folders.read_json(folder / _CONFIG)
    if other := next((name for name in _FROM_ELSEWHERE if config.get(name)), ""):
        raise _unfit(folder, other)
    made = getattr(transformers, kind)
    try:
        model, told = made.from_pretrained(
            folder,
            config=parts.configured(made, config),
            local_files_only=True,
            use_safetensors=True,
            output_loading_info=True,
        )
    except (OSError, ValueError, RuntimeError, LookupError, TypeError) as error:
        raise _unfit(folder, str(error).strip().partition("\n")[0].rstrip(".")) from error
    # transformers draws at random what the files lack.
    lacking = sorted(told["missing_keys"])
    if lacking:
        raise _unfit(folder, lacking[0])
    return model.float().eval()


def _eyes(folder: Path) -> Mapping[str, Any]:
    """How the model wants to see pictures; as DPT does where nothing is said."""
    file = folder / _EYES
    if not file.is_file():
        return {}
    with faulted(folder):
        return diffusers_folders.read_json(file)


def _seen(picture: "Image", eyes: Mapping[str, Any]) -> "torch.Tensor":
    """`picture` as the model sees it, (1, 3, height, width)."""
    import numpy
    import torch
    from PIL.Image import Resampling

    size = eyes.get("size")
    told = size if isinstance(size, dict) else {"height": size or _SIDE, "width": size or _SIDE}
    high, wide = int(told.get("height", _SIDE)), int(told.get("width", _SIDE))
    tall, broad = high / picture.height, wide / picture.width
    if eyes.get("keep_aspect_ratio"):
        # By the side that changes less, as DPT's authors have it.
        tall = broad = broad if abs(1 - broad) < abs(1 - tall) else tall
    step = max(1, int(eyes.get("ensure_multiple_of") or 1))
    wide, high = (
        max(step, round(side * scale / step) * step)
        for side, scale in ((picture.width, broad), (picture.height, tall))
    )
    if max(wide, high) > _WIDEST:
        raise ValueError(wide, high)
    small = picture.convert("RGB").resize((wide, high), Resampling.BICUBIC)
    pixels = numpy.asarray(small, numpy.float32) / 255
    mean, spread = (
        numpy.array(eyes.get(name) or _HALF, numpy.float32).reshape(3)
        for name in ("image_mean", "image_std")
    )
    return torch.from_numpy((pixels - mean) / spread).permute(2, 0, 1)[None]


def _unfit(folder: Path, more: str) -> EngineFault:
    return EngineFault(Fault(FaultKind.READER_UNFIT, folder.name, more=more))
