"""DeepFloyd IF: a picture of 64 pixels a side, made four times as large, and four times again.

T5 reads the prompt once for the first two stages; the third, Stable Diffusion's upscaler, has an
encoder of its own.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from storyforge.domain.picture.orders import Drawing, Drawn, Flaw, Order, PainterNote
from storyforge.engine.pictures.drawing import possible
from storyforge.engine.pictures.library.heeding import heeding, raster_of_pixels, watching
from storyforge.engine.pictures.library.kinds import KINDS
from storyforge.engine.pictures.library.wording import refuse, words_of
from storyforge.engine.pictures.loaded import Loaded
from storyforge.engine.pictures.noise import generator
from storyforge.engine.pictures.painter import Say
from storyforge.engine.sequence import Interrupted
from storyforge.i18n import N_
from storyforge.images.rasters import raster_of

if TYPE_CHECKING:
    import torch
    from PIL.Image import Image

    Pair = tuple[torch.Tensor, torch.Tensor]

#: a stage makes it so many times as large
_TIMES = 4
# Steps of the later stages by those of the first, as diffusers has them: 100, 50, 75.
_SHARES = (1.0, 0.5, 0.75)
# As its makers advise: the guidance of the later stages, and the noise that the last one adds.
_SECOND, _THIRD, _NOISE = 4.0, 9.0, 100
_KEPT = 8
_DOING = N_("stage {number} of {count}")


@dataclass(slots=True)
class _Count:
    """Steps of all stages, told as one count."""

    steps: tuple[int, ...]
    every: int
    stopped: Callable[[], bool]
    say: Say
    stage: int = 0
    clear: Any = None

    def __call__(self, index: int, _timestep: Any, _latents: Any) -> None:
        """After each step of the stage that draws.

        Raises:
            Interrupted: it was stopped.
        """
        if self.stopped():
            raise Interrupted
        done, steps = sum(self.steps[: self.stage]) + index + 1, sum(self.steps)
        seen = None
        if self.every and not done % self.every and self.clear is not None and done < steps:
            seen = raster_of_pixels(self.clear)
        values = {"number": str(self.stage + 1), "count": str(len(self.steps))}
        self.say(Drawing(done, steps, seen, PainterNote(_DOING, values)))

    @contextmanager
    def within(self, pipe: Any) -> Iterator[dict[str, Any]]:
        """Inside, it counts the steps of `pipe`; gives the arguments for that."""
        self.clear = None

        def hear(_told: Any, _sample: Any, made: Any) -> None:
            self.clear = made[1]

        # The last stage's latents are no pixels.
        hearing = hear if self.stage < len(_SHARES) - 1 else _deaf
        with watching(pipe.scheduler, hearing):
            yield {"callback": self, "num_inference_steps": self.steps[self.stage]}
        self.stage += 1


class StageDrawer:
    """Draws with two stages or three; keeps the prompts that T5 has read."""

    def __init__(self, loaded: Loaded) -> None:
        self.loaded = loaded
        self._read: OrderedDict[tuple[str, str], Pair] = OrderedDict()

    def draw(self, order: Order, stopped: Callable[[], bool], say: Say) -> Drawn:
        """The picture of `order`; notes and steps are said meanwhile.

        Raises:
            EngineFault: it cannot be drawn as it is ordered.
            Interrupted: it was stopped.
        """
        if stopped():
            raise Interrupted
        refuse(order, self.loaded)
        order = possible(order, say, KINDS[self.loaded.family].grid)
        words = words_of(order, self.loaded, say)
        count = _Count(self._steps(order), order.preview_every, stopped, say)
        try:
            with heeding(self.loaded.pipes, stopped):
                picture = self._drawn(order, words, count)
                picture, blackened = self._checked(picture)
        finally:
            for pipe in self.loaded.pipes:
                pipe.maybe_free_model_hooks()
        flaw = Flaw.NONE if picture.convert("L").getextrema()[1] else Flaw.BLACK
        scheduler = type(self.loaded.pipe.scheduler).__name__
        facts = {**self.loaded.made_with, "sampler": "DDPM", "scheduler": scheduler}
        return Drawn(raster_of(picture), order.seed, Flaw.BLACKENED if blackened else flaw, facts)

    def _drawn(self, order: Order, words: tuple[str, str], count: _Count) -> "Image":
        """The picture of the last stage."""
        source, guided = generator(order.seed), order.guidance > 1
        first, second, *rest = self.loaded.pipes
        high, wide = (side // _TIMES**2 for side in (order.height, order.width))
        told, untold = self._words(words)
        with count.within(first) as counted:
            small = first(
                prompt_embeds=told,
                negative_prompt_embeds=untold if guided else None,
                height=high,
                width=wide,
                guidance_scale=order.guidance,
                generator=source,
                output_type="pt",
                **counted,
            ).images
        with count.within(second) as counted:
            middle = second(
                image=small,
                prompt_embeds=told,
                negative_prompt_embeds=untold,
                height=high * _TIMES,
                width=wide * _TIMES,
                guidance_scale=_SECOND,
                generator=source,
                output_type="pt",
                **counted,
            ).images
        middle = (middle / 2 + 0.5).clamp(0, 1)
        if not rest:
            pixels = middle.cpu().permute(0, 2, 3, 1).float().numpy()
            picture: Image = first.numpy_to_pil(pixels)[0]
            return picture
        with count.within(rest[0]) as counted:
            finished: Image = rest[0](
                prompt=words[0],
                negative_prompt=words[1],
                image=middle,
                noise_level=_NOISE,
                guidance_scale=_THIRD,
                generator=source,
                **counted,
            ).images[0]
        return finished

    def _steps(self, order: Order) -> tuple[int, ...]:
        shares = _SHARES[: len(self.loaded.pipes)]
        return tuple(max(1, round(order.steps * share)) for share in shares)

    def _words(self, words: tuple[str, str]) -> "Pair":
        """What T5 makes of the prompts, once each."""
        if words not in self._read:
            prompt, negative = words
            self._read[words] = self.loaded.pipe.encode_prompt(prompt, negative_prompt=negative)
            if len(self._read) > _KEPT:
                self._read.popitem(last=False)
        self._read.move_to_end(words)
        return self._read[words]

    def _checked(self, picture: "Image") -> "tuple[Image, bool]":
        """What the safety checker leaves where the folder brought one, and if it blackened it."""
        import numpy

        pipe = self.loaded.pipe
        if pipe.safety_checker is None:
            return picture, False
        seen = pipe.feature_extractor(picture, return_tensors="pt").pixel_values
        pixels = numpy.asarray(picture, dtype=numpy.float32)[None] / 255
        left, unsafe, marked = pipe.safety_checker(
            images=pixels.copy(), clip_input=seen.to(self.loaded.device, self.loaded.dtype)
        )
        (made,) = pipe.numpy_to_pil(left)
        return made, bool(any(unsafe) or any(marked))

    def let_go(self) -> None:
        """Forget what is kept: the parts change their places."""
        self._read.clear()


def _deaf(_told: Any, _sample: Any, _made: Any) -> None:
    """Hear nothing."""
