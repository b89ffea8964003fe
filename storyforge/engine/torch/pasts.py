"""The keys and values of what was read, where the lanes of a sequence lie in transformers.

Layers of attention are never changed, only replaced by longer ones: a copy of a lane costs nothing
and a cut is a view. Sliding windows keep all they have read, so that they can be cut, too; the
model's own mask still hides what lies behind the window. Layers with a state change in place and
cannot be cut; and what stands behind a state must be taken in token by token, for several at once
transformers begins from an empty one, without a word. Runs in the engine process only.
"""

import copy
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.lanes import Kind
from storyforge.engine.sequence import ABORTED, CachedSequence, Interrupted
from storyforge.engine.torch.forward import Forward

if TYPE_CHECKING:
    from storyforge.engine.loaded import Logits

_REFUSED = -1
# Taking in a text whole is so many times as fast as token by token.
_AT_ONCE = 16


class TorchSequence(CachedSequence):
    """The lanes of a model.

    Takes of one length are evaluated as one batch, which stays together while they do.

    Args:
        model: one that continues text, as transformers loads it.
        block: tokens evaluated in one call at the most.
        kind: `kind_of` the model.
    """

    def __init__(self, model: Any, block: int, kind: Kind) -> None:
        super().__init__(block, kind)
        if kind.recurrent:
            self._block = sys.maxsize  # the whole prompt: a second block could not be told of it
        self._model = model
        self._forward = Forward(model)
        self._pasts: dict[int, Any] = {}
        # The lanes that lie as rows in one past; theirs in `_pasts` are absent meanwhile.
        self._rows: tuple[int, ...] = ()
        self._batch: Any = None
        self._logits: list[Logits] = []
        self._said = ""

    def watch(self, stopped: Callable[[], bool] | None) -> None:
        """Ask `stopped` before each of the model's layers, or no longer."""
        self._forward.stopped = stopped

    def close(self) -> None:
        """Let what was read go; the model is its owner's."""
        self._empty()
        self._forward.close()

    def logits(self, row: int) -> "Logits":
        """A copy of a row of the last evaluation; -1 for the last."""
        return self._logits[row].copy()

    @property
    def whole(self) -> bool:
        """Whether what was taken can only be gone on from, not cut."""
        return self._kind.recurrent

    def taken(self, prompt: int) -> tuple[list[int], int, Any, int]:
        """(tokens, how many of them are exact, their past, its bytes) of what is worth keeping.

        Args:
            prompt: how many tokens the prompt had that was read last.
        """
        number, lane = self.keepable(prompt)
        past = self._past(number)
        if past is None:
            return [], 0, None, 0
        return list(lane.tokens), lane.exact, twin(past), _size(past)

    def put(self, past: Any, tokens: Sequence[int], exact: int) -> None:
        """Make lane 0 hold what was `taken`, and no other lane anything."""
        self.clear()
        self._pasts[0] = twin(past)
        self.adopt(tokens, exact)

    def _empty(self) -> None:
        self._pasts.clear()
        self._rows, self._batch = (), None

    def _copy(self, source: int, lane: int) -> None:
        past = self._past(source)
        if past is not None:
            self._pasts[lane] = twin(past)

    def _remove_from(self, lane: int, position: int) -> bool:
        past = self._past(lane)
        if not position:
            self._pasts.pop(lane, None)
            return True
        if self._kind.recurrent:
            return past is not None and position == len(self.lane(lane))
        self._pasts[lane] = _cut(past, position)
        return True

    def _first(self, lane: int) -> int:
        return 0

    def _decode(self, rows: Sequence[tuple[int, int, int]], outputs: int) -> int:
        lanes: dict[int, list[int]] = {}
        for lane, _position, token in rows:
            lanes.setdefault(lane, []).append(token)
        made: dict[int, Logits] = {}
        try:
            for group in self._alike(lanes):
                made.update(self._evaluate(group, [lanes[lane] for lane in group]))
        except Interrupted:
            return ABORTED
        except (MemoryError, RuntimeError) as error:
            self._said = str(error).strip().partition("\n")[0] or type(error).__name__
            if out_of_memory(error):
                self.clear()
                raise EngineFault(Fault(FaultKind.NO_MEMORY)) from error
            return _REFUSED
        except BaseException:
            self.clear()  # a state that changes in place may have taken in half of it
            raise
        self._logits = [made[lane] for lane in lanes][-outputs:]
        return 0

    def _why(self, code: int) -> str:
        return self._said or str(code)

    def _usable(self, number: int, wanted: Sequence[int], exactly: bool) -> int:
        same = super()._usable(number, wanted, exactly)
        missing = len(wanted) - same
        slow = self._kind.recurrent and missing > 1 and missing * _AT_ONCE > len(wanted)
        return 0 if slow else same

    def _alike(self, lanes: Iterable[int]) -> list[tuple[int, ...]]:
        """`lanes` by how long they are: what can be evaluated as one batch."""
        groups: dict[int, list[int]] = {}
        for lane in lanes:
            groups.setdefault(len(self.lane(lane)), []).append(lane)
        return [tuple(group) for group in groups.values()]

    def _evaluate(self, group: tuple[int, ...], tokens: list[list[int]]) -> "dict[int, Logits]":
        """Take so many tokens in behind each lane of `group`; the last row of each.

        A lane is as it was where this fails, but for one that changes in place.
        """
        import torch

        if len(group) > 1:
            self._join(group)
            before = self._batch
        else:
            before = self._past(group[0])
        past = _new(self._model) if before is None else before
        width = len(tokens[0])
        if self._kind.recurrent:
            self._pasts.pop(group[0], None)  # it changes in place: half of it is nothing to keep
            width = width if before is None else 1
        else:
            past = twin(past)
        with torch.inference_mode():
            for ids in torch.tensor(tokens, device=self._model.device).split(width, dim=1):
                said = self._forward(ids, past)
        if len(group) > 1:
            self._batch = past
        else:
            self._pasts[group[0]] = past
        last = said.logits[:, -1].float().cpu().numpy()
        return dict(zip(group, last, strict=True))

    def _past(self, lane: int) -> Any:
        """A lane's own past; None where it has read nothing."""
        if lane in self._rows:
            self._part()
        return self._pasts.get(lane)

    def _join(self, lanes: tuple[int, ...]) -> None:
        """Make `lanes`, which are of one length, the rows of one past."""
        if self._rows == lanes:
            return
        self._part()
        joined = _stacked([self._pasts.pop(lane) for lane in lanes])
        self._rows, self._batch = lanes, joined

    def _part(self) -> None:
        """Give each row of the batch a past of its own again."""
        for row, lane in enumerate(self._rows):
            self._pasts[lane] = _row(self._batch, row)
        self._rows, self._batch = (), None


