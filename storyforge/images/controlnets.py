"""What a ControlNet is, by its head or its folder's configuration: family, and what it keeps.

Without torch: a file that cannot be used has its sentence before anything is loaded.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from storyforge.domain.picture.orders import Family
from storyforge.domain.picture.staging import Staging
from storyforge.images import diffusers_folders, heads, weight_files
from storyforge.images.checkpoint_kinds import BY_WIDTH
from storyforge.images.wrong import Wrong, WrongFile

#: in front of its tensors in a file that holds a checkpoint beside it
CONTROL = "control_model."
CONFIG = "config.json"
_CLASS = "ControlNetModel"
_WORDS = "attn2.to_k.weight"
# SDXL alone is told the picture's size; its smallest ControlNets have no words.
_SIZES = ("add_embedding.", "label_emb.")
_HINTS = ("controlnet_cond_embedding.", "input_hint_block.")

# By the words of its name; the more particular ones first.
_NAMES: tuple[tuple[Staging, tuple[str, ...]], ...] = (
    (Staging.POSE, ("openpose", "dwpose", "pose")),
    (Staging.DEPTH, ("depth", "midas", "zoe")),
    (Staging.SOFT_EDGES, ("softedge", "soft_edge", "soft-edge", "hed", "pidi")),
    (Staging.LINES, ("lineart", "line_art", "line-art", "anyline", "scribble", "sketch")),
    (Staging.EDGES, ("canny",)),
)


class OtherKind(StrEnum):
    """What looks like a ControlNet and is none of those that can be used."""

    UNION = "union"
    LORA = "Control-LoRA"
    ADAPTER = "T2I-Adapter"
    LLLITE = "ControlLLLite"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ControlNetFacts:
    """A ControlNet.

    Attributes:
        family: that it was made for; None where its sizes are no family's.
        other: what it is instead; None for what can be used.
        keeps: what it keeps, as its name says; None where that says nothing.
        size: bytes that will be read.
    """

    path: Path
    family: Family | None
    other: OtherKind | None
    keeps: Staging | None
    size: int


def look(path: Path) -> ControlNetFacts:
    """What the file or folder at `path` is.

    Raises:
        OSError: it cannot be read.
        WrongFile: it is damaged, or a pickle that would have to run something.
    """
    if path.is_dir():
        return _folder(path)
    tensors = own(weight_files.look(path).tensors)
    size = sum(each.size for each in tensors.values())
    return ControlNetFacts(path, _family(tensors), _other(tensors), keeps(path), size)


def keeps(path: Path) -> Staging | None:
    """What a ControlNet keeps, by its name, or by the one of its folder where it is as all are."""
    for name in (path.stem.casefold(), path.parent.name.casefold()):
        for kind, words in _NAMES:
            if any(word in name for word in words):
                return kind
    return None


def own(tensors: heads.Tensors) -> heads.Tensors:
    """The ControlNet's tensors of a file, under their bare names."""
    if any(name.startswith(CONTROL) for name in tensors):
        return {
            name.removeprefix(CONTROL): each
            for name, each in tensors.items()
            if name.startswith(CONTROL)
        }
    return tensors


def _folder(path: Path) -> ControlNetFacts:
    config = diffusers_folders.read_json(path / CONFIG)
    files = diffusers_folders.files_of(path)
    if not files:
        raise WrongFile(Wrong.NOT_WHOLE, path.name)
    kind = str(config.get("_class_name", ""))
    other = None
    if kind != _CLASS:
        other = OtherKind.UNION if "Union" in kind else OtherKind.OTHER
        other = OtherKind.ADAPTER if kind == OtherKind.ADAPTER.replace("-", "") else other
    width = config.get("cross_attention_dim")
    family = BY_WIDTH.get(width) if isinstance(width, int) else None
    size = sum(file.stat().st_size for file in files)
    return ControlNetFacts(path, family, other, keeps(path), size)


def _family(tensors: heads.Tensors) -> Family | None:
    widths = {each.shape[1:] for name, each in tensors.items() if name.endswith(_WORDS)}
    if not widths and any(name.startswith(_SIZES) for name in tensors):
        return Family.SDXL
    told = widths.pop() if len(widths) == 1 else ()
    return BY_WIDTH.get(told[0]) if len(told) == 1 else None


def _other(names: Iterable[str]) -> OtherKind | None:
    names = tuple(names)
    if any(name.startswith(("control_add_embedding.", "task_embedding")) for name in names):
        return OtherKind.UNION
    if any(name.startswith("lora_controlnet") for name in names):
        return OtherKind.LORA
    if any(name.startswith("lllite_") for name in names):
        return OtherKind.LLLITE
    if any(name.startswith(_HINTS) for name in names):
        return None
    adapter = any(name.startswith(("body.", "adapter.body.")) for name in names)
    return OtherKind.ADAPTER if adapter else OtherKind.OTHER
