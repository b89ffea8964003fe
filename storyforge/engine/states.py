"""What was read for other scenes, kept to go on from: in memory here, on the disk by `shelf`.

A sequence holds one text. When another slot's is wanted, what would be lost is kept, and the one is
put back that begins most like what is wanted, whosever it is: memory and style stand on top of
every scene. All of it happens on the main thread, between two requests; the disk is the shelf's.
"""

import ctypes
import logging
import platform
import sys
import time
from array import array
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any

from storyforge.domain.common_ends import shared_start
from storyforge.engine.kvfile import Heading
from storyforge.engine.memory import Memory, find_memory
from storyforge.engine.shelf import Shelf, Snapshot

if TYPE_CHECKING:
    from storyforge.engine.llama import LlamaModel

log = logging.getLogger(__name__)

# What must be gained, in tokens: getting a token's state costs about a hundredth of reading it from
# memory and a twentieth from a disk, but there is a cost to each at all.
_FROM_MEMORY = 16
_FROM_DISK = 64
# A loss of so many tokens is worth a copy: when another slot takes over; when the same one changes.
_LOST_TO_OTHERS = 64
_LOST_TO_ITSELF = 256
# So much of what is free is for snapshots; and so much stays free beside what is being read back.
_SHARE = 4
_RESERVE = 256 << 20
# The program's end waits so long for what is not on the disk yet; the engine has 3 s in all.
_CLOSING = 2.5

_RULES = (
    "n_ctx", "n_seq_max", "kv_unified", "swa_full", "type_k", "type_v", "flash_attn_type",
    "offload_kqv", "attention_type", "rope_scaling_type", "rope_freq_base", "rope_freq_scale",
    "yarn_ext_factor", "yarn_attn_factor", "yarn_beta_fast", "yarn_beta_slow", "yarn_orig_ctx",
)  # fmt: skip


