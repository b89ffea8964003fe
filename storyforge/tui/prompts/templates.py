"""What the templates' screen is asked for: reading them, changing one, the way back.

What templates are, and where copies lie, is `studio.prompts`' business.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from storyforge.i18n import _, sentences
from storyforge.tui.action_lists.menus import MENUS
from storyforge.tui.actions import Where
from storyforge.tui.dialogs.base import Choice, Choose
from storyforge.tui.dialogs.menu import Menu
from storyforge.tui.prompts.showing import Showing
from storyforge.tui.prompts.writing import Writing, Written
from storyforge.tui.work import launch, lazily

if TYPE_CHECKING:
    from storyforge.prompting.library import Origin
    from storyforge.store.story_file import StoryFile
    from storyforge.studio.prompts import Prompt
    from storyforge.tui.screens.prompts import PromptsScreen

#: seconds the typing rests before a template is checked and kept
CHECK_AFTER = 0.4


class Templates:
    """Carries out what the screen is asked for.

    Attributes:
        found: the templates of the language, by name.
        unfinished: those that the author has to go on with, by name: whose, and the text.
    """

    def __init__(self, screen: "PromptsScreen") -> None:
        self.screen = screen
        self.found: dict[str, Prompt] = {}
        self.unfinished: dict[str, tuple[Origin, str]] = {}
        self._languages: tuple[str, ...] = ()
        self._language = ""
        self._back: list[Callable[[], Awaitable[object]]] = []
        self._writing = Writing()
        self._showing = Showing(self)

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions it carries out."""
        return {
            "template_edit": lambda: self._with_marked(self._edit),
            "template_back": lambda: self._with_marked(self._take_back),
            "template_outside": lambda: self._with_marked(self._edit_outside),
            "template_language": lambda: self._start(self._other_language()),
            MENUS[Where.PROMPTS]: lambda: self._with_marked(self._menu),
        }

    @property
    def story(self) -> "StoryFile | None":
        """The story that is open, wherever its desk is in the stack."""
        from storyforge.tui.screens.desk import DeskScreen

        stack = self.screen.house.screen_stack
        desk = next((one for one in stack if isinstance(one, DeskScreen)), None)
        return desk.story if desk is not None else None

    @property
    def marked(self) -> "Prompt | None":
        """The template under the cursor."""
        return self.found.get(self.screen.list.marked)

    # Reading and showing.

    def look(self) -> None:
        """Read all of them anew; the cursor stays."""
        launch(self.screen.house, self._look(), group="templates-look", exclusive=True)

    def show(self) -> None:
        """Show the marked one, as the screen's view wants it."""
        launch(self.screen.house, self._showing.show(), group="templates-show", exclusive=True)

    async def _look(self) -> None:
        studio = await lazily("storyforge.studio.prompts")
        if not self._languages:
            self._languages = await asyncio.to_thread(studio.languages, self.story)
            self._language = next(iter(self._languages), "")
        found = await asyncio.to_thread(studio.prompts, self.story, self._language)
        self.found = {one.name: one for one in found}
        self.unfinished = await asyncio.to_thread(_unfinished, self._language, self.story)
        if self.screen.is_attached:
            self.screen.show_templates(found, self.unfinished)
            await self._showing.show()

    async def _other_language(self) -> None:
        if len(self._languages) > 1:
            at = self._languages.index(self._language) + 1
            self._language = self._languages[at % len(self._languages)]
            await self._look()

    # Changing one.

    async def _edit(self, one: "Prompt") -> None:
        origin = await self._whose(one)
        if origin is None:
            return
        text = self._text(one)
        self._writing.now = Written(one.name, one.language, origin, text, self.story, kept=text)
        self._showing.head(one, origin)
        self.screen.begin_writing(one.name, text)
        self.screen.tell_faults(one.flaw)

    def _text(self, one: "Prompt") -> str:
        """What is written on: what is unfinished, else the template in use."""
        return self.unfinished[one.name][1] if one.name in self.unfinished else one.text

    async def _whose(self, one: "Prompt") -> "Origin | None":
        """Whose copy a change is to be kept in; None for none."""
        library = await lazily("storyforge.prompting.library")
        origin: Origin | None = one.origin
        if one.name in self.unfinished:
            origin = self.unfinished[one.name][0]
        if origin is library.Origin.PACKAGED:
            origin = await self._ask_whose(library.Origin)
        story = self.story
        if origin is library.Origin.STORY and story is not None and story.read_only:
            self.screen.house.tell(story.read_only_reason)
            return None
        return origin

    async def _ask_whose(self, origins: Any) -> "Origin | None":
        story = self.story
        if story is None or story.read_only:
            found: Origin = origins.YOURS
            return found
        choices = [
            Choice(origins.YOURS, _("For all stories")),
            Choice(origins.STORY, _("For this story only; it goes with its file")),
        ]
        told = _("The template that comes with the program stays as it is; you change a copy.")
        answer = await self.screen.house.push_screen_wait(
            Choose(_("Change the template"), told, choices)
        )
        chosen: Origin | None = origins(answer) if answer is not None else None
        return chosen

    def written(self, text: str) -> None:
        """The author wrote on it: it is checked and kept when the typing rests."""
        if self._writing.now is not None:
            self._writing.now.text = text
            self.screen.tell_saved(_("saving"))
            launch(self.screen.house, self._kept_soon(), group="templates-keep", exclusive=True)

    async def _kept_soon(self) -> None:
        await asyncio.sleep(CHECK_AFTER)
        await asyncio.shield(self.keep())

    async def keep(self) -> bool:
        """Keep what is not kept; False, and said, where that was not possible."""
        kept = await self._writing.keep()
        now, failed = self._writing.now, self._writing.failed
        if now is not None and self.screen.is_attached:
            if failed is not None:
                self.screen.tell_saved(_("not saved: {why}").format(why=failed.message))
            else:
                self.screen.tell_saved(_("saved"))
                self.screen.tell_faults(now.flaw)
        return kept

    def rescue(self) -> None:
        """The program is about to end by a fault."""
        self._writing.rescue()

    def done(self) -> None:
        """The author has done with it."""
        self._start(self._done())

    async def _done(self) -> bool:
        now = self._writing.now
        if now is None:
            return True
        if not await self.keep():
            return False  # it stays on the screen; the status line says why
        self._writing.now = None
        one = self.found.get(now.name)
        if one is not None and now.text == one.packaged and now.flaw is None:
            await self._let_go(now)
        elif now.flaw is not None:
            told = _("It is kept as you typed it. Until it works, the one from before is used.")
            self.screen.house.tell(told, _("Not usable yet"))
        self.screen.tell_saved("")
        self.screen.end_writing()
        await self._look()
        return True

    async def _let_go(self, now: Written) -> None:
        """A copy that is as the packaged one is none."""
        studio = await lazily("storyforge.studio.prompts")
        one = await asyncio.to_thread(studio.prompt, now.name, now.language, self.story)
        if one.is_own and one.origin is now.origin:
            await asyncio.to_thread(
                studio.take_back, now.name, now.language, now.origin, self.story
            )

    def leave(self) -> None:
        """Back to where the author came from, with all that was typed kept."""
        self._start(self._leave())

    async def _leave(self) -> None:
        if await self._done() and self.screen.is_current:
            self.screen.dismiss(None)

    async def _edit_outside(self, one: "Prompt") -> None:
        from storyforge.tui.prompts.outside import edit

        origin = await self._whose(one)
        if origin is None:
            return
        text = await edit(self.screen.house, one.name, self._text(one))
        if text is None:
            return
        self._writing.now = Written(one.name, one.language, origin, text, self.story)
        await self._done()

    # The way back.

    async def _take_back(self, one: "Prompt") -> None:
        house = self.screen.house
        if one.name in self.unfinished:
            await self._forget_unfinished(one)
        elif one.is_own:
            studio = await lazily("storyforge.studio.prompts")
            taken = await asyncio.to_thread(
                studio.take_back, one.name, one.language, one.origin, self.story
            )
            self._back.append(partial(asyncio.to_thread, studio.bring_back, taken, self.story))
        else:
            house.tell(_("This is the one that comes with the program."))
            return
        undo = _("{key} brings yours back.").format(key=house.key_of("undo"))
        house.tell(sentences((_("Your own is used no more."), undo)))
        await self._look()

    async def _forget_unfinished(self, one: "Prompt") -> None:
        module = await lazily("storyforge.studio.prompt.unfinished")
        origin, text = self.unfinished[one.name]
        key = (one.language, one.name)
        await asyncio.to_thread(module.forget, key, origin, self.story)
        self._back.append(partial(asyncio.to_thread, module.keep, key, text, origin, self.story))

    def bring_back(self) -> None:
        """Ctrl+Z over the list."""
        if self._back:
            self._start(self._bring_back(self._back.pop()))
        else:
            self.screen.house.tell(_("No template was taken back since this screen was opened."))

    async def _bring_back(self, back: Callable[[], Awaitable[object]]) -> None:
        await back()
        await self._look()

    # Helpers.

    async def _menu(self, one: "Prompt") -> None:
        house = self.screen.house
        chosen = await house.push_screen_wait(Menu(house, Where.PROMPTS, one.name))
        if chosen is not None:
            self.screen.action_do(chosen)

    def _with_marked(self, work: "Callable[[Prompt], Coroutine[Any, Any, None]]") -> None:
        one = self.marked
        if one is not None and self._writing.now is None:
            self._start(work(one))

    def _start(self, work: Coroutine[Any, Any, object]) -> None:
        launch(self.screen.house, work, group="templates")


def _unfinished(language: str, story: "StoryFile | None") -> "dict[str, tuple[Origin, str]]":
    from storyforge.prompting.library import Origin
    from storyforge.studio.prompt.unfinished import unfinished

    return {
        name: (origin, text)
        for origin in (Origin.YOURS, Origin.STORY)
        for (folder, name), text in unfinished(origin, story).items()
        if folder == language
    }
