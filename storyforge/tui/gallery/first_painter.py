"""The first use: a painter is found in known folders, or it is said how to get one."""

import asyncio
import importlib.util
import re
from pathlib import Path
from typing import TYPE_CHECKING

from storyforge.domain.picture.remote import LOCAL
from storyforge.i18n import _, ngettext
from storyforge.tui.dialogs.base import AskText, Choice, Choose
from storyforge.tui.gallery.first_server import add_server
from storyforge.tui.work import lazily, typed_path

if TYPE_CHECKING:
    from storyforge.settings import Settings
    from storyforge.tui.app import StoryforgeApp

_OTHER, _SERVER = "\0other", "\0server"
# What a painter's name has none of; there is room for a number behind it.
_NO_NAME, _LONGEST = re.compile(r"[^\w -]+"), 36
_EXTRA = 'pip install "storyforge[pictures]"'


async def find_painter(house: "StoryforgeApp", *, another: bool = False) -> bool:
    """Whether a painter is set up; where none is, or `another` is wanted, one is looked for."""
    if not house.modelling.painting.chooses:
        return True
    settings = await house.ready_settings()
    if not another and settings.painters:
        # What a server draws needs nothing of that here.
        if any(one.backend != LOCAL for one in settings.painters.values()):
            return True
        return not _lacks_extra(house)
    studio = await lazily("storyforge.studio.pictures.profiles")
    found = await asyncio.to_thread(studio.found_in, settings)
    choices = [
        Choice(str(file.path), file.name, str(file.path.parent)) for file in found.checkpoints
    ]
    choices.append(Choice(_OTHER, _("Another file or folder …")))
    choices.append(Choice(_SERVER, _("A server that draws …"), _("ComfyUI, AUTOMATIC1111, …")))
    count = len(found.checkpoints)
    told = ngettext(
        "{count} checkpoint lies in your folders; Enter draws with it from now on.",
        "{count} checkpoints lie in your folders; Enter draws with one from now on.",
        count,
    ).format(count=count)
    if not count:
        told = _(
            "A checkpoint of Stable Diffusion (SD 1.x, 2.x or SDXL) draws the pictures: download "
            "one as .safetensors, or name a folder that another program keeps them in."
        )
    chosen = await house.push_screen_wait(Choose(_("Who draws?"), told, choices))
    if chosen == _SERVER:
        return await add_server(house, settings)
    if chosen == _OTHER:
        chosen = await _asked_path(house)
    if not chosen:
        return False
    path = Path(chosen)
    if await asyncio.to_thread(_holds_others, path):
        folders = [*settings.pictures.folders, str(path)]
        await house.change_settings({"pictures.folders": folders})
        return await find_painter(house, another=another)
    await _set_up(house, settings, path)
    return not _lacks_extra(house)


async def _asked_path(house: "StoryforgeApp") -> str:
    def wrong(text: str) -> str:
        return "" if typed_path(text).exists() else _("There is nothing of that name.")

    label = _("A checkpoint, a folder of diffusers, or a folder with checkpoints in it")
    answer = await house.push_screen_wait(AskText(_("Who draws?"), label, wrong=wrong))
    return str(typed_path(answer).absolute()) if answer else ""


def _holds_others(path: Path) -> bool:
    """Whether it is a folder that checkpoints lie in, and none itself."""
    return path.is_dir() and not (path / "model_index.json").exists()


async def _set_up(house: "StoryforgeApp", settings: "Settings", path: Path) -> None:
    """Keep it in the settings under a name of its own, and let it draw."""
    editing = await lazily("storyforge.studio.pictures.editing")
    name = stem = (_NO_NAME.sub("-", path.stem).strip("-_ ") or "painter")[:_LONGEST]
    number = 1
    while name in settings.painters and settings.painters[name].model != str(path):
        number += 1
        name = f"{stem}-{number}"
    changes = await asyncio.to_thread(editing.set_values, settings, name, {"model": str(path)})
    await house.change_settings({**changes, "pictures.painter": name})
    house.tell(_("“{name}” draws from now on.").format(name=name), _("Pictures"))


def _lacks_extra(house: "StoryforgeApp") -> bool:
    """Whether what draws is not installed; says how to."""
    if importlib.util.find_spec("diffusers") is not None:
        return False
    told = _("Pictures need an extra that is not installed. In a shell: {command}")
    house.tell(told.format(command=_EXTRA), _("Pictures"))
    return True