def kind_of(model: Any) -> Kind:
    """How `model` remembers: with attention only, any tail can be dropped."""
    plain = all(_is_plain(layer) for layer in _new(model).layers)
    if plain and not model._is_stateful:
        return Kind()
    return Kind(recurrent=True, alone=True)


def out_of_memory(error: BaseException) -> bool:
    """Whether a device or the system had no memory left."""
    import torch

    return isinstance(error, (MemoryError, torch.OutOfMemoryError)) or (
        "not enough memory" in str(error) or "can't allocate memory" in str(error)
    )


def twin(past: Any) -> Any:
    """Another that holds the same; what it takes in from now on is its own."""
    other = copy.copy(past)
    other.layers = [
        copy.copy(layer) if _is_plain(layer) else copy.deepcopy(layer) for layer in past.layers
    ]
    return other


def _new(model: Any) -> Any:
    """An empty past for `model`, whose windows keep all they read."""
    from transformers.cache_utils import DynamicCache, DynamicLayer, DynamicSlidingWindowLayer

    past = DynamicCache(config=model.config)
    past.layers = [
        DynamicLayer() if type(layer) is DynamicSlidingWindowLayer else layer
        for layer in past.layers
    ]
    return past


def _is_plain(layer: Any) -> bool:
    from transformers.cache_utils import DummyLayer, DynamicLayer

    return type(layer) in (DynamicLayer, DummyLayer)


def _filled(past: Any) -> list[Any]:
    """The layers of `past` that hold something; others share what these hold."""
    return [layer for layer in past.layers if getattr(layer, "keys", None) is not None]


def _size(past: Any) -> int:
    """Bytes of keys, values and states."""
    import torch

    found = 0
    for layer in past.layers:
        for value in vars(layer).values():
            tensors = value.values() if isinstance(value, dict) else (value,)
            found += sum(each.nbytes for each in tensors if isinstance(each, torch.Tensor))
    return found


def _cut(past: Any, length: int) -> Any:
    """Another past that holds the first `length` tokens of each row."""
    other = twin(past)
    for layer in _filled(other):
        layer.keys = layer.keys[..., :length, :]
        layer.values = layer.values[..., :length, :]
    return other


def _row(batch: Any, row: int) -> Any:
    """One row of a batch by itself: a copy, so that the batch's memory can go."""
    other = twin(batch)
    for layer in _filled(other):
        layer.keys = layer.keys[row : row + 1].clone()
        layer.values = layer.values[row : row + 1].clone()
    return other


def _stacked(pasts: Sequence[Any]) -> Any:
    """Pasts of one length as the rows of one."""
    import torch

    other = twin(pasts[0])
    for layer, *rows in zip(_filled(other), *map(_filled, pasts), strict=True):
        layer.keys = torch.cat([row.keys for row in rows])
        layer.values = torch.cat([row.values for row in rows])
    return other
