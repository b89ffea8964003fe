"""The author's settings, as the screen has them: read behind the first frame, changed, read again.

It owns the settings and the keys that follow from them. It refuses to import pydantic early: that
costs 100 ms beside the store's import and 20 after it.
"""

import asyncio
from typing import TYPE_CHECKING, Any

from storyforge.errors import StoryforgeError
from storyforge.i18n import _
from storyforge.tui.actions import Keys
from storyforge.tui.work import launch, lazily

if TYPE_CHECKING:
    from storyforge.settings import Settings
    from storyforge.tui.app import StoryforgeApp


class Preferences:
    """What the author has set.

    Attributes:
        settings: None until they are read.
        keys: the registry's until then.
    """

    def __init__(self, house: "StoryforgeApp") -> None:
        self.house = house
        self.settings: Settings | None = None
        self.keys = Keys({})
        self._read = asyncio.Event()
        self._one_change = asyncio.Lock()
        self._wanted = False

    def want(self) -> None:
        """Read the settings, once; a desk asks for this behind its text."""
        if not self._wanted:
            self._wanted = True
            launch(self.house, self._load(), group="settings")

    async def ready(self) -> "Settings":
        """The settings, waiting for them where they are still being read."""
        self.want()
        await self._read.wait()
        assert self.settings is not None
        return self.settings

    async def change(self, values: dict[str, Any]) -> None:
        """Write dotted settings and read them again."""
        module = await lazily("storyforge.settings")
        async with self._one_change:
            await asyncio.to_thread(module.update, values)
            self.settings = await asyncio.to_thread(module.load)

    async def look_again(self) -> None:
        """Read what was set elsewhere since, such as on the command line.

        Raises:
            BadInput: they cannot be read; what was read before stays.
        """
        await self.ready()
        module = await lazily("storyforge.settings")
        async with self._one_change:
            self.settings = await asyncio.to_thread(module.load)

    async def _load(self) -> None:
        module = await lazily("storyforge.settings")
        try:
            self.settings = await asyncio.to_thread(module.load)
        except StoryforgeError as error:
            self.settings = module.Settings.model_construct()
            self.house.tell_error(error)
        assert self.settings is not None
        self.keys = Keys.from_settings(self.settings.keys)
        if self.keys.moved:
            self.house.set_keymap(self.keys.keymap())
        for name in self.keys.unknown:
            self.house.tell(
                _("The settings give a key to “{name}”, which is no action.").format(name=name)
            )
        profiles = await lazily("storyforge.studio.profiles.routing")
        if told := profiles.complaints(self.settings):
            self.house.tell("\n".join(told), _("Profiles"))
        self._read.set()
        self.house.refresh_keys()
