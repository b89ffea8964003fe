"""The workflow of the painter in use, where that is ComfyUI: what goes where in it."""

import asyncio
from collections.abc import Callable

from storyforge.i18n import _
from storyforge.tui.gallery.area import Area
from storyforge.tui.work import lazily


class WorkflowShowing(Area):
    """Shows the slots of a workflow; it is changed in ComfyUI itself."""

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {"gallery_workflow": lambda: self.start(self._show)}

    async def _show(self) -> None:
        gallery = self.gallery
        if not await gallery.picturing.has_painter():
            return
        room = await lazily("storyforge.studio.pictures.workflows")
        profile = await gallery.ordering.profile()
        remote = profile.remote
        if remote is None or remote.backend != room.COMFYUI:
            gallery.house.tell(
                _("“{name}” draws by no workflow of ComfyUI's.").format(name=profile.name)
            )
            return
        seen = await asyncio.to_thread(room.seen, remote.workflow)
        view = await lazily("storyforge.tui.gallery.workflow_view")
        await self.ask(view.WorkflowView(seen))
