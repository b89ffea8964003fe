"""Searching the whole story: what is found appears while the author types. Changes nothing.

The scenes are read in a thread, one after the other; another wish, or leaving, stops it between
two of them.
"""

import importlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.timer import Timer
from textual.widgets import Input, Static
from textual.worker import get_current_worker

from storyforge.domain.searching import MOST, Hit, Query
from storyforge.domain.story import Outline
from storyforge.i18n import _, ngettext, sentences
from storyforge.tui.dialogs.base import Dialog, said
from storyforge.tui.widgets.chips import Chip, Chips
from storyforge.tui.widgets.hits import MOST_ROWS, HitList, found_rows, scene_names
from storyforge.tui.widgets.rows import Row, RowList
from storyforge.tui.widgets.search_fields import SearchInput, query_chips, switched
from storyforge.tui.work import explained

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile
    from storyforge.studio.searching import Searched

#: seconds that typing rests before the story is searched
SEARCH_AFTER = 0.2
#: seconds between two tellings of what was found
_TELL_EVERY = 0.1

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Going:
    """Where the author wants to go.

    Attributes:
        row: the row of the list, to come back to.
    """

    scene_id: str
    hit: Hit
    query: Query
    row: str


@dataclass
class Found:
    """What is known so far.

    Attributes:
        asked: what was looked for; the author may have gone on typing since.
        searched: the scenes that hold something.
        scenes: how many were read.
    """

    asked: object
    searched: list["Searched"] = field(default_factory=list)
    scenes: int = 0
    hits: int = 0
    done: bool = False
    wrong: str = ""


