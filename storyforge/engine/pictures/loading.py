"""From files to a painter."""

from collections.abc import Callable

from storyforge.domain.picture.orders import PainterSpec
from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.pictures.painter import Painter


def load_painter(spec: PainterSpec, progress: Callable[[float], bool]) -> Painter:
    """The painter of `spec`."""
    raise EngineFault(Fault(FaultKind.NOT_LOADED, spec.path.name))
