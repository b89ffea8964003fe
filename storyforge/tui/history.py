"""What happened to one page, step by step, so that it can be taken back and brought again.

It owns the steps of one scene: what each replaced, who had written it, and when a new step begins
(a word, a pause, another kind of edit; a whole stream is one step). It refuses to touch the page:
the manuscript applies what it is handed. Textual's own history keeps 50 steps, makes every insert
of several characters one of its own and forgets who wrote the text; this one takes its place.
"""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, auto

from textual.document._edit import Edit
from textual.document._history import EditHistory, HistoryException

from storyforge.domain.origin import Place, Provenance, Span

#: steps that can be taken back in one scene
STEPS = 1000
#: seconds without a key after which typing begins a new step
PAUSE = 2.0
#: characters after which typing begins a new step, for scripts that set no spaces
LONGEST = 40


@dataclass(frozen=True, slots=True)
class Change:
    """One replacement in a page's text.

    Attributes:
        at: the character offset where it begins.
        removed, inserted: the text that stood there, and the text that stands there now.
        removed_spans, inserted_spans: who wrote them; their lengths add up to the texts'.
    """

    at: int
    removed: str
    removed_spans: tuple[Span, ...]
    inserted: str
    inserted_spans: tuple[Span, ...]

    @property
    def idle(self) -> bool:
        """Whether it leaves everything as it was."""
        return self.removed == self.inserted and self.removed_spans == self.inserted_spans

    def then(self, later: "Change") -> "Change":
        """This change and a later one that touches what it inserted, as one."""
        end = self.at + len(self.inserted)
        later_end = later.at + len(later.removed)
        left = max(0, self.at - later.at)
        right = len(later.removed) - max(0, later_end - end)
        low = max(0, later.at - self.at)
        high = max(low, min(len(self.inserted), later_end - self.at))
        around = Provenance(later.removed_spans).replaced(left, right, self.removed_spans)
        inside = Provenance(self.inserted_spans).replaced(low, high, later.inserted_spans)
        return Change(
            min(self.at, later.at),
            later.removed[:left] + self.removed + later.removed[right:],
            around.spans,
            self.inserted[:low] + later.inserted + self.inserted[high:],
            inside.spans,
        )


_NOTHING = Change(0, "", (), "", ())


@dataclass(frozen=True, slots=True)
class Sight:
    """What stands around a text at one moment: the places in it and the author's caret.

    Attributes:
        anchor, caret: offsets of the two ends of the selection; equal when nothing is selected.
    """

    places: tuple[Place, ...]
    anchor: int
    caret: int


@dataclass(frozen=True, slots=True)
class Step:
    """What one undo takes back; an idle change means that only the places differ."""

    change: Change
    before: Sight
    after: Sight


class _Kind(Enum):
    TYPED = auto()
    ERASED = auto()
    WHOLE = auto()


def _kind(change: Change) -> _Kind:
    if "\n" in change.inserted or "\n" in change.removed:
        return _Kind.WHOLE
    if len(change.inserted) == 1:
        return _Kind.TYPED
    if len(change.removed) == 1 and not change.inserted:
        return _Kind.ERASED
    return _Kind.WHOLE


class PageHistory(EditHistory):
    """The steps of one scene, kept while the program runs.

    Args:
        clock: seconds that only grow; tells a pause in typing.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(STEPS, PAUSE, LONGEST)
        self._clock = clock
        self._done: deque[Step] = deque(maxlen=STEPS)
        self._undone: list[Step] = []
        self._kind = _Kind.WHOLE
        self._last = 0.0
        self._closed = True
        self._stream: Sight | None = None
        self._stream_noted = False
        self._left: tuple[int, int] | None = None

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to bring again."""
        return bool(self._undone)

    @property
    def newest(self) -> Step | None:
        """The step that would be taken back next."""
        return self._done[-1] if self._done else None

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps that can be taken back, oldest first."""
        return tuple(self._done)

    def note(self, change: Change, before: Sight, after: Sight) -> None:
        """Keep `change`, in the newest step or in one of its own."""
        if change.idle:
            return
        self._undone.clear()
        if self._stream is not None:
            self._note_stream(change, after)
            return
        kind, now = _kind(change), self._clock()
        if not self._closed and self._done and self._gathers(change, kind, now):
            newest = self._done[-1]
            self._done[-1] = replace(newest, change=newest.change.then(change), after=after)
        else:
            self._done.append(Step(change, before, after))
        self._kind, self._last = kind, now
        self._closed = kind is _Kind.WHOLE

    def note_places(self, before: Sight, after: Sight) -> None:
        """Keep that only anchors were set or taken away, as a step of its own."""
        self._undone.clear()
        self._done.append(Step(_NOTHING, before, after))
        self._closed = True

    def open_stream(self, before: Sight) -> None:
        """From now on every change belongs to one step, until `close_stream`."""
        self._stream, self._stream_noted = before, False

    def close_stream(self) -> None:
        """The stream is over; a stream that left everything as it was leaves no step."""
        if self._stream_noted and self._done[-1].change.idle:
            self._done.pop()
        self._stream = None
        self._closed = True

    def take_back(self) -> Step | None:
        """The newest step, now counted as undone."""
        self._closed = True
        if not self._done:
            return None
        self._undone.append(self._done.pop())
        return self._undone[-1]

    def bring_again(self) -> Step | None:
        """The step undone last, now counted as done."""
        self._closed = True
        if not self._undone:
            return None
        step = self._undone.pop()
        self._done.append(step)
        if self._undone:
            # The step that came next knows the places that were made in between.
            places = self._undone[-1].before.places
            return replace(step, after=replace(step.after, places=places))
        return step

    def forget_undone(self) -> None:
        """What was taken back cannot be brought again."""
        self._undone.clear()

    def leave(self, text: str) -> None:
        """The page is left with this text; `fits` compares with it."""
        self._closed = True
        self._left = (len(text), hash(text))

    def fits(self, text: str) -> bool:
        """Whether the steps belong to a page of this text."""
        if not self._done and not self._undone:
            return True
        return self._left == (len(text), hash(text))

    def checkpoint(self) -> None:
        """The next edit begins a new step (the caret moved, or the focus)."""
        self._closed = True

    def clear(self) -> None:
        """Forget every step."""
        self._done.clear()
        self._undone.clear()
        self._closed = True

    def record(self, edit: Edit) -> None:
        """Never called: a page notes changes, with who wrote what.

        Raises:
            HistoryException: always.
        """
        raise HistoryException("A page notes changes, not edits.")

    def _note_stream(self, change: Change, after: Sight) -> None:
        assert self._stream is not None
        if self._stream_noted:
            newest = self._done[-1]
            self._done[-1] = replace(newest, change=newest.change.then(change), after=after)
        else:
            self._done.append(Step(change, self._stream, after))
            self._stream_noted = True

    def _gathers(self, change: Change, kind: _Kind, now: float) -> bool:
        newest = self._done[-1].change
        if kind is _Kind.WHOLE or kind is not self._kind or now - self._last > PAUSE:
            return False
        if kind is _Kind.ERASED:
            touches = change.at in (newest.at, newest.at - 1)
            return touches and not newest.inserted and len(newest.removed) < LONGEST
        follows = change.at == newest.at + len(newest.inserted) and not change.removed
        word_ends = change.inserted.isspace() and not newest.inserted[-1:].isspace()
        return follows and not word_ends and len(newest.inserted) < LONGEST
