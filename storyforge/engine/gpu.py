"""Whether a GPU lies idle because the engine was built without it. Looks, and loads no driver."""

import importlib.util
import platform
from dataclasses import dataclass
from pathlib import Path

from storyforge.i18n import _

# PCI vendors of GPUs that are worth a build of their own. Intel's are left out: most are built into
# the processor and share its memory, and reading a model through them is no faster.
_PCI = {"0x10de": "NVIDIA", "0x1002": "AMD"}
_FLAGS = {"NVIDIA": "GGML_CUDA", "AMD": "GGML_VULKAN", "Apple": "GGML_METAL"}
_LIBRARIES = ("cuda", "vulkan", "hip", "metal", "sycl", "musa", "opencl")


@dataclass(frozen=True, slots=True)
class GpuStatus:
    """A GPU and whether the engine uses it.

    Attributes:
        vendor: empty when no GPU was found.
        usable: the engine was built with GPU support; None when no engine is installed.
    """

    vendor: str
    usable: bool | None

    @property
    def command(self) -> str:
        """The one command that builds the engine for this GPU; empty when none is needed."""
        if not self.vendor or self.usable is not False:
            return ""
        flag = f"-D{_FLAGS[self.vendor]}=on"
        if platform.system() == "Windows":
            return f'$env:CMAKE_ARGS="{flag}"; storyforge engine install'
        return f'CMAKE_ARGS="{flag}" storyforge engine install'

    @property
    def note(self) -> str:
        """One sentence for the author; empty when there is nothing to say."""
        if not self.command:
            return ""
        return _("A GPU ({vendor}) is not used; build the engine for it: {command}").format(
            vendor=self.vendor, command=self.command
        )


def gpu_status(root: Path = Path("/"), *, usable: bool | None = None) -> GpuStatus:
    """The GPU of this machine, and whether the engine uses it.

    Args:
        root: where /dev, /proc and /sys lie.
        usable: what the running engine said; else its installed libraries are looked at.
    """
    return GpuStatus(_vendor(root), built_with_gpu() if usable is None else usable)


def built_with_gpu() -> bool | None:
    """Whether the installed engine carries a GPU library; None when none is installed."""
    found = importlib.util.find_spec("llama_cpp")
    if found is None or not found.submodule_search_locations:
        return None
    names = [
        library.name
        for folder in found.submodule_search_locations
        for library in Path(folder, "lib").glob("*ggml-*")
    ]
    return any(f"ggml-{kind}" in name for kind in _LIBRARIES for name in names)


def _vendor(root: Path) -> str:
    if platform.system() == "Darwin":
        return "Apple" if platform.machine() == "arm64" else ""
    if (root / "proc/driver/nvidia/version").exists() or (root / "dev/nvidiactl").exists():
        return "NVIDIA"
    for card in sorted((root / "sys/class/drm").glob("card*/device/vendor")):
        try:
            vendor = _PCI.get(card.read_text("ascii").strip())
        except (OSError, UnicodeDecodeError):
            continue
        if vendor:
            return vendor
    return ""
