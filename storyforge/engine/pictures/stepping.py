"""What happens between two steps: progress, previews, the words of the next step, a stop."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from storyforge.domain.picture.orders import Drawing
from storyforge.engine.pictures.encoding import Course, Words
from storyforge.engine.pictures.loaded import Loaded
from storyforge.engine.pictures.painter import Say
from storyforge.engine.pictures.previews import preview, without_noise
from storyforge.engine.pictures.samplers import Sampler
from storyforge.engine.sequence import Interrupted

if TYPE_CHECKING:
    import torch


@dataclass(slots=True)
class Steps:
    """Listens to a pipeline that goes up to step `steps` of `of`.

    A scheduler may ask the model twice a step, or once more in all: what the pipeline counts are
    its questions.
    """

    loaded: Loaded
    sampler: Sampler
    course: Course
    steps: int
    every: int
    stopped: Callable[[], bool]
    say: Say
    of: int
    _told: int = 0
    _last: "tuple[torch.Tensor, Any, torch.Tensor] | None" = None

    def watch(self) -> None:
        """Remember what the model says of the latents; only previews need it."""
        own = self.sampler.scheduler.step

        @functools.wraps(own)
        def step(model_output: Any, timestep: Any, sample: Any, *more: Any, **others: Any) -> Any:
            self._last = (model_output, timestep, sample)
            return own(model_output, timestep, sample, *more, **others)

        if self.every > 0:
            self.sampler.scheduler.step = step

    def __call__(self, pipe: Any, index: int, _timestep: Any, _given: Any) -> dict[str, Any]:
        """After each question to the model: what the pipeline should go on with.

        Raises:
            Interrupted: it was stopped. Nothing more is drawn, and nothing is developed, as it
                would be if the pipeline were told of it.
        """
        if self.stopped():
            raise Interrupted
        questions = pipe.num_timesteps
        done = self._step(index, questions)
        if done > self._told:
            self._told = done
            self.say(Drawing(done, self.of, self._preview(done)))
        if index + 1 >= questions:
            return {}
        now, then = (self.course.at(self._step(at, questions)) for at in (index, index + 1))
        return {} if now is then else given(then, named=False)

    def _step(self, index: int, questions: int) -> int:
        """The step, from 1, that the question `index` belongs to."""
        order = getattr(self.sampler.scheduler, "order", 1)
        left = -(-(questions - 1 - index) // order)
        return max(1, self.steps - left)

    def _preview(self, done: int) -> Any:
        if self._last is None or done % self.every or done == self.of:
            return None
        told, timestep, latents = self._last
        clear = without_noise(
            self.sampler.scheduler, told, timestep, latents, grown=self.sampler.grown
        )
        return preview(clear, self.loaded.family)


def given(words: Words, *, named: bool) -> dict[str, Any]:
    """`words` as a pipeline's arguments.

    Args:
        named: as it is called with them; else as it has them between two steps, the negative ones
            before the others.
    """
    if named:
        told = {
            "prompt_embeds": words.prompt,
            "negative_prompt_embeds": words.negative,
            "pooled_prompt_embeds": words.pooled,
            "negative_pooled_prompt_embeds": words.negative_pooled,
        }
        return {name: each for name, each in told.items() if each is not None}
    both = {"prompt_embeds": _joined(words.negative, words.prompt)}
    if words.pooled is not None:
        both["add_text_embeds"] = _joined(words.negative_pooled, words.pooled)
    return both


def _joined(before: "torch.Tensor | None", behind: "torch.Tensor") -> "torch.Tensor":
    import torch

    return behind if before is None else torch.cat([before, behind])
