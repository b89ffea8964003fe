"""A server that draws, set up in the gallery: which kind it is, where it is, and its workflow.

Nothing is sent here: whether a prompt may leave is asked before the first one does.
"""

import asyncio
from typing import TYPE_CHECKING

from storyforge.domain.hosts import host_of
from storyforge.i18n import _
from storyforge.tui.dialogs.base import AskText, Choice, Choose
from storyforge.tui.work import lazily, typed_path

if TYPE_CHECKING:
    from storyforge.settings import Settings
    from storyforge.tui.app import StoryforgeApp

# Where each of them is by itself; OpenAI's address is known.
_URLS = {"comfyui": "http://127.0.0.1:8188", "a1111": "http://127.0.0.1:7860"}


async def add_server(house: "StoryforgeApp", settings: "Settings") -> bool:
    """Whether a server was set up, and draws from now on."""
    kinds = [
        Choice("comfyui", _("ComfyUI"), _("by a workflow of yours, or ours")),
        Choice("a1111", _("AUTOMATIC1111, Forge or KoboldCpp"), _("started with --api")),
        Choice("openai", _("OpenAI's images"), _("wants a key, and is paid for")),
    ]
    said = _("Prompts go to it; before the first one leaves this machine you are asked.")
    kind = await house.push_screen_wait(Choose(_("Which server draws?"), said, kinds))
    if kind is None:
        return False
    told = {"backend": kind}
    if kind in _URLS:
        url = await house.push_screen_wait(
            AskText(_("Where is it?"), _("Its address"), _URLS[kind], wrong=_wrong_url)
        )
        if url is None:
            return False
        told["url"] = url
    if kind == "comfyui":
        workflow = await _asked_workflow(house)
        if workflow is None:
            return False
        told |= {"workflow": workflow} if workflow else {}
    editing = await lazily("storyforge.studio.pictures.editing")
    name, number = kind, 1
    while name in settings.painters or name in settings.unusable_painters:
        number += 1
        name = f"{kind}-{number}"
    changes = await asyncio.to_thread(editing.set_values, settings, name, told)
    await house.change_settings({**changes, "pictures.painter": name})
    house.tell(_("“{name}” draws from now on.").format(name=name), _("Pictures"))
    return True


async def _asked_workflow(house: "StoryforgeApp") -> str | None:
    """A workflow's file; "" for ours, None where it is left."""
    room = await lazily("storyforge.studio.pictures.workflows")
    dialog = AskText(
        _("By which workflow?"),
        _("A file that ComfyUI exported for its API, or a picture that it saved; empty for ours"),
        blank=True,
        wrong=lambda told: room.wrong_with(typed_path(told)) if told else "",
    )
    answer: str | None = await house.push_screen_wait(dialog)
    return str(typed_path(answer).absolute()) if answer else answer


def _wrong_url(told: str) -> str:
    if told.lower().startswith(("http://", "https://")) and host_of(told):
        return ""
    return _("An address begins with http:// or https://.")
