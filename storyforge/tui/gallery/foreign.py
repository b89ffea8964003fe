"""Pictures made elsewhere: their prompt and settings, by a path that is typed or pasted."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyforge.domain.picture.samplers import AUTOMATIC, SAMPLERS, Unknown, sampling_of
from storyforge.i18n import _
from storyforge.tui.gallery.area import Area
from storyforge.tui.gallery.form_values import checked
from storyforge.tui.work import lazily, typed_path

if TYPE_CHECKING:
    from storyforge.images.infotext import Reading


class Foreign(Area):
    """Reads a picture's file and puts what it tells into prompt and form."""

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {"gallery_read": lambda: self.start(self._ask)}

    def pasted(self, path: Path) -> None:
        """A picture's path was pasted into the prompt."""
        self.start(lambda: self._offer(path))

    async def _ask(self) -> None:
        from storyforge.tui.dialogs.base import AskText

        given = await self.ask(AskText(_("Read a picture's settings"), _("The picture's file")))
        if given is not None:
            await self._take(await self._read(typed_path(given)))

    async def _offer(self, path: Path) -> None:
        from storyforge.tui.dialogs.base import Choice, Choose

        found = await self._read(path)
        choices = [
            Choice("all", _("Take its prompt and settings")),
            Choice("prompt", _("Take its prompt only")),
            Choice("path", _("Write the path into the prompt")),
        ]
        about = " · ".join(part for part in (path.name, found.source, found.model) if part)
        chosen = await self.ask(Choose(_("A picture"), about, choices))
        if chosen == "path":
            self.gallery.prompt_editor.insert(str(path))
        elif chosen is not None:
            await self._take(found, settings=chosen == "all")

    async def _read(self, path: Path) -> "Reading":
        room = await lazily("storyforge.images.reading")
        found: Reading = await asyncio.to_thread(room.read_file, path)
        return found

    async def _take(self, found: "Reading", *, settings: bool = True) -> None:
        values = values_of(found) if settings else {}
        if settings and found.sampler and "sampler" not in values:
            self._tell_unknown(found)
        self.gallery.prompting.take(found.prompt, found.negative, values)
        self.gallery.to_pane(self.gallery.prompt_editor)

    def _tell_unknown(self, found: "Reading") -> None:
        """The picture was drawn by what is not here."""
        name = " · ".join(filter(None, (found.sampler, found.schedule)))
        told = _("There is no sampler or schedule called “{name}” here.").format(name=name)
        self.gallery.house.tell(told)


def values_of(found: "Reading") -> dict[str, Any]:
    """What of it the form has; what it cannot show is left as it is."""
    names = ("steps", "guidance", "seed", "width", "height", "clip_skip", "strength")
    told = {name: getattr(found, name) for name in names} | _sampling(found)
    return checked({name: value for name, value in told.items() if value not in (None, "")})


def _sampling(found: "Reading") -> dict[str, str]:
    """Sampler and schedule by their names here; nothing where one of them is not known."""
    if not found.sampler:
        return {}
    try:
        known = sampling_of(found.sampler, found.schedule or AUTOMATIC)
    except Unknown:
        return {}
    is_usual = known.schedule in ("", SAMPLERS[known.sampler])
    return {"sampler": known.sampler, "schedule": AUTOMATIC if is_usual else known.schedule}
