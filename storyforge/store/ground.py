"""Whether the open file is still the one that lies at its place: looked at cheaply, told plainly.

SQLite writes into the main file only when it folds its log in, and only we do that while we hold
the lock. So whatever else changes the file's place, size or time is looked into: a file that does
not tell of our own last commits was written by somebody else.
"""

import os
from pathlib import Path

from storyforge.domain.copies import Standing
from storyforge.store.foreign_logs import last_mark


class Ground:
    """The place of one open story."""

    def __init__(self, file: Path, session: str) -> None:
        """Look at `file` as it was opened; `session` marks the commits of this opening."""
        self._file = file
        self._session = session
        self._stat = file.stat()
        self._mark = last_mark(file)
        self._rewritten = False

    def look(self) -> Standing:
        """How the file stands: one stat, 10 µs; after each folding 0.3 ms more, once.

        Call it while nothing is folded in.
        """
        try:
            there = self._file.stat()
        except OSError:
            return Standing.GONE
        if not os.path.samestat(there, self._stat):
            return Standing.REPLACED
        if self._rewritten:
            return Standing.REWRITTEN
        if (there.st_mtime_ns, there.st_size) != (self._stat.st_mtime_ns, self._stat.st_size):
            mark = last_mark(self._file)
            ours = mark is not None and (mark == self._mark or mark.startswith(self._session))
            if not ours:
                self._rewritten = True
                return Standing.REWRITTEN
            self._stat, self._mark = there, mark
        return Standing.OURS
