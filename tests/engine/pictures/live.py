"""How much memory a calculation holds at its largest moment: real sizes, no numbers."""

import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest


def peak(module: Any, calculate: Any) -> int:
    """Bytes that lie beside the weights of a module on the meta device while it is used."""
    import torch
    from torch.utils._python_dispatch import TorchDispatchMode
    from torch.utils._pytree import tree_leaves

    own = {each.untyped_storage()._cdata for each in (*module.parameters(), *module.buffers())}

    class Watching(TorchDispatchMode):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.held: dict[int, int] = {}
            self.now = self.most = 0

        def __torch_dispatch__(
            self, func: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            made = func(*args, **(kwargs or {}))
            for each in tree_leaves(made):
                if isinstance(each, torch.Tensor):
                    self._hold(each.untyped_storage())
            return made

        def _hold(self, storage: Any) -> None:
            key, size = storage._cdata, storage.nbytes()
            if key not in self.held and key not in own:
                self.held[key] = size
                self.now += size
                self.most = max(self.most, self.now)
                weakref.finalize(storage, self._let_go, key)

        def _let_go(self, key: int) -> None:
            self.now -= self.held.pop(key, 0)

    watching = Watching()
    with torch.no_grad(), watching:
        calculate()
    return int(watching.most)


@contextmanager
def thrifty_attention(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Attention as GPUs and processors calculate it: without the square matrix that meta has."""
    import torch
    import torch.nn.functional as functional

    def attend(query: Any, *_: Any, **__: Any) -> Any:
        return torch.empty_like(query)

    with monkeypatch.context() as patched:
        patched.setattr(functional, "scaled_dot_product_attention", attend)
        yield
