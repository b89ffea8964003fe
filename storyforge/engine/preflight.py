"""What can be known of a model file before the engine process touches it; costs under 0.1 s.

Most wrong files end here, with the clearest sentence; what only llama.cpp can tell (an architecture
it does not know, tensors that are damaged) comes from `llama`.
"""

from collections.abc import Callable

from storyforge.domain.model import ModelSpec
from storyforge.engine import gguf_header
from storyforge.engine.faults import refusing
from storyforge.engine.gpu import built_with_gpu
from storyforge.engine.memory import Memory, check_fits, find_memory, size_on_disk
from storyforge.i18n import _


def preflight(spec: ModelSpec, find: Callable[[], Memory] = find_memory) -> None:
    """Refuse a file that cannot be loaded.

    With a GPU nothing is said of memory: the weights go to the GPU's, which only its driver knows.

    Raises:
        ModelError: it is missing, a folder, unreadable, not GGUF, not whole, or larger than memory.
    """
    with refusing(
        _("A part of the model cannot be read: {why}."),
        _("All parts of a split model must lie in one folder."),
    ):
        header = gguf_header.read(spec.path)
        if spec.gpu_layers == 0 or not built_with_gpu():
            check_fits(header, size_on_disk(spec.path), spec, find)
