"""How many layers of a model go to the GPUs, and what it takes where. Pure.

llama.cpp puts the last layers on the GPUs, the output with them, one after the other in the order
of its devices; it is told how many on each. Estimates lean to the high side: a driver that runs out
of memory ends the engine process.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from storyforge.domain.model import ModelSpec
from storyforge.engine.figures import Figures
from storyforge.engine.memory import ELEMENT, TAKES_ROOM, WINDOW_STEP, Memory

#: Bytes of a GPU that are left alone, for the screen and for what the driver takes itself.
KEPT_BACK = 1 << 30
# What llama.cpp evaluates in beyond what is reckoned here; with SmolLM2 it was 3 MiB.
_SLACK = 8 << 20
# Activations that live at the same time, each as wide as the model.
_LIVE = 8


@dataclass(frozen=True, slots=True)
class Device:
    """A GPU as llama.cpp sees it.

    Attributes:
        name, about: "CUDA0" and "NVIDIA GeForce RTX 3060".
        free, total: bytes.
        shared: its memory is the machine's own.
    """

    name: str
    about: str
    free: int
    total: int
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """What lies in one memory, in bytes.

    Attributes:
        layers: of the model's own; the output is not one.
        buffers: what evaluating takes.
    """

    layers: int = 0
    weights: int = 0
    cache: int = 0
    buffers: int = 0

    @property
    def used(self) -> int:
        """All of it."""
        return self.weights + self.cache + self.buffers


@dataclass(frozen=True, slots=True)
class Plan:
    """Where a model is to lie.

    Attributes:
        layers: how many the model has.
        window: tokens of the page that it can see.
        devices, shares: the GPUs and what goes to each.
        split: layers on each GPU as llama.cpp counts them, the output as one.
        machine: what stays in the machine's own memory, without what GPUs share with it.
        mapped: the part of it that the system can drop and read again.
    """

    layers: int
    window: int
    devices: tuple[Device, ...]
    shares: tuple[Share, ...]
    split: tuple[int, ...]
    machine: Share
    mapped: int

    @property
    def gpu_layers(self) -> int:
        """What llama.cpp is to be told: the output counts as a layer."""
        return sum(self.split)

    @property
    def on_gpu(self) -> int:
        """How many of the model's own layers lie on GPUs."""
        return sum(share.layers for share in self.shares)

    @property
    def gpu_used(self) -> int:
        """Bytes on all GPUs."""
        return sum(share.used for share in self.shares)

    @property
    def cache(self) -> int:
        """Bytes that remembering the page takes, wherever they lie."""
        return self.machine.cache + sum(share.cache for share in self.shares)

    @property
    def memory(self) -> int:
        """Bytes of the machine's own memory."""
        pairs = zip(self.devices, self.shares, strict=True)
        return self.machine.used + sum(share.used for device, share in pairs if device.shared)

    @property
    def fits_gpus(self) -> bool:
        """Whether each GPU has room for its share."""
        pairs = zip(self.devices, self.shares, strict=True)
        return all(share.used <= device.free for device, share in pairs)

    def lacking(self, memory: Memory) -> tuple[int, int] | None:
        """(needed, given) where the machine's own memory has no room; a mapped file may take all.

        What is mapped can be dropped and read again; the rest must fit into what is free.
        """
        pairs = ((self.memory, memory.total), (self.memory - self.mapped, memory.free))
        return next((pair for pair in pairs if pair[0] > pair[1]), None)

    def fits(self, memory: Memory) -> bool:
        """Whether it can work at all."""
        return self.fits_gpus and self.lacking(memory) is None

    def at_ease(self, memory: Memory) -> bool:
        """Whether it fits without parts of the file being dropped and read again and again."""
        return self.fits(memory) and self.memory <= memory.free


def plan(
    figures: Figures, spec: ModelSpec, devices: Sequence[Device] = (), window: int | None = None
) -> Plan:
    """Where the model goes as `spec` asks for it: as many layers on GPUs as fit, unless it says.

    Args:
        window: tokens, instead of those of `spec`.
    """
    window = min(window or spec.context_tokens, figures.trained or spec.context_tokens)
    every = len(figures.layers) + 1
    asked = spec.gpu_layers
    if not devices or asked == 0 or every == 1:
        return _laid_out(figures, spec, devices, window, (0,) * len(devices))
    if asked is not None:
        count = every if asked < 0 else min(asked, every)
        split = _packed(figures, spec, devices, window, count)
        return _laid_out(figures, spec, devices, window, split or _by_memory(devices, count))
    return _laid_out(figures, spec, devices, window, _as_many(figures, spec, devices, window))


