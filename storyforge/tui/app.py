"""The app: the first frame, the things every screen shares, and the way out.

Before the first frame only Textual and light modules are imported; settings, store and studio come
in threads behind it. The app owns the settings, the backend and the keys; it knows no story.
"""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text as RichText
from textual import events
from textual.app import App
from textual.binding import BindingType
from textual.filter import LineFilter
from textual.screen import Screen

from storyforge import paths
from storyforge.domain.profile import Task
from storyforge.errors import StoryforgeError
from storyforge.i18n import _
from storyforge.logs import log_to_file
from storyforge.tui import letters, starting
from storyforge.tui import terminal as terminals
from storyforge.tui.actions import BY_ID, Keys, Where, bindings
from storyforge.tui.directions import Directions
from storyforge.tui.ending import (
    Farewell,
    explain_crash,
    heed_signals,
    outlive_terminal,
    say_last_words,
)
from storyforge.tui.models.modelling import Modelling
from storyforge.tui.notices import NOTICES_CSS, Notices
from storyforge.tui.palette import ActionProvider, Palette
from storyforge.tui.preferences import Preferences
from storyforge.tui.prompts.opening import show_prompts
from storyforge.tui.terminal import Terminal, key_name
from storyforge.tui.themes import THEMES, theme_name
from storyforge.tui.widgets.prose import wrap_all_like_pages
from storyforge.tui.widths import Widths, measure_anew
from storyforge.tui.work import launch

if TYPE_CHECKING:
    from storyforge.backends.base import Backend
    from storyforge.backends.sharing import Shared
    from storyforge.settings import Settings
    from storyforge.studio.profiles.pool import Backends


