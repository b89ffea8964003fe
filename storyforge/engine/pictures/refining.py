"""SDXL's second checkpoint: it takes over the last steps, as diffusers' ensemble of experts does.

It reads with the first one's second text encoder and shares its VAE, so only its U-Net is loaded.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyforge.domain.picture.orders import Family, Order
from storyforge.engine.pictures import folder_parts, single_files
from storyforge.engine.pictures.encoding import Course, Encoder
from storyforge.engine.pictures.loaded import Loaded
from storyforge.engine.pictures.samplers import Sampler, sampler_of
from storyforge.engine.pictures.single_files import Wishes
from storyforge.engine.pictures.stepping import Steps, given
from storyforge.engine.pictures.weights import Told
from storyforge.images import diffusers_folders

if TYPE_CHECKING:
    import torch

# What its makers trained it to be told: diffusers' own numbers.
_SCORED = {"requires_aesthetics_score": True, "force_zeros_for_empty_prompt": False}


def size_of(path: Path) -> int:
    """Bytes of its U-Net, which will be read."""
    if path.is_dir():
        return sum(each.stat().st_size for each in diffusers_folders.files_of(path / "unet"))
    return single_files.unet_size(path)


def load(path: Path, wishes: Wishes, base: Any, told: Told) -> Any:
    """diffusers' pipeline on the refiner's U-Net and the parts of `base` that it shares.

    Raises:
        EngineFault: it cannot be used.
    """
    import diffusers

    scheduler, scored = single_files.scheduler(Family.SDXL, "", zero_snr=False), _SCORED
    if path.is_dir():
        there = diffusers_folders.parts(path)
        unet = folder_parts.unet_of(path, wishes.dtype, told)
        scheduler = folder_parts.scheduler_of(path / "scheduler", there, "", Family.SDXL)
        index = diffusers_folders.read_json(path / diffusers_folders.INDEX)
        scored = {name: bool(index.get(name, usual)) for name, usual in _SCORED.items()}
    else:
        unet = single_files.refiner_unet(path, wishes.dtype, told)
    pipe = diffusers.StableDiffusionXLImg2ImgPipeline(
        vae=base.vae,
        text_encoder=None,
        tokenizer=None,
        text_encoder_2=base.text_encoder_2,
        tokenizer_2=base.tokenizer_2,
        unet=unet,
        scheduler=scheduler,
        add_watermarker=False,
        **scored,
    )
    pipe.set_progress_bar_config(disable=True)
    return pipe


@dataclass(frozen=True, slots=True)
class Finish:
    """How a picture is finished.

    Attributes:
        begins: from which part of the steps on.
        before: the steps that are taken without it.
    """

    sampler: Sampler
    course: Course
    begins: float
    before: int


class Refiner:
    """Finishes what the base began, where the checkpoint was given one."""

    def __init__(self, loaded: Loaded) -> None:
        self._loaded = loaded
        self._pipe = loaded.later[0]
        self._encoder = Encoder(loaded, self._pipe)

    def planned(
        self, order: Order, steps: int, digest: str, stopped: Callable[[], bool]
    ) -> Finish | None:
        """How the picture of `order` is finished; None where no step is left for it.

        As `Encoder.course` for the rest.
        """
        begins = self._loaded.spec.refine_from
        sampler = sampler_of(order.sampler, order.schedule, self._pipe.scheduler)
        before = _before(sampler.scheduler, steps, begins)
        if before >= steps:
            return None
        course = self._encoder.course(order, steps, digest, stopped)
        return Finish(sampler, course, begins, before)

    def finished(
        self, plan: Finish, steps: Steps, latents: "torch.Tensor", **more: Any
    ) -> "torch.Tensor":
        """What becomes of `latents`, which have some noise left.

        Args:
            steps: that listened to the base; it goes on counting.
            more: arguments of the call.
        """
        later = Steps(
            self._loaded,
            plan.sampler,
            plan.course,
            steps.of,
            steps.every,
            steps.stopped,
            steps.say,
            steps.of,
        )
        later.watch()
        own, self._pipe.scheduler = self._pipe.scheduler, plan.sampler.scheduler
        try:
            made: torch.Tensor = self._pipe(
                **given(plan.course.first, named=True),
                image=latents,
                denoising_start=plan.begins,
                callback_on_step_end=later,
                callback_on_step_end_tensor_inputs=[],
                output_type="latent",
                **more,
            ).images
        finally:
            self._pipe.scheduler = own
            self._pipe.maybe_free_model_hooks()
        return made


def _before(scheduler: Any, steps: int, begins: float) -> int:
    """The steps of the base, counted as its pipeline counts them."""
    scheduler.set_timesteps(steps)
    trained = scheduler.config.num_train_timesteps
    end = round(trained - begins * trained)
    questions = sum(1 for each in scheduler.timesteps.tolist() if each >= end)
    return -(-questions // getattr(scheduler, "order", 1))
