"""Made-up machines and models: the figures are those of well-known ones."""

from pathlib import Path

from storyforge.domain.model import ModelSpec
from storyforge.engine.figures import Figures
from storyforge.engine.fitting import Device
from storyforge.engine.memory import Memory

GIB = 1 << 30
MIB = 1 << 20


def spec(**settings: object) -> ModelSpec:
    return ModelSpec(Path("writer.gguf"), **settings)  # type: ignore[arg-type]


def figures(
    layers: int,
    layer: int,
    *,
    kept: int = 2048,
    output: int = 410 * MIB,
    rest: int = 280 * MIB,
    tied: bool = False,
    trained: int = 131072,
) -> Figures:
    return Figures(
        layers=(layer,) * layers,
        cache=(kept,) * layers,
        output=output,
        tied=tied,
        rest=rest,
        largest=40 * MIB,
        heads=32,
        width=4096,
        inner=14336,
        vocabulary=128256,
        trained=trained,
    )


#: 8 billion weights in Q4_K_M: 4.6 GiB, 128 KiB a token
EIGHT = figures(32, 125 * MIB)
#: 12 billion in Q4_K_M: 7 GiB, 160 KiB a token
TWELVE = figures(40, 158 * MIB)
#: 70 billion in Q4_K_M: 39.6 GiB
SEVENTY = figures(80, 495 * MIB, output=820 * MIB, rest=560 * MIB)


def gpu(free: float, total: float, name: str = "CUDA0", *, shared: bool = False) -> Device:
    return Device(name, f"A GPU of {total} GiB", int(free * GIB), int(total * GIB), shared)


RTX_3060 = gpu(11.5, 12)
LAPTOP = gpu(7.2, 8)
PLENTY = Memory(64 * GIB, 60 * GIB)


def memory(total: float, free: float) -> Memory:
    return Memory(int(total * GIB), int(free * GIB))
