"""Importing text: which files, what would come of them, and the author's wishes. Imports nothing.

The preview is made anew in a thread whenever a path or a wish changes.
"""

import os
import shlex
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from textual import on, work
from textual.app import ComposeResult
from textual.timer import Timer
from textual.widgets import Input, Static

from storyforge.i18n import _, ngettext
from storyforge.tui.dialogs.base import Dialog, said
from storyforge.tui.widgets.rows import Row, RowList
from storyforge.tui.work import explained

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


class ImportFiles(Dialog["ImportPreview"]):
    """Answers a preview that the author agrees with."""

    DEFAULT_CSS = """
    ImportFiles .box { width: 82; }
    ImportFiles RowList { height: 4; margin-top: 1; }
    ImportFiles #outcome { height: auto; max-height: 12; min-height: 3; }
    """

    def __init__(self, options: "ImportOptions", preview: Preview) -> None:
        super().__init__(
            _("Import text or Markdown"), _("Enter: change or go on · Tab: between · Esc: leave it")
        )
        self._options = options
        self._preview = preview
        self._found: ImportPreview | None = None
        self._later: Timer | None = None

    def inside(self) -> ComposeResult:
        """Path, outcome, wishes."""
        yield said(_("A file, several, or a folder"), classes="label")
        yield Input(placeholder="~/Documents/novel.md")
        yield said("", id="outcome", classes="label")
        yield RowList()

    def on_mount(self) -> None:
        """Show the wishes as they stand."""
        self._show_wishes()

    @on(Input.Changed)
    def path_changed(self) -> None:
        """Read it when the typing rests."""
        self._found = None
        if self._later is not None:
            self._later.stop()
        self._later = self.set_timer(_READ_AFTER, self._read)

    @on(Input.Submitted)
    def path_given(self) -> None:
        """On to the wishes."""
        self._read()
        self.query_one(RowList).focus()

    @on(RowList.Chosen)
    def wish(self, event: RowList.Chosen) -> None:
        """Change one wish, or agree."""
        if event.row.id == "go":
            if self._found is not None:
                self.dismiss(self._found)
            return
        self._options = self._changed(event.row.id)
        self._show_wishes()
        self._read()

    def _changed(self, wish: str) -> "ImportOptions":
        options = self._options
        if wish == "level":
            levels = [None, *(self._found.heading_levels if self._found else ())]
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
                Row("level", _("Chapters"), level),
                Row("join", _("Join broken lines"), join[options.join_lines]),
                Row("split", _("Split text without headings"), split),
                Row("go", _("Make the story"), "↵", kind="head"),
            ]
        )

    @work(exclusive=True, group="preview", exit_on_error=False)
    async def _read(self) -> None:
        sources = sources_of(self.query_one(Input).value)
        if not sources:
            self._tell("")
            return
        try:
            self._found = await self._preview(sources, self._options)
        except Exception as error:  # the edge of a worker
            self._found = None
            self._tell(str(explained(error)))
            return
        self._tell(outcome(self._found))

    def _tell(self, text: str) -> None:
        self.query_one("#outcome", Static).update(text)


def _next(values: list[Value], now: Value) -> Value:
    return values[(values.index(now) + 1) % len(values)] if now in values else values[0]


def outcome(preview: "ImportPreview") -> str:
    """What would come of it: title, chapters, scenes, words, and what the author should know."""
    chapters = len(preview.chapters)
    scenes = sum(len(chapter.scenes) for chapter in preview.chapters)
    words = sum(chapter.counts.of(preview.language or "en") for chapter in preview.chapters)
    counted = ", ".join(
        (
            ngettext("{count} chapter", "{count} chapters", chapters).format(count=chapters),
            ngettext("{count} scene", "{count} scenes", scenes).format(count=scenes),
            ngettext("{count:,} word", "{count:,} words", words).format(count=words),
        )
    )
    lines = [f"“{preview.title}”: {counted}."]
    lines += preview.notes
    if preview.offer:
        lines.append(
            _("There are no headings; a split would make {count} scenes.").format(
                count=preview.offer
            )
        )
    return "\n".join(lines)
