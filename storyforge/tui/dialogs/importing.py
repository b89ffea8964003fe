"""Importing: which files, what would come of them, the author's wishes, and where the story lies.

Imports nothing itself. The preview is made anew in a thread whenever a path or a wish changes.
"""

import os
import shlex
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.timer import Timer
from textual.widgets import Input, Static

from storyforge.domain.counting import counts_characters
from storyforge.i18n import _, in_quotes, listed, ngettext
from storyforge.tui.dialogs.base import Dialog, said
from storyforge.tui.dialogs.story import story_path
from storyforge.tui.widgets.rows import Row, RowList
from storyforge.tui.work import explained, near

if TYPE_CHECKING:
    from storyforge.importing.values import ImportOptions, ImportPreview

#: reads files and says what would come of them; heavy, so it is awaited
Preview = Callable[[list[Path], "ImportOptions"], Awaitable["ImportPreview"]]

#: seconds the path rests before it is read
_READ_AFTER = 0.3
Value = TypeVar("Value")

_SPLITS = (None, 1500, 3000, 6000)


def sources_of(given: str) -> list[Path]:
    """The paths in what was typed: one as it stands, or several as a shell would read them."""
    text = os.path.expandvars(given.strip())
    if not text:
        return []
    whole = Path(text).expanduser()
    if whole.exists():
        return [whole]
    try:
        parts = shlex.split(text)
    except ValueError:
        return [whole]
    several = [Path(part).expanduser() for part in parts]
    return several if len(several) > 1 else [whole]


@dataclass(frozen=True, slots=True)
class Agreed:
    """What the author agreed with, and a path at which nothing lies."""

    preview: "ImportPreview"
    path: Path


