"""The GPUs that llama.cpp would use, and their free memory as it tells. Engine process only.

llama-cpp-python does not bind these calls; they are ggml's own. Asking starts the driver, which
may take a second and some memory: so the program never asks, only the engine process does.
"""

import ctypes
from pathlib import Path
from typing import Any

from storyforge.engine.fitting import Device

# ggml-backend.h: ggml_backend_dev_type.
_GPU, _INTEGRATED = 1, 2
# Apple's GPU counts as one of its own there, but has the machine's memory.
_SHARING = ("MTL", "Metal")


def find_devices() -> tuple[Device, ...]:
    """The GPUs in llama.cpp's order: integrated ones only where there is no other."""
    kinds = all_devices()
    apart = tuple(device for kind, device in kinds if kind == _GPU)
    return apart or tuple(device for kind, device in kinds if kind == _INTEGRATED)


def all_devices() -> list[tuple[int, Device]]:
    """Every device with its kind, the processor among them."""
    count, get, kind_of, name, about, memory = _calls()
    found = []
    for at in range(count()):
        device = get(at)
        free, total = ctypes.c_size_t(), ctypes.c_size_t()
        memory(device, ctypes.byref(free), ctypes.byref(total))
        kind, called = int(kind_of(device)), name(device).decode("utf-8", "replace")
        shared = kind == _INTEGRATED or called.startswith(_SHARING)
        described = about(device).decode("utf-8", "replace")
        found.append((kind, Device(called, described, free.value, total.value, shared)))
    return found


def _calls() -> tuple[Any, ...]:
    """ggml's functions, declared."""
    device, size = ctypes.c_void_p, ctypes.c_size_t
    sizes = [device, ctypes.POINTER(size), ctypes.POINTER(size)]
    return (
        _call("ggml_backend_dev_count", size, []),
        _call("ggml_backend_dev_get", device, [size]),
        _call("ggml_backend_dev_type", ctypes.c_int, [device]),
        _call("ggml_backend_dev_name", ctypes.c_char_p, [device]),
        _call("ggml_backend_dev_description", ctypes.c_char_p, [device]),
        _call("ggml_backend_dev_memory", None, sizes),
    )


def _call(name: str, answers: Any, takes: list[Any]) -> Any:
    """A function of one of ggml's two libraries: which has it, differs between systems."""
    import llama_cpp
    from llama_cpp._ctypes_extensions import load_shared_library

    folder = Path(llama_cpp.__file__).parent / "lib"
    for library in ("ggml-base", "ggml"):
        found = getattr(load_shared_library(library, folder), name, None)
        if found is not None:
            found.restype, found.argtypes = answers, takes
            return found
    raise RuntimeError(f"ggml has no {name}")
