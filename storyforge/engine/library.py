"""llama.cpp itself, with its log under control. Engine process only."""

import sys
from collections import deque
from typing import Any

from storyforge.engine.faults import EngineFault, Fault, FaultKind


class EngineLog:
    """llama.cpp's log: written to stderr, which is a file in the engine process.

    Attributes:
        errors: the last lines of warnings and errors, for telling why a model was refused.
    """

    # ggml.h; the numbers in llama-cpp-python's own logger are those of an older one.
    _DEBUG, _WARNING, _ERROR, _CONTINUED = 1, 3, 4, 5

    def __init__(self) -> None:
        import llama_cpp.llama_cpp as lib

        self.errors: deque[str] = deque(maxlen=20)
        self._level = 0
        # llama.cpp keeps the pointer for good, so the reference must live as long.
        self._callback: Any = lib.llama_log_callback(self._hear)
        lib.llama_log_set(self._callback, None)

    def _hear(self, level: int, text: bytes, _: Any) -> None:
        self._level = self._level if level == self._CONTINUED else level
        line = text.decode("utf-8", "replace")
        if self._level != self._DEBUG:
            sys.stderr.write(line)
        if self._level in (self._WARNING, self._ERROR):
            self.errors.append(line.strip())


_log: EngineLog | None = None


def engine_log() -> EngineLog:
    """The one log of this process; llama.cpp knows no other."""
    global _log
    if _log is None:
        _log = EngineLog()
    return _log


def library() -> Any:
    """llama.cpp, with its log under control."""
    try:
        import llama_cpp.llama_cpp as lib
    except ModuleNotFoundError as error:
        if error.name and error.name.partition(".")[0] == "llama_cpp":
            raise EngineFault(Fault(FaultKind.NO_ENGINE)) from error
        raise EngineFault(Fault(FaultKind.ENGINE_UNUSABLE, str(error))) from error
    except (ImportError, OSError, RuntimeError) as error:
        # llama-cpp-python wraps what the dynamic loader says in a RuntimeError.
        raise EngineFault(Fault(FaultKind.ENGINE_UNUSABLE, str(error))) from error
    engine_log()
    lib.llama_backend_init()
    return lib
