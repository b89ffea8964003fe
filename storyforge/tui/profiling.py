"""What can be done with profiles on the models screen: use, test, change, make and remove them.

What is set is checked and written by the studio; a profile that was removed comes back as it was.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from storyforge.domain.generation import Text
from storyforge.domain.profile import LOCAL, Task
from storyforge.errors import StoryforgeError
from storyforge.i18n import _
from storyforge.tui.action_lists.menus import MENUS
from storyforge.tui.actions import Where
from storyforge.tui.dialogs.base import AskText, Choice, Choose
from storyforge.tui.dialogs.menu import Menu
from storyforge.tui.dialogs.profile import EditProfile
from storyforge.tui.dialogs.profile_fields import BACKENDS
from storyforge.tui.dialogs.ticking import Tick
from storyforge.tui.widgets.model_words import TASKS
from storyforge.tui.widgets.status import step_told
from storyforge.tui.work import launch, lazily

if TYPE_CHECKING:
    from storyforge.domain.generation import Delta
    from storyforge.studio.profiles.overview import Seen
    from storyforge.studio.profiles.testing import Trial
    from storyforge.tui.screens.models import ModelsScreen

#: settings of [model] that the form has, but for the file
_OF_MODEL = ("context_tokens", "threads", "threads_batch", "gpu_layers")


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
        self._removed: list[Mapping[str, Any]] = []

    def verbs(self) -> Mapping[str, Callable[[], object]]:
        """The actions it carries out."""
        return {
            "model_use": lambda: self._with_marked(self._use),
            "model_test": lambda: self._with_marked(self._test),
            "model_edit": lambda: self._with_marked(self._edit),
            "model_new": lambda: self._start(self._new()),
            "model_tasks": lambda: self._with_marked(self._tasks),
            "model_key": lambda: self._with_marked(self._key),
            "model_remove": lambda: self._with_marked(self._remove),
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

    async def _edit(self, one: "Seen") -> None:
        """The form over the profile; of the local one over the model of [model]."""
        if one.profile.name == LOCAL:
            await self._edit_local()
            return
        editing = await lazily("storyforge.studio.profiles.editing")
        settings = await self.screen.house.ready_settings()
        table = await asyncio.to_thread(editing.table_of, settings, one.profile.name)
        await self._set(one.profile.name, table)

    async def _new(self) -> None:
        """A name, what runs the model, and then the form."""
        checking = await lazily("storyforge.studio.profiles.checking")
        taken = {one.profile.name for one in self.screen.profiles}

        def wrong(given: str) -> str:
            if given in taken:
                return _("There is a profile of that name.")
            return str(checking.name_fault(given))

        name = await self._ask(
            AskText(_("New profile"), _("A name of your choice, such as “claude”"), wrong=wrong)
        )
        if name is None:
            return
        backend = await self._ask(
            Choose(
                _("New profile"),
                _("What runs its model?"),
                [Choice(each, _(title)) for each, title in BACKENDS],
            )
        )
        if backend is not None:
            await self._set(name, {"backend": backend})

    async def _set(self, name: str, table: Mapping[str, Any]) -> None:
        """Ask for all of a profile's settings, and write those that are other."""
        checking = await lazily("storyforge.studio.profiles.checking")
        editing = await lazily("storyforge.studio.profiles.editing")

        def fault(values: Mapping[str, Any]) -> tuple[str, str] | None:
            found: tuple[str, str] | None = checking.fault_of(_set_ones(values))
            return found

        wanted = await self._ask(EditProfile(name, table, fault, partial(self._offered, name)))
        if wanted is None:
            return
        values = {**dict.fromkeys(table), **wanted}
        settings = await self.screen.house.ready_settings()
        changes = await asyncio.to_thread(editing.set_values, settings, name, values)
        await self._change(changes, at=name)

    async def _edit_local(self) -> None:
        """The model of [model]: its file and how it is loaded."""
        checking = await lazily("storyforge.studio.profiles.checking")
        settings = await self.screen.house.ready_settings()
        told = settings.model
        table = {
            "model": "" if told.path is None else str(told.path),
            **{name: getattr(told, name) for name in _OF_MODEL},
        }

        def fault(values: Mapping[str, Any]) -> tuple[str, str] | None:
            found: tuple[str, str] | None = checking.fault_of(
                {"backend": "llama.cpp", **_set_ones(values)}
            )
            return found

        dialog = EditProfile(
            LOCAL,
            {"backend": "llama.cpp", **table},
            fault,
            partial(self._offered, LOCAL),
            without=frozenset({"backend", "preset"}),
        )
        wanted = await self._ask(dialog)
        if wanted is not None:
            changes = {f"model.{name}": wanted.get(name) for name in _OF_MODEL}
            changes["model.path"] = wanted.get("model") or None
            await self._change(changes, at=LOCAL)

    async def _offered(self, name: str, field: str, values: Mapping[str, Any]) -> list[Choice]:
        """What there is to choose from for a field of a profile."""
        if field == "preset":
            files = await lazily("storyforge.studio.preset_files")
            presets, _faults = await asyncio.to_thread(files.every_preset)
            return [Choice(preset.name, preset.title, preset.purpose) for preset in presets]
        if field == "model" and values.get("backend") == "llama.cpp":
            models = await lazily("storyforge.studio.model_files")
            sizes = await lazily("storyforge.studio.sizes")
            found = await asyncio.to_thread(models.list_models)
            return [Choice(str(one.path), one.name, sizes.size(one.size)) for one in found]
        return []

    async def _remove(self, one: "Seen") -> None:
        """Take it out of the settings; what went to it goes to the profile that writes."""
        editing = await lazily("storyforge.studio.profiles.editing")
        settings = await self.screen.house.ready_settings()
        changes = await asyncio.to_thread(editing.remove, settings, one.profile.name)
        self._removed.append(await asyncio.to_thread(editing.undone, settings, changes))
        await self._change(changes)
        told = _("“{profile}” is removed. {key} brings it back.")
        key = self.screen.house.key_of("undo")
        self.screen.house.tell(told.format(profile=one.profile.name, key=key))

    def bring_back(self) -> None:
        """Ctrl+Z: the profile that was removed last."""
        if self._removed:
            self._start(self._change(self._removed.pop()))

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
            self._tests[name] = f"✗ {error}"
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
                self._tests[name] = f"{'✓' if works else '✗'} {cast('Trial', step).told}"


def _set_ones(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "")}
