"""What can be done with profiles on the models screen: use and test them, route tasks, set keys.

Forms that change their settings are `ProfileForms`'.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Any, cast

from storyforge.domain.generation import Text
from storyforge.domain.profile import Task
from storyforge.errors import StoryforgeError
from storyforge.i18n import _, sentences
from storyforge.tui.action_lists.menus import MENUS
from storyforge.tui.actions import Where
from storyforge.tui.dialogs.base import AskText, Choice, Choose
from storyforge.tui.dialogs.menu import Menu
from storyforge.tui.dialogs.ticking import Tick
from storyforge.tui.models.forms import ProfileForms
from storyforge.tui.widgets.model_words import TASKS
from storyforge.tui.widgets.status import step_told
from storyforge.tui.work import launch, lazily

if TYPE_CHECKING:
    from storyforge.domain.generation import Delta
    from storyforge.studio.profiles.overview import Seen
    from storyforge.studio.profiles.testing import Trial
    from storyforge.tui.screens.models import ModelsScreen


class Profiling:
    """Carries out what the models screen is asked for.

    Attributes:
        testing: the name of the profile whose model is being tested; "" for none.
    """

    def __init__(self, screen: "ModelsScreen") -> None:
        self.screen = screen
        self.testing = ""
        self._stop = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._tests: dict[str, str] = {}
        self._forms = ProfileForms(screen, self._change)

    def verbs(self) -> Mapping[str, Callable[[], object]]:
        """The actions it carries out."""
        return {
            "model_use": lambda: self._with_marked(self._use),
            "model_test": lambda: self._with_marked(self._test),
            "model_edit": lambda: self._with_marked(self._forms.edit),
            "model_new": lambda: self._start(self._forms.new()),
            "model_tasks": lambda: self._with_marked(self._tasks),
            "model_key": lambda: self._with_marked(self._key),
            "model_remove": lambda: self._with_marked(self._forms.remove),
            MENUS[Where.MODELS]: lambda: self._with_marked(self._menu),
        }

    def _with_marked(self, work: "Callable[[Seen], Coroutine[Any, Any, None]]") -> None:
        if (one := self.screen.marked) is not None:
            self._start(work(one))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        launch(self.screen.house, work, group="profiles")

    async def _ask(self, dialog: Any) -> Any:
        return await self.screen.house.push_screen_wait(dialog)

    async def _menu(self, one: "Seen") -> None:
        chosen = await self._ask(Menu(self.screen.house, Where.MODELS, one.profile.name))
        if chosen is not None:
            self.screen.action_do(chosen)

    # Which one writes, and what goes to it.

    async def _use(self, one: "Seen") -> None:
        if one.card is None:
            self.screen.house.tell(_("This profile cannot be used as it is."))
        else:
            await self.screen.house.modelling.use(one.profile.name)

    async def _tasks(self, one: "Seen") -> None:
        """Tick the tasks that go to it by name; the others go to the profile that writes."""
        name = one.profile.name
        rows = [(task.value, _(TASKS[task])) for task in Task]
        ticked = [task.value for task in one.tasks]
        title = _("Tasks of “{profile}”").format(profile=name)
        chosen = await self._ask(Tick(title, rows, ticked, _("These go to it"), blank=True))
        if chosen is None:
            return
        changes: dict[str, Any] = {f"tasks.{task}": name for task in chosen}
        changes |= {f"tasks.{task}": None for task in ticked if task not in chosen}
        await self._change(changes)

    # Its key.

    async def _key(self, one: "Seen") -> None:
        """Ask for the key, unseen, and keep it where keys are kept."""
        keys = await lazily("storyforge.studio.keys")
        name = await asyncio.to_thread(keys.key_name, one.profile)
        if not name:
            self.screen.house.tell(
                _("The profile “{name}” needs no key.").format(name=one.profile.name)
            )
            return
        given = await self._ask(
            AskText(
                _("Key for {name}").format(name=name),
                _("It is not shown, and kept in the system's keyring."),
                secret=True,
            )
        )
        if given is None:
            return
        try:
            await asyncio.to_thread(keys.set_key, name, given)
        except keys.NoKeyring as error:
            if not await self._may_lie_in_file(str(error)):
                return
            await asyncio.to_thread(keys.set_key, name, given, keys.Place.FILE)
        self.screen.house.tell(_("The key for {name} is kept.").format(name=name))
        self.screen.look()

    async def _may_lie_in_file(self, why: str) -> bool:
        choices = [
            Choice("no", _("Keep it nowhere")),
            Choice("yes", _("Keep it in a file that only you can read")),
        ]
        answer: str | None = await self._ask(Choose(_("No keyring"), why, choices))
        return answer == "yes"

    # Setting.

    def bring_back(self) -> None:
        """Ctrl+Z: the profile that was removed last."""
        self._start(self._forms.bring_back())

    async def _change(self, changes: Mapping[str, Any], at: str | None = None) -> None:
        """Write settings; every screen hears of it, and the cursor goes to the profile `at`."""
        await self.screen.house.change_settings(dict(changes))
        self.screen.wanted = at
        await self.screen.house.modelling.changed()

    # Testing.

    def with_tests(self, name: str, told: str) -> str:
        """`told`, and how the last test of that profile went."""
        return "\n\n".join(filter(None, (self._tests.get(name, ""), told)))

    def stop(self) -> bool:
        """Whether a test ran, and stops now."""
        self._stop.set()
        return bool(self.testing)

    async def halt(self) -> None:
        """Stop, and wait until the model has."""
        self.stop()
        await self._idle.wait()

    async def _test(self, one: "Seen") -> None:
        """Let its model say a few words that are not of any story."""
        if self.testing or one.card is None:
            return
        testing = await lazily("storyforge.studio.profiles.testing")
        name = self.testing = one.profile.name
        self._stop.clear()
        self._idle.clear()
        self.screen.busy(_("testing {profile}").format(profile=name))
        try:
            backend = await (await self.screen.house.backends()).of_profile(name)
            await self._follow(name, testing.try_out(backend, self._stop))
        except StoryforgeError as error:
            self._tests[name] = f"✗ {sentences((error.message, error.hint))}"
        finally:
            self.testing = ""
            self._idle.set()
            if self.screen.is_attached:
                self.screen.busy("")
                self.screen.look()

    async def _follow(self, name: str, steps: "AsyncIterator[Delta | Trial]") -> None:
        """Show what comes, and keep how it went."""
        text = ""
        async for step in steps:
            if isinstance(step, Text):
                text += step.text
                self.screen.put(name, text)
            elif told := step_told(step):
                self.screen.busy(told)
            elif (works := getattr(step, "works", None)) is not None:
                trial = cast("Trial", step)
                told = f"{'✓' if works else '✗'} {trial.told}"
                self._tests[name] = "\n".join(filter(None, (told, trial.note)))
