"""Commands in the order they came, and whether more wait. Pure; one thread puts, one takes."""

import threading
from collections import deque

from storyforge.engine.messages import Command


class Inbox:
    """A queue whose head can be looked at."""

    def __init__(self) -> None:
        self._commands: deque[Command] = deque()
        self._changed = threading.Condition()
        self._closed = False

    @property
    def waiting(self) -> bool:
        """Whether there is something to take; asked hundreds of times within an evaluation."""
        return bool(self._commands)

    @property
    def next(self) -> Command | None:
        """What will be taken next, if it is there."""
        return self._commands[0] if self._commands else None

    def put(self, command: Command) -> None:
        """Add `command` at the end."""
        with self._changed:
            self._commands.append(command)
            self._changed.notify()

    def take(self) -> Command | None:
        """The next command; waits for one. None once it is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._commands or self._closed)
            return None if self._closed else self._commands.popleft()

    def close(self) -> None:
        """Nothing is taken any more."""
        with self._changed:
            self._closed = True
            self._changed.notify()
