"""Whether a graphics card of usual size will do for a picture, and by which saving mode.

It goes by heads of files alone: the checkpoint's, and those of all that an order adds to it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from storyforge.domain.picture.adapters import Reference
from storyforge.domain.picture.enlarging import enlarged
from storyforge.domain.picture.orders import Order, PainterSpec, Saving
from storyforge.engine.memory import find_memory
from storyforge.engine.pictures import memory
from storyforge.engine.pictures.families import habits_of
from storyforge.engine.pictures.memory import ALONE, Beside, Needs
from storyforge.i18n import _, listed
from storyforge.images import checkpoints, controlnets, diffusers_folders, ip_adapters, weight_files
from storyforge.images.checkpoint_sizes import Sizes
from storyforge.studio.pictures import heads

#: gigabytes of graphics cards that people have
CARDS = (8, 12, 16)
# What a desktop and the driver keep of a card for themselves.
_KEPT = 700 << 20
# What a ControlNet hands to the U-Net stays until it is used: 0.20 of what that holds itself in
# Stable Diffusion 1, 0.33 in SDXL, measured on their own sizes.
_HANDED = 0.33


@dataclass(frozen=True, slots=True)
class Fit:
    """A card; `saving` is None where it will not do."""

    gigabytes: int
    saving: Saving | None


def fits(spec: PainterSpec, order: Order) -> tuple[Fit, ...]:
    """Which cards will do for the picture of `order`, in half precision where nothing else is set.

    Raises:
        OSError, WrongFile: a file does not tell.
    """
    facts = heads.facts_of(spec.path)
    return fits_of(
        facts.sizes,
        largest(order, habits_of(facts.family).size),
        beside_of(spec, order),
        machine=find_memory().total,
        wanted=spec.saving,
        bytes_each=heads.bytes_each(spec, gpu=True),
        vae_bytes=4 if spec.float32_vae else 0,
    )


def fits_of(
    sizes: Sizes,
    size: tuple[int, int],
    beside: Beside = ALONE,
    *,
    machine: int,
    wanted: Saving | None = None,
    bytes_each: int = 2,
    vae_bytes: int = 0,
) -> tuple[Fit, ...]:
    """The same by numbers alone.

    Args:
        size: the most pixels that are calculated at once.
        machine: bytes of main memory, where what is not in use waits.
        wanted: the saving mode that is set; None for whichever does.
    """
    taken = {
        mode: memory.needs(
            sizes,
            mode,
            width=size[0],
            height=size[1],
            bytes_each=bytes_each,
            vae_bytes=vae_bytes,
            beside=beside,
        )
        for mode in ([wanted] if wanted is not None else Saving)
    }
    there = {mode: each for mode, each in taken.items() if each.machine <= machine}
    return tuple(Fit(card, _first(there, card << 30)) for card in CARDS)


def _first(taken: Mapping[Saving, Needs], card: int) -> Saving | None:
    """The mode that costs least time of those that a card has room for."""
    return next((mode for mode, each in taken.items() if each.device + _KEPT <= card), None)


def words(found: tuple[Fit, ...]) -> str:
    """What an author reads of it: a larger card is named where it does better."""
    before = (None, *(fit.saving for fit in found))
    told = [
        fit
        for fit, smaller in zip(found, before, strict=False)
        if fit.saving is None or fit.saving is not smaller
    ]
    return _("Graphics memory: {what}.").format(what=listed(map(_of_card, told)))


def _of_card(fit: Fit) -> str:
    if fit.saving is None:
        return _("{size} GB will not do").format(size=fit.gigabytes)
    if fit.saving is Saving.NONE:
        return _("{size} GB will do").format(size=fit.gigabytes)
    told = _("{size} GB will do, saved by “{mode}”")
    return told.format(size=fit.gigabytes, mode=fit.saving.value)


def largest(order: Order, side: int) -> tuple[int, int]:
    """The most pixels that are calculated at once for `order`; `side` is the family's."""
    size = (order.width, order.height)
    sizes = [] if order.is_kept else [size]
    if order.hires is not None:
        sizes.append(enlarged(size, order.hires.scale))
    if order.faces is not None:
        sizes.append((order.faces.size or side,) * 2)
    if order.larger is not None:
        sizes.append((order.larger.tile or side,) * 2)
    return max(sizes or [size], key=lambda size: size[0] * size[1])


def kind_of(order: Order) -> tuple[object, ...]:
    """What of an order memory goes by: orders of one kind take about the same."""
    added = (order.controls, order.references, order.people)
    passes = (order.hires, order.faces, order.larger)
    return (order.width, order.height, *passes, *map(len, added))


def beside_of(spec: PainterSpec, order: Order | None = None) -> Beside:
    """What lies in memory beside the checkpoint.

    Raises:
        OSError, WrongFile: a file does not tell.
    """
    found = ALONE
    if spec.refiner is not None:
        found = replace(found, in_turns=(checkpoints.look(spec.refiner).sizes.unet,))
    if order is None:
        return found
    at_steps = sum(_of_control(each.model) for each in order.controls)
    seen = [ip_adapters.sight(each.adapter, each.encoder) for each in _references(order)]
    return replace(
        found,
        at_steps=at_steps,
        held=_HANDED * len(order.controls),
        before=max((each.adapter.numbers + each.encoder.numbers for each in seen), default=0),
    )


def _references(order: Order) -> Iterator[Reference]:
    yield from order.references
    yield from (each.reference for each in order.people if each.reference is not None)


def _of_control(path: Path) -> int:
    """Numbers of a ControlNet's weights."""
    files = diffusers_folders.files_of(path) if path.is_dir() else (path,)
    tensors = (controlnets.own(weight_files.look(file).tensors) for file in files)
    return sum(each.count for held in tensors for each in held.values())