class StoryforgeApp(App[None]):
    """The program on the screen.

    Args:
        path: the story to open; None shows the library.
        demo: write with the scripted backend.
        backend: gives the backend instead of the settings; for tests.
        terminal: what keys arrive; None finds out.
        still: nothing blinks or moves; for pictures of the screen.

    Attributes:
        last_words: what closing a story left to say; printed when the screen is gone.
    """

    TITLE = "storyforge"
    COMMANDS: ClassVar[set[Any]] = {ActionProvider}
    BINDINGS: ClassVar[list[BindingType]] = bindings(Where.EVERYWHERE)
    CSS = f"""
    {NOTICES_CSS}
    CommandPalette > Vertical {{ width: 76; max-width: 94%; }}
    """

    def __init__(
        self,
        path: Path | None = None,
        *,
        demo: bool = False,
        backend: "Callable[[], Backend] | None" = None,
        terminal: Terminal | None = None,
        still: bool = False,
    ) -> None:
        super().__init__()
        self.still = still
        self.demo = demo
        self.path = path
        self.terminal = terminal or Terminal.from_environment()
        self.preferences = Preferences(self)
        self.modelling = Modelling(self, backend)
        self.notices = Notices(self)
        self.widths = Widths()
        self._directions = Directions()
        self._leaving = False
        self.farewell = Farewell()
        self.last_words: list[StoryforgeError] = []
        self.engine_note = ""
        for theme in THEMES.values():
            self.register_theme(theme)
        self.theme = theme_name(paths.peek_setting("theme", "dark"))

    def get_default_screen(self) -> Screen[Any]:
        """The desk when a story was named, else the library."""
        screen = starting.first_screen(self.path)
        # Textual 8.2 gives its first screen no result callback, and `switch_screen` fails for want
        # of one.
        screen._push_result_callback(self, None)
        return screen

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What passes over everything that is drawn."""
        return [*super().get_line_filters(), self._directions]

    def on_mount(self) -> None:
        """Ask on the blank screen; everything else may wait until the first frame is drawn."""
        if self._driver is not None and not self.is_headless:
            self.widths.ask(self._driver)
            outlive_terminal(self, self._hung_up)
        heed_signals(self, self._hung_up)
        self.app_resume_signal.subscribe(self, lambda _app: self._in_front_again())
        self.call_after_refresh(self._behind_the_first_frame)

    def _hung_up(self) -> None:
        """The window was closed, or the system ends the program."""
        launch(self, self._save_and_go(), group="leave")

    def _behind_the_first_frame(self) -> None:
        self._ask_terminal()
        if self.path is None:
            self.preferences.want()

    def _in_front_again(self) -> None:
        """A shell had the terminal meanwhile: Textual draws nothing anew of itself."""
        self._ask_terminal()
        self.refresh(layout=True)

    def on_resize(self) -> None:
        """Draw all anew; a size that went and came back at once is no change to Textual."""
        self.call_after_refresh(self.refresh, layout=True)

    def _ask_terminal(self) -> None:
        if self._driver is not None and not self.is_headless:
            terminals.ask(self._driver)
            launch(self, self._ask_tmux(), group="terminal")

    def on_cursor_position(self, event: events.CursorPosition) -> None:
        """The terminal says how wide some characters are."""
        if self.widths.heard(event):
            measure_anew(self)

    async def _ask_tmux(self) -> None:
        if await asyncio.to_thread(self.terminal.ask_tmux):
            self.refresh_keys()

    async def ready_settings(self) -> "Settings":
        """The settings, waiting for them where they are still being read."""
        return await self.preferences.ready()

    async def change_settings(self, values: dict[str, Any]) -> None:
        """Write dotted settings and read them again."""
        await self.preferences.change(values)
        await self.modelling.reload()

    @property
    def settings(self) -> "Settings | None":
        """The settings; None until they are read."""
        return self.preferences.settings

    @property
    def keys(self) -> Keys:
        """The keys in force."""
        return self.preferences.keys

    @property
    def needs_engine(self) -> bool:
        """Whether models are the settings' to choose, so that the local ones want their engine."""
        return self.modelling.chooses

    async def backend(self, task: Task = Task.CONTINUE) -> "Shared":
        """The backend that a task goes to; work behind shares it with the author."""
        return await (await self.backends()).of(task)

    async def backends(self) -> "Backends":
        """All models that this program keeps."""
        return await self.modelling.backends()

    # What every screen may say.

    def tell(self, text: str, title: str = "") -> None:
        """One quiet sentence; never twice at once."""
        self.notices.tell(text, title)

    def tell_error(self, error: StoryforgeError) -> None:
        """What happened, what is safe, what to do next; never a traceback."""
        self.notices.tell_error(error)

    def _refresh_notifications(self) -> None:
        """Textual's way to show what is said."""
        self.notices.show()

    def refresh_keys(self) -> None:
        """Let the screen name its keys anew: the terminal or the keymap is known better now."""
        for screen in self.screen_stack:
            name_keys = getattr(screen, "name_keys", None)
            if name_keys is not None:
                name_keys()

    def key_of(self, action_id: str) -> str:
        """The name of the key that works here for an action; "" when it has none."""
        key = self.terminal.best(self.keys.of(action_id))
        return key_name(key) if key else ""

    # Keys.

    async def on_event(self, event: events.Event) -> None:
        """Learn from keys what the terminal can send."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            if self.terminal.learn(event.key):
                self.refresh_keys()
            if event.key == terminals.KITTY_ANSWER or self.terminal.graphics.heard(event.key):
                return
            heard = letters.meant(event, self.focused)
            if heard is None:
                return
            event = heard
            self.notices.give_way()
        await super().on_event(event)

    def on_app_blur(self) -> None:
        """The author went to another window."""
        window_left = getattr(self.screen, "window_left", None)
        if window_left is not None:
            window_left()

    def handle_bindings_clash(self, clashed_bindings: Any, node: Any) -> None:
        """A remapped key takes over; the action it took it from is left to the palette."""

    def do(self, action_id: str) -> None:
        """Carry an action out, here or on the screen in front."""
        everywhere = BY_ID[action_id].where is Where.EVERYWHERE
        carry_out = self.action_do if everywhere else getattr(self.screen, "action_do", None)
        if carry_out is not None:
            carry_out(action_id)

    def action_do(self, action_id: str) -> None:
        """The actions that work everywhere."""
        verbs: dict[str, Callable[[], object]] = {
            "palette": self.action_command_palette,
            "help": self.show_help,
            "theme": self.change_theme,
            **self.modelling.verbs(),
            "prompts": lambda: show_prompts(self),
            "quit": lambda: launch(self, self.leave(), group="leave"),
        }
        verbs[action_id]()

    def action_help_quit(self) -> None:
        """Ctrl+C where there is no text to copy."""
        self.tell(_("{key} leaves the program.").format(key=self.key_of("quit")))

    def action_command_palette(self) -> None:
        """Ctrl+P."""
        if not isinstance(self.screen, Palette):
            self.push_screen(Palette())

    def show_help(self) -> None:
        """F1; a second F1 closes it."""
        from storyforge.tui.dialogs.help import Help

        if isinstance(self.screen, Help):
            self.screen.dismiss(None)
        else:
            self.push_screen(Help(self.keys, self.terminal, getattr(self.screen, "PLACES", ())))

    def change_theme(self) -> None:
        """The other theme, from now on and next time."""
        other = "dark" if self.theme == THEMES["light"].name else "light"
        self.theme = THEMES[other].name
        launch(self, self.change_settings({"theme": other}), group="settings-write")

    # The way out.

    async def leave(self) -> None:
        """Ask the screens whether all is safe, then go."""
        if self._leaving:
            return
        self._leaving = True
        try:
            for screen in list(self.screen_stack):
                may_leave = getattr(screen, "may_leave", None)
                if may_leave is not None and not await may_leave():
                    return
            self.exit()
        finally:
            self._leaving = False

    async def let_go(self) -> None:
        """Give the model's memory back; called when the app is closing."""
        await self.modelling.let_go()

    async def on_unmount(self) -> None:
        """The last thing that runs: the screens, and with them the story, are closed."""
        heed_signals(self, None)
        await self.let_go()
        self._say_farewell()
        if self._driver is not None and not self.is_headless:
            terminals.release(self._driver)

    def _say_farewell(self) -> None:
        """Where there is no terminal, none can be stuck."""
        if not self.is_headless:
            self.farewell.start()

    def _fatal_error(self) -> None:
        """Textual's way to end by an exception nobody caught; it would print the traceback."""
        told = explain_crash(self)
        self._exit_renderables.append(RichText(told))
        self._close_messages_no_wait()

    async def _save_and_go(self) -> None:
        """Nobody can be asked any more: save what can be saved, then go."""
        for screen in list(self.screen_stack):
            save = getattr(screen, "save_at_once", None)
            if save is not None:
                await save()
        await self.let_go()
        self._say_farewell()
        self.exit()


def run(path: Path | None, demo: bool = False) -> int:
    """Open the screen on a story, or on the library; the exit status when the author leaves."""
    starting.hold_garbage()
    starting.trust_the_terminal()
    terminals.understand_answers()
    letters.note_words()
    wrap_all_like_pages()
    log_to_file()
    app = StoryforgeApp(path, demo=demo)
    app.run()
    say_last_words(app.last_words)
    app.farewell.taken()
    return app.return_code or 0
