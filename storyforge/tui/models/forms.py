"""Profiles changed, made and removed on the models screen, by a form.

What can be set is checked and written by the studio; one that was removed comes back as it was.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from storyforge.domain.profile import LOCAL
from storyforge.errors import StoryforgeError
from storyforge.i18n import _
from storyforge.tui.dialogs.base import AskText, Choice, Choose
from storyforge.tui.dialogs.profile import EditProfile
from storyforge.tui.dialogs.profile_fields import BACKENDS
from storyforge.tui.work import lazily

if TYPE_CHECKING:
    from storyforge.studio.profiles.overview import Seen
    from storyforge.tui.screens.models import ModelsScreen

#: settings of [model] that the form has, but for the file
_OF_MODEL = ("context_tokens", "threads", "threads_batch", "gpu_layers")
# Seconds that a list of models may take; without it the name is typed.
_LISTED_WITHIN = 10.0


class ProfileForms:
    """What changes the settings of profiles.

    Args:
        change: writes settings; the cursor goes to the profile that is named with them.
    """

    def __init__(
        self,
        screen: "ModelsScreen",
        change: Callable[[Mapping[str, Any], str | None], Awaitable[None]],
    ) -> None:
        self.screen = screen
        self._change = change
        self._removed: list[Mapping[str, Any]] = []

    async def _ask(self, dialog: Any) -> Any:
        return await self.screen.house.push_screen_wait(dialog)

    async def edit(self, one: "Seen") -> None:
        """The form over the profile; of the local one over the model of [model]."""
        if one.profile.name == LOCAL:
            await self._edit_local()
            return
        editing = await lazily("storyforge.studio.profiles.editing")
        settings = await self.screen.house.ready_settings()
        table = await asyncio.to_thread(editing.table_of, settings, one.profile.name)
        await self._set(one.profile.name, table)

    async def new(self) -> None:
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
        await self._change(changes, name)

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
            unset={"model": await self._bundled()},
        )
        wanted = await self._ask(dialog)
        if wanted is not None:
            changes = {
                f"model.{name}": wanted.get(name)
                for name in _OF_MODEL
                if wanted.get(name) != table[name]
            }
            changes["model.path"] = wanted.get("model") or None
            await self._change(changes, LOCAL)

    async def _bundled(self) -> str:
        """The model that writes while no file is set; "" where none came along."""
        files = await lazily("storyforge.studio.model_files")
        path = await asyncio.to_thread(files.bundled_model)
        if path is None:
            return ""
        return _("{model}, which came along").format(model=files.called(path))

    async def _offered(self, name: str, field: str, values: Mapping[str, Any]) -> list[Choice]:
        """What there is to choose from for a field of a profile."""
        if field == "preset":
            files = await lazily("storyforge.studio.preset_files")
            presets, _faults = await asyncio.to_thread(files.every_preset)
            return [Choice(preset.name, preset.title, preset.purpose) for preset in presets]
        return await self._models(name, values) if field == "model" else []

    async def _models(self, name: str, values: Mapping[str, Any]) -> list[Choice]:
        """The files of this machine, or what the API lists; no text is sent for that."""
        offering = await lazily("storyforge.studio.profiles.offering")
        routing = await lazily("storyforge.studio.profiles.routing")
        tables = await lazily("storyforge.settings")
        settings = await self.screen.house.ready_settings()
        table = tables.ProfileSettings.model_validate(_set_ones(values))
        self.screen.busy(_("asking which models there are"))
        try:
            async with asyncio.timeout(_LISTED_WITHIN):
                found = await offering.offered(settings, routing.of_table(name, table))
        except StoryforgeError as error:
            self.screen.house.tell_error(error)
            return []
        except TimeoutError:
            self.screen.house.tell(_("The list of models did not come in time; type its name."))
            return []
        finally:
            self.screen.busy("")
        window = _("{tokens:,} tokens")
        return [
            Choice(
                one.id,
                one.name or one.id,
                window.format(tokens=one.context_tokens) if one.context_tokens else "",
            )
            for one in found
        ]

    async def remove(self, one: "Seen") -> None:
        """Take it out of the settings; what went to it goes to the profile that writes."""
        editing = await lazily("storyforge.studio.profiles.editing")
        settings = await self.screen.house.ready_settings()
        changes = await asyncio.to_thread(editing.remove, settings, one.profile.name)
        self._removed.append(await asyncio.to_thread(editing.undone, settings, changes))
        await self._change(changes, None)
        permission = await lazily("storyforge.studio.permission")
        await asyncio.to_thread(permission.forget, one.profile.name)
        users = await lazily("storyforge.studio.key_users")
        now = await self.screen.house.ready_settings()
        keys = await asyncio.to_thread(users.left_behind, settings, now)
        told = _("“{profile}” is removed. {key} brings it back.")
        key = self.screen.house.key_of("undo")
        said = told.format(profile=one.profile.name, key=key)
        self.screen.house.tell("\n".join((said, *keys)))

    async def bring_back(self) -> None:
        """Ctrl+Z: the profile that was removed last."""
        if self._removed:
            await self._change(self._removed.pop(), None)


def _set_ones(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "")}
