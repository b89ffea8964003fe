"""How a story is to leave: format, place and wishes as a short form. Asks; writes nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input, Static

from storyforge.export.settings import ExportSettings
from storyforge.export.wording import is_east_asian
from storyforge.i18n import N_, _, ngettext
from storyforge.tui.dialogs.base import AskText, Choice, Choose, Dialog, said
from storyforge.tui.dialogs.lines import AskLines
from storyforge.tui.dialogs.ticking import Tick
from storyforge.tui.widgets.rows import Row, RowList
from storyforge.tui.work import launch, near, typed_path

_GO = "go"
# Rows of the box beside the list.
_AROUND_LIST = 10
_BOOKS = ("docx", "odt", "epub", "html")
_PAPER = ("docx", "odt")
_READABLE = (*_BOOKS, "text")


@dataclass(frozen=True, slots=True)
class ExportWish:
    """What the author agreed to: the settings to keep, and where it goes."""

    settings: ExportSettings
    path: Path


@dataclass(frozen=True, slots=True)
class ExportChoice:
    """What there is to choose from.

    Attributes:
        formats: (name, label) of each.
        chapters: (id, title) of each, in story order.
        path_for: where a format and a site go unless the author says otherwise.
    """

    formats: Sequence[tuple[str, str]]
    chapters: Sequence[tuple[str, str]]
    language: str
    path_for: Callable[[str, str], Path]


@dataclass(frozen=True, slots=True)
class _Field:
    """A row of the form.

    Attributes:
        kind: "switch", "choice", "line" or "lines"; "format" and "chapters" are asked apart.
        formats: where it means something.
        help: over the line where it is typed.
        empty: what stands for no value.
    """

    id: str
    label: str
    kind: str
    formats: Sequence[str]
    help: str = ""
    empty: str = "–"


_FIELDS = (
    _Field("chapters", N_("Chapters"), "chapters", _READABLE),
    _Field("commands", N_("In-text commands stay"), "switch", ("md",)),
    _Field("site", N_("Spelled for"), "choice", ("text",)),
    _Field("layout", N_("Set as"), "choice", _PAPER),
    _Field("paper", N_("Paper"), "choice", _PAPER),
    _Field("vertical", N_("In columns (vertical)"), "switch", _BOOKS),
    _Field("cover", N_("Cover"), "line", ("epub",), N_("A JPEG or PNG file; empty for none")),
    _Field("pictures", N_("Pictures of the scenes"), "switch", ("md", *_BOOKS)),
    _Field("title_page", N_("Title page"), "switch", _READABLE),
    _Field(
        "contact", N_("Name and address"), "lines", _PAPER,
        N_("At the head of the manuscript: name, address, mail"),
    ),
    _Field(
        "byline", N_("Published as"), "line", _READABLE,
        N_("A pen name; empty for the story's author"), N_("the story's author"),
    ),
    _Field("chapter_titles", N_("Chapters have headings"), "switch", _READABLE),
    _Field(
        "heading", N_("Heading"), "line", _READABLE,
        N_("{number} and {title} are filled in, such as: Chapter {number}: {title}"),
    ),
    _Field(
        "untitled_heading", N_("Heading without a title"), "line", _READABLE,
        N_("{number} is filled in; empty for the custom of the language"),
        N_("as the language has it"),
    ),
    _Field("numerals", N_("Numbers"), "choice", _READABLE),
    _Field("scene_titles", N_("Scenes have headings"), "switch", _READABLE),
    _Field(
        "scene_break", N_("Sign between scenes"), "line", _READABLE,
        N_("Empty for the custom of format and language"), N_("as the language has it"),
    ),
    _Field("dedication", N_("Dedication"), "lines", _READABLE, N_("Stands before the story")),
    _Field("copyright", N_("Copyright"), "lines", _READABLE, N_("Stands before the story")),
    _Field("afterword", N_("Afterword"), "lines", _READABLE, N_("Stands behind the story")),
    _Field("about", N_("About the author"), "lines", _READABLE, N_("Stands behind the story")),
)  # fmt: skip

_VALUES: dict[str, dict[str, str]] = {
    "site": {
        "plain": N_("paper, readings in brackets"),
        "narou": "小説家になろう",
        "kakuyomu": "カクヨム",
    },
    "layout": {
        "modern": N_("a manuscript (Times, italics)"),
        "classic": N_("a manuscript (Courier, underlined)"),
        "book": N_("pages for readers"),
    },
    "paper": {"auto": N_("as the language has it"), "letter": "US Letter", "a4": "A4"},
    "numerals": {
        "auto": N_("as the language has them"),
        "arabic": "1, 2, 3",
        "kanji": "一、二、三",
        "roman": "I, II, III",
        "words": "One, Two, Three",
    },
}


class AskExport(Dialog[ExportWish]):
    """Answers settings and a path; Enter on the first row agrees."""

    AUTO_FOCUS = "RowList"
    DEFAULT_CSS = """
    AskExport .box { width: 84; }
    AskExport #note { margin-bottom: 1; }
    """

    def __init__(self, settings: ExportSettings, choice: ExportChoice) -> None:
        super().__init__(
            _("Export"), _("Enter: change, or write it · Tab: where to · Esc: leave it")
        )
        self._settings = settings
        self._choice = choice

    def inside(self) -> ComposeResult:
        """Where to, what that means, the wishes."""
        yield said(_("Where to"), classes="label")
        yield Input(self._settings.out or near(self._usual_path()))
        yield said("", id="note", classes="label")
        yield RowList()

    def on_mount(self) -> None:
        """The wishes as they were last time."""
        self._show(_GO)

    @on(Input.Submitted)
    def path_given(self) -> None:
        """On to the wishes."""
        self.query_one(RowList).focus()

    @on(RowList.Chosen)
    def chosen(self, event: RowList.Chosen) -> None:
        """Change one wish, or agree."""
        if event.row.id != _GO:
            launch(self.app, self._change(event.row.id), group="form")  # type: ignore[arg-type]
            return
        given = self.query_one(Input).value.strip()
        if given:
            out = "" if given == near(self._usual_path()) else given
            self.dismiss(ExportWish(self._settings.changed(out=out), typed_path(given)))
        else:
            self._tell(_("Say where it shall go."))
            self.query_one(Input).focus()

    async def _change(self, row: str) -> None:
        if row == "format":
            await self._choose_format()
        else:
            field = next(field for field in _FIELDS if field.id == row)
            value = await self._asked(field)
            if value is not None:
                self._settle(**{field.id: value})
        self._show(row)

    async def _choose_format(self) -> None:
        choices = [Choice(name, _(label)) for name, label in self._choice.formats]
        chosen = await self.app.push_screen_wait(
            Choose(_("Format"), "", choices, at=self._settings.format)
        )
        if chosen is not None:
            self._settle(format=chosen)

    async def _asked(self, field: _Field) -> object:
        """The author's new value, or None for no change."""
        value = getattr(self._settings, field.id)
        label, help_text = _(field.label), _(field.help) if field.help else ""
        if field.kind == "switch":
            return not value
        if field.kind == "line":
            given = await self.app.push_screen_wait(AskText(label, help_text, value, blank=True))
            # Kept with the story, which may be opened from another folder.
            return str(typed_path(given).absolute()) if given and field.id == "cover" else given
        if field.kind == "lines":
            return await self.app.push_screen_wait(AskLines(label, help_text, value))
        if field.kind == "choice":
            choices = [Choice(name, _(text)) for name, text in _VALUES[field.id].items()]
            return await self.app.push_screen_wait(Choose(label, "", choices, at=value))
        every = tuple(key for key, _title in self._choice.chapters)
        chosen = await self.app.push_screen_wait(
            Tick(label, self._choice.chapters, value or every, _("Take these chapters"))
        )
        return () if chosen == every else chosen

    def _settle(self, **changes: object) -> None:
        """Take the change; a path that nobody typed follows the format."""
        line = self.query_one(Input)
        usual = not line.value.strip() or line.value == near(self._usual_path())
        self._settings = self._settings.changed(**changes)
        if usual:
            line.value = near(self._usual_path())
        elif "format" in changes and self._settings.format != "text":
            ending = self._usual_path().suffix
            line.value = str(Path(line.value.strip()).with_suffix(ending))

    def _usual_path(self) -> Path:
        site = self._settings.site
        return self._choice.path_for(self._settings.format, "" if site == "plain" else site)

    # Showing.

    def _show(self, at: str) -> None:
        form = self._settings.format
        label = dict(self._choice.formats)[form]
        rows = [
            Row(_GO, _("Write it"), "↵", kind="head"),
            Row("format", _("Format"), _(label)),
        ]
        for field in _FIELDS:
            columns_fit = field.id != "vertical" or is_east_asian(self._choice.language)
            if form in field.formats and columns_fit:
                rows.append(Row(field.id, _(field.label), self._shown(field)))
        note = ""
        if form == "md":
            note = _("Markdown is always the whole story; importing it gives the same again.")
        elif form == "text":
            note = _("A name that ends in .txt is one file; any other is a folder of chapters.")
        self._tell(note)
        self.query_one(RowList).show(rows, at)
        self.fit_list(_AROUND_LIST)

    def _tell(self, note: str) -> None:
        line = self.query_one("#note", Static)
        line.update(note)
        line.display = bool(note)

    def on_resize(self) -> None:
        """The list scrolls where the screen is low."""
        self.fit_list(_AROUND_LIST)

    def _shown(self, field: _Field) -> str:
        value = getattr(self._settings, field.id)
        if field.kind == "switch":
            return _("yes") if value else _("no")
        if field.kind == "choice":
            return _(_VALUES[field.id][value])
        if field.kind == "chapters":
            if not value:
                return _("all")
            count = sum(key in value for key, _title in self._choice.chapters)
            return ngettext("{count} chapter", "{count} chapters", count).format(count=count)
        if not value:
            return _(field.empty)
        first = str(value).split("\n")[0]
        return first if len(first) <= 40 else first[:39] + "…"
