"""How far transformers is with a load, heard where it would draw bars. Runs in the engine process.

Of a GGUF file it also sees to it that what does not change is made once. transformers has its head
read three times, an object for each token, and a table of names made for each part of the model:
for SmolLM2 that was 10 s of 15.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any

from storyforge.engine.sequence import Interrupted

#: Hears the fraction that is loaded; False ends the loading.
Progress = Callable[[float], bool]

# What transformers asks gguf for anew each time: neither is changed by who gets it.
_MADE_ONCE = ("GGUFReader", "get_tensor_name_map")
# Of a GGUF file's load: its head is read, and its weights are unpacked.
_READ, _UNPACKED = 0.3, 0.9


@contextmanager
def told(transformers: Any, progress: Progress, *, gguf: bool) -> Iterator[None]:
    """transformers' own bars say how far it is, and draw nothing.

    Raises:
        Interrupted: `progress` said False.
    """
    begun = 0.0

    def bar(_make: Any, arguments: tuple[Any, ...], named: dict[str, Any]) -> _Bar:
        return _Bar(progress, begun, 1.0, *arguments, **named)

    def unpacking(*arguments: Any, **named: Any) -> _Bar:
        nonlocal begun
        begun = _UNPACKED
        return _Bar(progress, _READ, _UNPACKED, *arguments, **named)

    bars = transformers.utils.logging
    before = bars.set_tqdm_hook(bar)
    with ExitStack() as afterwards:
        afterwards.callback(bars.set_tqdm_hook, before)
        if gguf:
            import gguf as library
            import transformers.modeling_gguf_pytorch_utils as unpacker

            for name in _MADE_ONCE:
                afterwards.enter_context(_instead(library, name, cache(getattr(library, name))))
            afterwards.enter_context(_instead(unpacker, "tqdm", unpacking))
        yield


class _Bar:
    """Says how far it is, between two fractions, and draws nothing."""

    def __init__(
        self,
        progress: Progress,
        start: float,
        end: float,
        items: Any = (),
        *_: Any,
        total: float | None = None,
        **_more: Any,
    ) -> None:
        self._progress = progress
        self._start = start
        self._end = end
        self._items = items
        self._total = total or (len(items) if hasattr(items, "__len__") else 0)

    def __iter__(self) -> Iterator[Any]:
        span = self._end - self._start
        for done, item in enumerate(self._items):
            if self._total and not self._progress(self._start + span * done / self._total):
                raise Interrupted
            yield item

    def __getattr__(self, _name: str) -> Any:
        return lambda *_, **__: None


@contextmanager
def _instead(module: Any, name: str, value: Any) -> Iterator[None]:
    """`value` in the place of what `module` has under `name`."""
    before = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, before)
