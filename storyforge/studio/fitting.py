"""Whether a model fits into this machine, asked before it is loaded: numbers, and their sentences.

Reads the model's head and asks the system. Where the engine has a GPU, its free memory is asked for
in an engine process of its own, which ends at once; no model is loaded.
"""

import asyncio
from dataclasses import dataclass

from storyforge.domain.model import ModelSpec
from storyforge.engine import figures, fit_words, fitting
from storyforge.engine.faults import EngineFault, to_error
from storyforge.engine.figures import Figures
from storyforge.engine.fitting import Device, Plan
from storyforge.engine.gpu import built_with_gpu
from storyforge.engine.memory import Memory, find_memory
from storyforge.engine.messages import Survey, Surveyed
from storyforge.engine.process import EngineProcess
from storyforge.errors import ModelError
from storyforge.i18n import _, sentences

# A driver that hangs is given so many seconds; without a word of it the answer is an error.
_GRACE = 20.0


@dataclass(frozen=True, slots=True)
class Fit:
    """What a model would take here.

    Attributes:
        plan, memory: the numbers.
        layers: "24 of 32 layers on the GPU, 5.1 of 8 GiB, KV 0.6"; empty without a GPU.
        needs: "1.4 GiB of memory, 5.1 GiB on the GPU".
        warning: why it will not fit, or fits badly, and with which window it would; else empty.
        advice: with which window all of it would lie on the GPU, where now a part does; else empty.
        fits: it can be loaded.
        window: the largest window that fits; 0 where none does.
    """

    plan: Plan
    memory: Memory
    layers: str
    needs: str
    warning: str
    advice: str
    fits: bool
    window: int

    @property
    def told(self) -> tuple[str, ...]:
        """Everything there is to say, a sentence each."""
        takes = ""
        if self.plan.layers:
            takes = _("It takes {needs} with a window of {tokens:,} tokens.")
            takes = takes.format(needs=self.needs, tokens=self.plan.window)
        return tuple(filter(None, (self.layers, takes, self.warning, self.advice)))


async def fits(spec: ModelSpec) -> Fit:
    """What `spec` would take here now, and whether it fits; what is loaded already is not free.

    Raises:
        BadInput: the model's file is none.
        ModelError: the GPUs cannot be asked.
    """
    sizes = await asyncio.to_thread(figures.read, spec.path)
    return judge(sizes, spec, await devices(), await asyncio.to_thread(find_memory))


async def devices() -> tuple[Device, ...]:
    """The GPUs that the engine would use, with what is free there now.

    Raises:
        ModelError: the engine does not start, or did not answer.
    """
    if not await asyncio.to_thread(built_with_gpu):
        return ()
    try:
        engine = await asyncio.to_thread(EngineProcess)
        try:
            async with asyncio.timeout(_GRACE), engine.job(Survey, grace=0.0) as job:
                answers = [answer async for answer in job.answers()]
        finally:
            engine.kill()
            await engine.close()
    except EngineFault as error:
        raise to_error(error.fault) from error
    except TimeoutError as error:
        raise ModelError(
            _("The GPU's driver does not answer; your text is whole."),
            title=_("GPU not usable"),
            hint=_("Set model.gpu_layers = 0 to do without it."),
        ) from error
    last = answers[-1]
    return last.devices if isinstance(last, Surveyed) else ()


def judge(sizes: Figures, spec: ModelSpec, found: tuple[Device, ...], memory: Memory) -> Fit:
    """The numbers and their sentences; asks nobody."""
    plan = fitting.plan(sizes, spec, found)
    able = plan.fits(memory)
    window = fitting.largest_window(sizes, spec, found, lambda each: each.fits(memory))
    return Fit(
        plan=plan,
        memory=memory,
        layers=fit_words.told(plan),
        needs=fit_words.needs(plan),
        warning=_warning(sizes, spec, plan, memory, window),
        advice=_advice(sizes, spec, plan) if able else "",
        fits=able,
        window=window,
    )


def _warning(sizes: Figures, spec: ModelSpec, plan: Plan, memory: Memory, window: int) -> str:
    gib = fit_words.gib
    lack = plan.lacking(memory)
    if lack or not plan.fits_gpus:
        if lack:
            said = _("It will not fit: {needed} GiB are needed, {given} can be had.")
            said = said.format(needed=gib(lack[0]), given=gib(lack[1]))
        else:
            said = _("It will not fit on the GPU: {needed} GiB are needed there.")
            said = said.format(needed=gib(plan.gpu_used))
        return sentences((said, _way_out(plan, window)))
    if not plan.at_ease(memory):
        said = _(
            "It will be slow: {needed} GiB are needed and {free} are free, so parts of the file "
            "are read again and again."
        ).format(needed=gib(plan.memory), free=gib(memory.free))
        at_ease = fitting.largest_window(sizes, spec, plan.devices, lambda e: e.at_ease(memory))
        return sentences((said, _way_out(plan, at_ease)))
    return ""


def _advice(sizes: Figures, spec: ModelSpec, plan: Plan) -> str:
    if not plan.devices or plan.on_gpu == plan.layers or spec.gpu_layers is not None:
        return ""
    every = plan.layers + 1
    whole = fitting.largest_window(sizes, spec, plan.devices, lambda e: e.gpu_layers == every)
    if not whole:
        return ""
    return _("With model.context_tokens = {window} all of it lies on the GPU.").format(window=whole)


def _way_out(plan: Plan, window: int) -> str:
    """What would do instead."""
    if window:
        return _("With model.context_tokens = {window} it fits.").format(window=window)
    if plan.gpu_layers:
        return _("Fewer layers on the GPU or a smaller file would fit.")
    return _("A smaller file would fit.")
