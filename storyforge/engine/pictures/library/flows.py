"""Stable Diffusion 3 and FLUX, drawn with by diffusers' AutoPipelines of their folders."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from storyforge.domain.picture.orders import Drawing, Drawn, Family, Flaw, Order
from storyforge.engine.pictures.canvases import Canvas, canvas_of
from storyforge.engine.pictures.drawing import possible, strength_of
from storyforge.engine.pictures.library.heeding import glimpse, heeding, watching
from storyforge.engine.pictures.library.kinds import KINDS
from storyforge.engine.pictures.library.wording import refuse, words_of
from storyforge.engine.pictures.loaded import Loaded
from storyforge.engine.pictures.noise import generator
from storyforge.engine.pictures.painter import Say
from storyforge.engine.sequence import Interrupted
from storyforge.images.rasters import raster_of

if TYPE_CHECKING:
    import torch

# Prompts kept as they were read: T5 takes longer for one than a step does.
_KEPT = 8
# What the encoders' makers give a distilled FLUX to read at most.
_SHORT = 256

# What Stable Diffusion 3 makes of a prompt, in its order.
_EMBEDS = (
    "prompt_embeds",
    "negative_prompt_embeds",
    "pooled_prompt_embeds",
    "negative_pooled_prompt_embeds",
)

Words = Mapping[str, "torch.Tensor"]


@dataclass(frozen=True, slots=True)
class _Plan:
    order: Order
    canvas: Canvas | None
    words: Words


class FlowDrawer:
    """Draws with a transformer that follows a flow; keeps the prompts that it has read."""

    def __init__(self, loaded: Loaded) -> None:
        self.loaded = loaded
        self._words: OrderedDict[tuple[str, str, bool], Words] = OrderedDict()
        self._pipes: dict[str, Any] = {}

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
        prompt, negative = words_of(order, self.loaded, say)
        canvas = None
        if order.redraw is not None:
            canvas = canvas_of(order.redraw, order.width, order.height)
        pipe = self._pipe(canvas)
        try:
            with heeding((self.loaded.pipe,), stopped):
                words = self._read(prompt, negative, guided=order.guidance > 1)
                picture = self._drawn(pipe, _Plan(order, canvas, words), stopped, say)
        finally:
            self.loaded.pipe.maybe_free_model_hooks()
        flaw = Flaw.NONE if picture.convert("L").getextrema()[1] else Flaw.BLACK
        if canvas is not None:
            picture = canvas.finished(picture)
        kind = type(self.loaded.pipe.scheduler).__name__
        told = {"sampler": KINDS[self.loaded.family].sampler, "scheduler": kind}
        return Drawn(raster_of(picture), order.seed, flaw, {**self.loaded.made_with, **told})

    def _drawn(self, pipe: Any, plan: _Plan, stopped: Callable[[], bool], say: Say) -> Any:
        """The picture, as large as it was drawn."""
        order, last = plan.order, dict[str, Any]()

        def hear(told: Any, sample: Any, _made: Any) -> None:
            # It has counted on already.
            sigma = float(pipe.scheduler.sigmas[pipe.scheduler.step_index - 1])
            last["clear"] = sample - sigma * told

        def counted(pipe: Any, index: int, _timestep: Any, _given: Any) -> dict[str, Any]:
            if stopped():
                raise Interrupted
            done, steps = index + 1, pipe.num_timesteps
            is_seen = bool(last) and done % order.preview_every == 0 and done < steps
            say(Drawing(done, steps, self._glimpse(last["clear"], order) if is_seen else None))
            return {}

        with ExitStack() as stack:
            if order.preview_every > 0:
                stack.enter_context(watching(pipe.scheduler, hear))
            return pipe(
                **plan.words,
                **self._begun(plan),
                **self._length(),
                num_inference_steps=order.steps,
                guidance_scale=order.guidance,
                generator=generator(order.seed),
                callback_on_step_end=counted,
                callback_on_step_end_tensor_inputs=["latents"],
            ).images[0]

    def _begun(self, plan: _Plan) -> dict[str, Any]:
        """What a picture begins as: noise, or another picture."""
        size = {"width": plan.order.width, "height": plan.order.height}
        if plan.canvas is None:
            return size
        begun = {**size, "image": plan.canvas.seen, "strength": strength_of(plan.order)}
        return begun if plan.canvas.mask is None else {**begun, "mask_image": plan.canvas.mask}

    def _length(self) -> dict[str, int]:
        """How many tokens T5 reads, where that is not as usual."""
        is_flux = self.loaded.family is Family.FLUX
        distilled = is_flux and not self.loaded.pipe.transformer.config.guidance_embeds
        return {"max_sequence_length": _SHORT} if distilled else {}

    def _read(self, prompt: str, negative: str, *, guided: bool) -> Words:
        """The prompts as the pipeline itself reads them, once each."""
        import torch

        key = (prompt, negative, guided)
        if key not in self._words:
            with torch.no_grad():
                self._words[key] = self._fresh(prompt, negative, guided=guided)
            if len(self._words) > _KEPT:
                self._words.popitem(last=False)
        self._words.move_to_end(key)
        return self._words[key]

    def _fresh(self, prompt: str, negative: str, *, guided: bool) -> Words:
        pipe = self.loaded.pipe
        if self.loaded.family is Family.FLUX:
            words, pooled, _ids = pipe.encode_prompt(prompt, None, **self._length())
            return {"prompt_embeds": words, "pooled_prompt_embeds": pooled}
        read = pipe.encode_prompt(
            prompt, None, None, negative_prompt=negative, do_classifier_free_guidance=guided
        )
        told = zip(_EMBEDS, read, strict=True)
        return {name: each for name, each in told if each is not None}

    def _glimpse(self, latents: "torch.Tensor", order: Order) -> Any:
        if self.loaded.family is Family.FLUX:
            pipe = self.loaded.pipe
            factor = pipe.vae_scale_factor
            latents = pipe._unpack_latents(latents, order.height, order.width, factor)
        return glimpse(self.loaded, latents)

    def _pipe(self, canvas: Canvas | None) -> Any:
        """The pipeline of the family for what a picture begins from, made of the same parts."""
        import diffusers

        if canvas is None:
            return self.loaded.pipe
        name = "AutoPipelineForImage2Image"
        if canvas.mask is not None:
            name = "AutoPipelineForInpainting"
        if name not in self._pipes:
            pipe = getattr(diffusers, name).from_pipe(self.loaded.pipe)
            pipe.set_progress_bar_config(disable=True)
            self._pipes[name] = pipe
        return self._pipes[name]

    def let_go(self) -> None:
        """Forget what is kept: the parts change their places."""
        self._words.clear()
        self._pipes.clear()
