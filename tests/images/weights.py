"""Small files of weights, written without torch."""

import json
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path


def write(
    path: Path,
    shapes: Mapping[str, Sequence[int]],
    metadata: Mapping[str, str] | None = None,
    fill: int = 0,
) -> Path:
    """A safetensors file of tensors with these shapes, all of half-precision numbers."""
    head: dict[str, object] = {"__metadata__": dict(metadata or {})}
    at = 0
    for name, shape in shapes.items():
        size = 2
        for side in shape:
            size *= side
        head[name] = {"dtype": "F16", "shape": list(shape), "data_offsets": [at, at + size]}
        at += size
    told = json.dumps(head).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(struct.pack("<Q", len(told)) + told + bytes([fill]) * at)
    return path


def lora(width: int, rank: int = 4, *, wide: bool = False) -> dict[str, tuple[int, ...]]:
    """The shapes of a LoRA by kohya's names, for texts of that width; `wide` is a LoCon's."""
    base = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k"
    shapes: dict[str, tuple[int, ...]] = {
        f"{base}.lora_down.weight": (rank, width),
        f"{base}.lora_up.weight": (320, rank),
        f"{base}.alpha": (),
    }
    if wide:
        conv = "lora_unet_down_blocks_0_resnets_0_conv1"
        shapes |= {
            f"{conv}.lora_down.weight": (rank, 32, 3, 3),
            f"{conv}.lora_up.weight": (32, rank, 1, 1),
        }
    return shapes
