"""The disk's side of what is kept: a thread that writes, so that no answer waits for a disk.

It also reads the model's file for its hash, once, and until then there is nothing on the disk to
be had. The program's end waits for it a bounded time only; what is not written then is read again.
"""

import json
import logging
import os
import sys
import threading
import time
from array import array
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from storyforge.domain.common_ends import shared_start
from storyforge.engine.kvfile import Heading
from storyforge.engine.kvstore import KvStore, default_limit, forget
from storyforge.engine.model_hash import known_hash, model_hash

log = logging.getLogger(__name__)

# A file that would save its reader fewer tokens than that is as good as the newer one.
_ABOUT = 16
# Behind everything else that wants the processor or the disk.
_NICE = 10


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A sequence as it was at one moment.

    Attributes:
        slot: whose reading it is.
        tokens: what was read. exact: the first so many of them were read as whole blocks.
        data: the bytes llama.cpp gave.
    """

    slot: str
    tokens: "array[int]"
    exact: int
    data: memoryview


class Shelf:
    """The states of one model with one set of settings, in one folder.

    Args:
        settings: all but the model itself that a state depends on.
        limit: bytes the folder may hold; None goes by what is free.
    """

    def __init__(
        self, model: Path, folder: Path, settings: Mapping[str, object], limit: int | None
    ) -> None:
        self._model = model
        self._folder = folder
        self._settings = settings
        self._limit: Callable[[], int] = lambda: default_limit(folder) if limit is None else limit
        self._waiting: OrderedDict[str, Snapshot] = OrderedDict()
        self._busy = ""
        self._unwanted = False
        self._closing = self._given_up = False
        self._changed = threading.Condition()
        found = known_hash(model, folder)
        self._store = self._made(found) if found else None
        self._thread = threading.Thread(target=self._run, name="states", daemon=True)
        self._thread.start()

    def headings(self) -> list[Heading]:
        """What is on the disk now, from other programs too."""
        try:
            return self._store.headings() if self._store is not None else []
        except OSError as error:
            log.warning("The folder of saved states cannot be read: %s", error)
            return []

    def read(self, heading: Heading, given_up: Callable[[], bool]) -> bytearray | None:
        """The state behind `heading`; None where it cannot be had."""
        return self._store.read(heading, given_up) if self._store is not None else None

    def write(self, snapshot: Snapshot) -> None:
        """Write `snapshot` behind everything else; a newer one of the same slot replaces it."""
        with self._changed:
            self._waiting.pop(snapshot.slot, None)
            self._waiting[snapshot.slot] = snapshot
            self._changed.notify_all()

    def forget(self, slots: Collection[str]) -> None:
        """Let go of what is kept for these, of what is being written too."""
        with self._changed:
            for slot in slots:
                self._waiting.pop(slot, None)
            self._unwanted |= self._busy in slots
        try:
            forget(self._folder, slots)
        except OSError as error:
            log.warning("A saved state could not be deleted: %s", error)

    def settle(self, seconds: float) -> bool:
        """Wait until all is written; whether that was so in time."""
        with self._changed:
            return self._changed.wait_for(lambda: not (self._waiting or self._busy), seconds)

    def close(self, seconds: float) -> None:
        """Write what waits for so long, then leave it."""
        self._closing = True
        with self._changed:
            self._changed.notify_all()
        self.settle(seconds)
        self._given_up = True
        self._thread.join(1.0)

    def _made(self, found: str) -> KvStore:
        kind = json.dumps({"model": found, **self._settings}, sort_keys=True)
        return KvStore(self._folder, kind, self._limit)

    def _run(self) -> None:
        _step_back()
        store = self._opened()
        while True:
            with self._changed:
                self._busy, self._unwanted = "", False
                if store is None:
                    self._waiting.clear()
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._waiting or self._closing)
                if not self._waiting or self._given_up:
                    return
                slot, snapshot = self._waiting.popitem(last=False)
                self._busy = slot if store is not None else ""
            if store is not None:
                self._write(store, snapshot)

    def _opened(self) -> KvStore | None:
        """The store; None where the model cannot be read, or not in time."""
        if self._store is None:
            try:
                found = model_hash(self._model, self._folder, lambda: self._given_up)
            except OSError as error:
                log.warning("The model's file cannot be read for its hash: %s", error)
                found = None
            self._store = self._made(found) if found else None
        return self._store

    def _write(self, store: KvStore, snapshot: Snapshot) -> None:
        try:
            there = store.heading(snapshot.slot)
            if there is not None and there.exact >= snapshot.exact:
                same = shared_start(there.tokens, snapshot.tokens)
                if same >= len(snapshot.tokens) - _ABOUT:
                    os.utime(there.path)
                    return
            began = time.monotonic()
            tokens, exact, data = snapshot.tokens, snapshot.exact, snapshot.data
            if store.write(snapshot.slot, tokens, exact, data, self._stops):
                took = time.monotonic() - began
                log.info("A state of %d tokens was saved in %.1f s", len(tokens), took)
            if self._unwanted:
                forget(self._folder, (snapshot.slot,))
        except OSError as error:
            log.warning("A state could not be saved: %s", error)

    def _stops(self) -> bool:
        return self._given_up or self._unwanted


def _step_back() -> None:
    """Let this thread run behind all others; only Linux knows priorities of threads."""
    if sys.platform == "linux":
        try:
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
        except OSError as error:
            log.info("The thread that saves states runs at full priority: %s", error)
