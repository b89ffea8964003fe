"""Another LoRA in a painter's weights, against bare diffusers' unload, load and fuse."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.sizes import Sizes, median
from benchmarks.table import Bar, Row
from storyforge.domain.picture.adapters import LoraUse
from storyforge.domain.picture.orders import Family, PainterSpec, Saving
from storyforge.engine.pictures.loaded import Loaded
from storyforge.engine.pictures.loras.merging import Loras

_RANK = 32
_TARGETS = ("to_q", "to_k", "to_v", "to_out.0", "proj_in", "proj_out", "ff.net.0.proj", "ff.net.2")
_WIDTHS = (320, 640, 1280, 1280)


def lora_switch(sizes: Sizes) -> list[Row]:
    """The time of a switch from one LoRA to another, both of which were used before.

    Both sides change the same U-Net of SD 1.5's widths, one layer a block. Bare diffusers is not
    asked to un-fuse, without which its pictures are wrong: that would only make it slower.
    """
    with tempfile.TemporaryDirectory() as folder:
        pipe = _pipe()
        files = [_write(Path(folder) / f"{name}.safetensors", pipe.unet, name) for name in "ab"]
        bare = _times(lambda file: _switch_bare(pipe, file), files, sizes.rounds)
        pipe.unload_lora_weights()
        loras = Loras(_loaded(pipe))
        ours = _times(lambda file: loras.apply([LoraUse(file.stem, file)]), files, sizes.rounds)
    note = f"medians of {len(ours)} switches, rank {_RANK}, float32; un-fusing is not counted"
    what = "another LoRA, against unload + load + fuse"
    return [Row(what, median(ours), median(bare), "ms", Bar.RATIO_AT_MOST, 0.3, note)]


def _times(switch: Callable[[Path], object], files: list[Path], rounds: int) -> list[float]:
    """Thousandths of a second a switch; the first two only warm up."""
    times = []
    for turn in range(2 * rounds + 2):
        began = time.perf_counter()
        switch(files[turn % 2])
        times.append((time.perf_counter() - began) * 1000)
    return times[2:]


def _switch_bare(pipe: Any, file: Path) -> None:
    pipe.unload_lora_weights()
    pipe.load_lora_weights(str(file.parent), weight_name=file.name)
    pipe.fuse_lora()


def _pipe() -> Any:
    import diffusers
    import torch

    torch.manual_seed(0)
    unet = diffusers.UNet2DConditionModel(
        block_out_channels=_WIDTHS, layers_per_block=1, cross_attention_dim=768
    )
    return diffusers.StableDiffusionPipeline(
        vae=None, text_encoder=None, tokenizer=None, unet=unet.eval(),
        scheduler=diffusers.DDIMScheduler(), safety_checker=None, feature_extractor=None,
        requires_safety_checker=False,
    )  # fmt: skip


def _loaded(pipe: Any) -> Loaded:
    import torch

    spec, cpu = PainterSpec(Path("bench")), torch.device("cpu")
    return Loaded(pipe, Family.SD1, spec, Saving.NONE, cpu, torch.float32, torch.get_num_threads())


def _write(path: Path, unet: Any, seed: str) -> Path:
    """A LoRA by kohya's names."""
    import torch
    from safetensors.torch import save_file

    torch.manual_seed(ord(seed))
    weights = {}
    for name, module in unet.named_modules():
        if name.endswith(_TARGETS):
            base = f"lora_unet_{name.replace('.', '_')}"
            out, into, *sides = module.weight.shape
            weights[f"{base}.lora_down.weight"] = torch.randn(_RANK, into, *sides) * 0.02
            weights[f"{base}.lora_up.weight"] = torch.randn(out, _RANK, *sides) * 0.02
            weights[f"{base}.alpha"] = torch.tensor(float(_RANK))
    save_file(weights, path)
    return path
