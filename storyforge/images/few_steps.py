"""Whether a checkpoint or a LoRA was distilled to draw in few steps, by its file and what lies
beside it: its name, its head's title, Civitai's word for its base.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from storyforge.domain.picture import few_steps
from storyforge.domain.picture.few_steps import Habit
from storyforge.domain.text import one_line
from storyforge.images import heads, sidecars
from storyforge.images.loras import LoraFile
from storyforge.images.wrong import WrongFile

# What files are called that lie in a folder which has their name.
_NAMELESS = frozenset(
    ("pytorch_lora_weights", "diffusion_pytorch_model", "adapter_model", "model", "lora")
)
# Of a U-Net that is told the guidance as a number: its makers draw with this much.
_TOLD_GUIDANCE = 8.0
_LONGEST = 1_000_000


def of_checkpoint(path: Path) -> Habit | None:
    """How a checkpoint draws; None for one that takes the usual steps, or cannot be read."""
    if not path.name:
        return None
    try:
        stat = path.stat()
    except OSError:
        return None
    return _of_checkpoint(path, stat.st_mtime_ns, sidecars.stamp(path))


def of_lora(lora: LoraFile) -> Habit | None:
    """How anything draws with a LoRA; None where it does not say."""
    names = (_name(lora.path), lora.alias)
    return next((habit for name in names if (habit := few_steps.of_lora(name))), None)


@lru_cache(maxsize=256)
def _of_checkpoint(path: Path, _changed: int, _beside: tuple[object, ...]) -> Habit | None:
    names = _names(path)
    habit = next((found for name in names if (found := few_steps.of_checkpoint(name))), None)
    if habit is not None and habit.quick is few_steps.Quick.LCM and _is_told_guidance(path):
        return replace(habit, guidance=_TOLD_GUIDANCE)
    return habit


def _names(path: Path) -> Iterator[str]:
    yield _name(path)
    yield sidecars.read(path).base
    if path.suffix.casefold() == heads.SUFFIX:
        try:
            yield one_line(heads.read(path).metadata.get("modelspec.title", ""))
        except (OSError, WrongFile):
            return  # what is wrong with it is said when it is loaded


def _name(path: Path) -> str:
    name = path.stem if path.suffix.casefold() in (heads.SUFFIX, ".ckpt", ".pt") else path.name
    return path.parent.name if name.casefold() in _NAMELESS else name


def _is_told_guidance(folder: Path) -> bool:
    try:
        file = folder / "unet" / "config.json"
        if not folder.is_dir() or file.stat().st_size > _LONGEST:
            return False
        told = json.loads(file.read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(told, dict) and type(told.get("time_cond_proj_dim")) is int
