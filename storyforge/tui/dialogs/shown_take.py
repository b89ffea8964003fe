"""One of several takes as it is shown beside the others: how far it is, and the pieces it is drawn
in. It knows no keys and no other take.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from storyforge.domain.comparing import Part, compare
from storyforge.domain.generation import StopReason, Take
from storyforge.domain.sentences import sentences
from storyforge.i18n import _
from storyforge.tui.widgets.take_column import TakeColumn
from storyforge.tui.widgets.takes import size
from storyforge.tui.widgets.wrapping import Run

_KINDS = {Part.SAME: "", Part.GONE: "gone", Part.CAME: "came"}


@dataclass
class ShownTake:
    """A take and its column.

    Attributes:
        stopping: the author has stopped it, and its last words are on their way.
        cursor: the sentence that the cursor is on; -1 for none.
        fresh: it has to be drawn anew.
    """

    take: Take
    language: str
    column: TakeColumn = field(default_factory=TakeColumn)
    text: str = ""
    ended: bool = False
    stopping: bool = False
    cursor: int = -1
    fresh: bool = True

    @property
    def sentences(self) -> tuple[str, ...]:
        """Its sentences, the white space before each included."""
        return sentences(self.text.rstrip(), self.language)

    def comes(self, text: str) -> None:
        """More of it came."""
        self.text += text
        self.fresh = True

    def ends(self, take: Take, text: str) -> None:
        """Nothing more comes, and this of it may stand."""
        self.take, self.text = take, text
        self.ended = self.fresh = True

    def head(self, number: int) -> str:
        """Its number, and how far it is."""
        state = size(self.text, self.language)
        if not self.ended:
            state = _("stopping") if self.stopping else _("writing")
        elif not self.text:
            refused = self.take.reason is StopReason.REFUSED
            state = _("refused") if refused else _("nothing came")
        return f"{number} · {state}"

    def difference(self, original: str) -> list[Run]:
        """It, set against the words that it would take the place of."""
        pairs = compare(original, self.text).pairs
        return [(piece.text, _KINDS[piece.part]) for pair in pairs for piece in pair.pieces]

    def runs(self, marks: Mapping[int, int], *, here: bool) -> list[Run]:
        """It as it reads.

        Args:
            marks: the number of each marked sentence, in the order of marking.
            here: keys go to it.
        """
        runs: list[Run] = []
        for at, sentence in enumerate(self.sentences):
            cursor = here and at == self.cursor
            bare = sentence.lstrip()
            runs.append((sentence[: len(sentence) - len(bare)], ""))
            if at in marks:
                runs.append((f"[{marks[at]}]", "number"))
                runs.append((bare, "both" if cursor else "marked"))
            else:
                runs.append((bare, "cursor" if cursor else ""))
        return runs
