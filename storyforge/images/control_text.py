"""Stagings in AUTOMATIC1111's words, as its ControlNet extension writes and takes them up. Pure."""

from collections.abc import Callable, Iterator, Mapping

from storyforge.domain.picture.orders import Order
from storyforge.domain.picture.staging import Staging

_MODULES = {
    Staging.POSE: "openpose",
    Staging.DEPTH: "depth_anything",
    Staging.LINES: "lineart_realistic",
    Staging.EDGES: "canny",
    Staging.SOFT_EDGES: "softedge_hed",
}
_NOTHING = "none"


def pairs(
    order: Order, hashes: Mapping[str, str], named: Callable[[str], str]
) -> Iterator[tuple[str, str]]:
    """(name, what is told) of each ControlNet.

    Args:
        hashes: by the names of their files.
        named: gives the name in a path of any system.
    """
    for number, each in enumerate(order.controls):
        name = named(str(each.model))
        told = {
            "Module": _NOTHING if each.ready else _MODULES[each.kind],
            "Model": f"{name} [{hashes[name]}]" if hashes.get(name) else name,
            "Weight": f"{each.weight:g}",
            "Resize Mode": "Crop and Resize",
            "Guidance Start": f"{each.begin:g}",
            "Guidance End": f"{each.end:g}",
            "Control Mode": "Balanced",
        }
        yield f"ControlNet {number}", ", ".join(f"{key}: {one}" for key, one in told.items())
