"""One measure, by the name of its function; here or in a process of its own."""

import importlib
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from benchmarks.sizes import Sizes
from benchmarks.table import Row

Measure = Callable[[Sizes], list[Row]]


def measured(module: str, function: str, sizes: Sizes) -> list[Row]:
    """The rows of one measure."""
    found: Measure = getattr(importlib.import_module(module), function)
    return found(sizes)


def apart(module: str, function: str, sizes: Sizes) -> list[Row]:
    """The same in a process of its own: what one measure leaves behind does not slow the next."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(measured, module, function, sizes).result()
