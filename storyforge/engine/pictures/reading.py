"""What is wrong with a file, on its way out of the engine process."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.images.wrong import WrongFile


@contextmanager
def faulted(path: Path) -> Iterator[None]:
    """Say as a fault why `path` cannot be used.

    Raises:
        EngineFault: it cannot be read, or it is not what it should be.
    """
    try:
        yield
    except WrongFile as error:
        fault = Fault(FaultKind(error.wrong.value), error.about, more=error.more)
        raise EngineFault(fault) from error
    except OSError as error:
        why = error.strerror or str(error).partition("\n")[0] or type(error).__name__
        raise EngineFault(Fault(FaultKind.PAINTER_NOT_LOADED, path.name, more=why)) from error
