"""Stagings that are kept: ControlNets listen beside the U-Net, by diffusers' own pipelines."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from storyforge.domain.picture.orders import Family, Order
from storyforge.domain.picture.staging import Control
from storyforge.engine.pictures.additions.base import Added, Asked
from storyforge.engine.pictures.controls.nets import Net, Nets, placed
from storyforge.engine.pictures.controls.stagings import fitted, staging_of
from storyforge.engine.pictures.loaded import Loaded
from storyforge.engine.sequence import Interrupted

if TYPE_CHECKING:
    from PIL.Image import Image

_PLAIN = (
    "StableDiffusionControlNetPipeline",
    "StableDiffusionControlNetImg2ImgPipeline",
    "StableDiffusionControlNetInpaintPipeline",
)
_WIDE = (
    "StableDiffusionXLControlNetPipeline",
    "StableDiffusionXLControlNetImg2ImgPipeline",
    "StableDiffusionXLControlNetInpaintPipeline",
)
#: of weights; more only burns the picture
MOST = 2.0


class Controls:
    """`Addition` for an order's `controls`."""

    def __init__(self, loaded: Loaded) -> None:
        self._loaded = loaded
        self._nets = Nets(loaded)
        self._read: dict[str, Image] = {}

    def wanted(self, order: Order) -> bool:
        """Whether it keeps a staging."""
        return any(_counts(each) for each in order.controls)

    @contextmanager
    def put(self, asked: Asked) -> Iterator[Added]:
        """Inside, the ControlNets lie where the U-Net does.

        Raises:
            EngineFault: a ControlNet or a staging cannot be used.
            Interrupted: it was stopped.
        """
        order = asked.order
        controls = tuple(each for each in order.controls if _counts(each))
        nets = self._nets.get([each.model for each in controls], asked.stopped)
        stagings = self._stagings(controls, asked)
        with ExitStack() as stack:
            for model in {id(net.model): net.model for net in nets}.values():
                stack.enter_context(placed(model, self._loaded))
            yield Added(
                _WIDE if self._loaded.family is Family.SDXL else _PLAIN,
                {"controlnet": self._nets.as_one(nets)},
                _given(controls, stagings, "image" if asked.canvas is None else "control_image"),
                _facts(controls, nets),
            )

    def let_go(self) -> None:
        """Forget ControlNets; what was read of pictures stays."""
        self._nets.let_go()

    def _stagings(self, controls: tuple[Control, ...], asked: Asked) -> "list[Image]":
        """Each as large as what is drawn; read once, however often it is drawn after."""
        size = (asked.order.width, asked.order.height)
        before, self._read = self._read, {}
        for control in controls:
            if asked.stopped():
                raise Interrupted
            key = _key(control, size)
            self._read[key] = before.get(key) or staging_of(
                control, size, self._loaded.device, asked.say
            )
        return [fitted(self._read[_key(each, size)], size, asked.canvas) for each in controls]


def _counts(control: Control) -> bool:
    return control.weight > 0 and max(0.0, control.begin) < min(1.0, control.end)


def _given(controls: tuple[Control, ...], stagings: "list[Image]", name: str) -> dict[str, Any]:
    """Arguments of the pipeline's call: lists for several, the one itself for one."""
    told: dict[str, list[Any]] = {
        name: stagings,
        "controlnet_conditioning_scale": [min(each.weight, MOST) for each in controls],
        "control_guidance_start": [max(0.0, each.begin) for each in controls],
        "control_guidance_end": [min(1.0, each.end) for each in controls],
    }
    return told if len(controls) > 1 else {each: values[0] for each, values in told.items()}


def _facts(controls: tuple[Control, ...], nets: tuple[Net, ...]) -> dict[str, str]:
    hashes = {control.model.stem: net.hash for control, net in zip(controls, nets, strict=True)}
    return {"control hashes": json.dumps(hashes, ensure_ascii=False)}


def _key(control: Control, size: tuple[int, int]) -> str:
    """A staging by all that it is read from."""
    digest = hashlib.sha256(control.image).hexdigest()
    return "|".join(map(str, (control.kind, digest, control.ready, control.reader, size)))