def largest_window(
    figures: Figures,
    spec: ModelSpec,
    devices: Sequence[Device],
    wanted: Callable[[Plan], bool],
) -> int:
    """The largest window up to that of `spec` whose plan is as `wanted`; 0 where none is.

    A smaller window never takes more.
    """
    most = min(spec.context_tokens, figures.trained or spec.context_tokens)
    if wanted(plan(figures, spec, devices, most)):
        return most
    low, high = 0, most // WINDOW_STEP
    while low < high:
        middle = (low + high + 1) // 2
        if wanted(plan(figures, spec, devices, middle * WINDOW_STEP)):
            low = middle
        else:
            high = middle - 1
    return low * WINDOW_STEP


def buffers(figures: Figures, spec: ModelSpec, cells: int) -> int:
    """Bytes that evaluating one batch takes on each device.

    The scores of the batch against all cells, or the odds of the whole vocabulary: they do not live
    at the same time. Measured with SmolLM2: 26.2 MiB at 9,216 cells and 64 tokens, 187 at 512.
    """
    batch = spec.batch_tokens
    scores = 0 if spec.flash_attention or spec.kv_type != "f16" else figures.heads
    seen = batch * cells * 4 * (scores + 1)
    odds = batch * figures.vocabulary * 4
    live = batch * 4 * (_LIVE * figures.width + 2 * figures.inner)
    return max(seen, odds) + live + _SLACK


def _as_many(
    figures: Figures, spec: ModelSpec, devices: Sequence[Device], window: int
) -> tuple[int, ...]:
    """As many layers as fit; all on one GPU where one has room for them.

    What goes from one GPU to the next takes longer than what stays.
    """
    every = len(figures.layers) + 1
    for at, device in enumerate(devices):
        if alone := _packed(figures, spec, (device,), window, every):
            return (0,) * at + alone + (0,) * (len(devices) - at - 1)
    # The output alone on a GPU is not worth the way.
    for count in range(every, 1, -1):
        if split := _packed(figures, spec, devices, window, count):
            return split
    return (0,) * len(devices)


def _packed(
    figures: Figures, spec: ModelSpec, devices: Sequence[Device], window: int, count: int
) -> tuple[int, ...] | None:
    """The last `count` layers given to the devices in their order; None where they do not fit."""
    cells = window + TAKES_ROOM
    sizes = [
        weights + _cache(spec, kept, cells)
        for weights, kept in zip(figures.layers, figures.cache, strict=True)
    ]
    sizes.append(figures.output)
    waiting = sizes[len(sizes) - count :]
    overhead = _gpu_buffers(figures, spec, cells)
    split = []
    at = 0
    for device in devices:
        left = device.free - KEPT_BACK - overhead
        first = at
        while at < len(waiting) and waiting[at] <= left:
            left -= waiting[at]
            at += 1
        split.append(at - first)
    return tuple(split) if at == len(waiting) else None


def _by_memory(devices: Sequence[Device], count: int) -> tuple[int, ...]:
    """`count` layers shared out by free memory, as llama.cpp does when nobody tells it."""
    free = sum(device.free for device in devices) or 1
    split, given, so_far = [], 0, 0
    for device in devices:
        so_far += device.free
        upto = round(count * so_far / free)
        split.append(upto - given)
        given = upto
    split[-1] += count - given
    return tuple(split)


def _laid_out(
    figures: Figures,
    spec: ModelSpec,
    devices: Sequence[Device],
    window: int,
    split: tuple[int, ...],
) -> Plan:
    cells = window + TAKES_ROOM
    every = len(figures.layers)
    at = every + 1 - sum(split)
    overhead = _gpu_buffers(figures, spec, cells)
    shares = []
    below = at
    for count in split:
        upto = at + count
        weights = sum(figures.layers[at:upto]) + (figures.output if at <= every < upto else 0)
        cache = sum(_cache(spec, kept, cells) for kept in figures.cache[at:upto])
        layers = max(0, min(upto, every) - min(at, every))
        shares.append(Share(layers, weights, cache, overhead) if count else Share())
        at = upto
    own = figures.layers[:below]
    # Embeddings that serve as the output, too, are in the file once.
    output = 0 if sum(split) or figures.tied else figures.output
    mapped = sum(own) + figures.rest + output
    machine = Share(
        len(own),
        mapped,
        sum(_cache(spec, kept, cells) for kept in figures.cache[:below]),
        buffers(figures, spec, cells),
    )
    return Plan(
        layers=every,
        window=window,
        devices=tuple(devices),
        shares=tuple(shares),
        split=split,
        machine=machine,
        mapped=mapped if spec.mmap and not spec.mlock else 0,
    )


def _cache(spec: ModelSpec, kept: int, cells: int) -> int:
    return int(kept * cells * ELEMENT[spec.kv_type])


def _gpu_buffers(figures: Figures, spec: ModelSpec, cells: int) -> int:
    """On a GPU there must also be room for a tensor of the others, while a prompt is read."""
    return buffers(figures, spec, cells) + figures.largest
