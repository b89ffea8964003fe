"""A painter on a checkpoint in memory: where it runs out, the next saving mode is tried once."""

import gc
from collections.abc import Callable

from storyforge.domain.picture.orders import Drawn, Order, PainterCard, PainterNote, Saving
from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.pictures import memory
from storyforge.engine.pictures.drawing import Drawer
from storyforge.engine.pictures.loaded import Loaded
from storyforge.engine.pictures.painter import Say
from storyforge.i18n import N_

# How torch's allocators say it, where they raise no error of their own.
_OUT = ("out of memory", "not enough memory", "can't allocate memory", "failed to allocate")


class LoadedPainter:
    """`painter.Painter` on what `loading` made."""

    def __init__(self, loaded: Loaded) -> None:
        self._drawer = Drawer(loaded)
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
        """Draw a picture; out of memory, once more in the next saving mode.

        Raises:
            EngineFault: it cannot be drawn.
            Interrupted: it was stopped.
        """
        drawn = self._tried(order, stopped, say)
        if drawn is None:
            self._save(order, say)
            drawn = self._tried(order, stopped, say)
        if drawn is None:
            raise self._no_memory(order)
        say(drawn)

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
        self._loaded.pipe = None
        _free()


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
