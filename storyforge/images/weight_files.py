"""The names and shapes of the tensors in a file, safetensors or pickle, without torch."""

from pathlib import Path

from storyforge.images import heads, pickles
from storyforge.images.pickle_values import width

# As safetensors calls what torch calls otherwise.
_NAMES = {"float64": "F64", "float32": "F32", "float16": "F16", "bfloat16": "BF16"}


def look(path: Path) -> heads.Head:
    """What the file says of its tensors.

    Raises:
        OSError: it cannot be read.
        WrongFile: it is damaged, or a pickle that would have to run something.
    """
    if not pickles.is_pickled(path):
        return heads.read(path)
    found = {}
    for name, each in pickles.tensors(pickles.read(path)).items():
        dtype, size = each.storage.dtype, width(each.storage.dtype)
        tensor = heads.Tensor(_NAMES.get(dtype, dtype), each.shape, 0)
        found[name] = heads.Tensor(tensor.dtype, tensor.shape, tensor.count * size)
    return heads.Head(found, 0, path.stat().st_size)