class States:
    """The states of one model's sequence 0.

    Invariant: what is put back is put back with its exact tokens, or the sequence is empty.

    Attributes:
        slot: whose text the sequence holds; "" where it is nobody's.
        shelf: the disk's side; None where nothing is kept there.
    """

    def __init__(self, model: "LlamaModel", find: Callable[[], Memory] = find_memory) -> None:
        import llama_cpp.llama_cpp as lib

        self._lib = lib
        self._model = model
        self._find = find
        self._keeping = model.spec.keeping
        self._kept: list[Snapshot] = []  # the one used longest ago first
        self._prompt = 0
        self.slot = ""
        self.shelf: Shelf | None = None
        folder = self._keeping.folder
        if self._keeping.states and folder is not None:
            rules = rules_of(lib, model)
            self.shelf = Shelf(model.spec.path, folder, rules, self._keeping.disk_bytes)

    def enter(
        self,
        slot: str,
        wanted: Sequence[int],
        *,
        exact: bool = False,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        """Put the best there is into the sequence, for `slot` to read `wanted`.

        Args:
            exact: only tokens that were read as whole blocks count.
            stopped: asked while a file is read.
        """
        here = self._model.sequence.reusable(wanted, exactly=exact)
        if self._keeping.states:
            lost = len(self._model.sequence.tokens) - here
            worth = _LOST_TO_ITSELF if slot == self.slot else _LOST_TO_OTHERS
            if lost >= worth and _lasts(self.slot):
                self._keep_present()
            self._put_back_best(array("i", wanted), exact, here, stopped)
        self.slot, self._prompt = slot, len(wanted)

    def reach(self, wanted: Sequence[int], *, exact: bool = False) -> int:
        """How many of `wanted` would not be read, were it entered now."""
        here = self._model.sequence.reusable(wanted, exactly=exact)
        if not self._keeping.states:
            return here
        asked = array("i", wanted)
        kept = [self._use(each, asked, exact) for each in self._kept]
        here = max([here, *(use for use in kept if use >= here + _FROM_MEMORY)])
        if self.shelf is None or len(wanted) - 1 - here < _FROM_DISK:
            return here
        there = [self._use(each, asked, exact) for each in self.shelf.headings()]
        return max([here, *(use for use in there if use >= here + _FROM_DISK)])

    def leave(self, slot: str) -> None:
        """The author left `slot`: bring its state to the disk, in the background."""
        if self.shelf is None or not _lasts(slot):
            return
        mine = [each for each in self._kept if each.slot == slot]
        present = self._taken() if slot == self.slot else None
        if present is not None:
            mine.append(present)
            self._keep(present)
        if mine:
            # A verb may have asked something short in the scene's name since.
            longest = max(len(each.tokens) for each in mine)
            self.shelf.write(next(m for m in reversed(mine) if 2 * len(m.tokens) >= longest))

    def forget(self, slots: Collection[str]) -> None:
        """Let go of all that was read for these; what it was read of is gone for good."""
        self._kept = [each for each in self._kept if each.slot not in slots]
        if self.slot in slots:
            self._model.sequence.clear()
            self.slot = ""
        if self.shelf is not None:
            self.shelf.forget(slots)

    def close(self) -> None:
        """Write what is worth it while there is time; a kill loses only what could be read."""
        until = time.monotonic() + _CLOSING
        if self.shelf is not None:
            for slot in dict.fromkeys([self.slot, *(each.slot for each in reversed(self._kept))]):
                self.leave(slot)
            self.shelf.close(max(0.0, until - time.monotonic()))
        self._kept.clear()

    # What fits.

    def _use(self, kept: Snapshot | Heading, wanted: "array[int]", exact: bool) -> int:
        """How many tokens of a state that is put back can stay for `wanted`.

        The last of `wanted` is always read, for its logits.
        """
        count = len(kept.tokens)
        if count > self._model.window:
            return 0
        same = min(shared_start(kept.tokens, wanted), len(wanted) - 1)
        if exact:
            same = min(same, kept.exact)
        kind = self._model.kind
        # Of a sliding window only the window is saved, so that nothing can be cut from it either.
        whole = kind.recurrent or kind.sliding
        return 0 if whole and same < count else same

    # What is kept.

    def _keep_present(self) -> None:
        """Keep the sequence's state under its slot, and let older ones go where it must be."""
        snapshot = self._taken()
        if snapshot is not None:
            self._keep(snapshot)

    def _taken(self) -> Snapshot | None:
        """The sequence's state now; None where there is none, or no memory to take it."""
        sequence, sliding = self._model.sequence, self._model.kind.sliding
        if sliding and self._prompt <= len(sequence.tokens):
            # Put back it cannot be cut, and the next prompt may have no more than this one has.
            prompt = sequence.tokens[: self._prompt]
            if sequence.reusable(prompt) < self._prompt - 1:
                return None
            sequence.rewind(0, self._prompt - 1)
        number, lane = sequence.keepable(self._prompt)
        tokens = array("i", lane.tokens)
        same = next((each for each in self._kept if each.tokens == tokens), None)
        if same is not None or not tokens:
            return same
        size = int(self._lib.llama_state_seq_get_size(self._model.context, number))
        if size + _RESERVE > self._find().free:
            log.info("A state of %d bytes is not kept: memory is short", size)
            return None
        data = (ctypes.c_uint8 * size)()
        written = int(self._lib.llama_state_seq_get_data(self._model.context, data, size, number))
        if written != size:
            log.warning("A state of %d bytes could not be taken: %d came", size, written)
            return None
        # A window that is put back lies elsewhere in the cache than it did.
        exact = 0 if sliding else lane.exact
        return Snapshot(self.slot, tokens, exact, memoryview(data).cast("B"))

    def _keep(self, snapshot: Snapshot) -> None:
        """Keep `snapshot`; what it replaces goes, and what was used longest ago until it fits."""
        # Of one slot's texts that are mostly the same, the latest will do.
        self._kept = [each for each in self._kept if not _replaces(snapshot, each)]
        held = sum(each.data.nbytes for each in self._kept)
        free = self._find().free + held
        room = free // _SHARE
        if self._keeping.memory_bytes is not None:
            room = min(self._keeping.memory_bytes, free // 2)
        size = snapshot.data.nbytes
        while self._kept and held + size > room:
            held -= self._kept.pop(0).data.nbytes
        if size <= room:
            self._kept.append(snapshot)

    # What is put back.

    def _put_back_best(
        self, wanted: "array[int]", exact: bool, here: int, stopped: Callable[[], bool]
    ) -> None:
        uses = [(self._use(each, wanted, exact), each) for each in self._kept]
        use, best = max(uses, key=lambda pair: pair[0], default=(0, None))
        if best is not None and use >= here + _FROM_MEMORY:
            self._kept.remove(best)
            if self._put(best.data, best.tokens, best.exact):
                self._kept.append(best)
                here = use
            else:
                here = 0
        if self.shelf is None or len(wanted) - 1 - here < _FROM_DISK:
            return
        found = [(self._use(each, wanted, exact), each) for each in self.shelf.headings()]
        use, heading = max(found, key=lambda pair: pair[0], default=(0, None))
        if heading is None or use < here + _FROM_DISK:
            return
        if heading.size + _RESERVE > self._find().free:
            log.info("A state of %d bytes is not read back: memory is short", heading.size)
            return
        data = self.shelf.read(heading, stopped)
        if data is not None:
            self._put(memoryview(data), heading.tokens, heading.exact)

    def _put(self, data: memoryview, tokens: Sequence[int], exact: int) -> bool:
        """Put a state into the sequence; empty where llama.cpp did not take it."""
        sequence = self._model.sequence
        sequence.clear()
        source = (ctypes.c_uint8 * data.nbytes).from_buffer(data)
        taken = self._lib.llama_state_seq_set_data(self._model.context, source, data.nbytes, 0)
        if int(taken) != data.nbytes:
            sequence.clear()
            log.warning("llama.cpp did not take a state of %d tokens", len(tokens))
            return False
        sequence.adopt(tokens, exact)
        return True


def _lasts(slot: str) -> bool:
    """Whether what was read for `slot` may be wanted again."""
    return bool(slot) and ":" not in slot


def _replaces(new: Snapshot, old: Snapshot) -> bool:
    if new is old:
        return True
    return new.slot == old.slot and 2 * shared_start(new.tokens, old.tokens) >= len(old.tokens)


def rules_of(lib: Any, model: "LlamaModel") -> dict[str, object]:
    """Everything but the model itself that a state depends on.

    Threads count with flash attention only: texts differ between 1, 2 and 3 of them then.
    """
    import llama_cpp

    rules: dict[str, object] = {name: getattr(model.params, name) for name in _RULES}
    if model.params.flash_attn_type != lib.LLAMA_FLASH_ATTN_TYPE_DISABLED:
        rules["threads"] = [model.threads.writing, model.threads.reading]
    return rules | {
        "library": llama_cpp.__version__,
        "machine": f"{platform.machine()} {sys.byteorder}",
        "features": lib.llama_print_system_info().decode("utf-8", "replace"),
        "kv_type": model.spec.kv_type,
        "gpu_layers": model.spec.gpu_layers,
        "block": model.spec.batch_tokens,
    }
