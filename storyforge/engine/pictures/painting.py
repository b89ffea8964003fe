"""A painter on a checkpoint in memory: a picture, then all that is done to it.

Where memory runs out, the next saving mode is tried once; what is drawn already stays.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from storyforge.domain.picture.orders import (
    Drawing,
    Drawn,
    Order,
    PainterCard,
    PainterNote,
    Saving,
)
from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.pictures import memory
from storyforge.engine.pictures.drawers import drawer_of
from storyforge.engine.pictures.drawing import steps_of
from storyforge.engine.pictures.loaded import Loaded
from storyforge.engine.pictures.painter import Say
from storyforge.engine.pictures.passes import PASSES, people
from storyforge.engine.pictures.passes.base import bare, usual
from storyforge.engine.pictures.passes.pixels import as_it_is
from storyforge.i18n import N_

# How torch's allocators say it, where they raise no error of their own.
_OUT = ("out of memory", "not enough memory", "can't allocate memory", "failed to allocate")


class LoadedPainter:
    """`painter.Painter` on what `loading` made."""

    def __init__(self, loaded: Loaded) -> None:
        self._drawer = drawer_of(loaded)
        self._loaded = loaded

    @property
    def card(self) -> PainterCard:
        """What to tell the author of it."""
        return self._loaded.card

    @property
    def notes(self) -> tuple[PainterNote, ...]:
        """What to say of how it was loaded."""
        return self._loaded.notes

    def paint(self, order: Order, stopped: Callable[[], bool], say: Say) -> None:
        """Draw a picture and do to it what is asked; out of memory, in the next saving mode.

        Raises:
            EngineFault: it cannot be drawn.
            Interrupted: it was stopped.
        """
        order = usual(order, self._loaded.side)
        first = 0 if order.is_kept else steps_of(order)
        people.check(order, self._loaded.family)
        counted = _Counted(say, first + sum(each.works(order) for each in PASSES))

        def once(order: Order, doing: PainterNote | None = None) -> Drawn:
            with counted.part(steps_of(order), doing):
                return self._once(order, stopped, counted.say)

        drawn = as_it_is(order) if order.is_kept else once(bare(order))
        facts, heat = drawn.facts, drawn.heat
        for each in PASSES:
            if each.works(order):
                drawn = each.run(order, drawn, once, counted.say)
                facts = {**drawn.facts, **facts}
        say(replace(drawn, seed=order.seed, facts=facts, heat=heat))

    def _once(self, order: Order, stopped: Callable[[], bool], say: Say) -> Drawn:
        drawn = self._tried(order, stopped, say)
        if drawn is None:
            self._save(order, say)
            drawn = self._tried(order, stopped, say)
        if drawn is None:
            raise self._no_memory(order)
        return drawn

    def _tried(self, order: Order, stopped: Callable[[], bool], say: Say) -> Drawn | None:
        """The picture; None where memory ran out. What the attempt held is free again then."""
        try:
            return self._drawer.draw(order, stopped, say)
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
        _free()
        return None

    def _save(self, order: Order, say: Say) -> None:
        further = memory.further(self._loaded)
        if further is None:
            raise self._no_memory(order)
        self._drawer.let_go()
        memory.apply(self._loaded, further)
        text = N_("Memory ran out: the picture is begun again with the saving mode “{saving}”.")
        say(PainterNote(text, {"saving": further.value}))

    def _no_memory(self, order: Order) -> EngineFault:
        size = f"{order.width}×{order.height}"
        saving: Saving = self._loaded.saving
        return EngineFault(Fault(FaultKind.NO_MEMORY_TO_DRAW, size, more=saving.value))

    def close(self) -> None:
        """Give the memory back; nothing can be drawn any more."""
        del self._drawer
        self._loaded.pipe, self._loaded.later = None, ()
        _free()


class _Counted:
    """Steps of all that is done for a picture, told as one count."""

    def __init__(self, say: Say, steps: int) -> None:
        self._say = say
        self._steps = steps
        self._before = 0
        self._doing: PainterNote | None = None

    @contextmanager
    def part(self, steps: int, doing: PainterNote | None) -> Iterator[None]:
        """Inside, steps count from 1 to `steps`."""
        self._doing = doing
        yield
        self._before += steps

    def say(self, said: Drawing | Drawn | PainterNote) -> None:
        """Say it, steps by the whole count; there may turn out to be more than was thought."""
        if isinstance(said, Drawing):
            step = self._before + said.step
            steps = max(self._steps, self._before + said.steps)
            said = replace(said, step=step, steps=steps, doing=said.doing or self._doing)
        self._say(said)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether it says that memory ran out, on a processor or a GPU."""
    import torch

    if isinstance(error, (MemoryError, torch.OutOfMemoryError)):
        return True
    return any(said in str(error).lower() for said in _OUT)


def _free() -> None:
    """Have what nobody holds any more given back to the GPU's other users too."""
    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
