"""What reads stagings: the readers of controlnet-aux, each by itself, and their weights.

The package imports all of its readers with all that any of them needs (torchvision, timm), so its
own `__init__` is not run. Weights come by our own readers: nothing of a pickle is run.
"""

import importlib
import importlib.util
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.pictures.weights import read_tensors

if TYPE_CHECKING:
    import numpy
    import torch

    Pixels = numpy.ndarray[Any, Any]

_PACKAGE = "controlnet_aux"
# The reader of bodies beside which that of faces would want torchvision.
_POSES = f"{_PACKAGE}.open_pose"


def reader_module(name: str) -> ModuleType:
    """`controlnet_aux.NAME`, and no other part of the package.

    Raises:
        EngineFault: it cannot be imported.
    """
    try:
        _bare(_PACKAGE)
        if f"{_PACKAGE}.{name}".startswith(_POSES):
            _bare(_POSES)
        with warnings.catch_warnings():
            # It asks SciPy for names of before.
            warnings.simplefilter("ignore", DeprecationWarning)
            return importlib.import_module(f"{_PACKAGE}.{name}")
    except (ImportError, OSError) as error:
        why = str(error).strip().partition("\n")[0].rstrip(".")
        raise EngineFault(Fault(FaultKind.NO_STAGING_READERS, why)) from error


def _bare(package: str) -> None:
    """Have a package without running its `__init__`."""
    if package in sys.modules:
        return
    spec = importlib.util.find_spec(package)
    if spec is None:
        raise ModuleNotFoundError(f"No module named {package!r}", name=package)
    sys.modules[package] = importlib.util.module_from_spec(spec)


def edges(pixels: "Pixels", resolution: int) -> "Pixels":
    """Canny's edges, white on black, by the thresholds that ControlNets were trained with."""
    detector = reader_module("canny").CannyDetector()
    return _read(detector, pixels, resolution, output_type="np")


def plain_lines(pixels: "Pixels", resolution: int) -> "Pixels":
    """Lines, white on black, by a filter: good for drawings, rough for paintings."""
    detector = reader_module("lineart_standard").LineartStandardDetector()
    with warnings.catch_warnings():
        # A picture of one colour has no line, and no median of one.
        warnings.simplefilter("ignore", RuntimeWarning)
        found: Pixels = detector(pixels, detect_resolution=resolution, output_type="np")
    return found


def lines(pixels: "Pixels", resolution: int, file: Path, device: "torch.device") -> "Pixels":
    """A drawing in lines, white on black, by sk_model.pth."""
    module = reader_module("lineart")
    model = _filled(module.Generator(3, 1, 3), file, lambda _, weights: weights)
    detector = module.LineartDetector(model.to(device), None)
    return _read(detector, pixels, resolution, output_type="np")


def soft_edges(pixels: "Pixels", resolution: int, file: Path, device: "torch.device") -> "Pixels":
    """Soft edges, white on black, by ControlNetHED.pth."""
    module = reader_module("hed")
    model = _filled(module.ControlNetHED_Apache2(), file, lambda _, weights: weights)
    return _read(module.HEDdetector(model.to(device)), pixels, resolution, output_type="np")


def poses(pixels: "Pixels", resolution: int, file: Path, device: "torch.device") -> "Pixels":
    """A skeleton a person on black, by body_pose_model.pth. Hands and faces are left out.

    Raises:
        EngineFault: there is nobody.
    """
    # First, since its modules import each other.
    util = reader_module("open_pose.util")
    model = _filled(
        reader_module("open_pose.model").bodypose_model(),
        file,
        lambda *asked: util.transfer(*asked),
    )
    return skeletons(pixels, resolution, model.to(device))


def skeletons(pixels: "Pixels", resolution: int, model: Any) -> "Pixels":
    """A skeleton a person, as `model` (OpenPose's) sees their joints."""
    import numpy

    util, body = reader_module("open_pose.util"), reader_module("open_pose.body")
    seen = reader_module("util").resize_image(pixels, resolution)
    # Its own constructor would open a file of weights, a pickle.
    looking = body.Body.__new__(body.Body)
    looking.model = model
    bodies = looking.format_body_result(*looking(seen[:, :, ::-1].copy()))
    if not bodies:
        raise EngineFault(Fault(FaultKind.NOBODY_THERE))
    height, width = seen.shape[:2]
    drawn: Pixels = numpy.zeros((height, width, 3), numpy.uint8)
    for each in bodies:
        joints = (
            point and point._replace(x=point.x / width, y=point.y / height)
            for point in each.keypoints
        )
        drawn = util.draw_bodypose(drawn, list(joints))
    return drawn


def _read(detector: Any, pixels: "Pixels", resolution: int, **more: Any) -> "Pixels":
    found: Pixels = detector(
        pixels, detect_resolution=resolution, image_resolution=resolution, **more
    )
    return found


def _filled(model: Any, file: Path, named: Callable[[Any, dict[str, Any]], Any]) -> Any:
    """`model` with the weights of `file`.

    Args:
        named: gives them the names that the model has.

    Raises:
        EngineFault: the file cannot be read, or is another model's.
    """
    import torch

    weights = read_tensors(file, dtype=torch.float32)
    try:
        model.load_state_dict(named(model, weights))
    except (RuntimeError, LookupError) as error:
        why = str(error).strip().rpartition("\n")[2].strip().rstrip(".")
        raise EngineFault(Fault(FaultKind.READER_UNFIT, file.name, more=why)) from error
    return model.eval()
