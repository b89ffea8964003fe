"""One order, drawn: by diffusers' own pipelines, so that a picture is theirs to the bit.

Everything that an order asks for is made for it and taken back behind it: of one order nothing is
left for the next. How words, steps and pixels are made is other rooms' business.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from storyforge.domain.picture.grammar import notes_of
from storyforge.domain.picture.heat import Heat
from storyforge.domain.picture.orders import Drawn, Family, Order, PainterNote
from storyforge.engine.pictures.additions import Added, Asked, all_of
from storyforge.engine.pictures.canvases import Canvas, canvas_of
from storyforge.engine.pictures.developing import Developed, develop, reading_pictures
from storyforge.engine.pictures.encoding import Course, Encoder
from storyforge.engine.pictures.loaded import Loaded
from storyforge.engine.pictures.loras.merging import Applied, Loras
from storyforge.engine.pictures.noise import generator, mixed, vary
from storyforge.engine.pictures.painter import Say
from storyforge.engine.pictures.refining import Finish, Refiner
from storyforge.engine.pictures.samplers import Sampler, sampler_of
from storyforge.engine.pictures.stepping import Steps, given
from storyforge.engine.sequence import Interrupted
from storyforge.i18n import N_
from storyforge.images.rasters import raster_of

if TYPE_CHECKING:
    import torch

#: sides are multiples of it, whatever the VAE's factor: the pipelines insist
GRID = 8
#: the schedules have a thousand moments, and skip at least every other
MOST_STEPS = 500


@dataclass(frozen=True, slots=True)
class _Plan:
    """An order, and what it needs, all of it looked at before the first step."""

    order: Order
    sampler: Sampler
    canvas: Canvas | None
    applied: Applied
    course: Course
    steps: int
    finish: Finish | None = None


class Drawer:
    """Draws with a checkpoint that is loaded; keeps what the next order can use again."""

    def __init__(self, loaded: Loaded) -> None:
        self.loaded = loaded
        self._loras = Loras(loaded)
        self._encoder = Encoder(loaded)
        self._refiner = Refiner(loaded) if loaded.later else None
        self._additions = all_of(loaded)
        self._pipes: dict[tuple[object, ...], Any] = {}

    def draw(self, order: Order, stopped: Callable[[], bool], say: Say) -> Drawn:
        """The picture of `order`; notes and steps are said meanwhile.

        Raises:
            EngineFault: it cannot be drawn as it is ordered.
            Interrupted: it was stopped.
        """
        if stopped():
            raise Interrupted
        try:
            plan = self._planned(order, stopped, say)
            with self._added(plan, stopped, say) as added:
                latents = self._latents(plan, added, stopped, say)
                heat = _heat_of(added)
            if stopped():
                raise Interrupted
            developed = develop(self.loaded, latents)
        finally:
            for pipe in reversed(self.loaded.pipes):
                pipe.maybe_free_model_hooks()
        for note in developed.notes:
            say(note)
        picture = developed.picture
        if plan.canvas is not None:
            picture = plan.canvas.finished(picture)
        facts = self._facts(plan, added, developed)
        return Drawn(raster_of(picture), order.seed, developed.flaw, facts, heat)

    def _planned(self, order: Order, stopped: Callable[[], bool], say: Say) -> _Plan:
        for note in notes_of(f"{order.prompt}\n{order.negative}"):
            say(note)
        order = possible(order, say)
        sampler = sampler_of(order.sampler, order.schedule, self.loaded.pipe.scheduler)
        canvas = None
        if order.redraw is not None:
            canvas = canvas_of(order.redraw, order.width, order.height)
        steps = steps_of(order)
        applied = self._loras.apply(order.loras, stopped)
        for note in (*sampler.notes, *applied.notes):
            say(note)
        course = self._encoder.course(order, steps, applied.text_digest, stopped)
        finish = None
        if self._refiner is not None and canvas is None:
            finish = self._refiner.planned(order, steps, applied.text_digest, stopped)
        return _Plan(order, sampler, canvas, applied, course, steps, finish)

    @contextmanager
    def _added(
        self, plan: _Plan, stopped: Callable[[], bool], say: Say
    ) -> Iterator[tuple[Added, ...]]:
        """Inside, all that the order asks for beside words and steps is put in."""
        asked = Asked(plan.order, plan.sampler, plan.canvas, plan.course, plan.steps, stopped, say)
        with ExitStack() as stack:
            wanted = (each for each in self._additions if each.wanted(plan.order))
            yield tuple(stack.enter_context(each.put(asked)) for each in wanted)

    def _latents(
        self, plan: _Plan, added: tuple[Added, ...], stopped: Callable[[], bool], say: Say
    ) -> "torch.Tensor":
        order, finish = plan.order, plan.finish
        steps = Steps(
            self.loaded,
            plan.sampler,
            plan.course,
            plan.steps if finish is None else finish.before,
            order.preview_every,
            stopped,
            say,
            plan.steps,
        )
        steps.watch()
        begun = self._begun(plan)
        shared = {"num_inference_steps": order.steps, "guidance_scale": order.guidance}
        pipe = self._pipe(plan, added)
        with _scheduler(pipe, plan.sampler.scheduler), self._freeu(order.freeu):
            asked = {
                **given(plan.course.first, named=True),
                **begun,
                **shared,
                "callback_on_step_end": steps,
                "callback_on_step_end_tensor_inputs": [],
                "output_type": "latent",
            }
            if finish is not None:
                asked["denoising_end"] = finish.begins
            for each in added:
                asked |= each.given
            with reading_pictures(self.loaded):
                latents: torch.Tensor = pipe(**asked).images
        if self._refiner is None or finish is None:
            return latents
        source = begun["generator"]
        return self._refiner.finished(finish, steps, latents, generator=source, **shared)

    def _begun(self, plan: _Plan) -> dict[str, Any]:
        """What a picture begins as: noise, or another picture."""
        order, source = plan.order, generator(plan.order.seed)
        begun: dict[str, Any] = {"generator": source}
        redraw, variation = order.redraw, order.variation
        if redraw is None or plan.canvas is None:
            begun |= {"width": order.width, "height": order.height}
            if variation is not None:
                begun["latents"] = mixed(self._noise(plan, source), variation)
            return begun
        begun |= {"image": plan.canvas.seen, "strength": strength_of(order)}
        if variation is not None:
            vary(plan.sampler.scheduler, variation)
        if plan.canvas.mask is None:
            return begun
        begun |= {"mask_image": plan.canvas.mask, "width": order.width, "height": order.height}
        if variation is not None and begun["strength"] == 1.0:
            # it begins as noise alone then: the second that the seed gives, behind the picture's
            other = generator(order.seed)
            self._noise(plan, other)
            begun["latents"] = mixed(self._noise(plan, other), variation)
        return begun

    def _noise(self, plan: _Plan, source: "torch.Generator") -> "torch.Tensor":
        """The noise that the pipeline would make itself."""
        from diffusers.utils.torch_utils import randn_tensor

        order, pipe = plan.order, self.loaded.pipe
        sides = (each // pipe.vae_scale_factor for each in (order.height, order.width))
        shape = (1, pipe.unet.config.in_channels, *sides)
        device, dtype = self.loaded.device, plan.course.first.prompt.dtype
        noise: torch.Tensor = randn_tensor(shape, generator=source, device=device, dtype=dtype)
        return noise

    def _pipe(self, plan: _Plan, added: tuple[Added, ...]) -> Any:
        """The pipeline for the plan's order; all are made of the same parts."""
        import diffusers

        row = self.loaded.row
        names = (row.pipeline, row.redrawing, row.inpainting)
        parts = dict[str, Any]()
        for each in added:
            names = each.pipelines or names
            parts |= each.parts
        name = names[0]
        if plan.canvas is not None:
            name = names[1 if plan.canvas.mask is None else 2]
        if name == row.pipeline:
            return self.loaded.pipe
        key = (name, *map(id, parts.values()))
        if key not in self._pipes:
            # A pipeline holds what was added to it: only the last one's is kept.
            self._pipes = {of: pipe for of, pipe in self._pipes.items() if of[1:] in ((), key[1:])}
            pipe = self.loaded.pipe
            wide = self.loaded.family is Family.SDXL
            more = {"add_watermarker": False} if wide else {"requires_safety_checker": False}
            pipe = getattr(diffusers, name)(**pipe.components, **parts, **more)
            pipe.set_progress_bar_config(disable=True)
            self._pipes[key] = pipe
        return self._pipes[key]

    @contextmanager
    def _freeu(self, on: bool) -> Iterator[None]:
        if not on:
            yield
            return
        s1, s2, b1, b2 = self.loaded.row.freeu
        self.loaded.pipe.enable_freeu(s1=s1, s2=s2, b1=b1, b2=b2)
        try:
            yield
        finally:
            self.loaded.pipe.disable_freeu()

    def _facts(
        self, plan: _Plan, added: tuple[Added, ...], developed: Developed
    ) -> Mapping[str, str]:
        """All that it takes to draw the same again, beside the order."""
        hashes = {fact.name: fact.hash for fact in plan.applied.facts}
        embedded = {word: each.digest for word, each in plan.course.embeddings.items()}
        return {
            **self.loaded.made_with,
            "lora hashes": json.dumps(hashes, ensure_ascii=False),
            "embedding hashes": json.dumps(embedded, ensure_ascii=False),
            **dict(plan.sampler.told),
            "VAE dtype": developed.dtype,
            **{name: told for each in added for name, told in each.facts.items()},
        }

    def let_go(self) -> None:
        """Have the checkpoint as it was loaded: another saving mode changes its parts' places."""
        self._encoder = Encoder(self.loaded)
        self._refiner = Refiner(self.loaded) if self.loaded.later else None
        self._loras.remove()
        self._pipes.clear()
        for each in self._additions:
            each.let_go()