class SearchDialog(Dialog[Answer], Generic[Answer]):
    """A query over a list of what it finds. Subclasses say what they look for and what they show.

    Attributes:
        wanted: what is looked for now.
        found: what is known of it.
    """

    AUTO_FOCUS = "SearchInput"
    ENTER_CHOOSES = True
    """Whether Enter in the list is the list's own."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "onward", show=False),
        Binding("down", "to_list", show=False),
    ]
    DEFAULT_CSS = """
    SearchDialog {
        .box { width: 112; height: 92%; }
        .field { height: 1; }
        .field .label { width: auto; min-width: 14; }
        .field Input { width: 1fr; margin: 0; }
        Chips { margin: 1 0; }
        #told { height: auto; color: $foreground-muted; }
        #told.-wrong { color: $error; }
        HitList { height: 1fr; }
    }
    """

    def __init__(
        self, title: str, hint: str, story: "StoryFile", outline: Outline, query: Query
    ) -> None:
        super().__init__(title, hint)
        self.story = story
        self.outline = outline
        self.names = scene_names(outline)
        self.wanted = query
        self.found = Found(None)
        self._later: Timer | None = None
        self._looking = False

    def fields(self) -> ComposeResult:
        """The fields over the switches."""
        yield from self.field(_("Find"), SearchInput(self.wanted.text, id="wanted"))

    def field(self, label: str, field: SearchInput) -> ComposeResult:
        """A field behind its name."""
        with Horizontal(classes="field"):
            yield said(label, classes="label")
            yield field

    def inside(self) -> ComposeResult:
        """Fields, switches, what was found."""
        yield from self.fields()
        yield Chips(self.chips())
        yield said("", id="told", classes="label")
        yield HitList(choose=self.ENTER_CHOOSES)

    def chips(self) -> list[Chip]:
        """The switches."""
        return query_chips(self.wanted)

    def of_scenes(self) -> int:
        """How many scenes are looked through."""
        return len(self.names)

    def asked(self) -> object:
        """All that the answer depends on."""
        return self.wanted

    def look(self) -> "Iterator[Searched]":
        """The scenes, read one after the other; runs in a thread."""
        raise NotImplementedError

    def rows(self) -> list[Row]:
        """What is shown of what was found."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Look at once for what was looked for last."""
        self.search()

    # What the author does.

    @on(Input.Changed, "#wanted")
    def typed(self, event: Input.Changed) -> None:
        """Another query."""
        if event.value != self.wanted.text:
            self.wanted = replace(self.wanted, text=event.value)
            self.search_soon()

    @on(Chips.Switched)
    def otherwise(self, event: Chips.Switched) -> None:
        """The same, looked for otherwise."""
        self.switch(event.chip)

    def switch(self, chip: Chip) -> None:
        """A switch was changed."""
        self.wanted = switched(self.wanted, chip)
        self.search_soon()

    def action_onward(self) -> None:
        """Enter in a field."""
        self.action_to_list()

    def action_to_list(self) -> None:
        """From a field or the switches on to what was found."""
        if self.query_one(HitList).rows:
            self.query_one(HitList).focus()

    # Searching.

    def search_soon(self) -> None:
        """Look for it when the typing rests."""
        if self._later is not None:
            self._later.stop()
        self._later = self.set_timer(SEARCH_AFTER, self.search)

    def search(self) -> None:
        """Look for it now; what still runs is stopped first."""
        self._later = None
        self.found = Found(self.asked(), done=not self.wanted.text)
        self.show()
        if self.wanted.text and not self._looking:
            self._begin()

    def _begin(self) -> None:
        self._looking = True
        self._run(self.found)

    @work(thread=True, group="search", exit_on_error=False)
    def _run(self, found: Found) -> None:
        """Read the scenes. One thread at a time: slow searches must not hold those that save."""
        worker = get_current_worker()
        fresh: list[Searched] = []
        told, scenes, wrong = monotonic(), 0, ""
        try:
            for one in self.look():
                if worker.is_cancelled or found is not self.found:
                    break
                scenes += 1
                if one.hits:
                    fresh.append(one)
                if monotonic() - told > _TELL_EVERY:
                    self.app.call_from_thread(self._came, found, fresh, scenes)
                    told, fresh = monotonic(), []
        except Exception as error:  # the edge of a worker
            wrong = str(explained(error))
        if not worker.is_cancelled:
            self.app.call_from_thread(self._ended, found, fresh, scenes, wrong)

    def _ended(self, found: Found, fresh: "list[Searched]", scenes: int, wrong: str) -> None:
        self._looking = False
        if found is self.found:
            self._came(found, fresh, scenes, done=True, wrong=wrong)
        elif self.wanted.text and self.is_attached:
            self._begin()

    def _came(
        self,
        found: Found,
        fresh: "list[Searched]",
        scenes: int,
        *,
        done: bool = False,
        wrong: str = "",
    ) -> None:
        if found is not self.found or not self.is_attached:
            return
        found.searched += fresh
        found.hits += sum(len(one.hits) for one in fresh)
        found.scenes, found.done, found.wrong = scenes, done, wrong
        self.show()

    # Showing.

    def show(self) -> None:
        """What is known now."""
        told = self.query_one("#told", Static)
        told.update(self.told())
        told.set_class(bool(self.found.wrong), "-wrong")
        self.query_one(HitList).show([] if self.found.wrong else self.rows())

    def told(self) -> str:
        """How much was found, and where the search is."""
        found = self.found
        if found.wrong:
            return found.wrong
        if not self.wanted.text:
            return ""
        if not found.done:
            return _("{hits:,} so far; scene {scene:,} of {scenes:,} …").format(
                hits=found.hits, scene=found.scenes, scenes=self.of_scenes()
            )
        if not found.hits:
            return _("Nothing found.")
        places = ngettext("{count:,} place", "{count:,} places", found.hits).format(
            count=found.hits
        )
        scenes = ngettext("{count:,} scene", "{count:,} scenes", len(found.searched)).format(
            count=len(found.searched)
        )
        lines = [_("{places} in {scenes}.").format(places=places, scenes=scenes)]
        if found.hits >= MOST:
            lines.append(_("There the search ended."))
        if found.hits + len(found.searched) > MOST_ROWS:
            lines.append(_("The list shows the first {count:,}.").format(count=MOST_ROWS))
        return sentences(lines)


class SearchStory(SearchDialog[Going]):
    """Every place in the story that holds the query; answers the one to go to."""

    def __init__(
        self, story: "StoryFile", outline: Outline, query: Query, *, row: str = ""
    ) -> None:
        super().__init__(
            _("Find in the story"),
            _("↑ ↓ · Enter: go there · Tab: switches · Esc: back"),
            story,
            outline,
            query,
        )
        self._row = row

    def look(self) -> "Iterator[Searched]":
        """The scenes in story order."""
        module = importlib.import_module("storyforge.studio.searching")
        found: Iterator[Searched] = module.find(self.story, self.wanted)
        return found

    def rows(self) -> list[Row]:
        """A heading a scene, a line a place."""
        return found_rows(self.found.searched, self.names)

    def show(self) -> None:
        """The list, the cursor where the author was last."""
        super().show()
        if self._row and any(row.id == self._row for row in self.query_one(HitList).rows):
            self.query_one(HitList).mark(self._row)
            self.query_one(HitList).focus()
            self._row = ""

    @on(RowList.Chosen)
    def go(self, event: RowList.Chosen) -> None:
        """There."""
        scene_id, _colon, number = event.row.id.partition(":")
        one = next(one for one in self.found.searched if one.scene_id == scene_id)
        self.dismiss(Going(scene_id, one.hits[int(number)], self.wanted, event.row.id))
