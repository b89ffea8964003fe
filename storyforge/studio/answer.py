"""A model's answer while it grows: cleaned, fitted to the page, and cut where the author wants it.

Pure: it knows neither the model nor the file. What is cut stays in the text; less of it stands.
"""

from storyforge.domain.generation import LengthUnit
from storyforge.domain.seam import Head, fit_tail
from storyforge.domain.sentences import first_sentence_end, last_sentence_end
from storyforge.domain.text import Cleaner


class Answer:
    """The text so far.

    Attributes:
        text: everything the model wrote, fitted to what stands before it.
        shown: how many characters of `text` were handed to the page.
        goal: the offset at which the wished sentence or paragraph ends, once it is known.
    """

    def __init__(self, before: str, after: str, unit: LengthUnit, language: str = "en") -> None:
        self._head = Head(before)
        self._cleaner = Cleaner()
        self._after = after
        self._unit = unit
        self._language = language
        self.text = ""
        self.shown = 0
        self.goal: int | None = None

    def feed(self, piece: str) -> str:
        """What of the answer belongs on the page now that `piece` has come."""
        return self._take_in(self._cleaner.feed(piece))

    def end(self) -> str:
        """The rest that belongs on the page when no more comes."""
        return self._take_in(self._cleaner.end())

    @property
    def done(self) -> bool:
        """Whether the wished sentence or paragraph is whole: the model may stop."""
        return self.goal is not None

    def standing(self, *, trim: bool) -> tuple[str, int]:
        """(the take's text, how many characters of it shall stand on the page).

        Args:
            trim: let it end at its last whole sentence, if one ends in it.
        """
        end = self.goal
        if end is None and trim:
            end = last_sentence_end(self.text, self._language)
        kept = self.text if end is None else self.text[:end]
        fitted = fit_tail(kept, self._after)
        if self.text.startswith(fitted):
            return self.text, len(fitted)
        # A space was set before the author's next word: it becomes a part of the take.
        return fitted + self.text[len(kept) :], len(fitted)

    def _take_in(self, piece: str) -> str:
        self.text += self._head.feed(piece)
        if self.goal is None:
            self.goal = self._find_goal()
        until = len(self.text) if self.goal is None else self.goal
        fresh = self.text[self.shown : until]
        self.shown = max(self.shown, until)
        return fresh

    def _find_goal(self) -> int | None:
        if self._unit is LengthUnit.SENTENCE:
            return first_sentence_end(self.text, self._language)
        if self._unit is LengthUnit.PARAGRAPH:
            # The line ends before its first word only open the paragraph.
            lead = len(self.text) - len(self.text.lstrip())
            end = self.text.find("\n", lead)
            return None if end < 0 else end
        return None