def steps_of(order: Order) -> int:
    """The steps that are really taken: a picture that is redrawn begins behind the first ones."""
    if order.redraw is None:
        return max(1, order.steps)
    return min(int(order.steps * strength_of(order)), order.steps)


def strength_of(order: Order) -> float:
    """The denoising strength, at least so much that one step is taken."""
    if order.redraw is None:
        return 1.0
    return min(1.0, max(order.redraw.strength, (1 + 1e-9) / order.steps))


def possible(order: Order, say: Say, grid: int = GRID) -> Order:
    """`order` with a size and steps that can be drawn; what is corrected is said."""
    width, height = (max(grid, round(side / grid) * grid) for side in (order.width, order.height))
    if (width, height) != (order.width, order.height):
        text = N_("Pictures are drawn in multiples of {grid} pixels: {drawn} instead of {ordered}.")
        drawn, ordered = f"{width}×{height}", f"{order.width}×{order.height}"
        say(PainterNote(text, {"grid": str(grid), "drawn": drawn, "ordered": ordered}))
    steps = min(max(1, order.steps), MOST_STEPS)
    if steps != order.steps:
        text = N_("A picture is drawn in 1 to {most} steps: {drawn} instead of {ordered}.")
        values = {"most": MOST_STEPS, "drawn": steps, "ordered": order.steps}
        say(PainterNote(text, {name: str(value) for name, value in values.items()}))
    return replace(order, width=width, height=height, steps=steps)


def _heat_of(added: tuple[Added, ...]) -> tuple[Heat, ...]:
    return tuple(heat for each in added if each.heat is not None for heat in each.heat())


@contextmanager
def _scheduler(pipe: Any, scheduler: Any) -> Iterator[None]:
    """Inside, `pipe` draws by `scheduler`; it has its own behind it."""
    own, pipe.scheduler = pipe.scheduler, scheduler
    try:
        yield
    finally:
        pipe.scheduler = own