class ImportFiles(Dialog[Agreed]):
    """Answers what the author agrees with.

    Args:
        name: gives a free path for a title, in the folder where stories lie.
    """

    DEFAULT_CSS = """
    ImportFiles .box { width: 90; }
    ImportFiles RowList { height: 4; margin-top: 1; }
    ImportFiles #told {
        height: auto;
        min-height: 2;
        max-height: 22vh;
        margin-bottom: 1;
        &:focus { background: $panel; }
    }
    ImportFiles #outcome { height: auto; }
    """

    def __init__(
        self, options: "ImportOptions", preview: Preview, name: Callable[[str], Path]
    ) -> None:
        super().__init__(_("Import"), _("Enter: change or go on · Tab: between · Esc: leave it"))
        self._options = options
        self._preview = preview
        self._path_for = name
        self._found: ImportPreview | None = None
        self._levels: tuple[int, ...] = ()
        self._later: Timer | None = None

    def inside(self) -> ComposeResult:
        """Sources, outcome, target, wishes."""
        yield said(_("A file, several, or a folder, of any program that is known"), classes="label")
        yield Input(placeholder="~/Documents/novel.docx", id="sources")
        with VerticalScroll(id="told"):
            yield said("", id="outcome", classes="label")
        yield said(_("Where the story lies; empty for the one shown"), classes="label")
        yield Input(id="file")
        wrong = said("", id="wrong", classes="wrong")
        wrong.display = False
        yield wrong
        yield RowList()

    def on_mount(self) -> None:
        """Show the wishes as they stand."""
        self._show_wishes()
        self._tell("")

    @on(Input.Changed, "#sources")
    def path_changed(self) -> None:
        """Read it when the typing rests."""
        self._found = None
        if self._later is not None:
            self._later.stop()
        self._later = self.set_timer(_READ_AFTER, self._read)

    @on(Input.Submitted, "#sources")
    def path_given(self) -> None:
        """On to the wishes."""
        self._read()
        self.query_one(RowList).focus()

    @on(Input.Submitted, "#file")
    def target_given(self) -> None:
        """The last thing to say: it may be made."""
        self._agree()

    @on(RowList.Chosen)
    def wish(self, event: RowList.Chosen) -> None:
        """Change one wish, or agree."""
        if event.row.id == "go":
            self._agree()
            return
        self._options = self._changed(event.row.id)
        self._show_wishes()
        self._read()

    def _agree(self) -> None:
        """Answer, if there is something to import and nothing lies where it shall go."""
        if self._found is None:
            return
        given = self.query_one("#file", Input).value.strip(" \t\n")
        path = story_path(given) if given else self._path_for(self._found.title)
        if os.path.lexists(path):
            wrong = self.query_one("#wrong", Static)
            wrong.display = True
            wrong.update(_("There is something already: {path}").format(path=near(path)))
            self.query_one("#file", Input).focus()
        else:
            self.dismiss(Agreed(self._found, path))

    def _changed(self, wish: str) -> "ImportOptions":
        options = self._options
        if wish == "level":
            levels = [None, *self._levels]
            return replace(options, chapter_level=_next(levels, options.chapter_level))
        if wish == "join":
            return replace(options, join_lines=_next([None, True, False], options.join_lines))
        return replace(options, split_words=_next(list(_SPLITS), options.split_words))

    def _show_wishes(self) -> None:
        options = self._options
        level = (
            _("as the text has them")
            if options.chapter_level is None
            else _("at headings of level {level}").format(level=options.chapter_level)
        )
        join = {None: _("where most lines are short"), True: _("yes"), False: _("no")}
        split = (
            _("no")
            if options.split_words is None
            else _("about every {words:,} words").format(words=options.split_words)
        )
        self.query_one(RowList).show(
            [
                Row("go", _("Make the story"), "↵", kind="head"),
                Row("level", _("Chapters"), level),
                Row("join", _("Join broken lines"), join[options.join_lines]),
                Row("split", _("Split text without headings"), split),
            ]
        )

    @work(exclusive=True, group="preview", exit_on_error=False)
    async def _read(self) -> None:
        self._found = None  # what was read by other wishes is not to be agreed with
        sources = sources_of(self.query_one("#sources", Input).value)
        if not sources:
            self._tell("")
            return
        self._tell(_("Reading…"))
        try:
            self._found = await self._preview(sources, self._options)
        except Exception as error:  # the edge of a worker
            self._tell(str(explained(error)))
            return
        self._levels = self._found.heading_levels
        self._tell(outcome(self._found))

    def _tell(self, text: str) -> None:
        self.query_one("#outcome", Static).update(text)
        title = self._found.title if self._found is not None else ""
        shown = near(self._path_for(title)) if title else ""
        self.query_one("#file", Input).placeholder = shown


def _next(values: list[Value], now: Value) -> Value:
    return values[(values.index(now) + 1) % len(values)] if now in values else values[0]


def outcome(preview: "ImportPreview") -> str:
    """What would come of it: title, chapters, scenes, words, and what the author should know."""
    chapters = len(preview.chapters)
    scenes = sum(len(chapter.scenes) for chapter in preview.chapters)
    language = preview.language or "en"
    length = sum(chapter.counts.of(language) for chapter in preview.chapters)
    counted = listed(
        (
            ngettext("{count} chapter", "{count} chapters", chapters).format(count=chapters),
            ngettext("{count} scene", "{count} scenes", scenes).format(count=scenes),
            (
                ngettext("{count:,} character", "{count:,} characters", length)
                if counts_characters(language)
                else ngettext("{count:,} word", "{count:,} words", length)
            ).format(count=length),
        )
    )
    from storyforge.importing.keeping import beside

    lines = [_("{title}: {contents}.").format(title=in_quotes(preview.title), contents=counted)]
    along = beside(preview.memory, preview.author_note, len(preview.lore), len(preview.attachments))
    if along:
        lines.append(_("Beside the text: {along}").format(along=along))
    lines += preview.notes
    if preview.offer:
        lines.append(
            _("There are no headings; a split would make {count} scenes.").format(
                count=preview.offer
            )
        )
    return "\n".join(lines)
