"""Models on other machines, as the desk deals with them: the question before, the way home after.

Nothing goes to another machine without the author's yes (`studio.permission` holds that), and
nothing comes back to this one by itself: where the other cannot be reached, a key is offered.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from storyforge.domain.generation import Asked, TakeKind
from storyforge.domain.profile import LOCAL, Task
from storyforge.errors import ModelError, StoryforgeError
from storyforge.i18n import _
from storyforge.tui.desk.area import Area
from storyforge.tui.dialogs.base import Choice, Choose
from storyforge.tui.work import launch, lazily

if TYPE_CHECKING:
    from storyforge.studio.permission import Objection
    from storyforge.studio.spending import NeedsYes
    from storyforge.tui.desk.progress import Run
    from storyforge.tui.screens.desk import DeskScreen


class Abroad(Area):
    """Asks before a text leaves, and leads back to the local model."""

    def __init__(self, desk: "DeskScreen") -> None:
        super().__init__(desk)
        self._again: Callable[[], object] | None = None
        self._back = ""

    def verbs(self) -> dict[str, Callable[[], object]]:
        """Its key works everywhere and is the house's."""
        return {}

    # Before.

    async def may_send(self, task: Task = Task.CONTINUE) -> bool:
        """Whether the story's text may go to the task's model; asks where that is not settled."""
        permission = await lazily("storyforge.studio.permission")
        while (story := self.desk.story) is not None:
            card = (await self.desk.house.backend(task)).card
            objection = await asyncio.to_thread(permission.objection, story, card)
            if objection is None:
                return True
            answer = await self.ask(question(objection, local=task is Task.CONTINUE))
            if answer == "local":
                await (await self.desk.house.backends()).switch(LOCAL)
                await self.desk.house.modelling.switched()
            elif answer == "yes":
                await asyncio.to_thread(permission.allow, objection)
                if objection.kind is permission.Kind.UNENCRYPTED:
                    # That is a setting of the profile, and the backend is made by it.
                    await self.desk.house.change_settings({})
            else:
                return False
        return False

    async def agrees(self, needs: "NeedsYes") -> bool:
        """Whether the author agrees to what something costs."""
        choices = [
            Choice("no", _("Send nothing")),
            Choice("yes", _("Yes, for {amount}").format(amount=needs.estimate.agreed)),
        ]
        answer: str | None = await self.ask(Choose(needs.title, needs.message, choices))
        return answer == "yes"

    async def carry(
        self, task: Task, work: Callable[[bool], Awaitable[None]], again: Callable[[], object]
    ) -> bool:
        """Let a model work beside the page; whether the author agreed to what it costs.

        Args:
            work: is told whether the author has agreed.
            again: asks once more, where the local model is to do what another did not.
        """
        spending = await lazily("storyforge.studio.spending")
        self.begun()
        try:
            try:
                await work(False)
            except spending.NeedsYes as needs:
                if not await self.agrees(needs):
                    return False
                await work(True)
        except StoryforgeError as error:
            await self._offer(task, error, again)
            raise
        return True

    # After.

    async def failed(self, run: "Run", error: StoryforgeError) -> None:
        """A model did not write: offer the local one, where it could do it instead."""
        again: Callable[[], object] | None = None
        if run.wrote:
            again = self.desk.continuing.retry
        elif run.takes == 1 and run.asked.kind is not TakeKind.REWRITE:
            asked = Asked(run.asked.kind, run.asked.wish, prompt=run.asked.prompt)
            again = partial(self.desk.continuing.ask, asked)
        await self._offer(run.task, error, again)

    async def _offer(
        self, task: Task, error: StoryforgeError, again: Callable[[], object] | None
    ) -> None:
        """Also where the other is a server on this machine, which may not have been started."""
        spending = await lazily("storyforge.studio.spending")
        if not isinstance(error, ModelError | spending.LimitReached):
            return  # the text is at fault, or the wish: another model would say the same
        backends = await self.desk.house.backends()
        settings = await self.desk.house.ready_settings()
        named = task is not Task.CONTINUE and task.value in settings.tasks
        if named or (await backends.profile_of(task)).name == LOCAL:
            return
        self._again = again
        once_more, else_ = _("write it with the local model"), _("to the local model")
        self.desk.say(other=once_more if again is not None else else_)

    def begun(self) -> None:
        """Something is written again: what was offered for the last failure is over."""
        self._again = None
        self.desk.say(other=self._back)

    def ended(self, run: "Run") -> None:
        """It was written: the line names the model again that continues, where another had it."""
        if run.task is not Task.CONTINUE:
            launch(self.desk.house, self._name_writer(), group="telling")

    async def _name_writer(self) -> None:
        self.desk.telling.model((await self.desk.house.backend()).card)

    async def opened(self) -> None:
        """The local model may stand in for another since an earlier story."""
        await self._tell()

    async def model_changed(self) -> None:
        """Another model writes; what had failed is asked of it, where the key was meant so."""
        again, self._again = self._again, None
        backends = await self.desk.house.backends()
        await self._tell()
        if again is not None and backends.switched == LOCAL:
            again()

    async def _tell(self) -> None:
        """The way back, as long as the local model stands in for another."""
        backends = await self.desk.house.backends()
        self._back = ""
        if backends.switched:
            settings = await self.desk.house.ready_settings()
            name = settings.tasks.get(Task.CONTINUE.value, settings.profile)
            self._back = _("back to {profile}").format(profile=name)
        self.desk.say(other=self._back)


def question(objection: "Objection", *, local: bool) -> Choose:
    """The dialog for it: a yes only where a yes would help.

    Args:
        local: the local model can do it instead.
    """
    from storyforge.studio.permission import Kind

    instead = [Choice("local", _("Write with the local model"))] if local else []
    if not objection.can_be_allowed:
        way = _("To change that, take the mark off under “Title, author and language”.")
        told = f"{objection.told}\n{way}"
        choices = [Choice("no", _("Send nothing")), *instead]
        return Choose(_("This story stays here"), told, choices)
    yes = _("Yes, send it to {host}").format(host=objection.host)
    if objection.kind is Kind.UNENCRYPTED:
        yes = _("Yes, send it to {host}, not encrypted").format(host=objection.host)
    choices = [Choice("no", _("Send nothing")), Choice("yes", yes), *instead]
    return Choose(_("Where the text goes"), objection.told, choices)
