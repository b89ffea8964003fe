"""The library: the stories opened of late, and the ways to a new one. It asks; the studio acts."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from storyforge.i18n import _
from storyforge.tui import starting
from storyforge.tui.action_lists.menus import MENUS
from storyforge.tui.actions import Where, bindings
from storyforge.tui.course import Stopped, watched
from storyforge.tui.dialogs.base import AskText, said
from storyforge.tui.dialogs.menu import Menu
from storyforge.tui.dialogs.story import AskNewStory, Facts, NewStory, story_path
from storyforge.tui.footer import key_parts
from storyforge.tui.screens.base import HouseScreen
from storyforge.tui.widgets.bars import Header, KeysBar, Part
from storyforge.tui.widgets.rows import Row, RowList
from storyforge.tui.work import launch, lazily, near

if TYPE_CHECKING:
    from storyforge.importing.values import ImportOptions, ImportPreview

#: the last row, which stands for everything else that can be done
_MENU = "menu:"


class Shelf(RowList):
    """The list of stories."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Where.LIBRARY)


class LibraryScreen(HouseScreen):
    """What is on the shelf."""

    PLACES: ClassVar[tuple[Where, ...]] = (Where.LIBRARY,)
    AUTO_FOCUS = "Shelf"
    DEFAULT_CSS = """
    LibraryScreen #middle { height: 1fr; align-horizontal: center; padding: 1 2; }
    LibraryScreen #column { width: 100%; max-width: 84; height: 1fr; }
    LibraryScreen #heading { color: $foreground-muted; padding: 0 1 1 1; height: auto; }
    LibraryScreen Shelf { height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.shelf = Shelf(id="shelf", choose=False)
        self._paths: dict[str, Path] = {}
        self._last = ""

    def compose(self) -> ComposeResult:
        """Header, the list in a column, keys."""
        yield Header()
        with Vertical(id="middle"), Vertical(id="column"):
            yield said("", id="heading", classes="")
            yield self.shelf
        yield KeysBar()

    def on_mount(self) -> None:
        """Draw first, look for stories behind it."""
        self.query_one(Header).put([Part("storyforge", 5, "strong")])
        self.name_keys()
        self.call_after_refresh(self.look)

    def on_screen_resume(self) -> None:
        """Something may have been opened meanwhile."""
        self.name_keys()

    def look(self) -> None:
        """Read the list of stories."""
        launch(self.house, self._look(), group="look", exclusive=True)

    async def _look(self) -> None:
        shelf = await lazily("storyforge.studio.shelf")
        found = await asyncio.to_thread(shelf.recent)
        if not self.is_attached:
            return
        self._paths = {str(story.path): story.path for story in found}
        rows = [
            Row(
                str(story.path),
                story.title or story.path.stem,
                f"{near(story.path.parent)}  {story.opened.astimezone():%Y-%m-%d}"
                if story.exists
                else _("not there now"),
                kind="" if story.exists else "muted",
            )
            for story in found
        ]
        rows.append(Row(_MENU, _("Menu …"), self.house.key_of(MENUS[Where.LIBRARY]), kind="muted"))
        heading = _("Your stories, the last one first")
        if not found:
            heading = _(
                "No story yet.\n\n{new} begins one.\n{import_} makes one from a text that you "
                "have.\n{open} opens a story file."
            ).format(
                new=self.house.key_of("new_story"),
                import_=self.house.key_of("import"),
                open=self.house.key_of("open_path"),
            )
        self.query_one("#heading").update(heading)  # type: ignore[attr-defined]
        self.shelf.show(rows)
        if self.shelf.row is not None and self.shelf.row.id in self._paths:
            self._last = self.shelf.row.id
        starting.settled()

    def name_keys(self) -> None:
        """The keys that work here."""
        self.query_one(KeysBar).put(*key_parts(self.house, Where.LIBRARY))

    # Actions.

    def action_do(self, action_id: str) -> None:
        """Carry out an action of the registry."""
        verbs: dict[str, Callable[[], Coroutine[Any, Any, None]]] = {
            "open_story": self._open_marked,
            "new_story": self._new,
            "import": self._import,
            "open_path": self._open_path,
            "duplicate": self._duplicate,
            "forget": self._forget,
            MENUS[Where.LIBRARY]: self._menu,
        }
        launch(self.house, verbs[action_id](), group="library")

    @on(RowList.Chosen)
    def clicked(self) -> None:
        """A click opens."""
        self.action_do("open_story")

    @on(RowList.MenuAsked)
    def menu_asked(self) -> None:
        """The right button."""
        self.action_do(MENUS[Where.LIBRARY])

    @on(RowList.Marked)
    def row_marked(self, event: RowList.Marked) -> None:
        """What is chosen in the menu is done with the story that was marked last."""
        if event.row.id in self._paths:
            self._last = event.row.id

    async def _menu(self) -> None:
        path = self._marked()
        about = "" if path is None else next(r.text for r in self.shelf.rows if r.id == str(path))
        chosen = await self._ask(Menu(self.house, Where.LIBRARY, about))
        if chosen == "open_story" and path is not None:
            await self._open(path)
        elif chosen is not None:
            self.action_do(chosen)

    async def _open_marked(self) -> None:
        path = self._marked()
        if self.shelf.row is not None and self.shelf.row.id == _MENU:
            await self._menu()
        elif path is not None:
            await self._open(path)

    async def _open(self, path: Path) -> None:
        from storyforge.tui.screens.desk import DeskScreen

        await self.house.switch_screen(DeskScreen(path))

    async def _open_path(self) -> None:
        given = await self._ask(AskText(_("Open a file"), _("Its path"), placeholder="NAME.forge"))
        if given is not None:
            await self._open(story_path(given))

    async def _new(self) -> None:
        settings = await self.house.ready_settings()
        shelf = await lazily("storyforge.studio.shelf")
        wish: NewStory | None = await self._ask(
            AskNewStory(Facts("", settings.author, settings.language), shelf.new_path)
        )
        if wish is None:
            return
        facts = wish.facts
        story = await asyncio.to_thread(
            shelf.create_story,
            wish.path,
            title=facts.title,
            author=facts.author,
            language=facts.language,
        )
        await asyncio.to_thread(story.close)
        if facts.author and not settings.author:
            await self.house.change_settings({"author": facts.author})
        await self._open(wish.path)
        self.house.tell(_("The story lies in {path}").format(path=near(wish.path)))

    async def _import(self) -> None:
        from storyforge.tui.dialogs.importing import Agreed, ImportFiles

        values = await lazily("storyforge.importing.values")
        publishing = await lazily("storyforge.studio.publishing")

        async def preview(sources: list[Path], options: "ImportOptions") -> "ImportPreview":
            found = await asyncio.to_thread(publishing.preview_import, sources, options)
            return cast("ImportPreview", found)

        shelf = await lazily("storyforge.studio.shelf")
        agreed: Agreed | None = await self._ask(
            ImportFiles(values.ImportOptions(), preview, shelf.new_path)
        )
        if agreed is None:
            return
        settings = await self.house.ready_settings()

        def make(tell: Callable[[int, int], None]) -> None:
            publishing.import_story(
                agreed.preview, agreed.path, language=settings.language, progress=tell
            ).close()

        try:
            text = _("Making {path}").format(path=near(agreed.path))
            await watched(self.house, _("Import"), text, make)
        except Stopped:
            self.house.tell(_("Stopped; nothing was imported."))
            return
        await self._open(agreed.path)
        self.house.tell(_("The story lies in {path}").format(path=near(agreed.path)))
        reads = _("A model can fill the plan from its text: {plan}, then {read}.")
        keys = {"plan": self.house.key_of("plan"), "read": self.house.key_of("plan_read_in")}
        self.house.tell(reads.format(**keys))

    async def _duplicate(self) -> None:
        path = self._marked()
        if path is None:
            return
        shelf = await lazily("storyforge.studio.shelf")
        copy = await asyncio.to_thread(shelf.duplicate, path)
        self.house.tell(_("The copy is {path}.").format(path=near(copy)))
        await self._look()

    async def _forget(self) -> None:
        path = self._marked()
        if path is None:
            return
        shelf = await lazily("storyforge.studio.shelf")
        await asyncio.to_thread(shelf.forget, path)
        self.house.tell(_("Off the list. The file is still {path}.").format(path=near(path)))
        await self._look()

    async def _ask(self, dialog: Any) -> Any:
        return await self.house.push_screen_wait(dialog)

    def _marked(self) -> Path | None:
        row = self.shelf.row
        found = row.id if row is not None and row.id != _MENU else self._last
        return self._paths.get(found)
