"""F8 from the desk's side: looking at the prompt, continuing with an edited one, keeping the edit.

An edit is on the disk half a second after a key, as a draft; "keep" makes it the scene's prompt
until it is let go.
"""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from storyforge.domain.generation import Asked, Loading, Text
from storyforge.domain.sections import PromptEdit
from storyforge.errors import StoryforgeError
from storyforge.i18n import _
from storyforge.tui.desk.area import Area
from storyforge.tui.desk.keeper import Keeper
from storyforge.tui.desk.prompt_looking import counted, looked
from storyforge.tui.widgets.status import step_told
from storyforge.tui.work import launch, lazily

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile
    from storyforge.studio.prompt.looking import Look
    from storyforge.studio.takes.taking import Event
    from storyforge.tui.screens.desk import DeskScreen
    from storyforge.tui.screens.prompt import PromptScreen


#: seconds the typing rests before the prompt is counted
COUNT_AFTER = 0.4


class Prompting(Area):
    """What the prompt's screen asks for.

    Attributes:
        kept: the edit that is kept for the scene on the page.
        draft: what was written on its prompt and is neither kept nor let go.
    """

    def __init__(self, desk: "DeskScreen") -> None:
        super().__init__(desk)
        self.kept: PromptEdit | None = None
        self.draft: PromptEdit | None = None
        self._base = self._before = self._sent = ""
        self._opened = False
        self._let_gone: dict[str, PromptEdit] = {}
        self._drafts: Keeper[PromptEdit | None] = Keeper(desk, _write_draft)
        self.keepers = (self._drafts,)

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The action this area carries out."""
        return {"prompt": self.open}

    # What is heard.

    async def opened(self) -> None:
        """What is kept for the first scene; not before its text is on the screen."""
        self._opened = True
        await self._read()

    def page_shown(self) -> None:
        """Another scene has another edit, or none."""
        if self._opened:
            launch(self.desk.house, self._read(), group="prompt-edit", exclusive=True)

    async def reread(self) -> None:
        """Another machine may have kept one."""
        await self._drafts.keep()
        await self._read()

    async def _read(self) -> None:
        story, scene_id = self.desk.story, self.desk.scene_id
        if story is None:
            return
        edits = await lazily("storyforge.studio.prompt.drafts")
        kept = await asyncio.to_thread(story.prompt_edits.of_scene, scene_id)
        draft = await asyncio.to_thread(edits.draft_of, story, scene_id)
        # Also None, where it was let go a moment ago.
        draft = self._drafts.unsaved.get(scene_id, draft)
        if scene_id == self.desk.scene_id:
            self.kept, self.draft = kept, draft
            self.desk.say(own_prompt=self.kept_told)

    # What the screen asks.

    @property
    def kept_told(self) -> str:
        """The quiet mark of an edit that is kept."""
        return _("own prompt") if self.kept is not None else ""

    @property
    def keeping_told(self) -> str:
        """How an edit that is being written is kept."""
        if self._drafts.failed is not None:
            return _("not saved")
        return _("not kept for the scene yet") if self.draft is not None else ""

    @property
    def locked(self) -> str:
        """Why nothing can be written; "" where it can."""
        story = self.desk.story
        return story.read_only_reason if story is not None and story.read_only else ""

    def open(self) -> None:
        """F8."""
        launch(self.desk.house, self._open(), group="prompt")

    async def _open(self) -> None:
        from storyforge.tui.screens.prompt import PromptScreen

        house = self.desk.house
        if self.desk.story is not None and house.screen is self.desk:
            await house.push_screen(PromptScreen(self))

    def look(self, screen: "PromptScreen") -> None:
        """Look at what the model would see at the caret."""
        launch(self.desk.house, self._look(screen), group="prompt-look", exclusive=True)

    async def _look(self, screen: "PromptScreen") -> None:
        screen.busy(_("getting ready"))
        try:
            running = self.desk.continuing.running
            await self._show(screen)
            if running:
                await self.desk.continuing.rest()
                await self._show(screen)
        except StoryforgeError as error:
            if screen.is_attached:
                screen.tell(str(error))
        finally:
            if screen.is_attached:
                screen.busy("")

    async def _show(self, screen: "PromptScreen") -> None:
        seen = await self._looked(screen)
        if seen is not None and screen.is_attached:
            looking = await lazily("storyforge.studio.prompt.looking")
            screen.show(seen, looking.parts(seen.request, seen.cached))
        elif screen.is_attached:
            screen.leave()

    async def _looked(self, screen: "PromptScreen | None" = None) -> "Look | None":
        def heard(loading: Loading) -> None:
            if screen is not None and screen.is_attached:
                screen.busy(step_told(loading))

        return await looked(self.desk, self.draft, heard)

    # Writing on the prompt.

    def to_edit(self, seen: "Look") -> str:
        """The page to write on: what was written last, else what would be sent."""
        self._base, self._sent = seen.assembled, seen.request.prompt
        if self.draft is None:
            return seen.request.prompt
        if seen.resumed:
            return seen.resumed
        # The story has changed where the author did: what was typed stays as it was typed.
        self._base = self.draft.base
        return self.draft.edited

    def written(self, text: str) -> None:
        """The author wrote on the prompt, or an answer came under it."""
        undone = text in (self._base, self._sent)
        self.draft = None if undone else PromptEdit(self._base, text)
        self._drafts.changed(self.desk.scene_id, self.draft)

    def count(self, screen: "PromptScreen") -> None:
        """Tell how long the prompt is as it stands, once the typing rests."""
        launch(self.desk.house, self._count(screen), group="prompt-count", exclusive=True)

    async def _count(self, screen: "PromptScreen") -> None:
        await asyncio.sleep(COUNT_AFTER)
        if self.desk.continuing.running or not screen.editing:
            return
        tokens = await counted(self.desk, screen.page.text)
        if tokens is not None and screen.is_attached and screen.editing:
            screen.tell_tokens(tokens)

    def left(self) -> None:
        """The screen was left; a draft stays."""
        self.desk.name_keys()

    def stop(self) -> bool:
        """Whether a continuation ran, and stops now."""
        return self.desk.continuing.running and self.desk.continuing.stop()

    def continue_from(self, screen: "PromptScreen", *, again: bool) -> None:
        """Continue at the page's caret: with the edited prompt, or as usual back on the page."""
        desk = self.desk
        if desk.continuing.running or not desk.may_write():
            return
        if not screen.editing:
            screen.leave()
            desk.action_do("retry" if again else "continue")
        elif again and not screen.page.answered:
            desk.house.tell(_("There is no answer to this prompt yet."))
        else:
            if not again:
                self._before = self._base
            prompt = screen.page.asked(again=again)
            launch(desk.house, self._continue(screen, prompt, again=again), group="continue")

    async def _continue(self, screen: "PromptScreen", prompt: str, *, again: bool) -> None:
        desk = self.desk
        taking = await lazily("storyforge.studio.takes.taking")
        take_id = ""

        def hears(event: "Event") -> None:
            nonlocal take_id
            if not screen.is_attached or not screen.editing:
                return
            if isinstance(event, taking.TakeBegan):
                take_id = event.take.id
            elif isinstance(event, taking.TakeFinished):
                screen.page.end_stream(event.take.standing)
                # It stands on the page too, so it is no change of the author's.
                self._base = self._before + event.take.standing
                self.written(screen.page.text)
            elif isinstance(event, Text):
                screen.page.answer(event.text, take_id)
                screen.writing()

        def busy(told: str) -> None:
            if screen.is_attached and screen.editing:
                screen.busy(told)

        desk.continuing.progress.hears = busy
        try:
            if again:
                await desk.continuing.retry_with(prompt, hears)
            else:
                place = desk.manuscript.new_place()
                await desk.continuing.continue_at(place.id, Asked(prompt=prompt), hears)
        finally:
            desk.continuing.progress.hears = None
            if screen.is_attached:
                screen.page.end_stream()
                screen.busy("")
                self.count(screen)

    # Keeping it for the scene.

    def keep(self, screen: "PromptScreen") -> None:
        """Make the edit the scene's prompt."""
        if not screen.editing:
            key = self.desk.house.key_of("prompt_edit")
            self.desk.house.tell(_("{key} edits the prompt; then it can be kept.").format(key=key))
        elif self.desk.may_write():
            launch(self.desk.house, self._keep(screen), group="prompt")

    async def _keep(self, screen: "PromptScreen") -> None:
        story, scene_id = self.desk.story, self.desk.scene_id
        await self.desk.continuing.rest()  # an answer on its way is part of what is kept
        # Answers that came stand on the page too: the prompt as it would be now is what the
        # edit has to be read against.
        seen = await self._looked()
        if story is None or seen is None or scene_id != self.desk.scene_id:
            return
        if screen.page.text == seen.assembled:
            self.desk.house.tell(_("The prompt is as it was made; there is nothing to keep."))
            return
        edit = PromptEdit(seen.assembled, screen.page.text)
        await asyncio.to_thread(story.prompt_edits.keep, scene_id, edit)
        self.kept, self._base, self._sent = edit, edit.base, edit.edited
        await self._forget_draft(scene_id)
        self.desk.house.tell(_("Kept: this scene is continued by your prompt from now on."))
        self._told(screen)

    def let_go(self, screen: "PromptScreen") -> None:
        """Forget the edit: the prompt is assembled as usual again."""
        if self.desk.may_write():
            launch(self.desk.house, self._let_go(screen), group="prompt")

    async def _let_go(self, screen: "PromptScreen") -> None:
        story, scene_id = self.desk.story, self.desk.scene_id
        await self.desk.continuing.rest()
        if scene_id != self.desk.scene_id:
            return
        if story is None or (self.kept is None and self.draft is None):
            return
        await asyncio.to_thread(story.prompt_edits.let_go, scene_id)
        if self.kept is not None:
            self._let_gone[scene_id] = self.kept
        self.kept = None
        await self._forget_draft(scene_id)
        self.desk.house.tell(_("Let go: the scene's prompt is made as usual."))
        seen = await self._looked()
        if screen.is_attached and screen.editing and seen is not None:
            self._base = seen.assembled
            screen.page.replace_prompt(seen.request.prompt)
        elif screen.is_attached:
            self.look(screen)
        self._told(screen)

    def bring_back(self, screen: "PromptScreen") -> None:
        """Ctrl+Z over the parts: keep again what was let go."""
        edit = self._let_gone.pop(self.desk.scene_id, None)
        if edit is not None and self.desk.may_write():
            launch(self.desk.house, self._bring_back(screen, edit), group="prompt")

    async def _bring_back(self, screen: "PromptScreen", edit: PromptEdit) -> None:
        story = self.desk.story
        if story is not None:
            await asyncio.to_thread(story.prompt_edits.keep, self.desk.scene_id, edit)
            self.kept = edit
            self.look(screen)
            self._told(screen)

    async def _forget_draft(self, scene_id: str) -> None:
        self.draft = None
        self._drafts.changed(scene_id, None)
        await self._drafts.keep()

    def _told(self, screen: "PromptScreen") -> None:
        self.desk.say(own_prompt=self.kept_told)
        self.tell_context()
        if screen.is_attached:
            screen.busy("")


def _write_draft(story: "StoryFile", scene_id: str, draft: PromptEdit | None) -> None:
    from storyforge.studio.prompt.drafts import keep_draft

    keep_draft(story, scene_id, draft)
