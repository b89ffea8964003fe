"""A model's answer while it grows: cleaned, fitted to the page, and cut where the author wants it.

Pure: it knows neither the model nor the file. What is cut stays in the text; less of it stands.
"""

from storyforge.domain.length import LengthUnit
from storyforge.domain.seam import Head, fit_tail
from storyforge.domain.sentences import first_sentence_end, last_sentence_end
from storyforge.domain.text import Cleaner

# So much of the text behind the caret tells that an answer has come to it: fewer characters stand
# in any text by chance.
_OPENING = 24
_LEAST = 8


class Answer:
    """The text so far.

    Attributes:
        text: everything the model wrote, fitted to what stands before it.
        shown: how many characters of `text` were handed to the page.
        goal: the offset at which the wished sentence or paragraph ends, once it is known.

    Args:
        before, after: what stands around the answer.
        lead: what the answer begins with whatever the model says.
        standing: how many characters of `lead` are on the page already.
        leads_on: the answer is to lead to `after`: where it begins to say that again, it ends.
    """

    def __init__(
        self,
        before: str,
        after: str,
        unit: LengthUnit,
        language: str = "en",
        *,
        lead: str = "",
        standing: int = 0,
        leads_on: bool = False,
    ) -> None:
        self._head = Head(before + lead)
        self._cleaner = Cleaner()
        self._after = after
        self._unit = unit
        self._language = language
        self._lead = len(lead)
        opening = after.strip()[:_OPENING] if leads_on else ""
        self._opening = opening if len(opening) >= _LEAST else ""
        self.text = lead
        self.shown = standing
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
        fresh = self.text[self._lead :]
        if self._opening and (at := fresh.find(self._opening)) >= 0:
            return self._lead + at
        end: int | None = None
        if self._unit is LengthUnit.SENTENCE:
            end = first_sentence_end(fresh, self._language)
        elif self._unit is LengthUnit.PARAGRAPH:
            # The line ends before its first word only open the paragraph.
            found = fresh.find("\n", len(fresh) - len(fresh.lstrip()))
            end = None if found < 0 else found
        return None if end is None else self._lead + end
