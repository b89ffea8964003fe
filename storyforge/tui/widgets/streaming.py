"""A model's words arriving on the page: gathered, inserted at their place, one step to undo.

It owns the running stream, its pace and what happens when the author types into it. It refuses to
know where the words come from: the desk hands them over.
"""

from dataclasses import dataclass, field
from time import perf_counter

from textual.document._document import EditResult
from textual.document._edit import Edit
from textual.message import Message
from textual.reactive import Reactive, reactive
from textual.timer import Timer

from storyforge.domain.common_ends import shared_start
from storyforge.domain.origin import Origin, Provenance, Span
from storyforge.domain.text import Cleaner, clean
from storyforge.tui.widgets.page_editor import PageEditor

#: seconds between two insertions, while painting one costs less than half of it
INTERVAL = 0.05


@dataclass(slots=True)
class _Stream:
    place_id: str
    take_id: str
    keep: int = 0
    queue: list[str] = field(default_factory=list)
    cleaner: Cleaner = field(default_factory=Cleaner)
    begun: bool = False


class StreamingPage(PageEditor):
    """A page that a model can write on while its author reads, scrolls and types."""

    class StreamInterrupted(Message, namespace="manuscript"):
        """The author typed into a running stream: it is ended on the page, and the key applied.

        Attributes:
            place_id: where it ran.
            standing: what stood there when it ended, before the key applied.
        """

        def __init__(self, place_id: str, standing: str) -> None:
            super().__init__()
            self.place_id = place_id
            self.standing = standing

    streaming: Reactive[bool] = reactive(False, init=False, repaint=False)
    """Whether a stream is running on this page."""

    _stream: _Stream | None = None
    _pump: Timer | None = None
    _pump_busy: bool = False

    @property
    def stream_place(self) -> str | None:
        """The id of the place that a stream is running at."""
        return self._stream.place_id if self._stream else None

    def begin_stream(self, place_id: str, take_id: str, *, keep: int = 0) -> None:
        """Open one undo step for the words that will arrive at a place.

        What stands at the place gives way to the first words, inside the same step: a stream that
        brings none leaves the page as it was.

        Args:
            keep: so many characters of what stands there stay, as they are.

        Raises:
            Refused: the page is locked.
            KeyError: the page has no such place.
        """
        self._refuse_if_locked()
        self.end_stream()
        self._place(place_id)
        self.history.open_stream(self._sight())
        self._stream = _Stream(place_id, take_id, keep)
        self.streaming = True

    def stream(self, text: str) -> None:
        """Add words to the running stream; they are on the page within a few frames.

        Words that come after the stream has ended are dropped: they are in the take.
        """
        if self._stream is not None:
            self._stream.queue.append(text)
            if not self._pump_busy:
                self._flush_and_rest()

    def end_stream(self, standing: str | None = None, *, gap: str = "") -> None:
        """End the running stream, if there is one, and close its undo step.

        Args:
            standing: what shall stand at the place; None keeps what came.
            gap: parts it from what the author wrote behind it meanwhile; not part of the take.
        """
        stream = self._stream
        if stream is None:
            return
        if standing is None:
            self._flush(last=True)
        else:
            self._let_stand(stream, clean(standing))
        if gap:
            at = self._place(stream.place_id).end
            self._put(at, at, gap, lambda now: now.typed(at, at, len(gap)))
        self.history.close_stream()
        self._stream = None
        self._pump_busy = False
        if self._pump is not None:
            self._pump.stop()
            self._pump = None
        self.streaming = False

    def put_take(
        self,
        place_id: str,
        take_id: str,
        text: str,
        origin: Origin = Origin.MODEL,
        *,
        spans: tuple[Span, ...] = (),
    ) -> None:
        """Let a take stand at its place, instead of what stands there, as one undo step.

        Args:
            spans: who wrote which piece of `text`, where that was not all the one take.

        Raises:
            Refused: the page is locked.
            KeyError: the page has no such place.
        """
        self._refuse_if_locked()
        self.end_stream()
        place = self._place(place_id)
        text = clean(text)
        self.history.checkpoint()
        if sum(span.length for span in spans) == len(text) > 0:
            self._write_spans(place_id, place.start, place.end, text, spans)
        else:
            self._write(place_id, place.start, place.end, text, origin, take_id)
        self.history.checkpoint()
        self._set_fresh(place_id)

    # --- the author comes first

    def interrupt(self) -> None:
        """The author is about to change the text: a running stream ends, with all that came."""
        if self._stream is not None and not self.read_only:
            place_id = self._stream.place_id
            self.end_stream()
            self.post_message(self.StreamInterrupted(place_id, self.text_at(place_id)))

    def edit(self, edit: Edit) -> EditResult:
        """Change the text as its author; a stream that still runs is ended before it."""
        if self._stream is not None:
            # Keys end it earlier; this is for callers that know the page as it is drawn.
            at, end = (self.offset_of(self._inside(x)) for x in (edit.top, edit.bottom))
            place_id = self._stream.place_id
            behind = self._place(place_id).end
            self.interrupt()
            grown = self._place(place_id).end - behind
            low, high = (self.location_of(x + grown if x >= behind else x) for x in (at, end))
            edit = Edit(edit.text, low, high, edit.maintain_selection_offset)
        return super().edit(edit)

    def undo(self) -> None:
        """Take the newest step back; a running stream is ended and taken back."""
        self.interrupt()
        super().undo()

    def redo(self) -> None:
        """Do again what was undone last."""
        self.interrupt()
        super().redo()

    # --- words onto the page

    def _flush_and_rest(self) -> None:
        """Insert what is queued, then wait: for the paint, and as long again, or the interval."""
        self._pump_busy = True
        started = perf_counter()
        self._flush()

        def painted() -> None:
            cost = perf_counter() - started
            if self._stream is not None:
                self._pump = self.set_timer(max(INTERVAL - cost, cost), self._rested)

        if not self.call_after_refresh(painted):
            self._pump_busy = False

    def _rested(self) -> None:
        self._pump_busy = False
        if self._stream is not None and self._stream.queue:
            self._flush_and_rest()

    def _flush(self, *, last: bool = False) -> None:
        stream = self._stream
        assert stream is not None
        text = stream.cleaner.feed("".join(stream.queue))
        stream.queue.clear()
        if last:
            text += stream.cleaner.end()
        if text:
            self._extend(stream, text)

    def _extend(self, stream: _Stream, text: str) -> None:
        place = self._place(stream.place_id)
        at = place.end if stream.begun else min(place.start + stream.keep, place.end)
        stream.begun = True
        self._write(stream.place_id, at, place.end, text, Origin.MODEL, stream.take_id)
        self._set_fresh(stream.place_id)

    def _let_stand(self, stream: _Stream, standing: str) -> None:
        """Make the place hold `standing` by the smallest edit."""
        place = self._place(stream.place_id)
        kept = stream.keep
        if stream.begun:
            kept = shared_start(self.text_at(stream.place_id), standing)
        at = place.start + kept
        if at < place.end or standing[kept:]:
            self._write(
                stream.place_id, at, place.end, standing[kept:], Origin.MODEL, stream.take_id
            )
            self._set_fresh(stream.place_id)

    def _write(
        self, place_id: str, at: int, end: int, text: str, origin: Origin, take_id: str
    ) -> None:
        self._write_spans(place_id, at, end, text, (Span(len(text), origin, take_id),))

    def _write_spans(
        self, place_id: str, at: int, end: int, text: str, spans: tuple[Span, ...]
    ) -> None:
        def written(now: Provenance) -> Provenance:
            return now.replaced(at, end, spans, into=place_id)

        self._put(at, end, text, written)
        self.post_message(self.Changed(self))

    def text_at(self, place_id: str) -> str:
        """What stands at a place now.

        Raises:
            KeyError: the page has no such place.
        """
        place = self._place(place_id)
        return self.document.get_text_range(
            self.location_of(place.start), self.location_of(place.end)
        )
