"""From a model's bytes to text that may stand on a page. Pure; knows no model and no process.

Three things are held back until it is certain what they are: half a character of UTF-8, a carriage
return that may belong to the newline behind it, and the beginning of a stop string.
"""

import codecs
from collections.abc import Sequence

from storyforge.domain.text import clean


class Outflow:
    """Turns the byte pieces of one answer into whole, clean text without its stop string.

    Bytes that are no UTF-8 are left out, as is half a character at the end: nothing can be read in
    them, and the page must not carry marks for what the author never wrote.

    Attributes:
        ended: a stop string was met; what follows it is swallowed.
    """

    def __init__(self, stop: Sequence[str] = ()) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("ignore")
        self._stop = tuple(each for each in stop if each)
        self._return = ""
        self._held = ""
        self.ended = False

    @property
    def is_whole(self) -> bool:
        """Whether no half character is held back."""
        return not self._decoder.getstate()[0] and not self._return

    def copy(self) -> "Outflow":
        """Another that has heard the same; what it hears from now on is its own."""
        other = Outflow(self._stop)
        other._decoder.setstate(self._decoder.getstate())
        other._return, other._held, other.ended = self._return, self._held, self.ended
        return other

    def feed(self, piece: bytes) -> str:
        """The text that is certain now that `piece` has come; often empty."""
        return self._pass_on(self._decoder.decode(piece), final=False)

    def close(self) -> str:
        """What was held back, once nothing follows; half a stop string is text then."""
        return self._pass_on(self._decoder.decode(b"", final=True), final=True)

    def _pass_on(self, text: str, *, final: bool) -> str:
        if self.ended:
            return ""
        text = self._return + text
        self._return = "\r" if text.endswith("\r") and not final else ""
        self._held += clean(text[: len(text) - len(self._return)])
        found = [at for each in self._stop if (at := self._held.find(each)) >= 0]
        if found:
            self.ended = True
            ready, self._held = self._held[: min(found)], ""
            return ready
        keep = 0 if final else self._beginning_of_stop()
        cut = len(self._held) - keep
        ready, self._held = self._held[:cut], self._held[cut:]
        return ready

    def _beginning_of_stop(self) -> int:
        """How many characters at the end may be the beginning of a stop string."""
        longest = max((len(each) for each in self._stop), default=0)
        for length in range(min(len(self._held), longest - 1), 0, -1):
            if any(each.startswith(self._held[-length:]) for each in self._stop):
                return length
        return 0
